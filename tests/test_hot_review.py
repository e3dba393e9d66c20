"""What the review reads by SQL of our own is what the querysets beside it read."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from annotate.models import (
    Article,
    ClaimGroup,
    Judgement,
    Membership,
    Project,
    Remark,
    ReviewItem,
    Sentence,
)
from annotate.models.hot_review import (
    Claimed,
    Traces,
    claims_of,
    item_on,
    people_of,
    questions_open,
    readers_of,
    readings_of,
    reviewable_sentence,
    sentences_around,
    spot_checks_left,
    traces_of,
    ungrouped_articles,
    waiting_counts,
    waiting_groups,
    waiting_items,
)
from annotate.models.settling import annotated_by
from annotate.workflow.asking import remark
from annotate.workflow.regrouping import split_group
from tests.builders import give, hand_in, sentence_at, take_in_text, words
from tests.workflow.reviewing import disagree, take

SHUT, OPEN, CALM = "Der Hafen 🚢 ist zu", "la route est ouverte", "البحر هادئ\u0640"
SHOWN = (
    "pk",
    "words",
    "title",
    "external_id",
    "language",
    "direction",
    "mine",
    "severity",
    "place",
)


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


def told(claims: list[Claimed]) -> list[object]:
    return [(it.group, set(it.said), it.decisions, it.last) for it in claims]


def test_claims_come_with_what_their_members_say_and_decisions(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    disputed = disagree(article, ada, ben)
    take(disputed, 1, rita)
    for sentence in article.sentences.all():
        groups = ClaimGroup.objects.living().filter(sentence=sentence).with_readings()
        assert told(claims_of(sentence, decided=True)) == [
            (
                group,
                {member.annotation for member in group.members.all()},
                list(group.decisions.all()),
                group.decisions.last(),
            )
            for group in groups
        ]
    assert not any(it.decisions for it in claims_of(disputed, decided=False))


def test_a_claim_joined_into_another_is_not_told(article: Article, ada: User, ben: User) -> None:
    disputed = disagree(article, ada, ben)
    disputed.groups.update(status=ClaimGroup.Status.JOINED)
    assert claims_of(disputed, decided=False) == []


def test_readers_are_those_whose_work_counts(
    project: Project, article: Article, ada: User, ben: User
) -> None:
    disagree(article, ada, ben)
    for ended, role in (("", "annotator"), ("", "observer"), ("left", "manager"), ("excluded", "")):
        Membership.objects.filter(user=ben).update(ended=ended, role=role or "reviewer")
        expected = list(article.assignments.counted().by_number())
        found = readers_of(article)
        assert found == expected
        assert [(it.pseudonym, it.username, it.annotates) for it in found] == [
            (it.membership.pseudonym, it.membership.user.username, it.membership.annotates)
            for it in expected
        ]


def test_the_sentences_around_are_the_same(article: Article) -> None:
    for sentence in article.sentences.all():
        assert sentences_around(sentence) == list(article.sentences.around(sentence))


def test_only_what_was_done_about_a_sentence_is_traced(
    article: Article, ada: User, ben: User, rita: User
) -> None:
    disputed = disagree(article, ada, ben)
    assert traces_of(disputed) == Traces(decided=False, regrouped=False, remarked=False)
    remark(pk=uuid4(), sentence=disputed, by=ada, text="Who says so?", wants_answer=False)
    assert traces_of(disputed) == Traces(decided=False, regrouped=False, remarked=True)
    (group,) = disputed.groups.all()
    member = group.members.all()[0].annotation.annotation_id
    split_group(group=group, by=rita, members=[member], reason="Two claims.")
    assert traces_of(disputed) == Traces(decided=False, regrouped=True, remarked=True)
    take(disputed, 1, rita)
    assert traces_of(disputed) == Traces(decided=True, regrouped=True, remarked=True)


def test_failed_articles_and_spot_checks_are_the_same(project: Project, dan: User) -> None:
    other = Project.objects.get(slug="ports")
    failed = project.articles.order_by("position")[1]
    Article.objects.filter(pk=failed.pk).update(grouping_failure="no memory")
    ClaimGroup.objects.filter(article=failed).update(spot_check="drawn", status="decided")
    assert ungrouped_articles(project) == list(project.articles.ungrouped()) == [failed]
    expected = ClaimGroup.objects.spot_checks(project).count()
    assert spot_checks_left(project) == expected == 2
    assert not ungrouped_articles(other)
    assert not spot_checks_left(other)


def test_everybody_who_was_ever_a_member_is_named(project: Project, dan: User) -> None:
    Membership.objects.filter(user__username="ben").update(ended="left")
    members = Membership.objects.filter(project=project).by_name()
    assert people_of(project) == [(it.pk, it.user.username) for it in members]
