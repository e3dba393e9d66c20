"""The second look: once an article is complete, each annotator sees another reading of the disputed
sentences, nameless, and keeps the own, takes the other, or leaves it to a reviewer.

Labels and figures stay as they were submitted; what is agreed so is agreed as reconciled, and every
answer is kept, so that deference shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import (
    Annotation,
    Article,
    Assignment,
    ClaimGroup,
    GroupMember,
    Membership,
    ReviewItem,
    SecondLook,
    Sentence,
)
from .items import answers, judges, refresh_items
from .locking import lock_articles_of
from .review import (
    choices_of,
    locked_article,
    reconcile,
    require_complete,
    settled_meanwhile,
    waiting_groups,
)

Answer = SecondLook.Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReading:
    """What one annotator, nameless, found in a sentence: no annotations mean “no claim”."""

    number: int
    annotations: Sequence[Annotation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A disputed sentence as one of its annotators sees it at the second look."""

    sentence: Sentence
    mine: SentenceReading
    others: Sequence[SentenceReading]


def looks_for(assignment: Assignment) -> list[Look]:
    """The sentences of this annotator's article that wait for this annotator's second look, in
    reading order; as many queries however many there are.
    """
    article = assignment.article
    if article.completed_at is None or assignment.state != Assignment.State.SUBMITTED:
        return []
    items = ReviewItem.objects.filter(article=article, status=ReviewItem.Status.SECOND_LOOK)
    sentences = [item.sentence for item in items.select_related("sentence").order_by("index")]
    asked = judges(article, [sentence.pk for sentence in sentences])
    answered = answers(article, asked)
    mine = [
        sentence
        for sentence in sentences
        if assignment.number in asked[sentence.pk]
        and assignment.number not in answered[sentence.pk]
    ]
    said = _said(mine)
    return [
        Look(
            sentence=sentence,
            mine=_reading(said, sentence, assignment.number),
            others=[
                _reading(said, sentence, number)
                for number in sorted(asked[sentence.pk] - {assignment.number})
            ],
        )
        for sentence in mine
    ]


def wait_or_not(membership: Membership) -> None:
    """Nobody waits for the second look of somebody who has left or only observes; who is back has
    it again. To be called, in a transaction, after a membership has changed so.
    """
    if not membership.project.second_look:
        return
    lock_articles_of(membership)
    waiting = ClaimGroup.objects.waiting().order_by().values("article")
    read = membership.assignments.counted().filter(limited_to=[], article__in=waiting)
    for pk in read.order_by("article").values_list("article", flat=True):
        article = locked_article(pk)
        if article.completed_at is not None:
            refresh_items(article)


@transaction.atomic
def answer_second_look(
    *, sentence: Sentence, by: User, answer: str, reading: int | None = None
) -> SecondLook:
    """Store an annotator's answer to another reading of a sentence. `reading` is the number of the
    one that is taken; it may be left out where there is but one.

    When the last of them answers and all stand for one reading, the sentence is agreed.
    """
    article = locked_article(sentence.article_id)
    completed_at = require_complete(article)
    assignment = _looking(article, sentence, by)
    asked = judges(article, [sentence.pk])[sentence.pk]
    if assignment.number not in asked:
        raise WorkflowError(Refusal.GONE, _("There is no second look for you at this sentence."))
    look = SecondLook(
        created_by=by,
        project_id=article.project_id,
        assignment=assignment,
        sentence=sentence,
        answer=_checked(answer),
        reading=_stands_for(answer, reading, asked, assignment.number),
        completed_at=completed_at,
    )
    try:
        with transaction.atomic():
            look.save(force_insert=True)
    except IntegrityError as error:
        raise WorkflowError(
            Refusal.STALE, _("You have answered here already; your first answer stands.")
        ) from error
    _settle_where_all_agree(article, sentence, asked, by)
    refresh_items(article, [sentence.pk])
    return look


def _settle_where_all_agree(
    article: Article, sentence: Sentence, asked: set[int], by: User
) -> None:
    given = answers(article, [sentence.pk])[sentence.pk]
    stands = {look.reading for look in given.values()}
    agreed = stands.pop() if given.keys() == asked and len(stands) == 1 else None
    if agreed is not None:
        groups = waiting_groups(sentence)
        reconcile(article=article, groups=groups, choices=choices_of(groups, agreed), by=by)


def _looking(article: Article, sentence: Sentence, by: User) -> Assignment:
    """The actor's assignment, while the sentence waits for its annotators' second look."""
    mine = Assignment.objects.of(by).counted().filter(article=article, limited_to=[]).first()
    if mine is None:
        raise WorkflowError(Refusal.GONE, _("There is no second look for you at this sentence."))
    if not ReviewItem.objects.filter(
        sentence=sentence, status=ReviewItem.Status.SECOND_LOOK
    ).exists():
        raise settled_meanwhile()
    return mine


def _checked(answer: str) -> str:
    if answer not in Answer.values:
        raise WorkflowError(
            Refusal.INVALID,
            _("Keep your reading, take the other, or let a reviewer decide."),
            field="answer",
        )
    return answer


def _stands_for(answer: str, reading: int | None, asked: set[int], own: int) -> int | None:
    """The number of the reading for which the answer stands."""
    if answer == Answer.DISCUSS:
        return None
    if answer == Answer.KEEP:
        return own
    others = asked - {own}
    if reading is None and len(others) == 1:
        return next(iter(others))
    if reading not in others:
        raise WorkflowError(Refusal.INVALID, _("Choose whose reading you take."), field="reading")
    return reading


def _said(sentences: Iterable[Sentence]) -> dict[tuple[UUID, int], list[Annotation]]:
    """(sentence, number of the assignment) -> the annotations in the sentence's groups, in text
    order.
    """
    found: dict[tuple[UUID, int], list[Annotation]] = {}
    members = GroupMember.objects.filter(
        group__in=ClaimGroup.objects.living().filter(sentence__in=list(sentences))
    )
    for member in members.select_related("annotation", "assignment", "group").order_by(
        "annotation__start", "annotation__end", "annotation__position"
    ):
        key = member.group.sentence_id, member.assignment.number
        found.setdefault(key, []).append(member.annotation)
    return found


def _reading(
    said: dict[tuple[UUID, int], list[Annotation]], sentence: Sentence, number: int
) -> SentenceReading:
    return SentenceReading(number=number, annotations=said.get((sentence.pk, number), []))
