"""A manager's page of how the project works: when claims are agreed, with the effect of another
policy before it is stored, and what annotators are offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from ..domain.agreement import TENTATIVE
from ..domain.disagreement import KIND, RULED, RULES_BY_DEFAULT
from ..errors import Refusal, WorkflowError
from ..jobs import start_job
from ..models import ClaimGroup, Job, Project
from ..permissions import can_manage, membership_of
from ..workflow.figures import alpha_of
from ..workflow.policy import Changes, Effect, change_settings, changed_rules, preview_policy
from .agreement_words import number
from .guards import STATUS, UserRequest, in_project
from .jobs import asked_before
from .review_words import dimension_words
from .typed_numbers import read_decimal

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
}


NO_NUMBER = gettext_lazy("Write a number between 0 and 1, such as 0.5.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is done with a small difference of this dimension."""

    key: str
    title: str
    says: str
    on: bool
    offered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The rules as they stand on the screen; the thresholds as they were typed, not checked yet."""

    agreement_policy: str
    match_threshold: str
    boundary_threshold: str
    on_difference: Mapping[str, str]

    @classmethod
    def of(cls, project: Project, asked: Mapping[str, Any]) -> Form:
        """The rules that hold, with those in their place that were asked for."""
        stored = {name: getattr(project, name) for name in cls.__dataclass_fields__}
        shown = stored | {name: asked[name] for name in stored.keys() & asked.keys()}
        return cls(
            agreement_policy=shown["agreement_policy"],
            match_threshold=str(shown["match_threshold"]),
            boundary_threshold=str(shown["boundary_threshold"]),
            on_difference={**RULES_BY_DEFAULT, **shown["on_difference"]},
        )

    @classmethod
    def sent(cls, data: QueryDict) -> Form:
        return cls(
            agreement_policy=data.get("agreement_policy", ""),
            match_threshold=data.get("match_threshold", ""),
            boundary_threshold=data.get("boundary_threshold", ""),
            on_difference={
                key: "rule" if f"rule-{key}" in data else "review" for key in sorted(RULED)
            },
        )

    def read(self, project: Project) -> tuple[Changes, Mapping[str, str]]:
        """The rules that are asked for, and field by field what is wrong with them."""
        changes: Changes = {
            "agreement_policy": self.agreement_policy,
            "on_difference": self.on_difference,
        }
        wrong: dict[str, str] = {}
        match, boundary = read_decimal(self.match_threshold), read_decimal(self.boundary_threshold)
        if match is None:
            wrong["match_threshold"] = str(NO_NUMBER)
        else:
            changes["match_threshold"] = match
        if boundary is None:
            wrong["boundary_threshold"] = str(NO_NUMBER)
        else:
            changes["boundary_threshold"] = boundary
        return changes, {**wrong, **_refused(project, changes)}


@require_GET
@in_project(can_manage)
def project_settings(request: UserRequest, project: Project) -> HttpResponse:
    """The settings that hold; or those that a job was to change, to try it again."""
    asked = asked_before(request, project, Job.Kind.CHANGE_SETTINGS)
    return _page(request, project, Form.of(project, asked), switches=asked, again=bool(asked))


@require_POST
@in_project(can_manage)
def change_rules(request: UserRequest, project: Project) -> HttpResponse:
    """Show what other rules would do, or, where that was asked, let them hold."""
    form = Form.sent(request.POST)
    changes, wrong = form.read(project)
    if wrong:
        return _page(request, project, form, wrong=wrong, status=STATUS[Refusal.INVALID])
    if "save" not in request.POST:
        return _page(request, project, form, effect=preview_policy(project, **changes))
    try:
        return _change(request, project, changes)
    except WorkflowError as error:
        return _page(request, project, form, error=error, status=STATUS[error.code])


@require_POST
@in_project(can_manage)
def change_switches(request: UserRequest, project: Project) -> HttpResponse:
    asked = {name: name in request.POST for name in SWITCHES}
    changed: dict[str, Any] = {
        name: on for name, on in asked.items() if on != getattr(project, name)
    }
    try:
        if "second_look" in changed:
            return _change(request, project, changed)
        change_settings(project=project, by=request.user, **changed)
    except WorkflowError as error:
        form = Form.of(project, {})
        return _page(request, project, form, switches=asked, error=error, status=STATUS[error.code])
    messages.success(request, _("Saved."))
    return redirect("settings", project.slug)


def _change(request: UserRequest, project: Project, changes: Mapping[str, Any]) -> HttpResponse:
    """What waits follows the settings, as a job: there may be much of it."""
    job = start_job(project=project, by=request.user, kind=Job.Kind.CHANGE_SETTINGS, asked=changes)
    return redirect("job", project.slug, job.pk)


def _page(
    request: UserRequest,
    project: Project,
    form: Form,
    *,
    switches: Mapping[str, Any] | None = None,
    effect: Effect | None = None,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    """The page with this form; `switches` are those that were asked for, `said` what it says of
    them beside the form.
    """
    asked = switches or {}
    context = {
        **said,
        "project": project,
        "membership": membership_of(request.user, project),
        "shown": form,
        "policies": Project.Policy.choices,
        "rules": _rules(project, form.on_difference),
        "switches": [
            (name, says, asked.get(name, getattr(project, name))) for name, says in SWITCHES.items()
        ],
        "waiting": ClaimGroup.objects.waiting_in(project).count(),
        "effect": effect,
        "because": _because(project, effect) if effect else [],
    }
    return render(request, "annotate/settings.html", context, status=status)


def _refused(project: Project, changes: Changes) -> dict[str, str]:
    """What the workflow says against each of these rules."""
    found: dict[str, str] = {}
    for name, value in changes.items():
        try:
            changed_rules(project, cast(Changes, {name: value}))
        except WorkflowError as error:
            found[name] = error.message
    return found


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
