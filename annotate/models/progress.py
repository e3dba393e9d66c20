"""How far a project is: its articles by language, its people, what holds it up, its pace. Counts
and states only, nobody's labels.

What others do on an article that is open on the reader's own desk is in none of the counts that
would tell it: judged claims, hours, what is disputed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Count, F, Min, Q, Sum, TextChoices
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..domain.pace import WINDOW
from .corpus import Article, ArticleQuerySet, Membership, Project
from .labelling import Assignment, AssignmentQuerySet, Submission
from .review import Decision, DecisionQuerySet, GroupMember
from .settling import ReviewItem, ReviewItemQuerySet

LEAST_SECONDS = 600
"""Of less work than this no claims an hour are told."""
LAST = 500
"""So many articles, those completed last, tell how fast and how rightly people work."""
HELD_UP = timedelta(days=7)
OPEN = Q(state__in=Assignment.OPEN)
SUBMITTED = Q(state=Assignment.State.SUBMITTED)
SETTLED = Q(status=ReviewItem.Status.SETTLED)


class Show(TextChoices):
    """Which articles the progress page lists."""

    ALL = "", pgettext_lazy("articles", "all")
    UNBEGUN = "unbegun", _("not begun")
    BEGUN = "begun", _("begun, not complete")
    HELD_UP = "held-up", _("held up by one reader")
    DISPUTED = "disputed", _("with sentences to settle")
    SETTLED = "settled", _("complete and settled")


@dataclass(slots=True)
class LanguageLine:
    """One language of a project: articles; readings by their state; sentences of complete articles
    that are disputed and settled.
    """

    language: str
    articles: int = 0
    complete: int = 0
    places: int = 0
    assigned: int = 0
    open: int = 0
    submitted: int = 0
    disputed: int = 0
    settled: int = 0


@dataclass(slots=True)
class PersonLine:
    """One member: readings by their state, and of those submitted the articles that are `complete`,
    with their `disputed` and `settled` sentences.

    Of the `LAST` articles that were completed: `seconds` of active work, `claims`, `decided` of
    them and, of these, `upheld`: agreed with the source and the labels that the person gave.
    """

    member: Membership
    assigned: int = 0
    open: int = 0
    submitted: int = 0
    complete: int = 0
    disputed: int = 0
    settled: int = 0
    seconds: int = 0
    claims: int = 0
    decided: int = 0
    upheld: int = 0

    @property
    def claims_an_hour(self) -> float | None:
        return self.claims * 3600 / self.seconds if self.seconds >= LEAST_SECONDS else None

    @property
    def percent_upheld(self) -> int | None:
        return round(100 * self.upheld / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Readings that are `left`, those `done` within `domain.pace.WINDOW` and still counted, and
    when the first one was.
    """

    left: int
    done: int
    begun: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAge:
    """What has waited longest: the article that was begun first and is not complete, since when;
    and the complete one that waits longest for a reviewer (its `completed_at`).
    """

    begun: Article | None = None
    begun_at: datetime | None = None
    unsettled: Article | None = None


def shown(project: Project, reader: User, show: Show, now: datetime) -> ArticleQuerySet:
    """The project's articles that are so; of those on the reader's own desk it is not told whether
    they are disputed.
    """
    articles = project.articles.all()
    own = _on_the_desk_of(reader)
    waiting = _items(project, own).filter(~SETTLED)
    begun = Q(pk__in=_readings(project).exclude(state=Assignment.State.ASSIGNED).values("article"))
    if show == Show.UNBEGUN:
        return articles.incomplete().exclude(begun)
    if show == Show.BEGUN:
        return articles.incomplete().filter(begun)
    if show == Show.HELD_UP:
        return articles.filter(pk__in=held_up(project, now).order_by().values("article"))
    if show == Show.DISPUTED:
        return articles.filter(pk__in=waiting.values("article"))
    if show == Show.SETTLED:
        grouped = articles.filter(completed_at__isnull=False, grouping_failure="")
        complete = grouped.exclude(pk__in=own)
        return complete.exclude(pk__in=waiting.values("article"))
    return articles


def held_up(project: Project, now: datetime) -> AssignmentQuerySet:
    """The readings for which an article alone has waited `HELD_UP` long, the longest first."""
    return Assignment.objects.filter(project=project).holding_up(now - HELD_UP)


def by_language(project: Project, reader: User) -> list[LanguageLine]:
    """The languages of the project's articles, the commonest first; four queries."""
    found: dict[str, LanguageLine] = {}
    for row in (
        project.articles.order_by()
        .values("language")
        .annotate(articles=Count("pk"), complete=Count("completed_at"), places=Sum("open_slots"))
    ):
        line = found[row["language"]] = LanguageLine(row["language"])
        line.articles, line.complete, line.places = row["articles"], row["complete"], row["places"]
    _count_readings(found, project)
    _count_settled(found, project, _on_the_desk_of(reader))
    return sorted(found.values(), key=lambda line: (-line.articles, line.language))


def by_person(
    project: Project,
    reader: User,
    members: Iterable[Membership],
) -> list[PersonLine]:
    """These members of the project, in their order; seven queries."""
    lines = {member.pk: PersonLine(member) for member in members}
    own = _on_the_desk_of(reader)
    _count_assignments(lines, project)
    _count_sentences(lines, project, own)
    _count_work(lines, project, own)
    return list(lines.values())


def pace(project: Project, now: datetime) -> Pace:
    """How fast the project reads; three queries."""
    places = project.articles.aggregate(n=Coalesce(Sum("open_slots"), 0))["n"]
    first = Submission.objects.filter(number=1, assignment__in=_readings(project))
    told = first.aggregate(
        begun=Min("created_at"), done=Count("pk", filter=Q(created_at__gte=now - WINDOW))
    )
    open_ones = Assignment.objects.filter(OPEN, project=project, limited_to=[])
    return Pace(left=places + open_ones.count(), done=told["done"], begun=told["begun"])


def queue_age(project: Project, reader: User) -> QueueAge:
    """What has waited longest; three queries."""
    begun = (
        Assignment.objects.placed()
        .filter(project=project, article__completed_at=None)
        .order_by("created_at")
        .first()
    )
    waiting = ReviewItem.objects.waiting(project).order_by().values("article")
    unsettled = (
        Article.objects.reviewable_by(reader)
        .filter(project=project, pk__in=waiting)
        .without_texts()
        .order_by("completed_at")
        .first()
    )
    return QueueAge(
        begun=Article.objects.without_texts().get(pk=begun.article_id) if begun else None,
        begun_at=begun.created_at if begun else None,
        unsettled=unsettled,
    )


def _readings(project: Project) -> AssignmentQuerySet:
    return Assignment.objects.placed().filter(project=project).order_by()


def _on_the_desk_of(reader: User) -> list[UUID]:
    """The articles open there."""
    return list(Assignment.objects.of(reader).open().values_list("article", flat=True))


def _items(project: Project, own: list[UUID]) -> ReviewItemQuerySet:
    """The sentences with claims of complete articles, but `own` ones, on the reader's desk.

    `reviewable_by` would say the same of somebody who reviews in the project, for one article
    after the other.
    """
    complete = ReviewItem.objects.filter(project=project, article__completed_at__isnull=False)
    return complete.exclude(article__in=own).order_by()


def _count_readings(lines: Mapping[str, LanguageLine], project: Project) -> None:
    for row in (
        _readings(project)
        .values("article__language")
        .annotate(
            assigned=Count("pk"),
            open=Count("pk", filter=OPEN),
            submitted=Count("pk", filter=SUBMITTED),
        )
    ):
        line = lines[row["article__language"]]
        line.assigned, line.open, line.submitted = row["assigned"], row["open"], row["submitted"]


def _count_settled(lines: Mapping[str, LanguageLine], project: Project, own: list[UUID]) -> None:
    for row in (
        _items(project, own)
        .values("article__language")
        .annotate(settled=Count("pk", filter=SETTLED), disputed=Count("pk", filter=~SETTLED))
    ):
        line = lines[row["article__language"]]
        line.disputed, line.settled = row["disputed"], row["settled"]


def _count_assignments(lines: Mapping[UUID, PersonLine], project: Project) -> None:
    for row in (
        _readings(project)
        .values("membership")
        .annotate(
            assigned=Count("pk"),
            open=Count("pk", filter=OPEN),
            submitted=Count("pk", filter=SUBMITTED),
            complete=Count("pk", filter=SUBMITTED & Q(article__completed_at__isnull=False)),
        )
    ):
        if (line := lines.get(row["membership"])) is not None:
            line.assigned, line.open = row["assigned"], row["open"]
            line.submitted, line.complete = row["submitted"], row["complete"]


def _count_sentences(lines: Mapping[UUID, PersonLine], project: Project, own: list[UUID]) -> None:
    submitted = Q(article__assignments__state=Assignment.State.SUBMITTED)
    for row in (
        _items(project, own)
        .filter(submitted)
        .values(member=F("article__assignments__membership"))
        .annotate(settled=Count("pk", filter=SETTLED), disputed=Count("pk", filter=~SETTLED))
    ):
        line = lines.get(row["member"])
        if line is not None and line.member.ended != Membership.Ended.EXCLUDED:
            line.disputed, line.settled = row["disputed"], row["settled"]


def _count_work(lines: Mapping[UUID, PersonLine], project: Project, own: list[UUID]) -> None:
    """Hours, claims and what became of them, in the articles completed last."""
    complete = project.articles.filter(completed_at__isnull=False).exclude(pk__in=own)
    articles = list(complete.order_by("-completed_at").values_list("pk", flat=True)[:LAST])
    readings = _readings(project).filter(SUBMITTED, article__in=articles)
    members = GroupMember.objects.filter(assignment__in=readings).order_by()
    for person, seconds in (
        readings.values("membership")
        .annotate(seconds=Sum("seconds_active"))
        .values_list("membership", "seconds")
    ):
        if person in lines:
            lines[person].seconds = seconds
    for person, claims in (
        members.values("assignment__membership")
        .annotate(claims=Count("pk"))
        .values_list("assignment__membership", "claims")
    ):
        if person in lines:
            lines[person].claims = claims
    standing = Decision.objects.standing().filter(group__article__in=articles)
    _count_upheld(lines, standing)


def _count_upheld(lines: Mapping[UUID, PersonLine], decisions: DecisionQuerySet) -> None:
    person, claim = "group__members__assignment__membership", "group__members__annotation"
    living = Coalesce("source__merged_into", "source")
    own = Coalesce(f"{claim}__source__merged_into", f"{claim}__source")
    same = Q(living=F("own")) | Q(living=None, own=None)
    for dimension in ("kind", "stance", "certainty", "attribution_type"):
        same &= Q(**{dimension: F(f"{claim}__{dimension}")})
    agreed = Q(outcome=Decision.Outcome.AGREED)
    theirs = decisions.order_by().filter(**{f"{person}__isnull": False})
    counted = theirs.alias(living=living, own=own).values(person=F(person))
    for row in counted.annotate(decided=Count("pk"), upheld=Count("pk", filter=agreed & same)):
        if (line := lines.get(row["person"])) is not None:
            line.decided, line.upheld = row["decided"], row["upheld"]
