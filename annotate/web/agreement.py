"""How far the annotators agree: the stored figures with their age, and each table as a download."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from ..jobs import start_job
from ..models import Job, Project, StoredFigures
from ..permissions import can_manage, can_review, membership_of
from ..workflow.figures import basis_of, codebook_of, nothing_to_compare
from .agreement_downloads import TABLES, as_csv, names_in
from .agreement_tables import Shown
from .guards import UserRequest, in_project


@require_GET
@in_project(can_review)
def agreement(request: UserRequest, project: Project) -> HttpResponse:
    jobs = Job.objects.visible_to(request.user).filter(kind=Job.Kind.COMPUTE_FIGURES)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership_of(request.user, project),
        "obstacle": nothing_to_compare(project),
        "job": jobs.filter(project=project).first(),
    }
    if stored := stored_figures(request, project):
        context |= {
            "stored": stored,
            "majors": _visible(request, project).values_list("major", flat=True),
            "basis": basis_of(stored),
            "shown": Shown(
                project,
                stored.report,
                codebook_of(stored).parsed(),
                names=can_manage(request.user, project),
                measure=request.GET.get("on", ""),
            ),
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
    """One table of the page as CSV, with pseudonyms in the place of people; the file's name says
    where its figures hold no more.
    """
    stored = stored_figures(request, project)
    if stored is None or table not in TABLES:
        raise Http404
    with override(settings.LANGUAGE_CODE):
        names = names_in(stored.report, project, codebook_of(stored).parsed())
        csv = as_csv(TABLES[table](stored.report, names))
    response = HttpResponse(csv, content_type="text/csv; charset=utf-8")
    held = "-out-of-date" if basis_of(stored).is_void else ""
    name = f"{project.slug}-agreement-{table}{held}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _visible(request: UserRequest, project: Project) -> Any:
    return StoredFigures.objects.visible_to(request.user).filter(project=project).order_by("-major")


def stored_figures(request: UserRequest, project: Project) -> StoredFigures | None:
    """The figures of the major version that the address names, else of the newest there are."""
    found = _visible(request, project).select_related("created_by", "project__codebook")
    major = request.GET.get("version", "")
    if major.isascii() and major.isdigit() and len(major) < 10:
        found = found.filter(major=major)
    stored: StoredFigures | None = found.first()
    return stored
