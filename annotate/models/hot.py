"""The reads that every page, every save and every opening of an article make, written as SQL.

Django takes several times as long to write such a query as the database to answer it, and of the
time of a save that was half (docs/speed.md). Each function says in its docstring which queryset it
stands for; tests/test_hot.py holds the two against one another.
"""

from collections.abc import Collection, Iterable, Mapping, Sized
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, models

from ..domain.codebook import Label
from .codebook import codebook_in_use
from .corpus import Article, Membership, Project, Sentence, Source
from .labelling import Annotation, Assignment, Judgement

Row = TypeVar("Row", bound=models.Model)

MEMBERS_PROJECT = """
    SELECT p.* FROM annotate_project p JOIN annotate_membership m ON m.project_id = p.id
    WHERE p.slug = %s AND m.user_id = %s AND m.ended = ''
"""
MEMBERSHIP = """
    SELECT * FROM annotate_membership WHERE project_id = %s AND user_id = %s AND ended = ''
"""
GIVEN_SENTENCE = """
    SELECT s.* FROM annotate_sentence s
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
ARTICLE = "SELECT * FROM annotate_article WHERE id = %s"
PROJECT = "SELECT * FROM annotate_project WHERE id = %s"
SOURCES = """
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
    """`Project.objects.visible_to(user).select_related("codebook").filter(slug=slug).first()`; of
    the codebook, which never changes, a process asks once.
    """
    project = first_of(Project, MEMBERS_PROJECT, slug, user.pk)
    if project is not None:
        project.codebook = codebook_in_use(project)
    return project


def active_membership(user: User, project: Project) -> Membership | None:
    """`Membership.objects.active().filter(project=project, user=user).first()`."""
    return first_of(Membership, MEMBERSHIP, project.pk, user.pk)


def given_sentence(user: User, slug: str, pk: UUID) -> Sentence | None:
    """`Sentence.objects.placed().given_to(user).filter(project__slug=slug, pk=pk).first()`."""
    sentence = first_of(Sentence, GIVEN_SENTENCE, pk, slug, user.pk)
    if sentence is not None:
        article = first_of(Article, ARTICLE, sentence.article_id)
        project = first_of(Project, PROJECT, sentence.project_id)
        assert article is not None
        assert project is not None
        sentence.article, article.project = article, project
    return sentence


def own_assignment(user: User, article: UUID) -> Assignment | None:
    """`Assignment.objects.of(user).filter(article=article).first()`."""
    return first_of(Assignment, OWN_ASSIGNMENT, article, user.pk)


def last_judgement(assignment: Assignment, sentence: Sentence) -> Judgement | None:
    """`assignment.judgements.filter(sentence=sentence).order_by("number").last()`."""
    return first_of(Judgement, LAST_JUDGEMENT, assignment.project_id, assignment.pk, sentence.pk)


def last_judgements(assignment: Assignment) -> list[Judgement]:
    """`assignment.judgements.current()`."""
    keys = (assignment.project_id, assignment.pk)
    return all_of(Judgement, LAST_JUDGEMENTS, *keys, *keys)


def contents(assignment: Assignment) -> list[Content]:
    """`assignment.annotations.order_by("seq", "position")`, in a fifth of the time."""
    rows = assignment.annotations.order_by("seq", "position").values_list(*Content._fields)
    return [Content(*row) for row in rows]


def annotation_rows(assignment: Assignment, sentence: Sentence) -> list[Annotation]:
    """`assignment.annotations.filter(sentence=sentence).order_by("seq", "position")`."""
    return all_of(Annotation, ANNOTATION_ROWS, assignment.pk, sentence.pk)


def sources_with_targets(ids: Collection[UUID]) -> list[Source]:
    """`Source.objects.filter(pk__in=ids)`, and the sources into which these were merged."""
    return all_of(Source, SOURCES % each_of(ids), *ids) if ids else []


def first_of(model: type[Row], sql: str, *values: object) -> Row | None:
    """The first row of this SQL as an object."""
    return next(iter(all_of(model, sql, *values)), None)


def all_of(model: type[Row], sql: str, *values: object) -> list[Row]:
    """The rows of this SQL as objects; what else it selects becomes their attributes."""
    return list(model._default_manager.raw(sql, stored(values)))


def rows_of(sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of this SQL as the database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, stored(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def stored(values: Iterable[object]) -> list[Any]:
    """Values as the database keeps them."""
    return [_stored(value) for value in values]


def _stored(value: object) -> object:
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def each_of(values: Sized) -> str:
    """The places of so many values in `IN (…)`."""
    return ", ".join(["%s"] * len(values))
