"""Long work that a page follows while it goes on, and what it leaves to read."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .base import Entity
from .corpus import Membership, Project, Source
from .labelling import Assignment

REVIEWING = [Membership.Role.REVIEWER, Membership.Role.MANAGER]
LOST_AFTER = timedelta(minutes=1)
"""A process at work writes every second that it is; one that has been silent so long is gone."""


def _of_reviewer(user: User | AnonymousUser) -> Q:
    """What belongs to a project in which the user reviews."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    return Q(
        project__memberships__user=user,
        project__memberships__ended="",
        project__memberships__role__in=REVIEWING,
    )


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Long work is the reviewers' and managers'."""
        return self.filter(_of_reviewer(user))

    def under_way(self) -> Self:
        """What waits or runs, as far as one knows: lost work among it."""
        return self.filter(state__in=Job.UNDER_WAY)

    def lost(self) -> Self:
        """Work whose process is gone, and work that nobody has taken up."""
        return self.under_way().filter(beat_at__lt=timezone.now() - LOST_AFTER)


class Job(Entity):
    """A piece of long work: who asked for it, how far it is, and what came of it.

    `asked` are the arguments, `result` what it made; `language` is that of the one who asked, in
    which `problem` is written. In one project one job of a kind is under way at a time.
    """

    class Kind(models.TextChoices):
        PUBLISH_RELEASE = "publish_release", _("publishing a release")
        COMPUTE_FIGURES = "compute_figures", _("computing the figures of agreement")
        CHANGE_SETTINGS = "change_settings", _("changing the settings")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Step(models.TextChoices):
        READING = "reading", _("reading articles")
        COMPUTING = "computing", _("computing figures")
        WRITING = "writing", _("writing files")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    project = models.ForeignKey(Project, models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    asked = models.JSONField(default=dict)
    language = models.CharField(max_length=35)
    step = models.CharField(max_length=10, choices=Step, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    beat_at = models.DateTimeField(default=timezone.now)
    result = models.JSONField(default=dict)
    problem = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_under_way_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "failed"]), name="job_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_state_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def is_silent(self) -> bool:
        """Nothing was heard of it for so long that its process must be gone, or was never there."""
        return self.is_under_way and self.beat_at < timezone.now() - LOST_AFTER

    @property
    def goes_on(self) -> bool:
        """It waits or runs, and was heard of lately."""
        return self.is_under_way and not self.is_silent

    @property
    def is_lost(self) -> bool:
        """It was begun, and its process is gone."""
        return self.state == self.State.RUNNING and self.is_silent


class StoredFiguresQuerySet(models.QuerySet["StoredFigures"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Figures tell of others' labels: they are for those who review."""
        return self.filter(_of_reviewer(user))


class StoredFigures(Entity):
    """The figures of agreement of a project as they were computed last, at `created_at`.

    One row for each major version of the codebook: what was labelled by different ones is not
    compared. `readings` are the assignments whose first submissions were compared,
    `match_threshold` made pairs of their annotations, `scales` tell what was compared and how, and
    `sources` are those named there, none of them a redirect then. `scales` are null where not all
    of this was kept.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="figures")
    major = models.PositiveIntegerField()
    report = models.JSONField()
    readings = models.ManyToManyField(Assignment, related_name="+")
    match_threshold = models.FloatField(null=True)
    scales = models.JSONField(null=True)
    sources = models.ManyToManyField(Source, related_name="+")

    objects = StoredFiguresQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored figures")
        verbose_name_plural = _("stored figures")
        constraints = [
            models.UniqueConstraint(fields=["project", "major"], name="figures_of_major"),
        ]

    def __str__(self) -> str:
        return f"{self.project.slug}, {self.major}"
