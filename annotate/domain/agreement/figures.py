"""All figures of agreement of a corpus, in one pass that keeps no article.

Figures are pooled: the units of all articles count alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import fsum
from typing import Any

from ..disagreement import Scale
from .coefficients import pairwise_f1
from .columns import ac1_columns, alpha_columns, percent_columns
from .counting import (
    BY_FIRST,
    BY_SECOND,
    EXACT,
    MATCHED,
    SENTENCES,
    ArticleWork,
    Corpus,
    Cut,
    Dimension,
    Pair,
    Part,
    questions_on,
)
from .resampling import RESAMPLES, Interval, interval
from .tallies import Packed, Pattern, Tally, Value, columns_of, first
from .undefined import NO_PAIRS, Coefficient, Undefined

FEWEST_UNITS = 30
FEWEST_ARTICLES = 10

Table = Mapping[tuple[Value, Value], int]
"""Two values -> pairs of annotators."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the corpus and its 95 % interval, None where that cannot be told."""

    value: Coefficient
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figures of one dimension over its units."""

    dimension: str
    scale: str
    """nominal | ordinal | masi"""
    n_units: int
    """Units with at least two values."""
    n_pairs: int
    n_missing: int
    n_articles: int
    """Articles that hold such a unit."""
    percent: Estimate
    alpha: Estimate
    ac1: Estimate | None
    """Nominal dimensions only."""
    prevalence: tuple[tuple[Value, int], ...]
    """Values and how often each stands in those units, most frequent first."""
    n_other: int
    """Units in which somebody gave another value than the most frequent."""
    confusion: Table
    """Unordered pairs of values -> pairs of annotators."""

    @property
    def too_few(self) -> bool:
        return too_few(self.n_units, self.n_articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Did they find the same claims, and with which boundaries?"""

    f1: Estimate
    f1_exact: Estimate
    """Counting only matched pairs with IoU 1."""
    n_mentions: int
    n_pairs: int
    """Matched pairs."""
    mean_iou: Coefficient
    share_exact: Coefficient
    n_articles: int

    @property
    def too_few(self) -> bool:
        return too_few(self.n_mentions, self.n_articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFigure:
    """One dimension in a part of the corpus: values and n, no interval."""

    dimension: str
    n_units: int
    percent: Coefficient
    alpha: Coefficient
    confusion: Table
    """Of two people: (value of the first, value of the second) -> units; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the corpus: ``by`` what it is cut, and ``of`` which person, pair, language …"""

    by: str
    of: tuple[str, ...]
    n_articles: int
    n_mentions: int
    f1: Coefficient
    figures: tuple[SliceFigure, ...]
    """Claim or not, then the dimensions in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How sure they were, and how often that was what was agreed; undecided ones do not count."""

    confidence: str
    n: int
    equal: int
    n_articles: int
    """Articles that hold such a mention."""

    @property
    def too_few(self) -> bool:
        return too_few(self.n, self.n_articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    n_articles: int
    n_annotators: int
    claim_or_not: Figure
    finding: Finding
    dimensions: tuple[Figure, ...]
    """The scales in their order, then source, chain, claim; all given the same claim was found."""
    confidence: tuple[tuple[str, int], ...]
    """Values and how often each was chosen: no coefficient."""
    calibration: tuple[Calibration, ...]
    slices: tuple[Slice, ...]


def figures(articles: Iterable[ArticleWork], *, scales: Sequence[Scale]) -> Figures:
    """Every figure over complete articles, on first submissions.

    ``articles`` hold only what is to count: the caller leaves out withdrawn work, annotations taken
    from suggestions that the annotators shared, and other major versions of the codebook. They are
    gone through once.
    """
    questions = questions_on(scales)
    dimensions = [each.dimension for each in questions]
    corpus = Corpus(questions)
    for article in articles:
        corpus.add(article)
    return Figures(
        n_articles=corpus.n_articles,
        n_annotators=len(corpus.people),
        claim_or_not=_figure(corpus, SENTENCES),
        finding=_finding(corpus),
        dimensions=tuple(_figure(corpus, dimension) for dimension in dimensions),
        confidence=_most_first(corpus.confidence),
        calibration=tuple(
            Calibration(
                confidence=level,
                n=corpus.agreed[level, True] + corpus.agreed[level, False],
                equal=corpus.agreed[level, True],
                n_articles=corpus.n_settled[level],
            )
            for level in sorted({level for level, _equal in corpus.agreed})
        ),
        slices=tuple(
            _slice(cut, part, [SENTENCES, *dimensions])
            for cut, part in sorted(corpus.parts().items(), key=lambda it: it[0])
        ),
    )


def too_few(n_units: int, n_articles: int) -> bool:
    """Is this too little for a figure to say much, and for an interval to be told?"""
    return n_units < FEWEST_UNITS or n_articles < FEWEST_ARTICLES


def _figure(corpus: Corpus, dimension: Dimension) -> Figure:
    units = Tally(corpus.units[dimension.key], RESAMPLES + 1)
    pairable = units.corpus().pairable()
    n_units, n_articles = pairable.total(), corpus.pairable[dimension.key]
    if too_few(n_units, n_articles):
        units = units.corpus()
    prevalence = _most_first(pairable.margins())
    return Figure(
        dimension=dimension.key,
        scale=dimension.scale,
        n_units=n_units,
        n_pairs=sum(len(key) * (len(key) - 1) // 2 * n for key, n in pairable.counts.items()),
        n_missing=corpus.missing[dimension.key],
        n_articles=n_articles,
        percent=_estimate(percent_columns(units)),
        alpha=_estimate(_alpha(units, dimension)),
        ac1=_estimate(ac1_columns(units)) if dimension.scale == "nominal" else None,
        prevalence=prevalence,
        n_other=sum(
            count
            for pattern, count in pairable.counts.items()
            if any(value != prevalence[0][0] for value in pattern)
        ),
        confusion=_confusion(pairable),
    )


def _alpha(units: Tally, dimension: Dimension) -> list[Coefficient]:
    order = dimension.order
    if dimension.scale == "ordinal" and not order:
        order = {value: float(value) for value in units.margins()}
    return alpha_columns(units, dimension.scale, order=order)


def _finding(corpus: Corpus) -> Finding:
    n_mentions, n_articles = corpus.n_mentions, corpus.n_with_mentions
    n_pairs = corpus.shares.total()
    columns = 1 if too_few(n_mentions, n_articles) else RESAMPLES + 1
    counts = {
        key: columns_of(count if columns > 1 else first(count), columns)
        for key, count in corpus.found.items()
    }
    total = fsum(share * count for share, count in corpus.shares.items())
    return Finding(
        f1=_estimate(_f1_columns(counts, MATCHED, columns)),
        f1_exact=_estimate(_f1_columns(counts, EXACT, columns)),
        n_mentions=n_mentions,
        n_pairs=n_pairs,
        mean_iou=total / n_pairs if n_pairs else NO_PAIRS,
        share_exact=corpus.shares[1.0] / n_pairs if n_pairs else NO_PAIRS,
        n_articles=n_articles,
    )


def _estimate(columns: Sequence[Coefficient]) -> Estimate:
    value, *resampled = columns
    return Estimate(value, None if isinstance(value, Undefined) else interval(resampled))


def _f1_columns(
    counts: Mapping[tuple[Pair, int], Sequence[int]], matched: int, columns: int
) -> list[Coefficient]:
    none = (0,) * columns
    by_pair = [
        zip(
            *(counts.get((pair, what), none) for what in (BY_FIRST, BY_SECOND, matched)),
            strict=True,
        )
        for pair in sorted({pair for pair, _what in counts})
    ]
    if not by_pair:
        return [NO_PAIRS] * columns
    return [pairwise_f1(of_one) for of_one in zip(*by_pair, strict=True)]


def _slice(cut: Cut, part: Part, dimensions: Iterable[Dimension]) -> Slice:
    by, of = cut
    units: defaultdict[str, dict[Pattern, Packed]] = defaultdict(dict)
    for (key, pattern), count in part.units.items():
        units[key][pattern] = count
    counts = {key: columns_of(count, 1) for key, count in part.found.items()}
    return Slice(
        by=by,
        of=of,
        n_articles=part.articles,
        n_mentions=part.mentions,
        f1=_f1_columns(counts, MATCHED, 1)[0],
        figures=tuple(
            _slice_figure(dimension, Tally(units[dimension.key]), part)
            for dimension in dimensions
            if dimension.key in units
        ),
    )


def _slice_figure(dimension: Dimension, units: Tally, part: Part) -> SliceFigure:
    return SliceFigure(
        dimension=dimension.key,
        n_units=units.pairable().total(),
        percent=percent_columns(units)[0],
        alpha=_alpha(units, dimension)[0],
        confusion=part.tables.get(dimension.key, {}),
    )


def _confusion(units: Tally) -> Table:
    table: Counter[tuple[Value, Value]] = Counter()
    for pattern, count in units.counts.items():
        for a, b in combinations(sorted(pattern, key=str), 2):
            table[a, b] += count
    return table


def _most_first(counts: Mapping[Any, int]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))
