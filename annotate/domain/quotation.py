"""What stands between quotation marks, and so whether a claim is quoted or reported.

Marks in news text cannot be trusted to be paired: straight quotes nest in straight quotes, and
single ones go astray. So each paragraph is read alone, a mark opens or closes by its neighbours
where its shape does not tell, and a mark without a partner encloses nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from annotate.domain.alignment import Span, chars

AUTHOR, DIRECT, INDIRECT = "author", "direct", "indirect"
DIRECT_SHARE = 0.9

_ANGLED = "«»‹›"
_DOUBLE = '"“”„‟＂'
_MARK = re.compile(f"[{_ANGLED}{_DOUBLE}]")
_OPENING = "«‹„"
_CLOSING = "»›"
_BEFORE_OPENING = "([{:-–—'’"
_AFTER_CLOSING = ")]}.,;:!?،؛؟۔…-–—"
# Arabic particles (and tatweel) are written onto the quoted name: لـ"رويترز"
_PARTICLES = frozenset("وفبلكسـ")
_LONGEST_PARTICLES = 3


def derived_attribution_type(text: str, spans: Sequence[Span], chain: Sequence[str]) -> str:
    """``author`` for an empty chain; ``direct`` when at least 90 % of the letters, digits and marks
    of the spans stand inside quotation marks; else ``indirect``."""
    if not chain:
        return AUTHOR
    content = chars(text, spans)
    paragraphs = {_paragraph(text, start) for start, _ in spans}
    inside = [stretch for paragraph in paragraphs for stretch in quoted(text, *paragraph)]
    kept = sum(len(chars(text, _common(spans, stretch))) for stretch in inside)
    return DIRECT if content and kept >= DIRECT_SHARE * len(content) else INDIRECT


def quoted(text: str, start: int, end: int) -> list[Span]:
    """The stretches of the paragraph ``text[start:end]`` between paired quotation marks.

    In order and disjoint: what a nested pair encloses is part of the outer stretch.
    """
    outermost: list[Span] = []
    for opened, closed in sorted(_pairs(text, start, end)):
        if outermost and opened < outermost[-1][1]:
            opened, closed = outermost[-1][0], max(closed, outermost.pop()[1])
        outermost.append((opened, closed))
    return outermost


def _pairs(text: str, start: int, end: int) -> Iterator[Span]:
    angled: list[int] = []
    double: list[int] = []
    for found in _MARK.finditer(text, start, end):
        position = found.start()
        open_marks = angled if found[0] in _ANGLED else double
        if _opens(text, position, start, end, inside=bool(open_marks)):
            open_marks.append(position)
        elif open_marks:
            yield open_marks.pop() + 1, position


def _opens(text: str, position: int, start: int, end: int, *, inside: bool) -> bool:
    """By shape, else by the neighbours, else by whether a quotation is open."""
    if text[position] in _OPENING or text[position] in _CLOSING:
        return text[position] in _OPENING
    before, after = position - 1, position + 1
    while before >= start and unicodedata.category(text[before]) == "Cf":
        before -= 1
    while after < end and unicodedata.category(text[after]) == "Cf":
        after += 1
    may_open = (
        before < start
        or text[before].isspace()
        or text[before] in _BEFORE_OPENING
        or _is_particle(text, start, before + 1)
    )
    may_close = after >= end or text[after].isspace() or text[after] in _AFTER_CLOSING
    return may_open if may_open != may_close else not inside


def _is_particle(text: str, start: int, end: int) -> bool:
    """Whether the word that ends at ``end`` consists of particles only."""
    first = end
    while first > start and end - first <= _LONGEST_PARTICLES and text[first - 1].isalpha():
        first -= 1
    return 0 < end - first <= _LONGEST_PARTICLES and _PARTICLES.issuperset(text[first:end])


def _common(spans: Sequence[Span], stretch: Span) -> list[Span]:
    return [(max(start, stretch[0]), min(end, stretch[1])) for start, end in spans]


def _paragraph(text: str, position: int) -> Span:
    """The line around ``position``."""
    end = text.find("\n", position)
    return text.rfind("\n", 0, position) + 1, len(text) if end < 0 else end
