"""Who leaves, leaves the labels; whose work is excluded, is out of groups and agreement."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Annotation,
    Article,
    Assignment,
    ClaimGroup,
    Decision,
    Event,
    Membership,
    Project,
    ReviewItem,
)
from annotate.workflow.labelling import submit
from annotate.workflow.leaving import (
    Consequences,
    consequences_of_the_end,
    end_membership,
    take_back,
)
from annotate.workflow.places import change_annotators
from annotate.workflow.projects import change_member
from annotate.workflow.review import send_back, waiting_groups
from tests.builders import give, hand_in, take_in_text, words
from tests.workflow.reviewing import (
    HALTED,
    complete,
    disagree,
    hand_back,
    members_of,
    take,
)
from tests.workflow.test_at_once import at_once


def member(user: User) -> Membership:
    return Membership.objects.get(user=user)


def end(user: User, by: User, ended: str = "excluded", reason: str = "Labels at random.") -> None:
    end_membership(membership=member(user), by=by, ended=ended, reason=reason)


def test_who_leaves_leaves_labels_and_decisions_and_gives_open_articles_back(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    other = take_in_text(project, "Le port a fermé.", "fr")
    give(other, ben)
    end(ben, cora, "left", "A new job.")
    assert Decision.objects.standing().get().agreed_by == "unanimous"
    other.refresh_from_db()
    assert (other.open_slots, other.assignments.get().state) == (2, "withdrawn")
    assert Event.objects.get(what="end_membership").after == {
        "ended": "left",
        "reason": "A new job.",
    }


def test_excluded_work_makes_decisions_stale_and_the_article_needs_another_reader(
    article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    (decision,) = take(sentence, 2, rita)
    end(ben, cora)
    article.refresh_from_db()
    assert (article.completed_at, article.open_slots) == (None, 1)
    assert {it.status for it in ClaimGroup.objects.all()} == {"stale"}
    assert {it.status for it in ReviewItem.objects.all()} == {"closed"}
    assert Decision.objects.filter(pk=decision.pk).exists()


def test_with_another_reader_the_excluded_one_is_in_no_group_and_no_history_is_lost(
    article: Article, ada: User, ben: User, chloe: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    take(sentence, 2, rita)
    decided, said = Decision.objects.count(), Annotation.objects.count()
    end(ben, cora)
    give(article, chloe)
    hand_in(article, chloe, words(article, HALTED))
    excluded = Assignment.objects.get(membership__user=ben).number
    assert not any(excluded in members_of(group) for group in ClaimGroup.objects.all())
    (group,) = waiting_groups(sentence)
    assert (group.status, len(members_of(group))) == ("stale", 2)
    assert Decision.objects.count() == decided
    assert Annotation.objects.count() == said + 1


def test_where_enough_have_read_without_the_excluded_one_the_article_is_complete_in_the_same_call(
    project: Project, article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    change_annotators(project=project, by=cora, count=3)
    claim = {user: (words(article, HALTED),) for user in (ada, chloe)}
    complete(article, {**claim, ben: (words(article, HALTED, stance="denies"),)})
    change_annotators(project=project, by=cora, count=2)
    assert (told := consequences_of_the_end(member(ben))).to_read_again == told.complete == 0
    end(ben, cora)
    article.refresh_from_db()
    assert (article.open_slots, article.completed_at is None) == (0, False)
    assert set(members_of(ClaimGroup.objects.get())) == {1, 2}
    assert Decision.objects.standing().get().n_annotators == 2


def test_a_reader_too_many_who_has_not_handed_in_is_waited_for_after_another_is_excluded(
    project: Project, article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    change_annotators(project=project, by=cora, count=3)
    give(article, ada, ben, chloe)
    for user in (ada, ben):
        hand_in(article, user)
    change_annotators(project=project, by=cora, count=2)
    end(ben, cora)
    article.refresh_from_db()
    assert (article.open_slots, article.completed_at) == (0, None)
    hand_in(article, chloe)
    article.refresh_from_db()
    assert article.completed_at is not None


def test_nothing_is_sent_back_to_who_annotates_here_no_longer(
    article: Article, ada: User, ben: User, cora: User, rita: User
) -> None:
    sentence = disagree(article, ada, ben)
    end(ben, cora, "left", "A new job.")
    with pytest.raises(WorkflowError, match="annotates in the project no longer") as refused:
        send_back(sentences=[sentence], by=rita, note="Who denies it?", readers=[2])
    assert refused.value.code == Refusal.CLOSED
    (asked,) = send_back(sentences=[sentence], by=rita, note="Who denies it?")
    assert asked.membership.user == ada
    submit(assignment=asked, by=ada)
    end(ada, cora, "left", "A new job.")
    with pytest.raises(WorkflowError, match="none of its annotators"):
        send_back(sentences=[sentence], by=rita, note="Who denies it?")
    article.refresh_from_db()
    assert article.completed_at is not None


@pytest.mark.parametrize("why", ["left", "excluded", "observes"])
def test_work_is_not_reopened_for_who_could_not_hand_it_in_again(
    why: str, article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    disagree(article, ada, ben)
    if why == "observes":
        change_member(membership=member(ben), by=cora, role="observer")
    else:
        end(ben, cora, why)
        give(article, *([chloe] if why == "excluded" else []))
    before = article.assignments.get(membership__user=ben)
    with pytest.raises(WorkflowError, match="annotates in the project no longer") as refused:
        hand_back(article, ben)
    assert refused.value.code == Refusal.CLOSED
    before.refresh_from_db()
    assert before.state == "submitted"


@pytest.mark.django_db(transaction=True)
def test_work_reopened_while_its_annotator_becomes_an_observer_waits_for_no_observer(
    article: Article, ada: User, ben: User, cora: User
) -> None:
    disagree(article, ada, ben)
    both: list[Callable[[], object]] = [
        partial(change_member, membership=member(ben), by=cora, role="observer"),
        partial(hand_back, article, ben),
    ]
    assert at_once(both).count(Refusal.CLOSED) == 1
    observer = Membership.objects.filter(role="observer", assignments__state="reopened")
    assert not observer.exists()


def test_an_excluded_reader_of_an_open_article_frees_the_place(
    article: Article, ada: User, ben: User, cora: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ben, words(article, HALTED))
    end(ben, cora)
    article.refresh_from_db()
    assert article.open_slots == 1


@pytest.mark.parametrize(
    ("ended", "reason", "field"),
    [("", "Why?", "ended"), ("fired", "Why?", "ended"), ("left", " ", "reason")],
)
def test_an_end_is_left_or_excluded_and_has_a_reason(
    ada: User, cora: User, ended: str, reason: str, field: str
) -> None:
    with pytest.raises(WorkflowError) as refused:
        end(ada, cora, ended, reason)
    assert refused.value.details["field"] == field


def test_a_membership_ends_once_but_who_left_may_be_excluded_later(ada: User, cora: User) -> None:
    end(ada, cora, "left", "A new job.")
    end(ada, cora)
    with pytest.raises(WorkflowError) as refused:
        end(ada, cora)
    assert refused.value.code == Refusal.CLOSED


def test_the_last_manager_stays(cora: User, project: Project) -> None:
    with pytest.raises(WorkflowError, match="needs a manager"):
        end(cora, cora, "left", "Enough.")
    assert member(cora).ended == ""


def test_what_an_end_would_change_is_told_beforehand(
    project: Project, article: Article, ada: User, ben: User
) -> None:
    complete(article, {ada: (words(article, HALTED),), ben: (words(article, HALTED),)})
    give(take_in_text(project, "Le port a fermé.", "fr"), ben)
    half = take_in_text(project, "Le pont a fermé.", "fr")
    give(half, ben)
    hand_in(half, ben)
    assert consequences_of_the_end(member(ben)) == Consequences(
        given_back=1, to_read_again=2, complete=1, decisions=1
    )


def test_who_left_can_come_back_and_who_is_excluded_cannot(
    project: Project, ada: User, cora: User
) -> None:
    article = take_in_text(project, "Le port a fermé.", "fr")
    end(ada, cora, "left", "A new job.")
    take_back(membership=member(ada), by=cora)
    (given,) = give(article, ada)
    assert given.is_open
    end(ada, cora)
    with pytest.raises(WorkflowError, match="Only somebody who has left"):
        take_back(membership=member(ada), by=cora)
