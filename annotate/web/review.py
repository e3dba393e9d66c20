"""The reviewer's table: the queue of sentences to settle, one sentence with all its claims, and
what a click there does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ..errors import Refusal, WorkflowError
from ..models import (
    Article,
    ClaimGroup,
    Decision,
    Project,
    Regrouping,
    ReviewItem,
    SecondLook,
    Sentence,
)
from ..models.hot_review import (
    item_on,
    reviewable_sentence,
    spot_checks_left,
    ungrouped_articles,
)
from ..permissions import can_manage, can_review, can_settle, leaves_to, membership_of
from ..workflow.grouping import regroup
from ..workflow.naming import name_source
from ..workflow.presence import hold, others_on
from ..workflow.regrouping import join_groups, split_group, undo_regrouping
from ..workflow.review import (
    held_by_annotators,
    reopen,
    require_complete,
    send_back,
    settle,
    settle_as_empty,
    undo_settling,
)
from .failure_words import failure_words
from .forms import read_text
from .guards import STATUS, UserRequest, in_project
from .review_form import (
    missing_source,
    missing_sources,
    read_choices,
    read_group,
    read_groups,
    read_living,
    read_moment,
    read_new_source,
    read_readers,
)
from .review_queue import Entry, Queue, entries, written
from .review_table import Missing, item_of

PAGE = 30
BESIDE = 7


@never_cache  # else the way back shows it to whoever comes after one has signed out
@require_GET
@in_project(can_review)
def review(request: UserRequest, project: Project) -> HttpResponse:
    queue = Queue.of(request, project)
    found = queue.page(queue.asked_place, PAGE + 1)
    failed = ungrouped_articles(project)
    context = {
        **_frame(request, queue),
        "entries": entries(queue, found[:PAGE]),
        "more": written(queue.place_of(found[PAGE - 1])) if len(found) > PAGE else "",
        "failed": failed,
        "may_manage": bool(failed) and can_manage(request.user, project),
        "spot_checks": spot_checks_left(project),
    }
    return render(request, "annotate/review.html", context)


@never_cache
@require_GET
@in_project(can_review)
def review_sentence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    queue = Queue.of(request, project)
    try:
        found = _readable(request, project, sentence)
    except WorkflowError as error:
        context = {**_frame(request, queue), "message": error.message}
        return render(request, "annotate/review_held.html", context, status=STATUS[error.code])
    return _item_page(request, queue, found)


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
            note=read_text(sent, "note"),
            completed_at=read_moment(sent),
        )
    except WorkflowError as error:
        return _refused(request, queue, found, sent, error)
    return _settled(request, queue, found, place, decisions)


@require_POST
@in_project(can_review)
def settle_empty(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    """Nothing is claimed in the sentence, whatever was found or agreed there."""
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    place, sent = queue.place(found), request.POST.copy()
    try:
        decisions = settle_as_empty(
            sentence=found,
            by=request.user,
            seen=read_living(sent),
            reason=sent.get("reason", ""),
            note=read_text(sent, "note"),
            completed_at=read_moment(sent),
        )
    except WorkflowError as error:
        return _refused(request, queue, found, sent, error)
    return _settled(request, queue, found, place, decisions)


@require_GET
@in_project(can_review)
def missing_named(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    """What is offered for a chain as it is typed: to add the first source that is missing, if
    any.
    """
    found, queue = _readable(request, project, sentence), Queue.of(request, project)
    address, claim = queue.at(found.pk, "name-source"), read_group(request.GET.get("adds", ""))
    return _adding(request, missing_source(request.GET, claim, found, request.user, address))


@require_POST
@in_project(can_review)
def add_named(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    """Add the source that is named in a chain. A script gets what is missing in the chain then;
    without one the form comes back as it was filled in.
    """
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    sent, new = request.POST, read_new_source(request.POST, queue.at(found.pk, "name-source"))
    try:
        source = name_source(sentence=found, by=request.user, name=new.name, kind=new.kind)
    except WorkflowError as error:
        if not request.htmx:
            return _refused(request, queue, found, sent, error)
        if error.code != Refusal.INVALID:
            raise
        return _adding(request, replace(new, problem=error.message))
    told = _("“%(name)s” is a source now, as %(kind)s.")
    told %= {"name": new.name, "kind": source.get_kind_display()}
    if request.htmx:
        missing = missing_source(sent, new.claim, found, request.user, new.address)
        return _adding(request, missing, told)
    messages.success(request, told + " " + _("The sentence is not settled yet."))
    return _item_page(request, queue, found, sent=sent)


@require_POST
@in_project(can_review)
def undo_sentence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    undo_settling(sentence=found, by=request.user, groups=read_groups(request.POST))
    messages.success(request, _("Taken back: the sentence waits again."))
    return _to_item(queue, found)


@require_POST
@in_project(can_review)
def reopen_sentence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    groups = read_groups(request.POST)
    reopen(
        sentence=found, by=request.user, groups=groups or None, note=read_text(request.POST, "note")
    )
    messages.success(request, _("Reopened: it waits for a new decision."))
    return _to_item(queue, found)


@require_POST
@in_project(can_review)
def send_sentence_back(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    place, sent = queue.place(found), request.POST
    readers = read_readers(sent)
    try:
        asked = send_back(
            sentences=[found], by=request.user, note=read_text(sent, "note"), readers=readers
        )
    except WorkflowError as error:
        return _unchanged(request, queue, found, error)
    told = ngettext(
        "Sent back to %(count)d annotator. The article comes here again when it is handed in.",
        "Sent back to %(count)d annotators. The article comes here again when it is handed in.",
        len(asked),
    )
    messages.success(request, told % {"count": len(asked)})
    return redirect(queue.address_of(queue.next_item(found, place)))


@require_POST
@in_project(can_review)
def split(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    group = get_object_or_404(found.groups, pk=read_group(request.POST.get("group", "")))
    members = [read_group(pk) for pk in request.POST.getlist("member")]
    try:
        why = read_text(request.POST, "why")
        split_group(group=group, by=request.user, members=members, reason=why)
    except WorkflowError as error:
        return _unchanged(request, queue, found, error)
    messages.success(request, _("These are two claims now."))
    return _to_item(queue, found)


@require_POST
@in_project(can_review)
def join(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    try:
        join_groups(
            sentence=found,
            by=request.user,
            groups=read_groups(request.POST),
            reason=read_text(request.POST, "why"),
        )
    except WorkflowError as error:
        return _unchanged(request, queue, found, error)
    messages.success(request, _("These are one claim now."))
    return _to_item(queue, found)


@require_POST
@in_project(can_review)
def take_back(
    request: UserRequest, project: Project, sentence: UUID, regrouping: UUID
) -> HttpResponse:
    """Undo a split or a join."""
    found, queue = _to_change(request, project, sentence), Queue.of(request, project)
    made = get_object_or_404(Regrouping.objects.visible_to(request.user), pk=regrouping)
    if made.article_id != found.article_id:
        raise PermissionDenied
    try:
        undo_regrouping(regrouping=made, by=request.user)
    except WorkflowError as error:
        return _refused(request, queue, found, request.POST, error)
    messages.success(request, _("Taken back."))
    return _to_item(queue, found)


@require_POST
@in_project(can_review)
def presence(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found = _readable(request, project, sentence)
    others = hold(sentence=found, by=request.user)
    return render(request, "annotate/_review_others.html", {"others": others})


@require_POST
@in_project(can_manage)
def regroup_article(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    found: Article = get_object_or_404(
        Article.objects.visible_to(request.user), project=project, pk=article
    )
    regroup(article=found, by=request.user)
    found.refresh_from_db()
    if found.grouping_failure:
        messages.error(request, _("It failed again: %s") % failure_words(found.grouping_failure))
    else:
        messages.success(request, _("The readings are compared; what differs is in the queue."))
    return redirect("review", project.slug)


def _readable(request: UserRequest, project: Project, pk: UUID) -> Sentence:
    """A sentence on which the reviewer may read others' work. One that its annotators have again is
    refused in words: nobody else's work is told before they hand in.
    """
    sentence = reviewable_sentence(request.user, project, pk)
    if sentence is None:
        items = ReviewItem.objects.filter(project=project, sentence=pk).off_desk_of(request.user)
        for item in items.select_related("article"):
            require_complete(item.article)
        raise Http404
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


def _adding(request: UserRequest, missing: Missing | None, told: str = "") -> HttpResponse:
    """What stands under a chain that is typed: the source that is missing in it, if any, and what
    was done.
    """
    context = {"missing": missing, "told": told}
    status = STATUS[Refusal.INVALID] if missing and missing.problem else 200
    return render(request, "annotate/_review_new_source.html", context, status=status)


def _to_item(queue: Queue, sentence: Sentence) -> HttpResponse:
    address = reverse("review-sentence", args=[queue.project.slug, sentence.pk])
    return redirect(address + queue.address(settled=False, way=""))


def _settled(
    request: UserRequest,
    queue: Queue,
    sentence: Sentence,
    place: Sequence[int],
    decisions: Sequence[Decision],
) -> HttpResponse:
    """On to the next item; a page that shows it already gets what stands around it."""
    undo = [decision.group_id for decision in decisions]
    following = queue.next_item(sentence, place)
    leads_on = queue.address_of(following, undo)
    if not request.htmx:
        return redirect(leads_on)
    context = {
        "leads_on": leads_on,
        "project": queue.project,
        "queue": queue,
        "left": queue.left(),
        "undo": ClaimGroup.objects.filter(pk__in=undo),
        "beside": _beside(queue, following, _behind(queue, following)),
        "sentence": following.sentence if following else None,
    }
    return render(request, "annotate/_review_done.html", context)


def _item_page(
    request: UserRequest,
    queue: Queue,
    sentence: Sentence,
    *,
    sent: QueryDict | None = None,
    error: WorkflowError | None = None,
) -> HttpResponse:
    """The page of an item; for one that is open already, the item alone."""
    missing = None
    if sent is not None:
        address = queue.at(sentence.pk, "name-source")
        missing = missing_sources(sent, sentence, request.user, address)
    item = item_of(queue.project, sentence, sent=sent, missing=missing)
    here = item_on(sentence, request.user)
    behind = [] if request.htmx else _behind(queue, here)
    following = queue.next_item(sentence, queue.place_of(here) if here else (), behind)
    context = {
        "project": queue.project,
        "queue": queue,
        "item": item,
        "next": queue.address_of(following),
        "others": others_on(sentence, request.user),
        "names_shown": queue.names or not item.waits,
        "may_settle": leaves_to(queue.project, annotated=here.mine)
        if here
        else can_settle(request.user, sentence.article),
        "held": held_by_annotators(here) if here else "",
        "remarks": item.remarks,
        "looks": _looks(sentence),
        "error": error,
        "reason_wanting": error is not None and error.details.get("field") == "reason",
        "error_in_form": item.waits and error is not None and error.code == Refusal.INVALID,
    }
    template = "annotate/_review_item.html"
    if not request.htmx:
        template = "annotate/review_sentence.html"
        context |= _frame(request, queue)
        context |= {"beside": _beside(queue, here, behind), "sentence": sentence}
    return render(request, template, context, status=STATUS[error.code] if error else 200)


def _refused(
    request: UserRequest, queue: Queue, sentence: Sentence, sent: QueryDict, error: WorkflowError
) -> HttpResponse:
    """The sentence as it stands now, with the refusal and what was chosen; where an annotator has
    the article again, the refusal alone.
    """
    if not Sentence.objects.reviewable_by(request.user).filter(pk=sentence.pk).exists():
        raise error
    return _item_page(request, queue, sentence, sent=sent, error=error)


def _unchanged(
    request: UserRequest, queue: Queue, sentence: Sentence, error: WorkflowError
) -> HttpResponse:
    """The same for a form beside the settling. Where it was not filled in wrongly it may be gone:
    then what was typed is kept without it (`guards.problem`).
    """
    if error.code != Refusal.INVALID:
        raise error
    return _refused(request, queue, sentence, request.POST, error)


def _frame(request: UserRequest, queue: Queue) -> dict[str, object]:
    """What both pages show around their content."""
    return {
        "project": queue.project,
        "membership": membership_of(request.user, queue.project),
        "queue": queue,
        "left": queue.left(),
        "undo": _undoable(request),
    }


def _behind(queue: Queue, here: ReviewItem | None) -> list[ReviewItem]:
    """What comes next behind an item."""
    return queue.page(queue.place_of(here), BESIDE) if here else []


def _beside(queue: Queue, here: ReviewItem | None, behind: Sequence[ReviewItem]) -> list[Entry]:
    """The items around: this one, if it waits, and what comes behind it."""
    waits = here is not None and here.status == ReviewItem.Status.WAITING
    return entries(queue, [here, *behind] if here and waits else behind)


def _looks(sentence: Sentence) -> list[SecondLook]:
    """What the annotators answered at their second look."""
    if not sentence.article.project.second_look:
        return []
    return list(sentence.second_looks.select_related("assignment").order_by("created_at"))


def _undoable(request: UserRequest) -> list[ClaimGroup]:
    """What was settled by the click that led here, if it still stands."""
    asked = [read_group(pk) for pk in request.GET.getlist("undo")]
    if not asked:
        return []
    groups = ClaimGroup.objects.visible_to(request.user)
    return list(groups.filter(pk__in=asked, status=ClaimGroup.Status.DECIDED))
