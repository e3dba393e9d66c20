"""The list of articles on the progress page: who has each, how far they are, what holds it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from ..models import Article, Assignment, ClaimGroup, Membership, Project
from ..models.progress import held_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article. `counts_shown`: it is not open on the reader's own desk, where others' work is
    unknown; `to_settle` and `settled` count sentences and are None until it is complete.
    `waits_for` is the one reading that holds it up, if one does, for `waits_days` by now.
    """

    article: Article
    assignments: Sequence[Assignment]
    counts_shown: bool
    may_be_given: Sequence[Membership]
    others: Sequence[Membership]
    to_settle: int | None
    settled: int | None
    waits_for: Assignment | None
    waits_days: int


def lines_of(
    project: Project,
    reader: User,
    articles: Sequence[Article],
    members: Sequence[Membership],
    now: datetime,
) -> list[Line]:
    complete = [article for article in articles if article.completed_at is not None]
    counts = ClaimGroup.objects.filter(article__in=complete).tally()
    holding = held_up(project, now).filter(article__in=articles).select_related("membership__user")
    waits = {each.article_id: each for each in holding}
    return [
        _line(reader, article, members, counts, waits.get(article.pk), now) for article in articles
    ]


def _line(
    reader: User,
    article: Article,
    members: Sequence[Membership],
    counts: dict[UUID, tuple[int, int]],
    waits_for: Assignment | None,
    now: datetime,
) -> Line:
    assignments = sorted(article.assignments.all(), key=lambda each: each.number)
    had = {assignment.membership_id for assignment in assignments}
    own = [each for each in assignments if each.membership.user_id == reader.pk]
    to_settle, settled = counts.get(article.pk, (0, 0)) if article.completed_at else (None, None)
    others = [each for each in members if each.pk not in had]
    return Line(
        article=article,
        assignments=assignments,
        counts_shown=not any(each.is_open for each in own),
        may_be_given=others if article.open_slots else [],
        others=others,
        to_settle=to_settle,
        settled=settled,
        waits_for=waits_for,
        waits_days=days_since(now, waits_for.since if waits_for else None),
    )


def days_since(now: datetime, since: datetime | None) -> int:
    return (now - since).days if since else 0
