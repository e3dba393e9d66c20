"""The codebook: which dimensions are labelled with which options, in immutable versions."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..domain import codebook as domain
from .base import Entity
from .corpus import Project


class Codebook(Entity):
    """A named line of codebook versions in one project."""

    project = models.ForeignKey("annotate.Project", models.PROTECT, related_name="codebooks")
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("codebook")
        verbose_name_plural = _("codebooks")
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="codebook_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CodebookVersionQuerySet(models.QuerySet["CodebookVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Codebooks are for every member of the project."""
        return self.filter(project__in=Project.objects.visible_to(user))


class CodebookVersion(Entity):
    """One version of a codebook. Published means immutable; annotations name the version they were
    made with.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    project = models.ForeignKey("annotate.Project", models.PROTECT, related_name="+")
    codebook = models.ForeignKey(Codebook, models.PROTECT, related_name="versions")
    version = models.CharField(_("version"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    content = models.TextField(_("content"), help_text=_("canonical JSON"))
    sha256 = models.CharField(max_length=64)
    notes = models.TextField(_("notes"), blank=True)

    objects = CodebookVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("codebook version")
        verbose_name_plural = _("codebook versions")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "codebook", "version"], name="codebook_version"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "retired"]),
                name="codebook_version_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.codebook.name} {self.version}"

    def parsed(self) -> domain.Codebook:
        """The content as values; parsed once a process for each distinct content."""
        return _parsed(self.content)


@lru_cache(maxsize=64)
def _parsed(content: str) -> domain.Codebook:
    return domain.parse(json.loads(content))


def codebook_in_use(project: Project) -> CodebookVersion | None:
    """The published version that new work is labelled with; asks the database once a process."""
    return _published(project.codebook_id) if project.codebook_id else None


@lru_cache(maxsize=64)
def _published(pk: UUID) -> CodebookVersion:
    """A published version never changes."""
    return CodebookVersion.objects.get(pk=pk)
