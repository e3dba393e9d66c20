"""Labelling: who reads which article, and every revision of what they said. All rows but
assignments are append-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from .base import Entity, Identified
from .codebook import CodebookVersion
from .corpus import Article, Membership, Project, Sentence, Source


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; a reviewer's, on complete articles not open on one's own desk."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(pk__in=Assignment.objects.of(user).values("pk"))
            | Q(article__in=Article.objects.reviewable_by(user))
        )

    def of(self, user: User | AnonymousUser) -> Self:
        """The user's own assignments, as an active member."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(membership__user=user, membership__ended="")

    def open(self) -> Self:
        return self.filter(state__in=Assignment.OPEN)

    def sent_back(self) -> Self:
        return self.filter(state=Assignment.State.REOPENED)

    def tally(self) -> dict[str, int]:
        """How many are `submitted` and `open`, how many that is in all (`given`), and the `seconds`
        of active work in all of them.
        """
        return self.aggregate(
            submitted=Count("pk", filter=Q(state=Assignment.State.SUBMITTED)),
            open=Count("pk", filter=Q(state__in=Assignment.OPEN)),
            given=Count("pk", filter=~Q(state=Assignment.State.WITHDRAWN)),
            seconds=Coalesce(Sum("seconds_active"), 0),
        )

    def counted(self) -> Self:
        """Submitted work that counts: not withdrawn, not of an excluded member."""
        return self.filter(state=Assignment.State.SUBMITTED).exclude(
            membership__ended=Membership.Ended.EXCLUDED
        )

    def placed(self) -> Self:
        """Those that take one of their article's places: not withdrawn, not of an excluded member,
        not a third reading.
        """
        standing = self.exclude(state=Assignment.State.WITHDRAWN).filter(limited_to=[])
        return standing.exclude(membership__ended=Membership.Ended.EXCLUDED)

    def holding_up(self, until: datetime) -> Self:
        """Open readings for which alone their articles have waited until then or longer, the
        longest first: the others are in. Each has `since`, when the last of these was handed in,
        or when this one was given or sent back, if later.
        """
        others = Submission.objects.filter(
            assignment__article=OuterRef("article"), assignment__state=Assignment.State.SUBMITTED
        ).order_by("-created_at")
        told = Assignment.objects.filter(pk=OuterRef("pk")).order_by("-notices__created_at")
        open_ones = Assignment.objects.open().filter(article=OuterRef("article"))
        last_told = Coalesce(Subquery(told.values("notices__created_at")[:1]), F("created_at"))
        return (
            self.open()
            .filter(~Exists(open_ones.exclude(pk=OuterRef("pk"))), article__open_slots=0)
            .annotate(other_in=Subquery(others.values("created_at")[:1]))
            .filter(other_in__isnull=False, limited_to=[])
            .annotate(since=Greatest("other_in", "created_at", last_told))
            .filter(since__lte=until)
            .order_by("since")
        )

    def by_number(self) -> Self:
        """In the order in which they were given, with their people."""
        return self.select_related("membership__user").order_by("number")


class Assignment(Entity):
    """One annotator's task: one article, or, as a tiebreak, some of its sentences (`limited_to`:
    their indices; none means all).
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        REOPENED = "reopened", _("reopened")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.ASSIGNED, State.IN_PROGRESS, State.REOPENED)

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="assignments")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="assignments")
    number = models.PositiveSmallIntegerField()
    limited_to = models.JSONField(default=list)
    state = models.CharField(max_length=11, choices=State, default=State.ASSIGNED)
    last_seq = models.PositiveIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    seconds_active = models.PositiveIntegerField(default=0)

    since: datetime  # on those that come from `holding_up()`
    pseudonym: str  # this and the next two on those that come from `hot_review.readers_of`
    username: str
    annotates: bool

    objects = AssignmentQuerySet.as_manager()

    def asks_for(self, sentence: Sentence) -> bool:
        """Whether this sentence of its article is to be judged, and not only read."""
        return not self.limited_to or sentence.index in self.limited_to

    @property
    def sentence_count(self) -> int:
        """How many sentences it asks for."""
        return len(self.limited_to) or self.article.sentence_count

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "article", "membership"], name="assignment_once"
            ),
            models.UniqueConstraint(
                fields=["project", "article", "number"], name="assignment_number"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["assigned", "in_progress", "submitted", "reopened", "withdrawn"]
                ),
                name="assignment_state",
            ),
        ]
        indexes = [models.Index(fields=["membership", "state"], name="assignment_desk")]

    def __str__(self) -> str:
        return f"{self.membership.user} · {self.article}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class Submission(Entity):
    """An annotator hands an article in: everything up to `last_seq`. The first one is what
    agreement is measured on.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    last_seq = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "assignment", "number"], name="submission_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} ({self.number})"


def readable_by(user: User | AnonymousUser) -> Q:
    """Whose labels the user may read: one's own; a reviewer's, on complete articles not open on
    one's own desk.
    """
    return Q(assignment__in=Assignment.objects.of(user)) | Q(
        assignment__article__in=Article.objects.reviewable_by(user)
    )


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(readable_by(user))

    def made_by(self, membership: Membership) -> Self:
        """The member's own; an index on who made them when answers it."""
        return self.filter(created_by=membership.user_id, project=membership.project_id)

    def latest_of(self, membership: Membership, count: int) -> Self:
        """The member's last saves, newest first."""
        found = self.made_by(membership).select_related("sentence__article")
        return found.order_by("-created_at", "-seq")[:count]

    def seconds_since(self, moment: datetime) -> int:
        """Seconds of active work that led to those since then."""
        found = self.filter(created_at__gte=moment).aggregate(total=Coalesce(Sum("seconds"), 0))
        return int(found["total"])

    def as_of(self, seq: int | F | OuterRef | None = None) -> Self:
        """The revision of each judgement that stood at this seq; without one, the last."""
        upto = Q() if seq is None else Q(seq__lte=seq)
        newer = Judgement.objects.filter(
            upto,
            assignment=OuterRef("assignment"),
            sentence=OuterRef("sentence"),
            number__gt=OuterRef("number"),
        )
        return self.filter(~Exists(newer), upto)

    def current(self) -> Self:
        return self.as_of()


class Judgement(Entity):
    """One revision of what one annotator says of one sentence.

    `revision` is the client's id of this write and `parent` the one it was built on; `number`
    counts the revisions of this judgement from 1, `seq` all writes of the assignment. An undo is a
    revision too: it says in `restores` which number it went back to (0: before the first).
    `seconds` of active work led to it. Nothing is ever changed here.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("begun")
        CLAIMS = "claims", _("finished")
        NO_CLAIM = "no_claim", _("no claim")
        SKIPPED = "skipped", _("skipped")

    DONE = (Status.CLAIMS, Status.NO_CLAIM, Status.SKIPPED)

    class NoClaimReason(models.TextChoices):
        HEADING = "heading", _("heading")
        METADATA = "metadata", _("date or byline")
        CAPTION = "caption", _("caption")
        DUPLICATE = "duplicate", _("repeats another sentence")
        QUESTION = "question", _("question")
        BOILERPLATE = "boilerplate", _("boilerplate")
        OTHER = "other", _("nothing is claimed")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="judgements")
    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="judgements")
    number = models.PositiveIntegerField()
    revision = models.UUIDField()
    parent = models.UUIDField(null=True)
    seq = models.PositiveIntegerField()
    status = models.CharField(max_length=8, choices=Status)
    no_claim_reason = models.CharField(max_length=11, choices=NoClaimReason, blank=True)
    duplicate_of = models.ForeignKey(
        Sentence, models.PROTECT, related_name="+", null=True, db_index=False
    )
    skip_reason = models.TextField(blank=True)
    labels = models.JSONField(default=dict)
    restores = models.PositiveIntegerField(null=True)
    seconds = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "assignment", "revision"], name="judgement_revision"
            ),
            models.UniqueConstraint(
                fields=["project", "assignment", "sentence", "number"], name="judgement_number"
            ),
            models.UniqueConstraint(fields=["project", "assignment", "seq"], name="judgement_seq"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "claims", "no_claim", "skipped"]),
                name="judgement_status",
            ),
            models.CheckConstraint(
                condition=Q(status="no_claim") ^ Q(no_claim_reason=""),
                name="judgement_no_claim_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["created_by", "project", "created_at"], name="judgement_by")
        ]

    def __str__(self) -> str:
        return f"{self.assignment.membership.user} · {self.get_status_display()}"


class Mention(models.Model):
    """What a mention of a claim says: shared by an annotator's annotation and the agreed one
    (model.md, 2).

    `spans` are half-open code points of the article's text; `source_chain` holds source ids,
    outermost relay first, and `source` is its last link, the holder (null: the article's author).
    """

    class ClaimRelation(models.TextChoices):
        SAME = "same", _("same")
        RELATED = "related", _("related")

    spans = models.JSONField(default=list)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    claim = models.ForeignKey("annotate.Claim", models.PROTECT, related_name="+", null=True)
    claim_relation = models.CharField(max_length=7, choices=ClaimRelation, blank=True)
    claim_text = models.TextField(blank=True)
    source_chain = models.JSONField(default=list)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", null=True)
    source_span = models.JSONField(null=True)
    cue_span = models.JSONField(null=True)
    attribution_type = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    stance = models.CharField(max_length=40)
    certainty = models.CharField(max_length=40)
    confidence = models.CharField(max_length=40)
    labels = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    codebook_version = models.ForeignKey(
        CodebookVersion, models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(readable_by(user))

    def made_by(self, membership: Membership) -> Self:
        """The member's own, of articles that are still theirs."""
        own = Assignment.objects.filter(membership=membership)
        return self.filter(assignment__in=own.exclude(state=Assignment.State.WITHDRAWN))

    def sharing(self, stems: Sequence[str], least: int) -> Self:
        """Those that have at least this many of the stems (domain/likeness.py) in their words, the
        most first, then the last ones.
        """
        shared: Combinable = Value(0)
        for stem in stems:
            shared = shared + Case(When(folded__contains=stem, then=1), default=0)
        found = self.annotate(shared=shared).filter(shared__gte=least)
        return found.order_by("-shared", "-judgement__created_at", "pk")

    def as_of(self, seq: int | F | OuterRef | None = None) -> Self:
        """The annotations that stood at this seq of their assignment; without one, those that stand
        now.
        """
        upto = Q() if seq is None else Q(seq__lte=seq)
        newer = Annotation.objects.filter(
            upto,
            assignment=OuterRef("assignment"),
            annotation_id=OuterRef("annotation_id"),
            seq__gt=OuterRef("seq"),
        )
        return self.filter(~Exists(newer), upto, deleted=False)

    def current(self) -> Self:
        return self.as_of()


class Annotation(Identified, Mention):
    """One content of one annotator's mention of a claim, from the write `seq` on until a later row
    replaces it.

    `annotation_id` is the annotation's public id through all its revisions. A row is written only
    when the content changes; `first` marks the row that introduced the id, `deleted` a tombstone.
    `folded` are its words for searching (domain/normalise.py).
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="annotations")
    judgement = models.ForeignKey(Judgement, models.PROTECT, related_name="annotations")
    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="annotations")
    annotation_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    suggested = models.JSONField(null=True)
    preset = models.JSONField(default=list)
    first = models.BooleanField(default=True)
    deleted = models.BooleanField(default=False)
    folded = models.TextField(blank=True, editable=False)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "assignment", "annotation_id", "seq"], name="annotation_seq"
            ),
            models.UniqueConstraint(
                fields=["project", "annotation_id"],
                condition=Q(first=True),
                name="annotation_id_once",
            ),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="annotation_not_empty"),
            models.CheckConstraint(
                condition=Q(attribution_type="author", source=None)
                | (~Q(attribution_type="author") & Q(source__isnull=False)),
                name="annotation_author_means_no_source",
            ),
        ]
        indexes = [models.Index(fields=["assignment", "sentence"], name="annotation_of_sentence")]

    def __str__(self) -> str:
        return f"{self.annotation_id} @{self.seq}"
