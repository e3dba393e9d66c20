"""The workbench: one article, sentence by sentence, as its annotator alone sees it.

A save is answered with the row of its sentence and the progress; without a script the page is
shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..domain.codebook import Codebook
from ..domain.judgement import JudgementDraft
from ..errors import Refusal, WorkflowError
from ..models import Assignment, Judgement, Project, Sentence
from ..models.codebook import codebook_in_use
from ..models.hot import given_sentence
from ..permissions import can_annotate, membership_of
from ..workflow.labelling import Change, Saved, judge, states, submit, undo
from .forms import Typed, Write, read_about, read_claim, read_duplicate, read_id
from .guards import STATUS, UserRequest, View, in_project, signed_in
from .rows import described, panel, row, typed_sources, used_sources

Judged = tuple[Judgement | None, JudgementDraft]
UNREAD: Judged = (None, JudgementDraft())


def at_sentence(view: View) -> View:
    """For views under a sentence: who may not see it finds nothing, who only reads may not write.

    The view gets the sentence, with article and project, in the place of slug and id.
    """

    @wraps(view)
    def guarded(
        request: UserRequest, slug: str, sentence: UUID, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        found = given_sentence(request.user, slug, sentence)
        if found is None:  # seldom, so that what is asked here may cost more
            seen = Sentence.objects.placed().visible_to(request.user)
            found = get_object_or_404(seen, project__slug=slug, pk=sentence)
            if not can_annotate(request.user, found.article.project):
                raise PermissionDenied
        return view(request, found, *args, **kwargs)

    return signed_in(guarded)


@require_GET
@in_project(can_annotate)
def workbench(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    assignment = get_object_or_404(
        Assignment.objects.of(request.user).select_related("article__publisher"),
        project=project,
        article=article,
    )
    assignment.project = project
    focus, claim = read_id(request.GET, "sentence"), read_id(request.GET, "claim")
    return _page(request, assignment, focus=focus, claim=claim)


@require_GET
@at_sentence
def claim_form(request: UserRequest, sentence: Sentence) -> HttpResponse:
    """The panel for this sentence, with the claim `?claim=` in it or an empty one."""
    assignment = get_object_or_404(Assignment.objects.of(request.user), article=sentence.article_id)
    head, state = states(assignment, [sentence]).get(sentence.pk, UNREAD)
    typed = _typed(state, read_id(request.GET, "claim"), sentence.article.text)
    context = {
        "project": sentence.article.project,
        "assignment": assignment,
        "panel": panel(
            sentence,
            head,
            state,
            typed=typed,
            sources=used_sources([state]),
            codebook=_codebook(sentence.article.project),
        ),
    }
    return render(request, "annotate/_panel.html", context)


@require_POST
@at_sentence
def save_claim(request: UserRequest, sentence: Sentence) -> HttpResponse:
    def change(state: JudgementDraft) -> JudgementDraft:
        claim = read_claim(
            Typed.sent(request.POST),
            sentence=sentence,
            codebook=_codebook(sentence.article.project),
            by=request.user,
        )
        return claim.put(state)

    return _judge(request, sentence, change)


@require_POST
@at_sentence
def delete_claim(request: UserRequest, sentence: Sentence, annotation: UUID) -> HttpResponse:
    return _judge(request, sentence, lambda state: state.without_annotation(annotation))


@require_POST
@at_sentence
def finish_sentence(request: UserRequest, sentence: Sentence) -> HttpResponse:
    return _judge(request, sentence, JudgementDraft.finished)


@require_POST
@at_sentence
def no_claim(request: UserRequest, sentence: Sentence) -> HttpResponse:
    def change(state: JudgementDraft) -> JudgementDraft:
        reason = request.POST.get("no_claim_reason", "")
        return state.as_no_claim(reason, read_duplicate(request.POST, sentence))

    return _judge(request, sentence, change)


@require_POST
@at_sentence
def skip_sentence(request: UserRequest, sentence: Sentence) -> HttpResponse:
    reason = request.POST.get("skip_reason", "").strip()
    return _judge(request, sentence, lambda state: state.as_skipped(reason))


@require_POST
@at_sentence
def undo_change(request: UserRequest, sentence: Sentence) -> HttpResponse:
    def write(sent: Write) -> Saved:
        if sent.parent is None:
            raise WorkflowError(Refusal.GONE, _("There is nothing left to undo here."))
        return undo(sentence=sentence, by=request.user, revision=sent.revision, parent=sent.parent)

    return _answer(request, sentence, write)


@require_POST
@in_project(can_annotate)
def submit_article(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    assignment = get_object_or_404(
        Assignment.objects.of(request.user), project=project, article=article
    )
    submit(assignment=assignment, by=request.user)
    messages.success(request, _("Handed in. Thank you."))
    return redirect("desk", project.slug)


def _judge(request: UserRequest, sentence: Sentence, change: Change) -> HttpResponse:
    """Make this change, together with what the form says of the whole sentence."""

    def write(sent: Write) -> Saved:
        about = read_about(request.POST, _codebook(sentence.article.project))
        return judge(
            sentence=sentence,
            by=request.user,
            revision=sent.revision,
            parent=sent.parent,
            change=lambda state: replace(change(state), labels=about),
            seconds=sent.seconds,
        )

    return _answer(request, sentence, write)


def _answer(
    request: UserRequest, sentence: Sentence, write: Callable[[Write], Saved]
) -> HttpResponse:
    """Write, and answer with the new row; or say why not, with all that was typed still there."""
    try:
        saved = write(Write.sent(request.POST))
    except WorkflowError as error:
        if error.code == Refusal.STALE:
            return _stale(request, sentence, error)
        if request.htmx or error.code != Refusal.INVALID:
            raise
        assignment = get_object_or_404(
            Assignment.objects.of(request.user).select_related("article__publisher"),
            article=sentence.article_id,
        )
        assignment.project = sentence.article.project
        return _page(
            request, assignment, focus=sentence.pk, typed=Typed.sent(request.POST), error=error
        )
    if not request.htmx:
        return redirect(_address(sentence, done=saved.judgement.status in saved.judgement.DONE))
    context = {
        "project": sentence.article.project,
        "assignment": saved.assignment,
        "total": sentence.article.sentence_count,
        "row": row(
            sentence,
            saved.judgement,
            saved.state,
            sources=saved.sources,
            codebook=_codebook(sentence.article.project),
        ),
    }
    return render(request, "annotate/_saved.html", context)


def _page(
    request: UserRequest,
    assignment: Assignment,
    *,
    focus: UUID | None = None,
    claim: UUID | None = None,
    typed: Typed | None = None,
    error: WorkflowError | None = None,
) -> HttpResponse:
    """The whole page. In focus is the sentence asked for, else the first one not judged."""
    article, project = assignment.article, assignment.project
    sentences = list(article.sentences.order_by("index"))
    for sentence in sentences:
        sentence.article = article
    judged = states(assignment, sentences)
    here = _in_focus(sentences, judged, sentence=focus, claim=claim)
    head, state = judged.get(here.pk, UNREAD)
    typed = typed or _typed(state, claim, article.text)
    sources = used_sources(each for _head, each in judged.values())
    if error and typed:
        sources |= typed_sources(typed, article, request.user)
    codebook = _codebook(project)
    rows = [
        row(
            sentence,
            *judged.get(sentence.pk, UNREAD),
            sources=sources,
            codebook=codebook,
            here=sentence == here,
        )
        for sentence in sentences
    ]
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "assignment": assignment,
        "article": article,
        "rows": rows,
        "total": len(rows),
        "title_in_text": any(sentence.block == Sentence.Block.TITLE for sentence in sentences),
        "panel": panel(here, head, state, typed=typed, sources=sources, codebook=codebook),
        "error": error,
        "message": error.message if error else "",
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/workbench.html", context, status=status)


def _stale(request: UserRequest, sentence: Sentence, error: WorkflowError) -> HttpResponse:
    """Both versions, and what was sent, ready to be sent again on top of the stored one."""
    codebook = _codebook(sentence.article.project)
    again = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("csrfmiddlewaretoken", "revision", "parent")
    ]
    stored = described(error.details["stored"], codebook)
    mine = described(error.details["mine"], codebook) if error.details["mine"] else []
    context = {
        "project": sentence.article.project,
        "message": error.message,
        "sentence": sentence,
        "stored": [line for line in stored if line not in mine],
        "mine": [line for line in mine if line not in stored],
        "again": again if mine else None,
        "parent": error.details["head"] or "",
        "revision": uuid4(),
        "address": _address(sentence).partition("#")[0],  # with it, the browser would not load
    }
    template = "annotate/_stale.html" if request.htmx else "annotate/workbench_stale.html"
    return render(request, template, context, status=STATUS[error.code])


def _typed(state: JudgementDraft, claim: UUID | None, text: str) -> Typed | None:
    """The form filled with this claim of the sentence, if it is one."""
    return next(
        (Typed.of(each, text) for each in state.annotations if each.annotation_id == claim), None
    )


def _in_focus(
    sentences: Sequence[Sentence],
    judged: Mapping[UUID, Judged],
    *,
    sentence: UUID | None,
    claim: UUID | None,
) -> Sentence:
    """The sentence asked for, or that of the claim; else the first one not judged."""

    def is_asked_for(each: Sentence) -> bool:
        _head, state = judged.get(each.pk, UNREAD)
        return each.pk == sentence or any(a.annotation_id == claim for a in state.annotations)

    def is_open(each: Sentence) -> bool:
        head, _state = judged.get(each.pk, UNREAD)
        return head is None or head.status not in head.DONE

    asked_for = next(filter(is_asked_for, sentences), None)
    return asked_for or next(filter(is_open, sentences), sentences[0])


def _codebook(project: Project) -> Codebook:
    version = codebook_in_use(project)
    if version is None:
        raise WorkflowError(Refusal.CLOSED, _("This project has no codebook yet."))
    return version.parsed()


def _address(sentence: Sentence, *, done: bool = False) -> str:
    """The workbench at this sentence; after it is judged, at the next one not judged."""
    slug = sentence.article.project.slug
    page = reverse("workbench", args=[slug, sentence.article_id])
    return page if done else f"{page}?sentence={sentence.pk}#sentence-{sentence.pk}"
