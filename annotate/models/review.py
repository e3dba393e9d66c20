"""Review: the same claim as several annotators saw it, and what was decided of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .base import Entity, Identified
from .corpus import Article, Membership, Project, Sentence
from .labelling import Annotation, Assignment, Mention


class Claim(Entity):
    """A canonical proposition across articles: affirmative, self-contained, dated."""

    class Status(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        PROPOSED = "proposed", _("proposed")
        MERGED = "merged", _("merged")

    project = models.ForeignKey(Project, models.PROTECT, related_name="claims")
    text = models.JSONField(_("text"))
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    merged_into = models.ForeignKey("self", models.PROTECT, related_name="merged", null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="claim_merged_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="claim_not_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.text_in("en")

    def text_in(self, language: str) -> str:
        """The text in this language, else English, French, Arabic, else the first there is."""
        for code in (language, language.partition("-")[0], "en", "fr", "ar"):
            if text := self.text.get(code):
                return str(text)
        return str(next(iter(self.text.values())))


class ClaimGroupQuerySet(models.QuerySet["ClaimGroup"]):
    CANDIDATES = 60

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Groups are reviewers' objects."""
        return self.filter(article__in=Article.objects.reviewable_by(user))

    def waiting(self) -> Self:
        """Groups that a reviewer has to settle."""
        return self.filter(status__in=ClaimGroup.WAITING)

    def waiting_in(self, project: Project) -> Self:
        """Groups of the project's complete articles that are not decided: those that other rules
        would judge anew. What an annotator has again is judged when it is handed in.
        """
        complete = self.filter(project=project, article__completed_at__isnull=False)
        return complete.waiting()

    def living(self) -> Self:
        """All but those that were joined into another."""
        return self.exclude(status=ClaimGroup.Status.JOINED)

    def alike(self, pattern: str) -> Self:
        """Groups whose readers differ in just this way."""
        return self.filter(pattern=pattern)

    def differing_in(self, dimension: str, values: Sequence[str] = ()) -> Self:
        """Groups whose readers differ in this dimension, and between these answers if any are
        given.
        """
        if not values:
            return self.filter(
                Q(pattern__contains=f"|{dimension}|") | Q(pattern__contains=f"|{dimension}=")
            )
        found = self
        for value in values:
            held = rf"\|{re.escape(dimension)}=([^|]*/)?{re.escape(value)}(/[^|]*)?\|"
            found = found.filter(pattern__regex=held)
        return found

    def in_reading_order(self, after: UUID | None = None) -> Self:
        """Article by article; behind this group."""
        ordered = self.order_by("article__position", "start", "end", "pk")
        place = ("article__position", "start", "end", "pk")
        end = ClaimGroup.objects.filter(pk=after).values_list(*place).first() if after else None
        if end is None:
            return ordered
        behind = Q()
        for depth, (name, value) in enumerate(zip(place, end, strict=True)):
            same = dict(zip(place[:depth], end[:depth], strict=True))
            behind |= Q(**same, **{f"{name}__gt": value})
        return ordered.filter(behind)

    def patterns(self) -> list[tuple[str, int]]:
        """The ways in which readers differ, each with how many groups, the commonest first."""
        counted = self.exclude(pattern="").order_by().values("pattern").annotate(n=Count("pk"))
        return [(row["pattern"], row["n"]) for row in counted.order_by("-n", "pattern")]

    def spot_checks(self, project: Project) -> Self:
        """What rules settled and was drawn to be looked at, oldest first."""
        return self.filter(
            project=project,
            status=ClaimGroup.Status.DECIDED,
            spot_check=ClaimGroup.SpotCheck.DRAWN,
        ).order_by("article__position", "start", "end", "pk")

    def spot_check_tally(self, project: Project) -> dict[str, int]:
        """How many are `drawn` and not looked at yet, `confirmed` and `overturned`."""
        counted = self.filter(project=project).exclude(spot_check="").order_by()
        found = counted.values("spot_check").annotate(n=Count("pk"))
        tally = dict.fromkeys(map(str, ClaimGroup.SpotCheck.values), 0)
        return tally | {row["spot_check"]: row["n"] for row in found}

    def in_like_words(self, article: Article, stems: Sequence[str], least: int) -> Self:
        """Groups of other articles with a reading that shares at least so many stems
        (domain/likeness.py); of those that were decided last, so that the search costs the same in
        any project.
        """
        last = Decision.objects.last_in(article.project_id).values("group")
        readings = Annotation.objects.filter(place__group__in=last)
        found = readings.exclude(assignment__article=article).sharing(stems, least)
        return self.filter(pk__in=found.values("place__group")[: self.CANDIDATES])

    def with_readings(self) -> Self:
        """In text order, with what the members say and every decision, the last one last."""
        decisions = Decision.objects.select_related("decided_by", "codebook_version")
        return self.prefetch_related(
            Prefetch("members", GroupMember.objects.select_related("annotation")),
            Prefetch("decisions", decisions.order_by("number")),
        ).order_by("start", "end", "pk")

    def waiting_sentences(self) -> int:
        """How many sentences wait."""
        return self.waiting().order_by().values("sentence").distinct().count()

    def tally(self) -> dict[UUID, tuple[int, int]]:
        """Article -> how many of its sentences wait for a reviewer, how many are settled."""
        counted = (
            self.order_by()
            .values("article")
            .annotate(
                disputable=Count("sentence", distinct=True),
                to_settle=Count(
                    "sentence",
                    distinct=True,
                    filter=~Q(status__in=[ClaimGroup.Status.DECIDED, ClaimGroup.Status.JOINED]),
                ),
            )
        )
        return {
            row["article"]: (row["to_settle"], row["disputable"] - row["to_settle"])
            for row in counted
        }


class ClaimGroup(Entity):
    """Annotations of one article taken to be the same mention of a claim.

    `pattern` says in one line how its readers differ (`annotate.domain.disagreement.pattern_of`).
    `fixed` marks a group whose members a reviewer has decided by a split or a join: it is not
    aligned anew. `spot_check` is set where a rule settled it and it was drawn to be looked at.
    """

    class Status(models.TextChoices):
        TO_REVIEW = "to_review", _("to review")
        DECIDED = "decided", _("decided")
        STALE = "stale", _("stale")
        SENT_BACK = "sent_back", _("sent back")
        JOINED = "joined", _("joined into another")

    WAITING = (Status.TO_REVIEW, Status.STALE)

    class SpotCheck(models.TextChoices):
        DRAWN = "drawn", _("drawn")
        CONFIRMED = "confirmed", _("confirmed")
        OVERTURNED = "overturned", _("overturned")

    class Level(models.TextChoices):
        NONE = "none", _("none")
        MINOR = "minor", _("minor")
        MAJOR = "major", _("major")
        CRITICAL = "critical", _("critical")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="groups")
    sentence = models.ForeignKey(Sentence, models.PROTECT, related_name="groups")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    status = models.CharField(max_length=9, choices=Status, default=Status.TO_REVIEW)
    level = models.CharField(max_length=8, choices=Level, default=Level.NONE)
    differences = models.JSONField(default=list)
    pattern = models.CharField(max_length=400, blank=True)
    fixed = models.BooleanField(default=False)
    spot_check = models.CharField(max_length=10, choices=SpotCheck, blank=True)

    objects = ClaimGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim group")
        verbose_name_plural = _("claim groups")
        ordering = ["article", "start", "end", "id"]
        indexes = [
            models.Index(fields=["project", "status", "article"], name="group_queue"),
            models.Index(fields=["project", "status", "pattern"], name="group_pattern"),
            models.Index(
                fields=["project", "spot_check"],
                condition=~Q(spot_check=""),
                name="group_spot_check",
            ),
        ]

    @property
    def waits(self) -> bool:
        return self.status in self.WAITING

    def __str__(self) -> str:
        return f"{self.get_status_display()} · {self.article.text[self.start : self.end]}"


class GroupMember(Identified):
    """An annotation's place in a group, at the content it had when the group was formed."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(ClaimGroup, models.CASCADE, related_name="members")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="+")
    annotation = models.OneToOneField(Annotation, models.PROTECT, related_name="place")

    class Meta:
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "group", "assignment"], name="member_once_an_annotator"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment.membership.user} in {self.group_id}"


LAST = 5_000
"""Of a project's decisions so many are searched for like words."""


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Decisions are reviewers' objects."""
        return self.filter(group__in=ClaimGroup.objects.visible_to(user))

    def standing(self) -> Self:
        """The last decision of each group that is decided today."""
        newer = Decision.objects.filter(group=OuterRef("group"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer), group__status=ClaimGroup.Status.DECIDED)

    def on_work_of(self, membership: Membership) -> Self:
        """What reviewers decided of the member's claims, where it stands and the article is neither
        open on the member's desk nor on anybody's; what a policy agreed would tell what others
        said.
        """
        mine = GroupMember.objects.filter(
            group=OuterRef("group"),
            assignment__membership=membership,
            assignment__state=Assignment.State.SUBMITTED,
        )
        return self.standing().filter(
            Exists(mine),
            project=membership.project_id,
            group__article__completed_at__isnull=False,
            decided_by__isnull=False,
        )

    def newest_first(self, after: tuple[datetime, UUID] | None = None) -> Self:
        """The last one first; behind the one with this moment and id."""
        ordered = self.order_by("-created_at", "-pk")
        if after is None:
            return ordered
        at, pk = after
        return ordered.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk))

    def agreed_beside(self, article: Article, user: User | AnonymousUser) -> Self:
        """What is agreed today in the other articles of its project that the user may review, the
        last settled first, with where it stands.
        """
        return (
            self.standing()
            .visible_to(user)
            .filter(project=article.project_id, outcome=Decision.Outcome.AGREED)
            .exclude(group__article=article)
            .select_related("group__sentence", "group__article__publisher")
            .newest_first()
        )

    def linked_to(self, claims: Collection[UUID]) -> Self:
        """Those linked to one of these propositions, or to one merged with it: what is the same
        before what is related.
        """
        stand_for = Coalesce("merged_into", "pk")
        ones = Claim.objects.filter(pk__in=claims).annotate(one=stand_for).values("one")
        linked = self.filter(Q(claim__in=ones) | Q(claim__merged_into__in=ones))
        return linked.order_by("-claim_relation", "-created_at", "-pk")

    def of_groups(self, groups: ClaimGroupQuerySet) -> Self:
        """Those of these groups."""
        return self.filter(group__in=groups)

    def last_in(self, project: UUID) -> Self:
        """The last `LAST` of a project, however many there are."""
        return self.filter(project=project).newest_first()[:LAST]

    def has_older_in(self, project: UUID) -> bool:
        """Whether there are more than these."""
        return self.filter(project=project).newest_first()[LAST:].exists()

    def of_sentences(self, sentences: Iterable[Sentence | UUID]) -> Self:
        """Those of the claims of these sentences, in text order, with who decided."""
        found = self.filter(group__sentence__in=sentences)
        return found.select_related("group", "decided_by").order_by("group__start", "group__end")


class Decision(Entity, Mention):
    """What was decided of a group: the agreed annotation with its provenance, or a rejection.
    Append-only.

    `created_by` settled it, or, where a policy or rule agreed, made the call that completed the
    article (`decided_by` is null then). The agreed annotation's public id is the group's: it stays
    the same when a group is settled again. `ruled` are the dimensions that a rule settled.
    """

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("agreed")
        REJECTED = "rejected", _("rejected")

    class AgreedBy(models.TextChoices):
        UNANIMOUS = "unanimous", _("unanimous")
        MAJORITY = "majority", _("majority")
        RULE = "rule", _("rule")
        RECONCILED = "reconciled", _("reconciled")
        ADJUDICATED = "adjudicated", _("adjudicated")
        SINGLE = "single", _("single annotator")

    class Reason(models.TextChoices):
        SLIP = "slip", _("slip")
        GUIDELINE_UNCLEAR = "guideline_unclear", _("guideline unclear")
        TRULY_AMBIGUOUS = "truly_ambiguous", _("truly ambiguous")
        OTHER = "other", _("other")

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    group = models.ForeignKey(ClaimGroup, models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    agreed_by = models.CharField(max_length=11, choices=AgreedBy)
    members = models.JSONField(default=list)
    votes = models.JSONField(default=dict)
    confidences = models.JSONField(default=dict)
    n_annotators = models.PositiveSmallIntegerField()
    n_agree = models.PositiveSmallIntegerField()
    decided_by = models.ForeignKey("auth.User", models.PROTECT, related_name="decisions", null=True)
    reason = models.CharField(max_length=17, choices=Reason, blank=True)
    policy = models.JSONField(default=dict)
    ruled = models.JSONField(default=list)
    previous = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["group", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "group", "number"], name="decision_number"),
        ]
        indexes = [
            models.Index(fields=["project", "created_at", "id"], name="decision_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} ({self.get_agreed_by_display()})"

    def changes(self) -> list[tuple[Annotation, Annotation | None]]:
        """What its annotators have changed since: each annotation as it was decided on, and as it
        stands now, None where it is deleted or counts no more; one query.
        """
        decided = {(it["annotation_id"], it["seq"]) for it in self.members}
        before: dict[UUID, Annotation] = {}
        now: dict[UUID, Annotation] = {}
        ids = {annotation_id for annotation_id, _seq in decided}
        rows = Annotation.objects.filter(project=self.project_id, annotation_id__in=ids)
        for row in rows.select_related("assignment__membership").order_by("seq"):
            if (str(row.annotation_id), row.seq) in decided:
                before[row.annotation_id] = row
            now[row.annotation_id] = row
        gone = {pk for pk, row in now.items() if row.deleted or _counts_no_more(row.assignment)}
        return [
            (row, None if pk in gone else now[pk])
            for pk, row in before.items()
            if pk in gone or now[pk] != row
        ]


def _counts_no_more(assignment: Assignment) -> bool:
    excluded = assignment.membership.ended == Membership.Ended.EXCLUDED
    return excluded or assignment.state == Assignment.State.WITHDRAWN
