"""The annotators' second look at what is disputed, and the third reader's way to a tie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..domain.codebook import Codebook, Dimension
from ..errors import Refusal, WorkflowError
from ..models import (
    Annotation,
    Assignment,
    Claim,
    Project,
    ReviewItem,
    SecondLook,
    Sentence,
    Source,
)
from ..permissions import can_annotate, membership_of
from ..workflow.second_look import Look, answer_second_look, looks_for
from ..workflow.sources import redirects
from ..workflow.tiebreak import next_tie
from .guards import UserRequest, in_project
from .review_tracks import Drawn, Track, track_of
from .review_words import (
    LINK,
    answer_of,
    dimension_words,
    language,
    linked_words,
    propositions,
    tag_of,
)
from .rows import Tag, source_name

TOLD = frozenset({"kind", "stance", "certainty"})
"""What is told of every claim; of the other dimensions, those in which its readers differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer: tags, or words. It has the dimension's `title` where its readers differ."""

    title: str
    tags: tuple[Tag, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimShown:
    """One claim of a reading in a line, with what its readers differ in."""

    number: int
    words: str
    chain: tuple[str, ...]
    said: tuple[Said, ...]
    words_differ: bool
    chain_differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingShown:
    """One's own reading, or another's, nameless; `answer` is what takes it."""

    place: int
    title: str
    answer: str
    claims: tuple[ClaimShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookShown:
    """A disputed sentence with its readings, one's own first."""

    sentence: Sentence
    track: Track
    readings: tuple[ReadingShown, ...]

    @property
    def discuss(self) -> int:
        """The digit that leaves it to a reviewer."""
        return len(self.readings) + 1


@require_GET
@in_project(can_annotate)
def second_look(request: UserRequest, project: Project) -> HttpResponse:
    """What is disputed in one of the annotator's articles."""
    waiting = ReviewItem.objects.to_look_at_by(request.user, project)
    looks = _looks(request, waiting.articles())
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "looks": _shown(looks, project),
        "article": looks[0].sentence.article if looks else None,
        "left": waiting.count(),
    }
    return render(request, "annotate/second_look.html", context)


@require_POST
@in_project(can_annotate)
def answer(request: UserRequest, project: Project, sentence: UUID) -> HttpResponse:
    found = get_object_or_404(
        Sentence.objects.visible_to(request.user), project=project, pk=sentence
    )
    given, _between, number = request.POST.get("answer", "").partition(" ")
    look = answer_second_look(
        sentence=found,
        by=request.user,
        answer=given,
        reading=int(number) if number.isascii() and number.isdigit() else None,
    )
    said = {
        SecondLook.Answer.KEEP: _("You keep your reading."),
        SecondLook.Answer.TAKE: _("You take the other reading."),
        SecondLook.Answer.DISCUSS: _("A reviewer decides."),
    }
    messages.success(request, said[SecondLook.Answer(look.answer)])
    return redirect("second-look", project.slug)


@require_POST
@in_project(can_annotate)
def break_next_tie(request: UserRequest, project: Project) -> HttpResponse:
    member = membership_of(request.user, project)
    assert member is not None, "in_project lets only members through"
    try:
        assignment = next_tie(membership=member, by=request.user)
    except WorkflowError as error:
        if error.code != Refusal.GONE:
            raise
        messages.info(request, error.message)
        return redirect("desk", project.slug)
    return redirect("workbench", project.slug, assignment.article_id)


def _looks(request: UserRequest, articles: Iterable[UUID]) -> list[Look]:
    """The looks in the first of these articles that has some for this annotator."""
    for article in articles:
        mine = Assignment.objects.of(request.user).counted().filter(article=article, limited_to=[])
        assignment = mine.select_related("article__project").first()
        if assignment and (looks := looks_for(assignment)):
            for look in looks:
                look.sentence.article = assignment.article
            return looks
    return []


def _shown(looks: Sequence[Look], project: Project) -> list[LookShown]:
    if not looks:
        return []
    assert project.codebook is not None, "a project with claims has a codebook"
    said = [it for look in looks for each in (look.mine, *look.others) for it in each.annotations]
    teller = _Teller(
        codebook=project.codebook.parsed(),
        sources=redirects({UUID(link) for it in said for link in it.source_chain}),
        propositions=propositions((it.place.group, it) for it in said),
    )
    return [teller.look(look) for look in looks]


def _differing(annotation: Annotation) -> set[str]:
    """In what the readers of this claim differ; the workflow reads it with its group."""
    return {each["dimension"] for each in annotation.place.group.differences}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Puts readings into words."""

    codebook: Codebook
    sources: Mapping[UUID, Source]
    propositions: Mapping[UUID, Claim]

    def look(self, look: Look) -> LookShown:
        readings = (look.mine, *look.others)
        drawn = [
            Drawn(reader=place, number=number, spans=annotation.spans)
            for place, reading in enumerate(readings)
            for number, annotation in enumerate(reading.annotations, start=1)
        ]
        return LookShown(
            sentence=look.sentence,
            track=track_of(look.sentence, drawn),
            readings=tuple(
                ReadingShown(
                    place=place,
                    title=_title(place, len(look.others)),
                    answer=f"take {reading.number}" if place else "keep",
                    claims=tuple(
                        self.claim(number, annotation, look.sentence)
                        for number, annotation in enumerate(reading.annotations, start=1)
                    ),
                )
                for place, reading in enumerate(readings)
            ),
        )

    def claim(self, number: int, annotation: Annotation, sentence: Sentence) -> ClaimShown:
        differ = _differing(annotation)
        names = (source_name(self.sources.get(UUID(link))) for link in annotation.source_chain)
        return ClaimShown(
            number=number,
            words=sentence.article.quote(annotation.spans),
            chain=tuple(names),
            said=tuple(self.said(annotation, differ)),
            words_differ=bool(differ & {"boundary", "existence", "granularity"}),
            chain_differs=bool(differ & {"source", "chain"}),
        )

    def said(self, annotation: Annotation, differ: set[str]) -> Iterator[Said]:
        for dimension in self.codebook.dimensions:
            if dimension.key in TOLD | differ:
                title = dimension.title_in(language()) if dimension.key in differ else ""
                yield _answer(annotation, dimension, title)
        if LINK in differ:
            words = linked_words(annotation, self.propositions)
            yield Said(title=dimension_words(LINK, self.codebook), words=words)


def _answer(annotation: Annotation, dimension: Dimension, title: str) -> Said:
    value = answer_of(annotation, dimension.key)
    if value in (None, "", []):
        return Said(title=title, words=_("no answer") if title else "")
    if not dimension.options:
        return Said(title=title, words=str(value))
    values = value if isinstance(value, list) else [value]
    return Said(title=title, tags=tuple(tag_of(dimension, each) for each in values))


def _title(place: int, others: int) -> str:
    if place == 0:
        return _("Your reading")
    return _("Another reading") if others == 1 else _("Another reading, %d") % place
