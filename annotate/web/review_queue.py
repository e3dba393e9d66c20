"""What waits for a reviewer, in which order: the queue as its address says it, and its entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from ..domain.codebook import Codebook
from ..models import ClaimGroup, Decision, Project, ReviewItem, Sentence
from ..models.hot_review import people_of, waiting_counts, waiting_groups, waiting_items
from ..models.settling import ReviewItemQuerySet
from ..permissions import leaves_to
from .forms import read_id
from .guards import UserRequest
from .review_words import OURS, differing, dimension_words, level_words, value_words

LEVELS = ("none", "minor", "major", "critical")
ANY = UUID(int=0)
"""In the place of a sentence in an address."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What a reviewer has before them: filters and order, as they stand in the address.

    `values` narrow `dimension` to differences between these answers; `way` is how what is settled
    was agreed (`Decision.AgreedBy`).
    """

    project: Project
    request: UserRequest
    order: str = ""
    level: str = ""
    article: UUID | None = None
    reader: UUID | None = None
    other: UUID | None = None
    dimension: str = ""
    values: tuple[str, ...] = ()
    settled: bool = False
    way: str = ""
    names: bool = False
    undo: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, request: UserRequest, project: Project) -> Queue:
        data = request.GET
        return cls(
            project=project,
            request=request,
            order="level" if data.get("order") == "level" else "",
            level=_one_of(LEVELS, data.get("level", "")),
            article=read_id(data, "article"),
            reader=read_id(data, "reader"),
            other=read_id(data, "other"),
            dimension=data.get("dimension", "")[:60],
            values=tuple(value for value in data.get("values", "").split(",") if value),
            settled="settled" in data,
            way=_one_of(Decision.AgreedBy.values, data.get("way", "")),
            names="names" in data,
        )

    def address(self, **changes: Any) -> str:
        """The query of this view, or of one that differs in this."""
        view = replace(self, **changes)
        asked = {
            "order": view.order,
            "level": view.level,
            "article": view.article,
            "reader": view.reader,
            "other": view.other,
            "dimension": view.dimension,
            "values": ",".join(view.values),
            "settled": view.settled and 1,
            "way": view.way,
            "names": view.names and 1,
            "undo": view.undo,
        }
        return "?" + urlencode({key: value for key, value in asked.items() if value}, doseq=True)

    @cached_property
    def here(self) -> str:
        return self.address()

    @cached_property
    def list_address(self) -> str:
        return reverse("review", args=[self.project.slug])

    def at(self, sentence: UUID, name: str = "review-sentence") -> str:
        """The page of a sentence, or where one of its forms is sent, with this view as query."""
        return _address_at(name, self.project.slug).replace(str(ANY), str(sentence)) + self.here

    @property
    def to_settle(self) -> str:
        return self.address(settled=False, way="")

    @property
    def all_settled(self) -> str:
        return self.address(settled=True)

    @property
    def all_articles(self) -> str:
        return self.address(article=None)

    @property
    def all_values(self) -> str:
        return self.address(values=())

    @cached_property
    def unfiltered(self) -> str:
        return Queue(
            project=self.project, request=self.request, order=self.order, settled=self.settled
        ).here

    @property
    def is_filtered(self) -> bool:
        return self.here != self.unfiltered

    @property
    def is_whole(self) -> bool:
        """Whether it is all that waits."""
        narrowed = self.level, self.article, self.reader, self.other, self.dimension
        return not (self.settled or any(narrowed))

    @property
    def switched_names(self) -> str:
        return self.address(names=not self.names)

    @property
    def orders(self) -> list[tuple[str, str, bool]]:
        return _options([("", _("as one reads")), ("level", _("worst first"))], self.order)

    @property
    def levels(self) -> list[tuple[str, str, bool]]:
        named = [(level, level_words(level)) for level in LEVELS[::-1]]
        return _options([("", _("every level")), *named], self.level)

    @property
    def dimensions(self) -> list[tuple[str, str, bool]]:
        """What one can ask for differences in."""
        counted = [each.key for each in self.codebook.dimensions if each.enabled and each.agreement]
        named = [(key, dimension_words(key, self.codebook)) for key in (*OURS, *counted)]
        return _options([("", _("anything")), *named], self.dimension)

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        named = [(way.value, str(way.label)) for way in Decision.AgreedBy]
        return _options([("", _("any way")), *named], self.way)

    @property
    def between(self) -> str:
        """The answers between which readers differ, in words."""
        return " / ".join(value_words(self.dimension, each, self.codebook) for each in self.values)

    @cached_property
    def codebook(self) -> Codebook:
        assert self.project.codebook is not None, "a project with claims has a codebook"
        return self.project.codebook.parsed()

    @cached_property
    def _members(self) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in people_of(self.project)]

    @property
    def readers(self) -> list[tuple[str, str, bool]]:
        return _options([("", _("anybody")), *self._members], str(self.reader or ""))

    @property
    def others(self) -> list[tuple[str, str, bool]]:
        return _options([("", _("anybody")), *self._members], str(self.other or ""))

    def waiting(self) -> ReviewItemQuerySet:
        """Everything to settle in the project, whatever is filtered."""
        return ReviewItem.objects.waiting(self.project).off_desk_of(self.request.user)

    def items(self) -> ReviewItemQuerySet:
        """What the filters leave."""
        found = self.waiting()
        if self.settled:
            found = ReviewItem.objects.settled(self.project).off_desk_of(self.request.user)
        if self.article:
            found = found.in_article(self.article)
        if self.level and not self.settled:
            found = found.of_severity(LEVELS.index(self.level))
        found = found.read_by(*(reader for reader in (self.reader, self.other) if reader))
        if self.dimension:
            found = found.with_groups(self._groups().differing_in(self.dimension, self.values))
        return found.agreed_by(self.way) if self.settled and self.way else found

    def _groups(self) -> Any:
        groups = ClaimGroup.objects.filter(project=self.project)
        return groups if self.settled else groups.waiting()

    @property
    def worst_first(self) -> bool:
        """What is settled is told in reading order, whatever the address asks for."""
        return bool(self.order) and not self.settled

    @property
    def asked_place(self) -> tuple[int, ...]:
        """The place behind which the address begins, in this view's order."""
        return read_place(self.request.GET, length=3 if self.worst_first else 2)

    def behind(self, place: Sequence[int] = ()) -> ReviewItemQuerySet:
        """In this view's order, behind this place."""
        if self.worst_first:
            return self.items().worst_first(place)
        return self.items().in_reading_order(place[-2:])

    def page(self, place: Sequence[int], size: int, *, anothers: bool = False) -> list[ReviewItem]:
        """So many behind this place; with `anothers`, of articles that the reviewer did not
        annotate.
        """
        user = self.request.user
        if self.is_whole:
            return waiting_items(
                self.project, user, place, size, worst_first=self.worst_first, anothers=anothers
            )
        found = self.behind(place)
        found = found.not_annotated_by(user) if anothers else found
        return list(found.with_words(user)[:size])

    def place(self, sentence: Sentence) -> tuple[int, ...]:
        """Where a sentence stands in this order; nowhere if nothing was found in it."""
        item = ReviewItem.objects.filter(sentence=sentence).first()
        return self.place_of(item) if item else ()

    def place_of(self, item: ReviewItem) -> tuple[int, ...]:
        return (item.severity, *item.place) if self.worst_first else item.place

    def next_item(
        self, sentence: Sentence, place: Sequence[int], behind: Iterable[ReviewItem] = ()
    ) -> ReviewItem | None:
        """What this reviewer may settle after this sentence: what comes behind it, of which some
        may be known, else what was passed over.
        """
        for found in behind:
            if leaves_to(self.project, annotated=found.mine):
                return found
        for begin in (place, ()):
            for found in self.page(begin, 2, anothers=not self.project.settle_own):
                if found.sentence_id != sentence.pk:
                    return found
        return None

    def address_of(self, item: ReviewItem | None, undo: Sequence[UUID] = ()) -> str:
        """The page of an item, or the queue; `undo` are the claims that were just settled."""
        view = replace(self, undo=tuple(undo))
        return view.at(item.sentence_id) if item else view.list_address + view.here

    def left(self) -> dict[str, int]:
        """How much waits, by level, and how much of it the reviewer annotated."""
        waiting = waiting_counts(self.project, self.request.user)
        levels = waiting.by_severity
        return {
            "total": levels.total(),
            "critical": levels[3],
            "major": levels[2],
            "minor": levels[1],
            "equal": levels[0],
            "articles": waiting.articles,
            "mine": waiting.mine,
            "found": self.items().count() if self.is_filtered else levels.total(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sentence in the queue."""

    item: ReviewItem
    address: str
    article_address: str
    level: str
    differs: Sequence[str] = ()
    decided: Sequence[str] = ()
    by_others: bool = False

    @property
    def number(self) -> int:
        return self.item.index + 1


def entries(queue: Queue, items: Sequence[ReviewItem]) -> list[Entry]:
    """The sentences with what differs in them, or what was decided; one query for all."""
    sentences = [item.sentence_id for item in items]
    decided = _decided(sentences) if queue.settled else {}
    differs = {} if queue.settled else _differing(sentences, queue.codebook)
    articles = {
        pk: queue.list_address + queue.address(article=pk)
        for pk in {item.article_id for item in items}
    }
    return [
        Entry(
            item=item,
            address=queue.at(item.sentence_id),
            article_address=articles[item.article_id],
            level="none" if queue.settled else LEVELS[item.severity],
            differs=differs.get(item.sentence_id, ()),
            decided=decided.get(item.sentence_id, ()),
            by_others=not queue.settled and not leaves_to(queue.project, annotated=item.mine),
        )
        for item in items
    ]


def _differing(sentences: Sequence[UUID], codebook: Codebook) -> dict[UUID, tuple[str, ...]]:
    groups: defaultdict[UUID, list[ClaimGroup]] = defaultdict(list)
    for group in waiting_groups(sentences):
        groups[group.sentence_id].append(group)
    return {sentence: differing(found, codebook) for sentence, found in groups.items()}


def _decided(sentences: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    outcomes: defaultdict[UUID, list[str]] = defaultdict(list)
    for decision in Decision.objects.standing().of_sentences(sentences):
        outcomes[decision.group.sentence_id].append(_outcome(decision))
    return {sentence: tuple(dict.fromkeys(found)) for sentence, found in outcomes.items()}


def _outcome(decision: Decision) -> str:
    if decision.outcome == Decision.Outcome.REJECTED:
        words = _("none is right")
    else:
        words = str(decision.get_agreed_by_display())
    return f"{words} · {decision.decided_by.get_username()}" if decision.decided_by else words


@lru_cache(maxsize=1024)
def _address_at(name: str, slug: str) -> str:
    """An address with `ANY` in it, made once: a page has dozens, and `reverse` is slow."""
    return reverse(name, args=[slug, ANY])


def _one_of(known: Iterable[str], value: str) -> str:
    return value if value in known else ""


def _options(named: Iterable[tuple[str, str]], chosen: str) -> list[tuple[str, str, bool]]:
    """Value, title, whether it is chosen."""
    return [(value, title, value == chosen) for value, title in named]


def written(place: Sequence[int]) -> str:
    return "-".join(str(number) for number in place)


def read_place(data: QueryDict, *, length: int) -> tuple[int, ...]:
    """The place, of so many numbers, behind which a page begins; what is no such place begins at
    the first.
    """
    numbers = data.get("after", "").split("-")
    if len(numbers) != length:
        return ()
    if not all(each.isascii() and each.isdigit() and len(each) < 19 for each in numbers):
        return ()
    return tuple(int(each) for each in numbers)
