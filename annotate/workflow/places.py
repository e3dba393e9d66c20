"""How many annotators read an article, when the project changes its mind about it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Assignment, Project
from . import grouping
from .recording import record


@transaction.atomic
def change_annotators(*, project: Project, by: User, count: int) -> Project:
    """Let `count` annotators read each article from now on.

    What is complete stays complete. Every other article has as many free places as it lacks
    readers, and everybody is offered those that lie behind them. Nobody's work is taken away:
    where more read an article than are wanted, it is complete when all have handed in; where
    enough have, it is complete at once, also if the number stays as it is.
    """
    if count < 1:
        raise WorkflowError(
            Refusal.INVALID, _("An article is read by at least one annotator."), field="count"
        )
    # Members before articles, and these before the project: as who asks for an article, and as
    # who withdraws one.
    list(project.memberships.select_for_update().order_by("pk"))
    articles = project.articles.incomplete()
    list(articles.select_for_update().order_by("pk").values_list("pk"))
    stored = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if count != stored.annotators_per_article:
        _store(stored, count, by)
    for article in project.articles.ready().select_related("project__codebook"):
        grouping.complete(article=article, by=by)
    return stored


def _store(project: Project, count: int, by: User) -> None:
    before = project.annotators_per_article
    project.annotators_per_article = count
    project.save(update_fields=["annotators_per_article"])
    _open_places(project, count)
    project.memberships.update(cursor=0)
    record(
        "change_annotators",
        project,
        by=by,
        project=project,
        before={"annotators_per_article": before},
        after={"annotators_per_article": count},
    )


def _open_places(project: Project, count: int) -> None:
    """Give each article that is not complete the free places that it lacks readers for."""
    readers = Assignment.objects.placed().filter(article=OuterRef("pk")).order_by()
    taken = Subquery(readers.values("article").annotate(n=Count("pk")).values("n"))
    lacking = Value(count) - Coalesce(taken, 0, output_field=IntegerField())
    project.articles.incomplete().update(open_slots=Greatest(lacking, 0))
