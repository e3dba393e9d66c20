"""Policy: when is a claim agreed? Changing it shows its effect first, judges anew what waits, and
never touches what is decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack, cast

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from ..domain.disagreement import RULED, Agreed, ToReview
from ..errors import Refusal, WorkflowError
from ..models import Article, ClaimGroup, Job, Project
from .grouping import FAILURES, align_free, judged, regroup, stored_groups
from .jobs import Progress, untold
from .projects import change_project
from .work import Rules, read_work

SWITCHES = ("rule", "review")


class Changes(TypedDict, total=False):
    """What may be changed; the rest stays as it is."""

    agreement_policy: str
    match_threshold: float
    boundary_threshold: float
    on_difference: Mapping[str, str]


POLICY = frozenset(Changes.__annotations__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a policy makes of the groups that are not decided: how many it agrees on, how many it
    leaves to a reviewer, and because of which dimensions (a group counts under each of them).
    """

    articles: int
    waiting_before: int
    agreed: int
    to_review: int
    by_dimension: Mapping[str, int]


def preview_policy(
    project: Project, *, progress: Progress = untold, **changes: Unpack[Changes]
) -> Effect:
    """What would become of the groups that wait if the policy were changed so; stores nothing."""
    rules = changed_rules(project, changes)
    agreed = to_review = 0
    because: Counter[str] = Counter()
    articles = 0
    for article in _with_waiting(project, progress, Job.Step.READING):
        articles += 1
        try:
            waiting, outcomes = _judged_anew(article, rules)
        except FAILURES:
            # Changing the policy tells why, and leaves these groups as they are.
            to_review += article.groups.waiting().count()
            continue
        to_review += waiting
        for outcome in outcomes:
            if isinstance(outcome, Agreed):
                agreed += 1
            else:
                to_review += 1
                because.update(outcome.unsettled or [str(outcome.because)])
    return Effect(
        articles=articles,
        waiting_before=ClaimGroup.objects.waiting_in(project).count(),
        agreed=agreed,
        to_review=to_review,
        by_dimension=dict(because.most_common()),
    )


def _judged_anew(article: Article, rules: Rules) -> tuple[int, list[Agreed | ToReview]]:
    """How many groups wait whatever the rules are, and what these make of the others."""
    work = read_work(article)
    held, _free = stored_groups(article)
    groups, _added = align_free(work, rules, held)
    return sum(group.waits for group in held), [judged(group, work, rules) for group in groups]


def change_policy(
    *, project: Project, by: User, progress: Progress = untold, **changes: Unpack[Changes]
) -> Effect:
    """Change when claims are agreed (`on_difference`: dimension -> `rule` | `review`).

    What waits is aligned and judged anew, article by article, each in a transaction of its own: if
    this is cut short, the same call again goes on. Returns the effect.
    """
    effect = preview_policy(project, progress=progress, **changes)
    change_settings(project=project, by=by, progress=progress, **changes)
    return effect


def change_settings(
    *, project: Project, by: User, progress: Progress = untold, **settings: Any
) -> Project:
    """Change the project's settings, its policy among them. What was agreed under the old ones
    stays as it was decided; what waits, and for whom, follows the new ones.
    """
    changed_rules(project, cast(Changes, {key: settings[key] for key in POLICY & settings.keys()}))
    if settings:
        change_project(project=project, by=by, **settings)
    if settings.keys() & (POLICY | {"second_look"}):
        for article in _with_waiting(project, progress, Job.Step.COMPUTING):
            regroup(article=article, by=by)
    return project


def _with_waiting(project: Project, progress: Progress, step: Job.Step) -> Iterator[Article]:
    """The complete articles with groups that wait."""
    waiting = ClaimGroup.objects.waiting_in(project)
    articles = project.articles.filter(pk__in=waiting.order_by().values("article"))
    found = list(articles.order_by("position").values_list("pk", flat=True))
    for done, pk in enumerate(found):
        progress(step, done, len(found))
        yield Article.objects.select_related("project__codebook").get(pk=pk)


def changed_rules(project: Project, changes: Changes) -> Rules:
    """The project's rules with these changes, checked; raises WorkflowError for those that cannot
    hold.
    """
    rules = replace(Rules.of(project), **changes)
    for name in ("match_threshold", "boundary_threshold"):
        if not 0 < getattr(rules, name) <= 1:
            raise WorkflowError(
                Refusal.INVALID, _("A threshold is above 0 and at most 1."), field=name
            )
    if rules.agreement_policy not in Project.Policy.values:
        raise WorkflowError(
            Refusal.INVALID, _("Choose one of the policies."), field="agreement_policy"
        )
    switches = rules.on_difference
    if not (switches.keys() <= RULED and set(switches.values()) <= set(SWITCHES)):
        raise WorkflowError(
            Refusal.INVALID,
            _("There are rules for boundary, chain, attribution and kind only."),
            field="on_difference",
        )
    return rules
