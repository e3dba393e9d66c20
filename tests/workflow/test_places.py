"""How many read an article and who may be given it, when a project changes its mind; also while
others ask for articles.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal, WorkflowError
from annotate.models import Article, Assignment, ClaimGroup, Event, Membership, Project
from annotate.workflow.assigning import next_article, withdraw
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.leaving import end_membership
from annotate.workflow.places import change_annotators
from annotate.workflow.projects import change_member, start_project
from tests.builders import CODEBOOK, give, hand_in, take_in_text, words
from tests.workflow.test_assigning import ask, member, read
from tests.workflow.test_at_once import asking, at_once, people

SAID = "Bamako says that operations have stopped"


@pytest.fixture
def three(project: Project) -> list[Article]:
    """Three English articles of one sentence, in the order of the queue."""
    return [take_in_text(project, f"{SAID} ({number}).", "en") for number in range(3)]


def change(project: Project, count: int) -> Project:
    return change_annotators(project=project, by=project.created_by, count=count)


def slots(article: Article) -> int:
    return Article.objects.get(pk=article.pk).open_slots


def is_complete(article: Article) -> bool:
    return Article.objects.get(pk=article.pk).completed_at is not None


def test_with_one_more_reader_each_unfinished_article_comes_to_those_who_are_past_it(
    project: Project, three: list[Article], ada: User, ben: User, chloe: User
) -> None:
    give(three[1], ada, ben)
    assert read(project, chloe) == [three[0], three[2]]
    change(project, 3)
    assert [slots(article) for article in three] == [2, 1, 2]
    assert read(project, chloe) == [three[1]]


def test_what_is_complete_stays_so_and_is_complete_again_after_it_was_sent_back(
    project: Project, three: list[Article], ada: User, ben: User, cora: User
) -> None:
    first, _ = give(three[0], ada, ben)
    for user in (ada, ben):
        hand_in(three[0], user)
    change(project, 3)
    assert (is_complete(three[0]), slots(three[0])) == (True, 0)
    reopen_assignment(assignment=first, by=cora, note="Look again.")
    hand_in(three[0], ada)
    assert is_complete(three[0])


def test_with_fewer_readers_what_enough_have_handed_in_is_complete_and_has_its_groups(
    project: Project, three: list[Article], ada: User, ben: User
) -> None:
    give(three[0], ada)
    hand_in(three[0], ada, words(three[0], "operations have stopped"))
    give(three[1], ada, ben)
    hand_in(three[1], ada)
    change(project, 1)
    assert [is_complete(article) for article in three] == [True, False, False]
    assert [slots(article) for article in three] == [0, 0, 1]
    assert ClaimGroup.objects.get().article == three[0]


@pytest.mark.parametrize("last_step", ["hands in", "is withdrawn", "left", "excluded"])
def test_a_reader_too_many_is_waited_for_and_leaves_no_place(
    last_step: str, project: Project, three: list[Article], ada: User, ben: User, cora: User
) -> None:
    _, late = give(three[0], ada, ben)
    hand_in(three[0], ada)
    change(project, 1)
    if last_step == "hands in":
        hand_in(three[0], ben)
    elif last_step == "is withdrawn":
        withdraw(assignment=late, by=cora)
    else:
        reader = member(project, ben)
        end_membership(membership=reader, by=cora, ended=last_step, reason="A new job.")
    assert (is_complete(three[0]), slots(three[0])) == (True, 0)


def test_an_article_taken_in_with_the_project_of_before_has_the_places_of_now(
    project: Project,
) -> None:
    change(Project.objects.get(pk=project.pk), 3)
    assert slots(take_in_text(project, "Le port a fermé.", "fr")) == 3


def test_what_lacks_nobody_and_was_left_incomplete_is_complete_once_the_number_is_saved(
    project: Project, three: list[Article], ada: User, ben: User
) -> None:
    give(three[0], ada, ben)
    for user in (ada, ben):
        hand_in(three[0], user)
    Article.objects.update(completed_at=None)  # as an exclusion could leave it before this version
    change(project, 2)
    assert [is_complete(article) for article in three] == [True, False, False]


def test_the_change_is_recorded_once(project: Project) -> None:
    change(change(project, 3), 3)
    event = Event.objects.get(what="change_annotators")
    assert (event.before, event.after) == (
        {"annotators_per_article": 2},
        {"annotators_per_article": 3},
    )


def test_nobody_reads_nothing(project: Project) -> None:
    with pytest.raises(WorkflowError) as refused:
        change(project, 0)
    assert (refused.value.code, refused.value.details["field"]) == (Refusal.INVALID, "count")


def test_a_language_more_opens_what_lies_behind_and_skips_what_one_has_had(
    project: Project, three: list[Article], ada: User, cora: User
) -> None:
    french = take_in_text(project, "Le port a fermé.", "fr")
    late = take_in_text(project, f"{SAID} again.", "en")
    reader = member(project, ada)
    change_member(membership=reader, by=cora, languages=["en"])
    assert read(project, ada) == [*three, late]
    change_member(membership=reader, by=cora, languages=["en", "fr"])
    assert read(project, ada) == [french]


def test_a_language_less_leaves_the_place_where_it_is(
    project: Project, three: list[Article], ada: User, cora: User
) -> None:
    first = ask(project, ada)
    hand_in(first.article, ada)
    change_member(membership=member(project, ada), by=cora, languages=["en"])
    assert read(project, ada) == three[1:]


def test_who_has_open_articles_does_not_become_an_observer(
    project: Project, three: list[Article], ada: User, cora: User
) -> None:
    opened = ask(project, ada)
    reader = member(project, ada)
    with pytest.raises(WorkflowError, match="withdraw this person’s open articles") as refused:
        change_member(membership=reader, by=cora, role="observer")
    assert refused.value.details["field"] == "role"
    withdraw(assignment=opened, by=cora)
    change_member(membership=reader, by=cora, role="observer")


@pytest.mark.parametrize("how", [{"ended": "left"}, {"role": "observer"}])
def test_who_annotates_no_longer_is_given_nothing(
    how: dict[str, str], project: Project, three: list[Article], ada: User, cora: User
) -> None:
    reader = member(project, ada)
    change_member(membership=Membership.objects.get(user=ada), by=cora, **how)
    for given in (partial(next_article, membership=reader, by=ada), partial(give, three[0], ada)):
        with pytest.raises(WorkflowError, match="annotates in this project no longer"):
            given()


@pytest.mark.django_db(transaction=True)
def test_readers_who_ask_while_the_number_changes_leave_each_article_with_its_three(
    project: Project,
) -> None:
    for number in range(8):
        take_in_text(project, f"Le pont {number} est fermé.", "fr")
    members = people(project, 4)

    def read_all(reader: Membership) -> None:
        while True:
            hand_in(asking(reader)().article, reader.user)

    asked: list[Callable[[], object]] = [partial(read_all, each) for each in members[:3]]
    asked.append(partial(change, project, 3))
    at_once(asked)
    at_once(partial(read_all, each) for each in members)
    readers = Counter(Assignment.objects.values_list("article", flat=True))
    unfinished = set(Article.objects.filter(completed_at=None).values_list("pk", flat=True))
    assert not unfinished
    assert set(Article.objects.values_list("open_slots", flat=True)) == {0}
    assert set(readers.values()) <= {2, 3}


@pytest.mark.django_db(transaction=True)
def test_who_asks_while_being_given_another_language_misses_no_article(
    project: Project, ada: User, cora: User
) -> None:
    french = take_in_text(project, "Le pont est fermé.", "fr")
    english = [take_in_text(project, f"{SAID} ({number}).", "en") for number in range(3)]
    reader = member(project, ada)
    change_member(membership=reader, by=cora, languages=["en"])
    widened = partial(
        change_member,
        membership=Membership.objects.select_related("project").get(pk=reader.pk),
        by=cora,
        languages=["en", "fr"],
    )
    both: list[Callable[[], object]] = [widened, asking(reader)]
    at_once(both)
    had = [each.article for each in Assignment.objects.all()]
    for article in had:
        hand_in(article, ada)
    assert {*had, *read(project, ada)} == {french, *english}


@pytest.mark.django_db(transaction=True)
def test_who_asks_while_the_membership_ends_is_left_with_no_article(
    project: Project, ada: User, cora: User
) -> None:
    article = take_in_text(project, "Le pont est fermé.", "fr")
    reader = member(project, ada)
    ending = partial(
        end_membership,
        membership=Membership.objects.select_related("project").get(pk=reader.pk),
        by=cora,
        ended="left",
        reason="A new job.",
    )
    both: list[Callable[[], object]] = [ending, asking(reader)]
    at_once(both)
    assert not Assignment.objects.open().exists()
    assert slots(article) == 2


@pytest.mark.django_db(transaction=True)
def test_a_membership_excluded_four_times_at_once_frees_its_places_once(
    project: Project, article: Article, ada: User, cora: User
) -> None:
    give(article, ada)
    hand_in(article, ada)
    ending = [
        partial(
            end_membership,
            membership=Membership.objects.select_related("project").get(user=ada),
            by=cora,
            ended="excluded",
            reason="Labels at random.",
        )
        for _ in range(4)
    ]
    assert at_once(ending).count(Refusal.CLOSED) == 3
    assert slots(article) == 2


@pytest.mark.django_db(transaction=True)
def test_a_slug_given_to_four_projects_at_once_is_one_projects(cora: User) -> None:
    starting = partial(start_project, by=cora, name="Ports", slug="ports", codebook=CODEBOOK)
    assert at_once([starting] * 4).count(Refusal.INVALID) == 3
    assert Project.objects.get().slug == "ports"
