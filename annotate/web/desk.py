"""The desk: where an annotator begins, with their own work and nobody else’s, and a reviewer with
what waits for reviewers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import get_format
from django.views.decorators.http import require_POST, require_safe

from ..errors import Refusal, WorkflowError
from ..models import Judgement, Membership, Notice, Project, Remark, Ruling
from ..models.codebook import codebook_in_use
from ..models.hot_review import questions_open, waiting_counts
from ..permissions import can_annotate, can_manage, can_review, membership_of
from ..workflow.assigning import next_article
from .decided import Decided, decided_on
from .guards import UserRequest, in_project
from .paging import Place, read_after, written_after

SAVES_SHOWN = 10
DECISIONS_SHOWN = 5
ANSWERS_SHOWN = 5
RULINGS_SHOWN = 3
WITHDRAWN_TOLD = timedelta(days=14)
PAGE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a reviewer: `sentences` to settle, as far as the project leaves them to this
    one, and `questions` to answer. A manager is told where there are `no_articles` yet.
    """

    sentences: int
    questions: int
    no_articles: bool


@require_safe
@in_project()
def desk(request: UserRequest, project: Project) -> HttpResponse:
    member = _member(request, project)
    judgements = Judgement.objects.made_by(member)
    assignments = member.assignments.select_related("article").order_by("created_at")
    context = {
        "project": project,
        "membership": member,
        "tally": member.assignments.tally(),
        "seconds": judgements.seconds_since(week_begins(timezone.localtime())),
        "current": assignments.open().first(),
        "waiting": _waiting(request, project) if can_review(request.user, project) else None,
        "notices": Notice.objects.standing_for(member, timezone.now() - WITHDRAWN_TOLD),
        "remarks": Remark.objects.told_to(member)[:ANSWERS_SHOWN],
        "decided": _decided(member, project, DECISIONS_SHOWN),
        "rulings": Ruling.objects.filter(project=project).standing()[:RULINGS_SHOWN],
        "saves": Judgement.objects.latest_of(member, SAVES_SHOWN),
    }
    return render(request, "annotate/desk.html", context)


@require_safe
@in_project()
def decided(request: UserRequest, project: Project) -> HttpResponse:
    """All that was decided on one's own work, newest first."""
    member = _member(request, project)
    found = _decided(member, project, PAGE + 1, read_after(request.GET))
    context = {
        "project": project,
        "membership": member,
        "decided": found[:PAGE],
        "more": written_after(found[PAGE - 1].decision) if len(found) > PAGE else "",
    }
    return render(request, "annotate/decided.html", context)


@require_POST
@in_project(can_annotate)
def next_one(request: UserRequest, project: Project) -> HttpResponse:
    try:
        assignment = next_article(membership=_member(request, project), by=request.user)
    except WorkflowError as error:
        if error.code != Refusal.GONE:
            raise
        messages.info(request, error.message)
        return redirect("desk", project.slug)
    return redirect("workbench", project.slug, assignment.article_id)


def _member(request: UserRequest, project: Project) -> Membership:
    member = membership_of(request.user, project)
    assert member is not None, "in_project lets only members through"
    return member


def _waiting(request: UserRequest, project: Project) -> Waiting:
    counts = waiting_counts(project, request.user)
    others = 0 if project.settle_own else counts.mine
    return Waiting(
        sentences=counts.by_severity.total() - others,
        questions=questions_open(request.user, project),
        no_articles=can_manage(request.user, project) and not project.articles.exists(),
    )


def _decided(
    member: Membership, project: Project, count: int, after: Place | None = None
) -> list[Decided]:
    version = codebook_in_use(project)
    return decided_on(member, version.parsed(), count=count, after=after) if version else []


def week_begins(now: datetime) -> datetime:
    """Midnight of the day on which the week begins in the reader’s language, as Django knows it."""
    first = int(get_format("FIRST_DAY_OF_WEEK"))  # 0 is Sunday
    days = (now.isoweekday() - first) % 7
    return now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
