"""Spans of a text: half-open `[start, end)` in code points, checked against their quotes."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from annotate.domain import DomainError
from annotate.domain import gettext_noop as _

Span = tuple[int, int]

SHOWN = 40
ZERO_WIDTH_JOINER = "\u200d"

# The breaks that end a sentence and a paragraph; `str.splitlines` knows others besides.
_LINE_BREAK = re.compile("[\n\v\f\r\x85\u2028\u2029]")
_JOINED_TO_WHAT_PRECEDES = ZERO_WIDTH_JOINER + "🏻🏼🏽🏾🏿"
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


class OffsetError(DomainError):
    """Spans that do not fit their text.

    `code` is one of `list`, `quotes`, `number`, `reversed`, `range`, `utf16`, `quote`, `overlap`,
    `line_break`, `empty`, `white_space`, `grapheme`.
    """

    def __init__(self, code: str, template: str, **params: object) -> None:
        self.code = code
        super().__init__(template, params)


def check_spans(text: str, spans: object, quotes: object) -> tuple[Span, ...]:
    """Return what a client sent as spans of `text`, or raise `OffsetError`.

    `spans` is a list of `[start, end]`, `quotes` a list of the words that the client saw there,
    one a span. Spans are in order and disjoint; each lies in one line, holds a letter or digit,
    begins and ends with something visible and tears no letter from its marks.
    """
    if not isinstance(spans, list | tuple) or not spans:
        raise OffsetError("list", _("Mark at least one piece of the text."))
    if not isinstance(quotes, list | tuple) or len(quotes) != len(spans):
        raise OffsetError("quotes", _("Send one quote for each span."))
    checked = tuple(
        _checked(text, number, span, words)
        for number, (span, words) in enumerate(zip(spans, quotes, strict=True), start=1)
    )
    for number, ((_start, end), (start, _end)) in enumerate(pairwise(checked), start=2):
        if start < end:
            raise OffsetError(
                "overlap",
                _("Span %(number)s begins before the span before it ends."),
                number=number,
            )
    return checked


def quote(text: str, spans: Sequence[Span]) -> str:
    """Return the words of the spans, discontinuous ones joined by ` … `."""
    return " … ".join(text[start:end] for start, end in spans)


def envelope(spans: Sequence[Span]) -> Span:
    """Return first start and last end of ordered spans."""
    return spans[0][0], spans[-1][1]


def _checked(text: str, number: int, span: object, words: object) -> Span:
    start, end = _whole_numbers(number, span)
    if not isinstance(words, str):
        raise OffsetError("quotes", _("The quote of span %(number)s is not text."), number=number)
    if start >= end:
        raise OffsetError(
            "reversed", _("Span %(number)s ends before it begins or is empty."), number=number
        )
    if start < 0 or text[start:end] != words or end > len(text):
        raise _elsewhere(text, number, (start, end), words)
    _check_content(text, number, (start, end))
    return start, end


def _whole_numbers(number: int, span: object) -> Span:
    match span:
        # `type` and not `isinstance`: JSON's true is no offset, though Python's is an int.
        case [start, end] if type(start) is int and type(end) is int:
            return start, end
    raise OffsetError(
        "number",
        _("Span %(number)s is not a pair of whole numbers [start, end]."),
        number=number,
    )


def _elsewhere(text: str, number: int, span: Span, words: str) -> OffsetError:
    """Say why the words are not in their place, most likely cause first."""
    start, end = span
    if start >= 0 and _in_utf16(text, span) == words:
        return OffsetError(
            "utf16",
            _(
                "Span %(number)s counts UTF-16 units. Count Unicode code points: "
                "an emoji is one, not two."
            ),
            number=number,
        )
    if start < 0 or end > len(text):
        return OffsetError(
            "range",
            _("Span %(number)s reaches outside the text, which has %(length)s characters."),
            number=number,
            length=len(text),
        )
    return OffsetError(
        "quote",
        _("Span %(number)s reads “%(found)s” in the text, but its quote is “%(sent)s”."),
        number=number,
        found=_shortened(text[start:end]),
        sent=_shortened(words),
    )


def _in_utf16(text: str, span: Span) -> str:
    start, end = span
    units = text.encode("utf-16-le", "surrogatepass")
    if 2 * end > len(units):
        return ""
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def _shortened(words: str) -> str:
    return words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"


def _check_content(text: str, number: int, span: Span) -> None:
    start, end = span
    words = text[start:end]
    if not any(character.isalnum() for character in words):
        raise OffsetError("empty", _("Span %(number)s holds no letter or digit."), number=number)
    if words[0].isspace() or words[-1].isspace():
        raise OffsetError(
            "white_space", _("Span %(number)s begins or ends with white space."), number=number
        )
    if _LINE_BREAK.search(words):
        raise OffsetError(
            "line_break",
            _("Span %(number)s crosses a line break. Mark each line as its own span."),
            number=number,
        )
    if tears(text, start) or tears(text, end):
        raise OffsetError(
            "grapheme",
            _("Span %(number)s separates a letter from its marks or cuts an emoji."),
            number=number,
        )


def tears(text: str, at: int) -> bool:
    """Whether a cut at `at` divides what a reader sees as one character.

    The cases of Unicode Standard Annex #29 that occur in news: GB9 and GB9a (marks, joiner, skin
    tones), GB11 (joined emoji), GB12 and GB13 (flags).
    """
    if at in (0, len(text)):
        return False
    before, after = text[at - 1], text[at]
    if before.isspace():
        return False
    if unicodedata.category(after)[0] == "M" or after in _JOINED_TO_WHAT_PRECEDES:
        return True
    if before == ZERO_WIDTH_JOINER:
        return unicodedata.category(after) == "So"
    if after not in _FLAG_LETTERS:
        return False
    flag_letters_before = at - len(text[:at].rstrip(_FLAG_LETTERS))
    return flag_letters_before % 2 == 1
