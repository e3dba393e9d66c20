"""Sources while one types: those the annotator may use, and proposing one that is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from ..models import Article, Project, Source, SourceAlias
from ..permissions import can_annotate
from ..workflow.sources import offered_names, propose_source
from .forms import read_id, read_name
from .guards import UserRequest, in_project

SHOWN = 8
READ = 100  # names among which the sources shown are looked for
LONGEST_TYPED = 200  # that is searched for; proposed is the whole, or it is refused


@dataclass(frozen=True, slots=True)
class Offered:
    """A source in the list, by its name in the reader's language and the name that was found."""

    source: Source
    name: str
    found: SourceAlias


@require_GET
@in_project(can_annotate)
def sources(request: UserRequest, project: Project) -> HttpResponse:
    """The first sources with a name or alias that holds what was typed."""
    article = _article(request, project, read_id(request.GET, "article"))
    typed = read_name(request.GET, "q")
    begin = typed[:LONGEST_TYPED]
    names = offered_names(project=project, by=request.user, article=article, typed=begin)[:READ]
    context = {"project": project, "article": article, "typed": typed, "found": _one_each(names)}
    return render(request, "annotate/_sources.html", context)


@require_POST
@in_project(can_annotate)
def propose(request: UserRequest, project: Project) -> HttpResponse:
    """Propose a source; the answer is the list with it alone, ready to be taken."""
    article = get_object_or_404(
        Article.objects.in_project(project).visible_to(request.user),
        pk=read_id(request.POST, "article"),
    )
    source = propose_source(
        article=article,
        by=request.user,
        name=read_name(request.POST),
        kind=request.POST.get("kind", ""),
    )
    context = {"project": project, "found": _one_each([source.aliases.earliest("folded")])}
    return render(request, "annotate/_sources.html", context)


def _article(request: UserRequest, project: Project, pk: object) -> Article | None:
    if pk is None:
        return None
    return get_object_or_404(Article.objects.in_project(project).visible_to(request.user), pk=pk)


def _one_each(names: Iterable[SourceAlias]) -> list[Offered]:
    """The first sources, in order, each by the best of its names."""
    language = get_language() or "en"
    best: dict[object, Offered] = {}
    for name in names:
        source = name.source
        best.setdefault(source.pk, Offered(source, source.name_in(language), name))
    return list(best.values())[:SHOWN]
