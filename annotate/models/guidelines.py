"""The guidelines of a project: what an annotator reads before the first sentence, and beside it."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Entity
from .corpus import Project


class GuidelinesQuerySet(models.QuerySet["Guidelines"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Guidelines are for every member of the project."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def of(self, project: Project) -> Self:
        """Those of the project, the last one first: it holds."""
        return self.filter(project=project).order_by("-number")


class Guidelines(Entity):
    """The guidelines as they held from `created_at` until the next `number`: Markdown, append-only.

    They are no field of the project, which every save reads.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    text = models.TextField()

    objects = GuidelinesQuerySet.as_manager()

    class Meta:
        verbose_name = _("guidelines")
        verbose_name_plural = _("guidelines")
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="guidelines_number"),
        ]

    def __str__(self) -> str:
        return f"{self.project} ({self.number})"
