"""Where annotators differ about one mention, how much, and what a policy makes of it.

The levels answer one question: how far does the difference change *who says what*? Not a difference:
spaces and punctuation in spans, cue, note, confidence, the reason for "no claim", and a mention that
is linked to a claim against one that is not linked yet. An answer that somebody left blank contradicts
nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from annotate.domain.alignment import Group, Label, Mention, Span

EXISTENCE, GRANULARITY, BOUNDARY = "existence", "granularity", "boundary"
SOURCE, CHAIN, CLAIM = "source", "chain", "claim"
KIND, STANCE, CERTAINTY, ATTRIBUTION_TYPE = "kind", "stance", "certainty", "attribution_type"

BOUNDARY_THRESHOLD = 0.8
RULED = frozenset({CHAIN, BOUNDARY, ATTRIBUTION_TYPE, KIND})
"""Dimensions for which there is a rule; any other is reviewed whatever ``on_difference`` says."""
RULES_BY_DEFAULT: Mapping[str, str] = {CHAIN: "rule", BOUNDARY: "rule", ATTRIBUTION_TYPE: "rule"}


class Level(IntEnum):
    NONE = 0
    MINOR = 1
    MAJOR = 2
    CRITICAL = 3


class Reading(StrEnum):
    """What an annotator made of a sentence. No entry: unread, which is never "no claim"."""

    CLAIMS = "claims"
    NO_CLAIM = "no_claim"
    SKIPPED = "skipped"


Readings = Mapping[tuple[int, int], Reading]
"""(index of the sentence, rank of the annotator) -> reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A dimension that counts for agreement (never confidence).

    ``order`` ranks the values of an ordinal scale; ``missing`` are answers outside it.
    """

    key: str
    ordinal: bool = False
    order: Mapping[str, int]
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Side:
    """A value and who holds it.

    The value of existence and granularity is ``found`` | ``no_claim`` | ``not_found`` | ``within``, of
    source a source id or None (the author), of chain and of a multiple answer a tuple, of claim
    (claim, relation), of boundary the id of the mention that has these words.
    """

    value: Label | None
    annotators: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One dimension in which a group's readers differ: at least two sides, by the first rank."""

    dimension: str
    level: Level
    sides: tuple[Side, ...]
    iou: float | None = None
    """Boundary only: the lowest among the pairs."""


class AgreedBy(StrEnum):
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    RULE = "rule"
    SINGLE = "single"


class Policy(StrEnum):
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    ADJUDICATE_ALL = "adjudicate_all"


class Because(StrEnum):
    """Why a group goes to a reviewer."""

    DIFFERENCE = "difference"
    ALONE = "alone"
    """Only one annotator judged the sentence: one person's work is never agreed."""
    POLICY = "policy"
    """The project has every group settled by a reviewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a result stands to what the annotators said."""

    votes: Mapping[str, tuple[Side, ...]]
    """existence, source, chain, every scale, claim (if anyone linked) -> the sides, most votes first."""
    n_annotators: int
    """Who judged the home sentence (skipped does not count)."""
    n_agree: int
    """Members whose chain and every agreement dimension equal the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A result that needs no reviewer."""

    agreed_by: AgreedBy
    member: str
    """Id of the member whose span won; ``spans``, ``cue`` and ``source_span`` are its own."""
    spans: tuple[Span, ...]
    cue: Span | None
    source_span: Span | None
    chain: tuple[str, ...]
    labels: Mapping[str, Label]
    confidence: str
    """The lowest of the members."""
    claim: str | None
    claim_relation: str | None
    ruled: tuple[str, ...]
    """Dimensions that a rule settled."""
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReview:
    because: Because
    unsettled: tuple[str, ...] = ()
    """Dimensions that nothing settled."""


def differences(
    group: Group,
    *,
    text: str,
    scales: Sequence[Scale],
    readings: Readings,
    mentions: Sequence[Mention],
    boundary_threshold: float = BOUNDARY_THRESHOLD,
) -> tuple[Difference, ...]:
    """Everything in which the readers of a group differ, highest level first.

    ``mentions``: all mentions of the article. With three and more annotators every pair is compared
    and a dimension has the highest level of its pairs.
    """
    raise NotImplementedError


def level_of(found: Sequence[Difference]) -> Level:
    """The highest level."""
    return max((difference.level for difference in found), default=Level.NONE)


def agreed_span(text: str, members: Sequence[Mention]) -> Mention:
    """The member with the highest mean IoU to the others (ties: the longer, the earlier, the rank)."""
    raise NotImplementedError


def lowest_confidence(members: Sequence[Mention], confidence_order: Mapping[str, int]) -> str:
    raise NotImplementedError


def provenance(
    group: Group,
    *,
    chain: Sequence[str],
    labels: Mapping[str, Label],
    scales: Sequence[Scale],
    readings: Readings,
) -> Provenance:
    """The provenance of any result for a group: agreed, or written by a reviewer."""
    raise NotImplementedError


def judge(
    group: Group,
    *,
    policy: str,
    text: str,
    scales: Sequence[Scale],
    readings: Readings,
    mentions: Sequence[Mention],
    confidence_order: Mapping[str, int],
    annotators_per_article: int,
    boundary_threshold: float = BOUNDARY_THRESHOLD,
    on_difference: Mapping[str, str] = RULES_BY_DEFAULT,
) -> Agreed | ToReview:
    """Settle a group by policy and rules, or hand it to a reviewer.

    ``on_difference``: dimension -> ``rule`` | ``review``; a dimension not named has its default.
    """
    raise NotImplementedError
