"""What a release is made of: the complete articles with all that counts, read in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import prefetch_related_objects

from ..domain import codebook as domain
from ..formats.dataset import Row
from ..formats.rows import Contents, References, claim_rows, source_rows
from ..models import (
    Annotation,
    Article,
    Assignment,
    Claim,
    ClaimGroup,
    CodebookVersion,
    Decision,
    GroupMember,
    Judgement,
    Membership,
    Project,
    Release,
    Sentence,
    Source,
    Submission,
)
from ..models.labelling import Mention
from .sources import redirects

T = TypeVar("T")

ARTICLES_AT_ONCE = 10
ITEMS_AT_ONCE = 500
BEGIN_READING = {
    # Django's own transactions begin IMMEDIATE here, and would take the lock of those who save.
    "sqlite": "BEGIN DEFERRED",
    "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
}


@contextmanager
def one_state() -> Iterator[None]:
    """Everything read inside belongs to one state of the database, and nobody's saving waits.

    Inside a transaction that is open already there is nothing to begin.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_READING[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


class Known:
    """Sources and claims as they are met, each by every id it has had, merges followed."""

    def __init__(self, release: Release) -> None:
        project = release.project
        versions = CodebookVersion.objects.filter(project=project).order_by("created_at")
        author = Source.objects.get(project=project, kind=Source.Kind.AUTHOR)
        self._sources: dict[UUID, Source] = {author.pk: author}
        self._claims: dict[UUID, Claim] = {}
        self.references = References(
            release=release.version,
            text_in_release=release.text_in_release,
            added=_added_dimensions(release.codebook_version, versions),
            author=author,
            sources=self._sources,
            claims=self._claims,
            pseudonyms=dict(
                Membership.objects.filter(project=project).values_list("user_id", "pseudonym")
            ),
            versions={version.pk: version.version for version in versions},
        )

    def pseudonym(self, user: User | None) -> str | None:
        return self.references.pseudonyms.get(user.pk) if user else None

    def meet(self, chunk: _Chunk) -> None:
        """Fetch what the articles of a chunk refer to and nobody has met yet."""
        mentions: list[Mention] = [*chunk.annotations, *chunk.decisions]
        sources = {article.publisher_id for article in chunk.articles}
        sources.update(mention.source_id for mention in mentions)
        links = {link for mention in mentions for link in mention.source_chain}
        for decision in chunk.decisions:
            links.update(_voted_sources(decision.votes))
        new = {pk for pk in sources if pk} | {UUID(link) for link in links}
        self._sources.update(redirects(new - self._sources.keys()))
        claims = {mention.claim_id for mention in mentions if mention.claim_id}
        found = Claim.objects.filter(pk__in=claims - self._claims.keys()).select_related(
            "merged_into"
        )
        self._claims.update((claim.pk, claim.merged_into or claim) for claim in found)

    def living_sources(self) -> dict[UUID, Source]:
        """Those that the ones met stand for today, by id."""
        return {source.pk: source for source in self._sources.values()}

    def source_rows(self) -> list[Row]:
        living = self.living_sources()
        merged = _in_parts(living, lambda ids: Source.objects.filter(merged_into__in=ids))
        for part in _parts(living.values()):
            prefetch_related_objects(part, "aliases")
        return source_rows(living.values(), merged)

    def claim_rows(self) -> list[Row]:
        living = {claim.pk: claim for claim in self._claims.values()}
        merged = _in_parts(living, lambda ids: Claim.objects.filter(merged_into__in=ids))
        return claim_rows(living.values(), merged)


class _Chunk:
    """Some complete articles with everything a release says of them; always as many queries."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        of_articles = {"assignment__article__in": ids}
        self.articles = list(Article.objects.filter(pk__in=ids).order_by("pk"))
        self.sentences = list(Sentence.objects.filter(article__in=ids).order_by("index"))
        self.assignments = list(
            Assignment.objects.counted()
            .filter(article__in=ids)
            .select_related("membership")
            .order_by("number")
        )
        counted = {assignment.pk: assignment.article_id for assignment in self.assignments}
        self.article_of = counted
        first = list(Submission.objects.filter(**of_articles, number=1))
        # Who breaks a tie has no first submission that figures are computed on.
        ties = {assignment.pk for assignment in self.assignments if assignment.limited_to}
        self.submitted = {
            it.assignment_id: 0 if it.assignment_id in ties else it.last_seq for it in first
        }
        self.submitted_at = {it.assignment_id: it.created_at for it in first}
        self.judgements = [
            row
            for row in Judgement.objects.filter(**of_articles).order_by("seq")
            if row.assignment_id in counted
        ]
        self.annotations = [
            row
            for row in Annotation.objects.filter(**of_articles).order_by("seq")
            if row.assignment_id in counted
        ]
        self.groups = list(ClaimGroup.objects.living().filter(article__in=ids))
        members = list(
            GroupMember.objects.filter(group__article__in=ids).values_list(
                "annotation__annotation_id", "group_id", "assignment_id"
            )
        )
        self.group_of = {annotation_id: group for annotation_id, group, _by in members}
        uncounted = {group for _annotation, group, by in members if by not in counted}
        self.decisions = [
            decision
            for decision in Decision.objects.standing().filter(group__article__in=ids)
            if decision.group_id not in uncounted
        ]

    def contents(self) -> Iterator[Contents]:
        """Article by article."""
        article_of_group = {group.pk: group.article_id for group in self.groups}
        sentences = _by(self.sentences, lambda it: it.article_id)
        assignments = _by(self.assignments, lambda it: it.article_id)
        judgements = _by(self.judgements, lambda it: self.article_of[it.assignment_id])
        annotations = _by(self.annotations, lambda it: self.article_of[it.assignment_id])
        groups = _by(self.groups, lambda it: it.article_id)
        decisions = _by(self.decisions, lambda it: article_of_group[it.group_id])
        for article in self.articles:
            yield Contents(
                article=article,
                sentences=sentences[article.pk],
                assignments=assignments[article.pk],
                submitted=self.submitted,
                submitted_at=self.submitted_at,
                judgements=judgements[article.pk],
                annotations=annotations[article.pk],
                groups=groups[article.pk],
                group_of=self.group_of,
                decisions=decisions[article.pk],
            )


def contents_of(project: Project, known: Known) -> Iterator[Contents]:
    """The complete articles of the project by id, some at a time."""
    complete = project.articles.filter(completed_at__isnull=False).order_by("pk")
    for ids in _parts(complete.values_list("pk", flat=True), ARTICLES_AT_ONCE):
        chunk = _Chunk(ids)
        known.meet(chunk)
        yield from chunk.contents()


def _added_dimensions(
    current: CodebookVersion, versions: Iterable[CodebookVersion]
) -> tuple[str, ...]:
    """The dimensions beyond the five that annotations may carry, the current codebook's first."""
    books = [current.parsed(), *(version.parsed() for version in versions)]
    keys = (
        dimension.key
        for book in books
        for dimension in book.dimensions
        if dimension.scope == "annotation" and dimension.enabled
    )
    return tuple(key for key in dict.fromkeys(keys) if key not in domain.FIVE)


def _voted_sources(votes: Mapping[str, Any]) -> Iterator[str]:
    """The ids of the sources in votes on the holder and the chain."""
    yield from (side["value"] for side in votes.get("source", ()) if side["value"] is not None)
    for side in votes.get("chain", ()):
        yield from side["value"]


def _by(rows: Iterable[T], key: Callable[[T], UUID]) -> dict[UUID, list[T]]:
    """Rows by key, in their order; a key without rows has none."""
    found: defaultdict[UUID, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _parts(items: Iterable[T], size: int = ITEMS_AT_ONCE) -> Iterator[list[T]]:
    """The items in lists of at most `size`: a query takes no more parameters than that."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _in_parts(ids: Iterable[UUID], query: Callable[[list[UUID]], Iterable[T]]) -> list[T]:
    return [row for part in _parts(ids) for row in query(part)]
