"""What the review reads by SQL of our own is what the querysets beside it read."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from annotate.models import Article, ClaimGroup, Judgement, Project, Remark, ReviewItem, Sentence
from annotate.models.hot_review import (
    item_on,
    questions_open,
    readings_of,
    reviewable_sentence,
    waiting_counts,
    waiting_groups,
    waiting_items,
)
from annotate.models.settling import annotated_by
from annotate.workflow.asking import remark
from tests.builders import give, hand_in, sentence_at, take_in_text, words

SHUT, OPEN, CALM = "Der Hafen 🚢 ist zu", "la route est ouverte", "البحر هادئ\u0640"
SHOWN = ("pk", "words", "title", "language", "direction", "mine", "severity", "place")


@pytest.fixture
def project(project: Project, ada: User, ben: User, rita: User) -> Project:
    """Three articles with two disputes each; the reviewer annotated the second and is at work on
    the third.
    """
    for number, readers in enumerate(((ada, ben), (ada, rita), (ada, ben))):
        text = f"{SHUT} {number}.\n{OPEN} {number}.\n{CALM} {number}.\n"
        article = take_in_text(project, text, language="en")
        give(article, *readers)
        for kind, reader in zip(("event", "causal"), readers, strict=True):
            both = (words(article, quote, kind=kind) for quote in (SHUT, CALM))
            hand_in(article, reader, *both)
    Article.objects.filter(pk=article.pk).update(open_slots=1)  # for a third reader
    give(article, rita)
    return project


def shown(items: list[ReviewItem]) -> list[list[object]]:
    return [[getattr(item, name) for name in SHOWN] for item in items]


@pytest.mark.parametrize("worst_first", [False, True])
@pytest.mark.parametrize("anothers", [False, True])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_what_waits_comes_in_the_same_order(
    project: Project, rita: User, worst_first: bool, anothers: bool, after: int
) -> None:
    found = ReviewItem.objects.waiting(project).off_desk_of(rita)
    ordered = found.worst_first if worst_first else found.in_reading_order
    ends = [(it.severity, *it.place) if worst_first else it.place for it in ordered()]
    place = ends[after - 1] if after else ()
    expected = ordered(place).not_annotated_by(rita) if anothers else ordered(place)
    same = waiting_items(project, rita, place, 9, worst_first=worst_first, anothers=anothers)
    assert shown(same) == shown(list(expected.with_words(rita)[:9]))
    assert len(ends) == 4


def test_what_waits_is_counted_alike(project: Project, rita: User) -> None:
    found = ReviewItem.objects.waiting(project).off_desk_of(rita)
    counted = waiting_counts(project, rita)
    assert counted.by_severity == found.by_severity()
    assert counted.articles == len(found.articles()) == 2
    assert counted.mine == found.filter(article__in=annotated_by(rita)).count() == 2


def test_a_sentence_is_read_by_whom_it_may_be(project: Project, rita: User, ada: User) -> None:
    for user in (rita, ada):
        for sentence in Sentence.objects.filter(project=project):
            expected = Sentence.objects.reviewable_by(user).filter(pk=sentence.pk).first()
            assert reviewable_sentence(user, project, sentence.pk) == expected


def test_an_item_and_its_readings_are_the_same(project: Project, rita: User) -> None:
    items = ReviewItem.objects.with_words(rita)
    for sentence in Sentence.objects.filter(project=project):
        one = item_on(sentence, rita)
        assert shown([one] if one else []) == shown(list(items.filter(sentence=sentence)))
        current = Judgement.objects.current().filter(sentence=sentence)
        assert set(readings_of(sentence)) == set(current)


def test_what_differs_in_sentences_comes_in_text_order(project: Project) -> None:
    sentences = set(Sentence.objects.filter(project=project).values_list("pk", flat=True))
    expected = ClaimGroup.objects.waiting().filter(sentence__in=sentences).order_by("start")
    told = [(it.sentence_id, it.differences) for it in waiting_groups(sentences)]
    assert sorted(told, key=str) == sorted(
        ((it.sentence_id, it.differences) for it in expected), key=str
    )
    assert len(told) == 6
    assert not waiting_groups(())


def test_open_questions_are_counted_alike(
    project: Project, article: Article, rita: User, ben: User, cora: User
) -> None:
    give(article, ben)
    sentence = sentence_at(article, "مسؤول في باماكو")
    remark(pk=uuid4(), sentence=sentence, by=ben, text="Who?", wants_answer=True)
    for user, count in ((rita, 1), (cora, 1), (ben, 0)):
        expected = Remark.objects.addressed_to(user).filter(project=project).open()
        assert questions_open(user, project) == expected.count() == count
