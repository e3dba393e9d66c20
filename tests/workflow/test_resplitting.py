"""Sentences split, joined, named anew and cut by a newer segmenter, until the first judgement."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from annotate.domain.judgement import JudgementDraft
from annotate.domain.segmentation import SEGMENTER
from annotate.errors import Refusal, WorkflowError
from annotate.models import Article, Event, Judgement, Project, Sentence
from annotate.workflow.intake import Candidate, take_in
from annotate.workflow.labelling import judge
from annotate.workflow.resplitting import (
    change_block,
    history,
    join_with_next,
    preview_resegmenting,
    resegment_article,
    split_sentence,
    undo_boundaries,
)
from tests.builders import give, hand_in, sentence_at, take_in_text, write
from tests.workflow.test_at_once import at_once

FIRST = "قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر."
SECOND = "🚩 ونفى مسؤول في باماكو ذلك."
AFTER = "بعد تحذيرات"

pytestmark = pytest.mark.django_db


def cut(article: Article) -> list[str]:
    return [s.text for s in article.sentences.select_related("article").order_by("index")]


def split(article: Article, before: str, by: User) -> Sentence:
    """Split the sentence in which these words stand, before them."""
    sentence = sentence_at(article, before)
    return split_sentence(sentence=sentence, by=by, at=article.text.index(before))


def test_a_split_gives_two_sentences_and_keeps_the_ids_of_all_others(
    article: Article, cora: User
) -> None:
    title, first, second, last = article.sentences.order_by("index")
    behind = split(article, AFTER, cora)
    now = list(article.sentences.order_by("index"))
    assert cut(article)[1:3] == [
        "قالت صحيفة لوموند إن روسيا أوقفت الهجوم",
        "بعد تحذيرات من الجزائر.",
    ]
    assert [s.index for s in now] == [0, 1, 2, 3, 4]
    assert [now[0].pk, now[3].pk, now[4].pk] == [title.pk, second.pk, last.pk]
    assert first.pk not in {s.pk for s in now}
    assert behind == now[2]
    article.refresh_from_db()
    assert article.sentence_count == 5


def test_a_joined_sentence_ends_where_the_next_one_did(article: Article, cora: User) -> None:
    joined = join_with_next(sentence=sentence_at(article, FIRST), by=cora)
    assert cut(article)[1] == joined.text == f"{FIRST} {SECOND}"
    assert [s.index for s in article.sentences.order_by("index")] == [0, 1, 2]


def test_what_a_person_has_corrected_says_so_in_its_segmenter(article: Article, cora: User) -> None:
    split(article, AFTER, cora)
    names = [s.segmenter for s in article.sentences.order_by("index")]
    assert names == [SEGMENTER, *[f"{SEGMENTER} +hand"] * 2, *[SEGMENTER] * 2]
    join_with_next(sentence=sentence_at(article, FIRST[:10]), by=cora)
    assert sentence_at(article, FIRST).segmenter == f"{SEGMENTER} +hand"


def test_the_direction_of_each_part_is_found_anew(project: Project, cora: User) -> None:
    article = take_in_text(project, "RFI Afrique: أعلنت باماكو ذلك.", "ar")
    split(article, "أعلنت", cora)
    assert [s.direction for s in article.sentences.order_by("index")] == ["ltr", "rtl"]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("a b", "a"),
        ("a 👩\u200d🌾 b", "🌾"),
        ("é e\u0301 b", "\u0301"),
        ("كتابٌ جديد", "\u064c"),
        ("🇫🇷 a", "🇷"),
        ("a\u200f\u200f", "\u200f"),
    ],
)
def test_a_cut_that_no_reader_could_want_is_refused(
    text: str, before: str, project: Project, cora: User
) -> None:
    article = take_in_text(project, text, "en")
    with pytest.raises(WorkflowError) as refused:
        split(article, before, cora)
    assert (refused.value.code, refused.value.details["field"]) == (Refusal.INVALID, "at")
    assert cut(article) == [text]


@pytest.mark.parametrize("at", [-1, 0, 10**9])
def test_a_cut_lies_inside_its_sentence(at: int, article: Article, cora: User) -> None:
    with pytest.raises(WorkflowError, match="inside the sentence"):
        split_sentence(sentence=sentence_at(article, FIRST), by=cora, at=at)


@pytest.mark.parametrize(
    ("words", "reason"), [(SECOND, "A line break always ends"), ("وذكر", "No sentence follows")]
)
def test_sentences_are_joined_within_a_line_only(
    words: str, reason: str, article: Article, cora: User
) -> None:
    with pytest.raises(WorkflowError, match=reason):
        join_with_next(sentence=sentence_at(article, words), by=cora)


def test_a_block_is_changed_without_a_new_sentence(article: Article, cora: User) -> None:
    title = article.sentences.get(index=0)
    assert change_block(sentence=title, by=cora, block="heading") == title
    title.refresh_from_db()
    assert (title.block, title.segmenter) == ("heading", f"{SEGMENTER} +hand")
    change_block(sentence=title, by=cora, block="heading")
    assert len(history(article)) == 1
    with pytest.raises(WorkflowError, match="no block “poem”"):
        change_block(sentence=title, by=cora, block="poem")


def test_a_sentence_that_somebody_else_has_split_is_stale(article: Article, cora: User) -> None:
    seen = sentence_at(article, FIRST)
    split(article, AFTER, cora)
    with pytest.raises(WorkflowError) as refused:
        join_with_next(sentence=seen, by=cora)
    assert refused.value.code == Refusal.STALE


def test_each_undo_goes_one_change_further_back(article: Article, cora: User) -> None:
    def state() -> list[Any]:
        return list(article.sentences.order_by("index").values_list("start", "block", "segmenter"))

    states = [state()]
    changes: list[Callable[[], object]] = [
        lambda: split(article, AFTER, cora),
        lambda: change_block(sentence=article.sentences.get(index=0), by=cora, block="heading"),
        lambda: join_with_next(sentence=sentence_at(article, AFTER), by=cora),
    ]
    for change in changes:
        change()
        states.append(state())
    for before in reversed(states[:-1]):
        undo_boundaries(article=article, by=cora)
        assert state() == before
    with pytest.raises(WorkflowError, match="nothing to undo"):
        undo_boundaries(article=article, by=cora)


def test_a_change_after_an_undo_is_what_the_next_undo_takes_back(
    article: Article, cora: User
) -> None:
    split(article, AFTER, cora)
    undo_boundaries(article=article, by=cora)
    join_with_next(sentence=sentence_at(article, FIRST), by=cora)
    restored = undo_boundaries(article=article, by=cora)
    assert restored.start == article.text.index(FIRST)
    assert cut(article)[1:3] == [FIRST, SECOND]


def test_the_history_tells_who_changed_what_and_what_was_undone(
    article: Article, cora: User
) -> None:
    split(article, AFTER, cora)
    change_block(sentence=article.sentences.get(index=0), by=cora, block="heading")
    undo_boundaries(article=article, by=cora)
    named, cut_in_two = history(article)
    assert (named.event.what, named.before[0].block, named.after[0].block) == (
        "change_block",
        "title",
        "heading",
    )
    assert named.undone is not None
    assert named.undone.by == cora
    assert (cut_in_two.undone, len(cut_in_two.before), len(cut_in_two.after)) == (None, 1, 2)


CHANGES: list[Callable[[Article, User], object]] = [
    lambda article, by: split(article, AFTER, by),
    lambda article, by: join_with_next(sentence=sentence_at(article, FIRST), by=by),
    lambda article, by: change_block(sentence=sentence_at(article, FIRST), by=by, block="lede"),
    lambda article, by: undo_boundaries(article=article, by=by),
    lambda article, by: resegment_article(article=article, by=by),
]


@pytest.mark.parametrize("change", CHANGES)
def test_after_the_first_judgement_nothing_moves_and_the_refusal_says_what_to_do(
    change: Callable[[Article, User], object], article: Article, ada: User, cora: User
) -> None:
    split(article, "ذلك", cora)
    give(article, ada)
    hand_in(article, ada)
    before = list(article.sentences.order_by("index").values())
    with pytest.raises(WorkflowError, match="take the text in again") as refused:
        change(article, cora)
    assert refused.value.code == Refusal.CLOSED
    assert list(article.sentences.order_by("index").values()) == before


def cut_by_an_older_segmenter(article: Article, by: User) -> list[UUID]:
    """As if a segmenter had joined two sentences of which that of today makes two."""
    joined = join_with_next(sentence=sentence_at(article, FIRST), by=by)
    Sentence.objects.filter(pk=joined.pk).update(segmenter="isnad 0.9.0")
    Event.objects.filter(on_id=article.pk).delete()
    return list(article.sentences.order_by("index").values_list("pk", flat=True))


def test_a_newer_segmenter_never_moves_stored_sentences(
    article: Article, project: Project, ada: User, cora: User
) -> None:
    ids = cut_by_an_older_segmenter(article, cora)
    take_in(project=project, by=cora, candidate=Candidate(text=article.text, language="ar"))
    preview_resegmenting(article)
    give(article, ada)
    hand_in(article, ada)
    assert list(article.sentences.order_by("index").values_list("pk", flat=True)) == ids


def test_cut_anew_only_what_differs_changes_and_undo_brings_it_back(
    article: Article, cora: User
) -> None:
    ids = cut_by_an_older_segmenter(article, cora)
    (place,) = preview_resegmenting(article).places()
    assert (len(place[0]), len(place[1])) == (1, 2)
    resegment_article(article=article, by=cora)
    now = list(article.sentences.order_by("index"))
    assert cut(article)[1:3] == [FIRST, SECOND]
    assert [now[0].pk, now[3].pk] == [ids[0], ids[2]]
    undo_boundaries(article=article, by=cora)
    assert sentence_at(article, FIRST).segmenter == "isnad 0.9.0"


def test_what_a_person_corrected_is_cut_anew_only_on_demand(article: Article, cora: User) -> None:
    split(article, AFTER, cora)
    with pytest.raises(WorkflowError, match="corrected by hand"):
        resegment_article(article=article, by=cora)
    resegment_article(article=article, by=cora, also_corrected=True)
    assert cut(article)[1] == FIRST
    assert set(article.sentences.values_list("segmenter", flat=True)) == {SEGMENTER}


@pytest.mark.django_db(transaction=True)
def test_of_a_judgement_and_a_split_made_at_once_one_is_refused(
    project: Project, ada: User, cora: User
) -> None:
    for number in range(6):
        article = take_in_text(project, f"{number} {FIRST}", "ar")
        give(article, ada)
        sentence = sentence_at(article, FIRST)
        judged = partial(
            judge,
            sentence=sentence,
            by=ada,
            revision=uuid4(),
            parent=None,
            change=lambda state: state.as_no_claim("other"),
        )
        calls: list[Callable[[], object]] = [judged, partial(split, article, AFTER, cora)]
        answers = at_once(calls if number % 2 else reversed(calls))
        refused = [answer for answer in answers if isinstance(answer, Refusal)]
        assert refused in ([Refusal.CLOSED], [Refusal.GONE])
        assert Judgement.objects.filter(sentence__article=article).count() + len(cut(article)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_judgement_is_refused_where_its_sentence_was_split_while_it_was_written(
    article: Article, ada: User, cora: User
) -> None:
    give(article, ada)

    def split_meanwhile(state: JudgementDraft) -> JudgementDraft:
        split(article, AFTER, cora)
        return state.as_no_claim("other")

    with pytest.raises(WorkflowError, match="split or joined meanwhile") as refused:
        write(sentence_at(article, FIRST), ada, split_meanwhile)
    assert refused.value.code == Refusal.GONE
    assert not Judgement.objects.exists()
    assert Article.objects.unjudged().filter(pk=article.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_split_one_sentence_at_once_the_second_is_told(
    article: Article, cora: User
) -> None:
    sentence = sentence_at(article, FIRST)
    places = [article.text.index(word) for word in ("إن روسيا", AFTER)]
    answers = at_once(partial(split_sentence, sentence=sentence, by=cora, at=at) for at in places)
    assert answers.count(Refusal.STALE) == 1
    assert [s.index for s in article.sentences.order_by("index")] == [0, 1, 2, 3, 4]
