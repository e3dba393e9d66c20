"""The reads that every save makes, written as SQL.

Django takes several times as long to write such a query as the database to answer it, and of the
time of a save that was half (docs/speed.md). Each function says in its docstring which queryset it
stands for; tests/test_hot.py holds the two against one another.
"""

from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, models

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
ANNOTATION_ROWS = """
    SELECT * FROM annotate_annotation WHERE assignment_id = %s AND sentence_id = %s
    ORDER BY seq, position
"""
ARTICLE = "SELECT * FROM annotate_article WHERE id = %s"
PROJECT = "SELECT * FROM annotate_project WHERE id = %s"


def given_sentence(user: User, slug: str, pk: UUID) -> Sentence | None:
    """`Sentence.objects.placed().given_to(user).filter(project__slug=slug, pk=pk).first()`."""
    sentence = _first(Sentence, GIVEN_SENTENCE, pk, slug, user.pk)
    if sentence is not None:
        article = _first(Article, ARTICLE, sentence.article_id)
        project = _first(Project, PROJECT, sentence.project_id)
        assert article is not None
        assert project is not None
        sentence.article, article.project = article, project
    return sentence


def own_assignment(user: User, article: UUID) -> Assignment | None:
    """`Assignment.objects.of(user).filter(article=article).first()`."""
    return _first(Assignment, OWN_ASSIGNMENT, article, user.pk)


def last_judgement(assignment: Assignment, sentence: Sentence) -> Judgement | None:
    """`assignment.judgements.filter(sentence=sentence).order_by("number").last()`."""
    return _first(Judgement, LAST_JUDGEMENT, assignment.project_id, assignment.pk, sentence.pk)


def annotation_rows(assignment: Assignment, sentence: Sentence) -> list[Annotation]:
    """`assignment.annotations.filter(sentence=sentence).order_by("seq", "position")`."""
    return _all(Annotation, ANNOTATION_ROWS, assignment.pk, sentence.pk)


def _first(model: type[Row], sql: str, *values: object) -> Row | None:
    return next(iter(_all(model, sql, *values)), None)


def _all(model: type[Row], sql: str, *values: object) -> list[Row]:
    native = connection.features.has_native_uuid_field
    stored = [v.hex if isinstance(v, UUID) and not native else v for v in values]
    return list(model._default_manager.raw(sql, stored))
