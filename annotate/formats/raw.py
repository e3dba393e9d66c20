"""What each annotator said, as the rows of raw.jsonl."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from itertools import groupby
from typing import Any, TypeVar
from uuid import UUID

from ..domain.alignment import chars
from ..models import Annotation, Assignment, Decision, Judgement
from .dataset import Row
from .rows import Contents, References, chain, instant, place, provenance

Revision = TypeVar("Revision", Judgement, Annotation)


def raw_rows(contents: Contents, of: References) -> Iterator[Row]:
    """The article, judgements and annotations of each annotator as first submitted, what they
    changed later, and the decisions that stand.
    """
    yield _raw_article(contents, of)
    index_of = {sentence.pk: sentence.index for sentence in contents.sentences}
    for assignment in contents.assignments:
        yield from _raw_judgements(contents, assignment, index_of)
    order = _order_of_creation(contents)
    for assignment in contents.assignments:
        yield from _raw_annotations(contents, assignment, index_of, order, of)
    for decision in sorted(contents.decisions, key=lambda it: (it.start, it.end, it.group_id)):
        yield _raw_decision(decision, contents, of)


def _about(contents: Contents, kind: str) -> Row:
    return {
        "type": kind,
        "article_id": str(contents.article.pk),
        "article_sha256": contents.article.sha256,
    }


def _raw_article(contents: Contents, of: References) -> Row:
    """What the figures are sliced by."""
    publisher = contents.article.publisher_id
    readers = (it for it in contents.assignments if not it.limited_to)
    handed_in = [contents.submitted_at[it.pk] for it in readers]
    return {
        **_about(contents, "article"),
        "language": contents.article.language,
        "publisher_id": str(of.sources[publisher].pk) if publisher else None,
        "month": max(handed_in).astimezone(UTC).strftime("%Y-%m") if handed_in else None,
        "blocks": [sentence.block for sentence in contents.sentences],
    }


def _raw_judgements(
    contents: Contents, assignment: Assignment, index_of: Mapping[UUID, int]
) -> Iterator[Row]:
    mine = [it for it in contents.judgements if it.assignment_id == assignment.pk]
    mine.sort(key=lambda it: (index_of[it.sentence_id], it.seq))
    for _sentence, revisions in groupby(mine, key=lambda it: it.sentence_id):
        for judgement, first, stands in _released(
            list(revisions), contents.submitted[assignment.pk]
        ):
            duplicate_of = judgement.duplicate_of_id
            yield {
                **_about(contents, "judgement"),
                "sentence_index": index_of[judgement.sentence_id],
                "annotator": assignment.membership.pseudonym,
                "rank": assignment.number,
                "seq": judgement.seq,
                "first_submitted": first,
                "stands": stands,
                "status": judgement.status,
                "no_claim_reason": judgement.no_claim_reason or None,
                "duplicate_of": index_of[duplicate_of] if duplicate_of else None,
                "skip_reason": judgement.skip_reason or None,
                "labels": dict(sorted(judgement.labels.items())),
            }


def _raw_annotations(
    contents: Contents,
    assignment: Assignment,
    index_of: Mapping[UUID, int],
    order: Mapping[UUID, int],
    of: References,
) -> Iterator[Row]:
    mine = [it for it in contents.annotations if it.assignment_id == assignment.pk]
    mine.sort(key=lambda it: (order[it.annotation_id], it.seq))
    for _annotation_id, revisions in groupby(mine, key=lambda it: it.annotation_id):
        for row, first, stands in _released(list(revisions), contents.submitted[assignment.pk]):
            yield _raw_annotation(
                row, contents, of, first, stands, order, index_of[row.sentence_id]
            )


def _raw_annotation(
    row: Annotation,
    contents: Contents,
    of: References,
    first: bool,
    stands: bool,
    order: Mapping[UUID, int],
    sentence_index: int,
) -> Row:
    article = contents.article
    assignment = next(it for it in contents.assignments if it.pk == row.assignment_id)
    group = contents.group_of.get(row.annotation_id)
    return {
        **_about(contents, "annotation"),
        "sentence_index": sentence_index,
        "annotation_id": str(row.annotation_id),
        "group_id": str(group) if group else None,
        "annotator": assignment.membership.pseudonym,
        "rank": assignment.number,
        "order": order[row.annotation_id],
        "seq": row.seq,
        "first_submitted": first,
        "stands": stands,
        "deleted": row.deleted,
        **place(row, article, of),
        "letters": runs(sorted(chars(article.text, row.spans))),
        "claim_id": str(of.claims[row.claim_id].pk) if row.claim_id else None,
        "claim_relation": row.claim_relation or None,
        "claim_text": row.claim_text or None,
        "source_chain": chain(row, article, of),
        "source_span": row.source_span,
        "cue_span": row.cue_span,
        "attribution_type": row.attribution_type,
        "kind": row.kind,
        "stance": row.stance,
        "certainty": row.certainty,
        "confidence": row.confidence,
        "labels": dict(sorted(row.labels.items())),
        "note": row.note or None,
        "suggested": _in_order(row.suggested),
        "preset": row.preset,
        "codebook_version": of.versions[row.codebook_version_id],
    }


def _raw_decision(decision: Decision, contents: Contents, of: References) -> Row:
    return {
        **_about(contents, "decision"),
        "group_id": str(decision.group_id),
        "number": decision.number,
        "outcome": decision.outcome,
        "agreed_by": decision.agreed_by,
        "agreed_at": instant(decision.created_at),
        "decided_by": of.pseudonyms.get(decision.decided_by_id) if decision.decided_by_id else None,
        "reason": decision.reason or None,
        "note": decision.note or None,
        "n_annotators": decision.n_annotators,
        "n_agree": decision.n_agree,
        "source_chain": chain(decision, contents.article, of),
        "attribution_type": decision.attribution_type,
        "kind": decision.kind,
        "stance": decision.stance,
        "certainty": decision.certainty,
        "labels": dict(sorted(decision.labels.items())),
        **provenance(decision, of),
        "policy": _in_order(decision.policy),
        "ruled": decision.ruled,
        "codebook_version": of.versions[decision.codebook_version_id],
    }


def _released(
    revisions: Sequence[Revision], submitted: int
) -> Iterator[tuple[Revision, bool, bool]]:
    """Of one thing's revisions the one first submitted and all later ones, each with two answers:
    was it first submitted, and does it stand?
    """
    last = revisions[-1]
    before = [it for it in revisions if it.seq <= submitted]
    if before and not _is_deleted(before[-1]):
        yield before[-1], True, before[-1] is last
    for revision in revisions[len(before) :]:
        yield revision, False, revision is last and not _is_deleted(revision)


def _is_deleted(revision: Judgement | Annotation) -> bool:
    return isinstance(revision, Annotation) and revision.deleted


def _order_of_creation(contents: Contents) -> dict[UUID, int]:
    """The place of each annotation in the order in which the article's annotations were begun, one
    annotator after the other.
    """
    rank = {assignment.pk: assignment.number for assignment in contents.assignments}
    born = sorted(
        (rank[it.assignment_id], it.seq, it.position, it.annotation_id)
        for it in contents.annotations
        if it.first
    )
    return {annotation_id: order for order, (*_when, annotation_id) in enumerate(born)}


def runs(positions: Sequence[int]) -> list[list[int]]:
    """Rising positions as half-open ranges."""
    found: list[list[int]] = []
    for position in positions:
        if found and found[-1][1] == position:
            found[-1][1] += 1
        else:
            found.append([position, position + 1])
    return found


def _in_order(value: Any) -> Any:
    """Free-form JSON with sorted keys: databases keep them in different orders."""
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value)}
    return value
