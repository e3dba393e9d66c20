"""The tiebreak: a third reader gets only the disputed sentences of a complete article, blind, and
the majority of three decides what it can. Figures do not count the third reading.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Article, Assignment, Membership, Project
from .assigning import lock_annotator
from .items import disputed, refresh_items
from .review import locked_article, require_complete


def ties_for(membership: Membership) -> QuerySet[Article]:
    """The articles of which this member may break a tie, in the order of the queue: complete, with
    disputed sentences, not read by this member, and by no third reader yet.
    """
    project = membership.project
    if not project.tiebreak:
        return Article.objects.none()
    return (
        project.articles.filter(completed_at__isnull=False, review_items__status="waiting")
        .exclude(assignments__membership=membership)
        .exclude(pk__in=_third_readings(project).values("article"))
        .in_languages_of(membership)
        .distinct()
        .order_by("position")
    )


def next_tie(*, membership: Membership, by: User) -> Assignment:
    """Give the member the disputed sentences of the next article that wants a third reader."""
    for article in ties_for(membership):
        if disputed(article):
            return break_tie(article=article, membership=membership, by=by)
    raise WorkflowError(Refusal.GONE, _("There is nothing disputed for you to read at present."))


@transaction.atomic
def break_tie(*, article: Article, membership: Membership, by: User) -> Assignment:
    """Give the disputed sentences of a complete article to a third reader. Until this one hands in,
    or the assignment is withdrawn, they are in no reviewer's queue.
    """
    membership = lock_annotator(membership)  # before the article, as in assigning
    article = locked_article(article.pk)
    require_complete(article)
    if not article.project.tiebreak:
        raise WorkflowError(
            Refusal.CLOSED, _("This project has no third readers: switch the tiebreak on first.")
        )
    if article.assignments.filter(membership=membership).exists():
        raise WorkflowError(
            Refusal.CLOSED, _("%s has had this article already.") % membership.user.get_username()
        )
    if _third_readings(article.project).filter(article=article).exists():
        raise WorkflowError(Refusal.CLOSED, _("This article has a third reader already."))
    sentences = disputed(article)
    if not sentences:
        raise WorkflowError(Refusal.GONE, _("Nothing is disputed in this article."))
    assignment = Assignment.objects.create(
        created_by=by,
        project_id=article.project_id,
        article=article,
        membership=membership,
        number=article.assignments.count() + 1,
        limited_to=sentences,
    )
    refresh_items(article)
    return assignment


def _third_readings(project: Project) -> QuerySet[Assignment]:
    """Those that are handed in or awaited, and not of an excluded member."""
    return (
        Assignment.objects.filter(project=project)
        .exclude(limited_to=[])
        .exclude(state=Assignment.State.WITHDRAWN)
        .exclude(membership__ended=Membership.Ended.EXCLUDED)
        .order_by()
    )
