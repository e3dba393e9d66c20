"""Resplitting: until an article's first judgement its sentences may be split, joined and named
anew, by hand or by a newer segmenter; afterwards labels stand on them, and they stay.

Each change locks the article and its assignments, so that of a judgement and a change made at once
the second is refused. It keeps the ids of the sentences that it does not move, and leaves an event
with the sentences that went (`before`) and came (`after`): the history, and what undo puts back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NoReturn
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..domain.offsets import tears
from ..domain.segmentation import split
from ..errors import Refusal, WorkflowError
from ..models import Article, Event, Sentence
from .recording import record
from .sentences import SentenceDraft, by_hand, rows

Drafts = list[SentenceDraft]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an article's sentences, and the event that took it back, if one did."""

    event: Event
    undone: Event | None

    @property
    def before(self) -> Drafts:
        return _drafts_of(self.event.before)

    @property
    def after(self) -> Drafts:
        return _drafts_of(self.event.after)


@dataclass(frozen=True, slots=True)
class Resegmented:
    """An article's sentences as they were stored, and as the segmenter of today cuts them."""

    article: Article
    before: Drafts
    after: Drafts

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @property
    def is_corrected(self) -> bool:
        """Whether a person has corrected any of the stored sentences."""
        return any(draft.is_by_hand for draft in self.before)

    def places(self) -> Iterator[tuple[Drafts, Drafts]]:
        """The changed places in order: the sentences that go, and those that come for them."""
        gone, come = _difference(self.before, self.after)
        sides = [*((draft, 0) for draft in gone), *((draft, 1) for draft in come)]
        place: tuple[Drafts, Drafts] = ([], [])
        reached = 0
        for draft, side in sorted(sides):
            if draft.start >= reached and any(place):
                yield place
                place = ([], [])
            place[side].append(draft)
            reached = max(reached, draft.end)
        if any(place):
            yield place


def why_closed() -> str:
    """What to do about an article whose sentences no longer change."""
    return _(
        "Somebody has judged this article or asked about it, so its sentences stay as they are: "
        "labels stand on them. To have it cut otherwise, take the text in again with another "
        "address or publisher, and correct that article before anybody judges it. There is no page "
        "yet that links versions of an article."
    )


@transaction.atomic
def split_sentence(*, sentence: Sentence, by: User, at: int) -> Sentence:
    """End the sentence before the code point `at` of the article's text; return the second part.

    White space around the cut belongs to neither part. Refused as invalid where nothing visible
    would be left on a side, or a letter would lose its marks.
    """
    article, sentences = _open(sentence.article_id)
    place = _place(sentence, sentences)
    drafts = [SentenceDraft.of(each) for each in sentences]
    whole = drafts[place]
    if not whole.start < at < whole.end:
        _refuse("at", _("This place does not lie inside the sentence."))
    if tears(article.text, at):
        _refuse("at", _("A cut here would divide a letter from its marks, or an emoji."))
    left = article.text[whole.start : at].rstrip()
    right = article.text[at : whole.end].lstrip()
    if _is_blank(left) or _is_blank(right):
        _refuse("at", _("A cut here would leave a sentence without words."))
    name = by_hand(whole.segmenter)
    drafts[place : place + 1] = [
        replace(whole, end=whole.start + len(left), segmenter=name),
        replace(whole, start=whole.end - len(right), segmenter=name),
    ]
    return _rewrite("split_sentence", article, sentences, drafts, by)[place + 1]


@transaction.atomic
def join_with_next(*, sentence: Sentence, by: User) -> Sentence:
    """Make one sentence of this one and the next, in the block of this one; return it."""
    article, sentences = _open(sentence.article_id)
    place = _place(sentence, sentences)
    drafts = [SentenceDraft.of(each) for each in sentences]
    first, *following = drafts[place : place + 2]
    if not following:
        _refuse("sentence", _("No sentence follows this one."))
    if following[0].paragraph != first.paragraph:
        _refuse(
            "sentence", _("A line break always ends a sentence: the next one is on another line.")
        )
    joined = replace(first, end=following[0].end, segmenter=by_hand(first.segmenter))
    drafts[place : place + 2] = [joined]
    return _rewrite("join_with_next", article, sentences, drafts, by)[place]


@transaction.atomic
def change_block(*, sentence: Sentence, by: User, block: str) -> Sentence:
    """Say what the sentence is: title, heading, body …; what it is already changes nothing."""
    article, sentences = _open(sentence.article_id)
    place = _place(sentence, sentences)
    if block not in Sentence.Block.values:
        _refuse("block", _("There is no block “%s”.") % block[:40])
    if sentences[place].block == block:
        return sentences[place]
    drafts = [SentenceDraft.of(each) for each in sentences]
    name = by_hand(drafts[place].segmenter)
    drafts[place] = replace(drafts[place], block=block, segmenter=name)
    return _rewrite("change_block", article, sentences, drafts, by)[place]


@transaction.atomic
def undo_boundaries(*, article: Article, by: User) -> Sentence:
    """Take back the last change that stands, whoever made it; return the first sentence restored.

    Each further undo goes one change further back.
    """
    article, sentences = _open(article.pk)
    last = next((change for change in history(article) if not change.undone), None)
    if last is None:
        raise WorkflowError(
            Refusal.GONE, _("There is nothing to undo: the sentences are as they came in.")
        )
    stored = [SentenceDraft.of(each) for each in sentences]
    came = set(last.after)
    drafts = sorted([*last.before, *(draft for draft in stored if draft not in came)])
    written = _rewrite("undo_boundaries", article, sentences, drafts, by, undoes=str(last.event.pk))
    return written[drafts.index(last.before[0])]


def resegment_article(*, article: Article, by: User, also_corrected: bool = False) -> Resegmented:
    """Cut an article that nobody has judged with the segmenter of today.

    Sentences that it cuts alike keep their ids and the name of the segmenter that cut them first.
    One that was corrected by hand is refused unless `also_corrected`.
    """
    fresh = _cut(article)  # outside of the transaction: it takes time
    with transaction.atomic():
        article, sentences = _open(article.pk)
        found = _compared(article, sentences, fresh)
        if found.is_corrected and not also_corrected:
            raise WorkflowError(
                Refusal.CLOSED, _("The sentences of this article were corrected by hand.")
            )
        if found.is_changed:
            _rewrite("resegment_article", article, sentences, found.after, by)
    return found


def preview_resegmenting(article: Article) -> Resegmented:
    """What `resegment_article` would do; nothing is stored."""
    return _compared(article, list(article.sentences.order_by("index")), _cut(article))


def history(article: Article) -> list[Change]:
    """The changes of an article's sentences, the last one first."""
    undone: dict[str, Event] = {}
    changes = []
    for event in Event.objects.of_boundaries(article).select_related("by"):
        if event.what == "undo_boundaries":
            undone[(event.after or {})["undoes"]] = event
        else:
            changes.append(Change(event, undone.get(str(event.pk))))
    return changes


def _open(article_id: UUID) -> tuple[Article, list[Sentence]]:
    """The article, locked against judgements, and its sentences; refused once it is judged."""
    article = (
        Article.objects.select_for_update(of=("self",)).select_related("project").get(pk=article_id)
    )
    list(article.assignments.select_for_update())
    if not Article.objects.unjudged().filter(pk=article.pk).exists():
        raise WorkflowError(Refusal.CLOSED, why_closed())
    return article, list(article.sentences.order_by("index"))


def _place(sentence: Sentence, sentences: Sequence[Sentence]) -> int:
    for place, each in enumerate(sentences):
        if each.pk == sentence.pk:
            return place
    raise WorkflowError(
        Refusal.STALE,
        _("This sentence was split or joined since you opened the page. Reload it and look again."),
    )


def _rewrite(
    what: str,
    article: Article,
    sentences: Sequence[Sentence],
    drafts: Drafts,
    by: User,
    **told: str,
) -> list[Sentence]:
    """Store the drafts in the place of the sentences, and what changed as an event."""
    gone, come = _difference([SentenceDraft.of(each) for each in sentences], drafts)
    ids = {(each.start, each.end): each.pk for each in sentences}
    article.sentences.all().delete()
    written = Sentence.objects.bulk_create(rows(article, drafts, ids))
    article.sentence_count = len(written)
    article.save(update_fields=["sentence_count"])
    record(
        what,
        article,
        by=by,
        project=article.project,
        before={"sentences": list(map(asdict, gone))},
        after={"sentences": list(map(asdict, come)), **told},
    )
    return written


def _difference(before: Drafts, after: Drafts) -> tuple[Drafts, Drafts]:
    """What is only in one and what is only in the other, in order."""
    old, new = set(before), set(after)
    return [d for d in before if d not in new], [d for d in after if d not in old]


def _cut(article: Article) -> Drafts:
    return [SentenceDraft.cut(unit) for unit in split(article.text, article.language)]


def _compared(article: Article, sentences: Sequence[Sentence], fresh: Drafts) -> Resegmented:
    before = [SentenceDraft.of(each) for each in sentences]
    alike = {(d.span, d.paragraph, d.block): d for d in before if not d.is_by_hand}
    after = [alike.get((d.span, d.paragraph, d.block), d) for d in fresh]
    return Resegmented(article, before, after)


def _drafts_of(stored: dict[str, list[dict[str, Any]]] | None) -> Drafts:
    return [SentenceDraft(**values) for values in (stored or {})["sentences"]]


def _is_blank(text: str) -> bool:
    """Whether a reader sees nothing in it: white space, joiners, marks of direction."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text)


def _refuse(field: str, message: str) -> NoReturn:
    raise WorkflowError(Refusal.INVALID, message, field=field)
