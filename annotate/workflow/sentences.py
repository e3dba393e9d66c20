"""Sentences on their way into the store: where each lies, what it is, and who cut it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from ..domain.direction import Direction, sentence_direction
from ..domain.segmentation import SEGMENTER
from ..domain.segmentation import Sentence as Unit
from ..models import Article, Sentence

BY_HAND = " +hand"


@dataclass(frozen=True, slots=True, order=True)
class SentenceDraft:
    """A sentence but for its place in the article: half-open code points, line, block, segmenter.

    The segmenter is name and version of what cut it, with ` +hand` behind it where a person has
    corrected its boundaries or its block.
    """

    start: int
    end: int
    paragraph: int
    block: str
    segmenter: str

    @classmethod
    def cut(cls, unit: Unit) -> SentenceDraft:
        """As the segmenter of today cuts it."""
        return cls(unit.start, unit.end, unit.paragraph, unit.block, SEGMENTER)

    @classmethod
    def of(cls, sentence: Sentence) -> SentenceDraft:
        """A stored sentence as the draft that it once was."""
        return cls(
            sentence.start, sentence.end, sentence.paragraph, sentence.block, sentence.segmenter
        )

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def is_by_hand(self) -> bool:
        return self.segmenter.endswith(BY_HAND)


def by_hand(segmenter: str) -> str:
    """The segmenter's name for a sentence that a person has corrected."""
    return segmenter.removesuffix(BY_HAND) + BY_HAND


def rows(
    article: Article, drafts: Sequence[SentenceDraft], ids: Mapping[tuple[int, int], UUID]
) -> Iterator[Sentence]:
    """The sentences of an article in order, to be stored; `ids` are those that stay, by span."""
    direction: Direction = "rtl" if article.direction == Article.Direction.RTL else "ltr"
    for index, draft in enumerate(drafts):
        yield Sentence(
            id=ids.get(draft.span) or uuid4(),
            project_id=article.project_id,
            article=article,
            index=index,
            start=draft.start,
            end=draft.end,
            paragraph=draft.paragraph,
            block=draft.block,
            direction=sentence_direction(article.text[draft.start : draft.end], direction),
            segmenter=draft.segmenter,
        )
