"""What an annotator says of one sentence, as values: how it changes, and what is checked before it
is stored.

The whole judgement of a sentence is one value, its status with all annotations at home in it; a
save replaces the value that stood before. (model.md, 1 and 2)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from annotate.domain import DomainError
from annotate.domain import gettext_noop as _
from annotate.domain.codebook import (
    NO_CLAIM_REASONS,
    Codebook,
    Label,
    LabelError,
    check_labels,
)
from annotate.domain.offsets import OffsetError, Span, check_spans
from annotate.domain.quotation import AUTHOR, derived_attribution_type

TEXT_LIMIT = 5_000


class Status(StrEnum):
    OPEN = "open"
    CLAIMS = "claims"
    NO_CLAIM = "no_claim"
    SKIPPED = "skipped"


STATUSES = frozenset(Status)
DUPLICATE = "duplicate"
REASON_BY_BLOCK: Mapping[str, str] = {
    "title": "heading",
    "heading": "heading",
    "dateline": "metadata",
    "byline": "metadata",
    "caption": "caption",
    "pull_quote": DUPLICATE,
}
"""The reason to offer first for a sentence without a claim, by its block."""


class JudgementError(DomainError):
    """A judgement that breaks a rule; `field` says which part of it."""

    def __init__(self, field: str, template: str, **params: object) -> None:
        self.field = field
        super().__init__(template, params)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationDraft:
    """One mention of a claim as its annotator draws and labels it.

    `spans` and `quotes` go together: `text[start:end] == quote` for each pair, in code points.
    `source_chain` is outermost relay first, holder last; empty means the article's author. `labels`
    holds every dimension by key, the five and the added ones; an `attribution_type` that is left
    out is derived.
    """

    annotation_id: UUID
    spans: tuple[Span, ...]
    quotes: tuple[str, ...]
    labels: Mapping[str, object]
    source_chain: tuple[UUID, ...] = ()
    source_span: Span | None = None
    cue_span: Span | None = None
    claim_text: str = ""
    note: str = ""
    suggested: Mapping[str, object] | None = None
    preset: tuple[str, ...] = ()

    def content(self) -> dict[str, object]:
        """The content as plain JSON values; equal contents are equal annotations."""
        return {
            "annotation_id": str(self.annotation_id),
            "spans": [list(span) for span in self.spans],
            "quotes": list(self.quotes),
            "labels": dict(self.labels),
            "source_chain": [str(source) for source in self.source_chain],
            "source_span": list(self.source_span) if self.source_span else None,
            "cue_span": list(self.cue_span) if self.cue_span else None,
            "claim_text": self.claim_text,
            "note": self.note,
            "suggested": dict(self.suggested) if self.suggested is not None else None,
            "preset": sorted(self.preset),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementDraft:
    """The whole judgement of one sentence. The empty one is a sentence not read yet."""

    status: str = Status.OPEN
    no_claim_reason: str = ""
    duplicate_of: UUID | None = None
    skip_reason: str = ""
    labels: Mapping[str, object] = field(default_factory=dict)
    annotations: tuple[AnnotationDraft, ...] = ()

    def content(self) -> dict[str, object]:
        return {
            "status": str(self.status),
            "no_claim_reason": str(self.no_claim_reason),
            "duplicate_of": str(self.duplicate_of) if self.duplicate_of else None,
            "skip_reason": self.skip_reason,
            "labels": dict(self.labels),
            "annotations": [annotation.content() for annotation in self.annotations],
        }

    def digest(self) -> str:
        """A fingerprint of the content: a replay of the same write has the same one."""
        canonical = json.dumps(self.content(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def with_annotation(self, annotation: AnnotationDraft) -> JudgementDraft:
        """Add an annotation, or put it in the place of the one with its id. Lifts “no claim” and
        “skipped”.
        """
        others = [a for a in self.annotations if a.annotation_id != annotation.annotation_id]
        place = next(
            (
                at
                for at, a in enumerate(self.annotations)
                if a.annotation_id == annotation.annotation_id
            ),
            len(others),
        )
        others.insert(place, annotation)
        return JudgementDraft(status=Status.OPEN, labels=self.labels, annotations=tuple(others))

    def without_annotation(self, annotation_id: UUID) -> JudgementDraft:
        """Delete one annotation; the sentence is open again."""
        kept = tuple(a for a in self.annotations if a.annotation_id != annotation_id)
        return replace(self, status=Status.OPEN, annotations=kept)

    def finished(self) -> JudgementDraft:
        return replace(self, status=Status.CLAIMS)

    def as_no_claim(self, reason: str, duplicate_of: UUID | None = None) -> JudgementDraft:
        return replace(
            self,
            status=Status.NO_CLAIM,
            no_claim_reason=reason,
            duplicate_of=duplicate_of,
            skip_reason="",
        )

    def as_skipped(self, reason: str) -> JudgementDraft:
        return replace(
            self, status=Status.SKIPPED, skip_reason=reason, no_claim_reason="", duplicate_of=None
        )


def check_judgement(
    draft: JudgementDraft, codebook: Codebook, *, new_labels: bool = True
) -> dict[str, Label]:
    """Check the judgement as a whole; return the labels of the sentence. Raises JudgementError.

    What has to be said of a sentence is asked once it is finished or without a claim. Labels that
    stood before (not `new_labels`) may have values that are deprecated since.
    """
    if draft.status not in STATUSES:
        raise JudgementError(
            "status", _("“%(sent)s” is not a status of a judgement."), sent=draft.status
        )
    _check_reason(draft)
    if draft.status == Status.CLAIMS and not draft.annotations:
        raise JudgementError(
            "status", _("A finished sentence holds at least one claim. Else choose “no claim”.")
        )
    ids = {annotation.annotation_id for annotation in draft.annotations}
    if len(ids) < len(draft.annotations):
        raise JudgementError("annotations", _("Two annotations have the same id."))
    try:
        return check_labels(
            codebook,
            draft.labels,
            scope="sentence",
            new_work=new_labels,
            finished=draft.status in (Status.CLAIMS, Status.NO_CLAIM),
        )
    except LabelError as error:
        raise JudgementError(error.dimension, error.template, **error.params) from error


def _check_reason(draft: JudgementDraft) -> None:
    no_claim, skipped = draft.status == Status.NO_CLAIM, draft.status == Status.SKIPPED
    if no_claim and draft.no_claim_reason not in NO_CLAIM_REASONS:
        raise JudgementError("no_claim_reason", _("Choose why there is no claim here."))
    if draft.no_claim_reason and not no_claim:
        raise JudgementError(
            "no_claim_reason", _("A reason for “no claim” goes with that status only.")
        )
    if (draft.no_claim_reason == DUPLICATE) != (draft.duplicate_of is not None):
        raise JudgementError(
            "duplicate_of", _("A sentence that repeats another names it, and no other does.")
        )
    if skipped and not draft.skip_reason.strip():
        raise JudgementError("skip_reason", _("Say why this sentence cannot be judged."))
    if draft.skip_reason and not skipped:
        raise JudgementError("skip_reason", _("A reason for skipping goes with that status only."))
    check_text("skip_reason", draft.skip_reason)
    if (no_claim or skipped) and draft.annotations:
        raise JudgementError(
            "status", _("This sentence holds claims. Delete them before you say otherwise.")
        )


def check_annotation(
    draft: AnnotationDraft,
    *,
    text: str,
    home: Span,
    codebook: Codebook,
    new_work: bool = True,
) -> dict[str, Label]:
    """Check one annotation against text and codebook; return its labels, clean and complete.

    `home` is the sentence, in which the first span begins. Raises JudgementError.
    """
    spans = _checked_spans("spans", text, draft.spans, draft.quotes)
    if not home[0] <= spans[0][0] < home[1]:
        raise JudgementError("spans", _("This claim begins in another sentence: label it there."))
    for name, span in (("source_span", draft.source_span), ("cue_span", draft.cue_span)):
        if span is not None:
            _checked_spans(name, text, (span,), (text[max(0, span[0]) : span[1]],))
    check_text("note", draft.note)
    check_text("claim_text", draft.claim_text)
    if len(set(draft.source_chain)) < len(draft.source_chain):
        raise JudgementError("source_chain", _("A source stands twice in this chain."))
    sent = dict(draft.labels)
    if not sent.get("attribution_type"):
        sent["attribution_type"] = derived_attribution_type(
            text, spans, [str(source) for source in draft.source_chain]
        )
    try:
        labels = check_labels(codebook, sent, new_work=new_work)
    except LabelError as error:
        raise JudgementError(error.dimension, error.template, **error.params) from error
    if (labels["attribution_type"] == AUTHOR) != (not draft.source_chain):
        raise JudgementError(
            "attribution_type",
            _("A claim without a source is the author’s own, and one with a source is not."),
        )
    return labels


def _checked_spans(
    field: str, text: str, spans: tuple[Span, ...], quotes: tuple[str, ...]
) -> tuple[Span, ...]:
    try:
        return check_spans(text, spans, quotes)
    except OffsetError as error:
        raise JudgementError(field, error.template, **error.params) from error


def check_text(field: str, value: str) -> None:
    """Refuse a text that is too long or cannot be stored. Raises JudgementError."""
    if len(value) > TEXT_LIMIT:
        raise JudgementError(
            field,
            _("This text has %(length)s characters; at most %(limit)s are kept."),
            length=len(value),
            limit=TEXT_LIMIT,
        )
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
        raise JudgementError(field, _("This text holds a character that cannot be stored."))
