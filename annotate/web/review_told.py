"""A claim's history in words: how it was decided, on which revisions, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Annotation, Article, ClaimGroup, Decision, Project, Regrouping
from ..models.hot_review import Claimed
from .review_words import Voices, answer_of, dimension_words, tag_of

Revision = tuple[str, int]
"""An annotation's public id and the write from which on it said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision in words."""

    decision: Decision
    result: str
    by: str
    reason: str
    ruled: str
    votes: tuple[str, ...]
    revisions: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a reader did to a claim after it was decided: in words, and what it said before."""

    words: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """Readings that a reviewer told apart or took for one claim."""

    regrouping: Regrouping
    by: str
    can_be_undone: bool


def told(decision: Decision, voices: Voices) -> Told:
    rejected = decision.outcome == Decision.Outcome.REJECTED
    policy = decision.policy
    return Told(
        decision=decision,
        result=_("none is right") if rejected else str(decision.get_agreed_by_display()),
        by=decision.decided_by.get_username() if decision.decided_by else "",
        reason=str(decision.get_reason_display()) if decision.reason else "",
        ruled=", ".join(dimension_words(key, voices.codebook) for key in decision.ruled),
        votes=tuple(
            f"{dimension_words(key, voices.codebook)}: "
            + "; ".join(voices.side(key, side) for side in sides)
            for key, sides in decision.votes.items()
            if len(sides) > 1 and (key != "chain" or len(decision.votes["source"]) == 1)
        ),
        revisions=", ".join(
            _("%(reader)s as of save %(number)d")
            % {"reader": voices.letter(member["annotator"]), "number": member["seq"]}
            for member in decision.members
        ),
        policy=_("%(policy)s, boundary from %(boundary)s, match from %(match)s")
        % {
            "policy": Project.Policy(policy["agreement_policy"]).label,
            "boundary": policy["boundary_threshold"],
            "match": policy["match_threshold"],
        },
    )


def rested_on(claims: Iterable[Claimed]) -> dict[Revision, Annotation]:
    """The revisions on which the last decisions of stale groups rest; no query without any."""
    wanted = Q()
    for claim in claims:
        if claim.group.status == ClaimGroup.Status.STALE and claim.last:
            for member in claim.last.members:
                wanted |= Q(annotation_id=member["annotation_id"], seq=member["seq"])
    if not wanted:
        return {}
    return {(str(it.annotation_id), it.seq): it for it in Annotation.objects.filter(wanted)}


def changes(
    claim: Claimed, old: Mapping[Revision, Annotation], article: Article, voices: Voices
) -> tuple[Change, ...]:
    """What happened to a decided claim that waits again."""
    last = claim.last
    if claim.group.status != ClaimGroup.Status.STALE or last is None:
        return ()
    now = {str(annotation.annotation_id): annotation for annotation in claim.said}
    before = {member["annotation_id"]: member for member in last.members}
    found = [
        _change(
            voices.letter(it["annotator"]), old.get((pk, it["seq"])), now.get(pk), article, voices
        )
        for pk, it in before.items()
        if pk not in now or now[pk].seq != it["seq"]
    ]
    if now.keys() - before.keys():
        found.append(Change(words=_("Another reading has come to this claim since.")))
    return tuple(found) or (Change(words=_("A reviewer has reopened it.")),)


def regrouped(article: Article, claims: Sequence[Claimed]) -> list[Regrouped]:
    """What reviewers split and joined of these claims, the last first."""
    ours = {str(claim.group.pk) for claim in claims}
    found = [
        it
        for it in article.regroupings.select_related("created_by", "undone_by")
        if ours & (it.before.keys() | it.after.keys())
    ]
    return [
        Regrouped(
            regrouping=it,
            by=it.created_by.get_username(),
            can_be_undone=it.undoes_id is None and not hasattr(it, "undone_by"),
        )
        for it in reversed(found)
    ]


def _change(
    reader: str,
    before: Annotation | None,
    now: Annotation | None,
    article: Article,
    voices: Voices,
) -> Change:
    if now is None:
        words = _("%s has deleted this claim since, or it belongs to another now.") % reader
        return Change(words=words, before=article.quote(before.spans) if before else "")
    if before is None:
        return Change(words=_("%s has revised this claim since.") % reader)
    parts = [*_labels_changed(before, now, voices), *_chain_changed(before, now, voices)]
    words = _("%s has revised this claim since.") % reader
    if parts:
        words = f"{words} {'; '.join(parts)}"
    moved = before.spans != now.spans
    return Change(words=words, before=article.quote(before.spans) if moved else "")


def _labels_changed(before: Annotation, now: Annotation, voices: Voices) -> list[str]:
    found = []
    for dimension in voices.codebook.dimensions:
        if dimension.type != "single" or dimension.scope != "annotation":
            continue
        was, is_now = answer_of(before, dimension.key), answer_of(now, dimension.key)
        if was != is_now:
            named = [tag_of(dimension, it).title if it else _("no answer") for it in (was, is_now)]
            found.append(f"{dimension_words(dimension.key, voices.codebook)}: {' → '.join(named)}")
    return found


def _chain_changed(before: Annotation, now: Annotation, voices: Voices) -> list[str]:
    if before.source_chain == now.source_chain:
        return []
    named = [voices.vote("chain", it.source_chain) for it in (before, now)]
    return [f"{_('source')}: {' → '.join(named)}"]
