"""What is stored of an article becomes the rows of a release: plain values with public ids and
pseudonyms only.

Columns and keys are those of docs/data.md.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ..errors import Refusal, WorkflowError
from ..models import (
    Annotation,
    Article,
    Assignment,
    Claim,
    ClaimGroup,
    Decision,
    Judgement,
    Project,
    Sentence,
    Source,
)
from ..models.labelling import Mention
from .dataset import Row

CHAIN_SEPARATOR = " > "
ADDED = "x_"
ANNOTATION_COLUMNS = (
    "release",
    "annotation_id",
    "article_id",
    "article_title",
    "article_publisher",
    "article_url",
    "article_language",
    "article_published",
    "article_sha256",
    "sentence_index",
    "block",
    "sentence",
    "start",
    "end",
    "quote",
    "spans",
    "claim_id",
    "claim_text",
    "claim_text_ar",
    "claim_text_en",
    "claim_text_fr",
    "claim_relation",
    "kind",
    "source_id",
    "source",
    "source_kind",
    "source_chain",
    "attribution_type",
    "cue",
    "stance",
    "certainty",
    "confidence",
    "n_annotators",
    "n_agree",
    "agreed_by",
    "agreed_at",
    "codebook_version",
    "note",
)
SENTENCE_COLUMNS = (
    "release",
    "article_id",
    "article_sha256",
    "sentence_index",
    "paragraph",
    "block",
    "segmenter",
    "start",
    "end",
    "sentence",
    "status",
    "reason",
    "n_annotators",
    "n_claims",
    "n_no_claim",
    "n_skipped",
    "n_annotations",
)
PUBLISHED = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
NO_CLAIM_REASONS = [str(reason) for reason in Judgement.NoClaimReason.values]


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What the rows of all articles refer to; merges of sources and claims are followed already.

    `added` are the keys of the dimensions beyond the five, `pseudonyms` those of the project's
    members by the user's key, `versions` the codebook's versions by theirs.
    """

    release: str
    text_in_release: str
    added: tuple[str, ...]
    author: Source
    sources: Mapping[UUID, Source]
    claims: Mapping[UUID, Claim]
    pseudonyms: Mapping[int, str]
    versions: Mapping[UUID, str]

    @property
    def with_sentences(self) -> bool:
        return self.text_in_release == Project.TextInRelease.FULL

    @property
    def with_quotes(self) -> bool:
        return self.text_in_release != Project.TextInRelease.OFFSETS

    @property
    def columns(self) -> tuple[str, ...]:
        return (*ANNOTATION_COLUMNS, *(ADDED + key for key in self.added))


@dataclass(kw_only=True)
class Contents:
    """A complete article with the counted work on it, its groups and what stands decided of them.

    `submitted` and `submitted_at` hold the last seq and the time of the first submission of each
    assignment; `judgements` and `annotations` are all revisions in the order of their seq. `groups`
    are all groups of the article, `group_of` tells where each annotation (by annotation_id) has its
    place.
    """

    article: Article
    sentences: Sequence[Sentence]
    assignments: Sequence[Assignment]
    submitted: Mapping[UUID, int]
    submitted_at: Mapping[UUID, datetime]
    judgements: Sequence[Judgement]
    annotations: Sequence[Annotation]
    groups: Sequence[ClaimGroup]
    group_of: Mapping[UUID, UUID]
    decisions: Sequence[Decision]

    @cached_property
    def agreed(self) -> list[Decision]:
        """The agreed annotations by place in the text."""
        found = [it for it in self.decisions if it.outcome == Decision.Outcome.AGREED]
        return sorted(found, key=lambda it: (it.start, it.end, it.group_id))

    @cached_property
    def rejected(self) -> set[UUID]:
        """The groups of which a reviewer said that none is right."""
        return {it.group_id for it in self.decisions if it.outcome == Decision.Outcome.REJECTED}

    @cached_property
    def starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def sentence_at(self, position: int) -> Sentence:
        return self.sentences[max(bisect_right(self.starts, position) - 1, 0)]

    def touched(self, spans: Iterable[Sequence[int]]) -> set[int]:
        """The indices of the sentences in which these spans have a character."""
        return {
            sentence.index
            for start, end in spans
            for sentence in self._sentences_between(start, end)
            if start < sentence.end
        }

    def _sentences_between(self, start: int, end: int) -> Sequence[Sentence]:
        first = max(bisect_right(self.starts, start) - 1, 0)
        return self.sentences[first : bisect_left(self.starts, end)]

    def check(self) -> None:
        """Hold the stored text against its check sum, and every span against the text.

        Raises WorkflowError naming the article or annotation.
        """
        digest = hashlib.sha256(self.article.text.encode()).hexdigest()
        if digest != self.article.sha256:
            raise WorkflowError(
                Refusal.INVALID,
                _("The text of article %(article)s is not the one that was taken in.")
                % {"article": self.article.pk},
            )
        for decision in self.agreed:
            self._check_spans(decision, decision.group_id)
        for annotation in self.annotations:
            self._check_spans(annotation, annotation.annotation_id)

    def _check_spans(self, mention: Mention, annotation_id: UUID) -> None:
        bounds = [bound for span in mention.spans for bound in span]
        if (
            bounds != sorted(bounds)
            or [mention.start, mention.end] != [bounds[0], bounds[-1]]
            or mention.start < 0
            or mention.end > len(self.article.text)
        ):
            raise WorkflowError(
                Refusal.INVALID,
                _(
                    "The spans of annotation %(annotation)s do not fit the text of article "
                    "%(article)s."
                )
                % {"annotation": annotation_id, "article": self.article.pk},
            )


# -- agreed annotations ------------------------------------------------------------------------


def annotation_rows(contents: Contents, of: References) -> Iterator[Row]:
    """The agreed annotations of an article, by place in the text."""
    article = contents.article
    shared = {
        "article_id": str(article.pk),
        "article_title": article.title or None,
        "article_publisher": _publisher(article, of),
        "article_url": article.url or None,
        "article_language": article.language,
        "article_published": _published(article),
        "article_sha256": article.sha256,
    }
    for decision in contents.agreed:
        sentence = contents.sentence_at(decision.start)
        yield {
            "release": of.release,
            "annotation_id": str(decision.group_id),
            **shared,
            "sentence_index": sentence.index,
            "block": sentence.block,
            "sentence": _words(article, sentence, of) if of.with_sentences else None,
            **place(decision, article, of),
            **_claim(decision, article, of),
            "kind": decision.kind,
            **_source(decision, article, of),
            "attribution_type": decision.attribution_type,
            "cue": _quoted(article, decision.cue_span, of),
            "stance": decision.stance,
            "certainty": decision.certainty,
            "confidence": decision.confidence,
            "n_annotators": decision.n_annotators,
            "n_agree": decision.n_agree,
            "agreed_by": decision.agreed_by,
            "agreed_at": instant(decision.created_at),
            "codebook_version": of.versions[decision.codebook_version_id],
            "note": decision.note or None,
            **{ADDED + key: decision.labels.get(key) for key in of.added},
            **provenance(decision, of),
        }


def place(mention: Mention, article: Article, of: References) -> Row:
    """Where a mention stands: `text[start:end] == quote`, gaps between its spans included."""
    return {
        "start": mention.start,
        "end": mention.end,
        "quote": _quoted(article, (mention.start, mention.end), of),
        "spans": mention.spans,
    }


def _quoted(article: Article, span: Sequence[int] | None, of: References) -> str | None:
    if span is None or not of.with_quotes:
        return None
    start, end = span
    return article.text[start:end]


def _words(article: Article, sentence: Sentence, of: References) -> str | None:
    return article.text[sentence.start : sentence.end] if of.with_sentences else None


def _claim(decision: Decision, article: Article, of: References) -> Row:
    """The linked claim; where none is linked, the annotator's own restatement, if any."""
    claim = of.claims[decision.claim_id] if decision.claim_id else None
    text = claim.text if claim else {}
    return {
        "claim_id": str(claim.pk) if claim else None,
        "claim_text": claim.text_in(article.language) if claim else decision.claim_text or None,
        "claim_text_ar": text.get("ar"),
        "claim_text_en": text.get("en"),
        "claim_text_fr": text.get("fr"),
        "claim_relation": decision.claim_relation or None,
    }


def _source(mention: Mention, article: Article, of: References) -> Row:
    holder = of.sources[mention.source_id] if mention.source_id else of.author
    return {
        "source_id": str(holder.pk),
        "source": holder.name_in(article.language),
        "source_kind": holder.kind,
        "source_chain": chain(mention, article, of),
    }


def chain(mention: Mention, article: Article, of: References) -> list[Row]:
    """The sources of a mention, outermost relay first, named in the article's language."""
    links = [of.sources[UUID(pk)] for pk in mention.source_chain]
    return [
        {"id": str(link.pk), "name": link.name_in(article.language), "kind": link.kind}
        for link in links
    ]


def provenance(decision: Decision, of: References) -> Row:
    """Whose annotations a decision rests on, and how they stand to it."""
    return {
        "votes": {key: _votes(key, decision.votes[key], of) for key in sorted(decision.votes)},
        "members": [
            {key: member[key] for key in ("annotation_id", "annotator", "seq")}
            for member in decision.members
        ],
        "confidences": dict(sorted(decision.confidences.items())),
    }


def _votes(key: str, sides: Iterable[Mapping[str, Any]], of: References) -> list[Row]:
    return [
        {"value": _today(key, side["value"], of), "annotators": side["annotators"]}
        for side in sides
    ]


def _today(key: str, value: Any, of: References) -> Any:
    """A vote's value, its sources after merges."""
    if key == "source" and value is not None:
        return str(of.sources[UUID(value)].pk)
    if key == "chain":
        return [str(of.sources[UUID(link)].pk) for link in value]
    return value


# -- sentences and articles --------------------------------------------------------------------


def sentence_rows(contents: Contents, of: References) -> Iterator[Row]:
    """Every sentence of an article with its agreed status: the negatives are here."""
    touched = Counter(
        index for decision in contents.agreed for index in contents.touched(decision.spans)
    )
    last = {(it.assignment_id, it.sentence_id): it for it in contents.judgements}
    said: dict[UUID, list[Judgement]] = {sentence.pk: [] for sentence in contents.sentences}
    for judgement in last.values():
        said[judgement.sentence_id].append(judgement)
    at_home: dict[UUID, set[UUID]] = {}
    for group in contents.groups:
        at_home.setdefault(group.sentence_id, set()).add(group.pk)
    for sentence in contents.sentences:
        counts = Counter(str(judgement.status) for judgement in said[sentence.pk])
        status = _agreed_status(
            touched[sentence.index], counts, at_home.get(sentence.pk, set()), contents.rejected
        )
        yield {
            "release": of.release,
            "article_id": str(contents.article.pk),
            "article_sha256": contents.article.sha256,
            "sentence_index": sentence.index,
            "paragraph": sentence.paragraph,
            "block": sentence.block,
            "segmenter": sentence.segmenter,
            "start": sentence.start,
            "end": sentence.end,
            "sentence": _words(contents.article, sentence, of),
            "status": status,
            "reason": _reason(said[sentence.pk]) if status == "no_claim" else None,
            "n_annotators": counts["claims"] + counts["no_claim"],
            "n_claims": counts["claims"],
            "n_no_claim": counts["no_claim"],
            "n_skipped": counts["skipped"],
            "n_annotations": touched[sentence.index],
        }


def _agreed_status(
    touched: int, counts: Mapping[str, int], groups: set[UUID], rejected: set[UUID]
) -> str:
    """`claims`, `no_claim` or `unresolved`, as model.md says of a sentence."""
    if touched:
        return "claims"
    if counts["no_claim"] and not counts["claims"]:
        return "no_claim"
    return "no_claim" if groups and groups <= rejected else "unresolved"


def _reason(judgements: Iterable[Judgement]) -> str | None:
    """The reason most gave for “no claim”; of equally many, the codebook's first."""
    given = Counter(str(it.no_claim_reason) for it in judgements if it.no_claim_reason)
    ranked = sorted(given, key=lambda reason: (-given[reason], NO_CLAIM_REASONS.index(reason)))
    return ranked[0] if ranked else None


def article_row(contents: Contents, of: References) -> Row:
    article = contents.article
    return {
        "article_id": str(article.pk),
        "external_id": article.external_id or None,
        "title": article.title or None,
        "language": article.language,
        "direction": article.direction,
        "publisher_id": str(of.sources[article.publisher_id].pk) if article.publisher_id else None,
        "publisher": _publisher(article, of),
        "author_name": article.author_name or None,
        "url": article.url or None,
        "published": _published(article),
        "published_precision": article.published_precision or None,
        "licence_note": article.licence_note or None,
        "version": article.version,
        "supersedes": str(article.supersedes_id) if article.supersedes_id else None,
        "sha256": article.sha256,
        "length": len(article.text),
        "sentences": len(contents.sentences),
        "text": article.text if of.with_sentences else None,
    }


def _publisher(article: Article, of: References) -> str | None:
    if article.publisher_id is None:
        return None
    return of.sources[article.publisher_id].name_in(article.language)


def _published(article: Article) -> str | None:
    """The date as precisely as it is known: 2025, 2025-11 or 2025-11-03."""
    if article.published is None:
        return None
    return article.published.strftime(PUBLISHED[article.published_precision or "day"])


# -- lists ----------------------------------------------------------------------------------------


def source_rows(sources: Iterable[Source], merged: Iterable[Source]) -> list[Row]:
    """Sources with their aliases, then the ids that lead to one of them; aliases are fetched
    already.
    """
    living = [
        {
            "id": str(source.pk),
            "name": dict(sorted(source.name.items())),
            "kind": source.kind,
            "status": source.status,
            "aliases": [
                {"text": text, "language": language or None}
                for language, text in sorted(
                    {(alias.language, alias.text) for alias in source.aliases.all()}
                )
                if text not in source.name.values()
            ],
            "wikidata": source.wikidata or None,
            "url": source.url or None,
            "merged_into": None,
        }
        for source in sorted(sources, key=lambda it: it.pk)
    ]
    return living + [
        {"id": str(source.pk), "merged_into": str(source.merged_into_id)}
        for source in sorted(merged, key=lambda it: it.pk)
    ]


def claim_rows(claims: Iterable[Claim], merged: Iterable[Claim]) -> list[Row]:
    """Claims, then the ids that lead to one of them."""
    living = [
        {
            "id": str(claim.pk),
            "text": dict(sorted(claim.text.items())),
            "kind": claim.kind or None,
            "status": claim.status,
            "note": claim.note or None,
            "merged_into": None,
        }
        for claim in sorted(claims, key=lambda it: it.pk)
    ]
    return living + [
        {"id": str(claim.pk), "merged_into": str(claim.merged_into_id)}
        for claim in sorted(merged, key=lambda it: it.pk)
    ]


def instant(moment: datetime) -> str:
    """A moment in UTC to the second: 2025-11-03T09:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
