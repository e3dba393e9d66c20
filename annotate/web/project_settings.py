"""A manager's page of how the project works: when claims are agreed, with the effect of another
policy before it is stored, and what annotators are offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ..domain.agreement import TENTATIVE
from ..domain.disagreement import KIND, RULED, RULES_BY_DEFAULT
from ..errors import WorkflowError
from ..jobs import start_job
from ..models import ClaimGroup, Job, Project
from ..permissions import can_manage, membership_of
from ..workflow.figures import alpha_of
from ..workflow.policy import Changes, Effect, change_settings, changed_rules, preview_policy
from .agreement_words import number
from .forms import refuse
from .guards import STATUS, UserRequest, in_project
from .review_words import dimension_words

SWITCHES = {
    "second_look": gettext_lazy(
        "Second look: annotators see the other reading of what is disputed, nameless, before a "
        "reviewer does."
    ),
    "tiebreak": gettext_lazy("Tiebreak: a third reader gets the disputed sentences only, blind."),
    "settle_own": gettext_lazy("Reviewers may settle articles that they annotated themselves."),
    "suggestions": gettext_lazy(
        "Suggestions: sources and cues found in the sentence are offered, once a claim is begun."
    ),
    "preset_unmarked": gettext_lazy(
        "Presets: “supports” and “certain” are chosen beforehand where nothing marks them."
    ),
    "claim_linking": gettext_lazy("Claims are linked to canonical ones in the first pass."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is done with a small difference of this dimension."""

    key: str
    title: str
    says: str
    on: bool
    offered: bool


@require_GET
@in_project(can_manage)
def project_settings(request: UserRequest, project: Project) -> HttpResponse:
    return _page(request, project, _as_stored(project))


@require_POST
@in_project(can_manage)
def change_rules(request: UserRequest, project: Project) -> HttpResponse:
    """Show what other rules would do, or, where that was asked, let them hold."""
    changes = _as_stored(project)
    try:
        changes = _read_changes(request.POST)
        changed_rules(project, changes)
        if "save" in request.POST:
            return _change(request, project, changes)
        effect = preview_policy(project, **changes)
    except WorkflowError as error:
        return _page(request, project, changes, error=error)
    return _page(request, project, changes, effect=effect)


@require_POST
@in_project(can_manage)
def change_switches(request: UserRequest, project: Project) -> HttpResponse:
    asked = {name: name in request.POST for name in SWITCHES}
    changed: dict[str, Any] = {
        name: on for name, on in asked.items() if on != getattr(project, name)
    }
    if "second_look" in changed:
        return _change(request, project, changed)
    change_settings(project=project, by=request.user, **changed)
    messages.success(request, _("Saved."))
    return redirect("settings", project.slug)


def _change(request: UserRequest, project: Project, changes: Mapping[str, Any]) -> HttpResponse:
    """What waits follows the settings, as a job: there may be much of it."""
    job = start_job(project=project, by=request.user, kind=Job.Kind.CHANGE_SETTINGS, asked=changes)
    return redirect("job", project.slug, job.pk)


def _page(
    request: UserRequest,
    project: Project,
    shown: Changes,
    *,
    effect: Effect | None = None,
    error: WorkflowError | None = None,
) -> HttpResponse:
    waiting = ClaimGroup.objects.waiting().filter(project=project)
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "shown": shown,
        "policies": Project.Policy.choices,
        "rules": _rules(project, shown["on_difference"]),
        "switches": [(name, says, getattr(project, name)) for name, says in SWITCHES.items()],
        "waiting": waiting.count(),
        "effect": effect,
        "because": _because(project, effect) if effect else [],
        "error": error,
    }
    status = STATUS[error.code] if error else 200
    return render(request, "annotate/settings.html", context, status=status)


def _as_stored(project: Project) -> Changes:
    return {
        "agreement_policy": project.agreement_policy,
        "match_threshold": project.match_threshold,
        "boundary_threshold": project.boundary_threshold,
        "on_difference": {**RULES_BY_DEFAULT, **project.on_difference},
    }


def _read_changes(data: QueryDict) -> Changes:
    return {
        "agreement_policy": data.get("agreement_policy", ""),
        "match_threshold": _read_share(data, "match_threshold"),
        "boundary_threshold": _read_share(data, "boundary_threshold"),
        "on_difference": {
            key: "rule" if f"rule-{key}" in data else "review" for key in sorted(RULED)
        },
    }


def _read_share(data: QueryDict, name: str) -> float:
    """A share written with a point or a comma."""
    try:
        return float(data.get(name, "").replace(",", "."))
    except ValueError:
        refuse(name, _("Write a threshold as a number between 0 and 1."))


def _rules(project: Project, chosen: Mapping[str, str]) -> list[Rule]:
    assert project.codebook is not None, "a project with rules has a codebook"
    codebook = project.codebook.parsed()
    alpha = alpha_of(project, KIND)
    says = {
        "boundary": _("the longer words, unless what is more holds another claim, source or cue"),
        "chain": _("the longer chain, where only outer links differ"),
        "attribution_type": _("as the quotation marks in the text say"),
        "kind": _(
            "the first that fits, in the order of the codebook; offered once readers agree: "
            "α from %(least)s on, now %(alpha)s"
        )
        % {"least": number(TENTATIVE), "alpha": number(alpha) or _("not known")},
    }
    return [
        Rule(
            key=key,
            title=dimension_words(key, codebook),
            says=text,
            on=chosen.get(key) == "rule",
            offered=key != KIND or (alpha is not None and alpha >= TENTATIVE),
        )
        for key, text in says.items()
    ]


def _because(project: Project, effect: Effect) -> list[tuple[str, int]]:
    """Why claims go to a reviewer, in words, with how many."""
    assert project.codebook is not None, "a project with rules has a codebook"
    codebook = project.codebook.parsed()
    ours = {
        "alone": _("only one annotator judged the sentence"),
        "policy": _("the policy wants a reviewer"),
    }
    return [
        (ours.get(key) or dimension_words(key, codebook), count)
        for key, count in effect.by_dimension.items()
    ]
