"""How far the articles are, and the manager's hand on the assignments. Counts and states only:
nobody's labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..models import Article, Assignment, ClaimGroup, Membership, Project, Sentence
from ..permissions import can_manage, can_review, membership_of
from ..workflow.assigning import assign, withdraw
from ..workflow.labelling import reopen_assignment
from .forms import read_id, refuse
from .guards import UserRequest, in_project

PAGE = 40
NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article. `counts_shown`: it is not open on the reader's own desk, where others' work is
    unknown; `to_settle` and `settled` count sentences and are None until it is complete.
    """

    article: Article
    assignments: Sequence[Assignment]
    counts_shown: bool
    may_be_given: Sequence[Membership]
    to_settle: int | None
    settled: int | None


@require_GET
@in_project(can_review)
def progress(request: UserRequest, project: Project) -> HttpResponse:
    articles = Article.objects.in_project(project)
    behind = articles.with_progress().in_queue_order(_after(request))
    found = list(behind.prefetch_related("assignments__membership__user")[: PAGE + 1])
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "may_manage": can_manage(request.user, project),
        "lines": _lines(project, request, found[:PAGE]),
        "more": found[PAGE - 1].position if len(found) > PAGE else None,
        "here": _after(request),
        "summary": articles.summed_up(),
        "to_settle": ClaimGroup.objects.visible_to(request.user)
        .filter(project=project)
        .waiting_sentences(),
    }
    return render(request, "annotate/progress.html", context)


@require_POST
@in_project(can_manage)
def assign_article(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    given = get_object_or_404(Article, project=project, pk=article)
    members = Membership.objects.annotating().filter(project=project)
    member = get_object_or_404(members, pk=read_id(request.POST, "membership"))
    assign(article=given, membership=member, by=request.user)
    messages.success(request, _("The article is on the desk of %s.") % member.user.get_username())
    return _back(request, project)


@require_POST
@in_project(can_manage)
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


def _note(request: UserRequest) -> str:
    """What the annotator is told."""
    return request.POST.get("note", "")


def _concerned(request: UserRequest, assignment: Assignment) -> list[Sentence]:
    """The sentences that the note is about, named by their numbers on the screen."""
    numbers = {int(number) for number in NUMBER.findall(request.POST.get("sentences", ""))}
    indexes = [number - 1 for number in numbers]
    found = Sentence.objects.filter(article=assignment.article_id, index__in=indexes)
    if unknown := numbers - {sentence.index + 1 for sentence in found}:
        refuse("sentences", _("This article has no sentence number %s.") % min(unknown))
    return list(found)


def _after(request: UserRequest) -> int:
    """The place in the queue behind which the page begins."""
    place = request.GET.get("after") or request.POST.get("after") or ""
    return int(place) if place.isascii() and place.isdigit() and len(place) < 19 else 0


def _back(request: UserRequest, project: Project) -> HttpResponse:
    return redirect(f"{reverse('progress', args=[project.slug])}?after={_after(request)}")


def _lines(project: Project, request: UserRequest, articles: Sequence[Article]) -> list[Line]:
    complete = [article for article in articles if article.completed_at is not None]
    counts = ClaimGroup.objects.filter(article__in=complete).tally()
    members = list(Membership.objects.annotating().filter(project=project))
    return [_line(request, article, members, counts) for article in articles]


def _line(
    request: UserRequest,
    article: Article,
    members: Sequence[Membership],
    counts: dict[UUID, tuple[int, int]],
) -> Line:
    assignments = sorted(article.assignments.all(), key=lambda each: each.number)
    had = {assignment.membership_id for assignment in assignments}
    own = [each for each in assignments if each.membership.user_id == request.user.pk]
    to_settle, settled = counts.get(article.pk, (0, 0)) if article.completed_at else (None, None)
    return Line(
        article=article,
        assignments=assignments,
        counts_shown=not any(each.is_open for each in own),
        may_be_given=[each for each in members if each.pk not in had] if article.open_slots else [],
        to_settle=to_settle,
        settled=settled,
    )
