"""Projects: their start, their people, their codebook."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..domain import codebook as domain
from ..domain.languages import each_once
from ..errors import Refusal, WorkflowError
from ..models import Codebook, CodebookVersion, Guidelines, Membership, Project, Source
from .assigning import put_cursor_back
from .locking import lock_articles_of, lock_member, lock_project
from .recording import record
from .second_look import wait_or_not
from .sources import add_source

GUIDELINES_LIMIT = 100_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

BUILT_IN: Mapping[str, Mapping[str, str]] = {
    Source.Kind.AUTHOR: {"en": "Article author", "fr": "Auteur de l’article", "ar": "كاتب المقال"},
    Source.Kind.UNSPECIFIED: {
        "en": "Unspecified source",
        "fr": "Source non précisée",
        "ar": "مصدر غير محدد",
    },
}


@transaction.atomic
def start_project(
    *,
    by: User,
    name: str,
    slug: str,
    codebook: Mapping[str, object],
    languages: Sequence[str] = (),
    guidelines: str = "",
    **rules: Any,
) -> Project:
    """Start a project with its codebook and built-in sources; the actor becomes its manager.

    `rules` are the project's own fields, such as `annotators_per_article` or `agreement_policy`.
    """
    if rules.get("annotators_per_article", 1) < 1:
        raise WorkflowError(Refusal.INVALID, _("An article is read by at least one annotator."))
    project, is_new = Project.objects.get_or_create(
        slug=slug,
        defaults={"created_by": by, "name": name, "languages": each_once(languages), **rules},
    )
    if not is_new:
        raise WorkflowError(
            Refusal.INVALID, _("There is already a project “%s”: choose another slug.") % slug
        )
    for kind, names in BUILT_IN.items():
        add_source(project=project, by=by, name=names, kind=kind)
    publish_codebook(project=project, by=by, content=codebook)
    if guidelines:
        publish_guidelines(project=project, by=by, text=guidelines)
    add_member(project=project, by=by, user=by, role=Membership.Role.MANAGER)
    record("start_project", project, by=by, project=project, after={"slug": slug, "name": name})
    return project


@transaction.atomic
def publish_codebook(
    *, project: Project, by: User, content: Mapping[str, object], notes: str = ""
) -> CodebookVersion:
    """Publish a version of the project's codebook and make it the one new work is labelled with.

    A change that removes or redefines a label needs its labels mapped, which is not a matter of
    publishing: it is refused here.
    """
    try:
        new = domain.parse(content)
    except domain.CodebookError as error:
        raise WorkflowError(Refusal.INVALID, str(error)) from error
    current = lock_project(project).codebook
    if current is not None:
        change = domain.compare(current.parsed(), new)
        if change == "major":
            raise WorkflowError(
                Refusal.INVALID,
                _("This codebook removes or redefines labels in use: deprecate them instead."),
            )
    line, _created = Codebook.objects.get_or_create(
        project=project, name=new.name, defaults={"created_by": by}
    )
    if line.versions.filter(version=new.version).exists():
        raise WorkflowError(
            Refusal.INVALID,
            _("Version %s of this codebook is published already: raise its version.") % new.version,
        )
    version = CodebookVersion.objects.create(
        created_by=by,
        project=project,
        codebook=line,
        version=new.version,
        status=CodebookVersion.Status.PUBLISHED,
        content=domain.canonical_json(new).decode(),
        sha256=domain.sha256(new),
        notes=notes,
    )
    project.codebook = version
    project.save(update_fields=["codebook"])
    record("publish_codebook", version, by=by, project=project, after={"version": new.version})
    return version


@transaction.atomic
def publish_guidelines(*, project: Project, by: User, text: str) -> Guidelines:
    """Let these guidelines hold from now on; those before them are kept. The same text again
    changes nothing.

    `text` is Markdown with LF or CRLF line ends, at most `GUIDELINES_LIMIT` characters.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > GUIDELINES_LIMIT:
        raise WorkflowError(
            Refusal.INVALID,
            _("Guidelines have at most %(limit)d characters; these have %(length)d.")
            % {"limit": GUIDELINES_LIMIT, "length": len(text)},
            field="text",
        )
    if _UNSTORABLE.search(text):
        raise WorkflowError(
            Refusal.INVALID, _("This text holds a character that cannot be stored."), field="text"
        )
    lock_project(project)
    last = Guidelines.objects.of(project).first()
    if last is not None and last.text == text:
        return last
    number = last.number + 1 if last else 1
    return Guidelines.objects.create(created_by=by, project=project, number=number, text=text)


@transaction.atomic
def add_member(
    *, project: Project, by: User, user: User, role: str, languages: Sequence[str] = ()
) -> Membership:
    """Take a person into the project. `languages` are those the person is given to read; none means
    all.
    """
    lock_project(project)
    if Membership.objects.filter(project=project, user=user).exists():
        raise WorkflowError(
            Refusal.INVALID, _("%s is a member of this project already.") % user.get_username()
        )
    member = Membership.objects.create(
        created_by=by, project=project, user=user, role=role, languages=each_once(languages)
    )
    record("add_member", member, by=by, project=project, after={"role": role})
    return member


@transaction.atomic
def change_project(*, project: Project, by: User, **settings: Any) -> Project:
    """Change the project's settings. What was agreed under the old ones stays as it was decided.

    The number of annotators an article is no such setting: see `places.change_annotators`.
    """
    _change("change_project", project, project, by, settings)
    return project


@transaction.atomic
def change_member(*, membership: Membership, by: User, **settings: Any) -> Membership:
    """Change a person's role or languages, or end the membership as “left”: what they did stays.

    Articles that new languages open for the person behind their place in the queue come first.
    """
    old_role = lock_member(membership).role
    observes = settings.get("role", old_role) == Membership.Role.OBSERVER
    if observes:
        lock_articles_of(membership)  # so that none is given back meanwhile
    if observes and membership.assignments.open().exists():
        raise WorkflowError(
            Refusal.CLOSED,
            _("An observer reads no articles: withdraw this person’s open articles first."),
            field="role",
        )
    _change("change_member", membership, membership.project, by, settings)
    if "languages" in settings:
        put_cursor_back(membership)
    if observes != (old_role == Membership.Role.OBSERVER):
        wait_or_not(membership)
    managers = membership.project.memberships.active().filter(role=Membership.Role.MANAGER)
    if not managers.exists():
        raise WorkflowError(
            Refusal.CLOSED,
            _("A project needs a manager: make somebody else a manager first."),
            field="role",
        )
    return membership


def _change(
    what: str, row: Project | Membership, project: Project, by: User, settings: Mapping[str, Any]
) -> None:
    """Store the new values and record what they were before."""
    if "languages" in settings:
        settings = {**settings, "languages": each_once(settings["languages"])}
    stored = type(row)._base_manager.filter(pk=row.pk).values(*settings).get()
    for name, value in settings.items():
        setattr(row, name, value)
    row.save(update_fields=list(settings))
    record(what, row, by=by, project=project, before=stored, after=dict(settings))
