"""The check before an article is handed in: it asks, and never stands in the way."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ..domain.checks import Judged, findings
from ..models import Assignment, Judgement, Project, Sentence
from ..permissions import can_annotate, membership_of
from ..workflow.labelling import states
from .guards import UserRequest, in_project


@require_safe
@in_project(can_annotate)
def submit_check(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    """What may be worth another look, each with its sentence, and the button that hands in."""
    assignment = get_object_or_404(
        Assignment.objects.of(request.user).select_related("article"),
        project=project,
        article=article,
    )
    sentences = list(Sentence.objects.given_in(assignment).order_by("index"))
    for sentence in sentences:
        sentence.article = assignment.article
    judged = states(assignment, sentences)
    text = assignment.article.text
    found = findings(
        (
            Judged(each.index + 1, each.start, text[each.start : each.end], judged[each.pk][1])
            for each in sentences
            if each.pk in judged
        ),
        assignment.article.language,
    )
    done = {pk for pk, (head, _state) in judged.items() if head.status in Judgement.DONE}
    by_number = {each.index + 1: each for each in sentences}
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "assignment": assignment,
        "article": assignment.article,
        "total": len(sentences),
        "left": next((each for each in sentences if each.pk not in done), None),
        "findings": [(finding, by_number[finding.number]) for finding in found],
    }
    template = "_check" if request.htmx else "check"
    return render(request, f"annotate/{template}.html", context)
