"""The floor's table."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Row(models.Model):
    """One row of text, with nothing that would have to be checked or indexed."""

    text = models.TextField()

    objects: ClassVar[models.Manager[Row]] = models.Manager()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.text
