"""Whoever leaves, is excluded or comes back, in any order: nothing waits for somebody who cannot
answer, and nothing that could be complete is left incomplete.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.contrib.auth.models import User
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from annotate.errors import WorkflowError
from annotate.models import (
    Article,
    Assignment,
    GroupMember,
    Membership,
    Project,
    ReviewItem,
    SecondLook,
    Sentence,
)
from annotate.workflow.assigning import assign, withdraw
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.leaving import end_membership, take_back
from annotate.workflow.places import change_annotators
from annotate.workflow.projects import add_member, change_member
from annotate.workflow.review import send_back
from annotate.workflow.second_look import answer_second_look
from annotate.workflow.tiebreak import break_tie
from tests.builders import hand_in, take_in_text, words

SAID = "operations have stopped"
PEOPLE = st.integers(0, 4)
STANCES = st.sampled_from(["supports", "denies", "questions"])


class Staff(RuleBasedStateMachine):
    """Five people and an article of one claim, with third readers and perhaps a second look; what
    the rules forbid is refused.
    """

    project: Project
    manager: User

    @initialize(stances=st.lists(STANCES, min_size=2, max_size=3), second_look=st.booleans())
    def begin(self, stances: list[str], second_look: bool) -> None:
        self.project.second_look, self.project.tiebreak = second_look, True
        self.project.save(update_fields=["second_look", "tiebreak"])
        number = User.objects.count()
        self.members = [
            add_member(
                project=self.project,
                by=self.manager,
                user=User.objects.create(username=f"reader-{number + place}"),
                role=Membership.Role.ANNOTATOR,
            )
            for place in range(5)
        ]
        change_annotators(project=self.project, by=self.manager, count=len(stances))
        text = f"Bamako says that {SAID} ({number})."
        self.article = take_in_text(self.project, text, "en")
        self.sentence = Sentence.objects.get(article=self.article)
        for who, stance in enumerate(stances):
            self.give(who)
            self.submit(stance, all_of_them=True)

    @rule(who=PEOPLE)
    def give(self, who: int) -> None:
        self._try(
            lambda: assign(article=self.article, membership=self._member(who), by=self.manager)
        )

    @rule(who=PEOPLE)
    def break_the_tie(self, who: int) -> None:
        member = self._member(who)
        self._try(lambda: break_tie(article=self.article, membership=member, by=member.user))

    @rule(stance=STANCES, all_of_them=st.booleans())
    def submit(self, stance: str, all_of_them: bool) -> None:
        opened = list(self.article.assignments.open().select_related("membership__user"))
        for each in opened if all_of_them else opened[:1]:
            claim = words(self.article, SAID, stance=stance)
            hand_in(self.article, each.membership.user, claim)

    @rule(who=PEOPLE, answer=st.sampled_from(["keep", "take", "discuss"]))
    def look_again(self, who: int, answer: str) -> None:
        user, found = self._member(who).user, self._sentence()
        self._try(lambda: answer_second_look(sentence=found, by=user, answer=answer, reading=1))

    @rule(who=PEOPLE)
    def take_away(self, who: int) -> None:
        for assignment in self._assignments(who):
            self._try(lambda: withdraw(assignment=assignment, by=self.manager))  # noqa: B023

    @rule(who=PEOPLE)
    def give_back(self, who: int) -> None:
        for assignment in self._assignments(who):
            self._try(
                lambda: reopen_assignment(assignment=assignment, by=self.manager, note="?")  # noqa: B023
            )

    @rule(readers=st.sampled_from([[1], [2], None]))
    def send_back(self, readers: list[int] | None) -> None:
        found = [self._sentence()]
        self._try(lambda: send_back(sentences=found, by=self.manager, note="?", readers=readers))

    @rule(who=PEOPLE, ended=st.sampled_from(["left", "excluded"]))
    def end(self, who: int, ended: str) -> None:
        member = self._member(who)
        self._try(
            lambda: end_membership(membership=member, by=self.manager, ended=ended, reason="?")
        )

    @rule(who=PEOPLE)
    def come_back(self, who: int) -> None:
        self._try(lambda: take_back(membership=self._member(who), by=self.manager))

    @rule(who=PEOPLE, role=st.sampled_from(["annotator", "observer"]))
    def change_role(self, who: int, role: str) -> None:
        member = self._member(who)
        self._try(lambda: change_member(membership=member, by=self.manager, role=role))

    @rule(count=st.integers(1, 3))
    def want_other_numbers(self, count: int) -> None:
        change_annotators(project=self.project, by=self.manager, count=count)

    @invariant()
    def an_article_is_complete_or_can_be(self) -> None:
        article = self._article()
        assert not article.is_ready
        assert article.completed_at or article.open_slots or article.assignments.open().exists()

    @invariant()
    def what_is_open_is_with_somebody_who_can_hand_it_in(self) -> None:
        opened = self.article.assignments.open()
        assert not opened.exclude(membership__in=Membership.objects.annotating()).exists()

    @invariant()
    def a_sentence_that_no_reviewer_has_is_with_somebody_who_can_answer(self) -> None:
        article = self._article()
        if article.completed_at is None:
            return
        found = ReviewItem.objects.filter(article=article).first()
        third = article.assignments.open().exclude(limited_to=[])
        if found is not None and found.status == ReviewItem.Status.CLOSED:
            assert third.exists()
        if found is not None and found.status == ReviewItem.Status.SECOND_LOOK:
            answered = SecondLook.objects.filter(completed_at=article.completed_at)
            first = article.assignments.counted().filter(limited_to=[])
            first = first.exclude(pk__in=answered.values("assignment"))
            assert first.filter(membership__in=Membership.objects.annotating()).exists()

    @invariant()
    def what_does_not_count_is_in_no_group_of_a_complete_article(self) -> None:
        article = self._article()
        if article.completed_at is not None:
            members = GroupMember.objects.filter(group__article=article)
            assert not members.exclude(assignment__in=Assignment.objects.counted()).exists()

    def _article(self) -> Article:
        return Article.objects.select_related("project").get(pk=self.article.pk)

    def _member(self, who: int) -> Membership:
        members = Membership.objects.select_related("project", "user")
        return members.get(pk=self.members[who].pk)

    def _assignments(self, who: int) -> list[Assignment]:
        return list(self.article.assignments.filter(membership=self.members[who]))

    def _sentence(self) -> Sentence:
        return Sentence.objects.select_related("article__project").get(pk=self.sentence.pk)

    def _try(self, step: Callable[[], object]) -> None:
        with suppress(WorkflowError):
            step()


def test_nothing_waits_for_somebody_who_cannot_answer_whatever_happens(
    project: Project, cora: User
) -> None:

    class Here(Staff):
        pass

    Here.project, Here.manager = project, cora
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
