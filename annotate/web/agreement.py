"""Agreement: how far the annotators agree, from stored figures, with their age."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ..jobs import start_job
from ..models import Job, Project, StoredFigures
from ..permissions import can_review, membership_of
from ..workflow.figures import nothing_to_compare
from .guards import UserRequest, in_project


@require_GET
@in_project(can_review)
def agreement(request: UserRequest, project: Project) -> HttpResponse:
    found = StoredFigures.objects.visible_to(request.user).filter(project=project).first()
    context: dict[str, Any] = {
        "project": project,
        "membership": membership_of(request.user, project),
        "found": found,
        "obstacle": nothing_to_compare(project),
    }
    return render(request, "annotate/agreement.html", context)


@require_POST
@in_project(can_review)
def compute(request: UserRequest, project: Project) -> HttpResponse:
    """Compute the figures again, as a job."""
    job = start_job(project=project, by=request.user, kind=Job.Kind.COMPUTE_FIGURES)
    return redirect("job", project.slug, job.pk)


@require_GET
@in_project(can_review)
def download(request: UserRequest, project: Project, table: str) -> HttpResponse:
    return HttpResponse(table)
