"""The reads that every save and every opening of an article make, written as SQL.

Django takes several times as long to write such a query as the database to answer it, and of the
time of a save that was half (docs/speed.md). Each function says in its docstring which queryset it
stands for; tests/test_hot.py holds the two against one another.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, models

from ..domain.codebook import Label
from .corpus import Article, Project, Sentence
from .labelling import Annotation, Assignment, Judgement

Row = TypeVar("Row", bound=models.Model)

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


def first_of(model: type[Row], sql: str, *values: object) -> Row | None:
    """The first row of this SQL as an object."""
    return next(iter(all_of(model, sql, *values)), None)


def all_of(model: type[Row], sql: str, *values: object) -> list[Row]:
    """The rows of this SQL as objects; what else it selects becomes their attributes."""
    return list(model._default_manager.raw(sql, stored(values)))


def stored(values: Iterable[object]) -> list[Any]:
    """Values as the database keeps them."""
    native = connection.features.has_native_uuid_field
    return [v.hex if isinstance(v, UUID) and not native else v for v in values]
