"""Figures of agreement from the rows of raw.jsonl, and nothing else.

A release computes its agreement.json here, so that whoever has the raw rows can do it again. The
text is not needed: each annotation says in `letters` which of its characters count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from ..domain.agreement import (
    FEWEST_ARTICLES,
    FEWEST_UNITS,
    RESAMPLES,
    ArticleWork,
    Calibration,
    Coefficient,
    Estimate,
    Figure,
    Figures,
    Finding,
    Sentence,
    Slice,
    SliceFigure,
    Undefined,
    figures,
    sentence_of,
    sentence_on_finding,
)
from ..domain.alignment import Label, Mention, align
from ..domain.codebook import Codebook
from ..domain.disagreement import Reading, Scale
from .dataset import Row

COLUMNS = ("kind", "attribution_type", "stance", "certainty")


def settings_row(codebook: Codebook, scales: Sequence[Scale], match_threshold: float) -> Row:
    """The first row of raw.jsonl: what the figures need to know beside what was said."""
    return {
        "type": "settings",
        "match_threshold": match_threshold,
        "codebook_version": codebook.version,
        "scales": scale_rows(scales),
    }


def scale_rows(scales: Iterable[Scale]) -> list[Row]:
    """What is compared, and how, as the settings tell it."""
    return [
        {
            "key": scale.key,
            "scale": "ordinal" if scale.ordinal else "nominal",
            "order": dict(scale.order),
            "missing": sorted(scale.missing),
        }
        for scale in scales
    ]


def report(rows: Iterable[Row]) -> Row:
    """The figures as they stand in agreement.json, from the rows of raw.jsonl in their order.

    The rows are gone through once, and those of one article at a time are held. An article with
    labels of another major version of the codebook is left out: they mean something else. A figure
    that is not defined is null, with the reason beside it.
    """
    rows = iter(rows)
    settings = next(rows)
    major = _major(settings["codebook_version"])
    left_out: list[str] = []
    scales = [
        Scale(
            key=it["key"],
            ordinal=it["scale"] == "ordinal",
            order=it["order"],
            missing=frozenset(it["missing"]),
        )
        for it in settings["scales"]
    ]
    articles = _of_codebook(rows, major, left_out)
    works = (work_of(article, scales, settings["match_threshold"]) for article in articles)
    found = as_data(figures(works, scales=scales))
    return {**found, "codebook_major": major, "articles_of_other_codebooks": len(left_out)}


def _of_codebook(rows: Iterable[Row], major: int, left_out: list[str]) -> Iterator[list[Row]]:
    """The rows of each article in which nobody first submitted labels of another major version."""
    for article_id, grouped in groupby(rows, key=lambda row: row["article_id"]):
        article = list(grouped)
        labelled = (
            row for row in article if row["type"] == "annotation" and row["first_submitted"]
        )
        if all(_major(row["codebook_version"]) == major for row in labelled):
            yield article
        else:
            left_out.append(article_id)


def _major(version: str) -> int:
    return int(version.partition(".")[0])


def work_of(rows: Iterable[Row], scales: Sequence[Scale], match_threshold: float) -> ArticleWork:
    """The first submissions of an article, aligned, from its rows.

    Annotations that several annotators took from the same suggestion are left out: they agree
    because all were shown it.
    """
    by_type: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("first_submitted", True):
            by_type[row["type"]].append(row)
    (about,) = by_type["article"]
    annotations = by_type["annotation"]
    readers = sorted({(it["rank"], it["annotator"]) for it in by_type["judgement"] + annotations})
    place = {rank: number for number, (rank, _name) in enumerate(readers)}
    work = ArticleWork(
        id=about["article_id"],
        text="",
        annotators=tuple(name for _rank, name in readers),
        mentions=(),
        readings={
            (row["sentence_index"], place[row["rank"]]): Reading(row["status"])
            for row in by_type["judgement"]
        },
        groups=(),
        language=about["language"],
        outlet=about["publisher_id"] or "",
        month=about["month"] or "",
        blocks=dict(enumerate(about["blocks"])),
        presets={it["annotation_id"]: set(it["preset"]) for it in annotations if it["preset"]},
        equal=_equal(annotations, by_type["decision"], scales),
    )
    own = without_shared_suggestions(annotations)
    shared = len(own) < len(annotations)
    whole = _with(work, annotations, place, match_threshold) if shared else None
    return replace(_with(work, own, place, match_threshold), with_suggested=whole)


def _with(
    work: ArticleWork, rows: Sequence[Row], place: Mapping[int, int], match_threshold: float
) -> ArticleWork:
    text = _letters_only(rows)
    mentions = [_mention(row, place[row["rank"]]) for row in rows]
    groups = align(text, mentions, match_threshold=match_threshold)
    return replace(work, text=text, mentions=mentions, groups=groups)


def without_shared_suggestions(
    rows: Iterable[Row], *, among: Iterable[Row] | None = None
) -> list[Row]:
    """Those that several annotators (`rank`) of the article did not take from the same suggestion
    (`suggested`): they agree because all were shown it. The rows are all of the article's, or some
    ``among`` all of them.
    """
    rows = list(rows)
    shared = _shared_suggestions(rows if among is None else among)
    return [row for row in rows if shared.isdisjoint(_suggestions(row))]


def _suggestions(row: Row) -> list[str]:
    """The ids of those that were taken: several stand side by side, parted by spaces."""
    return str(row["suggested"].get("id", "")).split() if row["suggested"] else []


def _shared_suggestions(rows: Iterable[Row]) -> set[str]:
    """The suggestions from which annotations of several annotators were taken."""
    takers: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        for suggestion in _suggestions(row):
            takers[suggestion].add(row["rank"])
    return {suggestion for suggestion, ranks in takers.items() if len(ranks) > 1}


def _equal(
    annotations: Iterable[Row], decisions: Iterable[Row], scales: Iterable[Scale]
) -> dict[str, bool]:
    """Which annotations with a decided group say what was agreed: chain and all dimensions."""
    keys = [scale.key for scale in scales]
    agreed = {row["group_id"]: row for row in decisions}
    return {
        row["annotation_id"]: agreed[row["group_id"]]["outcome"] == "agreed"
        and _said(row, keys) == _said(agreed[row["group_id"]], keys)
        for row in annotations
        if row["group_id"] in agreed
    }


def _said(row: Row, keys: Iterable[str]) -> tuple[list[str], list[Any]]:
    labels = _labels(row)
    return [link["id"] for link in row["source_chain"]], [labels.get(key) for key in keys]


def _labels(row: Row) -> dict[str, Label]:
    return {key: row[key] for key in COLUMNS} | {
        key: tuple(sorted(value)) if isinstance(value, list) else str(value)
        for key, value in row["labels"].items()
    }


def _mention(row: Row, annotator: int) -> Mention:
    return Mention(
        id=row["annotation_id"],
        annotator=annotator,
        order=row["order"],
        sentence=row["sentence_index"],
        spans=tuple((start, end) for start, end in row["spans"]),
        chain=tuple(link["id"] for link in row["source_chain"]),
        labels=_labels(row),
        confidence=row["confidence"],
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


def as_data(found: Figures) -> Row:
    """The figures as plain values, such as JSON has: the contents of agreement.json."""
    return {
        "computed_on": "first submissions",
        "articles": found.n_articles,
        "annotators": found.n_annotators,
        "resamples": RESAMPLES,
        "too_few_below": {"units": FEWEST_UNITS, "articles": FEWEST_ARTICLES},
        "claim_or_not": _figure(found.claim_or_not),
        "finding": _finding(found.finding),
        "dimensions": [_figure(figure) for figure in found.dimensions],
        "confidence": [[value, count] for value, count in found.confidence],
        "calibration": [_calibration(level) for level in found.calibration],
        "slices": [_slice(part) for part in found.slices],
    }


def headlines(report: Mapping[str, Any]) -> list[Row]:
    """Of a report the figures that a release is known by, each with its interval."""
    finding = report["finding"]
    return [
        {
            "dimension": figure["dimension"],
            "n": figure["n"],
            "alpha": figure["alpha"],
            "interval": figure["intervals"]["alpha"],
        }
        for figure in (report["claim_or_not"], *report["dimensions"])
    ] + [
        {
            "dimension": "finding",
            "n": finding["n"],
            "f1": finding["f1"],
            "interval": finding["intervals"]["f1"],
        }
    ]


def _figure(figure: Figure) -> Row:
    estimates = {"percent": figure.percent, "alpha": figure.alpha, "ac1": figure.ac1}
    return {
        "dimension": figure.dimension,
        "scale": figure.scale,
        "n": figure.n_units,
        "n_pairs": figure.n_pairs,
        "n_missing": figure.n_missing,
        "n_articles": figure.n_articles,
        "n_other": figure.n_other,
        "too_few": figure.too_few,
        **_estimates(estimates),
        "prevalence": [[_plain(value), count] for value, count in figure.prevalence],
        "confusion": _table(figure.confusion),
        "sentence": _sentence(sentence_of(figure)),
    }


def _finding(finding: Finding) -> Row:
    shares = {"mean_iou": finding.mean_iou, "share_exact": finding.share_exact}
    return {
        "n": finding.n_mentions,
        "n_pairs": finding.n_pairs,
        "n_articles": finding.n_articles,
        "too_few": finding.too_few,
        **_estimates(
            {
                "f1": finding.f1,
                "f1_exact": finding.f1_exact,
                **{name: Estimate(value, None) for name, value in shares.items()},
            }
        ),
        "sentence": _sentence(sentence_on_finding(finding)),
    }


def _calibration(level: Calibration) -> Row:
    return {
        "confidence": level.confidence,
        "n": level.n,
        "equal": level.equal,
        "share": level.equal / level.n,
        "n_articles": level.n_articles,
        "too_few": level.too_few,
    }


def _slice(part: Slice) -> Row:
    return {
        "by": part.by,
        "of": list(part.of),
        "n_articles": part.n_articles,
        "finding": {"n": part.n_mentions, "f1": _number(part.f1)},
        "figures": [_slice_figure(figure) for figure in part.figures],
    }


def _slice_figure(figure: SliceFigure) -> Row:
    return {
        "dimension": figure.dimension,
        "n": figure.n_units,
        "percent": _number(figure.percent),
        "alpha": _number(figure.alpha),
        "confusion": _table(figure.confusion),
    }


def _table(table: Mapping[tuple[Any, Any], int]) -> list[list[Any]]:
    in_order = sorted(table.items(), key=lambda it: str(it[0]))
    return [[_plain(a), _plain(b), count] for (a, b), count in in_order]


def _sentence(sentence: Sentence) -> Row:
    params = {name: _plain(value) for name, value in sentence.params.items()}
    return {"code": str(sentence.code), "params": params}


def _number(value: Coefficient) -> float | None:
    return None if isinstance(value, Undefined) else value


def _estimates(estimates: Mapping[str, Estimate | None]) -> Row:
    """Each figure by name, null where it is not defined; `not_defined` then holds the reason."""
    reasons: dict[str, Row] = {}
    values: dict[str, float | None] = {}
    intervals: dict[str, list[float] | None] = {}
    for name, estimate in estimates.items():
        values[name] = _number(estimate.value) if estimate else None
        intervals[name] = list(estimate.interval) if estimate and estimate.interval else None
        if estimate and isinstance(estimate.value, Undefined):
            undefined = estimate.value
            reasons[name] = {
                "reason": undefined.reason.name.lower(),
                "everyone_chose": _plain(undefined.value),
            }
    return {**values, "intervals": intervals, "not_defined": reasons}


def _plain(value: Any) -> Any:
    """A value as JSON has it: lists in the place of tuples."""
    return list(value) if isinstance(value, tuple) else value
