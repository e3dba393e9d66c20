"""Which annotations of one article are the same mention of a claim.

Several people mark the same claim in slightly different words. Their annotations are paired by the
characters they share, helped by the source and the linked claim, best pair first. The result
depends on the annotations alone: not on the order in which they come, never on their random ids.

Offsets are half-open code points of the stored text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import compress, product

Span = tuple[int, int]
Label = str | tuple[str, ...]

MATCH_THRESHOLD = 0.5
"""Two annotations that share this much (IoU) are candidates whatever else they say."""
KINDRED_THRESHOLD = 0.2
"""Enough where both name the same source or are linked to the same claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One annotator's annotation, as alignment and comparison see it.

    ``chain`` holds source ids after merges, outermost relay first, holder last; empty: the author.
    ``labels`` holds the dimensions that count for agreement, and only those.
    """

    id: str
    """Public id: names the mention in results, never orders anything."""
    annotator: int
    """Rank of the assignment in the article."""
    order: int
    """Order of creation among the annotator's mentions in the article."""
    sentence: int
    """Index of the home sentence: that of the first span."""
    spans: tuple[Span, ...]
    chain: tuple[str, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)
    confidence: str = ""
    claim: str | None = None
    claim_relation: str | None = None
    cue: Span | None = None
    source_span: Span | None = None

    @property
    def holder(self) -> str | None:
        """Id of the source who holds the claim; None: the author."""
        return self.chain[-1] if self.chain else None

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions taken to be one: at most one of each annotator, ordered by rank."""

    members: tuple[Mention, ...]

    @property
    def first(self) -> Mention:
        """The member that begins earliest in the text (a tie: the lower rank)."""
        return min(self.members, key=_place)

    @property
    def home(self) -> int:
        """Index of the sentence in which the group is at home: that of its earliest member."""
        return self.first.sentence

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(member.id for member in self.members)


class _Counts(dict[str, bool]):
    """Character -> does it count? Few are different, and they are asked for again and again."""

    def __missing__(self, character: str) -> bool:
        counts = self[character] = unicodedata.category(character)[0] in "LNM"
        return counts


COUNTS = _Counts()


def chars(text: str, spans: Sequence[Span]) -> frozenset[int]:
    """Positions of the letters, digits and marks inside ``spans``.

    Spaces, punctuation, symbols, quotation and bidi marks do not count.
    """
    return frozenset(
        position
        for start, end in spans
        for position in compress(range(start, end), map(COUNTS.__getitem__, text[start:end]))
    )


def iou(text: str, a: Sequence[Span], b: Sequence[Span]) -> float:
    """Shared letters over all letters, 0.0 to 1.0; where neither has any, 1.0 for equal spans."""
    return float(_share((a, chars(text, a)), (b, chars(text, b))))


def same_label(a: Label | None, b: Label | None) -> bool:
    """Equality of two answers; the order of a multiple answer says nothing."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return frozenset(a) == frozenset(b)
    return a == b


def align(
    text: str, mentions: Sequence[Mention], *, match_threshold: float = MATCH_THRESHOLD
) -> list[Group]:
    """Put every mention into exactly one group; groups come in the order of the text.

    Candidates are taken by falling weight, IoU + ¼ for the same holder (not the author) + ¼ for the
    same claim; two groups are joined if no annotator would be in the group twice and every mention
    overlaps every mention of the other. Raises ValueError where two mentions have the same
    annotator and order.
    """
    ordered = sorted(mentions, key=lambda mention: (mention.annotator, mention.order))
    if len({(mention.annotator, mention.order) for mention in ordered}) < len(ordered):
        raise ValueError("two mentions with the same annotator and order")
    shares = _shares(text, ordered)
    candidates = sorted(
        (_precedence(ordered[i], ordered[j], share), i, j)
        for (i, j), share in shares.items()
        if _eligible(ordered[i], ordered[j], share, match_threshold)
    )
    group_of = [{i} for i in range(len(ordered))]
    for _, i, j in candidates:
        a, b = group_of[i], group_of[j]
        if a is not b and all(
            ordered[x].annotator != ordered[y].annotator and (min(x, y), max(x, y)) in shares
            for x, y in product(a, b)
        ):
            a |= b
            for member in b:
                group_of[member] = a
    distinct = {min(members): members for members in group_of}.values()
    groups = [Group(tuple(ordered[i] for i in sorted(members))) for members in distinct]
    return sorted(groups, key=lambda group: _place(group.first))


def keep_ids(old: Mapping[str, frozenset[str]], new: Sequence[Group]) -> list[str | None]:
    """For each new group the id of the old group with which it shares most members, or None.

    ``old`` maps ids of undecided groups to the ids of their members, in an order that the caller
    keeps stable (that of the text). An id is given once. Ties: the old group with fewer others,
    then the first in ``new``, then the first in ``old``.
    """
    claims = sorted(
        (-len(shared), len(members - shared), position, age, public_id)
        for position, group in enumerate(new)
        for age, (public_id, members) in enumerate(old.items())
        if (shared := members & group.ids)
    )
    kept: dict[int, str] = {}
    given: set[str] = set()
    for _, _, position, _, public_id in claims:
        if position not in kept and public_id not in given:
            kept[position] = public_id
            given.add(public_id)
    return [kept.get(position) for position in range(len(new))]


def _share(a: tuple[Sequence[Span], Set[int]], b: tuple[Sequence[Span], Set[int]]) -> Fraction:
    (spans_a, chars_a), (spans_b, chars_b) = a, b
    union = len(chars_a | chars_b)
    if not union:
        return Fraction(tuple(spans_a) == tuple(spans_b))
    return Fraction(len(chars_a & chars_b), union)


def _shares(text: str, mentions: Sequence[Mention]) -> dict[tuple[int, int], Fraction]:
    """IoU of every two overlapping mentions of different annotators, by their indices i < j."""
    drawn = [(mention.spans, chars(text, mention.spans)) for mention in mentions]
    return {
        (i, j): share
        for i, j in _meeting(mentions)
        if mentions[i].annotator != mentions[j].annotator and (share := _share(drawn[i], drawn[j]))
    }


def _meeting(mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Indices i < j of mentions whose envelopes meet, found in one sweep over the text."""
    running: list[int] = []
    for i in sorted(range(len(mentions)), key=lambda i: mentions[i].start):
        running = [j for j in running if mentions[j].end > mentions[i].start]
        yield from ((min(i, j), max(i, j)) for j in running)
        running.append(i)


def _same_holder(a: Mention, b: Mention) -> bool:
    return a.holder is not None and a.holder == b.holder


def _same_claim(a: Mention, b: Mention) -> bool:
    return a.claim is not None and a.claim == b.claim


def _eligible(a: Mention, b: Mention, share: Fraction, match_threshold: float) -> bool:
    # As floats: 0.8 is the nearest float to 4/5, not 4/5.
    return float(share) >= match_threshold or (
        float(share) >= KINDRED_THRESHOLD and (_same_holder(a, b) or _same_claim(a, b))
    )


def _precedence(a: Mention, b: Mention, share: Fraction) -> tuple[Fraction | int, ...]:
    """Heaviest pair first; what decides ties, in turn. Annotator and order follow in the caller."""
    equal_labels = sum(
        same_label(a.labels[key], b.labels[key]) for key in a.labels.keys() & b.labels.keys()
    )
    return (
        -(share + Fraction(_same_holder(a, b) + _same_claim(a, b), 4)),
        -equal_labels,
        a.chain != b.chain,
        abs(a.start - b.start),
        min(a.start, b.start),
    )


def _place(mention: Mention) -> tuple[int, int, int]:
    return mention.start, mention.annotator, mention.order
