"""The audit trail: one event for a change of state that is not itself an append-only row."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from ..models import Event, Project
from ..models.base import Identified


def record(
    what: str,
    on: Identified,
    *,
    by: User,
    project: Project,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Event:
    """Write who did what to which thing; called inside the transaction of the change."""
    return Event.objects.create(
        project=project,
        at=timezone.now(),
        by=by,
        what=what,
        on=type(on).__name__.lower(),
        on_id=on.pk,
        before=before,
        after=after,
    )
