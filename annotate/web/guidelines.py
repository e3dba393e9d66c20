"""Guidelines: read by every member beside the work or on their own page, changed by managers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..errors import WorkflowError
from ..models import Guidelines, Project, Ruling
from ..models.codebook import codebook_in_use
from ..permissions import can_manage, membership_of
from ..workflow.projects import publish_guidelines
from .guards import STATUS, UserRequest, in_project
from .sections import Section, sections


@require_safe
@in_project()
def guidelines(request: UserRequest, project: Project) -> HttpResponse:
    """The page; for the drawer, its text alone."""
    last = Guidelines.objects.of(project).first()
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "may_edit": can_manage(request.user, project),
        "since": last.created_at if last else None,
        **_read(project, last.text if last else ""),
    }
    template = "_guidelines" if request.htmx else "guidelines"
    return render(request, f"annotate/{template}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_project(can_manage)
def edit_guidelines(request: UserRequest, project: Project) -> HttpResponse:
    """The form; a preview of what was typed; or the new guidelines, which hold from then on."""
    if request.method != "POST":
        last = Guidelines.objects.of(project).first()
        return _form(request, project, last.text if last else "")
    text = request.POST.get("text", "")
    if "preview" in request.POST:
        return _form(request, project, text, shown=True)
    try:
        publish_guidelines(project=project, by=request.user, text=text)
    except WorkflowError as error:
        return _form(request, project, text, error=error)
    messages.success(request, _("The guidelines hold from now on; those before them are kept."))
    return redirect("guidelines", project.slug)


def _form(
    request: UserRequest,
    project: Project,
    text: str,
    *,
    shown: bool = False,
    error: WorkflowError | None = None,
) -> HttpResponse:
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "text": text,
        "error": error,
        **(_read(project, text) if shown else {}),
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/guidelines_edit.html", context, status=status)


def _read(project: Project, text: str) -> dict[str, object]:
    """The sections, each with the rulings about its label, and the rulings that have no section."""
    version = codebook_in_use(project)
    found = sections(text, version.parsed() if version else None)
    rulings = list(Ruling.objects.filter(project=project).standing())
    placed = [_with_rulings(section, rulings) for section in found]
    shown = {ruling.pk for section in placed for ruling in section.rulings}
    return {"sections": placed, "rulings": [each for each in rulings if each.pk not in shown]}


def _with_rulings(section: Section, rulings: Sequence[Ruling]) -> Section:
    if not section.dimension:
        return section
    mine = tuple(
        ruling
        for ruling in rulings
        if (ruling.dimension, ruling.value) == (section.dimension, section.value)
    )
    return replace(section, rulings=mine)
