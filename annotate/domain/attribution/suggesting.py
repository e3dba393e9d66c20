"""What is offered to an annotator who has begun a claim, and what was taken of it.

Suggestions anchor both annotators alike: they are offered, never filled in, and what was taken is
kept with the claim, so that figures of agreement can leave it out (model.md, 6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .. import DomainError
from .. import gettext_noop as _
from ..offsets import Span
from .cues import cues, reporting
from .names import mentions

SOURCES_SHOWN = 6
CUES_SHOWN = 4
UNNAMED = "unnamed"
_ID = re.compile("[ -~]{1,1000}")
_SOURCE = re.compile(r"source:([0-9a-f-]{36})@(\d{1,9})-(\d{1,9})")
_CUE = re.compile(r"cue:(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Sources by id with where they are named, best first, and cues in order; offsets of `text`.

    `nobody` is where somebody speaks who is nobody in particular ("observers"), if anybody does.
    """

    sources: tuple[tuple[str, Span], ...]
    cues: tuple[Span, ...]
    nobody: Span | None


def suggestions(
    text: str, *, sentence: Span, language: str, names: Mapping[str, Sequence[str]]
) -> Suggestions:
    """What may be taken for a claim in this sentence, where `text` begins with what stands before
    it in its paragraph.

    Sources named in the sentence come first, the nearest to a word that reports before all, then
    those named before. `names` is a table as `names_table` makes it.
    """
    start, end = sentence
    reports = [_moved(cue.span, start) for cue in reporting(text[start:end], language)]

    def distance(span: Span) -> tuple[bool, int]:
        gaps = (max(cue[0] - span[1], span[0] - cue[1], 0) for cue in reports)
        return span[0] < start, min(gaps, default=0)

    named = [
        (source_id, found.span) for found in mentions(text, names) for source_id in found.source_ids
    ]
    nearest: dict[str, Span] = {}
    for source_id, span in sorted(named, key=lambda each: distance(each[1])):
        nearest.setdefault(source_id, span)
    nobody = [cue.span for cue in cues(text[start:end], language) if cue.family == UNNAMED]
    return Suggestions(
        sources=tuple(nearest.items())[:SOURCES_SHOWN],
        cues=tuple(reports[:CUES_SHOWN]),
        nobody=_moved(nobody[0], start) if nobody else None,
    )


def _moved(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


@dataclass(frozen=True, slots=True)
class Taken:
    """The suggestions that somebody took for a claim, and what they say of it."""

    id: str
    changed: bool
    sources: Mapping[str, Span]
    cue_span: Span | None

    def stands(self, chain: Sequence[str]) -> dict[str, object]:
        """What is kept with the claim: which they were, and whether the chain was ever changed."""
        return {"id": self.id, "changed": self.changed or not self.sources.keys() <= set(chain)}

    def source_span(self, chain: Sequence[str]) -> Span | None:
        """Where the text names the holder, if a suggestion told."""
        return self.sources.get(chain[-1]) if chain else None


def read_taken(sent: Mapping[str, object]) -> Taken:
    """Read `id` and `changed` as `Taken.stands` gives them.

    The id holds those of suggestions, parted by spaces: `source:<source id>@<start>-<end>` and
    `cue:<start>-<end>`, in offsets of the article; others say nothing. Raises DomainError.
    """
    told = sent.get("id", "")
    if not isinstance(told, str) or not _ID.fullmatch(told):
        raise DomainError(_("“%(sent)s” is no suggestion."), {"sent": str(told)[:80]})
    sources = {
        match[1]: (int(match[2]), int(match[3]))
        for match in map(_SOURCE.fullmatch, told.split())
        if match
    }
    spans = [(int(match[1]), int(match[2])) for match in map(_CUE.fullmatch, told.split()) if match]
    return Taken(
        id=told,
        changed=sent.get("changed") is True,
        sources=sources,
        cue_span=spans[-1] if spans else None,
    )
