"""Sources: who can hold or relay a claim. Proposals of annotators, and their merging without
breaking blindness.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..domain.languages import canonical
from ..domain.normalise import search_key
from ..domain.shortening import shortened
from ..errors import Refusal, WorkflowError
from ..formats.rows import CHAIN_SEPARATOR
from ..models import Annotation, Article, Project, Source, SourceAlias
from ..models.hot import sources_with_targets
from .locking import lock_project
from .recording import record

NAME_LIMIT = 200
LOOKED_UP = 10_000  # names in one query; SQLite takes some 32,000 values
_NOT_IN_A_NAME = frozenset({"Cc", "Cs", "Zl", "Zp"})  # controls, surrogates, ends of lines


def _alias_rows(source: Source, names: Iterable[tuple[str, str]]) -> list[SourceAlias]:
    """One row for each distinct folded name of the source."""
    rows: dict[str, SourceAlias] = {}
    for text, language in names:
        folded = checked_key(text)
        rows.setdefault(
            folded,
            SourceAlias(
                project_id=source.project_id,
                source=source,
                text=text,
                language=canonical(language),
                folded=folded,
                accepted=source.status == Source.Status.ACCEPTED,
            ),
        )
    return list(rows.values())


def checked_key(name: str) -> str:
    """The key under which the name is found; a name that cannot stand is refused."""
    key = search_key(name) if len(name) <= NAME_LIMIT else ""
    if len(name) > NAME_LIMIT:
        problem = _("A source’s name has at most %(limit)d characters; “%(name)s” has %(count)d.")
        problem %= _length(name, len(name))
    elif len(key) > NAME_LIMIT:
        problem = _(
            "A source’s name has at most %(limit)d characters; “%(name)s” has %(count)d as it is "
            "looked up (ß as ss)."
        ) % _length(name, len(key))
    elif not key:
        problem = _("A source needs a name.")
    elif any(unicodedata.category(character) in _NOT_IN_A_NAME for character in name):
        problem = _("A source’s name is one line and holds no control characters.")
    elif CHAIN_SEPARATOR.strip() in name:
        problem = _("A source’s name may not contain “>”: %s") % name
    else:
        return key
    raise WorkflowError(Refusal.INVALID, problem, field="name")


def _length(name: str, count: int) -> dict[str, object]:
    """What is told of a name that is too long; a lone surrogate cannot be."""
    begin = shortened(name).encode("utf-8", "replace").decode()
    return {"limit": NAME_LIMIT, "name": begin, "count": count}


def _require_free(project: Project, rows: Iterable[SourceAlias]) -> None:
    """Refuse names that another accepted source of the project has."""
    lock_project(project)
    taken = SourceAlias.objects.filter(
        project=project, accepted=True, folded__in=[row.folded for row in rows]
    ).first()
    if taken is not None:
        raise WorkflowError(
            Refusal.INVALID,
            _("“%(name)s” is already a name of the source “%(source)s”.")
            % {"name": taken.text, "source": taken.source},
            field="name",
        )


@transaction.atomic
def add_source(
    *,
    project: Project,
    by: User,
    name: Mapping[str, str],
    kind: str,
    aliases: Sequence[tuple[str, str]] = (),
    status: str = Source.Status.ACCEPTED,
    article: Article | None = None,
    shared: bool = False,
) -> Source:
    """Add a source with its names by language and its aliases (text, language).

    Names and aliases of accepted sources are unique in the project after folding.
    """
    if not any(text.strip() for text in name.values()):
        raise WorkflowError(Refusal.INVALID, _("A source needs a name."), field="name")
    source = Source(
        created_by=by,
        project=project,
        name={canonical(language): text for language, text in name.items()},
        kind=kind,
        status=status,
        article=article,
        shared=shared,
    )
    rows = _alias_rows(source, [(text, lang) for lang, text in name.items()] + list(aliases))
    if source.status == Source.Status.ACCEPTED:
        _require_free(project, rows)
    source.save(force_insert=True)
    SourceAlias.objects.bulk_create(rows)
    record("add_source", source, by=by, project=project, after={"name": source.name, "kind": kind})
    return source


@transaction.atomic
def add_alias(*, source: Source, by: User, text: str, language: str = "") -> SourceAlias:
    """Add a name under which the source is found."""
    (alias,) = _alias_rows(source, [(text, language)])
    _require_free(source.project, [alias])
    alias.save(force_insert=True)
    record("add_alias", source, by=by, project=source.project, after={"alias": text})
    return alias


def sources_called(name: str, *, article: Article, by: User) -> QuerySet[Source]:
    """Those that this person may put into a chain of this article under this name, accepted ones
    first, then by age. A name that cannot stand is refused, and so is that of the author.
    """
    key = checked_key(name)
    names = SourceAlias.objects.filter(project=article.project_id, source__kind=Source.Kind.AUTHOR)
    if key in _author_keys() or names.named([key]).exists():
        raise WorkflowError(
            Refusal.INVALID,
            _("“%s” is the article’s author, who never stands in a chain of sources.") % name,
            field="name",
        )
    usable = Source.objects.usable_by(by, article).filter(project=article.project_id)
    return usable.filter(aliases__folded=key).order_by("status", "created_at", "pk")


def _author_keys() -> Iterator[str]:
    """What an author is called in the languages of the pages, whichever of them is read."""
    for language in dict(settings.LANGUAGES):
        with override(language):
            yield search_key(str(Source.Kind.AUTHOR.label))


def require_kind(kind: str) -> None:
    """Refused unless a source of this kind can be added: those built in are there already."""
    if kind not in Source.Kind.values or kind in (Source.Kind.AUTHOR, Source.Kind.UNSPECIFIED):
        raise WorkflowError(Refusal.INVALID, _("Choose what kind of source this is."), field="kind")


@transaction.atomic
def propose_source(
    *, article: Article, by: User, name: str, kind: str, language: str = ""
) -> Source:
    """Add a source that an annotator misses, seen by nobody else but reviewers until the article is
    complete.

    A source that the annotator may use here under this name is returned instead; another
    annotator's equal proposal stays unknown. An anonymous source belongs to its article.
    """
    require_kind(kind)
    known = sources_called(name, article=article, by=by)
    if kind == Source.Kind.ANONYMOUS:
        known = known.filter(article=article)
    if source := known.first():
        return source
    return add_source(
        project=article.project,
        by=by,
        name={language or article.language: name.strip()},
        kind=kind,
        status=Source.Status.PROPOSED,
        article=article if kind == Source.Kind.ANONYMOUS else None,
    )


def offered_names(
    *, project: Project, by: User, article: Article | None, typed: str
) -> QuerySet[SourceAlias]:
    """The names of sources that somebody who labels (this article) may choose, best first.

    Among names that match equally well come those of sources named in this article before, then
    those named elsewhere, by the same person: what others chose is not told. With their sources.
    """
    own = Annotation.objects.filter(assignment__membership__user=by, project=project)
    named = own.exclude(source=None).values("source")
    preferred = Case(
        When(source__in=named.filter(assignment__article=article), then=0),
        When(source__in=named, then=1),
        default=2,
    )
    usable = Source.objects.usable_by(by, article).filter(project=project)
    names = SourceAlias.objects.filter(project=project, source__in=usable)
    return names.matching(typed, preferred).select_related("source")


def known_names(
    *, project: Project, by: User, article: Article, keys: Iterable[str]
) -> list[tuple[str, Source]]:
    """Those of the folded names `keys` that sources have which this person may choose here.

    The names are looked up first: few of very many are meant, and their index tells which.
    """
    named = SourceAlias.objects.filter(project=project)
    wanted = list(keys)
    names = [
        name
        for at in range(0, len(wanted), LOOKED_UP)
        for name in named.named(wanted[at : at + LOOKED_UP]).values_list("folded", "source")
    ]
    usable = Source.objects.usable_by(by, article).in_bulk({source for _name, source in names})
    return [(name, usable[source]) for name, source in names if source in usable]


def redirects(ids: Iterable[UUID]) -> dict[UUID, Source]:
    """Each id with the source it stands for today, merges followed."""
    asked = set(ids)
    found = {source.pk: source for source in sources_with_targets(asked)}
    return {pk: found[found[pk].merged_into_id or pk] for pk in asked & found.keys()}


@transaction.atomic
def merge_source(*, source: Source, into: Source, by: User) -> Source:
    """Make `source` a redirect to `into`: its id stays valid, its names become aliases."""
    lock_project(into.project)
    for each in (source, into):
        each.refresh_from_db(fields=["merged_into"])
    living = source.merged_into_id is None and into.merged_into_id is None
    if source.project_id != into.project_id or source.pk == into.pk or not living:
        raise WorkflowError(Refusal.INVALID, _("A source is merged into another living one."))
    source.merged_into = into
    source.save(update_fields=["merged_into"])
    Source.objects.filter(merged_into=source).update(merged_into=into)
    taken = set(into.aliases.values_list("folded", flat=True)) | set(
        SourceAlias.objects.filter(project=into.project_id, accepted=True)
        .exclude(source=source)
        .values_list("folded", flat=True)
    )
    aliases = list(source.aliases.all())
    source.aliases.update(accepted=False)
    SourceAlias.objects.bulk_create(
        SourceAlias(
            project_id=into.project_id,
            source=into,
            text=alias.text,
            language=alias.language,
            folded=alias.folded,
            accepted=into.status == Source.Status.ACCEPTED,
        )
        for alias in aliases
        if alias.folded not in taken
    )
    record("merge_source", source, by=by, project=into.project, after={"merged_into": str(into.pk)})
    return into


def settle_proposals(*, article: Article, by: User) -> None:
    """Merge the equal proposals used in a complete article, and let the rest of the project see
    them.

    Equal means the same kind and a folded name in common. The survivor is an accepted source if
    there is one, else the proposal of the annotator who was assigned first.
    """
    rows = (
        Annotation.objects.current()
        .filter(assignment__article=article)
        .order_by("assignment__number", "seq", "position")
    )
    used: dict[UUID, None] = {}
    for row in rows:
        used.update(dict.fromkeys(UUID(link) for link in row.source_chain))
    proposed = {
        source.pk: source
        for source in Source.objects.filter(
            pk__in=used, status=Source.Status.PROPOSED, merged_into=None
        ).prefetch_related("aliases")
    }
    survivors: dict[tuple[str, str], Source] = {}
    accepted = defaultdict(list)
    folded = {alias.folded for source in proposed.values() for alias in source.aliases.all()}
    for alias in SourceAlias.objects.filter(
        project=article.project_id, folded__in=folded, accepted=True
    ).select_related("source"):
        accepted[alias.source.kind, alias.folded].append(alias.source)
    for pk in (pk for pk in used if pk in proposed):
        source = proposed[pk]
        keys = [(source.kind, alias.folded) for alias in source.aliases.all()]
        into = next(
            (accepted[key][0] for key in keys if accepted[key]),
            next((survivors[key] for key in keys if key in survivors), None),
        )
        if into is not None:
            merge_source(source=source, into=into, by=by)
        else:
            survivors.update(dict.fromkeys(keys, source))
    Source.objects.filter(pk__in=[source.pk for source in survivors.values()]).update(shared=True)
