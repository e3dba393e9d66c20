"""The floor's table."""

from django.db import models


class Row(models.Model):
    """One row of text, with nothing that would have to be checked or indexed."""

    text = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.text
