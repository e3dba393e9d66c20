"""The reviewers' queue follows the groups: one item a sentence, brought up to date by whatever
changes a group, in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from ..models import Article, ClaimGroup, Judgement, ReviewItem, SecondLook

LEVELS = [str(level) for level in ClaimGroup.Level.values]


@dataclass(slots=True)
class _State:
    """What is stored of one sentence's groups."""

    index: int
    levels: list[int] = field(default_factory=list)
    waits: bool = False
    sent_back: bool = False
    differs: bool = False


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
        state.levels.append(LEVELS.index(level) if waits else 0)
    looked_at = _looked_at(article, states)
    items.exclude(sentence__in=states).delete()
    ReviewItem.objects.bulk_create(
        (
            ReviewItem(
                project_id=article.project_id,
                article=article,
                sentence_id=sentence,
                position=article.position,
                index=state.index,
                status=_status(article, state, looked_at=sentence in looked_at),
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


def _status(article: Article, state: _State, *, looked_at: bool) -> str:
    if article.completed_at is None or state.sent_back:
        return ReviewItem.Status.CLOSED
    if not state.waits:
        return ReviewItem.Status.SETTLED
    return ReviewItem.Status.SECOND_LOOK if looked_at else ReviewItem.Status.WAITING


def _looked_at(article: Article, states: dict[UUID, _State]) -> set[UUID]:
    """The sentences at which their annotators have still to look again: two or more judged it, and
    nobody has left it to a reviewer.
    """
    if not article.project.second_look or article.completed_at is None:
        return set()
    disputed = [pk for pk, state in states.items() if state.waits and state.differs]
    asked, answered = judges(article, disputed), answers(article, disputed)
    return {
        pk
        for pk in disputed
        if len(asked[pk]) > 1
        and asked[pk] - answered[pk].keys()
        and not any(look.answer == SecondLook.Answer.DISCUSS for look in answered[pk].values())
    }
