"""How a decision is stored, whoever made it: what it says, how that stands to what the annotators
said, and under which rules and codebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User

from ..domain.alignment import Group
from ..domain.alignment import Mention as Said
from ..domain.codebook import five
from ..domain.disagreement import Agreed, Provenance, Side, is_drawn, provenance
from ..models import ClaimGroup, Decision
from .work import Rules, Work

CONTENT = (
    "spans",
    "start",
    "end",
    "claim_id",
    "claim_relation",
    "claim_text",
    "source_chain",
    "source_id",
    "source_span",
    "cue_span",
    "attribution_type",
    "kind",
    "stance",
    "certainty",
    "confidence",
    "labels",
)
"""The columns in which a decision, like an annotation, says what is claimed where by whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is decided of one group, before it is stored."""

    outcome: str
    agreed_by: str
    content: Mapping[str, Any]
    result: Provenance
    ruled: tuple[str, ...] = ()
    decided_by: User | None = None
    reason: str = ""
    note: str = ""


def agreed_by_policy(agreed: Agreed, work: Work) -> Verdict:
    """What policy and rules make of a group."""
    return Verdict(
        outcome=Decision.Outcome.AGREED,
        agreed_by=str(agreed.agreed_by),
        content=_agreed_content(agreed, work),
        result=agreed.provenance,
        ruled=agreed.ruled,
    )


def content_of(mention: Said, work: Work) -> dict[str, Any]:
    """A member's content as columns of a decision, its chain after merges."""
    row = work.rows[mention.id]
    said = {name: getattr(row, name) for name in CONTENT}
    chain = list(mention.chain)
    return {**said, "source_chain": chain, "source_id": UUID(chain[-1]) if chain else None}


def content_again(decision: Decision) -> dict[str, Any]:
    """The content of an earlier decision, for a group whose members are all gone."""
    return {name: getattr(decision, name) for name in CONTENT}


def rejection_of(group: ClaimGroup, members: Group | None, work: Work) -> Provenance:
    """How “none is right” stands to what the annotators said: no member agrees with it."""
    if members is None:
        judges = work.judges_of(group.sentence.index)
        return Provenance(votes={}, n_annotators=len(judges), n_agree=0)
    said = provenance(members, chain=(), labels={}, scales=work.scales, readings=work.readings)
    return replace(said, n_agree=0)


def decide(
    group: ClaimGroup,
    members: Group | None,
    verdict: Verdict,
    work: Work,
    rules: Rules,
    *,
    by: User,
    previous: Decision | None = None,
) -> Decision:
    """The decision to store, and the group brought to its new state; neither is saved here. The
    database refuses a second decision of one number.
    """
    group.status = ClaimGroup.Status.DECIDED
    if verdict.agreed_by == Decision.AgreedBy.RULE and is_drawn(str(group.pk)):
        group.spot_check = ClaimGroup.SpotCheck.DRAWN
    rows = [work.rows[member.id] for member in members.members] if members else []
    names = {it.pk: it.membership.pseudonym for it in work.assignments}
    return Decision(
        created_by=by,
        project_id=group.project_id,
        group=group,
        number=previous.number + 1 if previous else 1,
        outcome=verdict.outcome,
        agreed_by=verdict.agreed_by,
        members=[
            {
                "annotation_id": str(row.annotation_id),
                "annotator": names[row.assignment_id],
                "seq": row.seq,
            }
            for row in rows
        ],
        confidences={names[row.assignment_id]: row.confidence for row in rows},
        votes={
            key: [_side_data(side, work) for side in sides]
            for key, sides in verdict.result.votes.items()
        },
        n_annotators=verdict.result.n_annotators,
        n_agree=verdict.result.n_agree,
        decided_by=verdict.decided_by,
        reason=verdict.reason,
        note=verdict.note,
        policy=rules.as_policy(),
        ruled=list(verdict.ruled),
        previous=previous,
        codebook_version=work.codebook,
        **verdict.content,
    )


def _agreed_content(agreed: Agreed, work: Work) -> dict[str, Any]:
    row = work.rows[agreed.member]
    labels = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in agreed.labels.items()
    }
    columns, added = five({**row.labels, **labels, "confidence": agreed.confidence})
    return {
        "spans": [list(span) for span in agreed.spans],
        "start": agreed.spans[0][0],
        "end": agreed.spans[-1][1],
        "claim_id": UUID(agreed.claim) if agreed.claim else None,
        "claim_relation": agreed.claim_relation or "",
        "claim_text": row.claim_text,
        "source_chain": list(agreed.chain),
        "source_id": UUID(agreed.chain[-1]) if agreed.chain else None,
        "source_span": agreed.source_span,
        "cue_span": agreed.cue,
        "labels": added,
        **columns,
    }


def _side_data(side: Side, work: Work) -> dict[str, Any]:
    value = list(side.value) if isinstance(side.value, tuple) else side.value
    return {"value": value, "annotators": [work.pseudonyms[number] for number in side.annotators]}
