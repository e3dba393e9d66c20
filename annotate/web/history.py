"""How did I label this before: the annotator's own earlier claims on like words, nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..domain.codebook import FIVE, Codebook
from ..domain.likeness import most_alike, stems
from ..domain.offsets import quote
from ..models import Annotation, Project, Source
from ..models.codebook import codebook_in_use
from ..permissions import can_annotate, membership_of
from .guards import UserRequest, in_project
from .rows import source_name

CANDIDATES, SHOWN = 60, 10
WORDS_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier claim of one's own: its words, whose it is, and what was chosen."""

    annotation: Annotation
    quote: str
    chain: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]


@require_safe
@in_project(can_annotate)
def history(request: UserRequest, project: Project) -> HttpResponse:
    """Own annotations whose words are like `words`, the most alike first."""
    words = request.GET.get("words", "")[:WORDS_LIMIT]
    found = [] if not words.strip() else _found(request, project, words)
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "words": words,
        "earlier": found,
    }
    template = "_history" if request.htmx else "history"
    return render(request, f"annotate/{template}.html", context)


def _found(request: UserRequest, project: Project, words: str) -> list[Earlier]:
    membership, version = membership_of(request.user, project), codebook_in_use(project)
    sought = stems(words)
    if not sought or membership is None or version is None:
        return []
    candidates = (
        Annotation.objects.made_by(membership)
        .current()
        .sharing(sought, least=min(2, len(sought)))
        .select_related("sentence__article", "judgement")[:CANDIDATES]
    )
    kept = most_alike(words, candidates, lambda row: row.folded, SHOWN)
    sources = Source.objects.in_bulk({UUID(link) for row in kept for link in row.source_chain})
    codebook = version.parsed()
    return [
        Earlier(
            annotation=row,
            quote=quote(row.sentence.article.text, row.spans),
            chain=tuple(source_name(sources.get(UUID(link))) for link in row.source_chain),
            labels=tuple(_labels(row, codebook)),
        )
        for row in kept
    ]


def _labels(row: Annotation, codebook: Codebook) -> Iterable[tuple[str, str]]:
    """The title of each answer, with the class that gives it its colour."""
    language = get_language() or "en"
    for key in FIVE:
        value = getattr(row, key)
        dimension = codebook.dimension(key)
        option = dimension.option(value) if dimension else None
        yield f"c-{key}-{value}", option.title_in(language) if option else value
