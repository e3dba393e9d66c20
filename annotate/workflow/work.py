"""What the annotators of one article said, as the values that alignment and comparison take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from ..domain.alignment import Group, Label, Mention
from ..domain.codebook import Codebook
from ..domain.disagreement import Difference, Reading, Readings, Scale, differences
from ..models import (
    Annotation,
    Article,
    Assignment,
    CodebookVersion,
    Judgement,
    Project,
    Sentence,
)
from .sources import redirects

COLUMNS = ("kind", "attribution_type", "stance", "certainty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What makes two annotations one claim, and when a claim is agreed."""

    agreement_policy: str
    match_threshold: float
    boundary_threshold: float
    on_difference: Mapping[str, str]
    annotators_per_article: int

    @classmethod
    def of(cls, project: Project) -> Rules:
        return cls(
            agreement_policy=project.agreement_policy,
            match_threshold=project.match_threshold,
            boundary_threshold=project.boundary_threshold,
            on_difference=project.on_difference,
            annotators_per_article=project.annotators_per_article,
        )

    def as_policy(self) -> dict[str, object]:
        """What a decision records of the rules under which it was made."""
        return {
            "agreement_policy": self.agreement_policy,
            "match_threshold": self.match_threshold,
            "boundary_threshold": self.boundary_threshold,
            "on_difference": dict(self.on_difference),
        }


@dataclass(frozen=True, kw_only=True)
class Work:
    """The counted work on one article; `rows` are the annotations by their public id."""

    article: Article
    version: CodebookVersion | None
    assignments: Sequence[Assignment]
    rows: Mapping[str, Annotation]
    mentions: Sequence[Mention]
    readings: Readings

    @cached_property
    def codebook(self) -> CodebookVersion:
        assert self.version is not None, "a project with annotations has a codebook"
        return self.version

    @cached_property
    def scales(self) -> list[Scale]:
        return scales_of(self.version.parsed()) if self.version else []

    @cached_property
    def pseudonyms(self) -> dict[int, str]:
        """The readers' pseudonyms by the number of their assignment."""
        return {it.number: it.membership.pseudonym for it in self.assignments}

    @cached_property
    def sentences(self) -> dict[int, Sentence]:
        """The article's sentences by their index."""
        return {sentence.index: sentence for sentence in self.article.sentences.all()}

    @cached_property
    def tiebroken(self) -> set[int]:
        """The indices of the sentences that a third reader has judged to break a tie."""
        third = {it.number for it in self.assignments if it.limited_to}
        return {index for index, number in self.readings if number in third}

    def group(self, ids: Collection[str]) -> Group | None:
        """The mentions with these ids as a group; None where none of them stands."""
        found = tuple(mention for mention in self.mentions if mention.id in ids)
        return Group(tuple(sorted(found, key=lambda it: it.annotator))) if found else None

    def differences(self, group: Group, rules: Rules) -> tuple[Difference, ...]:
        return differences(
            group,
            text=self.article.text,
            scales=self.scales,
            readings=self.readings,
            mentions=self.mentions,
            boundary_threshold=rules.boundary_threshold,
        )

    def judges_of(self, sentence_index: int) -> list[int]:
        """The numbers of those who judged a sentence and did not skip it."""
        return sorted(
            number
            for (index, number), reading in self.readings.items()
            if index == sentence_index and reading != Reading.SKIPPED
        )


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
    """The counted work on an article as it stands, or as each annotator first submitted it; as many
    queries however much there is.
    """
    assignments = list(
        article.assignments.counted().select_related("membership").order_by("number")
    )
    annotations: list[Annotation] = []
    judgements: list[Judgement] = []
    for part, seq in _parts(assignments, first_submission=first_submission):
        said: QuerySet[Annotation] = Annotation.objects.filter(assignment__in=part).as_of(seq)
        annotations += said.select_related("sentence")
        judged = Judgement.objects.filter(assignment__in=part).as_of(seq)
        judgements += judged.select_related("sentence")
    numbers = {assignment.pk: assignment.number for assignment in assignments}
    rows = {str(row.annotation_id): row for row in annotations}
    version = article.project.codebook
    scales = scales_of(version.parsed()) if version else []
    return Work(
        article=article,
        version=version,
        assignments=assignments,
        rows=rows,
        mentions=_mentions(rows, numbers, scales),
        readings={
            (judgement.sentence.index, numbers[judgement.assignment_id]): Reading(judgement.status)
            for judgement in judgements
            if judgement.status in Judgement.DONE
        },
    )


def agreement_labels(labels: Mapping[str, object], scales: Sequence[Scale]) -> dict[str, Label]:
    """Of all labels those that count for agreement."""
    return {scale.key: _label(labels[scale.key]) for scale in scales if scale.key in labels}


def _parts(
    assignments: Sequence[Assignment], *, first_submission: bool
) -> Iterable[tuple[list[Assignment], int | None]]:
    """The assignments that are read together, and up to which seq."""
    if not first_submission:
        return [(list(assignments), None)]
    return [
        ([it], it.submissions.order_by("number").values_list("last_seq", flat=True)[0])
        for it in assignments
    ]


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
        mention_of(
            row,
            number=numbers[row.assignment_id],
            order=order,
            chain=[str(today[UUID(link)].pk) for link in row.source_chain],
            scales=scales,
        )
        for order, row in enumerate(ranked)
    ]


def mention_of(
    row: Annotation,
    *,
    number: int,
    order: int,
    chain: Iterable[str],
    scales: Sequence[Scale],
) -> Mention:
    """An annotation as a value: of the reader with this number, with its sources as they are named
    today.
    """
    return Mention(
        id=str(row.annotation_id),
        annotator=number,
        order=order,
        sentence=row.sentence.index,
        spans=tuple((start, end) for start, end in row.spans),
        chain=tuple(chain),
        labels=agreement_labels(
            {**{key: getattr(row, key) for key in COLUMNS}, **row.labels}, scales
        ),
        confidence=row.confidence,
        claim=str(row.claim_id) if row.claim_id else None,
        claim_relation=row.claim_relation or None,
        cue=tuple(row.cue_span) if row.cue_span else None,
        source_span=tuple(row.source_span) if row.source_span else None,
    )


def _label(value: object) -> Label:
    return tuple(str(v) for v in value) if isinstance(value, list) else str(value)
