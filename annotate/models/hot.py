"""What every page, every save and every opening of an article asks of the database, as SQL.

Django takes several times as long to write such a query as the database to answer it, and of the
time of a save that was half (docs/speed.md). Each function says in its docstring which queryset it
stands for; tests/test_hot.py holds the two against one another.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth.models import User

from ..domain.codebook import Label
from .codebook import codebook_in_use
from .corpus import Article, Membership, Project, Sentence, Source
from .labelling import Annotation, Assignment, Judgement
from .sql import all_of, all_unless_known, change, each_of, first_joined, first_of, rows_of

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
USER = "SELECT * FROM auth_user WHERE id = %s"
MEMBERS_PROJECT = """
    SELECT p.*, m.* FROM annotate_project p JOIN annotate_membership m ON m.project_id = p.id
    WHERE p.slug = %s AND m.user_id = %s AND m.ended = ''
"""
OPEN_LANGUAGES = """
    WITH RECURSIVE found(language) AS (
        SELECT MIN(language) FROM annotate_article WHERE project_id = %s AND open_slots > 0
        UNION ALL
        SELECT (
            SELECT MIN(a.language) FROM annotate_article a
            WHERE a.project_id = %s AND a.open_slots > 0 AND a.language > found.language
        ) FROM found WHERE found.language IS NOT NULL
    )
    SELECT language FROM found WHERE language IS NOT NULL
"""
MEMBERSHIP = """
    SELECT * FROM annotate_membership WHERE project_id = %s AND user_id = %s AND ended = ''
"""
GIVEN_SENTENCE = """
    SELECT s.id, s.project_id, s.article_id, s."index", s.start, s."end", s.paragraph,
    t.id, t.project_id, t.text, t.language, t.sentence_count,
    p.id, p.slug, p.codebook_id, p.preset_unmarked, p.suggestions
    FROM annotate_sentence s
    JOIN annotate_article t ON t.id = s.article_id
    JOIN annotate_project p ON p.id = s.project_id
    JOIN annotate_assignment a ON a.article_id = s.article_id
    JOIN annotate_membership m ON m.id = a.membership_id
    WHERE s.id = %s AND p.slug = %s AND m.user_id = %s AND m.ended = ''
    AND m.role IN ('annotator', 'reviewer', 'manager')
"""
OWN_ASSIGNMENT = """
    SELECT a.* FROM annotate_assignment a
    JOIN annotate_membership m ON m.id = a.membership_id
    WHERE a.article_id = %s AND m.user_id = %s AND m.ended = ''
"""
OWN_WORK = """
    SELECT a.id, a.project_id, a.article_id, a.limited_to, a.state, a.last_seq, a.judged,
    a.seconds_active,
    j.id, j.project_id, j.assignment_id, j.sentence_id, j.number, j.revision, j.seq, j.status,
    j.no_claim_reason, j.duplicate_of_id, j.skip_reason, j.labels, j.restores, j.digest
    FROM annotate_assignment a
    JOIN annotate_membership m ON m.id = a.membership_id
    LEFT JOIN annotate_judgement j
    ON j.project_id = a.project_id AND j.assignment_id = a.id AND j.sentence_id = %s
    WHERE a.article_id = %s AND m.user_id = %s AND m.ended = ''
    ORDER BY j.number DESC LIMIT 1
"""
LAST_JUDGEMENT = """
    SELECT * FROM annotate_judgement
    WHERE project_id = %s AND assignment_id = %s AND sentence_id = %s
    ORDER BY number DESC LIMIT 1
"""
LAST_JUDGEMENTS = """
    SELECT j.* FROM annotate_judgement j JOIN (
        SELECT sentence_id, MAX(number) AS number FROM annotate_judgement
        WHERE project_id = %s AND assignment_id = %s GROUP BY sentence_id
    ) AS l ON l.sentence_id = j.sentence_id AND l.number = j.number
    WHERE j.project_id = %s AND j.assignment_id = %s
"""
ANNOTATION_ROWS = """
    SELECT * FROM annotate_annotation WHERE assignment_id = %s AND sentence_id = %s
    ORDER BY seq, position
"""
MOVE_ON = """
    UPDATE annotate_assignment SET last_seq = %s, judged = %s, seconds_active = %s, state = %s
    WHERE id = %s AND last_seq = %s AND state = %s
"""
SOURCES = "SELECT * FROM annotate_source WHERE project_id = %s AND id IN ({})"
SOURCES_WITH_TARGETS = """
    WITH asked AS (SELECT * FROM annotate_source WHERE id IN (%s))
    SELECT * FROM asked UNION
    SELECT s.* FROM annotate_source s JOIN asked ON s.id = asked.merged_into_id
"""


class Content(NamedTuple):
    """What a state is told from: these fields of an `Annotation`, whose making takes longer."""

    sentence_id: UUID
    annotation_id: UUID
    seq: int
    position: int
    deleted: bool
    spans: list[list[int]]
    source_chain: list[str]
    source_span: list[int] | None
    cue_span: list[int] | None
    claim_text: str
    attribution_type: str
    kind: str
    stance: str
    certainty: str
    confidence: str
    labels: dict[str, Label]
    note: str
    suggested: Mapping[str, object] | None
    preset: list[str]


def members_project(user: User, slug: str) -> Project | None:
    """`Project.objects.visible_to(user).select_related("codebook").filter(slug=slug).first()`, with
    the user's `active_membership`; of the codebook, which never changes, a process asks once.
    """
    found = first_joined((Project, Membership), MEMBERS_PROJECT, slug, user.pk)
    if not found:
        return None
    project: Project
    membership: Membership
    project, membership = found
    project.asked_by, membership.project = membership, project
    project.codebook = codebook_in_use(project)
    return project


def open_languages(project: UUID) -> list[str]:
    """`Article.objects.filter(project=project, open_slots__gt=0).values_list("language",
    flat=True).distinct()`, by one step in the index from each language to the next: as dear for few
    articles as for many.
    """
    return [language for (language,) in rows_of(OPEN_LANGUAGES, project, project)]


def active_membership(user: User, project: Project) -> Membership | None:
    """`Membership.objects.active().filter(project=project, user=user).first()`."""
    return first_of(Membership, MEMBERSHIP, project.pk, user.pk)


def given_sentence(user: User, slug: str, pk: UUID) -> Sentence | None:
    """`Sentence.objects.placed().given_to(user).filter(project__slug=slug, pk=pk).first()`, with
    what saves and suggestions read of it; the rest is asked for when it is read.
    """
    found = first_joined((Sentence, Article, Project), GIVEN_SENTENCE, pk, slug, user.pk)
    if not found:
        return None
    sentence: Sentence
    sentence, sentence.article, sentence.article.project = found
    return sentence


def own_assignment(user: User, article: UUID) -> Assignment | None:
    """`Assignment.objects.of(user).filter(article=article).first()`."""
    return first_of(Assignment, OWN_ASSIGNMENT, article, user.pk)


def own_work(user: User, sentence: Sentence) -> tuple[Assignment | None, Judgement | None]:
    """`own_assignment` to the sentence's article, and its `last_judgement` of the sentence; who
    made them when is asked for when it is read.
    """
    found = first_joined(
        (Assignment, Judgement), OWN_WORK, sentence.pk, sentence.article_id, user.pk
    )
    assignment, judgement = found or (None, None)
    return assignment, judgement


def last_judgement(assignment: Assignment, sentence: Sentence) -> Judgement | None:
    """`assignment.judgements.filter(sentence=sentence).order_by("number").last()`."""
    return first_of(Judgement, LAST_JUDGEMENT, assignment.project_id, assignment.pk, sentence.pk)


def last_judgements(
    assignment: Assignment, known: Callable[[UUID], Judgement | None]
) -> list[Judgement]:
    """`assignment.judgements.current()`; those that are `known` by their ids are not made again."""
    keys = (assignment.project_id, assignment.pk)
    return all_unless_known(known, Judgement, LAST_JUDGEMENTS, *keys, *keys)


def contents(assignment: Assignment) -> list[Content]:
    """`assignment.annotations.order_by("seq", "position")`, in a fifth of the time."""
    rows = assignment.annotations.order_by("seq", "position").values_list(*Content._fields)
    return [Content(*row) for row in rows]


def annotation_rows(assignment: Assignment, sentence: Sentence) -> list[Annotation]:
    """`assignment.annotations.filter(sentence=sentence).order_by("seq", "position")`."""
    return all_of(Annotation, ANNOTATION_ROWS, assignment.pk, sentence.pk)


def sources_of(project: UUID, ids: Collection[UUID]) -> list[Source]:
    """`Source.objects.filter(project=project, pk__in=ids)`."""
    return all_of(Source, SOURCES.format(each_of(ids)), project, *ids) if ids else []


def sources_with_targets(ids: Collection[UUID]) -> list[Source]:
    """`Source.objects.filter(pk__in=ids)`, and the sources into which these were merged."""
    return all_of(Source, SOURCES_WITH_TARGETS % each_of(ids), *ids) if ids else []


def session_data(key: str, now: datetime) -> str | None:
    """`Session.objects.filter(session_key=key, expire_date__gt=now)`, what it holds."""
    found = rows_of(SESSION, key, now)
    return found[0][0] if found else None


def account(pk: int) -> User | None:
    """`User.objects.filter(pk=pk).first()`."""
    return first_of(User, USER, pk)


def move_on(assignment: Assignment, *, last_seq: int, state: str) -> bool:
    """Store how far the assignment is, if it is still where it was read: the `update()` of
    `Assignment.objects.filter(pk=assignment.pk, last_seq=last_seq, state=state)`.
    """
    now = assignment
    values = (now.last_seq, now.judged, now.seconds_active, now.state)
    return bool(change(MOVE_ON, *values, now.pk, last_seq, state))
