"""Many people at once, each in a thread with a connection of its own: the database decides."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import methodcaller
from threading import Barrier
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection

from annotate.errors import Refusal, WorkflowError
from annotate.models import Annotation, Article, Assignment, Judgement, Membership, Project
from annotate.workflow.assigning import assign, next_article
from annotate.workflow.labelling import judge
from annotate.workflow.projects import add_member, change_member
from annotate.workflow.sources import merge_source
from tests.builders import give, hand_in, sentence_at, source, take_in_text, words

pytestmark = pytest.mark.django_db(transaction=True)
HALTED = "روسيا أوقفت الهجوم"
T = TypeVar("T")


def at_once(calls: Iterable[Callable[[], T]]) -> list[T | Refusal]:
    """What each call answers, all begun at the same moment; a refusal is answered by its code."""
    calls = list(calls)
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Refusal:
        try:
            start.wait()
            return call()
        except WorkflowError as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def people(project: Project, count: int) -> list[Membership]:
    return [
        add_member(
            project=project,
            by=project.created_by,
            user=User.objects.create(username=f"reader-{number}"),
            role=Membership.Role.ANNOTATOR,
        )
        for number in range(count)
    ]


def asking(member: Membership) -> Callable[[], Assignment]:
    return lambda: next_article(membership=member, by=member.user)


@pytest.mark.parametrize("count", [2, 8])
def test_the_last_places_are_given_once(count: int, project: Project) -> None:
    for number in range(count // 2 - 1):
        take_in_text(project, f"Le pont {number} est fermé.", "fr")
    last = take_in_text(project, "Le port est fermé.", "fr")
    Article.objects.filter(pk=last.pk).update(open_slots=1)
    answers = at_once(asking(member) for member in people(project, count))
    assert answers.count(Refusal.GONE) == 1
    assert Assignment.objects.count() == count - 1
    assert set(Article.objects.values_list("open_slots", flat=True)) == {0}


def test_one_who_asks_twice_at_once_gets_one_article(project: Project) -> None:
    for number in range(3):
        take_in_text(project, f"Le pont {number} est fermé.", "fr")
    (member,) = people(project, 1)
    first, *others = at_once([asking(member)] * 4)
    assert others == [first] * 3
    assert Assignment.objects.count() == 1


def test_eight_who_read_to_the_end_leave_each_article_with_its_two(project: Project) -> None:
    for number in range(12):
        take_in_text(project, f"Le pont {number} est fermé.", "fr")

    def read(member: Membership) -> None:
        while True:
            hand_in(asking(member)().article, member.user)

    members = people(project, 8)
    assert set(at_once([partial(read, member) for member in members])) == {Refusal.GONE}
    had = Counter(Assignment.objects.values_list("article", flat=True))
    assert sorted(had.values()) == [2] * 12
    assert set(Assignment.objects.values_list("state", flat=True)) == {"submitted"}
    assert not Article.objects.filter(completed_at=None).exists()


def assigning(article: Article, member: Membership) -> Callable[[], Assignment]:
    return lambda: assign(article=article, membership=member, by=article.project.created_by)


def test_an_article_assigned_to_one_eight_times_at_once_is_assigned_once(project: Project) -> None:
    article = take_in_text(project, "Le port est fermé.", "fr")
    (member,) = people(project, 1)
    answers = at_once([assigning(article, member)] * 8)
    assert answers.count(Refusal.CLOSED) == 7
    assert Assignment.objects.get() in answers


def test_who_asks_while_a_manager_assigns_the_same_article_has_it_once(project: Project) -> None:
    article = take_in_text(project, "Le port est fermé.", "fr")
    (member,) = people(project, 1)
    asked, assigned = at_once([asking(member), assigning(article, member)])
    assert asked == Assignment.objects.get()
    assert assigned in (asked, Refusal.CLOSED)


def test_of_two_managers_who_leave_at_once_one_stays(project: Project, ada: User) -> None:
    project.memberships.filter(user=ada).update(role=Membership.Role.MANAGER)
    managers = project.memberships.filter(role=Membership.Role.MANAGER)
    answers = at_once(
        partial(change_member, membership=member, by=member.user, ended="left")
        for member in managers.select_related("user", "project")
    )
    assert answers.count(Refusal.CLOSED) == 1
    assert managers.active().count() == 1


def test_a_name_given_to_eight_sources_at_once_is_one_sources(project: Project) -> None:
    answers = at_once([partial(source, project, "Le Monde")] * 8)
    assert answers.count(Refusal.INVALID) == 7
    assert project.sources.filter(kind="media").count() == 1


def test_of_two_sources_merged_into_one_another_at_once_one_lives_on(project: Project) -> None:
    moscow, kremlin = source(project, "Moscow"), source(project, "Kremlin")
    merges = [
        partial(merge_source, source=one, into=other, by=project.created_by)
        for one, other in ((moscow, kremlin), (kremlin, moscow))
    ]
    answers = at_once(merges)
    assert Counter(isinstance(each, Refusal) for each in answers) == {True: 1, False: 1}
    assert project.sources.filter(pk__in=[moscow.pk, kremlin.pk], merged_into=None).count() == 1


def test_a_person_added_eight_times_at_once_is_a_member_once(project: Project, dan: User) -> None:
    adding = partial(
        add_member, project=project, by=project.created_by, user=dan, role=Membership.Role.OBSERVER
    )
    assert at_once([adding] * 8).count(Refusal.INVALID) == 7
    assert project.memberships.filter(user=dan).count() == 1


def saving(article: Article, by: User, revision: UUID) -> Callable[[], UUID]:
    """A first save on the sentence, which answers its revision."""
    sentence, claim = sentence_at(article, HALTED), words(article, HALTED)
    return lambda: (
        judge(
            sentence=sentence,
            by=by,
            revision=revision,
            parent=None,
            change=methodcaller("with_annotation", claim),
        ).judgement.revision
    )


@pytest.mark.parametrize("count", [2, 8])
def test_of_saves_on_one_parent_one_is_stored_and_the_others_are_stale(
    count: int, article: Article, ada: User
) -> None:
    give(article, ada)
    answers = at_once([saving(article, ada, uuid4()) for _ in range(count)])
    assert answers.count(Refusal.STALE) == count - 1
    assert Judgement.objects.get().revision in answers
    assert Annotation.objects.count() == 1


def test_the_same_save_sent_eight_times_at_once_is_stored_once(article: Article, ada: User) -> None:
    give(article, ada)
    revision = uuid4()
    assert at_once([saving(article, ada, revision)] * 8) == [revision] * 8
    assert Judgement.objects.count() == Annotation.objects.count() == 1


def test_eight_who_save_at_once_on_one_article_all_keep_their_work(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(annotators_per_article=8)
    project.refresh_from_db()
    article = take_in_text(project, f"قالت لوموند إن {HALTED}.", "ar")
    members = people(project, 8)
    give(article, *(member.user for member in members))
    revisions = [uuid4() for _ in members]
    answers = at_once(
        saving(article, member.user, revision)
        for member, revision in zip(members, revisions, strict=True)
    )
    assert answers == revisions
    assert set(Judgement.objects.values_list("revision", flat=True)) == set(revisions)
