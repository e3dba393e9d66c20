"""Where words that somebody typed stand in a text in which they may stand more than once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from annotate.domain.offsets import Span

PLACES = 500
"""So many places of a stretch are looked at, so that a letter costs no more than a sentence."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch at one of its places: how far it and those before it are from what they are to be
    near to, and the best place of the stretch before it.
    """

    span: Span
    cost: int
    before: _Place | None = None


def placed(
    text: str, stretches: Sequence[str], *, within: Span, near: Sequence[Span]
) -> tuple[Span, ...]:
    """The spans of stretches of words, each behind the one before it, the first of which begins in
    `within`: of all places those that share most characters with the spans of `near`, then those
    that are nearest to them, then the first. Empty stretches stand nowhere.

    Fewer spans than stretches mean that the stretch of that number stands nowhere behind the ones
    before it.
    """
    best: _Place | None = None
    places: list[_Place] = []
    for number, stretch in enumerate(stretches):
        starts = islice(_occurrences(text, stretch, within[0]), PLACES)
        if number:
            found = _behind(places, starts, len(stretch), near)
        else:
            spans = [(start, start + len(stretch)) for start in starts if start < within[1]]
            found = [_Place(span, _distance(span, near)) for span in spans]
        if not found:
            break
        places = found
        best = min(found, key=lambda it: it.cost)
    return _unrolled(best)


def _occurrences(text: str, stretch: str, begin: int) -> Iterator[int]:
    at = text.find(stretch, begin) if stretch else -1
    while at >= 0:
        yield at
        at = text.find(stretch, at + 1)


def _behind(
    places: Sequence[_Place], starts: Iterator[int], length: int, near: Sequence[Span]
) -> list[_Place]:
    """Each start with the best of the places that end before it; both in the order of the text."""
    found: list[_Place] = []
    best, seen = None, 0
    for start in starts:
        while seen < len(places) and places[seen].span[1] <= start:
            if best is None or places[seen].cost < best.cost:
                best = places[seen]
            seen += 1
        if best is not None:
            span = start, start + length
            found.append(_Place(span, best.cost + _distance(span, near), best))
    return found


def _distance(span: Span, near: Sequence[Span]) -> int:
    """Characters to the nearest of these spans; below zero, as many as are shared with them."""
    shared = sum(max(min(span[1], end) - max(span[0], start), 0) for start, end in near)
    gaps = (max(start - span[1], span[0] - end) for start, end in near)
    return -shared if shared else max(min(gaps, default=0), 0)


def _unrolled(place: _Place | None) -> tuple[Span, ...]:
    spans: list[Span] = []
    while place is not None:
        spans.append(place.span)
        place = place.before
    return tuple(reversed(spans))
