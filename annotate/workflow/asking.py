"""Asking: remarks on sentences, answers to them, rulings for everybody, and notices to annotators.

A remark, answer or ruling is sent under an id that its client made: sent again, it answers the
same and stores nothing; another one under that id is refused as reused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from ..domain.judgement import JudgementError, check_text
from ..errors import Refusal, WorkflowError
from ..models import (
    Answer,
    Assignment,
    Notice,
    Project,
    Remark,
    Ruling,
    Sentence,
)
from ..models.codebook import codebook_in_use
from .locking import lock_project

Row = TypeVar("Row", Remark, Answer, Ruling)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingDraft:
    """A ruling as a reviewer writes it: its text, and the dimension and option it is about."""

    text: str
    dimension: str = ""
    value: str = ""


@transaction.atomic
def remark(*, pk: UUID, sentence: Sentence, by: User, text: str, wants_answer: bool) -> Remark:
    """Tell the reviewers something about a sentence of one's article: a question if it wants an
    answer, else a comment.
    """
    given = Assignment.objects.of(by).filter(article=sentence.article_id)
    assignment = given.select_for_update(of=("self",)).first()
    if assignment is None or assignment.state == Assignment.State.WITHDRAWN:
        raise WorkflowError(Refusal.GONE, _("This article is not assigned to you."))
    if not Sentence.objects.filter(pk=sentence.pk).exists():
        raise WorkflowError(
            Refusal.GONE,
            _("This sentence was split or joined meanwhile. Reload the page and ask again."),
        )
    new = Remark(
        id=pk,
        created_by=by,
        project_id=assignment.project_id,
        assignment=assignment,
        sentence=sentence,
        text=_text(text, "text", _("Write what the reviewers should know.")),
        wants_answer=wants_answer,
    )
    return _once(new, "assignment_id", "sentence_id", "text", "wants_answer")


@transaction.atomic
def answer(
    *, pk: UUID, question: Remark, by: User, text: str, seen: int, ruling: RulingDraft | None = None
) -> Answer:
    """Answer a question, and make the answer a ruling if there is a draft of one.

    `seen` is how many answers there were when the reviewer looked: another one since then is
    refused as stale. A further answer stands in the place of the last.
    """
    locked = Remark.objects.select_for_update(of=("self",)).select_related("project")
    question = locked.get(pk=question.pk)
    stored = Answer.objects.filter(pk=pk).first()
    count = question.answers.count()
    if question.created_by_id == by.pk:
        raise WorkflowError(Refusal.CLOSED, _("This is your own question: somebody else answers."))
    if not question.wants_answer:
        raise WorkflowError(Refusal.CLOSED, _("This is a comment: it waits for no answer."))
    if stored is None and count != seen:
        raise WorkflowError(
            Refusal.STALE, _("Somebody has answered since you opened the page: look at it again.")
        )
    new = Answer(
        id=pk,
        created_by=by,
        project_id=question.project_id,
        remark=question,
        number=count + 1,
        text=_text(text, "text", _("Write an answer.")),
    )
    answered = _once(new, "remark_id", "created_by_id", "text")
    if ruling is not None and stored is None:
        rule(pk=uuid4(), project=question.project, by=by, draft=ruling, question=question)
    return answered


@transaction.atomic
def rule(
    *,
    pk: UUID,
    project: Project,
    by: User,
    draft: RulingDraft,
    question: Remark | None = None,
    supersedes: Ruling | None = None,
) -> Ruling:
    """Make a ruling that every member reads, in the place of another one if it supersedes one."""
    project = lock_project(project)
    _check_place(project, draft)
    new = Ruling(
        id=pk,
        created_by=by,
        project=project,
        text=_text(draft.text, "ruling", _("Write the ruling.")),
        dimension=draft.dimension,
        value=draft.value,
        question=question,
        supersedes=supersedes,
    )
    return _ruled(new)


@transaction.atomic
def withdraw_ruling(*, pk: UUID, ruling: Ruling, by: User, text: str) -> Ruling:
    """Say that a ruling holds no longer, and why; what it said stays readable."""
    new = Ruling(
        id=pk,
        created_by=by,
        project=lock_project(ruling.project),
        text=_text(text, "text", _("Say why it holds no longer.")),
        dimension=ruling.dimension,
        value=ruling.value,
        supersedes=ruling,
        withdraws=True,
    )
    return _ruled(new)


def give_notice(
    *,
    assignment: Assignment,
    by: User,
    what: Notice.What,
    text: str,
    sentences: Iterable[Sentence] = (),
) -> Notice:
    """Tell an annotator why the assignment was sent back or withdrawn; called inside the
    transaction of that change.
    """
    concerned = list(sentences)
    if any(each.article_id != assignment.article_id for each in concerned):
        raise WorkflowError(
            Refusal.INVALID, _("The sentences are those of the article."), field="sentences"
        )
    notice = Notice.objects.create(
        created_by=by,
        project_id=assignment.project_id,
        assignment=assignment,
        what=what,
        text=_text(text, "note", _("Say why.")),
    )
    notice.sentences.set(concerned)
    return notice


def _ruled(new: Ruling) -> Ruling:
    """Store it, unless what it supersedes holds no longer; under the project's lock."""
    standing = Ruling.objects.standing().filter(project=new.project)
    gone = bool(new.supersedes_id) and not standing.filter(pk=str(new.supersedes_id)).exists()
    if gone and not Ruling.objects.filter(pk=str(new.pk)).exists():
        raise WorkflowError(
            Refusal.STALE, _("This ruling was replaced or withdrawn meanwhile: look at it again.")
        )
    return _once(new, "project_id", "text", "dimension", "value", "supersedes_id", "withdraws")


def _check_place(project: Project, draft: RulingDraft) -> None:
    """The dimension and option are those of the project's codebook."""
    if not draft.dimension and not draft.value:
        return
    version = codebook_in_use(project)
    dimension = version.parsed().dimension(draft.dimension) if version else None
    if dimension is None or (draft.value and dimension.option(draft.value) is None):
        raise WorkflowError(
            Refusal.INVALID,
            _("The codebook has no such option: choose one from the list."),
            field="about",
        )


def _once(new: Row, *told: str) -> Row:
    """Store the row, or answer with the one stored under its id, if it tells the same."""
    kind: Any = type(new)
    stored: Row | None = kind.objects.filter(pk=new.pk).first()
    if stored is None:
        new.save(force_insert=True)
        return new
    if any(getattr(stored, name) != getattr(new, name) for name in told):
        _taken()
    return stored


def _taken() -> NoReturn:
    raise WorkflowError(
        Refusal.REUSED,
        _("This id stands for another piece of work already. Reload the page and send it again."),
        field="revision",
    )


def _text(text: str, field: str, empty: str) -> str:
    """The words without blank edges; refused where there are none, too many, or unstorable ones.

    The edges count, as on the page (lengths.js): what is blank differs from language to language.
    """
    sent = text.replace("\r\n", "\n")
    if not (words := sent.strip()):
        raise WorkflowError(Refusal.INVALID, empty, field=field)
    try:
        check_text(field, sent)
    except JudgementError as error:
        raise WorkflowError(
            Refusal.INVALID, _(error.template) % error.params, field=error.field
        ) from error
    return words
