"""Grouping: the annotations of a complete article become groups, and policy and rules decide what
they can. What is decided stands.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..domain.alignment import Group, Mention, align, keep_ids
from ..domain.disagreement import (
    Agreed,
    Difference,
    Policy,
    ToReview,
    judge,
    level_of,
    pattern_of,
)
from ..errors import Refusal, WorkflowError
from ..models import Annotation, Article, ClaimGroup, Decision, GroupMember
from .deciding import agreed_by_policy, decide
from .items import refresh_items
from .recording import record
from .sources import settle_proposals
from .work import Rules, Work, confidence_order, read_work

logger = logging.getLogger(__name__)

FAILURES = (WorkflowError, ValueError, LookupError, DatabaseError)
"""What may go wrong with one article's data, and must not take the submission with it."""
PATTERN_LIMIT = 400
COMPARED = ("sentence", "start", "end", "level", "differences", "pattern")


def complete(*, article: Article, by: User) -> None:
    """The last annotator has handed the article in: it is complete, and its groups are formed in
    the same call. If they cannot be, the article says why, and the submission stands.
    """
    article.completed_at = timezone.now()
    article.save(update_fields=["completed_at"])
    _form_or_say_why(article, by)


@transaction.atomic
def regroup(*, article: Article, by: User) -> Article:
    """Form the groups of a complete article again, after what hindered it is mended."""
    locked = (
        Article.objects.select_for_update(of=("self",))
        .select_related("project__codebook")
        .get(pk=article.pk)
    )
    if locked.completed_at is None:
        raise WorkflowError(
            Refusal.CLOSED, _("This article is with an annotator: its claims wait until then.")
        )
    _form_or_say_why(locked, by)
    return locked


@transaction.atomic
def form_groups(*, article: Article, by: User) -> list[ClaimGroup]:
    """Align the annotations of a complete article and judge each group by the project's policy.

    Decisions stand, those about membership too: a decided group keeps its members, and one whose
    member was revised or deleted waits for the reviewer as stale. Only annotations in no such group
    are aligned again; where one is the same claim as a stale group's, it is put before the reviewer
    there. As many queries however many groups there are.
    """
    settle_proposals(article=article, by=by)
    work, rules = read_work(article), Rules.of(article.project)
    held, free = stored_groups(article)
    held = _without_orphans(held, work)
    _bring_up_to_date(held, work)
    groups, added = align_free(work, rules, held)
    GroupMember.objects.filter(group__in=free).delete()  # each has one place: these get a new one
    _store_members([(group, added.get(group.pk, [])) for group in held], work)
    waiting = [group for group in held if group.waits]
    for group in waiting:
        joined = {mention.id for mention in added.get(group.pk, ())}
        compare(group, work.group(_member_ids(group) | joined), work, rules)
    ClaimGroup.objects.bulk_update(waiting, ["status", *COMPARED])
    kept = keep_ids({str(group.pk): frozenset(_member_ids(group)) for group in free}, groups)
    by_id = {str(group.pk): group for group in free}
    ClaimGroup.objects.filter(pk__in=by_id.keys() - set(kept)).delete()
    formed = [
        by_id[pk] if pk else ClaimGroup(created_by=by, project=article.project, article=article)
        for pk in kept
    ]
    _store(list(zip(formed, groups, strict=True)), work, rules, known=by_id, by=by)
    refresh_items(article)
    return formed


def align_free(
    work: Work, rules: Rules, held: Sequence[ClaimGroup]
) -> tuple[list[Group], dict[UUID, list[Mention]]]:
    """The annotations that have no place yet, as groups; and those that are the same claim as what
    is left of a stale group, by its id.
    """
    taken = {pk: group for group in held for pk in _member_ids(group)}
    stale = {pk for pk, group in taken.items() if _takes_more(group)}
    mentions = [it for it in work.mentions if it.id not in taken or it.id in stale]
    groups: list[Group] = []
    added: defaultdict[UUID, list[Mention]] = defaultdict(list)
    for group in align(work.article.text, mentions, match_threshold=rules.match_threshold):
        free = [it for it in group.members if it.id not in stale]
        if home := next((taken[it.id] for it in group.members if it.id in stale), None):
            there = {it.annotator for it in work.mentions if taken.get(it.id) is home}
            there |= {it.annotator for it in added[home.pk]}
            added[home.pk] += [it for it in free if it.annotator not in there]
            free = [it for it in free if it.annotator in there]
        if free:
            groups.append(Group(tuple(free)))
    return groups, added


def judged(group: Group, work: Work, rules: Rules) -> Agreed | ToReview:
    """What policy and rules make of a group. Where a third reader broke the tie, the majority
    does.
    """
    policy = rules.agreement_policy
    if policy == Policy.UNANIMOUS and group.home in work.tiebroken:
        policy = Policy.MAJORITY
    return judge(
        group,
        policy=policy,
        text=work.article.text,
        scales=work.scales,
        readings=work.readings,
        mentions=work.mentions,
        confidence_order=confidence_order(work.codebook.parsed()),
        annotators_per_article=rules.annotators_per_article,
        boundary_threshold=rules.boundary_threshold,
        on_difference=rules.on_difference,
    )


def stored_groups(article: Article) -> tuple[list[ClaimGroup], list[ClaimGroup]]:
    """The article's groups: those whose members are decided, and those to be aligned anew, in the
    order of the text.
    """
    living = (
        article.groups.living()
        .select_related("sentence")
        .prefetch_related("members__annotation", "decisions")
        .order_by("start", "end", "created_at")
    )
    held: list[ClaimGroup] = []
    free: list[ClaimGroup] = []
    for group in living:
        undecided = group.status in (ClaimGroup.Status.TO_REVIEW, ClaimGroup.Status.SENT_BACK)
        (free if undecided and not group.fixed and not group.decisions.all() else held).append(
            group
        )
    return held, free


def mark_stale(*, annotations: Iterable[Annotation], by: User) -> None:
    """Return to the queue what was decided of annotations revised or deleted since."""
    groups = ClaimGroup.objects.filter(
        members__annotation__in=list(annotations), status=ClaimGroup.Status.DECIDED
    )
    for group in groups.select_related("project"):
        group.status = ClaimGroup.Status.STALE
        group.save(update_fields=["status"])
        record("mark_stale", group, by=by, project=group.project)


def compare(stored: ClaimGroup, members: Group | None, work: Work, rules: Rules) -> None:
    """Tell where a group stands and in what its readers differ; without members it stays where it
    was.
    """
    found: Sequence[Difference] = ()
    if members is not None:
        found = work.differences(members, rules)
        stored.sentence = work.sentences[members.home]
        stored.start = min(member.start for member in members.members)
        stored.end = max(member.end for member in members.members)
    stored.level = level_of(found).name.lower()
    stored.differences = [_difference_data(difference) for difference in found]
    stored.pattern = pattern_of(found, work.scales)[:PATTERN_LIMIT]


def _form_or_say_why(article: Article, by: User) -> None:
    failure = ""
    try:
        with override(None), transaction.atomic():  # others read why not
            form_groups(article=article, by=by)
    except FAILURES as error:
        logger.exception("No groups could be formed of article %s", article.pk)
        failure = f"{type(error).__name__}: {error}"
    if failure != article.grouping_failure:
        article.grouping_failure = failure
        article.save(update_fields=["grouping_failure"])


def _store(
    formed: Sequence[tuple[ClaimGroup, Group]],
    work: Work,
    rules: Rules,
    *,
    known: Mapping[str, ClaimGroup],
    by: User,
) -> None:
    """Write aligned groups with their members, and decisions where the policy agrees."""
    decisions: list[Decision] = []
    for stored, group in formed:
        compare(stored, group, work, rules)
        stored.status = ClaimGroup.Status.TO_REVIEW
        outcome = judged(group, work, rules)
        if isinstance(outcome, Agreed):
            verdict = agreed_by_policy(outcome, work)
            decisions.append(decide(stored, group, verdict, work, rules, by=by))
    rows = [stored for stored, _group in formed]
    ClaimGroup.objects.bulk_create(row for row in rows if str(row.pk) not in known)
    ClaimGroup.objects.bulk_update(
        [row for row in rows if str(row.pk) in known], ["status", "spot_check", *COMPARED]
    )
    _store_members([(stored, group.members) for stored, group in formed], work)
    Decision.objects.bulk_create(decisions)


def _store_members(places: Iterable[tuple[ClaimGroup, Sequence[Mention]]], work: Work) -> None:
    GroupMember.objects.bulk_create(
        GroupMember(
            project_id=group.project_id,
            group=group,
            assignment_id=work.rows[mention.id].assignment_id,
            annotation=work.rows[mention.id],
        )
        for group, mentions in places
        for mention in mentions
    )


def _takes_more(group: ClaimGroup) -> bool:
    """Whether the reviewer has to look at it anyway, and nobody has decided who belongs to it."""
    return group.status == ClaimGroup.Status.STALE and not group.fixed


def _without_orphans(held: Sequence[ClaimGroup], work: Work) -> list[ClaimGroup]:
    """Those that are still of somebody: a group that was split or joined, of which nothing was
    decided and all annotations are deleted, goes with them.
    """
    orphans = {
        group.pk
        for group in held
        if not group.decisions.all() and not _member_ids(group) & work.rows.keys()
    }
    ClaimGroup.objects.filter(pk__in=orphans).delete()
    return [group for group in held if group.pk not in orphans]


def _bring_up_to_date(held: Sequence[ClaimGroup], work: Work) -> None:
    """Bring the members of groups that keep them to their last content; what was decided of one
    that has changed is stale.
    """
    revised, gone = [], []
    for group in held:
        changed = False
        for member in group.members.all():
            row = work.rows.get(str(member.annotation.annotation_id))
            if row is None:
                gone.append(member.pk)
                changed = True
            elif row.pk != member.annotation_id:
                member.annotation = row
                revised.append(member)
                changed = True
        if group.status == ClaimGroup.Status.SENT_BACK or changed:
            group.status = (
                ClaimGroup.Status.STALE if group.decisions.all() else ClaimGroup.Status.TO_REVIEW
            )
    GroupMember.objects.bulk_update(revised, ["annotation"])
    GroupMember.objects.filter(pk__in=gone).delete()


def _member_ids(group: ClaimGroup) -> set[str]:
    return {str(member.annotation.annotation_id) for member in group.members.all()}


def _difference_data(difference: Difference) -> dict[str, Any]:
    return {
        "dimension": difference.dimension,
        "level": difference.level.name.lower(),
        "sides": [
            {"value": side.value, "annotators": list(side.annotators)} for side in difference.sides
        ],
        "iou": difference.iou,
    }
