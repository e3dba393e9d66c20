"""Labelling: what annotators say of sentences, as revisions that are never changed or lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import wraps
from itertools import count
from typing import ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..domain.codebook import Label, five
from ..domain.history import History, Step, history
from ..domain.judgement import (
    AnnotationDraft,
    JudgementDraft,
    JudgementError,
    Status,
    check_annotation,
    check_judgement,
)
from ..domain.normalise import fold
from ..errors import Refusal, WorkflowError
from ..models import (
    Annotation,
    Article,
    Assignment,
    CodebookVersion,
    Judgement,
    Notice,
    Sentence,
    Source,
    Submission,
)
from ..models.codebook import codebook_in_use
from ..models.hot import (
    Content,
    annotation_rows,
    contents,
    last_judgement,
    last_judgements,
    move_on,
    own_work,
    sources_of,
)
from ..models.sql import insert
from . import grouping
from .asking import give_notice
from .items import close_items
from .recording import record
from .wording import in_words

LONGEST_SITTING = 3_600
KEPT = 5_000  # states of revisions; one takes about 2 kB

Change = Callable[[JudgementDraft], JudgementDraft]
P = ParamSpec("P")
_states: dict[UUID, tuple[Judgement, JudgementDraft]] = {}  # by the judgement's id
AnyRow = TypeVar("AnyRow", bound=Annotation | Content)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write led to: the revision that stands for it, and the sentence's state since.

    `sources` are those of the state's chains, by id, so that a door can name them without asking
    again.
    """

    judgement: Judgement
    state: JudgementDraft
    assignment: Assignment
    sources: Mapping[UUID, Source]
    replayed: bool = False


class _OvertakenError(Exception):
    """Something else was written to the assignment since it was read."""


def _again_when_overtaken(write: Callable[P, Saved]) -> Callable[P, Saved]:
    """Read, check and write anew until nothing came in between.

    What is read and checked is so outside of the transaction, and others who save wait for the
    bare writing only.
    """

    @wraps(write)
    def written(*args: P.args, **kwargs: P.kwargs) -> Saved:
        while True:
            with suppress(_OvertakenError):
                return write(*args, **kwargs)

    return written


@_again_when_overtaken
def judge(
    *,
    sentence: Sentence,
    by: User,
    revision: UUID,
    parent: UUID | None,
    change: Change,
    seconds: int = 0,
) -> Saved:
    """Write a revision of the actor's judgement of a sentence.

    `revision` is the client's id of this write, `parent` the revision it was built on (none for the
    first), and `change` makes the new state out of that parent's. Sent again, the same write
    answers the same and stores nothing; another write under the same id is refused as reused; a
    parent that is no longer the last revision is refused as stale, with both versions in the
    error's details (`mine`, `stored`, `head`). `seconds` of active work are added to the
    assignment.
    """
    assignment, head = _own_work(sentence, by)
    if head is not None and head.revision == revision:
        return _replayed(assignment, sentence, head, change)
    if (head.revision if head else None) != parent:
        earlier = assignment.judgements.filter(revision=revision).first()
        if earlier is not None:
            return _replayed(assignment, sentence, earlier, change)
        raise _stale(assignment, sentence, head, mine=change)
    rows = annotation_rows(assignment, sentence) if head else []
    state = _state(head, rows, sentence) if head else JudgementDraft()
    new = change(state)
    if new.status in (Status.NO_CLAIM, Status.SKIPPED) and state.annotations:
        raise WorkflowError(
            Refusal.CLOSED,
            _("This sentence holds claims. Delete them before you say otherwise."),
        )
    return _write(
        assignment,
        sentence,
        by,
        head=head,
        like=head,
        rows=rows,
        state=new,
        revision=revision,
        seconds=seconds,
    )


@_again_when_overtaken
def undo(*, assignment: Assignment, by: User, revision: UUID, parent: UUID) -> Saved:
    """Take back the last change of the article's labelling, as a new revision of its sentence.

    `parent` is the revision that is to be undone; where another is the last by now, that is refused
    as stale. Each further undo goes one change further back, whatever the sentence.
    """
    return _step_in_history(assignment, by, revision, parent, back=True)


@_again_when_overtaken
def redo(*, assignment: Assignment, by: User, revision: UUID, parent: UUID) -> Saved:
    """Make the change anew that was undone last; `parent` is its revision. After any other change
    there is nothing to redo.
    """
    return _step_in_history(assignment, by, revision, parent, back=False)


def history_of(assignment: Assignment) -> History:
    """What can be undone and redone; one query."""
    steps = assignment.judgements.order_by("seq").values_list(
        "revision", "sentence_id", "number", "restores"
    )
    return history(Step(*step) for step in steps)


def submit(*, assignment: Assignment, by: User) -> Submission:
    """Hand the article in. It takes every sentence to be finished, without a claim, or skipped with
    a reason.

    When this completes the article, its claims are aligned and judged in the same call.
    """
    with transaction.atomic():
        article = (
            Article.objects.select_for_update(of=("self",))
            .select_related("project__codebook")
            .get(pk=assignment.article_id)
        )
        assignment = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if assignment.state == Assignment.State.SUBMITTED:
            return assignment.submissions.latest("number")
        _require_open(assignment)
        unfinished = unfinished_sentences(assignment)
        if unfinished:
            raise WorkflowError(
                Refusal.CLOSED,
                ngettext(
                    "Not yet: sentence number %(first)d is not judged.",
                    "Not yet: %(count)d sentences are not judged, the first is number %(first)d.",
                    len(unfinished),
                )
                % {"count": len(unfinished), "first": unfinished[0].index + 1},
                sentences=[sentence.pk for sentence in unfinished],
            )
        assignment.state = Assignment.State.SUBMITTED
        assignment.save(update_fields=["state"])
        submission = Submission.objects.create(
            created_by=by,
            project_id=assignment.project_id,
            assignment=assignment,
            number=assignment.submissions.count() + 1,
            last_seq=assignment.last_seq,
        )
        if _is_complete(article):
            grouping.complete(article=article, by=by)
        return submission


@transaction.atomic
def send_back(
    *,
    article: Article,
    by: User,
    note: str,
    sentences: Iterable[Sentence] = (),
    annotators: Collection[int] | None = None,
) -> list[Assignment]:
    """Give a submitted article back to its annotators, with a note that says why.

    `sentences` are those the note concerns, if it is not the article as a whole; `annotators` are
    the numbers of the assignments; if they are not named, all whose work counts and who annotate in
    the project still. Until all are handed in again the article is not complete.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    submitted = [
        each
        for each in article.assignments.counted().select_related("membership").order_by("number")
        if (each.membership.annotates if annotators is None else each.number in annotators)
    ]
    if not submitted or len(submitted) < len(annotators or ()):
        raise WorkflowError(Refusal.CLOSED, _("Only submitted work can be sent back."))
    concerned = list(sentences)
    return [_reopen(each, article, by, note, concerned) for each in submitted]


@transaction.atomic
def reopen_assignment(
    *, assignment: Assignment, by: User, note: str, sentences: Iterable[Sentence] = ()
) -> Assignment:
    """Give one annotator's submitted article back, with a note that says why, and the sentences it
    concerns; until it is handed in again the article is not complete. Who annotates in the project
    no longer could not answer, and is given nothing back.
    """
    article = Article.objects.select_for_update().get(pk=assignment.article_id)
    assignment.refresh_from_db()
    if assignment.state != Assignment.State.SUBMITTED:
        raise WorkflowError(Refusal.CLOSED, _("Only submitted work can be reopened."))
    return _reopen(assignment, article, by, note, list(sentences))


def _reopen(
    assignment: Assignment, article: Article, by: User, note: str, sentences: Sequence[Sentence]
) -> Assignment:
    if not note.strip():
        raise WorkflowError(
            Refusal.INVALID, _("Say why: the annotator reads it beside the article."), field="note"
        )
    if not assignment.membership.annotates:
        raise WorkflowError(
            Refusal.CLOSED,
            _("Who handed this in annotates in the project no longer, and cannot change it."),
        )
    assignment.state = Assignment.State.REOPENED
    assignment.save(update_fields=["state"])
    article.completed_at = None
    article.save(update_fields=["completed_at"])
    close_items(article)
    notice = give_notice(
        assignment=assignment, by=by, what=Notice.What.SENT_BACK, text=note, sentences=sentences
    )
    record(
        "reopen_assignment",
        assignment,
        by=by,
        project=article.project,
        before={"state": "submitted"},
        after={"state": "reopened", "notice": str(notice.pk)},
    )
    return assignment


def unfinished_sentences(assignment: Assignment) -> list[Sentence]:
    """The sentences of the article that this annotator has still to judge, in order."""
    done = assignment.judgements.current().filter(status__in=Judgement.DONE)
    return list(
        Sentence.objects.given_in(assignment)
        .exclude(pk__in=done.values("sentence"))
        .order_by("index")
    )


def state_of(assignment: Assignment, sentence: Sentence) -> tuple[Judgement | None, JudgementDraft]:
    """The last revision of this sentence, if it is judged, with its state."""
    head = last_judgement(assignment, sentence)
    if head is None:
        return None, JudgementDraft()
    return head, _state(head, annotation_rows(assignment, sentence), sentence)


def states(
    assignment: Assignment, sentences: Iterable[Sentence]
) -> dict[UUID, tuple[Judgement, JudgementDraft]]:
    """The last revision of each judged sentence with its state, by sentence; two queries however
    many there are. They read the article's work: for one sentence ask `state_of`.

    What stood with a revision never changes, so that it is kept and read once.
    """
    by_sentence = {sentence.pk: sentence for sentence in sentences}
    heads = {
        judgement.sentence_id: judgement
        for judgement in last_judgements(assignment, known=_known)
        if judgement.sentence_id in by_sentence
    }
    found = {pk: kept for pk, head in heads.items() if (kept := _states.get(head.pk))}
    if len(found) < len(heads):
        rows: dict[UUID, list[Content]] = {}  # read last: what is newer than its head is left out
        for row in contents(assignment):
            rows.setdefault(row.sentence_id, []).append(row)
        for pk in heads.keys() - found.keys():
            found[pk] = heads[pk], _state(heads[pk], rows.get(pk, []), by_sentence[pk])
        if len(_states) + len(found) > KEPT:
            _states.clear()
        _states.update((head.pk, (head, state)) for head, state in found.values())
    return {pk: found[pk] for pk in by_sentence if pk in found}


def _known(judgement: UUID) -> Judgement | None:
    head, _state = _states.get(judgement, (None, None))
    return head


def _write(
    assignment: Assignment,
    sentence: Sentence,
    by: User,
    *,
    head: Judgement | None,
    like: Judgement | None,
    rows: Sequence[Annotation],
    state: JudgementDraft,
    revision: UUID,
    restores: int | None = None,
    seconds: int = 0,
) -> Saved:
    """Check the new state and store it: one judgement row, one row for each annotation that
    changed. What stood with the revision `like` keeps its place.
    """
    _require_open(assignment)
    version = codebook_in_use(sentence.article.project)
    if version is None:
        raise WorkflowError(Refusal.CLOSED, _("This project has no codebook yet."))
    judgement = Judgement(
        created_by=by,
        project_id=assignment.project_id,
        assignment=assignment,
        sentence=sentence,
        number=head.number + 1 if head else 1,
        revision=revision,
        parent=head.revision if head else None,
        seq=assignment.last_seq + 1,
        status=state.status,
        no_claim_reason=state.no_claim_reason,
        skip_reason=state.skip_reason,
        restores=restores,
        seconds=min(max(seconds, 0), LONGEST_SITTING),
        digest=state.digest(),
    )
    current = _last_rows(rows)
    places = _places(state, _standing(like, rows) if like else {})
    standing = {pk for pk, row in current.items() if not row.deleted}
    sources = _sources(state, assignment, by)
    try:
        new_labels = restores is None and state.labels != (head.labels if head else {})
        judgement.labels = check_judgement(state, version.parsed(), new_labels=new_labels)
        if state.duplicate_of is not None:
            judgement.duplicate_of = _other_sentence(state.duplicate_of, sentence)
        changed = [
            row
            for draft, position in zip(state.annotations, places, strict=True)
            if (
                row := _changed_row(
                    draft, position, current.get(draft.annotation_id), judgement, version
                )
            )
        ]
    except JudgementError as error:
        raise WorkflowError(
            Refusal.INVALID, in_words(error, version.parsed()), field=error.field
        ) from error
    gone = standing - {draft.annotation_id for draft in state.annotations}
    changed += [_tombstone(current[pk], judgement) for pk in gone]
    with _one_write(sentence):
        _count(assignment, head, judgement)
        insert([judgement])
        insert(changed)
        if assignment.state == Assignment.State.REOPENED:
            replaced = [current[r.annotation_id] for r in changed if r.annotation_id in current]
            grouping.mark_stale(annotations=replaced, by=by)
    return Saved(judgement, _state(judgement, [*rows, *changed], sentence), assignment, sources)


def _step_in_history(
    assignment: Assignment, by: User, revision: UUID, parent: UUID, *, back: bool
) -> Saved:
    assignment = Assignment.objects.get(pk=assignment.pk)
    written = assignment.judgements.filter(revision=revision).first()
    if written is not None and written.restores is None:
        raise _taken()
    if written is not None:
        return _replay(written, assignment, _sentence(written.sentence_id))
    past = history_of(assignment)
    changes = past.done if back else past.undone
    if not changes:
        raise WorkflowError(
            Refusal.GONE,
            _("There is nothing left to undo here.") if back else _("There is nothing to redo."),
        )
    last = changes[-1]
    if last.revision != parent:
        raise WorkflowError(
            Refusal.STALE,
            _("This article was changed elsewhere. Look at it, then undo again."),
            sentence=last.sentence,
        )
    sentence = _sentence(last.sentence)
    target = last.before if back else last.after
    revisions = assignment.judgements.filter(sentence=sentence)
    like = revisions.get(number=target) if target else None
    rows = annotation_rows(assignment, sentence)
    return _write(
        assignment,
        sentence,
        by,
        head=revisions.latest("number"),
        like=like,
        rows=rows,
        state=_state(like, rows, sentence) if like else JudgementDraft(),
        revision=revision,
        restores=target,
    )


def _sentence(pk: UUID) -> Sentence:
    return Sentence.objects.select_related("article__project").get(pk=pk)


@contextmanager
def _one_write(sentence: Sentence) -> Iterator[None]:
    """A transaction in which the database's constraints decide between two writes under one id, and
    between a judgement and a sentence that is split or joined.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not Sentence.objects.filter(pk=sentence.pk).exists():
            raise WorkflowError(
                Refusal.GONE,
                _("This sentence was split or joined meanwhile. Reload the page and judge again."),
            ) from error
        raise _taken() from error


def _changed_row(
    draft: AnnotationDraft,
    position: int,
    last: Annotation | None,
    judgement: Judgement,
    version: CodebookVersion,
) -> Annotation | None:
    """The row to store for this annotation, or None where its content stands already."""
    sentence = judgement.sentence
    text = sentence.article.text
    stored = _draft(last, text) if last is not None and not last.deleted else None
    if draft == stored:
        return None
    labels = check_annotation(
        draft,
        text=text,
        home=(sentence.start, sentence.end),
        codebook=version.parsed(),
        new_work=judgement.restores is None,
    )
    if replace(draft, labels=labels) == stored:
        return None
    columns, added = five(labels)
    return Annotation(
        project_id=judgement.project_id,
        assignment_id=judgement.assignment_id,
        judgement_id=judgement.pk,
        sentence_id=sentence.pk,
        annotation_id=draft.annotation_id,
        seq=judgement.seq,
        position=position,
        first=last is None,
        spans=[list(span) for span in draft.spans],
        start=draft.spans[0][0],
        end=draft.spans[-1][1],
        source_chain=[str(pk) for pk in draft.source_chain],
        source_id=draft.source_chain[-1] if draft.source_chain else None,
        source_span=draft.source_span,
        cue_span=draft.cue_span,
        claim_text=draft.claim_text,
        note=draft.note,
        suggested=draft.suggested,
        preset=sorted(draft.preset),
        folded=fold(" … ".join(draft.quotes)),
        labels=added,
        codebook_version_id=version.pk,
        **columns,
    )


def _places(state: JudgementDraft, stood: Mapping[UUID, Annotation]) -> list[int]:
    """The position of each annotation: that at which it `stood`, else behind all of these, also for
    one that was deleted meanwhile.
    """
    kept = [stood.get(draft.annotation_id) for draft in state.annotations]
    behind = count(1 + max((row.position for row in kept if row), default=-1))
    return [row.position if row else next(behind) for row in kept]


def _tombstone(last: Annotation, judgement: Judgement) -> Annotation:
    """A copy of the last content that says it is deleted."""
    values = {
        f.attname: getattr(last, f.attname)
        for f in Annotation._meta.concrete_fields
        if f.name not in ("id", "judgement", "seq", "first", "deleted")
    }
    return Annotation(
        **values, id=uuid4(), judgement=judgement, seq=judgement.seq, first=False, deleted=True
    )


def _sources(state: JudgementDraft, assignment: Assignment, by: User) -> dict[UUID, Source]:
    """The sources of all chains, as the annotator may use them."""
    wanted = {pk for annotation in state.annotations for pk in annotation.source_chain}
    if not wanted:
        return {}
    found = {source.pk: source for source in sources_of(assignment.project_id, wanted)}
    for pk in wanted:
        source = found.get(pk)
        if source is None or not (
            source.status == Source.Status.ACCEPTED
            or source.shared
            or source.created_by_id == by.pk
        ):
            raise WorkflowError(
                Refusal.INVALID,
                _("There is no such source in this project: choose one from the list."),
                field="source_chain",
            )
        if source.kind == Source.Kind.AUTHOR:
            raise WorkflowError(
                Refusal.INVALID,
                _("The article’s author never stands in a chain: leave the source empty instead."),
                field="source_chain",
            )
        if source.article_id not in (None, assignment.article_id):
            raise WorkflowError(
                Refusal.INVALID,
                _("“%s” is an unnamed source of another article.") % source,
                field="source_chain",
            )
    return found


def _own_work(sentence: Sentence, by: User) -> tuple[Assignment, Judgement | None]:
    """The actor's assignment to the sentence's article, and the last revision of the sentence."""
    assignment, head = own_work(by, sentence)
    if assignment is None:
        raise WorkflowError(Refusal.GONE, _("This article is not assigned to you."))
    if not assignment.asks_for(sentence):
        raise WorkflowError(
            Refusal.CLOSED, _("You are asked about other sentences of this article.")
        )
    return assignment, head


def _require_open(assignment: Assignment) -> None:
    if assignment.state == Assignment.State.SUBMITTED:
        raise WorkflowError(
            Refusal.CLOSED,
            _("You have submitted this article. Ask a reviewer to reopen it if it needs a change."),
        )
    if not assignment.is_open:
        raise WorkflowError(
            Refusal.CLOSED, _("This article was withdrawn from you. What you did is kept.")
        )


def _other_sentence(pk: UUID, sentence: Sentence) -> Sentence:
    other = Sentence.objects.filter(article=sentence.article_id, pk=pk).first()
    if other is None or other.pk == sentence.pk:
        told = _("A sentence repeats another one of the same article.")
        raise JudgementError("duplicate_of", told)
    return other


def _count(assignment: Assignment, head: Judgement | None, new: Judgement) -> None:
    """Move the assignment on by this write, unless something else has moved it on before."""
    last_seq, state = assignment.last_seq, assignment.state
    done = (new.status in Judgement.DONE) - (head is not None and head.status in Judgement.DONE)
    assignment.last_seq = new.seq
    assignment.judged += done
    assignment.seconds_active += new.seconds
    if assignment.state == Assignment.State.ASSIGNED:
        assignment.state = Assignment.State.IN_PROGRESS
    if not move_on(assignment, last_seq=last_seq, state=state):
        raise _OvertakenError


def _is_complete(article: Article) -> bool:
    """No place is free, and none of the assignments is open."""
    return article.open_slots == 0 and not article.assignments.open().exists()


def _last_rows(rows: Iterable[AnyRow]) -> dict[UUID, AnyRow]:
    """The last row of each annotation, tombstones among them; `rows` come by seq."""
    return {row.annotation_id: row for row in rows}


def _standing(judgement: Judgement, rows: Iterable[AnyRow]) -> dict[UUID, AnyRow]:
    """The annotations that stood with this revision, in their order; `rows` come by seq."""
    last = _last_rows(row for row in rows if row.seq <= judgement.seq)
    standing = (row for row in last.values() if not row.deleted)
    return {row.annotation_id: row for row in sorted(standing, key=lambda row: row.position)}


def _state(
    judgement: Judgement, rows: Iterable[Annotation | Content], sentence: Sentence
) -> JudgementDraft:
    """The state that stood with this revision, from the annotation rows of its sentence, which come
    by seq.
    """
    return JudgementDraft(
        status=judgement.status,
        no_claim_reason=judgement.no_claim_reason,
        duplicate_of=judgement.duplicate_of_id,
        skip_reason=judgement.skip_reason,
        labels=judgement.labels,
        annotations=tuple(
            _draft(row, sentence.article.text) for row in _standing(judgement, rows).values()
        ),
    )


def _draft(row: Annotation | Content, text: str) -> AnnotationDraft:
    """A stored annotation as what its annotator sent."""
    labels: dict[str, Label] = {
        "kind": row.kind,
        "attribution_type": row.attribution_type,
        "stance": row.stance,
        "certainty": row.certainty,
        "confidence": row.confidence,
        **row.labels,
    }
    return AnnotationDraft(
        annotation_id=row.annotation_id,
        spans=tuple((start, end) for start, end in row.spans),
        quotes=tuple(text[start:end] for start, end in row.spans),
        labels=labels,
        source_chain=tuple(UUID(link) for link in row.source_chain),
        source_span=tuple(row.source_span) if row.source_span else None,
        cue_span=tuple(row.cue_span) if row.cue_span else None,
        claim_text=row.claim_text,
        note=row.note,
        suggested=row.suggested,
        preset=tuple(row.preset),
    )


def _replayed(
    assignment: Assignment, sentence: Sentence, written: Judgement, change: Change
) -> Saved:
    """Answer a write that was stored before, or refuse another one under its id."""
    if written.sentence_id != sentence.pk:
        raise _taken()
    rows = annotation_rows(assignment, sentence)
    before = JudgementDraft()
    if written.number > 1:
        parent = assignment.judgements.get(sentence=sentence, number=written.number - 1)
        before = _state(parent, rows, sentence)
    if change(before).digest() != written.digest:
        raise _taken()
    return _replay(written, assignment, sentence)


def _replay(written: Judgement, assignment: Assignment, sentence: Sentence) -> Saved:
    state = _state(written, annotation_rows(assignment, sentence), sentence)
    wanted = {pk for annotation in state.annotations for pk in annotation.source_chain}
    sources = Source.objects.in_bulk(wanted)
    return Saved(written, state, assignment, sources, replayed=True)


def _taken() -> WorkflowError:
    return WorkflowError(
        Refusal.REUSED,
        _("This id stands for another piece of work already. Reload the page and save again."),
        field="revision",
    )


def _stale(
    assignment: Assignment, sentence: Sentence, head: Judgement | None, *, mine: Change
) -> WorkflowError:
    stored = (
        _state(head, annotation_rows(assignment, sentence), sentence) if head else JudgementDraft()
    )
    return WorkflowError(
        Refusal.STALE,
        _("This sentence has changed since you opened it: in another window, or elsewhere."),
        head=str(head.revision) if head else None,
        stored=stored.content(),
        mine=mine(stored).content(),
    )
