"""Spans of a text: half-open `[start, end)` in Unicode code points, checked against their quotes."""

from collections.abc import Sequence

from annotate.domain import Refusal

Span = tuple[int, int]


class OffsetError(Refusal):
    """Spans that do not fit their text.

    `code` is one of `list`, `quotes`, `number`, `reversed`, `range`, `utf16`, `quote`, `overlap`,
    `line_break`, `empty`, `white_space`, `grapheme`.
    """

    def __init__(self, code: str, template: str, **params: object) -> None:
        self.code = code
        super().__init__(template, params)


def check_spans(text: str, spans: object, quotes: object) -> tuple[Span, ...]:
    """Return what a client sent as spans of `text`, or raise `OffsetError`."""
    raise NotImplementedError


def quote(text: str, spans: Sequence[Span]) -> str:
    """Return the words of the spans, discontinuous ones joined by ` … `."""
    return " … ".join(text[start:end] for start, end in spans)


def envelope(spans: Sequence[Span]) -> Span:
    """Return first start and last end of ordered spans."""
    return spans[0][0], spans[-1][1]
