"""Rulings: how the guidelines are to be read, dated, for every member of the project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..errors import WorkflowError
from ..models import Project, Ruling
from ..models.codebook import codebook_in_use
from ..permissions import can_review, membership_of
from ..workflow.asking import RulingDraft, rule, withdraw_ruling
from .forms import read_id, refuse
from .guards import STATUS, UserRequest, in_project
from .joining import headed

BETWEEN = "="


@dataclass(frozen=True, slots=True)
class Place:
    """What a ruling can be about: a dimension of the codebook, and one option after another."""

    key: str
    title: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The rulings that hold about one thing."""

    title: str
    rulings: tuple[Ruling, ...]


@require_safe
@in_project()
def rulings(request: UserRequest, project: Project) -> HttpResponse:
    return _page(request, project)


@require_POST
@in_project(can_review)
def make_ruling(request: UserRequest, project: Project) -> HttpResponse:
    """A new ruling, or, with `supersedes`, one in the place of another."""
    old = read_id(request.POST, "supersedes")
    try:
        rule(
            pk=read_revision(request.POST),
            project=project,
            by=request.user,
            draft=read_ruling(request.POST),
            supersedes=get_object_or_404(Ruling, project=project, pk=old) if old else None,
        )
    except WorkflowError as error:
        if old:
            raise
        return _page(request, project, error=error)
    messages.success(request, _("The ruling holds from now on; every member reads it."))
    return redirect("rulings", project.slug)


@require_POST
@in_project(can_review)
def end_ruling(request: UserRequest, project: Project, ruling: UUID) -> HttpResponse:
    old = get_object_or_404(Ruling.objects.filter(withdraws=False), project=project, pk=ruling)
    pk, text = read_revision(request.POST), request.POST.get("text", "")
    withdraw_ruling(pk=pk, ruling=old, by=request.user, text=text)
    messages.success(request, _("The ruling holds no longer; what it said stays below."))
    return redirect("rulings", project.slug)


def read_revision(data: QueryDict) -> UUID:
    """The id that the form gives to what it sends."""
    revision = read_id(data, "revision")
    if revision is None:
        refuse("revision", _("This form is incomplete. Reload the page and try again."))
    return revision


def read_ruling(data: QueryDict, text: str = "") -> RulingDraft:
    """The ruling as written; without words of its own it has those of `text`."""
    dimension, _between, value = data.get("about", "").partition(BETWEEN)
    ruling = data.get("ruling", "")
    return RulingDraft(text=ruling if ruling.strip() else text, dimension=dimension, value=value)


def written_place(dimension: str, value: str) -> str:
    """What a ruling is about, in one value of a form: `kind` or `kind=event`."""
    return f"{dimension}{BETWEEN}{value}" if value else dimension


def places(project: Project) -> list[Place]:
    """What a ruling can be about, in the order of the codebook."""
    version = codebook_in_use(project)
    language = get_language() or "en"
    return [
        Place(
            key=dimension.key,
            title=dimension.title_in(language),
            options=tuple(
                (written_place(dimension.key, option.value), option.title_in(language))
                for option in dimension.options
                if not option.deprecated
            ),
        )
        for dimension in (version.parsed().dimensions if version else ())
        if dimension.enabled
    ]


def place_words(project: Project, dimension: str, value: str) -> str:
    """A dimension and an option of it by their titles, which stay readable when a later codebook
    has them no more.
    """
    version = codebook_in_use(project)
    language = get_language() or "en"
    found = version.parsed().dimension(dimension) if version else None
    if found is None:
        return f"{dimension} {value}".strip()
    option = found.option(value)
    title = option.title_in(language) if option else value
    return headed(found.title_in(language), title) if title else found.title_in(language)


def _page(
    request: UserRequest, project: Project, *, error: WorkflowError | None = None
) -> HttpResponse:
    """All rulings; after a refusal with the words that were sent, still in their form."""
    found = Ruling.objects.filter(project=project)
    sent = request.POST if error else QueryDict()
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "may_rule": can_review(request.user, project),
        "sections": _sections(project, list(found.standing())),
        "superseded": found.superseded(),
        "places": places(project),
        "revision": uuid4(),
        "error": error,
        "sent": sent,
    }
    return render(request, "annotate/rulings.html", context, status=_status(error))


def _status(error: WorkflowError | None) -> int:
    return STATUS[error.code] if error else 200


def _sections(project: Project, found: Sequence[Ruling]) -> list[Section]:
    """What holds about the guidelines as a whole first, then dimension by dimension."""
    by_place: dict[tuple[str, str], list[Ruling]] = {}
    for ruling in found:
        by_place.setdefault((ruling.dimension, ruling.value), []).append(ruling)
    order = [("", "")]
    for place in places(project):
        order += [
            (place.key, ""),
            *((place.key, o.partition(BETWEEN)[2]) for o, _title in place.options),
        ]
    order += [place for place in by_place if place not in order]
    return [
        Section(
            title=place_words(project, *place) or _("The guidelines as a whole"),
            rulings=tuple(by_place[place]),
        )
        for place in order
        if place in by_place
    ]
