"""Patterns: what differs alike all over the project is settled in one act; what rules have settled
is looked at by sample.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import Annotation, ClaimGroup, Decision, Project, Sentence
from .recording import record
from .review import (
    Choice,
    locked_article,
    one_decision,
    require_complete,
    require_with_reviewers,
    settle_groups,
    settled_meanwhile,
    undo_settling,
    with_members,
)

AUTHOR, ATTRIBUTED = "author", "attributed"
LONGEST, SHORTEST = "longest", "shortest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """One answer to differences that are alike. Empty: what was found stands, with the words most
    like all others'.

    `values` are answers by dimension, `source` takes the reading of who found an `author` or an
    `attributed` claim, `words` the `longest` or `shortest` reading; `reject`: none is right.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    source: str = ""
    words: str = ""
    reject: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledAlike:
    """What came of it: the decisions, and for each group that could not be settled, why."""

    decisions: tuple[Decision, ...]
    refused: Mapping[UUID, str]


def settle_alike(
    *,
    project: Project,
    by: User,
    pattern: str,
    answer: Alike,
    seen: Mapping[UUID, int],
    reason: str = "",
    note: str = "",
) -> SettledAlike:
    """Settle groups whose readers differ in just this way, each for itself: one that somebody has
    settled meanwhile, or that differs otherwise by now, holds up no other.

    `seen` holds the groups with the number of their last decision, as the reviewer saw it.
    """
    decisions: list[Decision] = []
    refused: dict[UUID, str] = {}
    for pk, number in seen.items():
        try:
            with one_decision():
                group = _waiting(project, pk, pattern)
                choice = _choice(group, answer, number)
                decisions += settle_groups(
                    group.article, [group], {pk: choice}, by=by, reason=reason, note=note
                )
        except WorkflowError as error:
            refused[pk] = error.message
    return SettledAlike(decisions=tuple(decisions), refused=refused)


@transaction.atomic
def undo_alike(*, project: Project, by: User, groups: Collection[UUID]) -> list[ClaimGroup]:
    """Take back what one has settled so; all of it or nothing."""
    found: dict[Sentence, list[UUID]] = {}
    for group in ClaimGroup.objects.filter(project=project, pk__in=groups).select_related(
        "sentence"
    ):
        found.setdefault(group.sentence, []).append(group.pk)
    return [
        group
        for sentence, ids in found.items()
        for group in undo_settling(sentence=sentence, by=by, groups=ids)
    ]


@transaction.atomic
def confirm_rule(*, group: ClaimGroup, by: User) -> ClaimGroup:
    """Say of what a rule has settled, and was drawn to be looked at, that it is right."""
    group = _drawn(group)
    group.spot_check = ClaimGroup.SpotCheck.CONFIRMED
    group.save(update_fields=["spot_check"])
    record("confirm_rule", group, by=by, project=group.project)
    return group


def overturn_rule(
    *, group: ClaimGroup, by: User, choice: Choice, reason: str = "", note: str = ""
) -> Decision:
    """Decide otherwise than a rule did. What the rule decided stays in the group's history."""
    with one_decision():
        drawn = _drawn(group)
        (decision,) = settle_groups(
            drawn.article, [drawn], {drawn.pk: choice}, by=by, reason=reason, note=note
        )
        return decision


def _waiting(project: Project, pk: UUID, pattern: str) -> ClaimGroup:
    """The group with its article locked, while it waits and its readers differ so."""
    group = ClaimGroup.objects.filter(project=project, pk=pk).first()
    if group is None:
        raise settled_meanwhile()
    article = locked_article(group.article_id)
    require_complete(article)
    found = with_members(ClaimGroup.objects.waiting().alike(pattern).filter(pk=pk))
    if not found:
        raise settled_meanwhile()
    require_with_reviewers(found)
    found[0].article = article
    return found[0]


def _drawn(group: ClaimGroup) -> ClaimGroup:
    article = locked_article(group.article_id)
    require_complete(article)
    found = with_members(ClaimGroup.objects.spot_checks(article.project).filter(pk=group.pk))
    if not found:
        raise WorkflowError(
            Refusal.GONE, _("This is not among what waits to be looked at any more.")
        )
    found[0].article = article
    return found[0]


def _choice(group: ClaimGroup, answer: Alike, seen: int) -> Choice:
    """The answer as a choice for this group: the reading of the member who says so, where one
    does.
    """
    if answer.reject:
        return Choice(seen=seen, reject=True)
    readings = [member.annotation for member in group.members.all()]
    if answer.source:
        attributed = answer.source == ATTRIBUTED
        readings = [it for it in readings if bool(it.source_chain) == attributed]
    if not readings:
        raise WorkflowError(Refusal.INVALID, _("Nobody has read it so: settle it by itself."))
    said = {it.pk: sum(_says(it, *one) for one in answer.values.items()) for it in readings}
    best = [it for it in readings if said[it.pk] == max(said.values())]
    if answer.words:
        longest_first = sorted(best, key=_length, reverse=True)
        taken = longest_first[0 if answer.words == LONGEST else -1]
    else:
        taken = best[0]
    whose = taken.annotation_id if answer.source or answer.words or any(said.values()) else None
    return Choice(seen=seen, take=whose, values=answer.values)


def _says(annotation: Annotation, dimension: str, value: object) -> bool:
    said = annotation.labels.get(dimension, getattr(annotation, dimension, None))
    return bool(said == value)


def _length(annotation: Annotation) -> int:
    return sum(end - start for start, end in annotation.spans)
