"""Figures of agreement from the rows of raw.jsonl, and nothing else.

A release computes its agreement.json here, so that whoever has the raw rows can do it again. The
text is not needed: each annotation says in `letters` which of its characters count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar

from ..domain.agreement import (
    FEWEST_ARTICLES,
    FEWEST_UNITS,
    ArticleWork,
    Figure,
    Figures,
    Finding,
    Undefined,
    figures,
)
from ..domain.alignment import Label, Mention, align
from ..domain.codebook import Codebook
from ..domain.disagreement import Reading, Scale
from .dataset import Row

T = TypeVar("T")

COLUMNS = ("kind", "attribution_type", "stance", "certainty")


def settings_row(codebook: Codebook, scales: Sequence[Scale], match_threshold: float) -> Row:
    """The first row of raw.jsonl: what the figures need to know beside what was said."""
    return {
        "type": "settings",
        "match_threshold": match_threshold,
        "codebook_version": codebook.version,
        "scales": [
            {
                "key": scale.key,
                "scale": "ordinal" if scale.ordinal else "nominal",
                "order": dict(scale.order),
                "missing": sorted(scale.missing),
            }
            for scale in scales
        ],
    }


def report(rows: Iterable[Row]) -> Row:
    """The figures as they stand in agreement.json, from the rows of raw.jsonl in their order.

    A figure that is not defined is null, with the reason beside it.
    """
    rows = iter(rows)
    settings = next(rows)
    scales = [
        Scale(
            key=it["key"],
            ordinal=it["scale"] == "ordinal",
            order=it["order"],
            missing=frozenset(it["missing"]),
        )
        for it in settings["scales"]
    ]
    works = list(works_of(rows, settings["match_threshold"]))
    return {
        "computed_on": "first submissions",
        "articles": len(works),
        "annotators": len({name for work in works for name in work.annotators}),
        "too_few_below": {"units": FEWEST_UNITS, "articles": FEWEST_ARTICLES},
        **_figures(figures(works, scales=scales)),
    }


def works_of(rows: Iterable[Row], match_threshold: float) -> Iterator[ArticleWork]:
    """The first submissions of each article, aligned.

    Annotations taken from suggestions are left out: all annotators were shown the same ones.
    """
    shared = _Shared()
    for _article, of_article in groupby(rows, key=lambda row: row["article_id"]):
        first = [row for row in of_article if row.get("first_submitted")]
        names = sorted({(row["rank"], row["annotator"]) for row in first})
        place = {rank: number for number, (rank, _name) in enumerate(names)}
        own = [row for row in first if row["type"] == "annotation" and row["suggested"] is None]
        mentions = [_mention(row, place[row["rank"]], shared) for row in own]
        text = _letters_only(own)
        yield ArticleWork(
            text=text,
            annotators=tuple(name for _rank, name in names),
            mentions=mentions,
            readings={
                shared.one((row["sentence_index"], place[row["rank"]])): Reading(row["status"])
                for row in first
                if row["type"] == "judgement"
            },
            groups=align(text, mentions, match_threshold=match_threshold),
        )


class _Shared:
    """Equal values as one object: of all articles together there are few different ones, and the
    figures hold them all in memory.
    """

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}
        self._labels: dict[tuple[tuple[str, Label], ...], Mapping[str, Label]] = {}

    def one(self, value: T) -> T:
        found: T = self._values.setdefault(value, value)
        return found

    def labels(self, labels: Mapping[str, Label]) -> Mapping[str, Label]:
        return self._labels.setdefault(tuple(labels.items()), labels)


def _mention(row: Row, annotator: int, shared: _Shared) -> Mention:
    labels = {key: row[key] for key in COLUMNS} | {
        key: tuple(value) if isinstance(value, list) else str(value)
        for key, value in row["labels"].items()
    }
    return Mention(
        id=row["annotation_id"],
        annotator=annotator,
        order=row["order"],
        sentence=row["sentence_index"],
        spans=tuple((start, end) for start, end in row["spans"]),
        chain=shared.one(tuple(link["id"] for link in row["source_chain"])),
        labels=shared.labels(labels),
        confidence=shared.one(row["confidence"]),
        claim=row["claim_id"],
        claim_relation=row["claim_relation"],
    )


def _letters_only(rows: Iterable[Row]) -> str:
    """A text with a letter wherever an annotation has one, and nothing else."""
    letters = [run for row in rows for run in row["letters"]]
    ends = [end for _start, end in letters] + [row["end"] for row in rows]
    text = bytearray(b" ") * max(ends, default=0)
    for start, end in letters:
        text[start:end] = b"x" * (end - start)
    return text.decode()


# -- figures as data ----------------------------------------------------------------------------


def _figures(found: Figures) -> Row:
    return {
        "claim_or_not": _figure(found.claim_or_not),
        "finding": _finding(found.finding),
        "dimensions": [_figure(figure) for figure in found.dimensions],
        "confidence": [[value, count] for value, count in found.confidence],
    }


def _figure(figure: Figure) -> Row:
    coefficients = {"percent": figure.percent, "alpha": figure.alpha, "ac1": figure.ac1}
    return {
        "dimension": figure.dimension,
        "n": figure.n_units,
        "n_pairs": figure.n_pairs,
        "n_missing": figure.n_missing,
        "n_articles": figure.n_articles,
        "too_few": figure.too_few,
        **_coefficients(coefficients),
        "prevalence": [[_plain(value), count] for value, count in figure.prevalence],
        "confusion": [
            [_plain(a), _plain(b), count]
            for (a, b), count in sorted(figure.confusion.items(), key=lambda it: str(it[0]))
        ],
    }


def _finding(finding: Finding) -> Row:
    coefficients = {
        "f1": finding.f1,
        "f1_exact": finding.f1_exact,
        "mean_iou": finding.mean_iou,
        "share_exact": finding.share_exact,
    }
    return {
        "n": finding.n_mentions,
        "n_pairs": finding.n_pairs,
        "n_articles": finding.n_articles,
        "too_few": finding.too_few,
        **_coefficients(coefficients),
    }


def _coefficients(values: Mapping[str, float | Undefined | None]) -> Row:
    """Each figure by name, null where it is not defined; `not_defined` then holds the reason."""
    reasons = {
        name: {"reason": value.reason.name.lower(), "everyone_chose": _plain(value.value)}
        for name, value in values.items()
        if isinstance(value, Undefined)
    }
    defined = {name: None if name in reasons else value for name, value in values.items()}
    return {**defined, "not_defined": reasons}


def _plain(value: Any) -> Any:
    """A value as JSON has it: sets sorted, and lists in the place of tuples."""
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
