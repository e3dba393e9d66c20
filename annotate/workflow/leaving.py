"""The end of a membership: whoever leaves, their labels stay; whose work is excluded, it is out of
agreement and groups, and what was decided on it is looked at again. Nothing is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Article, Assignment, ClaimGroup, Membership
from .assigning import find_another_reader, withdraw
from .grouping import complete, regroup
from .items import close_items
from .locking import lock_articles_of, lock_member
from .projects import change_member
from .recording import record
from .review import check_note, locked_article
from .second_look import wait_or_not

ENDS = (Membership.Ended.LEFT, Membership.Ended.EXCLUDED)


@transaction.atomic
def end_membership(*, membership: Membership, by: User, ended: str, reason: str) -> Membership:
    """End a membership as `left` or `excluded`; the open articles go back to the pool.

    `excluded`: submitted work counts no more, and decisions that rest on it are stale. Each of its
    articles needs another reader, and is complete again when that one hands in; where enough have
    read it without this one, it is so at once. The project keeps a manager.
    """
    check_note(reason)
    if ended not in ENDS:
        raise WorkflowError(
            Refusal.INVALID, _("A membership ends as left or as excluded."), field="ended"
        )
    if not reason.strip():
        raise WorkflowError(
            Refusal.INVALID, _("Say why: it stays in the project’s history."), field="reason"
        )
    membership = lock_member(membership)
    if membership.ended in (ended, Membership.Ended.EXCLUDED):
        raise WorkflowError(Refusal.CLOSED, _("This membership has ended already."))
    before = membership.ended
    change_member(membership=membership, by=by, ended=ended)
    record(
        "end_membership",
        membership,
        by=by,
        project=membership.project,
        before={"ended": before},
        after={"ended": ended, "reason": reason},
    )
    lock_articles_of(membership)
    for assignment in membership.assignments.open():
        withdraw(assignment=assignment, by=by, note=reason)
    if ended == Membership.Ended.EXCLUDED:
        submitted = membership.assignments.filter(state=Assignment.State.SUBMITTED)
        for assignment in submitted.order_by("article__position"):
            _discount(assignment, by)
    else:
        wait_or_not(membership)
    return membership


@transaction.atomic
def take_back(*, membership: Membership, by: User) -> Membership:
    """Let somebody who left work in the project again, in the role they had."""
    membership = lock_member(membership)
    if membership.ended != Membership.Ended.LEFT:
        raise WorkflowError(Refusal.CLOSED, _("Only somebody who has left can come back."))
    change_member(membership=membership, by=by, ended=Membership.Ended.ACTIVE)
    wait_or_not(membership)
    return membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What the end of a membership would change: articles that go back to the pool; and if it is
    excluded, articles that need another reader, those of them that are complete today, and
    decisions that become stale.
    """

    given_back: int
    to_read_again: int
    complete: int
    decisions: int


def consequences_of_the_end(membership: Membership) -> Consequences:
    """What `end_membership` would do just now."""
    submitted = membership.assignments.filter(state=Assignment.State.SUBMITTED)
    others = Assignment.objects.placed().exclude(membership=membership)
    others = others.filter(article=OuterRef("article")).order_by()
    staying = Subquery(others.values("article").annotate(n=Count("pk")).values("n"))
    short = submitted.filter(limited_to=[]).alias(staying=Coalesce(staying, 0))
    short = short.filter(staying__lt=membership.project.annotators_per_article)
    decided = ClaimGroup.objects.filter(
        status=ClaimGroup.Status.DECIDED, members__assignment__in=submitted
    )
    return Consequences(
        given_back=membership.assignments.open().count(),
        to_read_again=short.count(),
        complete=short.filter(article__completed_at__isnull=False).count(),
        decisions=decided.distinct().count(),
    )


def _discount(assignment: Assignment, by: User) -> None:
    """Take submitted work out of what counts for its article."""
    article = locked_article(assignment.article_id)
    _make_stale(article, assignment.pk, by)
    if not assignment.limited_to:
        find_another_reader(article)
        article.completed_at = None
        article.save(update_fields=["completed_at"])
        close_items(article)
        if article.is_ready:
            complete(article=article, by=by)
    elif article.completed_at is not None:
        regroup(article=article, by=by)


def _make_stale(article: Article, assignment: UUID, by: User) -> None:
    decided = article.groups.filter(
        status=ClaimGroup.Status.DECIDED, members__assignment=assignment
    )
    for group in decided.distinct():
        group.status = ClaimGroup.Status.STALE
        group.save(update_fields=["status"])
        record("mark_stale", group, by=by, project=article.project)
