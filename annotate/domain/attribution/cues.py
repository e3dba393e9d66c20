"""Words that tell how something is said: who reports, how surely, denied or asked.

A cue is found on a folded copy of the text (see `normalise`) and given back as a span of the text
itself, in whole words with the particles written onto them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..languages import primary_of
from ..normalise import fold_with_map
from ..offsets import Span
from .reading import Cue, Entry, entries_for, heads_of

REPORTING, NEGATION, QUESTION = "reporting", "negation", "question"
SUPPORTS, CERTAIN = "supports", "certain"
_REACH = 40  # characters before a cue in which the word before it stands
_QUESTION_MARKS = re.compile(r"[?؟⁇⁈⁉]")


def cues(text: str, language: str) -> list[Cue]:
    """The cues of all families, in order; of two that overlap the earlier, else the longer.

    `language` is a BCP 47 tag; one without a word file has no cues.
    """
    return list(_cues(text, primary_of(language)))


@lru_cache(maxsize=512)  # each kind is asked of a sentence by itself
def _cues(text: str, language: str) -> tuple[Cue, ...]:
    folded, index = fold_with_map(text)
    heads = heads_of(folded)
    found = sorted(
        (
            (start, -end, entry)
            for entry in entries_for(language)
            if not heads.isdisjoint(entry.heads)
            for start, end in _places(entry, folded)
        ),
        key=lambda place: place[:2],
    )
    kept: list[Cue] = []
    reached = 0
    for start, negative_end, entry in found:
        if start >= reached:
            reached = -negative_end
            kept.append(entry.family.cue((index[start], end_in_text(text, index, reached))))
    return tuple(kept)


def reporting(text: str, language: str) -> list[Cue]:
    """The cues that give words or thoughts to a source."""
    return [cue for cue in cues(text, language) if cue.role == REPORTING]


def unusual(text: str, language: str) -> list[Span]:
    """Where the text does more or less than state: it negates, or the word stands for another
    stance than `supports` or another certainty than `certain`. So do `perhaps`, `denied`,
    `expects that`, `observers` and `why`.
    """
    return [
        cue.span
        for cue in cues(text, language)
        if cue.role == NEGATION or (cue.stance, cue.certainty) != (SUPPORTS, CERTAIN)
    ]


def negations(text: str, language: str) -> list[Span]:
    """Where the text negates."""
    return [cue.span for cue in cues(text, language) if cue.role == NEGATION]


def questions(text: str, language: str) -> list[Span]:
    """Question words and question marks, in order."""
    words = [cue.span for cue in cues(text, language) if cue.role == QUESTION]
    return sorted(words + [mark.span() for mark in _QUESTION_MARKS.finditer(text)])


def _places(entry: Entry, folded: str) -> list[Span]:
    return [
        match.span()
        for match in entry.pattern.finditer(folded)
        if _stands_after(entry.after, folded, match.start(), otherwise=True)
        and not _stands_after(entry.not_after, folded, match.start(), otherwise=False)
    ]


def _stands_after(
    words: re.Pattern[str] | None, folded: str, start: int, *, otherwise: bool
) -> bool:
    if words is None:
        return otherwise
    return bool(words.search(folded[max(0, start - _REACH) : start]))


def end_in_text(text: str, index: list[int], end: int) -> int:
    """Where the word that ends at `end` of the folded copy ends in the text, marks included."""
    at = index[end]
    while at > index[end - 1] + 1 and text[at - 1].isspace():
        at -= 1
    return at
