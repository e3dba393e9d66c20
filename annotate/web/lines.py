"""What the text alone tells of an article's sentences, worked out once: it never changes.

An article of 300 sentences takes a tenth of a second of it. What is kept depends on nothing but the
arguments, so that it cannot be out of date: sentences that are split or joined are other arguments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ..domain.offsets import Span
from ..domain.pieces import pieces
from ..domain.quotation import quoted
from ..domain.repeats import repeated
from ..domain.unmarked import preset_values
from ..models import Sentence

KEPT = 32  # articles; one of 300 sentences takes about 150 kB

_LINE_BREAK = re.compile("[\n\v\f\r\x85\u2028\u2029]")
_BEFORE = 200


class Cut(NamedTuple):
    """Where a sentence lies in its article, in code points, and what kind of block it is."""

    start: int
    end: int
    paragraph: int
    block: str


@dataclass(frozen=True, slots=True)
class Line:
    """What the text tells of a sentence.

    `quoted` are the stretches between quotation marks in its paragraph, in code points of the
    article, as `"12-40 55-80"`; the first sentence of a paragraph has it for all. `before` is what
    parts it from the sentence before; `clauses` are its clause pieces,
    written likewise, in code points of the sentence. `repeats` is the index of the sentence that a
    pull quote repeats. `preset` are the values that can be chosen beforehand for its claims, as
    JSON, empty where there are none.
    """

    first_of_paragraph: bool
    quoted: str
    before: str
    clauses: str
    repeats: int | None
    preset: str


def lines_of(sentences: Sequence[Sentence]) -> tuple[Line, ...]:
    """A line for each sentence; they are all of one article, in order."""
    cuts = tuple(Cut(each.start, each.end, each.paragraph, each.block) for each in sentences)
    article = sentences[0].article
    return _lines(article.text, article.language, cuts)


@lru_cache(maxsize=KEPT)
def _lines(text: str, language: str, cuts: tuple[Cut, ...]) -> tuple[Line, ...]:
    texts = [text[cut.start : cut.end] for cut in cuts]
    ends = (0, *(cut.end for cut in cuts))
    quotations = _quotations(text, cuts)
    return tuple(
        Line(
            first_of_paragraph=_is_first_of_paragraph(text, cut.start),
            quoted=quotations.pop(cut.paragraph, ""),
            before=text[ends[index] : cut.start],
            clauses=_pairs(pieces(texts[index], language)),
            repeats=repeated(texts, index) if cut.block == Sentence.Block.PULL_QUOTE else None,
            preset=_written(preset_values(texts[index], language)),
        )
        for index, cut in enumerate(cuts)
    )


def _quotations(text: str, cuts: Sequence[Cut]) -> dict[int, str]:
    """The stretches between quotation marks by the number of the paragraph."""
    bounds: dict[int, Span] = {}
    for cut in cuts:
        start, _end = bounds.get(cut.paragraph, (cut.start, 0))
        bounds[cut.paragraph] = (start, cut.end)
    return {paragraph: _pairs(quoted(text, *span)) for paragraph, span in bounds.items()}


def _pairs(spans: Iterable[Span]) -> str:
    return " ".join(f"{start}-{end}" for start, end in spans)


def _is_first_of_paragraph(text: str, start: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    return bool(_LINE_BREAK.search(before[len(before.rstrip()) :]))


def _written(preset: object) -> str:
    return json.dumps(preset, separators=(",", ":")) if preset else ""
