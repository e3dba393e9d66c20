"""Alike differences on one screen, each decided with one key; and what rules settled, by sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ..domain.codebook import Codebook
from ..domain.offsets import quote
from ..models import Annotation, ClaimGroup, Decision, Project
from ..models.review import ClaimGroupQuerySet
from ..models.settling import annotated_by
from ..permissions import can_review, can_settle, membership_of
from ..workflow.alike import (
    ATTRIBUTED,
    AUTHOR,
    LONGEST,
    SHORTEST,
    Alike,
    confirm_rule,
    overturn_rule,
    settle_alike,
    undo_alike,
)
from ..workflow.review import REASON_NEEDED, Choice, last_number
from .forms import read_id, refuse
from .guards import UserRequest, in_project
from .joining import headed, listed
from .review_form import read_group, read_groups
from .review_queue import Queue
from .review_tracks import Drawn, Track, track_of
from .review_words import (
    SIGNS,
    answer_of,
    dimension_words,
    letter,
    level_words,
    tag_of,
    value_words,
)
from .rows import Tag

PAGE = 20
KEYS = 9
NONE = "none"
_PLAIN = frozenset({"granularity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An answer to all of a pattern: what it is called and what it does."""

    title: str
    alike: Alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """How readers differ, in words; `count` of claims that differ so."""

    pattern: str
    title: str
    count: int = 0

    @property
    def query(self) -> str:
        return "?" + urlencode({"pattern": self.pattern})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one reader says of the claim, where readers differ."""

    letter: str
    place: int
    words: str
    tags: tuple[Tag, ...]
    annotation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A claim of a pattern in its sentence."""

    group: ClaimGroup
    track: Track
    seen: int
    said: tuple[Said, ...]
    readers: int
    decision: Decision | None = None
    ruled: str = ""

    @property
    def sign(self) -> str:
        return SIGNS[self.group.level]

    @property
    def level(self) -> str:
        return level_words(self.group.level)


@require_GET
@in_project(can_review)
def patterns(request: UserRequest, project: Project) -> HttpResponse:
    """The patterns, or, where the address names one, its claims."""
    queue, groups = Queue.of(request, project), _open_groups(request, project)
    named = [_named(pattern, queue.codebook, n) for pattern, n in groups.patterns()]
    chosen = request.GET.get("pattern", "")[:400]
    found = _page(groups.alike(chosen), read_id(request.GET, "after")) if chosen else []
    undo = [read_group(pk) for pk in request.GET.getlist("undo")]
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "queue": queue,
        "patterns": named,
        "chosen": _named(chosen, queue.codebook) if chosen else None,
        "claims": _likenesses(found[:PAGE], queue.codebook),
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "offers": offers(chosen, queue.codebook),
        "reason_asked": any(key in REASON_NEEDED for key, _values in parts(chosen)),
        "reasons": Decision.Reason.choices,
        "reason": request.GET.get("reason", ""),
        "undo": ClaimGroup.objects.filter(
            pk__in=undo, project=project, status=ClaimGroup.Status.DECIDED
        ),
        "spot_checks": ClaimGroup.objects.spot_checks(project).count(),
    }
    return render(request, "annotate/review_patterns.html", context)


@require_POST
@in_project(can_review)
def settle_pattern(request: UserRequest, project: Project) -> HttpResponse:
    """Settle one claim of a pattern, or all that are shown."""
    sent, queue = request.POST, Queue.of(request, project)
    pattern, reason = sent.get("pattern", ""), sent.get("reason", "")
    asked, _between, number = sent.get("decide", "").partition(" ")
    shown = {key.removeprefix("seen-"): sent[key] for key in sent if key.startswith("seen-")}
    seen = {read_group(pk): _whole(n) for pk, n in shown.items() if asked in ("all", pk)}
    others = _of_others(ClaimGroup.objects.filter(project=project), request, project)
    allowed = set(others.filter(pk__in=seen).values_list("pk", flat=True))
    came = settle_alike(
        project=project,
        by=request.user,
        pattern=pattern,
        answer=_chosen(pattern, number, queue.codebook),
        seen={pk: n for pk, n in seen.items() if pk in allowed},
        reason=reason,
    )
    for message in dict.fromkeys(came.refused.values()):
        messages.error(request, message)
    query: dict[str, str | list[str]] = {
        "pattern": pattern,
        "reason": reason,
        "after": sent.get("after", ""),
        "undo": [str(decision.group_id) for decision in came.decisions],
    }
    there = urlencode({key: value for key, value in query.items() if value}, doseq=True)
    return redirect(f"{reverse('review-patterns', args=[project.slug])}?{there}")


@require_POST
@in_project(can_review)
def undo_pattern(request: UserRequest, project: Project) -> HttpResponse:
    groups = undo_alike(project=project, by=request.user, groups=read_groups(request.POST))
    told = ngettext("%(count)d claim waits again.", "%(count)d claims wait again.", len(groups))
    messages.success(request, told % {"count": len(groups)})
    query = urlencode({"pattern": request.POST.get("pattern", "")})
    return redirect(f"{reverse('review-patterns', args=[project.slug])}?{query}")


@require_GET
@in_project(can_review)
def spot_checks(request: UserRequest, project: Project) -> HttpResponse:
    queue = Queue.of(request, project)
    drawn = ClaimGroup.objects.spot_checks(project)
    found = list(_with_all(_of_others(drawn, request, project))[:PAGE])
    context = {
        "project": project,
        "membership": membership_of(request.user, project),
        "queue": queue,
        "claims": _likenesses(found, queue.codebook),
        "tally": ClaimGroup.objects.spot_check_tally(project),
        "spot_checks": drawn.count(),
        "reasons": Decision.Reason.choices,
    }
    return render(request, "annotate/review_spot_checks.html", context)


@require_POST
@in_project(can_review)
def confirm(request: UserRequest, project: Project, group: UUID) -> HttpResponse:
    confirm_rule(group=_drawn(request, project, group), by=request.user)
    messages.success(request, _("Confirmed: the rule was right here."))
    return redirect("spot-checks", project.slug)


@require_POST
@in_project(can_review)
def overturn(request: UserRequest, project: Project, group: UUID) -> HttpResponse:
    found = _drawn(request, project, group)
    take = request.POST.get("take", "")
    if not take:
        refuse("take", _("Choose whose reading is right, or that none is."))
    choice = Choice(seen=_whole(request.POST.get("seen", "")), reject=take == NONE)
    if take != NONE:
        choice = replace(choice, take=read_group(take))
    overturn_rule(
        group=found, by=request.user, choice=choice, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("Decided otherwise than the rule."))
    return redirect("spot-checks", project.slug)


def parts(pattern: str) -> list[tuple[str, list[str]]]:
    """The dimensions of a pattern with the answers that it tells."""
    found = (part.partition("=") for part in pattern.strip("|").split("|") if part)
    return [(key, values.split("/") if values else []) for key, _equals, values in found]


def offers(pattern: str, codebook: Codebook) -> list[Offer]:
    """The answers that settle a whole pattern, at most as many as there are digits; none where it
    takes a look at each claim.
    """
    each = [list(_offers(key, values, codebook)) for key, values in parts(pattern)]
    found = [_together(combined) for combined in product(*each)] if each else []
    return found if len(found) <= KEYS else []


def _offers(key: str, values: Sequence[str], codebook: Codebook) -> Iterator[Offer]:
    if key == "existence" or key in _PLAIN:
        yield Offer(title=_("it is a claim"), alike=Alike())
    elif key == "boundary":
        yield Offer(title=_("the longest words"), alike=Alike(words=LONGEST))
        yield Offer(title=_("the shortest words"), alike=Alike(words=SHORTEST))
    elif key == "source" and set(values) == {AUTHOR, ATTRIBUTED}:
        yield Offer(title=_("the article’s author"), alike=Alike(source=AUTHOR))
        yield Offer(title=_("the source"), alike=Alike(source=ATTRIBUTED))
    elif (dimension := codebook.dimension(key)) and dimension.type == "single":
        for value in values:
            title = tag_of(dimension, value).title
            yield Offer(title=title, alike=Alike(values={key: value}))


def _together(combined: Sequence[Offer]) -> Offer:
    alike = Alike(
        values={key: value for offer in combined for key, value in offer.alike.values.items()},
        source=next((offer.alike.source for offer in combined if offer.alike.source), ""),
        words=next((offer.alike.words for offer in combined if offer.alike.words), ""),
    )
    return Offer(title=listed(offer.title for offer in combined), alike=alike)


def _chosen(pattern: str, number: str, codebook: Codebook) -> Alike:
    if number == NONE:
        return Alike(reject=True)
    offered = offers(pattern, codebook)
    place = _whole(number)
    if not 0 < place <= len(offered):
        refuse("decide", _("This form is incomplete. Reload the page and try again."))
    return offered[place - 1].alike


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        refuse("decide", _("This form is incomplete. Reload the page and try again."))
    return int(value)


def _named(pattern: str, codebook: Codebook, count: int = 0) -> Pattern:
    told = []
    for key, values in parts(pattern):
        between = " / ".join(value_words(key, value, codebook) for value in values)
        title = dimension_words(key, codebook)
        told.append(headed(title, between) if between else title)
    return Pattern(pattern=pattern, title=" · ".join(told), count=count)


def _open_groups(request: UserRequest, project: Project) -> ClaimGroupQuerySet:
    """What waits for this reviewer in complete articles."""
    waiting = ClaimGroup.objects.waiting().filter(
        project=project, sentence__review_item__status="waiting"
    )
    return _of_others(waiting, request, project)


def _of_others(
    groups: ClaimGroupQuerySet, request: UserRequest, project: Project
) -> ClaimGroupQuerySet:
    if project.settle_own:
        return groups.visible_to(request.user)
    return groups.exclude(article__in=annotated_by(request.user))


def _page(groups: ClaimGroupQuerySet, after: UUID | None) -> list[ClaimGroup]:
    return list(_with_all(groups.in_reading_order(after))[: PAGE + 1])


def _with_all(groups: ClaimGroupQuerySet) -> ClaimGroupQuerySet:
    return groups.select_related("sentence", "article").prefetch_related(
        "members__annotation__source", "members__assignment", "decisions"
    )


def _drawn(request: UserRequest, project: Project, pk: UUID) -> ClaimGroup:
    visible = ClaimGroup.objects.visible_to(request.user).select_related("article")
    group: ClaimGroup = get_object_or_404(visible, project=project, pk=pk)
    group.article.project = project
    if not can_settle(request.user, group.article):
        raise PermissionDenied
    return group


def _likenesses(groups: Sequence[ClaimGroup], codebook: Codebook) -> list[Likeness]:
    return [_likeness(group, codebook) for group in groups]


def _likeness(group: ClaimGroup, codebook: Codebook) -> Likeness:
    members = sorted(group.members.all(), key=lambda it: it.assignment.number)
    group.sentence.article = group.article
    drawn = [
        Drawn(reader=place, number=1, spans=member.annotation.spans)
        for place, member in enumerate(members)
    ]
    differ = [each["dimension"] for each in group.differences]
    decisions = sorted(group.decisions.all(), key=lambda it: it.number)
    last = decisions[-1] if decisions else None
    return Likeness(
        group=group,
        track=track_of(group.sentence, drawn),
        seen=last_number(group),
        readers=len(members),
        said=tuple(
            _said(place, member.annotation, differ, group, codebook)
            for place, member in enumerate(members)
        ),
        decision=last,
        ruled=listed(dimension_words(key, codebook) for key in last.ruled) if last else "",
    )


def _said(
    place: int,
    annotation: Annotation,
    differ: Sequence[str],
    group: ClaimGroup,
    codebook: Codebook,
) -> Said:
    """What the reader says where readers differ; the words where these are what differs."""
    words = []
    if "boundary" in differ:
        words.append(quote(group.article.text, [(a, b) for a, b in annotation.spans]))
    if {"source", "chain"} & set(differ):
        source = annotation.source
        words.append(source.name_in(group.article.language) if source else _("author"))
    tags = []
    for key in differ:
        dimension = codebook.dimension(key)
        if dimension and (answer := answer_of(annotation, key)):
            values = answer if isinstance(answer, list) else [answer]
            tags += [tag_of(dimension, value) for value in values]
    return Said(
        letter=letter(place),
        place=place,
        words=" · ".join(words),
        tags=tuple(tags),
        annotation_id=annotation.annotation_id,
    )
