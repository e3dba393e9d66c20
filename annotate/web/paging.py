"""Lists that go on behind the last thing shown: by its moment and id, never by counting."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.timezone import is_aware

from ..models.base import Entity

Place = tuple[datetime, UUID]


def read_after(data: QueryDict) -> Place | None:
    """The place behind which the page begins; one that no page gave is a page that is not there."""
    written = data.get("after", "")
    if not written:
        return None
    moment, _between, pk = written.partition("_")
    try:
        at, found = datetime.fromisoformat(moment), UUID(pk)
    except ValueError as error:
        raise Http404 from error
    if not is_aware(at):
        raise Http404
    return at, found


def written_after(last: Entity) -> str:
    """The place of the last row shown, for the address of the next page."""
    return f"{last.created_at.isoformat()}_{last.pk}"
