"""The end of a membership: whoever leaves, their labels stay; whose work is excluded, it is out of
agreement and groups, and what was decided on it is looked at again. Nothing is deleted.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Article, Assignment, ClaimGroup, Membership
from .assigning import take_positions, withdraw
from .grouping import regroup
from .items import close_items
from .projects import change_member
from .recording import record
from .review import check_note, locked_article

ENDS = (Membership.Ended.LEFT, Membership.Ended.EXCLUDED)


@transaction.atomic
def end_membership(*, membership: Membership, by: User, ended: str, reason: str) -> Membership:
    """End a membership as `left` or `excluded`; the open articles go back to the pool.

    `excluded`: submitted work counts no more. Each of its articles needs another reader, and is
    complete again when that one hands in; decisions that rest on it are stale. The project keeps a
    manager.
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
    membership.refresh_from_db()
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
    for assignment in membership.assignments.open():
        withdraw(assignment=assignment, by=by, note=reason)
    if ended == Membership.Ended.EXCLUDED:
        submitted = membership.assignments.filter(state=Assignment.State.SUBMITTED)
        for assignment in submitted.order_by("article__position"):
            _discount(assignment, by)
    return membership


def _discount(assignment: Assignment, by: User) -> None:
    """Take submitted work out of what counts for its article."""
    article = locked_article(assignment.article_id)
    _make_stale(article, assignment.pk, by)
    if not assignment.limited_to:
        _find_another_reader(article)
    elif article.completed_at is not None:
        regroup(article=article, by=by)


def _find_another_reader(article: Article) -> None:
    """The article goes to the end of the queue, ahead of every cursor; it is no longer complete."""
    article.open_slots += 1
    article.position = take_positions(article.project, 1)
    article.completed_at = None
    article.save(update_fields=["open_slots", "position", "completed_at"])
    close_items(article)


def _make_stale(article: Article, assignment: UUID, by: User) -> None:
    decided = article.groups.filter(
        status=ClaimGroup.Status.DECIDED, members__assignment=assignment
    )
    for group in decided.distinct():
        group.status = ClaimGroup.Status.STALE
        group.save(update_fields=["status"])
        record("mark_stale", group, by=by, project=article.project)
