"""Around the settling of differences: the reviewers' queue, who is on a sentence, groups split and
joined by hand, and the annotators' second look.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from .base import Entity, Identified
from .corpus import BEGINNING, Article, Project, Sentence
from .labelling import Assignment, readable_by
from .review import ClaimGroupQuerySet, Decision


class ReviewItemQuerySet(models.QuerySet["ReviewItem"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The queue is the reviewers'."""
        return self.filter(article__in=Article.objects.reviewable_by(user))

    def waiting(self, project: Project) -> Self:
        """What a reviewer has to settle in this project."""
        return self.filter(project=project, status=ReviewItem.Status.WAITING)

    def settled(self, project: Project) -> Self:
        return self.filter(project=project, status=ReviewItem.Status.SETTLED)

    def of_severity(self, severity: int) -> Self:
        return self.filter(severity=severity)

    def in_article(self, article: UUID) -> Self:
        return self.filter(article=article)

    def read_by(self, *memberships: UUID) -> Self:
        """Those of articles that each of these members has handed in."""
        found = self
        for membership in memberships:
            theirs = Assignment.objects.counted().filter(membership=membership).order_by()
            found = found.filter(article__in=theirs.values("article"))
        return found

    def with_groups(self, groups: ClaimGroupQuerySet) -> Self:
        """Those in which one of these groups is at home: alike ones, or ones that differ so."""
        return self.filter(sentence__in=groups.order_by().values("sentence"))

    def agreed_by(self, way: str) -> Self:
        """Those with a claim on which the standing decision was made in this way."""
        standing = Decision.objects.standing().filter(agreed_by=way)
        return self.filter(sentence__in=standing.order_by().values("group__sentence"))

    def off_desk_of(self, user: User | AnonymousUser) -> Self:
        """Those of articles that are not open on the user's own desk: a third reader who reviews
        elsewhere is as blind as anybody.
        """
        return self.exclude(article__in=Assignment.objects.of(user).open().values("article"))

    def not_annotated_by(self, user: User | AnonymousUser) -> Self:
        """Those of articles that others annotated."""
        return self.exclude(article__in=annotated_by(user))

    def to_look_at_by(self, user: User | AnonymousUser, project: Project) -> Self:
        """What waits for the second look of this annotator, who has not answered there since the
        article is complete.
        """
        mine = Assignment.objects.of(user).counted().filter(limited_to=[]).order_by()
        answered = SecondLook.objects.filter(
            sentence=OuterRef("sentence"),
            assignment__in=mine,
            completed_at=OuterRef("article__completed_at"),
        )
        return self.filter(
            ~Exists(answered),
            project=project,
            status=ReviewItem.Status.SECOND_LOOK,
            article__in=mine.values("article"),
        )

    def articles(self) -> list[UUID]:
        """The ids of their articles, in reading order."""
        found = self.order_by("position").values_list("article", flat=True)
        return list(dict.fromkeys(found))

    def annotated_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(article__in=annotated_by(user))

    def in_reading_order(self, after: Sequence[int] = ()) -> Self:
        """Article by article; behind the item at this (position of its article, index)."""
        ordered = self.order_by("position", "index")
        return ordered.filter(_behind(*after)) if after else ordered

    def worst_first(self, after: Sequence[int] = ()) -> Self:
        """By falling severity; behind the item at this (severity, position, index)."""
        ordered = self.order_by("-severity", "position", "index")
        if not after:
            return ordered
        severity, *place = after
        return ordered.filter(Q(severity__lt=severity) | (Q(severity=severity) & _behind(*place)))

    def with_words(self, user: User | AnonymousUser) -> Self:
        """With what a list shows of each: the sentence's `words` and `direction`, `title`,
        `external_id`, `beginning` and `language` of its article, and whether it is `mine`,
        annotated by this user.
        """
        start, end = F("sentence__start"), F("sentence__end")
        return self.annotate(
            words=Substr("article__text", start + 1, end - start),
            direction=F("sentence__direction"),
            title=F("article__title"),
            external_id=F("article__external_id"),
            beginning=Substr("article__text", 1, BEGINNING),
            language=F("article__language"),
            mine=Exists(annotated_by(user).filter(article=OuterRef("article"))),
        )

    def by_severity(self) -> dict[int, int]:
        """How many there are of each severity."""
        counted = self.order_by().values("severity").annotate(n=Count("pk"))
        return {row["severity"]: row["n"] for row in counted}


def annotated_by(user: User | AnonymousUser) -> models.QuerySet[Any, Any]:
    """The ids of the articles that the user annotates or has annotated."""
    return (
        Assignment.objects.of(user)
        .exclude(state=Assignment.State.WITHDRAWN)
        .order_by()
        .values("article")
    )


def _behind(position: int, index: int) -> Q:
    """Written so that an index on (…, position, index) is entered at the place itself."""
    return Q(position__gte=position) & (Q(position__gt=position) | Q(index__gt=index))


class ReviewItem(Identified):
    """A sentence with groups, as the queue lists it: what is derived from its groups, kept so that
    the queue is read from an index. Written by the workflow in the transaction that changes a
    group.

    `position` is the article's; `severity` is the highest level of what waits, 0 none to 3
    critical.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SECOND_LOOK = "second_look", _("second look")
        CLOSED = "closed", _("with an annotator")
        SETTLED = "settled", _("settled")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="review_items")
    sentence = models.OneToOneField(Sentence, models.PROTECT, related_name="review_item")
    position = models.PositiveBigIntegerField()
    index = models.PositiveIntegerField()
    status = models.CharField(max_length=11, choices=Status)
    severity = models.PositiveSmallIntegerField(default=0)

    # on those that come from `with_words()`
    words: str
    direction: str
    title: str
    external_id: str
    beginning: str
    language: str
    mine: bool

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("review item")
        verbose_name_plural = _("review items")
        indexes = [
            models.Index(
                fields=["project", "status", "position", "index"], name="item_reading_order"
            ),
            models.Index(
                fields=["project", "status", "-severity", "position", "index"],
                name="item_worst_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} · {self.sentence}"

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in reading order."""
        return self.position, self.index


class Presence(Identified):
    """Somebody has a sentence of the queue before them. Not history: a row is worth two minutes."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", db_index=False)
    sentence = models.ForeignKey(Sentence, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(fields=["project", "sentence", "user"], name="presence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.seen_at:%H:%M}"


class RegroupingQuerySet(models.QuerySet["Regrouping"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(article__in=Article.objects.reviewable_by(user))


class Regrouping(Entity):
    """A reviewer's decision about membership: a group split, groups joined, or one of these taken
    back. Append-only.

    `before` and `after` hold the groups concerned: group id -> annotation ids of its members (none:
    the group is joined into another).
    """

    class Kind(models.TextChoices):
        SPLIT = "split", _("split")
        JOIN = "join", _("joined")
        UNDO = "undo", _("taken back")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="regroupings")
    kind = models.CharField(max_length=5, choices=Kind)
    reason = models.TextField()
    before = models.JSONField()
    after = models.JSONField()
    undoes = models.OneToOneField("self", models.PROTECT, related_name="undone_by", null=True)

    objects = RegroupingQuerySet.as_manager()

    class Meta:
        verbose_name = _("regrouping")
        verbose_name_plural = _("regroupings")
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.reason}"


class SecondLookQuerySet(models.QuerySet["SecondLook"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(readable_by(user))

    def by_member(self, project: Project) -> dict[UUID, dict[str, int]]:
        """Membership -> how often each answer was given: who moves, and who never does."""
        tally: dict[UUID, dict[str, int]] = {}
        counted = self.filter(project=project).order_by().values("assignment__membership", "answer")
        for row in counted.annotate(n=Count("pk")):
            none = dict.fromkeys(map(str, SecondLook.Answer.values), 0)
            tally.setdefault(row["assignment__membership"], none)[row["answer"]] = row["n"]
        return tally


class SecondLook(Entity):
    """What an annotator answered to another reading of a disputed sentence. Append-only: it shows
    who moved. Labels and figures stay as they were submitted.

    `reading` is the number of the assignment whose reading the answer stands for: one's own where
    it is kept, nobody's where it is left to a reviewer. `completed_at` is the article's at that
    time: handed in anew, a sentence is looked at anew.
    """

    class Answer(models.TextChoices):
        KEEP = "keep", _("keep mine")
        TAKE = "take", _("take the other")
        DISCUSS = "discuss", _("let a reviewer decide")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="second_looks")
    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="second_looks")
    answer = models.CharField(max_length=7, choices=Answer)
    reading = models.PositiveSmallIntegerField(null=True)
    completed_at = models.DateTimeField()

    objects = SecondLookQuerySet.as_manager()

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "assignment", "sentence", "completed_at"],
                name="second_look_once",
            ),
            models.CheckConstraint(
                condition=Q(answer="discuss", reading=None)
                | (~Q(answer="discuss") & Q(reading__isnull=False)),
                name="second_look_reading",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment.membership.user} · {self.get_answer_display()}"
