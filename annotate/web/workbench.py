"""The workbench: one article, sentence by sentence, as its annotator alone sees it.

The page knows all that its form needs (rows.py), so that moving about asks for nothing. A write is
answered in JSON with what it changed; without a script the page is shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ..domain.codebook import Codebook
from ..domain.judgement import JudgementDraft
from ..errors import Refusal, WorkflowError
from ..models import Assignment, Project, Sentence
from ..models.codebook import codebook_in_use
from ..models.hot import given_sentence
from ..permissions import can_annotate, membership_of
from ..workflow.labelling import (
    Change,
    Saved,
    history_of,
    judge,
    redo,
    state_of,
    states,
    submit,
    undo,
)
from ..workflow.sources import propose_source
from .beside import Beside, told
from .forms import (
    Typed,
    Write,
    missing_source,
    read_about,
    read_claim,
    read_duplicate,
    read_id,
    read_name,
    read_text,
)
from .guards import STATUS, UserRequest, View, in_project, problem, signed_in
from .markup import how_far
from .rows import (
    UNREAD,
    Judged,
    all_rows,
    as_json,
    claim_as_json,
    described,
    panel,
    typed_sources,
    used_sources,
    words_for_script,
    written,
)

MODULES = [
    f"annotate/{name}.js"
    for name in ("keymap", "outbox", "spans", "rows", "form", "pieces", "sources")
]
"""What the page imports, so that the browser asks for all of it at once."""
LATER = ["annotate/drawer.js", "annotate/deciding.js", "annotate/lengths.js"]
"""What the page loads with the first key or click: nobody needs it before."""


TOPS = 20  # changes that a page knows how to undo before it has asked again


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
            try:
                found = seen.get(project__slug=slug, pk=sentence)
            except Sentence.DoesNotExist:
                return _gone(request)
            if not can_annotate(request.user, found.article.project):
                raise PermissionDenied
        return view(request, found, *args, **kwargs)

    return signed_in(guarded)


def _gone(request: UserRequest) -> HttpResponse:
    """The page of a sentence that is not there, or not for this user; a script is told in words."""
    if not request.htmx:
        raise Http404
    message = _("This sentence is not here any more. Reload the page and judge what stands there.")
    answer = problem(request, WorkflowError(Refusal.GONE, message))
    answer.status_code = 404
    return answer


@never_cache  # else the way back shows what stood before the last saves
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
def sentence_state(request: UserRequest, sentence: Sentence) -> HttpResponse:
    """What stands for this sentence, for a page that may have missed something."""
    assignment = get_object_or_404(Assignment.objects.of(request.user), article=sentence.article_id)
    head, state = state_of(assignment, sentence)
    stands = {"head": head.revision if head else "", **_whole(sentence, state)}
    return _json({**_told(sentence, assignment), **stands, **_tops(assignment)})


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
def propose_named(request: UserRequest, sentence: Sentence) -> HttpResponse:
    """Propose the source that is named in the form, which comes back with it in the chain. A script
    asks for this by `propose-source`.
    """
    typed = Typed.sent(request.POST)
    field = missing_source(typed, sentence, request.user)
    name = read_name(request.POST, field)
    try:
        source = propose_source(
            article=sentence.article, by=request.user, name=name, kind=typed.source_kind
        )
    except WorkflowError as error:
        return _form_again(request, sentence, typed, error)
    said = _("“%s” stands in the chain of the claim now, which is not saved yet.") % name
    messages.success(request, said)
    return _form_again(request, sentence, typed.linked(field, source.pk))


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
    reason = read_text(request.POST, "skip_reason")
    return _judge(request, sentence, lambda state: state.as_skipped(reason))


@require_POST
@in_project(can_annotate)
def undo_change(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    nothing = _("There is nothing left to undo here.")
    return _go_in_history(request, project, article, undo, nothing)


@require_POST
@in_project(can_annotate)
def redo_change(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    return _go_in_history(request, project, article, redo, _("There is nothing to redo."))


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
        if request.htmx or error.code not in (Refusal.INVALID, Refusal.REUSED):
            raise
        return _form_again(request, sentence, Typed.sent(request.POST), error)
    if not request.htmx:
        return redirect(_address(sentence, done=saved.judgement.status in saved.judgement.DONE))
    claim = next(
        (
            claim_as_json(each, saved.sources, sentence.article.text)
            for each in saved.state.annotations
            if str(each.annotation_id) == request.POST.get("annotation_id")
        ),
        None,
    )
    return _json(
        {
            **_told(sentence, saved.assignment),
            "head": saved.judgement.revision,
            "count": len(saved.state.annotations),
            "claim": claim,
        }
    )


def _form_again(
    request: UserRequest, sentence: Sentence, typed: Typed, error: WorkflowError | None = None
) -> HttpResponse:
    """The page as it was sent, with all that was typed."""
    assignment = get_object_or_404(
        Assignment.objects.of(request.user).select_related("article__publisher"),
        article=sentence.article_id,
    )
    assignment.project = sentence.article.project
    return _page(request, assignment, focus=sentence.pk, typed=typed, error=error)


def _json(answer: Mapping[str, object]) -> HttpResponse:
    return HttpResponse(written(answer), content_type="application/json")


def _go_in_history(
    request: UserRequest,
    project: Project,
    article: UUID,
    step: Callable[..., Saved],
    nothing: str,
) -> HttpResponse:
    """Undo or redo, and answer with all that stands for the sentence since; `nothing` says that the
    page knew of no change.
    """
    assignment = get_object_or_404(
        Assignment.objects.of(request.user), project=project, article=article
    )
    sent = Write.sent(request.POST)
    if sent.parent is None:
        error = WorkflowError(Refusal.GONE, nothing)
        return problem(request, error) if request.htmx else _page(request, assignment, error=error)
    saved = step(assignment=assignment, by=request.user, revision=sent.revision, parent=sent.parent)
    sentence = saved.judgement.sentence
    if not request.htmx:
        return redirect(_address(sentence))
    stands = {"head": saved.judgement.revision, **_whole(sentence, saved.state)}
    told = _told(sentence, saved.assignment)
    return _json({**told, **stands, **_tops(saved.assignment)})


def _told(sentence: Sentence, assignment: Assignment) -> dict[str, object]:
    """What each answer tells: the sentence, and how far the article is."""
    article = sentence.article
    assignment.article = article
    progress = how_far(assignment, slug=article.project.slug)
    return {"sentence": sentence.pk, "progress": progress}


def _whole(sentence: Sentence, state: JudgementDraft) -> dict[str, object]:
    """The whole of what stands, as the page keeps it."""
    repeats = state.duplicate_of
    other = sentence.article.sentences.filter(pk=repeats).first() if repeats else None
    numbers = {other.pk: other.index + 1} if other else {}
    return {"judgement": as_json(state, used_sources([state]), sentence.article.text, numbers)}


def _tops(assignment: Assignment) -> dict[str, object]:
    """The last changes that can be undone and redone, the first to go last: revision, sentence."""
    past = history_of(assignment)
    return {
        name: [(change.revision, change.sentence) for change in changes[-TOPS:]]
        for name, changes in (("undo", past.done), ("redo", past.undone))
    }


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
    article.project = project
    sentences = list(article.sentences.order_by("index"))
    for sentence in sentences:
        sentence.article = article
    judged = states(assignment, sentences)
    asked = [each for each in sentences if assignment.asks_for(each)]
    said, around = told(assignment)
    back = {pk for pk, each in said.items() if each.notices} if around["notice"] else set()
    here = _in_focus(asked, judged, sentence=focus, claim=claim, back=back)
    head, state = judged.get(here.pk, UNREAD)
    sources = used_sources(each for _head, each in judged.values())
    if typed:
        sources |= typed_sources(typed, article, request.user)
    typed = typed or _typed(state, claim, article.text)
    codebook = _codebook(project)
    rows = all_rows(
        sentences, judged, assignment=assignment, sources=sources, codebook=codebook, here=here
    )
    tops = _tops(assignment)
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "assignment": assignment,
        "article": article,
        "rows": rows,
        "progress": how_far(assignment, slug=project.slug),
        "title_in_text": not (article.title or article.external_id)
        or any(sentence.block == Sentence.Block.TITLE for sentence in sentences),
        "panel": panel(
            here,
            head,
            state,
            typed=typed,
            sources=sources,
            codebook=codebook,
            row=rows[sentences.index(here)],
        ),
        "modules": MODULES,
        "later": [
            *LATER,
            "annotate/language.js",
            *["annotate/suggestions.js"] * (project.suggestions and assignment.is_open),
        ],
        "words": written(words_for_script()),
        "tops": written(tops),
        **tops,
        **around,
        "beside": _beside(request, said),
        "error": error,
        "message": error.message if error else "",
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/workbench.html", context, status=status)


def _beside(request: UserRequest, said: Beside) -> dict[UUID, str]:
    """What stands beside sentences, as HTML."""
    return {
        pk: render_to_string("annotate/_beside.html", {"said": each}, request)
        for pk, each in said.items()
    }


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
    mine = described(error.details["mine"], codebook)
    context = {
        "project": sentence.article.project,
        "message": error.message,
        "sentence": sentence,
        "stored": [line for line in stored if line not in mine],
        "mine": [line for line in mine if line not in stored],
        "again": again,
        "parent": error.details["head"] or "",
        "revision": uuid4(),
        "address": _address(sentence).partition("#")[0],  # with it, the browser would not load
    }
    template = "annotate/_versions.html" if request.htmx else "annotate/workbench_stale.html"
    answer = render(request, template, context, status=STATUS[error.code])
    answer.headers["X-Refusal"] = error.code.value
    answer.headers["X-Head"] = error.details["head"] or ""
    return answer


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
    back: Collection[UUID],
) -> Sentence:
    """The sentence asked for, or that of the claim; else the first one not judged, or, where all
    are, the first of those that were sent `back`.
    """

    def is_asked_for(each: Sentence) -> bool:
        _head, state = judged.get(each.pk, UNREAD)
        return each.pk == sentence or any(a.annotation_id == claim for a in state.annotations)

    def is_open(each: Sentence) -> bool:
        head, _state = judged.get(each.pk, UNREAD)
        return head is None or head.status not in head.DONE

    asked_for = next(filter(is_asked_for, sentences), None)
    sent_back = next((each for each in sentences if each.pk in back), sentences[0])
    return asked_for or next(filter(is_open, sentences), sent_back)


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
