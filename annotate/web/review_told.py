"""A claim's history in words: how it was decided, on which revisions, and what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Annotation, Article, ClaimGroup, Decision, Event, Project, Regrouping
from ..models.hot_review import Claimed
from ..workflow.regrouping import why_they_stand
from .joining import headed, listed, parted, turned
from .review_words import Voices, answer_of, dimension_words, language, tag_of
from .rows import Tag

Revision = tuple[str, int]
"""An annotation's public id and the write from which on it said so."""
REOPENED: Mapping[str, object] = {
    "reopen": gettext_lazy("Reopened"),
    "undo_settling": gettext_lazy("Taken back"),
}
BEHIND: Mapping[str, object] = {
    **REOPENED,
    "mark_stale": gettext_lazy("Open again, because a reading that it rests on has changed"),
    "confirm_rule": gettext_lazy("Looked at and confirmed"),
}
"""What comes to pass with a decision, by the name of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A decision in words. `words`, `chain`, `tags` and `others` are what was decided; they are
    empty where none was right.
    """

    decision: Decision
    at: datetime
    result: str
    words: str
    chain: tuple[str, ...]
    tags: tuple[Tag, ...]
    others: tuple[str, ...]
    by: str
    reason: str
    ruled: str
    votes: tuple[str, ...]
    revisions: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What came to pass with a decision: who did it, by name or by a reader's letter, if either may
    be told, and why.
    """

    words: str
    by: str
    at: datetime
    note: str
    reopened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a reader did to a claim after it was decided: in words, and what it said before."""

    words: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrouped:
    """Readings that a reviewer told apart or took for one claim. `stands` says why that cannot be
    taken back just now, where it is not for good.
    """

    regrouping: Regrouping
    by: str
    can_be_undone: bool
    stands: str


def happened(claims: Iterable[Claimed], project: Project) -> dict[UUID, list[Event]]:
    """What came to pass with the decisions on these claims, the first first; no query where each
    stands as it was decided once.
    """
    touched = [claim.group.pk for claim in claims if _was_touched(claim)]
    found: dict[UUID, list[Event]] = {pk: [] for pk in touched}
    if touched:
        events = Event.objects.filter(project=project, on_id__in=touched, what__in=BEHIND)
        for event in events.select_related("by").order_by("at"):
            found[event.on_id].append(event)
    return found


def history(
    claim: Claimed,
    events: Iterable[Event],
    article: Article,
    voices: Voices,
    readers: Mapping[str, str],
) -> tuple[Told | Happened, ...]:
    """What was decided of a claim and what came to pass with it, the last first; `readers` are the
    letters of annotators by username.
    """
    lines: list[Told | Happened] = [_told(it, article, voices) for it in claim.decisions]
    lines += [_happened(event, readers) for event in events]
    return tuple(sorted(lines, key=attrgetter("at"), reverse=True))


def reopening(claim: Claimed, lines: Sequence[Told | Happened]) -> Happened | None:
    """Who put a claim back that waits again, where a reviewer did."""
    last = lines[0] if lines and claim.group.status == ClaimGroup.Status.STALE else None
    return last if isinstance(last, Happened) and last.reopened else None


def _was_touched(claim: Claimed) -> bool:
    """Whether anything can have come to pass with what was decided of it."""
    group = claim.group
    if group.status == ClaimGroup.Status.DECIDED and len(claim.decisions) == 1:
        return group.spot_check == ClaimGroup.SpotCheck.CONFIRMED
    return bool(claim.decisions)


def _happened(event: Event, readers: Mapping[str, str]) -> Happened:
    """Reviewers are named; an annotator, who is blind, goes by the letter."""
    name = event.by.get_username()
    return Happened(
        words=str(BEHIND[event.what]),
        by=readers.get(name, "") if event.what == "mark_stale" else name,
        at=event.at,
        note=(event.after or {}).get("note", ""),
        reopened=event.what in REOPENED,
    )


def _told(decision: Decision, article: Article, voices: Voices) -> Told:
    rejected = decision.outcome == Decision.Outcome.REJECTED
    policy = decision.policy
    return Told(
        decision=decision,
        at=decision.created_at,
        result=_("none is right") if rejected else str(decision.get_agreed_by_display()),
        words="" if rejected else article.quote(decision.spans),
        chain=() if rejected else voices.names(decision.source_chain) or (_("author"),),
        tags=() if rejected else tuple(_tags(decision, voices)),
        others=() if rejected else tuple(_others(decision, voices)),
        by=decision.decided_by.get_username() if decision.decided_by else "",
        reason=str(decision.get_reason_display()) if decision.reason else "",
        ruled=listed(dimension_words(key, voices.codebook) for key in decision.ruled),
        votes=tuple(
            headed(
                dimension_words(key, voices.codebook),
                parted(voices.side(key, side) for side in sides),
            )
            for key, sides in decision.votes.items()
            if len(sides) > 1 and (key != "chain" or len(decision.votes["source"]) == 1)
        ),
        revisions=listed(
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
    return tuple(found)


def regrouped(article: Article, claims: Sequence[Claimed]) -> list[Regrouped]:
    """What reviewers split and joined of these claims, the last first."""
    ours = {str(claim.group.pk) for claim in claims}
    found = [
        it
        for it in article.regroupings.select_related("created_by", "undone_by")
        if ours & (it.before.keys() | it.after.keys())
    ]
    lasting = [it for it in found if it.undoes_id is None and not hasattr(it, "undone_by")]
    stands = why_they_stand(lasting) if lasting else {}
    return [
        Regrouped(
            regrouping=it,
            by=it.created_by.get_username(),
            can_be_undone=stands.get(it.pk) == "",
            stands=stands.get(it.pk, ""),
        )
        for it in reversed(found)
    ]


def _tags(decision: Decision, voices: Voices) -> Iterable[Tag]:
    """What was chosen in the dimensions that have options; confidence is the lowest of all."""
    for dimension in voices.codebook.dimensions:
        value = answer_of(decision, dimension.key)
        if dimension.options and dimension.key != "confidence" and value:
            for each in value if isinstance(value, list) else [value]:
                yield tag_of(dimension, each)


def _others(decision: Decision, voices: Voices) -> Iterable[str]:
    """What was written in the other dimensions."""
    for dimension in voices.codebook.dimensions:
        value = answer_of(decision, dimension.key)
        if not dimension.options and value not in (None, ""):
            yield headed(dimension.title_in(language()), value)


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
        words = f"{words} {parted(parts)}"
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
            found.append(headed(dimension_words(dimension.key, voices.codebook), turned(*named)))
    return found


def _chain_changed(before: Annotation, now: Annotation, voices: Voices) -> list[str]:
    if before.source_chain == now.source_chain:
        return []
    named = [voices.vote("chain", it.source_chain) for it in (before, now)]
    return [headed(_("source"), turned(*named))]
