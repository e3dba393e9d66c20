"""The second look: annotators see another reading, nameless, and may come to one by themselves."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Annotation,
    Article,
    Assignment,
    ClaimGroup,
    Decision,
    Project,
    ReviewItem,
    SecondLook,
    Sentence,
)
from annotate.workflow.alike import Alike, settle_alike
from annotate.workflow.labelling import submit
from annotate.workflow.leaving import end_membership, take_back
from annotate.workflow.policy import change_settings
from annotate.workflow.projects import change_member
from annotate.workflow.regrouping import split_group
from annotate.workflow.review import reopen, settle_as_empty
from annotate.workflow.second_look import answer_second_look, looks_for
from tests.builders import sentence_at, words
from tests.workflow.reviewing import (
    HALTED,
    TITLE,
    complete,
    disagree,
    hand_back,
    members_of,
    take,
)


@pytest.fixture
def looking(project: Project, article: Article, ada: User, ben: User, cora: User) -> Sentence:
    """Ada says that the claim is supported, Ben that it is denied; both are to look again."""
    change_settings(project=project, by=cora, second_look=True)
    return disagree(article, ada, ben)


def of(annotator: User) -> Assignment:
    return Assignment.objects.get(membership__user=annotator)


def status(sentence: Sentence) -> str:
    return str(ReviewItem.objects.get(sentence=sentence).status)


def test_each_sees_the_disputed_sentence_with_the_others_reading_and_no_name(
    looking: Sentence, ada: User, ben: User
) -> None:
    (look,) = looks_for(of(ada))
    assert look.sentence == looking
    assert [it.stance for it in look.mine.annotations] == ["supports"]
    assert [[it.stance for it in other.annotations] for other in look.others] == [["denies"]]
    assert status(looking) == "second_look"


@pytest.mark.parametrize(
    ("ada_answers", "ben_answers", "stance", "state"),
    [
        ("keep", "take", "supports", "settled"),
        ("take", "keep", "denies", "settled"),
        ("keep", "keep", None, "waiting"),
        ("take", "take", None, "waiting"),
        ("keep", "discuss", None, "waiting"),
    ],
)
def test_where_all_stand_for_one_reading_it_is_reconciled_else_a_reviewer_settles(
    looking: Sentence,
    ada: User,
    ben: User,
    ada_answers: str,
    ben_answers: str,
    stance: str | None,
    state: str,
) -> None:
    answer_second_look(sentence=looking, by=ada, answer=ada_answers)
    assert status(looking) == "second_look"
    answer_second_look(sentence=looking, by=ben, answer=ben_answers)
    assert status(looking) == state
    decided = Decision.objects.standing().filter(group__sentence=looking)
    assert [(it.stance, it.agreed_by, it.decided_by) for it in decided] == (
        [(stance, "reconciled", None)] if stance else []
    )


def test_who_moved_is_kept_and_no_label_changes(looking: Sentence, ada: User, ben: User) -> None:
    before = list(Annotation.objects.order_by("pk").values())
    answer_second_look(sentence=looking, by=ben, answer="take")
    answer_second_look(sentence=looking, by=ada, answer="keep")
    assert list(Annotation.objects.order_by("pk").values()) == before
    moved = {it.assignment.membership.user: (it.answer, it.reading) for it in _looks()}
    assert moved == {ada: ("keep", 1), ben: ("take", 1)}
    assert SecondLook.objects.by_member(looking.project) == {
        of(ada).membership_id: {"keep": 1, "take": 0, "discuss": 0},
        of(ben).membership_id: {"keep": 0, "take": 1, "discuss": 0},
    }


def _looks() -> list[SecondLook]:
    return list(SecondLook.objects.select_related("assignment__membership__user"))


def test_one_who_found_nothing_may_take_the_claim_and_one_who_found_it_may_drop_it(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    change_settings(project=project, by=cora, second_look=True)
    complete(article, {ada: (words(article, HALTED), words(article, TITLE)), ben: ()})
    for quote, (hers, his) in ((HALTED, ("keep", "take")), (TITLE, ("take", "keep"))):
        sentence = sentence_at(article, quote)
        answer_second_look(sentence=sentence, by=ada, answer=hers)
        answer_second_look(sentence=sentence, by=ben, answer=his)
    outcomes = Decision.objects.standing().order_by("start").values_list("outcome", flat=True)
    assert list(outcomes) == ["rejected", "agreed"]


def test_an_answer_is_given_once(looking: Sentence, ada: User) -> None:
    answer_second_look(sentence=looking, by=ada, answer="keep")
    with pytest.raises(WorkflowError, match="answered here already"):
        answer_second_look(sentence=looking, by=ada, answer="take")
    assert looks_for(of(ada)) == []


@pytest.mark.parametrize(("answer", "reading"), [("shrug", None), ("take", 1), ("take", 9)])
def test_what_is_no_answer_is_refused(
    looking: Sentence, ada: User, answer: str, reading: int | None
) -> None:
    with pytest.raises(WorkflowError) as refused:
        answer_second_look(sentence=looking, by=ada, answer=answer, reading=reading)
    assert refused.value.code == Refusal.INVALID


def test_a_stranger_to_the_article_looks_at_nothing(looking: Sentence, chloe: User) -> None:
    with pytest.raises(WorkflowError) as refused:
        answer_second_look(sentence=looking, by=chloe, answer="keep")
    assert refused.value.code == Refusal.GONE


def test_a_reviewer_waits_for_the_second_look(looking: Sentence, rita: User) -> None:
    (group,) = looking.groups.all()
    acts: list[Callable[[], object]] = [
        lambda: take(looking, 1, rita),
        lambda: settle_as_empty(sentence=looking, by=rita, seen={group.pk: 0}),
        lambda: split_group(group=group, by=rita, members=some_of(group), reason="Two."),
    ]
    for act in acts:
        with pytest.raises(WorkflowError, match="look at this sentence again") as refused:
            act()
        assert refused.value.code == Refusal.CLOSED


def test_nor_does_a_pattern_settle_what_is_looked_at_again(looking: Sentence, rita: User) -> None:
    (group,) = looking.groups.all()
    settled = settle_alike(
        project=looking.project,
        by=rita,
        pattern=group.pattern,
        answer=Alike(),
        seen={group.pk: 0},
        reason="slip",
    )
    assert (len(settled.decisions), list(settled.refused)) == (0, [group.pk])
    assert status(looking) == "second_look"


def some_of(group: ClaimGroup) -> list[UUID]:
    return [UUID(pk) for pk in list(members_of(group).values())[:1]]


def test_what_a_reviewer_is_asked_to_decide_is_not_looked_at_any_more(
    looking: Sentence, ada: User, ben: User, rita: User
) -> None:
    answer_second_look(sentence=looking, by=ben, answer="discuss")
    take(looking, 1, rita)
    assert looks_for(of(ada)) == []
    with pytest.raises(WorkflowError) as refused:
        answer_second_look(sentence=looking, by=ada, answer="keep")
    assert refused.value.code == Refusal.STALE


def test_what_a_reviewer_reopens_is_the_reviewers(
    project: Project, article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    take(sentence, 1, rita)
    change_settings(project=project, by=cora, second_look=True)
    reopen(sentence=sentence, by=rita)
    assert status(sentence) == "waiting"
    assert take(sentence, 2, rita)


def test_who_has_left_is_not_waited_for_and_who_comes_back_is(
    looking: Sentence, ben: User, cora: User
) -> None:
    membership = of(ben).membership
    end_membership(membership=membership, by=cora, ended="left", reason="Gone to sea.")
    assert status(looking) == "waiting"
    take_back(membership=membership, by=cora)
    assert status(looking) == "second_look"


@pytest.mark.parametrize("role", ["reviewer", "manager"])
def test_who_only_observes_is_not_waited_for_until_that_is_over(
    looking: Sentence, ben: User, cora: User, role: str
) -> None:
    membership = of(ben).membership
    change_member(membership=membership, by=cora, role="observer")
    assert status(looking) == "waiting"
    change_member(membership=membership, by=cora, role=role)
    assert status(looking) == "second_look"


def test_what_somebody_answered_before_leaving_counts(
    looking: Sentence, ada: User, ben: User, cora: User
) -> None:
    answer_second_look(sentence=looking, by=ben, answer="take")
    end_membership(membership=of(ben).membership, by=cora, ended="left", reason="Gone to sea.")
    assert status(looking) == "second_look"
    answer_second_look(sentence=looking, by=ada, answer="keep")
    assert status(looking) == "settled"


def test_handed_in_anew_a_sentence_is_looked_at_anew(
    looking: Sentence, ada: User, ben: User
) -> None:
    answer_second_look(sentence=looking, by=ada, answer="keep")
    submit(assignment=hand_back(looking.article, ben), by=ben)
    assert [look.sentence for look in looks_for(of(ada))] == [looking]
    answer_second_look(sentence=looking, by=ada, answer="take")
    assert SecondLook.objects.count() == 2


def test_switched_on_later_it_is_for_what_still_waits(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    assert looks_for(of(ada)) == []
    change_settings(project=project, by=cora, second_look=True)
    assert status(sentence) == "second_look"
    change_settings(project=project, by=cora, second_look=False)
    assert status(sentence) == "waiting"


def test_with_three_readers_the_one_whose_reading_is_taken_is_named_by_number(
    project: Project, article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    project.annotators_per_article = 3
    project.second_look = True
    project.save()
    Article.objects.filter(pk=article.pk).update(open_slots=3)
    stances = {ada: "supports", ben: "denies", chloe: "questions"}
    complete(article, {who: (words(article, HALTED, stance=it),) for who, it in stances.items()})
    sentence = sentence_at(article, HALTED)
    with pytest.raises(WorkflowError, match="Choose whose"):
        answer_second_look(sentence=sentence, by=chloe, answer="take")
    answer_second_look(sentence=sentence, by=chloe, answer="take", reading=2)
    answer_second_look(sentence=sentence, by=ada, answer="take", reading=2)
    answer_second_look(sentence=sentence, by=ben, answer="keep")
    assert Decision.objects.standing().get().stance == "denies"
