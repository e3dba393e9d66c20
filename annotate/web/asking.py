"""Asking: what an annotator tells the reviewers about a sentence, and the reviewers' answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..errors import WorkflowError
from ..models import Assignment, Project, Remark, Sentence
from ..permissions import can_review, membership_of
from ..workflow.asking import answer, remark
from .guards import STATUS, UserRequest, in_project
from .paging import read_after, written_after
from .rulings import places, read_revision, read_ruling
from .workbench import at_sentence

PAGE = 20


@require_POST
@at_sentence
def ask(request: UserRequest, sentence: Sentence) -> HttpResponse:
    """Keep a question or comment; a script is answered with it as it stands beside the sentence."""
    get_object_or_404(Assignment.objects.of(request.user), article=sentence.article_id)
    said = remark(
        pk=read_revision(request.POST),
        sentence=sentence,
        by=request.user,
        text=request.POST.get("text", ""),
        wants_answer=request.POST.get("wants_answer") == "1",
    )
    project = sentence.article.project
    if request.htmx:
        shown = render_to_string("annotate/_remark.html", {"remark": said}, request)
        return JsonResponse({"sentence": str(sentence.pk), "remark": shown})
    messages.success(
        request,
        _("The reviewers read your question. The answer will stand here and on your desk.")
        if said.wants_answer
        else _("The reviewers read your comment when they settle the sentence."),
    )
    page = reverse("workbench", args=[project.slug, sentence.article_id])
    return redirect(f"{page}?sentence={sentence.pk}#sentence-{sentence.pk}")


@require_GET
@in_project(can_review)
def questions(request: UserRequest, project: Project) -> HttpResponse:
    return _page(request, project)


@require_POST
@in_project(can_review)
def answer_question(request: UserRequest, project: Project, remark: UUID) -> HttpResponse:
    asked = Remark.objects.addressed_to(request.user)
    question = get_object_or_404(asked, project=project, pk=remark)
    text = request.POST.get("text", "")
    try:
        answer(
            pk=read_revision(request.POST),
            question=question,
            by=request.user,
            text=text,
            seen=_count(request.POST),
            ruling=read_ruling(request.POST, text) if "rule" in request.POST else None,
        )
    except WorkflowError as error:
        return _page(request, project, error=error, at=question)
    messages.success(request, _("Answered: the annotator reads it beside the sentence."))
    return redirect("questions", project.slug)


def _page(
    request: UserRequest,
    project: Project,
    *,
    error: WorkflowError | None = None,
    at: Remark | None = None,
) -> HttpResponse:
    """The questions that wait, oldest first, or the answered ones, newest first. After a refusal
    that one question alone, with what was typed.
    """
    asked = Remark.objects.addressed_to(request.user).filter(project=project)
    answered, after = request.GET.get("show") == "answered", read_after(request.GET)
    found = asked.answered().newest_first(after) if answered else asked.open().oldest_first(after)
    if at is not None:
        found = asked.filter(pk=at.pk)
    told = found.with_words().with_answers().prefetch_related("rulings")
    shown = list(told[: PAGE + 1])
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "answered": answered,
        "remarks": shown[:PAGE],
        "more": written_after(shown[PAGE - 1]) if len(shown) > PAGE else "",
        "places": places(project),
        "error": error,
        "sent": request.POST if error else QueryDict(),
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/questions.html", context, status=status)


def _count(data: QueryDict) -> int:
    """How many answers the reviewer saw."""
    seen = data.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
