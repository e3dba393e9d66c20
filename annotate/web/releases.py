"""Releases: the versions published so far, what the next one would hold, and their files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..domain.agreement import FEWEST_UNITS
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
from .forms import read_id
from .guards import STATUS, UserRequest, in_project

DEPENDABLE = 0.8
TENTATIVE = 2 / 3


class ReleaseForm(forms.Form):
    version = forms.CharField(label=gettext_lazy("Version"), max_length=40)
    licence = forms.CharField(
        label=gettext_lazy("Licence of the annotations"), max_length=200, required=False
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
    return _page(request, project, _new_form(project, _asked_before(request, project)))


@require_GET
@in_project(can_manage)
def preview(request: UserRequest, project: Project) -> HttpResponse:
    """What a release made now would hold, as a part of the page: it takes a while to count."""
    found = preview_release(project=project)
    context: dict[str, Any] = {
        "counts": found.counts,
        "agreement": found.agreement,
        "figures": list(in_words(found.agreement, _codebook(project))),
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
            "figures": list(in_words(found.agreement_report, found.codebook_version.parsed())),
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


def _asked_before(request: UserRequest, project: Project) -> dict[str, Any]:
    """What was filled in for a release that could not be published."""
    if (pk := read_id(request.GET, "again")) is None:
        return {}
    jobs = Job.objects.visible_to(request.user).filter(kind=Job.Kind.PUBLISH_RELEASE)
    job = jobs.filter(project=project, pk=pk).first()
    return job.asked if job else {}


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


def _codebook(project: Project) -> Codebook | None:
    return project.codebook.parsed() if project.codebook else None


# -- figures in words -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of agreement; `percent` and `figure` are '' where there is none."""

    title: str
    n: int
    percent: str
    figure: str
    words: str


def in_words(report: Mapping[str, Any], codebook: Codebook | None) -> Iterator[Line]:
    """The figures of agreement.json, each with what it means."""
    yield _figure_line(_("Claim or no claim"), report["claim_or_not"], codebook)
    yield _finding_line(report["finding"])
    for figure in report["dimensions"]:
        yield _figure_line(_title(figure["dimension"], codebook), figure, codebook)


def _figure_line(title: str, figure: Mapping[str, Any], codebook: Codebook | None) -> Line:
    return Line(
        title=title,
        n=figure["n"],
        percent=_percent(figure["percent"]),
        figure=_number(figure["alpha"]),
        words=_meaning(figure, codebook),
    )


def _finding_line(finding: Mapping[str, Any]) -> Line:
    if finding["f1"] is None:
        words = _("not defined, because no two people read the same sentence")
    else:
        words = _too_few(finding) or _("share of claims both found (F1)")
    return Line(
        title=_("Finding the same claims"),
        n=finding["n"],
        percent=_percent(finding["f1"]),
        figure="",
        words=words,
    )


def _meaning(figure: Mapping[str, Any], codebook: Codebook | None) -> str:
    undefined = figure["not_defined"].get("alpha")
    if undefined is not None:
        return _why(undefined, figure["dimension"], codebook)
    if words := _too_few(figure):
        return words
    if figure["alpha"] >= DEPENDABLE:
        return _("dependable")
    if figure["alpha"] >= TENTATIVE:
        return _("tentative")
    return _("too low: revise the guidelines")


def _too_few(figure: Mapping[str, Any]) -> str:
    if not figure["too_few"]:
        return ""
    units: int = figure["n"]
    if units < FEWEST_UNITS:
        return ngettext("too few to tell: %d unit", "too few to tell: %d units", units) % units
    articles: int = figure["n_articles"]
    told = ngettext("too few to tell: %d article", "too few to tell: %d articles", articles)
    return told % articles


def _why(undefined: Mapping[str, Any], dimension: str, codebook: Codebook | None) -> str:
    if undefined["reason"] == "no_pairs":
        return _("not defined, because no two people answered this for the same thing")
    known = codebook.dimension(dimension) if codebook else None
    option = known.option(str(undefined["everyone_chose"])) if known else None
    if option is None:
        return _("not defined, because everyone gave the same answer")
    return _("not defined, because everyone chose “%s”") % option.title_in(get_language() or "en")


def _title(dimension: str, codebook: Codebook | None) -> str:
    known = codebook.dimension(dimension) if codebook else None
    if known is not None:
        return known.title_in(get_language() or "en")
    titles = {
        "source": _("Source"),
        "chain": _("Source with its relays"),
        "claim": _("Link to a claim"),
    }
    return titles.get(dimension, dimension)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
