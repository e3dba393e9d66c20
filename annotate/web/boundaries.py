"""Boundaries: the sentences of an article as they are cut, and their correction until somebody
judges one.

A change is answered with the whole text as it stands then; without a script the page is shown
again.
"""

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..models import Article, Project, Sentence
from ..permissions import can_manage, membership_of
from ..workflow.resplitting import (
    Change,
    change_block,
    history,
    join_with_next,
    split_sentence,
    undo_boundaries,
    why_closed,
)
from .forms import read_id, refuse
from .guards import UserRequest, in_project

_WORD = re.compile(r"\S+")
_AROUND = 60


@require_GET
@in_project(can_manage)
def article_sentences(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    found = _article(request, project, article)
    return _shown(request, found, read_id(request.GET, "sentence"))


@require_POST
@in_project(can_manage)
def split(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    """End the sentence before the code point `at`."""
    sentence = _sentence(request, project, article)
    at = request.POST.get("at", "")
    if not (at.isascii() and at.isdigit() and len(at) < 10):
        refuse("at", _("Say where: click between two words of the sentence, or choose a word."))
    return _changed(request, split_sentence(sentence=sentence, by=request.user, at=int(at)))


@require_POST
@in_project(can_manage)
def join(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    sentence = _sentence(request, project, article)
    return _changed(request, join_with_next(sentence=sentence, by=request.user))


@require_POST
@in_project(can_manage)
def block(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    sentence = _sentence(request, project, article)
    chosen = request.POST.get("block", "")
    return _changed(request, change_block(sentence=sentence, by=request.user, block=chosen))


@require_POST
@in_project(can_manage)
def undo(request: UserRequest, project: Project, article: UUID) -> HttpResponse:
    found = _article(request, project, article)
    return _changed(request, undo_boundaries(article=found, by=request.user))


def _article(request: UserRequest, project: Project, pk: UUID) -> Article:
    articles = Article.objects.in_project(project).visible_to(request.user)
    return get_object_or_404(articles.select_related("project", "publisher"), pk=pk)


def _sentence(request: UserRequest, project: Project, article: UUID) -> Sentence:
    """The sentence that was chosen; the workflow says whether it still stands."""
    found = _article(request, project, article)
    pk = read_id(request.POST, "sentence")
    if pk is None:
        refuse("sentence", _("Choose a sentence first."))
    return Sentence(pk=pk, project=project, article=found)


def _changed(request: UserRequest, here: Sentence) -> HttpResponse:
    article = here.article
    if request.htmx:
        return _shown(request, article, here.pk)
    page = reverse("article-sentences", args=[article.project.slug, article.pk])
    return redirect(f"{page}?sentence={here.pk}#unit-{here.pk}")


def _shown(request: UserRequest, article: Article, here: UUID | None) -> HttpResponse:
    """The article's sentences with the one in focus: the first where it does not stand any more."""
    sentences = list(article.sentences.order_by("index"))
    for sentence in sentences:
        sentence.article = article
    focus = next((each for each in sentences if each.pk == here), sentences[0])
    changes = history(article)
    is_open = Article.objects.unjudged().filter(pk=article.pk).exists()
    context: dict[str, Any] = {
        "project": article.project,
        "membership": membership_of(request.user, article.project),
        "article": article,
        "sentences": sentences,
        "here": focus.pk,
        "places": _places(focus),
        "blocks": Sentence.Block.choices,
        "closed": "" if is_open else why_closed(),
        "changes": [(change, _told(change, article)) for change in changes],
        "undoable": is_open and any(not change.undone for change in changes),
    }
    template = "_boundaries.html" if request.htmx else "boundaries.html"
    return render(request, f"annotate/{template}", context)


def _places(sentence: Sentence) -> list[tuple[int, str]]:
    """Where the sentence may be cut without a script: before each word but the first."""
    text = sentence.text
    starts = [word.start() for word in _WORD.finditer(text)][1:]
    return [
        (sentence.start + start, Truncator(text[start : start + _AROUND]).words(4))
        for start in starts
    ]


def _told(change: Change, article: Article) -> str:
    """What was done, with words of the article, which keep a direction of their own (UAX #9)."""

    def words(start: int, end: int) -> str:
        shown = Truncator(article.text[start : min(end, start + _AROUND)]).words(5)
        return f"\u2068{shown}\u2069"

    before, after = change.before, change.after
    match change.event.what:
        case "split_sentence":
            return _("split before “%s”") % words(*after[1].span)
        case "join_with_next":
            return _("joined with “%s”") % words(*before[1].span)
        case "change_block":
            return _("“%(words)s” is %(after)s, not %(before)s") % {
                "words": words(*after[0].span),
                "before": Sentence.Block(before[0].block).label,
                "after": Sentence.Block(after[0].block).label,
            }
        case _:
            return _("cut anew by %(segmenter)s: %(before)d → %(after)d sentences") % {
                "segmenter": after[0].segmenter,
                "before": len(before),
                "after": len(after),
            }
