"""Split and join: a reviewer says which annotations are one claim. The decision stands when the
article is aligned anew, has its reason, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Article, ClaimGroup, GroupMember, Regrouping, Sentence
from .grouping import COMPARED, compare
from .items import refresh_items
from .review import (
    check_note,
    locked_article,
    require_complete,
    require_with_reviewers,
    settled_meanwhile,
    with_members,
)
from .work import Rules, read_work

Membership = dict[str, Any]


@transaction.atomic
def split_group(
    *, group: ClaimGroup, by: User, members: Collection[UUID], reason: str
) -> Regrouping:
    """Put some annotations of a group that waits (by annotation id) into one of their own."""
    article = _open(group.article_id, reason)
    (kept,) = _waiting(article, [group.pk])
    leaving = [it for it in kept.members.all() if it.annotation.annotation_id in members]
    if len(leaving) in (0, len(kept.members.all())) or len(leaving) < len(members):
        raise WorkflowError(
            Refusal.INVALID,
            _("Choose which readings are another claim: at least one, and not all."),
            field="members",
        )
    before = _as_stored([kept])
    new = ClaimGroup(
        created_by=by,
        project=article.project,
        article=article,
        sentence=kept.sentence,
        start=kept.start,
        end=kept.end,
    )
    new.save(force_insert=True)
    _move(leaving, new)
    return _fix(Regrouping.Kind.SPLIT, [kept, new], before, article, by=by, reason=reason)


@transaction.atomic
def join_groups(
    *, sentence: Sentence, by: User, groups: Collection[UUID], reason: str
) -> Regrouping:
    """Make one group of several that wait in the article of this sentence: the first in the text
    keeps its id, the others stay empty behind, with the history they have.
    """
    article = _open(sentence.article_id, reason)
    first, *others = _waiting(article, groups)
    assignments = [it.assignment_id for group in (first, *others) for it in group.members.all()]
    if not others:
        raise WorkflowError(
            Refusal.INVALID, _("Choose two claims or more to join."), field="groups"
        )
    if len(set(assignments)) < len(assignments):
        raise WorkflowError(
            Refusal.INVALID,
            _("Somebody tells these claims apart: a joined claim has one reading of each person."),
            field="groups",
        )
    before = _as_stored([first, *others])
    for other in others:
        _move(other.members.all(), first)
        other.status = ClaimGroup.Status.JOINED
    return _fix(Regrouping.Kind.JOIN, [first, *others], before, article, by=by, reason=reason)


@transaction.atomic
def undo_regrouping(*, regrouping: Regrouping, by: User, reason: str = "") -> Regrouping:
    """Take a split or join back, while all that it made still waits as it was left."""
    article = locked_article(regrouping.article_id)
    require_complete(article)
    check_note(reason)
    if Regrouping.objects.filter(undoes=regrouping).exists():
        raise WorkflowError(Refusal.GONE, _("This is taken back already."))
    groups = with_members(ClaimGroup.objects.filter(pk__in=regrouping.after))
    require_with_reviewers(group for group in groups if group.waits)
    if why := _why_it_stands(regrouping, groups):
        raise WorkflowError(Refusal.CLOSED, why)
    places = {str(group.pk): group for group in groups}
    members = {
        str(member.annotation.annotation_id): member
        for group in groups
        for member in group.members.all()
    }
    for pk, stored in regrouping.before.items():
        _move([members[each] for each in stored["members"]], places[pk])
        places[pk].fixed = stored["fixed"]
    _wait_again([places[pk] for pk in regrouping.before])
    made = [group for pk, group in places.items() if pk not in regrouping.before]
    for group in made:
        group.status = ClaimGroup.Status.JOINED
    ClaimGroup.objects.bulk_update(groups, ["status", "fixed"])
    ClaimGroup.objects.filter(pk__in=[it.pk for it in made], decisions=None).delete()
    _compare_anew(article, [places[pk] for pk in regrouping.before])
    return Regrouping.objects.create(
        created_by=by,
        project_id=article.project_id,
        article=article,
        kind=Regrouping.Kind.UNDO,
        reason=reason,
        before=regrouping.after,
        after=regrouping.before,
        undoes=regrouping,
    )


def why_they_stand(regroupings: Collection[Regrouping]) -> dict[UUID, str]:
    """Why each of these splits and joins cannot be taken back just now, in words; '' where it can.
    As many queries however many there are.
    """
    touched = {pk for regrouping in regroupings for pk in regrouping.after}
    found = ClaimGroup.objects.filter(pk__in=touched).prefetch_related("members__annotation")
    groups = {str(group.pk): group for group in found}
    return {
        it.pk: _why_it_stands(it, [groups[pk] for pk in it.after if pk in groups])
        for it in regroupings
    }


def _why_it_stands(regrouping: Regrouping, groups: Collection[ClaimGroup]) -> str:
    made = {pk: stored["members"] for pk, stored in regrouping.after.items()}
    if {str(group.pk): _member_ids(group) for group in groups} != made:
        return _(
            "What belongs to these claims has changed since: take back first what was split or "
            "joined later, or split or join them anew."
        )
    if any(group.status == ClaimGroup.Status.DECIDED for group in groups):
        return _("Reopen what was decided of these claims first, then take it back.")
    return ""


def _open(article_id: UUID, reason: str) -> Article:
    """The complete article, locked; the reason is there."""
    article = locked_article(article_id)
    require_complete(article)
    check_note(reason)
    if not reason.strip():
        raise WorkflowError(
            Refusal.INVALID, _("Say why these are, or are not, the same claim."), field="reason"
        )
    return article


def _waiting(article: Article, groups: Collection[UUID]) -> list[ClaimGroup]:
    """These groups, in text order, while all of them wait."""
    found = with_members(ClaimGroup.objects.waiting().filter(article=article, pk__in=groups))
    if not found or len(found) < len(set(groups)):
        raise settled_meanwhile()
    require_with_reviewers(found)
    return found


def _move(members: Iterable[GroupMember], into: ClaimGroup) -> None:
    GroupMember.objects.filter(pk__in=[member.pk for member in members]).update(group=into)


def _fix(
    kind: Regrouping.Kind,
    groups: list[ClaimGroup],
    before: dict[str, Membership],
    article: Article,
    *,
    by: User,
    reason: str,
) -> Regrouping:
    """Store that these groups' members are decided, and bring them and the queue up to date."""
    for group in groups:
        group.fixed = True
    ClaimGroup.objects.bulk_update(groups, ["fixed", "status"])
    moved = _compare_anew(article, groups)
    return Regrouping.objects.create(
        created_by=by,
        project_id=article.project_id,
        article=article,
        kind=kind,
        reason=reason,
        before=before,
        after=_as_stored(moved),
    )


def _compare_anew(article: Article, groups: Iterable[ClaimGroup]) -> list[ClaimGroup]:
    """The groups with their members as they are now, compared anew."""
    work, rules = read_work(article), Rules.of(article.project)
    found = with_members(ClaimGroup.objects.filter(pk__in=[group.pk for group in groups]))
    for group in found:
        compare(group, work.group(set(_member_ids(group))), work, rules)
    ClaimGroup.objects.bulk_update(found, COMPARED)
    refresh_items(article)
    return found


def _wait_again(groups: Iterable[ClaimGroup]) -> None:
    """A group that was joined into another waits again, as stale if something was decided of it."""
    for group in groups:
        if group.status == ClaimGroup.Status.JOINED:
            decided = group.decisions.exists()
            group.status = ClaimGroup.Status.STALE if decided else ClaimGroup.Status.TO_REVIEW


def _member_ids(group: ClaimGroup) -> list[str]:
    return sorted(str(member.annotation.annotation_id) for member in group.members.all())


def _as_stored(groups: Iterable[ClaimGroup]) -> dict[str, Membership]:
    return {
        str(group.pk): {"members": _member_ids(group), "fixed": group.fixed} for group in groups
    }
