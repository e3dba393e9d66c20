"""What annotators and reviewers tell one another: remarks on sentences, their answers, rulings for
everybody, and why an article was sent back. All rows are append-only.

The id of a remark, answer or ruling is made by its client, so that what is sent twice is there
once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from ..domain.shortening import shortened
from .base import Entity
from .corpus import Article, Membership, Project, Sentence
from .labelling import Assignment


class RemarkQuerySet(models.QuerySet["Remark"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; a reviewer's, unless the article is open on the reviewer's own desk: questions
        at once, since they are addressed to reviewers, and comments once the article is complete.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(assignment__in=Assignment.objects.of(user))
            | Q(wants_answer=True, assignment__article__in=Article.objects.off_desk_of(user))
            | Q(assignment__article__in=Article.objects.reviewable_by(user))
        )

    def addressed_to(self, reviewer: User | AnonymousUser) -> Self:
        """Questions that the reviewer may read and answer: never one's own. What `visible_to`
        says, asked of each question and not of all articles, since every page counts them.
        """
        if not reviewer.is_authenticated:
            return self.none()
        reviews = Membership.objects.active().filter(
            project=OuterRef("project"),
            user=reviewer,
            role__in=[Membership.Role.REVIEWER, Membership.Role.MANAGER],
        )
        on_own_desk = Assignment.objects.open().filter(
            article=OuterRef("assignment__article"), membership__user=reviewer
        )
        found = self.filter(Exists(reviews), ~Exists(on_own_desk), wants_answer=True)
        return found.exclude(created_by=reviewer)

    def told_to(self, membership: Membership) -> Self:
        """The member's own questions that have an answer, the last one asked first."""
        found = self.filter(assignment__membership=membership).answered()
        return found.with_words().with_answers().newest_first()

    def on(self, sentences: Iterable[Sentence]) -> Self:
        """Those on these sentences, in the order in which they were made."""
        return self.filter(sentence__in=sentences).order_by("created_at", "pk")

    def open(self) -> Self:
        """Questions without an answer."""
        answered = Answer.objects.filter(remark=OuterRef("pk"))
        return self.filter(~Exists(answered), wants_answer=True)

    def answered(self) -> Self:
        """Questions that have one."""
        answered = Answer.objects.filter(remark=OuterRef("pk"))
        return self.filter(Exists(answered), wants_answer=True)

    def with_answers(self) -> Self:
        """With their answers, the last one last."""
        answers = Answer.objects.order_by("number").select_related("created_by")
        return self.prefetch_related(Prefetch("answers", answers))

    def with_words(self) -> Self:
        """With sentence and article."""
        return self.select_related("sentence__article")

    def oldest_first(self, after: tuple[datetime, UUID] | None = None) -> Self:
        """In the order in which they were asked; behind the one with this moment and id."""
        ordered = self.order_by("created_at", "pk")
        if after is None:
            return ordered
        at, pk = after
        return ordered.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk))

    def newest_first(self, after: tuple[datetime, UUID] | None = None) -> Self:
        """The last one first; behind the one with this moment and id."""
        ordered = self.order_by("-created_at", "-pk")
        if after is None:
            return ordered
        at, pk = after
        return ordered.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))


class Remark(Entity):
    """What an annotator tells the reviewers about a sentence: a question if it wants an answer,
    else a comment, which is read at settling.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="remarks")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="remarks")
    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="remarks")
    text = models.TextField()
    wants_answer = models.BooleanField()

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self) -> str:
        return shortened(self.text)

    @property
    def answer(self) -> Answer | None:
        """The answer that stands: the last one."""
        return next(reversed(self.answers.all()), None)


class Answer(Entity):
    """A reviewer's answer to a question; the last one stands."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    remark = models.ForeignKey(Remark, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["project", "remark", "number"], name="answer_number"),
        ]

    def __str__(self) -> str:
        return shortened(self.text)


class RulingQuerySet(models.QuerySet["Ruling"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rulings are for every member of the project."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that hold today, the last one first."""
        return self.filter(replaced_by=None, withdraws=False).order_by("-created_at", "-pk")

    def superseded(self) -> Self:
        """Those that were replaced or withdrawn, each with the row that did so, the last first."""
        found = self.filter(withdraws=False, replaced_by__isnull=False)
        return found.select_related("replaced_by").order_by("-created_at", "-pk")


class Ruling(Entity):
    """A dated decision on how the guidelines are to be read, for every member: about the project
    as a whole, a dimension of its codebook, or one option (`value`) of it.

    A ruling is never changed: `supersedes` names the one it replaces, and a row that `withdraws`
    replaces it by nothing and says why. `question` is the remark it answers; who asked is not told.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="rulings")
    text = models.TextField()
    dimension = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=40, blank=True)
    question = models.ForeignKey(Remark, models.PROTECT, related_name="rulings", null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, related_name="replaced_by", null=True)
    withdraws = models.BooleanField(default=False)

    objects = RulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdraws=False) | Q(supersedes__isnull=False),
                name="ruling_withdraws_one",
            ),
            models.CheckConstraint(
                condition=Q(value="") | ~Q(dimension=""), name="ruling_value_of_a_dimension"
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those to oneself; a reviewer's, where others' work may be read; a manager's, all."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(assignment__in=Assignment.objects.of(user))
            | Q(assignment__article__in=Article.objects.reviewable_by(user))
            | Q(project__in=Project.objects.managed_by(user))
        )

    def newest_first(self) -> Self:
        """The last one first, each with the sentences it concerns."""
        return self.order_by("-created_at", "-pk").prefetch_related("sentences")

    def standing_for(self, membership: Membership, since: datetime) -> Self:
        """What the member reads on the desk: the last notice of each article that is back there,
        and of those withdrawn since then.
        """
        newer = Notice.objects.filter(
            assignment=OuterRef("assignment"), created_at__gt=OuterRef("created_at")
        )
        told = Q(what="sent_back", assignment__state=Assignment.State.REOPENED)
        told |= Q(what="withdrawn", created_at__gte=since)
        found = self.filter(told, ~Exists(newer), assignment__membership=membership)
        return found.select_related("assignment__article").newest_first()


class Notice(Entity):
    """Why an assignment was sent back to its annotator or withdrawn, and the sentences concerned,
    if it is not the article as a whole.
    """

    class What(models.TextChoices):
        SENT_BACK = "sent_back", _("sent back")
        WITHDRAWN = "withdrawn", _("withdrawn")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="notices")
    what = models.CharField(max_length=9, choices=What)
    text = models.TextField()
    sentences = models.ManyToManyField(Sentence, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["sent_back", "withdrawn"]), name="notice_what"
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text)
