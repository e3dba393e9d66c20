"""Saves: what is stored, what is refused, and that nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from operator import methodcaller
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from annotate.domain.judgement import AnnotationDraft, JudgementDraft
from annotate.errors import Refusal, WorkflowError
from annotate.models import Annotation, Article, Assignment, Judgement, Project, Sentence
from annotate.workflow.labelling import (
    Saved,
    history_of,
    judge,
    redo,
    reopen_assignment,
    state_of,
    states,
    submit,
    undo,
)
from annotate.workflow.sources import propose_source
from tests.builders import (
    give,
    hand_in,
    head,
    mark,
    sentence_at,
    source,
    take_in_text,
    words,
    write,
)

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"


@pytest.fixture
def work(article: Article, ada: User) -> Article:
    """The article on Ada's desk."""
    give(article, ada)
    return article


def test_a_claim_is_stored_with_its_words(work: Article, ada: User) -> None:
    claim = words(work, HALTED)
    saved = write(sentence_at(work, HALTED), ada, methodcaller("with_annotation", claim))
    row = Annotation.objects.get()
    assert work.text[row.start : row.end] == HALTED
    assert (saved.judgement.status, row.attribution_type, row.source) == ("open", "author", None)


def test_an_emoji_before_a_span_shifts_nothing(work: Article, ada: User) -> None:
    write(sentence_at(work, DENIED), ada, methodcaller("with_annotation", words(work, DENIED)))
    row = Annotation.objects.get()
    assert work.text.index("🚩") < row.start
    assert work.text[row.start : row.end] == DENIED


def test_a_replay_answers_the_same_and_writes_nothing(work: Article, ada: User) -> None:
    sentence, revision = sentence_at(work, HALTED), uuid4()
    change = methodcaller("with_annotation", words(work, HALTED))
    first = judge(sentence=sentence, by=ada, revision=revision, parent=None, change=change)
    write(sentence, ada, JudgementDraft.finished)
    again = judge(sentence=sentence, by=ada, revision=revision, parent=None, change=change)
    assert again.replayed
    assert again.judgement == first.judgement
    assert again.state == first.state
    assert Judgement.objects.count() == 2


def test_a_save_is_made_again_on_top_of_one_that_came_in_between(work: Article, ada: User) -> None:
    def change(state: JudgementDraft) -> JudgementDraft:
        if not Judgement.objects.exists():
            write(sentence_at(work, DENIED), ada, methodcaller("as_no_claim", "other"))
        return state.with_annotation(claim)

    claim = words(work, HALTED)
    saved = write(sentence_at(work, HALTED), ada, change)
    assert (saved.judgement.seq, saved.assignment.last_seq, saved.assignment.judged) == (2, 2, 1)
    assert Assignment.objects.get().last_seq == Judgement.objects.count() == 2


def test_a_save_holds_the_database_only_to_write(
    work: Article, ada: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sentence = Sentence.objects.placed().get(pk=sentence_at(work, HALTED).pk)
    change = methodcaller("with_annotation", words(work, HALTED))
    with django_assert_max_num_queries(8) as captured:
        judge(sentence=sentence, by=ada, revision=uuid4(), parent=None, change=change)
    kinds = [query["sql"].split()[0] for query in captured.captured_queries]
    held = kinds[kinds.index("SAVEPOINT") :]
    assert held == ["SAVEPOINT", "UPDATE", "INSERT", "INSERT", "RELEASE"]


def test_the_same_revision_with_another_payload_is_reused(work: Article, ada: User) -> None:
    sentence, revision = sentence_at(work, HALTED), uuid4()
    claim = words(work, HALTED)
    judge(
        sentence=sentence,
        by=ada,
        revision=revision,
        parent=None,
        change=methodcaller("with_annotation", claim),
    )
    other = methodcaller("with_annotation", replace(claim, note="another"))
    with pytest.raises(WorkflowError) as refused:
        judge(sentence=sentence, by=ada, revision=revision, parent=None, change=other)
    assert refused.value.code == Refusal.REUSED


@pytest.mark.parametrize("parent", [None, UUID(int=1)], ids=["newest", "stale"])
def test_a_revision_of_another_sentence_is_reused_whatever_its_parent(
    work: Article, ada: User, parent: UUID | None
) -> None:
    revision, no_claim = uuid4(), methodcaller("as_no_claim", "other")
    first, second = sentence_at(work, HALTED), sentence_at(work, DENIED)
    judge(sentence=first, by=ada, revision=revision, parent=None, change=no_claim)
    with pytest.raises(WorkflowError) as refused:
        judge(sentence=second, by=ada, revision=revision, parent=parent, change=no_claim)
    assert refused.value.code == Refusal.REUSED
    assert Judgement.objects.count() == 1


def test_a_stale_parent_is_refused_with_both_versions(work: Article, ada: User) -> None:
    sentence = sentence_at(work, HALTED)
    write(sentence, ada, methodcaller("with_annotation", words(work, HALTED)))
    with pytest.raises(WorkflowError) as refused:
        judge(
            sentence=sentence,
            by=ada,
            revision=uuid4(),
            parent=None,
            change=methodcaller("with_annotation", words(work, "روسيا")),
        )
    assert refused.value.code == Refusal.STALE
    assert refused.value.details["head"] == str(head(sentence, ada))
    assert len(refused.value.details["stored"]["annotations"]) == 1
    assert len(refused.value.details["mine"]["annotations"]) == 2
    assert Judgement.objects.count() == 1


def test_no_claim_on_a_sentence_with_claims_is_refused(work: Article, ada: User) -> None:
    sentence = sentence_at(work, HALTED)
    write(sentence, ada, methodcaller("with_annotation", words(work, HALTED)))
    with pytest.raises(WorkflowError, match="holds claims"):
        write(sentence, ada, lambda _: JudgementDraft(status="no_claim", no_claim_reason="other"))
    assert Annotation.objects.current().count() == 1


def test_adding_a_claim_lifts_no_claim(work: Article, ada: User) -> None:
    sentence = sentence_at(work, HALTED)
    write(sentence, ada, methodcaller("as_no_claim", "other"))
    saved = write(sentence, ada, methodcaller("with_annotation", words(work, HALTED)))
    assert (saved.judgement.status, saved.judgement.no_claim_reason) == ("open", "")
    assert saved.assignment.judged == 0


def test_a_deleted_annotation_leaves_a_tombstone(work: Article, ada: User) -> None:
    sentence, claim = sentence_at(work, HALTED), words(work, HALTED)
    write(sentence, ada, methodcaller("with_annotation", claim))
    write(sentence, ada, methodcaller("without_annotation", claim.annotation_id))
    assert not Annotation.objects.current().exists()
    assert [row.deleted for row in Annotation.objects.order_by("seq")] == [False, True]


def test_undo_goes_back_step_by_step_to_the_unread_sentence(work: Article, ada: User) -> None:
    sentence, claim = sentence_at(work, HALTED), words(work, HALTED)
    write(sentence, ada, methodcaller("as_no_claim", "question"))
    write(sentence, ada, methodcaller("with_annotation", claim))
    write(sentence, ada, methodcaller("with_annotation", replace(claim, note="second thought")))
    assignment = work.assignments.get(membership__user=ada)
    seen = []
    for change in reversed(history_of(assignment).done):
        state = undo(assignment=assignment, by=ada, revision=uuid4(), parent=change.revision).state
        seen.append((state.status, [a.note for a in state.annotations]))
    assert seen == [("open", [""]), ("no_claim", []), ("open", [])]
    with pytest.raises(WorkflowError, match="nothing left to undo"):
        undo(assignment=assignment, by=ada, revision=uuid4(), parent=uuid4())
    assert Judgement.objects.count() == 6


def test_what_is_undone_is_redone_until_something_else_is_done(work: Article, ada: User) -> None:
    sentence = sentence_at(work, HALTED)
    write(sentence, ada, methodcaller("with_annotation", words(work, HALTED, kind="causal")))
    assignment = work.assignments.get(membership__user=ada)
    (saved,) = history_of(assignment).done
    undo(assignment=assignment, by=ada, revision=uuid4(), parent=saved.revision)
    state = redo(assignment=assignment, by=ada, revision=uuid4(), parent=saved.revision).state
    assert [claim.labels["kind"] for claim in state.annotations] == ["causal"]
    undo(assignment=assignment, by=ada, revision=uuid4(), parent=saved.revision)
    write(sentence, ada, methodcaller("as_no_claim", "other"))
    with pytest.raises(WorkflowError, match="nothing to redo"):
        redo(assignment=assignment, by=ada, revision=uuid4(), parent=saved.revision)


class Desk:
    """Ada at one sentence: “A” saves claim A, “a” deletes it, “<” takes the last change back and
    “>” makes it anew, where there is one. `seen` is the order of the claims as she sees it.
    """

    def __init__(self, work: Article, ada: User) -> None:
        self.sentence, self.ada = sentence_at(work, HALTED), ada
        self.assignment = work.assignments.get(membership__user=ada)
        self.claims = {letter: words(work, HALTED) for letter in "ABCD"}
        self.past, self.undone = [""], list[str]()

    @property
    def seen(self) -> str:
        return self.past[-1]

    def do(self, move: str) -> Saved | None:
        if move in "<>":
            return self._step(back=move == "<")
        claim = replace(self.claims[move.upper()], note=str(len(self.past)))
        rest = self.seen.replace(move.upper(), "")
        if move.islower():
            seen, change = rest, methodcaller("without_annotation", claim.annotation_id)
        else:
            seen = self.seen if move in self.seen else rest + move
            change = methodcaller("with_annotation", claim)
        self.past.append(seen)
        self.undone.clear()
        return write(self.sentence, self.ada, change)

    def _step(self, *, back: bool) -> Saved | None:
        changes = history_of(self.assignment)
        line = changes.done if back else changes.undone
        if not line:
            return None
        if back:
            self.undone.append(self.past.pop())
        else:
            self.past.append(self.undone.pop())
        step = undo if back else redo
        return step(
            assignment=self.assignment, by=self.ada, revision=uuid4(), parent=line[-1].revision
        )

    def order(self, state: JudgementDraft) -> str:
        letters = {claim.annotation_id: letter for letter, claim in self.claims.items()}
        return "".join(letters[each.annotation_id] for each in state.annotations)


ORDERS = [
    ("one behind the others", "ABC", "ABC"),
    ("deleted, another added", "ABCabD", "CD"),
    ("changed, where it stands", "ABCB", "ABC"),
    ("deleted elsewhere and saved again", "ABCbB", "ACB"),
    ("all deleted and saved the other way round", "ABabBA", "BA"),
    ("a deletion undone", "ABCb<", "ABC"),
    ("a deletion undone, another added", "ABCa<D", "ABCD"),
    ("a deletion undone and made anew", "ABCb<>", "AC"),
    ("saved again, and all of it undone", "ABCbB<<", "ABC"),
    ("saved again, undone and made anew", "ABCbB<<>>", "ACB"),
    ("added in the place of one deleted, and undone", "ABCcD<<", "ABC"),
]


@pytest.mark.parametrize(("what", "moves", "order"), ORDERS, ids=[row[0] for row in ORDERS])
def test_claims_stand_in_the_order_in_which_they_were_added(
    what: str, moves: str, order: str, work: Article, ada: User
) -> None:
    desk = Desk(work, ada)
    *_, saved = map(desk.do, moves)
    _head, stored = state_of(desk.assignment, desk.sentence)
    assert saved is not None
    assert (desk.order(saved.state), desk.order(stored), desk.seen) == (order, order, order)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.text("ABCDabcd<>", min_size=4, max_size=14))
def test_after_any_moves_what_is_seen_is_what_is_answered_and_what_is_read_anew(
    moves: str, work: Article, ada: User
) -> None:
    with transaction.atomic():
        desk = Desk(work, ada)
        for saved in filter(None, map(desk.do, moves)):
            _head, alone = state_of(desk.assignment, desk.sentence)
            _head, among = states(desk.assignment, [desk.sentence])[desk.sentence.pk]
            assert saved.state == alone == among
            assert desk.order(alone) == desk.seen
        transaction.set_rollback(True)


def test_claims_sent_in_another_order_keep_theirs_and_new_ones_come_last(
    work: Article, ada: User
) -> None:
    first, second, third, fourth = (words(work, HALTED) for _ in range(4))
    sentence = sentence_at(work, HALTED)
    write(sentence, ada, lambda _: JudgementDraft(annotations=(first, second)))
    sent = JudgementDraft(annotations=(fourth, second, third, first))
    revision, parent = uuid4(), head(sentence, ada)
    for replayed in (False, True):
        saved = judge(
            sentence=sentence, by=ada, revision=revision, parent=parent, change=lambda _: sent
        )
        ids = [each.annotation_id for each in saved.state.annotations]
        assert ids == [each.annotation_id for each in (first, second, fourth, third)]
        assert (saved.replayed, saved.state) == (
            replayed,
            state_of(saved.assignment, sentence)[1],
        )


def test_any_state_can_be_rebuilt_by_its_seq(work: Article, ada: User) -> None:
    sentence, claim = sentence_at(work, HALTED), words(work, HALTED)
    for note in ("", "second", "third"):
        write(sentence, ada, methodcaller("with_annotation", replace(claim, note=note)))
    assert [Annotation.objects.as_of(seq).get().note for seq in (1, 2, 3)] == [
        "",
        "second",
        "third",
    ]


def test_a_row_is_written_only_for_what_changed(work: Article, ada: User) -> None:
    sentence = sentence_at(work, HALTED)
    for claim in (words(work, HALTED), words(work, "روسيا")):
        write(sentence, ada, methodcaller("with_annotation", claim))
    write(sentence, ada, JudgementDraft.finished)
    assert Annotation.objects.count() == 2


def changed(field: str, value: Any) -> Callable[[AnnotationDraft], AnnotationDraft]:
    values: dict[str, Any] = {field: value}
    return lambda draft: replace(draft, **values)


def labelled(**labels: str) -> Callable[[AnnotationDraft], AnnotationDraft]:
    return lambda draft: replace(draft, labels={**draft.labels, **labels})


WRONG = [
    ("a label out of the codebook", labelled(kind="rumour"), "kind"),
    ("no confidence", labelled(confidence=""), "confidence"),
    ("reversed", lambda d: replace(d, spans=(d.spans[0][::-1],)), "spans"),
    ("out of range", lambda d: replace(d, spans=((d.spans[0][0], 10**9),)), "spans"),
    ("not numbers", changed("spans", (("1", "2"),)), "spans"),
    ("other words", changed("quotes", ("روسيا",)), "spans"),
    ("the author’s with a source", labelled(attribution_type="author"), "attribution_type"),
    ("an unknown source", changed("source_chain", (uuid4(),)), "source_chain"),
    ("twice in the chain", lambda d: replace(d, source_chain=d.source_chain * 2), "source_chain"),
    ("a NUL in the note", changed("note", "a\0b"), "note"),
    ("a lone surrogate in the note", changed("note", "a\ud800b"), "note"),
    ("a cue out of range", changed("cue_span", (5, 10**9)), "cue_span"),
]


@pytest.mark.parametrize(("what", "spoil", "field"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_refused_with_its_field_and_nothing_is_stored(
    what: str,
    spoil: Callable[[AnnotationDraft], AnnotationDraft],
    field: str,
    work: Article,
    ada: User,
) -> None:
    draft = spoil(words(work, HALTED, chain=(source(work.project, "Le Monde"),)))
    with pytest.raises(WorkflowError) as refused:
        write(sentence_at(work, HALTED), ada, methodcaller("with_annotation", draft))
    assert (refused.value.code, refused.value.details["field"]) == (Refusal.INVALID, field)
    assert not Judgement.objects.exists()
    assert not Annotation.objects.exists()


def test_a_claim_of_another_sentence_is_refused(work: Article, ada: User) -> None:
    change = methodcaller("with_annotation", words(work, FORTY))
    with pytest.raises(WorkflowError, match="begins in another sentence"):
        write(sentence_at(work, HALTED), ada, change)


def test_a_span_across_paragraphs_is_refused(work: Article, ada: User) -> None:
    start, end = work.text.index("ونفى"), work.text.index("التقرير")
    change = methodcaller("with_annotation", words(work, work.text[start:end].rstrip()))
    with pytest.raises(WorkflowError, match="crosses a line break"):
        write(sentence_at(work, "ونفى"), ada, change)


def test_the_author_never_stands_in_a_chain(work: Article, ada: User) -> None:
    author = work.project.sources.get(kind="author")
    with pytest.raises(WorkflowError, match="never stands in a chain"):
        mark(work, ada, words(work, HALTED, chain=(author,)))


def test_a_source_of_another_project_does_not_exist(work: Article, ada: User, dan: User) -> None:
    foreign = source(Project.objects.get(slug="ports"), "Le Monde")
    with pytest.raises(WorkflowError, match="no such source"):
        mark(work, ada, words(work, HALTED, chain=(foreign,)))


def test_anothers_proposal_does_not_exist_for_an_annotator(
    work: Article, ada: User, ben: User
) -> None:
    give(work, ben)
    proposed = propose_source(article=work, by=ben, name="صحيفة الضفاف", kind="media")
    with pytest.raises(WorkflowError, match="no such source"):
        mark(work, ada, words(work, HALTED, chain=(proposed,)))
    mine = propose_source(article=work, by=ada, name="صحيفة الضّفاف", kind="media")
    assert mine != proposed


def test_a_reviewer_who_annotates_is_given_a_proposal_of_ones_own(
    work: Article, ben: User, rita: User
) -> None:
    give(work, rita)
    theirs = propose_source(article=work, by=ben, name="صحيفة الضفاف", kind="media")
    mine = propose_source(article=work, by=rita, name="صحيفة الضفاف", kind="media")
    assert mine != theirs
    assert propose_source(article=work, by=rita, name="صحيفة  الضّفاف", kind="media") == mine


def test_submitting_needs_every_sentence_judged(work: Article, ada: User) -> None:
    mark(work, ada, words(work, HALTED))
    with pytest.raises(WorkflowError, match="3 sentences are not judged, the first is number 1"):
        submit(assignment=Assignment.objects.get(), by=ada)


def test_one_sentence_that_is_left_is_told_in_the_singular(project: Project, ada: User) -> None:
    work = take_in_text(project, "Le port a fermé.", language="fr")
    (assignment,) = give(work, ada)
    with pytest.raises(WorkflowError, match="sentence number 1 is not judged"):
        submit(assignment=assignment, by=ada)


def test_submitted_work_is_closed_until_it_is_reopened(
    work: Article, ada: User, rita: User
) -> None:
    hand_in(work, ada, words(work, HALTED))
    sentence = sentence_at(work, DENIED)
    with pytest.raises(WorkflowError, match="submitted"):
        write(sentence, ada, methodcaller("with_annotation", words(work, DENIED)))
    assignment = reopen_assignment(assignment=Assignment.objects.get(), by=rita, note="Look again.")
    write(sentence, ada, methodcaller("with_annotation", words(work, DENIED)))
    write(sentence, ada, JudgementDraft.finished)
    assert submit(assignment=assignment, by=ada).number == 2


def test_submitting_twice_is_one_submission(work: Article, ada: User) -> None:
    hand_in(work, ada)
    assignment = Assignment.objects.get()
    assert submit(assignment=assignment, by=ada).number == 1


def test_states_of_an_article_cost_two_queries(
    work: Article, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mark(work, ada, words(work, HALTED), words(work, "روسيا"), words(work, FORTY))
    sentences = list(work.sentences.select_related("article"))
    assignment = Assignment.objects.get()
    with django_assert_num_queries(2):
        found = states(assignment, sentences)
    assert [len(state.annotations) for _, state in found.values()] == [2, 1]


def test_words_with_harakat_tatweel_and_no_break_space_are_kept(
    project: Project, ada: User
) -> None:
    quote = "أعلنتِ الحـــكومةُ\u00a0المالية"
    article = take_in_text(project, f"{quote} ذلك.\r\nثم سكتت.", language="ar")
    give(article, ada)
    mark(article, ada, words(article, quote))
    row = Annotation.objects.get()
    assert article.text[row.start : row.end] == quote
    assert "\r\n" in article.text
