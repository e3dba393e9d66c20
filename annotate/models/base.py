"""What every stored thing has: a public id, and who made it when."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class Identified(models.Model):
    """A row with a random public id.

    The id is the primary key: there is no integer key beside it that could leak how much others
    have saved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class Entity(Identified):
    """A row that says who made it, and when."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )

    class Meta:
        abstract = True
