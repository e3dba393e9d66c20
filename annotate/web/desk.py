"""The desk: where an annotator begins, with their own work and nobody else’s."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ..errors import Refusal, WorkflowError
from ..models import Judgement, Project
from ..permissions import can_annotate, membership_of
from ..workflow.assigning import next_article
from .guards import UserRequest, in_project

SAVES_SHOWN = 10


@require_safe
@in_project()
def desk(request: UserRequest, project: Project) -> HttpResponse:
    member = membership_of(request.user, project)
    assert member is not None
    assignments = member.assignments.select_related("article").order_by("created_at")
    context = {
        "project": project,
        "membership": member,
        "tally": member.assignments.tally(),
        "current": assignments.open().first(),
        "sent_back": assignments.sent_back(),
        "saves": Judgement.objects.latest_of(member, SAVES_SHOWN),
    }
    return render(request, "annotate/desk.html", context)


@require_POST
@in_project(can_annotate)
def next_one(request: UserRequest, project: Project) -> HttpResponse:
    member = membership_of(request.user, project)
    assert member is not None
    try:
        assignment = next_article(membership=member, by=request.user)
    except WorkflowError as error:
        if error.code != Refusal.GONE:
            raise
        messages.info(request, error.message)
        return redirect("desk", project.slug)
    return redirect("workbench", project.slug, assignment.article_id)
