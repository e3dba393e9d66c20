"""Releases: frozen versions of the dataset, with the bytes that were published."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Entity
from .codebook import CodebookVersion
from .corpus import Project


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Releases show agreed labels, so annotators at work do not see them: they would break
        blindness.
        """
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            project__memberships__user=user,
            project__memberships__ended="",
            project__memberships__role__in=["reviewer", "manager", "observer"],
        )


class Release(Entity):
    """A published version. Everything in it was written once; downloads serve those bytes."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="releases")
    version = models.CharField(_("version"), max_length=40)
    codebook_version = models.ForeignKey(CodebookVersion, models.PROTECT, related_name="+")
    filter = models.JSONField(default=dict)
    policy = models.JSONField(default=dict)
    scope = models.CharField(max_length=10)
    text_in_release = models.CharField(max_length=10, choices=Project.TextInRelease)
    counts = models.JSONField(default=dict)
    agreement_report = models.JSONField(default=dict)
    files = models.JSONField(default=list)
    tool_version = models.CharField(max_length=40)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, related_name="+", null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["project", "version"], name="release_version"),
        ]

    def __str__(self) -> str:
        return f"{self.project.slug} {self.version}"
