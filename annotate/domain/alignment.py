"""Which annotations of one article are the same mention of a claim.

Several people mark the same claim in slightly different words. Their annotations are paired by the
characters they share, helped by the source and the linked claim, best pair first. The result depends
on the annotations alone: not on the order in which they come, and never on their random ids.

Offsets are half-open code points of the stored text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, product

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


def chars(text: str, spans: Sequence[Span]) -> frozenset[int]:
    """Positions of the letters, digits and marks inside ``spans``.

    Spaces, punctuation, symbols, quotation and bidi marks do not count.
    """
    return frozenset(
        position
        for start, end in spans
        for position in range(start, end)
        if unicodedata.category(text[position])[0] in "LNM"
    )


def iou(text: str, a: Sequence[Span], b: Sequence[Span]) -> float:
    """Shared letters over all letters, 0.0 to 1.0; where neither has any, 1.0 for equal spans."""
    of_a, of_b = chars(text, a), chars(text, b)
    if not of_a and not of_b:
        return float(tuple(a) == tuple(b))
    return len(of_a & of_b) / len(of_a | of_b)


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
    same claim; two groups are joined if no annotator would be in it twice and every mention overlaps
    every mention of the other. Raises ValueError for two mentions with the same annotator and order.
    """
    raise NotImplementedError


def keep_ids(old: Mapping[str, frozenset[str]], new: Sequence[Group]) -> list[str | None]:
    """For each new group the id of the old group with which it shares most members, or None.

    ``old`` maps ids of undecided groups to the ids of their members, in an order that the caller keeps
    stable (text order). An id is given once. Ties: the old group with fewer others, then the new group
    that comes first in the text, then the old one that comes first in ``old``.
    """
    raise NotImplementedError


def _place(mention: Mention) -> tuple[int, int, int]:
    return mention.start, mention.annotator, mention.order
