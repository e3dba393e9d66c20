"""Who is on a sentence of the queue: so that two reviewers do not settle the same thing unawares.

It stops nobody: what two decide at once, the numbers of the decisions tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ..models import Presence, Sentence
from ..models.hot_review import people_on

LASTS = timedelta(minutes=2)


@transaction.atomic
def hold(*, sentence: Sentence, by: User) -> list[User]:
    """Say that one has this sentence before one; return who else has. A page says it anew every
    minute while it is open.
    """
    now = timezone.now()
    Presence.objects.filter(sentence=sentence, seen_at__lt=now - LASTS).delete()
    Presence.objects.update_or_create(
        project_id=sentence.project_id, sentence=sentence, user=by, defaults={"seen_at": now}
    )
    return others_on(sentence, by)


def leave(*, sentences: Iterable[UUID], by: User) -> None:
    """Say that one is done with these sentences."""
    Presence.objects.filter(sentence__in=list(sentences), user=by).delete()


def others_on(sentence: Sentence, by: User) -> list[User]:
    """Who else has had this sentence before them in the last two minutes, by name."""
    return people_on(sentence, timezone.now() - LASTS, but=by)
