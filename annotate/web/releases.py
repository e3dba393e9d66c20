"""Releases: the versions published so far, what the next one would hold, and their files."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ..domain.codebook import Codebook
from ..errors import Refusal, WorkflowError
from ..formats import format_of
from ..jobs import start_job
from ..models import Job, Project, Release
from ..permissions import can_manage, can_read_releases, membership_of
from ..workflow.releasing import (
    check_release,
    obstacle,
    open_release_file,
    preview_release,
    suggested_version,
)
from .agreement_tables import Line, Shown
from .corpus_forms import at_most
from .guards import STATUS, UserRequest, in_project
from .jobs import asked_before


class ReleaseForm(forms.Form):
    version = forms.CharField(label=gettext_lazy("Version"), **at_most(40))
    licence = forms.CharField(
        label=gettext_lazy("Licence of the annotations"), required=False, **at_most(200)
    )
    text_in_release = forms.ChoiceField(
        label=gettext_lazy("Text of the articles"), choices=Project.TextInRelease
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        required=False,
    )

    def clean_notes(self) -> str:
        """A text area sends CRLF."""
        return str(self.cleaned_data["notes"]).replace("\r\n", "\n")


@require_GET
@in_project(can_read_releases)
def releases(request: UserRequest, project: Project) -> HttpResponse:
    return _page(
        request,
        project,
        _new_form(project, asked_before(request, project, Job.Kind.PUBLISH_RELEASE)),
    )


@require_GET
@in_project(can_manage)
def preview(request: UserRequest, project: Project) -> HttpResponse:
    """What a release made now would hold, as a part of the page: it takes a while to count."""
    found = preview_release(project=project)
    context: dict[str, Any] = {
        "counts": found.counts,
        "agreement": found.agreement,
        "figures": _lines(project, found.agreement, _codebook(project)),
    }
    if not request.htmx:
        return _page(request, project, _new_form(project), **context)
    return render(request, "annotate/_release_preview.html", {**context, "project": project})


@require_POST
@in_project(can_manage)
def publish(request: UserRequest, project: Project) -> HttpResponse:
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, project, form, status=STATUS[Refusal.INVALID])
    asked = form.cleaned_data
    try:
        check_release(
            project=project, version=asked["version"], text_in_release=asked["text_in_release"]
        )
        job = start_job(
            project=project, by=request.user, kind=Job.Kind.PUBLISH_RELEASE, asked=asked
        )
    except WorkflowError as error:
        form.add_error(error.details.get("field"), error.message)
        return _page(request, project, form, status=STATUS[error.code])
    return redirect("job", project.slug, job.pk)


@require_GET
@in_project(can_read_releases)
def release(request: UserRequest, project: Project, version: str) -> HttpResponse:
    found = _release(request, project, version)
    return render(
        request,
        "annotate/release.html",
        {
            "project": project,
            "membership": membership_of(request.user, project),
            "release": found,
            "counts": found.counts,
            "agreement": found.agreement_report,
            "figures": _lines(project, found.agreement_report, found.codebook_version.parsed()),
            "files": [
                {**file, "format": format_of(file["name"], project.slug, version)}
                for file in found.files
            ],
        },
    )


@require_GET
@in_project(can_read_releases)
def release_file(
    request: UserRequest, project: Project, version: str, name: str
) -> HttpResponseBase:
    """The published bytes, as a download."""
    found = _release(request, project, version)
    file_format = format_of(name, project.slug, version)
    if file_format is None:
        raise Http404
    file = open_release_file(release=found, name=name)
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type=file_format.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _new_form(project: Project, asked: Mapping[str, Any] | None = None) -> ReleaseForm:
    return ReleaseForm(
        initial={
            "version": suggested_version(project),
            "text_in_release": project.text_in_release,
            **(asked or {}),
        }
    )


def _page(
    request: UserRequest, project: Project, form: ReleaseForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **more,
        "project": project,
        "membership": membership_of(request.user, project),
        "releases": Release.objects.visible_to(request.user)
        .filter(project=project)
        .select_related("codebook_version"),
        "form": form if can_manage(request.user, project) else None,
        "obstacle": obstacle(project),
        "job": Job.objects.visible_to(request.user)
        .filter(project=project, kind=Job.Kind.PUBLISH_RELEASE)
        .first(),
    }
    return render(request, "annotate/releases.html", context, status=status)


def _release(request: UserRequest, project: Project, version: str) -> Release:
    return get_object_or_404(
        Release.objects.visible_to(request.user).select_related(
            "project", "codebook_version__codebook", "supersedes", "created_by"
        ),
        project=project,
        version=version,
    )


def _codebook(project: Project) -> Codebook:
    assert project.codebook is not None, "a project that can be released has a codebook"
    return project.codebook.parsed()


def _lines(project: Project, report: Mapping[str, Any], codebook: Codebook) -> list[Line]:
    """The table of agreement.json, each figure with what it means."""
    shown = Shown(project, report, codebook, names=False)
    return [*shown.found, *shown.labelled]
