"""The page that follows long work: how far it is, then what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from ..jobs import has_worker, run_here
from ..models import Job, Project
from ..permissions import can_review, membership_of
from .forms import read_id
from .guards import UserRequest, in_project


@require_GET
@in_project(can_review)
def job(request: UserRequest, project: Project, job: UUID) -> HttpResponse:
    """The job as it stands; once it is done, what it made."""
    found = _job(request, project, job)
    if found.state == Job.State.DONE:
        if request.user == found.created_by:
            messages.success(request, _done_words(found))
        address = result_address(found)
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    context: dict[str, Any] = {
        "project": project,
        "membership": membership_of(request.user, project),
        "job": found,
        "title": title_of(found),
        "words": words_of(found),
        "runs_here": not has_worker() and request.user == found.created_by,
        "back": origin_address(found),
    }
    return render(request, "annotate/_job.html" if request.htmx else "annotate/job.html", context)


@require_POST
@in_project(can_review)
def run(request: UserRequest, project: Project, job: UUID) -> HttpResponse:
    """Run a job of one's own here, where no worker would; the answer comes when it has ended."""
    found = _job(request, project, job)
    if request.user != found.created_by:
        raise PermissionDenied
    run_here(found)
    return HttpResponse(status=204) if request.htmx else redirect("job", project.slug, found.pk)


def _job(request: UserRequest, project: Project, pk: UUID) -> Job:
    return get_object_or_404(
        Job.objects.visible_to(request.user).select_related("project", "created_by"),
        project=project,
        pk=pk,
    )


def result_address(job: Job) -> str:
    """Where what the job made is shown."""
    if job.kind == Job.Kind.PUBLISH_RELEASE:
        return reverse("release", args=[job.project.slug, job.result["version"]])
    if job.kind == Job.Kind.CHANGE_SETTINGS:
        return reverse("settings", args=[job.project.slug])
    return reverse("agreement", args=[job.project.slug])


def origin_address(job: Job) -> str:
    """Where the job was asked for, with what was filled in there."""
    if job.kind == Job.Kind.COMPUTE_FIGURES:
        return reverse("agreement", args=[job.project.slug])
    page = "releases" if job.kind == Job.Kind.PUBLISH_RELEASE else "settings"
    return reverse(page, args=[job.project.slug]) + f"?again={job.pk}"


def asked_before(request: UserRequest, project: Project, kind: Job.Kind) -> dict[str, Any]:
    """What was asked for by the job that an `origin_address` names, if it is not done."""
    if (pk := read_id(request.GET, "again")) is None:
        return {}
    jobs = Job.objects.visible_to(request.user).filter(project=project, kind=kind)
    job = jobs.filter(pk=pk).exclude(state=Job.State.DONE).first()
    return job.asked if job else {}


def title_of(job: Job) -> str:
    if job.kind == Job.Kind.PUBLISH_RELEASE:
        return _("Publishing release %(version)s") % {"version": job.asked["version"]}
    if job.kind == Job.Kind.CHANGE_SETTINGS:
        return _("Changing the settings")
    return _("Computing the figures of agreement")


def words_of(job: Job) -> str:
    """How the job stands, in one sentence or two."""
    if job.state == Job.State.FAILED or job.is_lost:
        return _why_not(job)
    if job.state == Job.State.WAITING:
        if not job.is_silent:
            return _("It waits for its turn.")
        if has_worker():
            return _(
                "No worker has taken it up yet. If it stays so, ask whoever runs this server "
                "whether the worker is running."
            )
        return _("It was not begun, because its page was closed. Start it again.")
    return _step_words(job)


def _why_not(job: Job) -> str:
    if job.problem:
        return job.problem
    if job.kind == Job.Kind.CHANGE_SETTINGS:
        return _("It was interrupted half way. Save the settings again: it goes on where it was.")
    if job.is_silent:
        return _("It was interrupted: the process that did it has ended. Nothing was changed.")
    return _("It failed, and nothing was changed. The server’s log says why.")


def _step_words(job: Job) -> str:
    if job.step == Job.Step.READING and job.total:
        told = ngettext(
            "Reading articles: %(done)d of %(total)d.",
            "Reading articles: %(done)d of %(total)d.",
            job.total,
        )
    elif job.step == Job.Step.WRITING:
        told = ngettext(
            "Writing files: %(done)d of %(total)d.",
            "Writing files: %(done)d of %(total)d.",
            job.total,
        )
    elif job.step == Job.Step.COMPUTING:
        return _judging_words(job) if job.total else _("Computing figures.")
    else:
        return _("It has begun.")
    return told % {"done": job.done, "total": job.total}


def _judging_words(job: Job) -> str:
    told = _("Judging anew what waits: %(done)d of %(total)d articles.")
    return told % {"done": job.done, "total": job.total}


def _done_words(job: Job) -> str:
    if job.kind == Job.Kind.CHANGE_SETTINGS:
        waiting: int = job.result["waiting"]
        told = ngettext(
            "These settings hold now: %(count)d claim waits for a reviewer.",
            "These settings hold now: %(count)d claims wait for a reviewer.",
            waiting,
        )
        return told % {"count": waiting}
    if job.kind == Job.Kind.PUBLISH_RELEASE:
        return _("Release %(version)s is published.") % {"version": job.result["version"]}
    return _("The figures are computed.")
