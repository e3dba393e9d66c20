"""Whatever annotators and reviewers do, in any order: what is agreed follows from what is
stored, and no history is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from operator import methodcaller
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from annotate.domain.judgement import AnnotationDraft, JudgementDraft
from annotate.errors import WorkflowError
from annotate.models import (
    Annotation,
    Article,
    ClaimGroup,
    Decision,
    GroupMember,
    Judgement,
    Project,
    Regrouping,
    ReviewItem,
    Sentence,
    Submission,
)
from annotate.models.review import ClaimGroupQuerySet
from annotate.workflow.labelling import states, submit
from annotate.workflow.regrouping import join_groups, split_group, undo_regrouping
from annotate.workflow.review import (
    last_number,
    reading_of,
    reopen,
    send_back,
    settle,
    settle_as_empty,
    undo_settling,
)
from tests.builders import give, sentence_at, take_in_text, words, write
from tests.conftest import TEXT
from tests.workflow.reviewing import FORTY, HALTED, SHORTER, TITLE

QUOTES = st.sampled_from([HALTED, SHORTER, "تحذيرات من الجزائر", FORTY, TITLE])
LABELS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["event", "causal"]),
        "stance": st.sampled_from(["supports", "denies"]),
    }
)
PLACES = st.integers(0, 3)
READERS = st.sampled_from([1, 2])
APPEND_ONLY = (Judgement, Annotation, Submission, Decision, Regrouping)


class Work(RuleBasedStateMachine):
    """Two annotators and a reviewer at one article; what the rules forbid is refused."""

    project: Project
    readers: tuple[User, User]
    reviewer: User

    @initialize(said=st.lists(st.tuples(READERS, QUOTES, LABELS), min_size=3, max_size=8))
    def begin(self, said: list[tuple[int, str, dict[str, str]]]) -> None:
        number = self.project.articles.count()
        self.article = take_in_text(self.project, f"{TEXT}{number}.", language="ar")
        give(self.article, *self.readers)
        self.stored: dict[type, dict[Any, Any]] = {}
        for reader, quote, labels in said:
            self.insert(reader, quote, labels)
        self.hand_in()

    @rule(reader=READERS, quote=QUOTES, labels=LABELS)
    def insert(self, reader: int, quote: str, labels: dict[str, str]) -> None:
        claim = words(self.article, quote, **labels)  # type: ignore[arg-type]  # no chain
        self._write(reader, quote, methodcaller("with_annotation", claim))

    @rule(reader=READERS, quote=QUOTES, labels=LABELS)
    def revise(self, reader: int, quote: str, labels: dict[str, str]) -> None:
        def relabel(state: JudgementDraft) -> JudgementDraft:
            first, *_others = state.annotations or [words(self.article, quote)]
            return state.with_annotation(_relabelled(first, labels))

        self._write(reader, quote, relabel)

    @rule(reader=READERS, quote=QUOTES)
    def delete(self, reader: int, quote: str) -> None:
        def without_first(state: JudgementDraft) -> JudgementDraft:
            ids = [each.annotation_id for each in state.annotations[:1]]
            return state.without_annotation(ids[0]) if ids else state.as_no_claim("other")

        self._write(reader, quote, without_first)

    @rule()
    def hand_in(self) -> None:
        for assignment in self.article.assignments.open().select_related("membership__user"):
            said = states(assignment, self.article.sentences.all())
            user = assignment.membership.user
            for sentence in self.article.sentences.select_related("article"):
                _judgement, state = said.get(sentence.pk, (None, JudgementDraft()))
                if state.status == "open" and state.annotations:
                    write(sentence, user, JudgementDraft.finished)
                elif state.status == "open":
                    write(sentence, user, methodcaller("as_no_claim", "other"))
            submit(assignment=assignment, by=user)

    @rule(place=PLACES, reader=READERS)
    def settle_with_a_reading(self, place: int, reader: int) -> None:
        sentence = self._sentence(place)
        self._try(
            lambda: settle(
                sentence=sentence,
                by=self.reviewer,
                choices=reading_of(sentence, reader),
                reason="slip",
            )
        )

    @rule(place=PLACES)
    def settle_as_empty(self, place: int) -> None:
        sentence = self._sentence(place)
        groups = ClaimGroup.objects.living().filter(sentence=sentence)
        seen = {group.pk: last_number(group) for group in groups}
        self._try(
            lambda: settle_as_empty(sentence=sentence, by=self.reviewer, seen=seen, reason="slip")
        )

    @rule(place=PLACES, taken_back=st.booleans())
    def reopen(self, place: int, taken_back: bool) -> None:
        sentence = self._sentence(place)
        groups = list(sentence.groups.filter(status="decided").values_list("pk", flat=True))
        if taken_back:
            self._try(lambda: undo_settling(sentence=sentence, by=self.reviewer, groups=groups))
        else:
            self._try(lambda: reopen(sentence=sentence, by=self.reviewer))

    @rule(place=PLACES, readers=st.sampled_from([[1], [2], None]))
    def send_back(self, place: int, readers: list[int] | None) -> None:
        sentences = [self._sentence(place)]
        self._try(
            lambda: send_back(sentences=sentences, by=self.reviewer, note="?", readers=readers)
        )

    @rule()
    def join(self) -> None:
        groups = list(self._waiting().values_list("pk", flat=True)[:2])
        sentence = self._sentence(0)
        self._try(
            lambda: join_groups(sentence=sentence, by=self.reviewer, groups=groups, reason="One.")
        )

    @rule(place=PLACES)
    def split(self, place: int) -> None:
        groups = list(self._waiting().annotate(n=Count("members")).filter(n=2))
        if groups:
            group = groups[place % len(groups)]
            members = group.members.select_related("annotation").order_by("assignment__number")
            first = members[0].annotation.annotation_id
            self._try(
                lambda: split_group(group=group, by=self.reviewer, members=[first], reason="Two.")
            )

    @rule()
    def take_back_the_last_regrouping(self) -> None:
        last = self.article.regroupings.exclude(kind="undo").order_by("created_at").last()
        if last is not None:
            self._try(lambda: undo_regrouping(regrouping=last, by=self.reviewer))

    @invariant()
    def no_history_is_lost(self) -> None:
        for model in APPEND_ONLY:
            rows: dict[Any, Any] = {row["id"]: row for row in model._default_manager.values()}
            before = self.stored.get(model, {})
            assert before.items() <= rows.items()
            self.stored[model] = rows

    @invariant()
    def what_is_agreed_follows_from_what_is_stored(self) -> None:
        standing = {it.group_id: it for it in Decision.objects.standing()}
        groups = {it.pk: it for it in ClaimGroup.objects.filter(status="decided")}
        assert standing.keys() == groups.keys()
        current = {
            str(row.annotation_id): row.seq
            for row in Annotation.objects.current().select_related("assignment")
        }
        for pk, decision in standing.items():
            rests_on = {it["annotation_id"]: it["seq"] for it in decision.members}
            members = {
                str(it.annotation.annotation_id)
                for it in groups[pk].members.select_related("annotation")
            }
            assert rests_on.keys() == members
            assert rests_on.items() <= current.items()
            assert decision.number == decision.group.decisions.count()

    @invariant()
    def every_annotation_of_a_complete_article_is_in_one_group(self) -> None:
        self.article.refresh_from_db()
        if self.article.completed_at is None:
            return
        assert not self.article.grouping_failure
        said = Annotation.objects.current().filter(assignment__article=self.article)
        members = GroupMember.objects.filter(group__article=self.article)
        assert not members.filter(group__status="joined").exists()
        placed = Counter(members.values_list("annotation__annotation_id", flat=True))
        assert placed == dict.fromkeys(said.values_list("annotation_id", flat=True), 1)

    @invariant()
    def the_queue_is_what_waits(self) -> None:
        waiting = set(
            ClaimGroup.objects.waiting()
            .filter(article__completed_at__isnull=False)
            .values_list("sentence", flat=True)
        )
        queue = ReviewItem.objects.waiting(self.project).values_list("sentence", flat=True)
        assert set(queue) == waiting

    def _waiting(self) -> ClaimGroupQuerySet:
        waiting = ClaimGroup.objects.waiting().filter(article=self.article)
        return waiting.order_by("start", "end", "created_at")

    def _sentence(self, place: int) -> Sentence:
        """One of those with groups, if there are any."""
        sentences = self.article.sentences.select_related("article__project")
        with_groups = list(sentences.filter(groups__isnull=False).distinct()) or list(sentences)
        return with_groups[place % len(with_groups)]

    def _write(
        self, reader: int, quote: str, change: Callable[[JudgementDraft], JudgementDraft]
    ) -> None:
        sentence = sentence_at(self.article, quote)
        self._try(lambda: write(sentence, self.readers[reader - 1], change))

    def _try(self, step: Callable[[], object]) -> None:
        with suppress(WorkflowError):
            step()


def _relabelled(claim: AnnotationDraft, labels: dict[str, str]) -> AnnotationDraft:
    return AnnotationDraft(
        annotation_id=claim.annotation_id,
        spans=claim.spans,
        quotes=claim.quotes,
        labels={**claim.labels, **labels},
    )


def test_the_agreed_set_follows_from_the_stored_facts_whatever_happens(
    project: Project, article: Article, ada: User, ben: User, rita: User
) -> None:
    class Here(Work):
        pass

    Here.project, Here.readers, Here.reviewer = project, (ada, ben), rita
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
