"""The reviewers' queue follows the groups: one item a sentence, brought up to date by whatever
changes a group, in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from ..models import Article, ClaimGroup, Judgement, Membership, ReviewItem, SecondLook

LEVELS = [str(level) for level in ClaimGroup.Level.values]


@dataclass(slots=True)
class _State:
    """What is stored of one sentence's groups."""

    index: int
    levels: list[int] = field(default_factory=list)
    waits: bool = False
    sent_back: bool = False
    differs: bool = False
    was_decided: bool = False


def refresh_items(article: Article, sentences: Collection[UUID] | None = None) -> None:
    """Bring the items of an article, or of some of its sentences, to what their groups are now."""
    groups = ClaimGroup.objects.living().filter(article=article)
    items = ReviewItem.objects.filter(article=article)
    if sentences is not None:
        groups, items = groups.filter(sentence__in=sentences), items.filter(sentence__in=sentences)
    states: dict[UUID, _State] = {}
    for sentence, index, status, level, pattern in groups.order_by().values_list(
        "sentence", "sentence__index", "status", "level", "pattern"
    ):
        state = states.setdefault(sentence, _State(index))
        waits = status in ClaimGroup.WAITING
        state.waits |= waits
        state.sent_back |= status == ClaimGroup.Status.SENT_BACK
        state.differs |= waits and bool(pattern)
        state.was_decided |= status == ClaimGroup.Status.STALE
        state.levels.append(LEVELS.index(level) if waits else 0)
    looked_at = _looked_at(article, states)
    with_third = _with_a_third_reader(article)
    items.exclude(sentence__in=states).delete()
    ReviewItem.objects.bulk_create(
        (
            ReviewItem(
                project_id=article.project_id,
                article=article,
                sentence_id=sentence,
                position=article.position,
                index=state.index,
                status=_status(
                    state,
                    closed=article.completed_at is None or state.index in with_third,
                    looked_at=sentence in looked_at,
                ),
                severity=max(state.levels),
            )
            for sentence, state in states.items()
        ),
        update_conflicts=True,
        unique_fields=["sentence"],
        update_fields=["position", "index", "status", "severity"],
    )


def close_items(article: Article) -> None:
    """Nothing of an article waits while an annotator has it again."""
    ReviewItem.objects.filter(article=article).update(status=ReviewItem.Status.CLOSED)


def disputed(article: Article) -> list[int]:
    """The indices of the sentences that wait because their readers differ, in reading order."""
    differing = ClaimGroup.objects.waiting().filter(article=article).exclude(pattern="")
    waiting = ReviewItem.objects.filter(
        article=article, status=ReviewItem.Status.WAITING, sentence__in=differing.values("sentence")
    )
    return list(waiting.order_by("index").values_list("index", flat=True))


def judges(article: Article, sentences: Iterable[UUID]) -> dict[UUID, set[int]]:
    """Sentence -> the numbers of the assignments that judged it; who skipped it did not."""
    counted = article.assignments.counted().filter(limited_to=[])
    found: defaultdict[UUID, set[int]] = defaultdict(set)
    for sentence, number in (
        Judgement.objects.filter(assignment__in=counted, sentence__in=list(sentences))
        .current()
        .filter(status__in=[Judgement.Status.CLAIMS, Judgement.Status.NO_CLAIM])
        .values_list("sentence", "assignment__number")
    ):
        found[sentence].add(number)
    return found


def answers(article: Article, sentences: Iterable[UUID]) -> dict[UUID, dict[int, SecondLook]]:
    """Sentence -> what was answered at the second look since the article is complete, by the
    number of the assignment.
    """
    assert article.completed_at is not None, "a second look is taken at complete articles"
    found: defaultdict[UUID, dict[int, SecondLook]] = defaultdict(dict)
    for look in SecondLook.objects.filter(
        assignment__article=article,
        sentence__in=list(sentences),
        completed_at=article.completed_at,
    ).select_related("assignment"):
        found[look.sentence_id][look.assignment.number] = look
    return found


def _status(state: _State, *, closed: bool, looked_at: bool) -> str:
    if closed or state.sent_back:
        return ReviewItem.Status.CLOSED
    if not state.waits:
        return ReviewItem.Status.SETTLED
    return ReviewItem.Status.SECOND_LOOK if looked_at else ReviewItem.Status.WAITING


def _with_a_third_reader(article: Article) -> set[int]:
    """The indices of the sentences that somebody reads just now to break a tie."""
    open_ones = article.assignments.open().exclude(limited_to=[]).values_list("limited_to")
    return {index for (indices,) in open_ones for index in indices}


def _looked_at(article: Article, states: dict[UUID, _State]) -> set[UUID]:
    """The sentences at which their annotators have still to look again: two or more judged it,
    whoever has not answered still can, nobody has left it to a reviewer, and neither a reviewer
    nor a third reader has had it.
    """
    if not article.project.second_look or article.completed_at is None:
        return set()
    third = article.assignments.counted().exclude(limited_to=[]).values_list("limited_to")
    had = {index for (indices,) in third for index in indices}
    differing = [
        pk
        for pk, state in states.items()
        if state.waits and state.differs and not state.was_decided and state.index not in had
    ]
    observes = Q(membership__role=Membership.Role.OBSERVER)
    cannot = article.assignments.filter(observes | ~Q(membership__ended=Membership.Ended.ACTIVE))
    silenced = set(cannot.values_list("number", flat=True))
    asked, answered = judges(article, differing), answers(article, differing)
    return {
        pk
        for pk in differing
        if len(asked[pk]) > 1
        and (silent := asked[pk] - answered[pk].keys())
        and silent.isdisjoint(silenced)
        and not any(look.answer == SecondLook.Answer.DISCUSS for look in answered[pk].values())
    }
