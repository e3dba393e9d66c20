"""Suggestions as chips above the source field, where the project has them on."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ..models import Assignment, Sentence
from ..workflow.suggesting import suggested
from .guards import UserRequest
from .workbench import at_sentence


@require_GET
@at_sentence
def suggestions(request: UserRequest, sentence: Sentence) -> HttpResponse:
    """What the annotator of the sentence is offered for a claim in it."""
    get_object_or_404(Assignment.objects.of(request.user), article=sentence.article_id)
    if not sentence.article.project.suggestions:
        raise Http404
    context = {"sentence": sentence, "found": suggested(sentence=sentence, by=request.user)}
    return render(request, "annotate/_suggestions.html", context)
