"""Readings as tracks: one text, and under its words a line for each claim of each reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..domain.offsets import Span
from ..models import Sentence

LANES = 2
"""Lines that a reader has under each other, where claims overlap; further ones share the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A claim of one reader: `reader` counts from 0, `number` is the claim's on the screen."""

    reader: int
    number: int
    spans: Sequence[Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPiece:
    """A stretch of a text over which the same lines run.

    `lanes` are its lines as `<reader>-<lane>`, `first` the numbers of the claims that begin here.
    """

    text: str
    lanes: tuple[str, ...] = ()
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A sentence of the paragraph: the one to settle, or, without lines, one around it."""

    sentence: Sentence
    pieces: tuple[TrackPiece, ...] = ()

    @property
    def nested(self) -> bool:
        """Whether a reader needs more than one line."""
        return any(lane.endswith("-1") for piece in self.pieces for lane in piece.lanes)


def track_of(sentence: Sentence, drawn: Sequence[Drawn]) -> Track:
    """The sentence cut where a line begins or ends; what lies outside it is not drawn here."""
    text, start, end = sentence.article.text, sentence.start, sentence.end
    lanes = _lanes(drawn)
    edges = {start, end}
    edges.update(at for it in drawn for span in it.spans for at in span if start < at < end)
    pieces = [
        TrackPiece(
            text=text[left:right],
            lanes=tuple(
                sorted(
                    {
                        f"{it.reader}-{lane}"
                        for it, lane in zip(drawn, lanes, strict=True)
                        if any(a <= left and right <= b for a, b in it.spans)
                    }
                )
            ),
            first=tuple(sorted({it.number for it in drawn if it.spans[0][0] == left})),
        )
        for left, right in pairwise(sorted(edges))
    ]
    return Track(sentence=sentence, pieces=tuple(pieces))


def _lanes(drawn: Sequence[Drawn]) -> list[int]:
    """For each claim the first line of its reader that no claim before it needs at this place."""
    lanes: list[int] = []
    for place, it in enumerate(drawn):
        taken = {
            lanes[other]
            for other in range(place)
            if drawn[other].reader == it.reader and _meet(drawn[other].spans, it.spans)
        }
        lanes.append(next((lane for lane in range(LANES) if lane not in taken), LANES - 1))
    return lanes


def _meet(one: Sequence[Span], other: Sequence[Span]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)
