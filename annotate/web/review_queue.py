"""What waits for a reviewer, in which order: the queue as its address says it, and its entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import ClaimGroup, Decision, Project, Sentence
from ..models.corpus import SentenceQuerySet
from .forms import read_id
from .guards import UserRequest
from .review_table import SIGNS, differing, level_words

LEVELS = ("none", "minor", "major", "critical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What a reviewer has before them: filters and order, as they stand in the address."""

    project: Project
    request: UserRequest
    order: str = ""
    level: str = ""
    article: UUID | None = None
    settled: bool = False
    names: bool = False
    undo: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, request: UserRequest, project: Project) -> Queue:
        data = request.GET
        return cls(
            project=project,
            request=request,
            order="level" if data.get("order") == "level" else "",
            level=level if (level := data.get("level", "")) in LEVELS else "",
            article=read_id(data, "article"),
            settled="settled" in data,
            names="names" in data,
        )

    def address(self, **changes: Any) -> str:
        """The query of this view, or of one that differs in this."""
        view = replace(self, **changes)
        asked = {
            "order": view.order,
            "level": view.level,
            "article": view.article,
            "settled": view.settled and 1,
            "names": view.names and 1,
            "undo": view.undo,
        }
        return "?" + urlencode({key: value for key, value in asked.items() if value}, doseq=True)

    @property
    def here(self) -> str:
        return self.address()

    @property
    def reading_order(self) -> str:
        return self.address(order="")

    @property
    def worst_first(self) -> str:
        return self.address(order="level")

    @property
    def to_settle(self) -> str:
        return self.address(settled=False)

    @property
    def all_settled(self) -> str:
        return self.address(settled=True)

    @property
    def levels(self) -> list[tuple[str, str, bool]]:
        """The filters by level: title, address, whether it is on."""
        chosen = [("", _("every level"))]
        chosen += [(level, level_words(level)) for level in LEVELS[::-1]]
        return [(title, self.address(level=level), level == self.level) for level, title in chosen]

    @property
    def switched_names(self) -> str:
        return self.address(names=not self.names)

    @property
    def all_articles(self) -> str:
        return self.address(article=None)

    def waiting(self) -> SentenceQuerySet:
        """Everything to settle in the project, whatever is filtered."""
        return Sentence.objects.to_settle(self.project, self.request.user)

    def sentences(self) -> SentenceQuerySet:
        """What the filters leave."""
        if self.settled:
            found = Sentence.objects.settled(self.project, self.request.user)
        else:
            found = self.waiting()
        if self.article:
            found = found.filter(article=self.article)
        if self.level and not self.settled:
            found = found.filter(Q(severity=LEVELS.index(self.level)))
        return found

    def behind(self, place: Sequence[int] = ()) -> SentenceQuerySet:
        """In this view's order, behind this place."""
        if self.order and not self.settled:
            return self.sentences().worst_first(place)
        return self.sentences().in_reading_order(place[-2:])

    def place(self, sentence: Sentence) -> tuple[int, ...]:
        """Where a sentence stands in this order; nowhere if it does not wait."""
        if self.settled:
            return place_of(sentence, worst_first=False)
        found = self.waiting().select_related("article").filter(pk=sentence.pk).first()
        return place_of(found, worst_first=bool(self.order)) if found else ()

    def next_address(self, place: Sequence[int], undo: Sequence[UUID] = ()) -> str:
        """The next sentence that this reviewer may settle, else the queue; `undo` are the claims
        that were just settled.
        """
        query = self.address(undo=tuple(undo))
        for rest in (self.behind(place), self.behind()):
            if not self.project.settle_own:
                rest = rest.filter(Q(own=False))
            if found := rest.first():
                address = reverse("review-sentence", args=[self.project.slug, found.pk])
                return address + query
        return reverse("review", args=[self.project.slug]) + query

    def left(self) -> dict[str, int]:
        """How much waits, by level, and how much of it the reviewer annotated."""
        return dict(
            self.waiting().aggregate(
                total=Count("pk"),
                critical=Count("pk", filter=Q(severity=3)),
                major=Count("pk", filter=Q(severity=2)),
                minor=Count("pk", filter=Q(severity=1)),
                equal=Count("pk", filter=Q(severity=0)),
                articles=Count("article", distinct=True),
                mine=Count("pk", filter=Q(own=True)),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sentence in the queue."""

    sentence: Sentence
    article_address: str
    level: str
    differs: Sequence[str] = ()
    decided: Sequence[str] = ()
    by_others: bool = False

    @property
    def sign(self) -> str:
        return SIGNS[self.level]

    @property
    def level_words(self) -> str:
        return level_words(self.level)

    @property
    def number(self) -> int:
        return self.sentence.index + 1


def entries(queue: Queue, sentences: Sequence[Sentence]) -> list[Entry]:
    """The sentences with what differs in them, or what was decided; one query for all."""
    assert queue.project.codebook is not None, "a project with claims has a codebook"
    codebook = queue.project.codebook.parsed()
    groups: dict[UUID, list[ClaimGroup]] = {sentence.pk: [] for sentence in sentences}
    if queue.settled:
        decisions: dict[UUID, list[str]] = {sentence.pk: [] for sentence in sentences}
        for decision in Decision.objects.standing().of_sentences(sentences):
            decisions[decision.group.sentence_id].append(_decided(decision))
        return [
            Entry(
                sentence=each,
                article_address=queue.address(article=each.article_id),
                level="none",
                decided=tuple(dict.fromkeys(decisions[each.pk])),
            )
            for each in sentences
        ]
    for group in ClaimGroup.objects.waiting().filter(sentence__in=groups).order_by("start"):
        groups[group.sentence_id].append(group)
    return [
        Entry(
            sentence=each,
            article_address=queue.address(article=each.article_id),
            level=LEVELS[each.severity],
            differs=differing(groups[each.pk], codebook),
            by_others=each.own and not queue.project.settle_own,
        )
        for each in sentences
    ]


def _decided(decision: Decision) -> str:
    if decision.outcome == Decision.Outcome.REJECTED:
        words = _("none is right")
    else:
        words = str(decision.get_agreed_by_display())
    return f"{words} · {decision.decided_by.get_username()}" if decision.decided_by else words


def place_of(sentence: Sentence, *, worst_first: bool) -> tuple[int, ...]:
    place = (sentence.article.position, sentence.index)
    return (sentence.severity, *place) if worst_first else place


def written(place: Sequence[int]) -> str:
    return "-".join(str(number) for number in place)


def read_place(data: QueryDict) -> tuple[int, ...]:
    """The place behind which a page begins; what cannot be read begins at the first."""
    numbers = data.get("after", "").split("-")
    if all(each.isascii() and each.isdigit() and len(each) < 19 for each in numbers):
        place = tuple(int(each) for each in numbers)
        return place if len(place) == (3 if data.get("order") == "level" else 2) else ()
    return ()
