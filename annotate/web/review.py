"""The reviewer's table: the queue of sentences to settle, one sentence with all its claims, and
what a click there does.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..errors import Refusal, WorkflowError
from ..models import ClaimGroup, Decision, Project, Remark, Sentence, Source
from ..permissions import can_review, can_settle, membership_of
from ..workflow.review import reopen, settle
from .guards import STATUS, UserRequest, in_project
from .review_form import read_choices, read_group, read_moment
from .review_queue import Queue, entries, place_of, read_place, written
from .review_table import item_of

PAGE = 30
BESIDE = 7
NAMES_OFFERED = 300


@require_GET
@in_project(can_review)
def review(request: UserRequest, project: Project) -> HttpResponse:
    queue = Queue.of(request, project)
    found = list(queue.behind(read_place(request.GET)).with_words()[: PAGE + 1])
    context = {
        **_frame(request, queue),
        "entries": entries(queue, found[:PAGE]),
        "more": written(place_of(found[PAGE - 1], worst_first=bool(queue.order)))
        if len(found) > PAGE
        else "",
    }
    return render(request, "annotate/review.html", context)


@require_GET
@in_project(can_review)
def review_sentence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    return _item_page(request, Queue.of(request, project), _readable(request, project, sentence))


@require_POST
@in_project(can_review)
def settle_sentence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    place, sent = queue.place(found), request.POST.copy()
    try:
        decisions = settle(
            sentence=found,
            by=request.user,
            choices=read_choices(sent, found, project, request.user),
            reason=sent.get("reason", ""),
            note=sent.get("note", "").replace("\r\n", "\n"),
            completed_at=read_moment(sent),
        )
    except WorkflowError as error:
        return _refused(request, queue, found, sent, error)
    return redirect(queue.next_address(place, [decision.group_id for decision in decisions]))


@require_POST
@in_project(can_review)
def reopen_sentence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    groups = [read_group(pk) for pk in request.POST.getlist("group")]
    reopen(sentence=found, by=request.user, groups=groups or None)
    messages.success(request, _("Reopened: it waits for a new decision."))
    address = reverse("review-sentence", args=[project.slug, found.pk])
    return redirect(address + queue.address(settled=False))


def _readable(request: UserRequest, project: Project, pk: UUID) -> Sentence:
    """A sentence on which the reviewer may read others' work."""
    found = Sentence.objects.reviewable_by(request.user).select_related("article")
    sentence: Sentence = get_object_or_404(found, project=project, pk=pk)
    sentence.article.project = project
    return sentence


def _to_change(request: UserRequest, project: Project, pk: UUID) -> Sentence:
    """A sentence of an article that the reviewer may settle, complete or not: the workflow says
    what is possible now.
    """
    found = Sentence.objects.visible_to(request.user).select_related("article")
    sentence: Sentence = get_object_or_404(found, project=project, pk=pk)
    sentence.article.project = project
    if not can_settle(request.user, sentence.article):
        raise PermissionDenied
    return sentence


def _item_page(
    request: UserRequest,
    queue: Queue,
    sentence: Sentence,
    *,
    sent: QueryDict | None = None,
    error: WorkflowError | None = None,
) -> HttpResponse:
    item = item_of(queue.project, sentence, sent=sent)
    place = queue.place(sentence)
    context = {
        **_frame(request, queue),
        "item": item,
        "names_shown": queue.names or not item.waits,
        "may_settle": can_settle(request.user, sentence.article),
        "beside": entries(queue, list(queue.behind(place).with_words()[:BESIDE])),
        "sources": _offered(request, sentence) if item.waits else [],
        "reasons": Decision.Reason.choices,
        "remarks": Remark.objects.visible_to(request.user).on([sentence]).with_answers(),
        "error": error,
        "error_in_form": item.waits and error is not None and error.code == Refusal.INVALID,
    }
    return render(
        request,
        "annotate/review_sentence.html",
        context,
        status=STATUS[error.code] if error else 200,
    )


def _refused(
    request: UserRequest, queue: Queue, sentence: Sentence, sent: QueryDict, error: WorkflowError
) -> HttpResponse:
    """The sentence as it stands now, with the refusal and what was chosen; where an annotator has
    the article again, the refusal alone.
    """
    if not Sentence.objects.reviewable_by(request.user).filter(pk=sentence.pk).exists():
        raise error
    return _item_page(request, queue, sentence, sent=sent, error=error)


def _frame(request: UserRequest, queue: Queue) -> dict[str, object]:
    """What both pages show around their content."""
    return {
        "project": queue.project,
        "membership": membership_of(request.user, queue.project),
        "queue": queue,
        "left": queue.left(),
        "undo": _undoable(request),
    }


def _undoable(request: UserRequest) -> list[ClaimGroup]:
    """What was settled by the click that led here, if it still stands."""
    asked = [read_group(pk) for pk in request.GET.getlist("undo")]
    if not asked:
        return []
    groups = ClaimGroup.objects.visible_to(request.user)
    return list(groups.filter(pk__in=asked, status=ClaimGroup.Status.DECIDED))


def _offered(request: UserRequest, sentence: Sentence) -> list[str]:
    """Names of sources to choose from while typing."""
    usable = Source.objects.usable_by(request.user, sentence.article)
    found = usable.filter(project=sentence.project_id).order_by("created_at")[:NAMES_OFFERED]
    return sorted({source.name_in(sentence.article.language) for source in found})
