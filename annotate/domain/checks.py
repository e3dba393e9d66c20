"""What an annotator may want to look at again before handing an article in.

Each finding is a question, never a fault: reporting verbs are found by word lists and may report
nothing, a negated sentence may well support what it says, and two people may say the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from .attribution import negations, reporting
from .judgement import AnnotationDraft, JudgementDraft, Status
from .normalise import fold
from .offsets import Span

_OPENING = '«“„‹‘"'
_CLOSING = '»”“›"'
_PAIRS = {"«": "»", "“": "”", "„": "“", "‹": "›"}
_COMPARED = ("kind", "stance", "certainty")


class Doubt(StrEnum):
    """What a finding asks."""

    NO_SOURCE = "no_source"
    """A word reports, and every claim of the sentence is the author's (or there is none)."""
    CUE_INSIDE = "cue_inside"
    """A claim with a source begins with the word that reports it."""
    QUOTE_MARK = "quote_mark"
    """A span begins or ends with a quotation mark that does not belong to its content."""
    NEGATED = "negated"
    """The words deny something, and the stance is “supports”."""
    TWO_WAYS = "two_ways"
    """The same words elsewhere, with another source or other labels."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence of the article as the annotator judged it; `start` is in code points of the
    article.
    """

    number: int
    start: int
    text: str
    state: JudgementDraft


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt about the sentence with this number, the words it rests on, the claim, if it is about
    one, and the number of the other sentence, if there is one.
    """

    doubt: Doubt
    number: int
    words: str
    annotation_id: UUID | None = None
    other: int | None = None


def findings(sentences: Iterable[Judged], language: str) -> list[Finding]:
    """All doubts about an article in `language` (BCP 47), in the order of its sentences.

    The time is linear in the text.
    """
    read = list(sentences)
    found = [finding for sentence in read for finding in _in_sentence(sentence, language)]
    found.extend(_labelled_two_ways(read))
    return sorted(found, key=lambda finding: finding.number)


def _in_sentence(sentence: Judged, language: str) -> Iterator[Finding]:
    claims = sentence.state.annotations
    unread = sentence.state.status == Status.NO_CLAIM and sentence.state.no_claim_reason != "other"
    if unread or sentence.state.status == Status.SKIPPED:
        return
    cues = [_moved(cue.span, sentence.start) for cue in reporting(sentence.text, language)]
    if cues and not any(claim.source_chain for claim in claims):
        yield Finding(Doubt.NO_SOURCE, sentence.number, _words(sentence, cues[0]))
    nots = [_moved(span, sentence.start) for span in negations(sentence.text, language)]
    for claim in claims:
        yield from _in_claim(sentence, claim, cues, nots)


def _in_claim(
    sentence: Judged, claim: AnnotationDraft, cues: Sequence[Span], nots: Sequence[Span]
) -> Iterator[Finding]:
    def doubt(what: Doubt, words: str) -> Finding:
        return Finding(what, sentence.number, words, claim.annotation_id)

    first = claim.spans[0][0]
    inside = next((cue for cue in cues if cue[0] <= first < cue[1]), None)
    if inside and claim.source_chain:
        yield doubt(Doubt.CUE_INSIDE, _words(sentence, inside))
    quote = next(filter(_has_stray_mark, claim.quotes), None)
    if quote:
        yield doubt(Doubt.QUOTE_MARK, quote)
    denied = next((span for span in nots if _lies_in(span, claim.spans)), None)
    if denied and claim.labels.get("stance") == "supports":
        yield doubt(Doubt.NEGATED, _words(sentence, denied))


def _has_stray_mark(quote: str) -> bool:
    """Whether the quotation marks at its ends stand around it, or open or close elsewhere."""
    opens, closes = quote[0] in _OPENING, quote[-1] in _CLOSING
    if not opens and not closes:
        return False
    if opens and closes:
        return not any(mark in quote[1:-1] for mark in _OPENING + _CLOSING)
    rest = quote[1:] if opens else quote[:-1]
    partner = _partner(quote[0] if opens else quote[-1], opens=opens)
    return partner not in rest


def _partner(mark: str, *, opens: bool) -> str:
    if opens:
        return _PAIRS.get(mark, mark)
    return next((first for first, last in _PAIRS.items() if last == mark), mark)


def _labelled_two_ways(sentences: Sequence[Judged]) -> Iterator[Finding]:
    """Each claim whose words another sentence before it has, said by another or otherwise."""
    seen: dict[str, tuple[int, AnnotationDraft]] = {}
    for sentence in sentences:
        for claim in sentence.state.annotations:
            key = fold(" … ".join(claim.quotes)).strip()
            number, before = seen.setdefault(key, (sentence.number, claim))
            if number != sentence.number and _said(before) != _said(claim):
                yield Finding(
                    Doubt.TWO_WAYS,
                    sentence.number,
                    " … ".join(claim.quotes),
                    claim.annotation_id,
                    other=number,
                )


def _said(claim: AnnotationDraft) -> tuple[object, ...]:
    labels: Mapping[str, object] = claim.labels
    return (claim.source_chain[-1:], *(labels.get(key) for key in _COMPARED))


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _words(sentence: Judged, span: Span) -> str:
    return sentence.text[span[0] - sentence.start : span[1] - sentence.start]


def _lies_in(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)
