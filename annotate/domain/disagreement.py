"""Where annotators differ about one mention, how much, and what a policy makes of it.

The levels answer one question: how far does the difference change *who says what*? Not a
difference: spaces and punctuation in spans, cue, note, confidence, the reason for "no claim", and a
mention linked to a claim against one that is not linked yet. A blank answer contradicts nobody.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from itertools import combinations
from math import fsum

from annotate.domain.alignment import Group, Label, Mention, Span, chars, iou, same_label
from annotate.domain.quotation import AUTHOR, DIRECT, INDIRECT, derived_attribution_type

EXISTENCE, GRANULARITY, BOUNDARY = "existence", "granularity", "boundary"
SOURCE, CHAIN, CLAIM = "source", "chain", "claim"
KIND, STANCE, CERTAINTY, ATTRIBUTION_TYPE = "kind", "stance", "certainty", "attribution_type"

_IN_ORDER = (
    EXISTENCE,
    GRANULARITY,
    SOURCE,
    CHAIN,
    STANCE,
    KIND,
    CERTAINTY,
    ATTRIBUTION_TYPE,
    BOUNDARY,
    CLAIM,
)
KIND_ORDER = ("prediction", "causal", "position", "quantity", "evaluation", "event")
"""If two kinds fit, the first is taken: the codebook's definition of kind, and its rule."""

BOUNDARY_THRESHOLD = 0.8
RULED_SHARE = 0.5
"""The rule for spans takes the longer only from this IoU on."""
RULED = frozenset({CHAIN, BOUNDARY, ATTRIBUTION_TYPE, KIND})
"""Dimensions for which there is a rule; any other is reviewed whatever ``on_difference`` says."""
RULES_BY_DEFAULT: Mapping[str, str] = {CHAIN: "rule", BOUNDARY: "rule", ATTRIBUTION_TYPE: "rule"}
SPOT_CHECK_ONE_IN = 20
"""Of what rules settle, so many is one drawn to be looked at: 5 %."""


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


Rule = Callable[[Sequence[Label]], Label | None]
"""Contradicting answers -> the one to take, or None where the rule does not tell."""
Readings = Mapping[tuple[int, int], Reading]
"""(index of the sentence, rank of the annotator) -> reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A dimension that counts for agreement (never confidence).

    ``order`` ranks the values of an ordinal scale, empty where they are numbers; ``missing`` are
    answers outside it.
    """

    key: str
    ordinal: bool = False
    order: Mapping[str, int]
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Side:
    """A value and who holds it.

    The value of existence and granularity is ``found`` | ``no_claim`` | ``not_found`` | ``within``,
    of source a source id or None (the author), of chain and of a multiple answer a tuple, of claim
    (claim, relation), of boundary the id of the first mention that has these words.
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
    """existence, source, chain, each scale, claim (if anyone linked) -> sides, most votes first."""
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
    levels: dict[str, Level] = {}
    for a, b in combinations(group.members, 2):
        for dimension, level in _between(a, b, scales):
            levels[dimension] = max(level, levels.get(dimension, Level.NONE))
    found = [
        Difference(dimension=dimension, level=level, sides=_sides(group.members, dimension))
        for dimension, level in levels.items()
    ]
    found += _absences(group, text, readings, mentions)
    if (share := _lowest_share(text, group.members)) < boundary_threshold:
        sides = _boundary_sides(text, group.members)
        found.append(Difference(dimension=BOUNDARY, level=Level.MINOR, sides=sides, iou=share))
    rank = list(dict.fromkeys((*_IN_ORDER, *(scale.key for scale in scales))))
    return tuple(sorted(found, key=lambda it: (-it.level, rank.index(it.dimension))))


def level_of(found: Sequence[Difference]) -> Level:
    """The highest level."""
    return max((difference.level for difference in found), default=Level.NONE)


def pattern_of(found: Sequence[Difference], scales: Sequence[Scale]) -> str:
    """How a group's readers differ, in one line: alike differences have equal patterns.

    ``|kind=evaluation/event|stance=denies/supports|``: the differences in their order, answers by
    the alphabet. Sources are told apart only by how they stand to one another (``relayed``,
    ``author/attributed``, ``other``); boundary, chain, granularity and claim are not, nor answers
    that the codebook does not list. Empty where nothing differs.
    """
    ranked = {scale.key: scale.order for scale in scales}
    parts = [_pattern_part(difference, ranked) for difference in found]
    return f"|{'|'.join(parts)}|" if parts else ""


def is_drawn(group_id: str) -> bool:
    """Whether what a rule settled is among those that are looked at: the same group always is."""
    digest = hashlib.sha256(group_id.encode()).digest()
    return int.from_bytes(digest[:8]) % SPOT_CHECK_ONE_IN == 0


def agreed_span(text: str, members: Sequence[Mention]) -> Mention:
    """The member with the highest mean IoU to the others: always a span that somebody drew.

    Ties: the longer in letters, then the one that begins earlier, then the lower rank.
    """

    def precedence(member: Mention) -> tuple[float, int, int, int]:
        # fsum: the order in which the others come must not tip a tie
        likeness = fsum(iou(text, member.spans, other.spans) for other in members)
        return -likeness, -len(chars(text, member.spans)), member.start, member.annotator

    return min(members, key=precedence)


def lowest_confidence(members: Sequence[Mention], confidence_order: Mapping[str, int]) -> str:
    """The least sure of the members' answers: a cautious floor.

    Raises KeyError for an answer that ``confidence_order`` does not rank.
    """
    return min((member.confidence for member in members), key=confidence_order.__getitem__)


def provenance(
    group: Group,
    *,
    chain: Sequence[str],
    labels: Mapping[str, Label],
    scales: Sequence[Scale],
    readings: Readings,
) -> Provenance:
    """How a result, agreed or written by a reviewer, stands to what the annotators said."""
    dimensions = [SOURCE, CHAIN, *(scale.key for scale in scales)]
    if any(member.claim is not None for member in group.members):
        dimensions.append(CLAIM)
    votes = {EXISTENCE: _existence_sides(group, readings)}
    votes |= {dimension: _sides(group.members, dimension) for dimension in dimensions}
    return Provenance(
        votes={
            dimension: tuple(sorted(sides, key=lambda side: -len(side.annotators)))
            for dimension, sides in votes.items()
        },
        n_annotators=len(_judges(group, readings)),
        n_agree=sum(
            member.chain == tuple(chain)
            and not any(
                _contradict(member.labels.get(scale.key), labels.get(scale.key)) for scale in scales
            )
            for member in group.members
        ),
    )


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

    unanimous: everyone who judged the home sentence is in the group, chains and answers are equal,
    every pair has IoU ≥ ``boundary_threshold``. majority: more than half of those who judged found
    it; chain, answers and boundary by more than half of the members. What this leaves open is left
    to the dimension's rule, if it has one. ``on_difference``: dimension -> ``rule`` | ``review``; a
    dimension not named has its default. Raises ValueError for an unknown policy.
    """
    if Policy(policy) is Policy.ADJUDICATE_ALL:
        return ToReview(because=Because.POLICY)
    alone = len(_judges(group, readings)) == 1
    if alone and annotators_per_article != 1:
        return ToReview(because=Because.ALONE)
    switches = {**RULES_BY_DEFAULT, **on_difference}
    ballot = _Ballot(
        by_majority=Policy(policy) is Policy.MAJORITY,
        rules=frozenset(key for key, switch in switches.items() if switch == "rule"),
        size=len(group.members),
    )
    ballot.count_finders(len(_judges(group, readings)))
    member = _settle_boundary(ballot, group, text, mentions, boundary_threshold)
    chain = _settle_chain(ballot, group.members)
    labels = _settle_labels(ballot, group.members, scales, text, member)
    claim, relation = _settle_claim(ballot, group.members)
    if ballot.unsettled:
        return ToReview(because=Because.DIFFERENCE, unsettled=tuple(ballot.unsettled))
    return Agreed(
        agreed_by=AgreedBy.SINGLE if alone else ballot.agreed_by,
        member=member.id,
        spans=member.spans,
        cue=member.cue,
        source_span=member.source_span,
        chain=chain,
        labels=labels,
        confidence=lowest_confidence(group.members, confidence_order),
        claim=claim,
        claim_relation=relation,
        ruled=tuple(ballot.ruled),
        provenance=provenance(group, chain=chain, labels=labels, scales=scales, readings=readings),
    )


# -- comparing two members ---------------------------------------------------------------------


def _between(a: Mention, b: Mention, scales: Sequence[Scale]) -> Iterator[tuple[str, Level]]:
    """What two members answered differently; their spans are compared elsewhere."""
    one_is_author = (a.holder is None) != (b.holder is None)
    if a.holder != b.holder:
        relayed = a.holder in b.chain or b.holder in a.chain
        yield SOURCE, Level.MAJOR if relayed else Level.CRITICAL
    elif a.chain != b.chain:
        yield CHAIN, Level.MINOR
    for scale in scales:
        if scale.key == ATTRIBUTION_TYPE and one_is_author:
            continue  # said once, as a difference of source
        if level := _answer_level(scale, a.labels.get(scale.key), b.labels.get(scale.key)):
            yield scale.key, level
    if a.claim is not None and b.claim is not None and _link(a) != _link(b):
        yield CLAIM, Level.MAJOR


def _answer_level(scale: Scale, a: Label | None, b: Label | None) -> Level:
    if not _contradict(a, b):
        return Level.NONE
    if scale.ordinal:
        return _ordinal_level(scale, a, b)
    if scale.key == STANCE and {a, b} == {"supports", "denies"}:
        return Level.CRITICAL
    if scale.key == ATTRIBUTION_TYPE and AUTHOR in (a, b):
        return Level.CRITICAL
    if scale.key == ATTRIBUTION_TYPE and {a, b} == {DIRECT, INDIRECT}:
        return Level.MINOR
    return Level.MAJOR


def _ordinal_level(scale: Scale, a: Label | None, b: Label | None) -> Level:
    """One step is minor, and so is an answer outside the scale against one on it."""
    if a in scale.missing or b in scale.missing:
        return Level.MINOR
    ranked = {value: order for value, order in scale.order.items() if value not in scale.missing}
    if a not in ranked or b not in ranked:
        return Level.MAJOR
    steps = sorted(set(ranked.values()))
    place: dict[Label | None, int] = {value: steps.index(ranked[value]) for value in ranked}
    return Level.MINOR if abs(place[a] - place[b]) <= 1 else Level.MAJOR


def _contradict(a: Label | None, b: Label | None) -> bool:
    """Whether two answers differ; a blank contradicts nothing."""
    return a is not None and b is not None and not same_label(a, b)


def _link(mention: Mention) -> tuple[str, ...] | None:
    return None if mention.claim is None else (mention.claim, mention.claim_relation or "")


# -- patterns ----------------------------------------------------------------------------------


def _pattern_part(difference: Difference, ranked: Mapping[str, Mapping[str, int]]) -> str:
    dimension = difference.dimension
    values = {side.value for side in difference.sides}
    if dimension == SOURCE:
        if None in values:
            return f"{SOURCE}=author/attributed"
        return f"{SOURCE}={'relayed' if difference.level is Level.MAJOR else 'other'}"
    listed = ranked.get(dimension, {"found": 0, "no_claim": 1, "not_found": 2})
    answers = sorted(
        "+".join(value) if isinstance(value, tuple) else str(value)
        for value in values
        if set(value if isinstance(value, tuple) else (value,)) <= listed.keys()
    )
    if dimension in (GRANULARITY, CHAIN, BOUNDARY, CLAIM) or len(answers) < len(values):
        return dimension
    return f"{dimension}={'/'.join(answers)}"


# -- who found it ------------------------------------------------------------------------------


def _judges(group: Group, readings: Readings) -> frozenset[int]:
    """Who judged the home sentence; a member did, wherever its own home is."""
    home = group.home
    return frozenset(
        annotator
        for (sentence, annotator), reading in readings.items()
        if sentence == home and reading != Reading.SKIPPED
    ) | {member.annotator for member in group.members}


def _existence_sides(group: Group, readings: Readings) -> tuple[Side, ...]:
    """``found`` first, then by the first rank."""
    members = frozenset(member.annotator for member in group.members)
    answers = [("found", annotator) for annotator in sorted(members)]
    answers += [
        (_absence(group, annotator, readings), annotator)
        for annotator in sorted(_judges(group, readings) - members)
    ]
    return _gather(answers)


def _absence(group: Group, annotator: int, readings: Readings) -> str:
    said_no = readings.get((group.home, annotator)) == Reading.NO_CLAIM
    return "no_claim" if said_no else "not_found"


def _absences(
    group: Group, text: str, readings: Readings, mentions: Sequence[Mention]
) -> Iterator[Difference]:
    """Existence, and granularity where all that the other lacks is a division of its own claim."""
    found, *others = _existence_sides(group, readings)
    lacking: list[tuple[str, int]] = []
    within: list[tuple[str, int]] = []
    for side in others:
        for annotator in side.annotators:
            own = [mention for mention in mentions if mention.annotator == annotator]
            divided = side.value == "not_found" and all(
                any(_is_part(text, member, whole) for whole in own) for member in group.members
            )
            (within if divided else lacking).append((str(side.value), annotator))
    if lacking:
        critical = any(value == "no_claim" for value, _ in lacking) or any(
            member.chain for member in group.members
        )
        yield Difference(
            dimension=EXISTENCE,
            level=Level.CRITICAL if critical else Level.MAJOR,
            sides=(found, *_gather(lacking)),
        )
    if within:
        side = Side("within", tuple(annotator for _, annotator in within))
        yield Difference(dimension=GRANULARITY, level=Level.MINOR, sides=(found, side))


def _is_part(text: str, part: Mention, whole: Mention) -> bool:
    """Whether one mention lies in another of the same holder; with another holder, who says it
    differs too, and the finer mention is no mere division."""
    if part.holder != whole.holder or part.end <= whole.start or whole.end <= part.start:
        return False
    return chars(text, part.spans) <= chars(text, whole.spans)


# -- sides -------------------------------------------------------------------------------------


def _sides(members: Sequence[Mention], dimension: str) -> tuple[Side, ...]:
    """Who answered what; who left it blank (or did not link) is on no side."""
    answers = ((_answer(member, dimension), member.annotator) for member in members)
    return _gather(
        (value, rank) for value, rank in answers if value is not None or dimension == SOURCE
    )


def _answer(member: Mention, dimension: str) -> Label | None:
    if dimension == SOURCE:
        return member.holder
    if dimension == CHAIN:
        return member.chain
    if dimension == CLAIM:
        return _link(member)
    value = member.labels.get(dimension)
    return tuple(sorted(set(value))) if isinstance(value, tuple) else value


def _gather(answers: Iterable[tuple[Label | None, int]]) -> tuple[Side, ...]:
    by_value: dict[Label | None, list[int]] = {}
    for value, annotator in answers:
        by_value.setdefault(value, []).append(annotator)
    return tuple(Side(value, tuple(ranks)) for value, ranks in by_value.items())


def _boundary_sides(text: str, members: Sequence[Mention]) -> tuple[Side, ...]:
    first_with: dict[frozenset[int], str] = {}
    return _gather(
        (first_with.setdefault(chars(text, member.spans), member.id), member.annotator)
        for member in members
    )


def _lowest_share(text: str, members: Sequence[Mention]) -> float:
    return min((iou(text, a.spans, b.spans) for a, b in combinations(members, 2)), default=1.0)


# -- settling ----------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Ballot:
    """The count over the dimensions of one group."""

    by_majority: bool
    rules: frozenset[str]
    size: int
    """Members of the group."""
    divided: bool = False
    unsettled: list[str] = field(default_factory=list)
    ruled: list[str] = field(default_factory=list)

    @property
    def agreed_by(self) -> AgreedBy:
        if self.ruled:
            return AgreedBy.RULE
        return AgreedBy.MAJORITY if self.divided else AgreedBy.UNANIMOUS

    def carries(self, votes: int, of: int) -> bool:
        return votes == of or (self.by_majority and 2 * votes > of)

    def count_finders(self, judges: int) -> None:
        if not self.carries(self.size, judges):
            self.unsettled.append(EXISTENCE)
        self.divided |= self.size < judges

    def settle(self, dimension: str, answers: Sequence[Label], of: int, rule: Rule) -> Label | None:
        """The answer that carries, else what the rule makes of the answers, else None: unsettled.

        Answers that do not contradict each other but are too few carry nothing and stop nothing.
        """
        counts = Counter(answers).most_common()
        if counts and self.carries(counts[0][1], of):
            self.divided |= len(counts) > 1
            return counts[0][0]
        if len(counts) <= 1:
            return None
        if dimension in self.rules and (ruled := rule(answers)) is not None:
            self.ruled.append(dimension)
            return ruled
        self.unsettled.append(dimension)
        return None


def _settle_boundary(
    ballot: _Ballot, group: Group, text: str, mentions: Sequence[Mention], threshold: float
) -> Mention:
    winner = agreed_span(text, group.members)
    if _lowest_share(text, group.members) >= threshold:
        return winner
    near = sum(iou(text, winner.spans, member.spans) >= threshold for member in group.members)
    if ballot.carries(near, ballot.size):
        ballot.divided = True
        return winner
    longest = _longest(text, group.members)
    if BOUNDARY in ballot.rules and longest and not _adds_more(text, longest, group, mentions):
        ballot.ruled.append(BOUNDARY)
        return longest
    ballot.unsettled.append(BOUNDARY)
    return winner


def _longest(text: str, members: Sequence[Mention]) -> Mention | None:
    """The member with most letters, where one has and no two are too far apart for the rule."""
    drawn = {member.id: chars(text, member.spans) for member in members}
    longest = max(members, key=lambda member: len(drawn[member.id]))
    rivals = (words for words in drawn.values() if words != drawn[longest.id])
    if any(len(words) == len(drawn[longest.id]) for words in rivals):
        return None
    return longest if _lowest_share(text, members) >= RULED_SHARE else None


def _adds_more(text: str, longest: Mention, group: Group, mentions: Sequence[Mention]) -> bool:
    """Whether the words that not all members have hold another claim, a source or a cue."""
    whole = chars(text, longest.spans)
    extra = whole - frozenset.intersection(*(chars(text, it.spans) for it in group.members))
    named = (span for it in mentions for span in (it.source_span, it.cue) if span is not None)
    near = (it for it in mentions if it.start < longest.end and longest.start < it.end)
    others = (chars(text, it.spans) for it in near if it not in group.members)
    # A claim around the whole of it is not one that the extra words hold.
    return any(not extra.isdisjoint(range(*span)) for span in named) or any(
        extra & words and not words >= whole for words in others
    )


def _settle_chain(ballot: _Ballot, members: Sequence[Mention]) -> tuple[str, ...]:
    """Chains that differ only in outer links have a rule; holders have none."""
    one_holder = len({member.holder for member in members}) == 1
    chains = [member.chain for member in members]
    settled = ballot.settle(CHAIN if one_holder else SOURCE, chains, len(chains), _longer_chain)
    return settled if isinstance(settled, tuple) else ()


def _longer_chain(chains: Sequence[Label]) -> Label | None:
    longest = {chain for chain in chains if len(chain) == max(map(len, chains))}
    return longest.pop() if len(longest) == 1 else None


def _settle_labels(
    ballot: _Ballot, members: Sequence[Mention], scales: Sequence[Scale], text: str, won: Mention
) -> dict[str, Label]:
    def as_derived(answers: Sequence[Label]) -> Label | None:
        if not set(answers) <= {DIRECT, INDIRECT}:
            return None
        return derived_attribution_type(text, won.spans, won.chain)

    rules: dict[str, Rule] = {ATTRIBUTION_TYPE: as_derived, KIND: _first_kind}
    labels = {}
    for scale in scales:
        given = [answer for it in members if (answer := _answer(it, scale.key)) is not None]
        if scale.key == ATTRIBUTION_TYPE and AUTHOR in given and SOURCE in ballot.unsettled:
            continue  # it follows from the source
        answer = ballot.settle(scale.key, given, len(members), rules.get(scale.key, _no_rule))
        if answer is not None:
            labels[scale.key] = answer
    return labels


def _first_kind(answers: Sequence[Label]) -> Label | None:
    if not set(answers) <= set(KIND_ORDER):
        return None
    return next(kind for kind in KIND_ORDER if kind in answers)


def _settle_claim(ballot: _Ballot, members: Sequence[Mention]) -> tuple[str | None, str | None]:
    """The link of those who linked: who did not has said nothing about it."""
    links = [link for it in members if (link := _link(it)) is not None]
    settled = ballot.settle(CLAIM, links, len(links), _no_rule)
    return (settled[0], settled[1] or None) if settled else (None, None)


def _no_rule(answers: Sequence[Label]) -> None:
    return None
