"""Figures of agreement, or why one is not defined.

A unit is what several people judged: a list of their values, None where one is missing. A coefficient
without variation or without pairs is not 1, not 0 and not NaN but Undefined, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from annotate.domain.alignment import Group, Mention
from annotate.domain.disagreement import Readings, Scale

Value = Hashable
Unit = Sequence[Value | None]

FEWEST_UNITS = 30
FEWEST_ARTICLES = 10


class Reason(StrEnum):
    NO_PAIRS = "no unit with two values"
    NO_VARIATION = "no variation: expected disagreement 0"


@dataclass(frozen=True, slots=True)
class Undefined:
    """No figure: never 1.0, 0.0 or NaN."""

    reason: Reason
    value: Value | None = None
    """With NO_VARIATION: what everyone chose."""

    def __str__(self) -> str:
        return f"not defined: {self.reason}"


def krippendorff_alpha(
    units: Sequence[Unit],
    scale: str = "nominal",
    distance: Callable[[Value, Value], float] | None = None,
) -> float | Undefined:
    """Krippendorff's α. ``scale``: nominal | ordinal | interval | ratio; ``distance`` (δ²) overrides it."""
    raise NotImplementedError


def percent_agreement(units: Sequence[Unit]) -> float | Undefined:
    """Mean over units of agreeing pairs over pairs, 0.0 to 1.0."""
    raise NotImplementedError


def gwet_ac1(units: Sequence[Unit]) -> float | Undefined:
    raise NotImplementedError


def cohen_kappa(units: Sequence[Unit]) -> float | Undefined:
    raise NotImplementedError


def fleiss_kappa(units: Sequence[Unit]) -> float | Undefined:
    raise NotImplementedError


def masi_distance(a: Set[str], b: Set[str]) -> float:
    raise NotImplementedError


def pairwise_f1(pairs: Sequence[tuple[int, int, int]]) -> float | Undefined:
    """Mean of 2·matched/(|A|+|B|) over pairs of annotators (|A|, |B|, matched)."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWork:
    """A complete article as first submitted: the groups are aligned from these mentions."""

    text: str
    annotators: tuple[str, ...]
    """Who holds rank 0, 1, …: the same key for the same person in every article."""
    mentions: Sequence[Mention]
    readings: Readings
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figures of one dimension over its units."""

    dimension: str
    n_units: int
    """Units with at least two values."""
    n_pairs: int
    n_missing: int
    n_articles: int
    """Articles that hold such a unit."""
    percent: float | Undefined
    alpha: float | Undefined
    ac1: float | Undefined | None
    """Nominal dimensions only."""
    prevalence: tuple[tuple[Value, int], ...]
    """Values and how often each stands in those units, most frequent first."""
    confusion: Mapping[tuple[Value, Value], int]
    """Unordered pairs of values -> pairs of annotators."""

    @property
    def too_few(self) -> bool:
        return self.n_units < FEWEST_UNITS or self.n_articles < FEWEST_ARTICLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Did they find the same claims, and with which boundaries?"""

    f1: float | Undefined
    f1_exact: float | Undefined
    """Counting only matched pairs with IoU 1."""
    n_mentions: int
    n_pairs: int
    """Matched pairs."""
    mean_iou: float | Undefined
    share_exact: float | Undefined
    n_articles: int

    @property
    def too_few(self) -> bool:
        return self.n_mentions < FEWEST_UNITS or self.n_articles < FEWEST_ARTICLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    claim_or_not: Figure
    finding: Finding
    dimensions: tuple[Figure, ...]
    """The scales in their order, then source, chain and claim; all given the same claim was found."""
    confidence: tuple[tuple[str, int], ...]
    """Values and how often each was chosen: no coefficient."""


def figures(articles: Sequence[ArticleWork], *, scales: Sequence[Scale]) -> Figures:
    """Every figure over complete articles, on first submissions."""
    raise NotImplementedError
