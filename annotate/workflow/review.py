"""Review: what policy and rules leave open, a reviewer settles, sentence by sentence; decisions
stand until they are reopened, and none is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..domain.alignment import Group
from ..domain.alignment import Mention as Said
from ..domain.codebook import FIVE, five
from ..domain.disagreement import agreed_span, lowest_confidence, provenance
from ..domain.judgement import AnnotationDraft, JudgementError, check_annotation, check_text
from ..domain.offsets import Span
from ..errors import Refusal, WorkflowError
from ..models import (
    Article,
    Assignment,
    ClaimGroup,
    Decision,
    Judgement,
    ReviewItem,
    Sentence,
    Source,
)
from ..models.review import ClaimGroupQuerySet
from .deciding import Verdict, content_again, content_of, decide, rejection_of
from .items import refresh_items
from .labelling import send_back as give_back
from .presence import leave
from .recording import record
from .sources import redirects
from .wording import in_words
from .work import Rules, Work, agreement_labels, confidence_order, read_work

REASON_NEEDED = frozenset({"source", "stance", "kind"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the reviewer decides of one group: a member's reading, other values in its place, or
    none is right.

    `take` is the annotation_id of the member whose spans and labels are taken; without one it is
    the member whose words are most like all others'. `values` replaces single dimensions,
    `source_chain` (ids, outermost relay first) the chain, `spans` with their `quotes` the words,
    `claim_text` the claim in one's own words. `seen` is the number of the group's last decision
    when the reviewer looked: 0 where there was none.
    """

    seen: int
    take: UUID | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    source_chain: tuple[UUID, ...] | None = None
    spans: tuple[Span, ...] | None = None
    quotes: tuple[str, ...] = ()
    claim_text: str | None = None
    reject: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settling:
    """Who decides what of an article's groups, and why."""

    work: Work
    rules: Rules
    by: User
    agreed_by: str = Decision.AgreedBy.ADJUDICATED
    reason: str = ""
    note: str = ""

    @property
    def decided_by(self) -> User | None:
        """The reviewer; annotators who reconcile their readings are no reviewers."""
        return self.by if self.agreed_by == Decision.AgreedBy.ADJUDICATED else None


def settle(
    *,
    sentence: Sentence,
    by: User,
    choices: Mapping[UUID, Choice],
    reason: str = "",
    note: str = "",
    completed_at: datetime | None = None,
) -> list[Decision]:
    """Settle a sentence: one choice for each of its groups that waits.

    A reason is needed where the annotators differ in source, stance or kind, and a note where it is
    none of those listed. A group that somebody else has settled since the reviewer looked is
    refused as stale, and so is an article that was handed in anew since then (`completed_at`, as
    the reviewer saw it); nothing is stored.
    """
    with one_decision():
        article = locked_article(sentence.article_id)
        require_complete(article)
        waiting = waiting_groups(sentence)
        require_with_reviewers(waiting)
        anew = completed_at not in (None, article.completed_at)
        if not waiting or {group.pk for group in waiting} != set(choices) or anew:
            raise settled_meanwhile()
        return settle_groups(article, waiting, choices, by=by, reason=reason, note=note)


def settle_as_empty(
    *,
    sentence: Sentence,
    by: User,
    seen: Mapping[UUID, int],
    reason: str = "",
    note: str = "",
    completed_at: datetime | None = None,
) -> list[Decision]:
    """Settle that a sentence holds no claim, whatever was found or agreed there: each of its groups
    that is not rejected yet is rejected.

    `seen` holds for every group of the sentence the number of its last decision, as the reviewer
    saw it.
    """
    with one_decision():
        article = locked_article(sentence.article_id)
        require_complete(article)
        groups = with_members(ClaimGroup.objects.living().filter(sentence=sentence))
        require_with_reviewers(groups)
        anew = completed_at not in (None, article.completed_at)
        if {group.pk: last_number(group) for group in groups} != dict(seen) or anew:
            raise settled_meanwhile()
        open_ones = [group for group in groups if not _is_rejected(group)]
        if not open_ones:
            raise WorkflowError(Refusal.GONE, _("There is nothing left to settle here."))
        choices = {group.pk: Choice(seen=last_number(group), reject=True) for group in open_ones}
        return settle_groups(article, open_ones, choices, by=by, reason=reason, note=note)


def reconcile(
    *, article: Article, groups: Sequence[ClaimGroup], choices: Mapping[UUID, Choice], by: User
) -> list[Decision]:
    """Store that the annotators themselves came to one reading of these groups; called inside the
    transaction in which the last of them answered.
    """
    settling = _Settling(
        work=read_work(article),
        rules=Rules.of(article.project),
        by=by,
        agreed_by=Decision.AgreedBy.RECONCILED,
    )
    return _store(groups, choices, settling)


def reading_of(sentence: Sentence, assignment_number: int) -> dict[UUID, Choice]:
    """The choices that take one annotator's whole reading: their claims, and none where they saw
    none. Who skipped the sentence or does not count has no reading.
    """
    sentence.article.refresh_from_db(fields=["completed_at"])
    require_complete(sentence.article)
    judged = Judgement.objects.current().exclude(status=Judgement.Status.SKIPPED)
    counted = sentence.article.assignments.counted().filter(number=assignment_number)
    if not judged.filter(sentence=sentence, assignment__in=counted).exists():
        raise WorkflowError(Refusal.INVALID, _("There is no such reading of this sentence."))
    return choices_of(waiting_groups(sentence), assignment_number)


def choices_of(groups: Iterable[ClaimGroup], assignment_number: int) -> dict[UUID, Choice]:
    """For each group the annotation of this assignment, or none."""
    choices = {}
    for group in groups:
        mine = next(
            (m for m in group.members.all() if m.assignment.number == assignment_number), None
        )
        choices[group.pk] = Choice(
            seen=last_number(group),
            take=mine.annotation.annotation_id if mine else None,
            reject=mine is None,
        )
    return choices


@transaction.atomic
def reopen(
    *, sentence: Sentence, by: User, groups: Collection[UUID] | None = None, note: str = ""
) -> list[ClaimGroup]:
    """Put what was decided of a sentence back into the queue; the decisions stay in its history.

    `groups` are the ids of the claims to reopen: without them, all that are decided.
    """
    check_note(note)
    return _put_back("reopen", sentence, by, groups, note, lambda last: True)


@transaction.atomic
def undo_settling(*, sentence: Sentence, by: User, groups: Collection[UUID]) -> list[ClaimGroup]:
    """Take back what one has settled oneself, while nobody has decided since: it waits again, and
    what was taken back stays in its history.
    """
    return _put_back("undo_settling", sentence, by, groups, "", lambda it: it.decided_by == by)


@transaction.atomic
def send_back(
    *,
    sentences: Sequence[Sentence],
    by: User,
    note: str,
    readers: Collection[int] | None = None,
) -> list[Assignment]:
    """Give sentences of one article back to their annotators who annotate in the project still, or
    to some of them (the numbers of their assignments), with a note; what waits there is aligned
    anew when they hand in again, and what is settled stands.
    """
    article = locked_article(sentences[0].article_id)
    require_complete(article)
    first = article.assignments.counted().filter(limited_to=[]).select_related("membership")
    asked = [
        it.number
        for it in first
        if (it.membership.annotates if readers is None else it.number in readers)
    ]
    if readers is None and not asked:
        raise WorkflowError(
            Refusal.CLOSED,
            _("It cannot go back: none of its annotators annotates in the project any more."),
        )
    if not asked or any(sentence.article_id != article.pk for sentence in sentences):
        raise WorkflowError(
            Refusal.INVALID, _("Choose to which of its annotators it goes back."), field="readers"
        )
    sent = give_back(article=article, by=by, note=note, sentences=sentences, annotators=asked)
    waiting = ClaimGroup.objects.waiting().filter(sentence__in=sentences)
    waiting.update(status=ClaimGroup.Status.SENT_BACK)
    return sent


def waiting_groups(sentence: Sentence) -> list[ClaimGroup]:
    """The groups of a sentence that a reviewer has to settle, with members and decisions, in text
    order.
    """
    return with_members(ClaimGroup.objects.waiting().filter(sentence=sentence))


def locked_article(pk: UUID) -> Article:
    """The article as it stands, locked until the end of the transaction."""
    articles = Article.objects.select_for_update(of=("self",)).select_related("project__codebook")
    return articles.get(pk=pk)


def require_complete(article: Article) -> datetime:
    """When the article was handed in by all; refused while it is not."""
    if article.completed_at is None:
        raise WorkflowError(
            Refusal.CLOSED, _("This article is with an annotator again: wait until it is complete.")
        )
    return article.completed_at


def require_with_reviewers(groups: Iterable[ClaimGroup]) -> None:
    """Refused while annotators have a sentence of a complete article once more: at their second
    look, or as a third reader. The groups come from `with_members`.
    """
    for group in groups:
        if held := held_by_annotators(group.sentence.review_item):
            raise WorkflowError(Refusal.CLOSED, held)


def held_by_annotators(item: ReviewItem) -> str:
    """Why a sentence of a complete article waits for no reviewer, in words; '' where it does, or is
    settled.
    """
    if item.status == ReviewItem.Status.SECOND_LOOK:
        return _("Its annotators look at this sentence again: wait until they have answered.")
    if item.status == ReviewItem.Status.CLOSED:
        return _("A third reader has this sentence: wait until it is handed in.")
    return ""


def settled_meanwhile() -> WorkflowError:
    return WorkflowError(
        Refusal.STALE,
        _("This sentence has changed since you opened it: look at it again, then decide."),
    )


def last_number(group: ClaimGroup) -> int:
    return max((decision.number for decision in group.decisions.all()), default=0)


@contextmanager
def one_decision() -> Iterator[None]:
    """A transaction in which the database decides between two decisions of one number."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise settled_meanwhile() from error


def settle_groups(
    article: Article,
    groups: Sequence[ClaimGroup],
    choices: Mapping[UUID, Choice],
    *,
    by: User,
    reason: str,
    note: str,
) -> list[Decision]:
    """Store a reviewer's choices for these groups of a complete article that is locked."""
    check_note(note)
    _check_reason(reason, note, groups)
    settling = _Settling(
        work=read_work(article), rules=Rules.of(article.project), by=by, reason=reason, note=note
    )
    return _store(groups, choices, settling)


def _store(
    groups: Sequence[ClaimGroup], choices: Mapping[UUID, Choice], settling: _Settling
) -> list[Decision]:
    """Append a decision for each group, and take what is settled from the queue."""
    decisions = [_decision(group, choices[group.pk], settling) for group in groups]
    Decision.objects.bulk_create(decisions)
    ClaimGroup.objects.bulk_update(groups, ["status", "spot_check"])
    sentences = {group.sentence_id for group in groups}
    refresh_items(settling.work.article, sentences)
    leave(sentences=sentences, by=settling.by)
    return decisions


def _decision(group: ClaimGroup, choice: Choice, settling: _Settling) -> Decision:
    if choice.seen != last_number(group):
        raise settled_meanwhile()
    work = settling.work
    members = work.group({str(m.annotation.annotation_id) for m in group.members.all()})
    previous = max(group.decisions.all(), key=lambda it: it.number, default=None)
    if choice.reject:
        verdict = _rejected(group, members, previous, settling)
    else:
        verdict = _chosen(group, members, choice, settling)
    made = decide(group, members, verdict, work, settling.rules, by=settling.by, previous=previous)
    if previous is not None and group.spot_check == ClaimGroup.SpotCheck.DRAWN:
        group.spot_check = ClaimGroup.SpotCheck.OVERTURNED
    return made


def _rejected(
    group: ClaimGroup, members: Group | None, previous: Decision | None, settling: _Settling
) -> Verdict:
    """“None is right”: a negative, with what it was about."""
    if members is not None:
        content = content_of(members.first, settling.work)
    else:
        assert previous is not None, "a group without members and decisions is deleted"
        content = content_again(previous)
    return Verdict(
        outcome=Decision.Outcome.REJECTED,
        agreed_by=settling.agreed_by,
        content=content,
        result=rejection_of(group, members, settling.work),
        decided_by=settling.decided_by,
        reason=settling.reason,
        note=settling.note,
    )


def _chosen(
    group: ClaimGroup, members: Group | None, choice: Choice, settling: _Settling
) -> Verdict:
    """A member's reading, with the reviewer's own values in place."""
    if members is None:
        raise WorkflowError(
            Refusal.INVALID,
            _("Its annotators have deleted this claim: only “none is right” is left."),
        )
    work = settling.work
    taken = _member(members, choice.take) or agreed_span(work.article.text, members.members)
    written = _written(group, taken, choice, settling)
    columns, added = five(written["labels"])
    chain: list[str] = written["source_chain"]
    return Verdict(
        outcome=Decision.Outcome.AGREED,
        agreed_by=settling.agreed_by,
        content={
            **content_of(taken, work),
            **written,
            **columns,
            "labels": added,
            "source_id": UUID(chain[-1]) if chain else None,
            "confidence": lowest_confidence(
                members.members, confidence_order(work.codebook.parsed())
            ),
        },
        result=provenance(
            members,
            chain=chain,
            labels=agreement_labels(written["labels"], work.scales),
            scales=work.scales,
            readings=work.readings,
        ),
        decided_by=settling.decided_by,
        reason=settling.reason,
        note=settling.note,
    )


def _written(group: ClaimGroup, taken: Said, choice: Choice, settling: _Settling) -> dict[str, Any]:
    """What the reviewer changes of the reading taken, checked as an annotation is.

    `labels` holds all of them by key, the five too.
    """
    work = settling.work
    row, text = work.rows[taken.id], work.article.text
    labels = {key: getattr(row, key) for key in FIVE} | row.labels | dict(choice.values)
    chain = [UUID(link) for link in taken.chain]
    if choice.source_chain is not None:
        chain = _checked_chain(choice.source_chain, group)
    spans, quotes = taken.spans, tuple(text[start:end] for start, end in taken.spans)
    home = (spans[0][0], spans[0][0] + 1)
    if choice.spans is not None:
        spans, quotes = choice.spans, choice.quotes
        home = (group.sentence.start, group.sentence.end)
    attributed_otherwise = bool(chain) != bool(taken.chain) or spans != taken.spans
    if attributed_otherwise and "attribution_type" not in choice.values:
        del labels["attribution_type"]
    draft = AnnotationDraft(
        annotation_id=row.annotation_id,
        spans=spans,
        quotes=quotes,
        labels=labels,
        source_chain=tuple(chain),
        claim_text=row.claim_text if choice.claim_text is None else choice.claim_text,
    )
    codebook = work.codebook.parsed()
    try:
        checked = check_annotation(draft, text=text, home=home, codebook=codebook, new_work=False)
    except JudgementError as error:
        raise WorkflowError(
            Refusal.INVALID, in_words(error, codebook), field=error.field
        ) from error
    return {
        "labels": checked,
        "source_chain": [str(pk) for pk in chain],
        "spans": [list(span) for span in spans],
        "start": spans[0][0],
        "end": spans[-1][1],
        "claim_text": draft.claim_text,
    }


def _member(group: Group, annotation_id: UUID | None) -> Said | None:
    if annotation_id is None:
        return None
    found = next((m for m in group.members if m.id == str(annotation_id)), None)
    if found is None:
        raise WorkflowError(Refusal.INVALID, _("This reading does not belong to the claim."))
    return found


def _checked_chain(chain: Sequence[UUID], group: ClaimGroup) -> list[UUID]:
    found = redirects(chain)
    for pk in chain:
        source = found.get(pk)
        if (
            source is None
            or source.project_id != group.project_id
            or source.kind == Source.Kind.AUTHOR
            or source.article_id not in (None, group.article_id)
        ):
            raise WorkflowError(
                Refusal.INVALID,
                _("There is no such source in this project: choose one from the list."),
                field="source_chain",
            )
    return [found[pk].pk for pk in chain]


def _put_back(
    what: str,
    sentence: Sentence,
    by: User,
    groups: Collection[UUID] | None,
    note: str,
    may: Callable[[Decision], bool],
) -> list[ClaimGroup]:
    """Decided groups wait again, with the event that says who wanted it so."""
    article = locked_article(sentence.article_id)
    require_complete(article)
    decided = ClaimGroup.objects.filter(sentence=sentence, status=ClaimGroup.Status.DECIDED)
    asked = [
        group
        for group in decided.select_for_update().prefetch_related("decisions__decided_by")
        if (groups is None or group.pk in groups)
        and may(max(group.decisions.all(), key=lambda it: it.number))
    ]
    if not asked or len(asked) < len(groups or ()):
        raise WorkflowError(
            Refusal.GONE, _("What you would reopen is not decided any more: look at it again.")
        )
    for group in asked:
        group.status = ClaimGroup.Status.STALE
        group.save(update_fields=["status"])
        after = {"note": note} if note else None
        record(what, group, by=by, project=article.project, after=after)
    refresh_items(article, [sentence.pk])
    return asked


def with_members(groups: ClaimGroupQuerySet) -> list[ClaimGroup]:
    """With members and decisions, in text order."""
    return list(
        groups.select_related("sentence__review_item")
        .prefetch_related("members__assignment", "members__annotation", "decisions")
        .order_by("start", "end", "pk")
    )


def _is_rejected(group: ClaimGroup) -> bool:
    if group.status != ClaimGroup.Status.DECIDED:
        return False
    last = max(group.decisions.all(), key=lambda it: it.number)
    return last.outcome == Decision.Outcome.REJECTED


def _check_reason(reason: str, note: str, groups: Iterable[ClaimGroup]) -> None:
    if reason and reason not in Decision.Reason.values:
        raise WorkflowError(Refusal.INVALID, _("Choose one of the reasons."), field="reason")
    if reason == Decision.Reason.OTHER and not note.strip():
        raise WorkflowError(
            Refusal.INVALID, _("Write in the note what the other reason is."), field="note"
        )
    differing = {each["dimension"] for group in groups for each in group.differences}
    if not reason and differing & REASON_NEEDED:
        raise WorkflowError(
            Refusal.INVALID,
            _("Say why they differ: source, stance or kind are not the same."),
            field="reason",
        )


def check_note(note: str) -> None:
    try:
        check_text("note", note)
    except JudgementError as error:
        raise WorkflowError(
            Refusal.INVALID, _(error.template) % error.params, field=error.field
        ) from error
