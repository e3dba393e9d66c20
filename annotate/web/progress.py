"""How far the articles are, what holds them up, and the manager's hand on the assignments. Counts
and states only: nobody's labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..domain.pace import finish
from ..errors import WorkflowError
from ..models import Article, Assignment, Membership, Project, ReviewItem, Sentence
from ..models.progress import HELD_UP, Show, by_language, held_up, pace, queue_age, shown
from ..permissions import can_manage, can_review, membership_of
from ..workflow.assigning import assign, reassign, withdraw
from ..workflow.labelling import reopen_assignment
from .forms import read_id, read_text, refuse
from .guards import STATUS, UserRequest, in_project
from .progress_lines import days_since, lines_of

Step = Callable[..., HttpResponse]

PAGE = 40
NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class View:
    """Which articles are listed, as the address says it."""

    show: Show
    language: str
    person: UUID | None
    after: int

    @classmethod
    def sent(cls, data: QueryDict) -> View:
        show, after = data.get("show", ""), data.get("after", "")
        return cls(
            show=Show(show) if show in Show.values else Show.ALL,
            language=data.get("language", ""),
            person=read_id(data, "person"),
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        )

    def address(self, after: int) -> str:
        """The query string of this view from there on."""
        found = QueryDict(mutable=True)
        parts = {"show": self.show.value, "language": self.language, "person": self.person or ""}
        for name, value in {**parts, "after": after or ""}.items():
            if value:
                found[name] = str(value)
        return found.urlencode()


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that was not possible, and on which article or assignment."""

    step: str
    on: UUID
    error: WorkflowError


@require_GET
@in_project(can_review)
def progress(request: UserRequest, project: Project) -> HttpResponse:
    return _page(request, project, View.sent(request.GET))


def refused_in_place(step: str) -> Callable[[Step], Step]:
    """For the steps of the list: where one is refused, the list says so, and what was filled in
    stands there still.
    """

    def decorate(view: Step) -> Step:
        @wraps(view)
        def tried(request: UserRequest, project: Project, **on: UUID) -> HttpResponse:
            try:
                return view(request, project, **on)
            except WorkflowError as error:
                here = View.sent(QueryDict(request.POST.get("here", "")))
                (pk,) = on.values()
                return _page(request, project, here, Refused(step, pk, error))

        return tried

    return decorate


@require_POST
@in_project(can_manage)
@refused_in_place("assign")
def assign_article(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    given = get_object_or_404(Article, project=project, pk=article)
    member = _chosen(request, project)
    assign(article=given, membership=member, by=request.user)
    messages.success(request, _("The article is on the desk of %s.") % member.user.get_username())
    return _back(request, project)


@require_POST
@in_project(can_manage)
@refused_in_place("withdraw")
def withdraw_assignment(request: UserRequest, project: Project, assignment: UUID) -> HttpResponse:
    taken = get_object_or_404(Assignment, project=project, pk=assignment)
    withdraw(
        assignment=taken,
        by=request.user,
        note=_note(request),
        sentences=_concerned(request, taken),
    )
    messages.success(request, _("Withdrawn: the work is kept and counts nowhere."))
    return _back(request, project)


@require_POST
@in_project(can_manage)
@refused_in_place("reassign")
def reassign_article(request: UserRequest, project: Project, assignment: UUID) -> HttpResponse:
    taken = get_object_or_404(Assignment, project=project, pk=assignment)
    member = _chosen(request, project)
    reassign(assignment=taken, membership=member, by=request.user, note=_note(request))
    messages.success(
        request, _("The article is now on the desk of %s.") % member.user.get_username()
    )
    return _back(request, project)


@require_POST
@in_project(can_manage)
@refused_in_place("reopen")
def reopen_submitted(request: UserRequest, project: Project, assignment: UUID) -> HttpResponse:
    submitted = get_object_or_404(Assignment, project=project, pk=assignment)
    reopen_assignment(
        assignment=submitted,
        by=request.user,
        note=_note(request),
        sentences=_concerned(request, submitted),
    )
    messages.success(request, _("Reopened: the article waits until it is handed in again."))
    return _back(request, project)


def _page(
    request: UserRequest, project: Project, view: View, refused: Refused | None = None
) -> HttpResponse:
    now = timezone.now()
    members = list(Membership.objects.annotating().filter(project=project))
    articles = shown(project, request.user, view.show, now)
    if view.language:
        articles = articles.in_language(view.language)
    if view.person:
        articles = articles.read_by(get_object_or_404(project.memberships, pk=view.person))
    behind = articles.with_progress().in_queue_order(view.after)
    found = list(behind.prefetch_related("assignments__membership__user")[: PAGE + 1])
    further = view.address(found[PAGE - 1].position) if len(found) > PAGE else None
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "may_manage": can_manage(request.user, project),
        "lines": lines_of(project, request.user, found[:PAGE], members, now),
        "more": further,
        "view": view,
        "refused": refused,
        "sent": request.POST,
        "shows": Show.choices,
        "members": members,
        "here": view.address(view.after),
        "summary": project.articles.all().summed_up(),
        "to_settle": ReviewItem.objects.visible_to(request.user).waiting(project).count(),
        "by_language": by_language(project, request.user),
        **_times(project, request, now),
    }
    status = STATUS[refused.error.code] if refused else 200
    return render(request, "annotate/progress.html", context, status=status)


def _chosen(request: UserRequest, project: Project) -> Membership:
    """The member whom the manager named."""
    members = Membership.objects.annotating().filter(project=project)
    return get_object_or_404(members, pk=read_id(request.POST, "membership"))


def _note(request: UserRequest) -> str:
    """What the annotator is told."""
    return read_text(request.POST, "note")


def _concerned(request: UserRequest, assignment: Assignment) -> list[Sentence]:
    """The sentences that the note is about, named by their numbers on the screen."""
    numbers = {int(number) for number in NUMBER.findall(request.POST.get("sentences", ""))}
    indexes = [number - 1 for number in numbers]
    found = Sentence.objects.filter(article=assignment.article_id, index__in=indexes)
    if unknown := numbers - {sentence.index + 1 for sentence in found}:
        refuse("sentences", _("This article has no sentence number %s.") % min(unknown))
    return list(found)


def _back(request: UserRequest, project: Project) -> HttpResponse:
    """To the list as it was."""
    view = View.sent(QueryDict(request.POST.get("here", "")))
    return redirect(f"{reverse('progress', args=[project.slug])}?{view.address(view.after)}")


def _times(project: Project, request: UserRequest, now: datetime) -> dict[str, object]:
    """What has waited longest, and when all will be read."""
    going, age = pace(project, now), queue_age(project, request.user)
    return {
        "pace": going,
        "finish": finish(now, left=going.left, done=going.done, begun=going.begun),
        "age": age,
        "begun_days": (now - age.begun_at).days if age.begun_at else 0,
        "unsettled_days": days_since(now, age.unsettled.completed_at if age.unsettled else None),
        "held_up": held_up(project, now).count(),
        "held_up_days": HELD_UP.days,
    }
