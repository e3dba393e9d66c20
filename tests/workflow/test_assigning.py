"""The queue: who gets which article, whatever the order in which they ask."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotate.errors import Refusal, WorkflowError
from annotate.models import Article, Assignment, Membership, Notice, Project
from annotate.workflow.assigning import assign, next_article, reassign, withdraw
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.projects import change_member
from tests.builders import give, hand_in, take_in_text


@pytest.fixture
def three(project: Project) -> list[Article]:
    """Three articles of one sentence, in the order of the queue: Arabic, French, English."""
    return [
        take_in_text(project, text, language)
        for text, language in (
            ("أعلنت باماكو وقف العمليات.", "ar"),
            ("Bamako annonce l’arrêt des opérations.", "fr"),
            ("Bamako says that operations have stopped.", "en"),
        )
    ]


def member(project: Project, user: User) -> Membership:
    return project.memberships.get(user=user)


def ask(project: Project, user: User) -> Assignment:
    return next_article(membership=member(project, user), by=user)


def read(project: Project, user: User) -> list[Article]:
    """Ask and hand in until nothing is left; the articles in the order in which they came."""
    had = []
    while True:
        try:
            had.append(ask(project, user).article)
        except WorkflowError as refused:
            if refused.code == Refusal.GONE:
                return had
            raise
        hand_in(had[-1], user)


def test_the_queue_is_read_in_the_order_of_intake(
    project: Project, three: list[Article], ada: User
) -> None:
    assert read(project, ada) == three


def test_an_article_goes_to_as_many_as_the_project_wants_and_no_more(
    project: Project, three: list[Article], ada: User, ben: User, chloe: User
) -> None:
    assert [read(project, user) for user in (ada, ben, chloe)] == [three, three, []]
    assert set(Article.objects.values_list("open_slots", flat=True)) == {0}


def test_who_asks_again_gets_the_article_that_is_open(
    project: Project, three: list[Article], ada: User
) -> None:
    assert ask(project, ada) == ask(project, ada)
    assert three[0].assignments.count() == 1


def test_a_reopened_article_comes_before_a_new_one(
    project: Project, three: list[Article], ada: User, rita: User
) -> None:
    first = ask(project, ada)
    hand_in(first.article, ada)
    first.refresh_from_db()
    reopen_assignment(assignment=first, by=rita, note="Look again.")
    assert ask(project, ada) == first


def test_when_nothing_is_left_it_says_so_in_words(
    project: Project, article: Article, ada: User
) -> None:
    give(article, ada)
    hand_in(article, ada)
    with pytest.raises(WorkflowError, match="no further article for you at present") as refused:
        ask(project, ada)
    assert refused.value.code == Refusal.GONE


LANGUAGES: list[tuple[list[str], list[int]]] = [
    ([], [0, 1, 2]),
    (["fr"], [1]),
    (["en", "ar"], [0, 2]),
    (["ru"], []),
    (["fr-CA"], []),
]


@pytest.mark.parametrize(("languages", "places"), LANGUAGES)
def test_people_get_articles_in_their_languages_in_the_order_of_the_queue(
    languages: list[str], places: list[int], project: Project, three: list[Article], ada: User
) -> None:
    Membership.objects.filter(user=ada).update(languages=languages)
    assert read(project, ada) == [three[place] for place in places]


def test_a_language_is_read_in_whatever_form_it_came(project: Project, ada: User) -> None:
    texts = {
        "AR": "أعلنت باماكو وقف العمليات.",
        "ara": "ونفى الوزير ذلك.",
        "ar-dz": "وقال مسؤول إن المحادثات تتقدم.",
        "EN": "Operations have stopped.",
        "FRE": "Le port a fermé.",
        "fr-fr": "Le port a rouvert.",
        "pt-PT": "O porto fechou.",
    }
    came = [take_in_text(project, text, form) for form, text in texts.items()]
    assert [each.language for each in came] == ["ar", "ar", "ar-DZ", "en", "fr", "fr-FR", "pt-PT"]
    change_member(membership=member(project, ada), by=ada, languages=["ARA", "ar", "fr", "en"])
    assert member(project, ada).languages == ["ar", "fr", "en"]
    assert read(project, ada) == came[:-1]


def test_an_article_taken_in_later_is_still_reached(
    project: Project, three: list[Article], ada: User
) -> None:
    assert read(project, ada) == three
    late = take_in_text(project, "Un démenti est venu de Paris.", "fr")
    assert read(project, ada) == [late]


def test_an_article_given_by_the_manager_hides_none_before_it_and_is_not_given_again(
    project: Project, three: list[Article], ada: User
) -> None:
    give(three[1], ada)
    hand_in(three[1], ada)
    assert read(project, ada) == [three[0], three[2]]
    with pytest.raises(WorkflowError, match="ada has had this article already"):
        give(three[1], ada)


def test_a_manager_cannot_give_an_article_that_has_all_its_annotators(
    project: Project, three: list[Article], ada: User, ben: User, chloe: User
) -> None:
    give(three[0], ada, ben)
    with pytest.raises(WorkflowError, match="has all its annotators") as refused:
        give(three[0], chloe)
    assert refused.value.code == Refusal.CLOSED


def test_a_withdrawn_article_is_for_somebody_else_and_behind_the_others(
    project: Project, three: list[Article], ada: User, ben: User, chloe: User, cora: User
) -> None:
    assert read(project, ben) == three
    withdraw(assignment=ask(project, ada), by=cora)
    assert read(project, ada) == three[1:]
    assert read(project, chloe) == [three[0]]


def test_a_withdrawn_article_comes_to_those_who_are_past_it(
    project: Project, three: list[Article], ada: User, ben: User, chloe: User, cora: User
) -> None:
    give(three[0], ada, ben)
    assert read(project, chloe) == three[1:]
    withdraw(assignment=Assignment.objects.get(membership__user=ada), by=cora)
    assert read(project, chloe) == [three[0]]


def submitted(project: Project, user: User) -> Assignment:
    assignment = ask(project, user)
    hand_in(assignment.article, user)
    return assignment


def withdrawn(project: Project, user: User) -> Assignment:
    return withdraw(assignment=ask(project, user), by=project.created_by)


@pytest.mark.parametrize(
    ("before", "reason"), [(submitted, "reopen it before"), (withdrawn, "withdrawn already")]
)
def test_only_open_work_is_withdrawn(
    before: Callable[[Project, User], Assignment],
    reason: str,
    project: Project,
    three: list[Article],
    ada: User,
) -> None:
    assignment = before(project, ada)
    slots = Article.objects.get(pk=three[0].pk).open_slots
    with pytest.raises(WorkflowError, match=reason):
        withdraw(assignment=assignment, by=project.created_by)
    assert Article.objects.get(pk=three[0].pk).open_slots == slots


def test_an_article_goes_from_one_to_another_who_begins_anew(
    project: Project, three: list[Article], ada: User, ben: User, chloe: User, cora: User
) -> None:
    late, _ = give(three[0], ada, ben)
    given = reassign(
        assignment=late, membership=member(project, chloe), by=cora, note="You are away."
    )
    states = three[0].assignments.order_by("number").values_list("membership__user", "state")
    assert list(states) == [
        (ada.pk, "withdrawn"),
        (ben.pk, "assigned"),
        (chloe.pk, "assigned"),
    ]
    assert (given.judged, Notice.objects.get().text) == (0, "You are away.")
    assert Article.objects.get(pk=three[0].pk).open_slots == 0


def test_an_article_that_cannot_go_to_the_other_stays_where_it_is(
    project: Project, three: list[Article], ada: User, ben: User, cora: User
) -> None:
    late, _ = give(three[0], ada, ben)
    with pytest.raises(WorkflowError, match="ben has had this article already"):
        reassign(assignment=late, membership=member(project, ben), by=cora)
    late.refresh_from_db()
    assert late.is_open


def test_the_queue_of_one_project_holds_nothing_of_another(
    project: Project, dan: User, ada: User
) -> None:
    take_in_text(Project.objects.get(slug="ports"), "Le port a rouvert lundi.", "fr")
    assert read(project, ada) == []


def statements(call: Callable[[], Any]) -> list[str]:
    """The kinds of statement that the call makes, in order."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"].split()[0] for query in captured.captured_queries]


@pytest.mark.parametrize("languages", [[], ["fr", "en", "ru"]])
def test_the_next_article_costs_the_same_however_many_lie_behind_and_ahead(
    languages: list[str], project: Project, three: list[Article], ada: User
) -> None:
    Membership.objects.filter(user=ada).update(languages=languages)
    hand_in(ask(project, ada).article, ada)
    near = statements(lambda: ask(project, ada))
    for number in range(40):
        assign(
            article=take_in_text(project, f"Ligne {number} rouverte.", "fr"),
            membership=member(project, ada),
            by=project.created_by,
        )
    Assignment.objects.update(state=Assignment.State.SUBMITTED)
    for number in range(40):
        take_in_text(project, f"Pont {number} fermé.", "fr")
    assert statements(lambda: ask(project, ada)) == near
