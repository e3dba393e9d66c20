"""Review: annotations of complete articles become groups, groups become decisions; decisions stand
until reopened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..domain.alignment import Group, Label, Mention, align, keep_ids
from ..domain.codebook import Codebook, LabelError, check_labels, five
from ..domain.disagreement import (
    Agreed,
    Difference,
    Provenance,
    Reading,
    Readings,
    Scale,
    Side,
    agreed_span,
    differences,
    judge,
    level_of,
    lowest_confidence,
    provenance,
)
from ..domain.judgement import JudgementError, check_text
from ..domain.quotation import AUTHOR, derived_attribution_type
from ..errors import Refusal, WorkflowError
from ..models import (
    Annotation,
    Article,
    Assignment,
    ClaimGroup,
    CodebookVersion,
    Decision,
    GroupMember,
    Judgement,
    Sentence,
    Source,
)
from .recording import record
from .sources import redirects, settle_proposals
from .wording import in_words

REASON_NEEDED = frozenset({"source", "stance", "kind"})


@dataclass(frozen=True, slots=True)
class Work:
    """What the annotators of one article said, as alignment and comparison see it."""

    article: Article
    assignments: Sequence[Assignment]
    rows: Mapping[str, Annotation]
    mentions: Sequence[Mention]
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the reviewer decides of one group: a member's reading, other values in its place, or
    none is right.

    `take` is the annotation_id of the member whose spans and labels are taken; `values` replaces
    single dimensions, `source_chain` (ids, outermost relay first) the chain. `seen` is the number
    of the group's last decision when the reviewer looked: 0 where there was none.
    """

    seen: int
    take: UUID | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    source_chain: tuple[UUID, ...] | None = None
    reject: bool = False


def scales_of(codebook: Codebook) -> list[Scale]:
    """The dimensions that count for agreement."""
    return [
        Scale(
            key=dimension.key,
            ordinal=dimension.scale == "ordinal",
            order={
                option.value: option.order if option.order is not None else place
                for place, option in enumerate(dimension.options)
            },
            missing=frozenset(dimension.missing),
        )
        for dimension in codebook.dimensions
        if dimension.scope == "annotation"
        and dimension.enabled
        and dimension.agreement
        and dimension.key != "confidence"
    ]


def confidence_order(codebook: Codebook) -> dict[str, int]:
    """The levels of confidence, lowest first."""
    dimension = codebook.dimension("confidence")
    options = dimension.options if dimension else ()
    return {
        option.value: option.order if option.order is not None else place
        for place, option in enumerate(options)
    }


def read_work(article: Article, *, first_submission: bool = False) -> Work:
    """The counted work on an article as it stands, or as each annotator first submitted it."""
    assignments = list(
        article.assignments.counted().select_related("membership").order_by("number")
    )
    rows: dict[str, Annotation] = {}
    judgements: list[Judgement] = []
    for assignment in assignments:
        seq = None
        if first_submission:
            seq = assignment.submissions.order_by("number").values_list("last_seq", flat=True)[0]
        found = Annotation.objects.filter(assignment=assignment).as_of(seq)
        rows.update((str(row.annotation_id), row) for row in found.select_related("sentence"))
        judgements += (
            Judgement.objects.filter(assignment=assignment).as_of(seq).select_related("sentence")
        )
    numbers = {assignment.pk: assignment.number for assignment in assignments}
    return Work(
        article=article,
        assignments=assignments,
        rows=rows,
        mentions=_mentions(rows, numbers, _compared(article)),
        readings={
            (judgement.sentence.index, numbers[judgement.assignment_id]): Reading(judgement.status)
            for judgement in judgements
            if judgement.status in Judgement.DONE
        },
    )


@transaction.atomic
def form_groups(*, article: Article, by: User) -> list[ClaimGroup]:
    """Align the annotations of a complete article and judge each group by the project's policy.

    Decisions stand: a decided group keeps its members, and one whose member was revised or deleted
    waits for the reviewer as stale. Only annotations in no decided group are aligned again.
    """
    settle_proposals(article=article, by=by)
    work = read_work(article)
    decided = list(
        article.groups.exclude(status=ClaimGroup.Status.TO_REVIEW).prefetch_related(
            "members__annotation"
        )
    )
    placed = _refresh_decided(decided, work.rows)
    sentences = {sentence.index: sentence for sentence in article.sentences.all()}
    for stale in (group for group in decided if group.status == ClaimGroup.Status.STALE):
        _compare(stale, _group_of(stale, work), work, sentences)
        stale.save()
    free = [mention for mention in work.mentions if mention.id not in placed]
    groups = align(article.text, free, match_threshold=article.project.match_threshold)
    undecided = {
        str(group.pk): group
        for group in article.groups.filter(status=ClaimGroup.Status.TO_REVIEW).order_by(
            "start", "end", "created_at"
        )
    }
    old: dict[str, set[str]] = {pk: set() for pk in undecided}
    for member in GroupMember.objects.filter(group__in=undecided.values()).select_related(
        "annotation"
    ):
        old[str(member.group_id)].add(str(member.annotation.annotation_id))
    kept = keep_ids({pk: frozenset(ids) for pk, ids in old.items()}, groups)
    GroupMember.objects.filter(group__in=undecided.values()).delete()
    ClaimGroup.objects.filter(pk__in=set(undecided) - set(kept)).delete()
    return [
        _store_group(group, undecided[pk] if pk else None, work, sentences, by=by)
        for group, pk in zip(groups, kept, strict=True)
    ]


def mark_stale(*, annotations: Iterable[Annotation], by: User) -> None:
    """Return to the queue what was decided of annotations revised or deleted since."""
    groups = ClaimGroup.objects.filter(
        members__annotation__in=list(annotations), status=ClaimGroup.Status.DECIDED
    )
    for group in groups.select_related("project"):
        group.status = ClaimGroup.Status.STALE
        group.save(update_fields=["status"])
        record("mark_stale", group, by=by, project=group.project)


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

    A reason is needed where the annotators differ in source, stance or kind. A group that somebody
    else has settled since the reviewer looked is refused as stale, and so is an article that was
    handed in anew since then (`completed_at`, as the reviewer saw it); nothing is stored.
    """
    try:
        with transaction.atomic():
            return _settle(sentence, by, choices, reason, note, completed_at)
    except IntegrityError as error:
        raise _settled_meanwhile() from error


def reading_of(sentence: Sentence, assignment_number: int) -> dict[UUID, Choice]:
    """The choices that take one annotator's whole reading: their claims, and none where they saw
    none. Who skipped the sentence or does not count has no reading.
    """
    sentence.article.refresh_from_db(fields=["completed_at"])
    _require_complete(sentence.article)
    judged = Judgement.objects.current().exclude(status=Judgement.Status.SKIPPED)
    counted = sentence.article.assignments.counted().filter(number=assignment_number)
    if not judged.filter(sentence=sentence, assignment__in=counted).exists():
        raise WorkflowError(Refusal.INVALID, _("There is no such reading of this sentence."))
    choices = {}
    for group in waiting_groups(sentence):
        mine = next(
            (m for m in group.members.all() if m.assignment.number == assignment_number), None
        )
        choices[group.pk] = Choice(
            seen=_last_number(group),
            take=mine.annotation.annotation_id if mine else None,
            reject=mine is None,
        )
    return choices


@transaction.atomic
def reopen(
    *, sentence: Sentence, by: User, groups: Collection[UUID] | None = None
) -> list[ClaimGroup]:
    """Put what was decided of a sentence back into the queue; the decisions stay in its history.

    `groups` are the ids of the claims to reopen: without them, all that are decided.
    """
    article = _locked(sentence)
    _require_complete(article)
    decided = list(
        ClaimGroup.objects.select_for_update().filter(
            sentence=sentence, status=ClaimGroup.Status.DECIDED
        )
    )
    if groups is not None:
        decided = [group for group in decided if group.pk in groups]
    if not decided or len(decided) < len(groups or ()):
        raise WorkflowError(
            Refusal.GONE, _("What you would reopen is not decided any more: look at it again.")
        )
    for group in decided:
        group.status = ClaimGroup.Status.STALE
        group.save(update_fields=["status"])
        record("reopen", group, by=by, project=article.project)
    return decided


def waiting_groups(sentence: Sentence) -> list[ClaimGroup]:
    """The groups of a sentence that a reviewer has to settle, with members and decisions, in text
    order.
    """
    return list(
        ClaimGroup.objects.waiting()
        .filter(sentence=sentence)
        .prefetch_related("members__assignment", "members__annotation", "decisions")
        .order_by("start", "end", "pk")
    )


def _settle(
    sentence: Sentence,
    by: User,
    choices: Mapping[UUID, Choice],
    reason: str,
    note: str,
    completed_at: datetime | None,
) -> list[Decision]:
    article = _locked(sentence)
    _require_complete(article)
    waiting = waiting_groups(sentence)
    handed_in_anew = completed_at not in (None, article.completed_at)
    if not waiting or {group.pk for group in waiting} != set(choices) or handed_in_anew:
        raise _settled_meanwhile()
    _check_note(note)
    if reason and reason not in Decision.Reason.values:
        raise WorkflowError(Refusal.INVALID, _("Choose one of the reasons."), field="reason")
    differing = {d["dimension"] for group in waiting for d in group.differences}
    if not reason and differing & REASON_NEEDED:
        raise WorkflowError(
            Refusal.INVALID,
            _("Say why they differ: source, stance or kind are not the same."),
            field="reason",
        )
    work = read_work(article)
    return [
        _adjudicate(group, choices[group.pk], work, by=by, reason=reason, note=note)
        for group in waiting
    ]


def _adjudicate(
    group: ClaimGroup, choice: Choice, work: Work, *, by: User, reason: str, note: str
) -> Decision:
    """Store the reviewer's decision of one group."""
    if choice.seen != _last_number(group):
        raise _settled_meanwhile()
    version = group.project.codebook
    assert version is not None, "a project with annotations has a codebook"
    members = _group_of(group, work)
    scales = scales_of(version.parsed())
    if choice.reject:
        said = members.first if members else None
        return _decide(
            group,
            work,
            members,
            by=by,
            outcome=Decision.Outcome.REJECTED,
            agreed_by=Decision.AgreedBy.ADJUDICATED,
            version=version,
            values=_fields(said, work) if said else _last_fields(group),
            result=_rejection(group, members, work, scales),
            decided_by=by,
            reason=reason,
            note=note,
        )
    if members is None:
        raise WorkflowError(
            Refusal.INVALID,
            _("Its annotators have deleted this claim: only “none is right” is left."),
        )
    taken = _member(members, choice.take) or agreed_span(group.article.text, members.members)
    values = _fields(taken, work)
    labels = _overridden(values, choice.values, version.parsed())
    chain = [UUID(link) for link in taken.chain]
    if choice.source_chain is not None:
        chain = _checked_chain(choice.source_chain, group)
        if "attribution_type" not in choice.values and bool(chain) != bool(taken.chain):
            labels["attribution_type"] = derived_attribution_type(
                group.article.text, taken.spans, [str(link) for link in chain]
            )
    if (labels["attribution_type"] == AUTHOR) != (not chain):
        raise WorkflowError(
            Refusal.INVALID,
            _("A claim without a source is the author’s own, and one with a source is not."),
            field="attribution_type",
        )
    columns, added = five(labels)
    links = [str(pk) for pk in chain]
    return _decide(
        group,
        work,
        members,
        by=by,
        outcome=Decision.Outcome.AGREED,
        agreed_by=Decision.AgreedBy.ADJUDICATED,
        version=version,
        values={
            **values,
            **columns,
            "labels": added,
            "source_chain": links,
            "source_id": chain[-1] if chain else None,
            "confidence": lowest_confidence(members.members, confidence_order(version.parsed())),
        },
        result=provenance(
            members,
            chain=links,
            labels=_agreement_labels(labels, scales),
            scales=scales,
            readings=work.readings,
        ),
        decided_by=by,
        reason=reason,
        note=note,
    )


def _compare(
    stored: ClaimGroup, members: Group | None, work: Work, sentences: Mapping[int, Sentence]
) -> None:
    """Tell where a group stands and in what its readers differ; without members it stays where it
    was.
    """
    if members is None:
        stored.level, stored.differences = ClaimGroup.Level.NONE, []
        return
    project = work.article.project
    assert project.codebook is not None, "a project with annotations has a codebook"
    found = differences(
        members,
        text=work.article.text,
        scales=scales_of(project.codebook.parsed()),
        readings=work.readings,
        mentions=work.mentions,
        boundary_threshold=project.boundary_threshold,
    )
    stored.sentence = sentences[members.home]
    stored.start = min(member.start for member in members.members)
    stored.end = max(member.end for member in members.members)
    stored.level = level_of(found).name.lower()
    stored.differences = [_difference_data(difference) for difference in found]


def _store_group(
    group: Group,
    kept: ClaimGroup | None,
    work: Work,
    sentences: Mapping[int, Sentence],
    *,
    by: User,
) -> ClaimGroup:
    """Write an aligned group with its members, and its decision where the policy agrees."""
    article = work.article
    project = article.project
    version = project.codebook
    assert version is not None, "a project with annotations has a codebook"
    codebook = version.parsed()
    stored = kept or ClaimGroup(created_by=by, project=project, article=article)
    _compare(stored, group, work, sentences)
    outcome = judge(
        group,
        policy=project.agreement_policy,
        text=article.text,
        scales=scales_of(codebook),
        readings=work.readings,
        mentions=work.mentions,
        confidence_order=confidence_order(codebook),
        annotators_per_article=project.annotators_per_article,
        boundary_threshold=project.boundary_threshold,
        on_difference=project.on_difference,
    )
    agreed = outcome if isinstance(outcome, Agreed) else None
    stored.status = ClaimGroup.Status.DECIDED if agreed else ClaimGroup.Status.TO_REVIEW
    stored.save()
    GroupMember.objects.bulk_create(
        GroupMember(
            project=project,
            group=stored,
            assignment_id=work.rows[member.id].assignment_id,
            annotation=work.rows[member.id],
        )
        for member in group.members
    )
    if agreed is not None:
        _decide(
            stored,
            work,
            group,
            by=by,
            outcome=Decision.Outcome.AGREED,
            agreed_by=str(agreed.agreed_by),
            version=version,
            values=_agreed_fields(agreed, work),
            result=agreed.provenance,
        )
    return stored


def _decide(
    group: ClaimGroup,
    work: Work,
    members: Group | None,
    *,
    by: User,
    outcome: str,
    agreed_by: str,
    version: CodebookVersion,
    values: Mapping[str, Any],
    result: Provenance,
    decided_by: User | None = None,
    reason: str = "",
    note: str = "",
) -> Decision:
    """Append a decision; the database refuses a second one of the same number."""
    previous = group.decisions.order_by("-number").first()
    rows = [work.rows[member.id] for member in members.members] if members else []
    pseudonyms = {a.pk: a.membership.pseudonym for a in work.assignments}
    decision = Decision.objects.create(
        created_by=by,
        project_id=group.project_id,
        group=group,
        number=previous.number + 1 if previous else 1,
        outcome=outcome,
        agreed_by=agreed_by,
        members=[
            {
                "annotation_id": str(row.annotation_id),
                "annotator": pseudonyms[row.assignment_id],
                "seq": row.seq,
            }
            for row in rows
        ],
        confidences={pseudonyms[row.assignment_id]: row.confidence for row in rows},
        votes={
            key: [_side_data(side, work) for side in sides] for key, sides in result.votes.items()
        },
        n_annotators=result.n_annotators,
        n_agree=result.n_agree,
        decided_by=decided_by,
        reason=reason,
        note=note,
        policy={
            "agreement_policy": group.project.agreement_policy,
            "match_threshold": group.project.match_threshold,
            "boundary_threshold": group.project.boundary_threshold,
            "on_difference": group.project.on_difference,
        },
        previous=previous,
        codebook_version=version,
        **values,
    )
    if group.status != ClaimGroup.Status.DECIDED:
        group.status = ClaimGroup.Status.DECIDED
        group.save(update_fields=["status"])
    return decision


def _refresh_decided(groups: Iterable[ClaimGroup], rows: Mapping[str, Annotation]) -> set[str]:
    """Bring the members of decided groups up to date; one that has changed makes its group stale.

    Returns the ids of the annotations that have their place in a decided group.
    """
    placed: set[str] = set()
    for group in groups:
        changed = False
        for member in group.members.all():
            annotation_id = str(member.annotation.annotation_id)
            row = rows.get(annotation_id)
            if row is None:
                member.delete()
                changed = True
            else:
                placed.add(annotation_id)
                if row.pk != member.annotation_id:
                    member.annotation = row
                    member.save(update_fields=["annotation"])
                    changed = True
        if changed:
            group.status = ClaimGroup.Status.STALE
            group.save(update_fields=["status"])
    return placed


def _compared(article: Article) -> list[Scale]:
    version = article.project.codebook
    return scales_of(version.parsed()) if version else []


def _mentions(
    rows: Mapping[str, Annotation], numbers: Mapping[UUID, int], scales: Sequence[Scale]
) -> list[Mention]:
    """Annotations as alignment sees them; `order` is that of creation."""
    born = {
        pk: (seq, position)
        for pk, seq, position in Annotation.objects.filter(
            assignment__in=numbers, first=True
        ).values_list("annotation_id", "seq", "position")
    }
    ranked = sorted(
        rows.values(), key=lambda row: (numbers[row.assignment_id], born[row.annotation_id])
    )
    today = redirects(UUID(link) for row in ranked for link in row.source_chain)
    return [
        Mention(
            id=str(row.annotation_id),
            annotator=numbers[row.assignment_id],
            order=order,
            sentence=row.sentence.index,
            spans=tuple((start, end) for start, end in row.spans),
            chain=tuple(str(today[UUID(link)].pk) for link in row.source_chain),
            labels=_agreement_labels(
                {
                    "kind": row.kind,
                    "attribution_type": row.attribution_type,
                    "stance": row.stance,
                    "certainty": row.certainty,
                    **row.labels,
                },
                scales,
            ),
            confidence=row.confidence,
            claim=str(row.claim_id) if row.claim_id else None,
            claim_relation=row.claim_relation or None,
            cue=tuple(row.cue_span) if row.cue_span else None,
            source_span=tuple(row.source_span) if row.source_span else None,
        )
        for order, row in enumerate(ranked)
    ]


def _label(value: object) -> Label:
    return tuple(str(v) for v in value) if isinstance(value, list) else str(value)


def _agreement_labels(labels: Mapping[str, object], scales: Sequence[Scale]) -> dict[str, Label]:
    return {scale.key: _label(labels[scale.key]) for scale in scales if scale.key in labels}


def _rejection(
    group: ClaimGroup, members: Group | None, work: Work, scales: Sequence[Scale]
) -> Provenance:
    """How “none is right” stands to what the annotators said: no member agrees with it."""
    if members is None:
        judged = [
            number
            for (index, number), reading in work.readings.items()
            if index == group.sentence.index and reading != Reading.SKIPPED
        ]
        return Provenance(votes={}, n_annotators=len(judged), n_agree=0)
    said = provenance(members, chain=(), labels={}, scales=scales, readings=work.readings)
    return replace(said, n_agree=0)


def _group_of(group: ClaimGroup, work: Work) -> Group | None:
    """The stored group as values; None where all members are gone."""
    ids = {str(member.annotation.annotation_id) for member in group.members.all()}
    found = tuple(mention for mention in work.mentions if mention.id in ids)
    return Group(tuple(sorted(found, key=lambda m: m.annotator))) if found else None


def _member(group: Group, annotation_id: UUID | None) -> Mention | None:
    if annotation_id is None:
        return None
    found = next((m for m in group.members if m.id == str(annotation_id)), None)
    if found is None:
        raise WorkflowError(Refusal.INVALID, _("This reading does not belong to the claim."))
    return found


def _fields(mention: Mention, work: Work) -> dict[str, Any]:
    """A member's content as columns of a decision, its chain after merges."""
    row = work.rows[mention.id]
    chain = list(mention.chain)
    return {
        "spans": row.spans,
        "start": row.start,
        "end": row.end,
        "claim_id": row.claim_id,
        "claim_relation": row.claim_relation,
        "claim_text": row.claim_text,
        "source_chain": chain,
        "source_id": UUID(chain[-1]) if chain else None,
        "source_span": row.source_span,
        "cue_span": row.cue_span,
        "attribution_type": row.attribution_type,
        "kind": row.kind,
        "stance": row.stance,
        "certainty": row.certainty,
        "confidence": row.confidence,
        "labels": row.labels,
    }


def _agreed_fields(agreed: Agreed, work: Work) -> dict[str, Any]:
    """What the policy agreed on as columns of a decision."""
    row = work.rows[agreed.member]
    labels = {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in agreed.labels.items()
    }
    columns, added = five({**row.labels, **labels, "confidence": agreed.confidence})
    return {
        "spans": [list(span) for span in agreed.spans],
        "start": agreed.spans[0][0],
        "end": agreed.spans[-1][1],
        "claim_id": UUID(agreed.claim) if agreed.claim else None,
        "claim_relation": agreed.claim_relation or "",
        "claim_text": row.claim_text,
        "source_chain": list(agreed.chain),
        "source_id": UUID(agreed.chain[-1]) if agreed.chain else None,
        "source_span": agreed.source_span,
        "cue_span": agreed.cue,
        "labels": added,
        **columns,
    }


def _last_fields(group: ClaimGroup) -> dict[str, Any]:
    """The content of the last decision, for a group whose members are all gone."""
    last = group.decisions.order_by("-number")[0]
    names = (
        "spans start end claim_id claim_relation claim_text source_chain source_id source_span"
        " cue_span attribution_type kind stance certainty confidence labels"
    )
    return {name: getattr(last, name) for name in names.split()}


def _overridden(
    values: Mapping[str, Any], chosen: Mapping[str, object], codebook: Codebook
) -> dict[str, Any]:
    """The labels of the taken reading with the reviewer's own values in place."""
    labels = {
        key: values[key]
        for key in ("kind", "attribution_type", "stance", "certainty", "confidence")
    }
    labels.update(values["labels"])
    try:
        return dict(check_labels(codebook, {**labels, **chosen}, new_work=False))
    except LabelError as error:
        raise WorkflowError(
            Refusal.INVALID, in_words(error, codebook), field=error.dimension
        ) from error


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
    links = [found[pk].pk for pk in chain]
    if len(set(links)) < len(links):
        raise WorkflowError(
            Refusal.INVALID, _("A source stands twice in this chain."), field="source_chain"
        )
    return links


def _difference_data(difference: Difference) -> dict[str, Any]:
    return {
        "dimension": difference.dimension,
        "level": difference.level.name.lower(),
        "sides": [
            {"value": side.value, "annotators": list(side.annotators)} for side in difference.sides
        ],
        "iou": difference.iou,
    }


def _side_data(side: Side, work: Work) -> dict[str, Any]:
    names = {a.number: a.membership.pseudonym for a in work.assignments}
    value = list(side.value) if isinstance(side.value, tuple) else side.value
    return {"value": value, "annotators": [names[number] for number in side.annotators]}


def _last_number(group: ClaimGroup) -> int:
    return max((decision.number for decision in group.decisions.all()), default=0)


def _check_note(note: str) -> None:
    try:
        check_text("note", note)
    except JudgementError as error:
        raise WorkflowError(
            Refusal.INVALID, _(error.template) % error.params, field=error.field
        ) from error


def _locked(sentence: Sentence) -> Article:
    """The sentence's article as it stands, locked until the end of the transaction."""
    articles = Article.objects.select_for_update(of=("self",)).select_related("project__codebook")
    return articles.get(pk=sentence.article_id)


def _require_complete(article: Article) -> None:
    if article.completed_at is None:
        raise WorkflowError(
            Refusal.CLOSED, _("This article is with an annotator again: wait until it is complete.")
        )


def _settled_meanwhile() -> WorkflowError:
    return WorkflowError(
        Refusal.STALE,
        _("This sentence has changed since you opened it: look at it again, then decide."),
    )
