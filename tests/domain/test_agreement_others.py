"""Second opinions: other packages compute the same on 500 random tables, with values missing."""

import math
import warnings
from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any, Literal

import krippendorff
import pytest
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance as nltk_masi
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from annotate.domain.agreement import (
    Reason,
    Undefined,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    masi_alpha,
    scott_pi,
    weighted_kappa,
)

TABLES = 500
Table = list[list[Any]]


def tables(seed: str, values: list[Any], people: tuple[int, ...] = (2, 3, 5)) -> Iterator[Table]:
    """Small and large ones, some lopsided, some in which nobody differs or nothing is paired."""
    random = Random(seed)
    for _ in range(TABLES):
        size, length = random.choice(people), random.choice([1, 2, 5, 30])
        weights = [random.choice([0, 1, 1, 8]) for _ in values]
        weights[random.randrange(len(values))] += 1
        yield [random.choices(values, weights, k=size) for _ in range(length)]


def triples(table: Table) -> list[tuple[int, int, Any]]:
    return [
        (person, unit, value)
        for unit, row in enumerate(table)
        for person, value in enumerate(row)
        if value is not None
    ]


def same(value: float | Undefined, other: float) -> bool:
    return not isinstance(value, Undefined) and math.isclose(value, other, abs_tol=1e-9)


Scale = Literal["nominal", "ordinal", "interval", "ratio"]


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_that_of_krippendorff_which_refuses_or_has_nan_where_it_is_not_defined(
    scale: Scale,
) -> None:
    undefined = 0
    for table in tables(scale, [None, 0, 1, 2, 3, 7]):
        alpha, other = krippendorff_alpha(table, scale), of_krippendorff(table, scale)
        if isinstance(alpha, Undefined):
            undefined += 1
            assert math.isnan(other)
        else:
            assert same(alpha, other)
    assert 10 < undefined < TABLES / 2


def of_krippendorff(table: Table, scale: Scale) -> float:
    """α of the package; NaN also where it refuses."""
    coders = [[math.nan if it is None else it for it in row] for row in zip(*table, strict=True)]
    with warnings.catch_warnings(action="ignore"):
        try:
            return float(krippendorff.alpha(coders, level_of_measurement=scale))
        except ValueError:
            return math.nan


def test_alpha_is_that_of_nltk_which_takes_no_variation_for_perfect() -> None:
    reasons = set()
    for table in tables("nltk alpha", [None, "x", "y", "z"]):
        alpha = krippendorff_alpha(table)
        if not isinstance(alpha, Undefined):
            assert same(alpha, AnnotationTask(triples(table)).alpha())
            continue
        reasons.add(alpha.reason)
        if alpha.reason is Reason.NO_VARIATION:
            paired = [row for row in table if sum(it is not None for it in row) > 1]
            assert AnnotationTask(triples(paired)).alpha() == 1
    assert reasons == set(Reason)


def test_masi_alpha_is_that_of_nltk_where_no_set_is_empty() -> None:
    sets = [frozenset(it) for it in ("a", "b", "ab", "abc", "bcd", "abcde")]
    for table in tables("masi", [None, *sets]):
        alpha = masi_alpha(table)
        if not isinstance(alpha, Undefined):
            paired = [row for row in table if sum(it is not None for it in row) > 1]
            task = AnnotationTask(triples(paired), distance=nltk_masi)
            assert same(alpha, task.alpha())


def test_pi_and_kappa_are_those_of_nltk() -> None:
    for table in tables("nltk kappa", ["x", "y", "z"], people=(2,)):
        pi, kappa = scott_pi(table), cohen_kappa(table)
        task = AnnotationTask(triples(table))
        if isinstance(pi, Undefined):
            assert pi.reason is Reason.NO_VARIATION
        else:
            assert same(pi, task.pi())
        if not isinstance(kappa, Undefined):
            assert same(kappa, task.kappa())


def test_kappas_are_those_of_scikit_learn_which_has_nan_where_nothing_varies() -> None:
    weightings: list[Literal["linear", "quadratic"] | None] = [None, "linear", "quadratic"]
    for table, weights in product(tables("kappa", [None, 1, 2, 3, 5], people=(2,)), weightings):
        kappa = weighted_kappa(table, weights) if weights else cohen_kappa(table)
        both = [row for row in table if None not in row]
        if not both:
            assert kappa == Undefined(Reason.NO_PAIRS)
            continue
        with warnings.catch_warnings(action="ignore"):
            other = cohen_kappa_score(*zip(*both, strict=True), weights=weights)
        if isinstance(kappa, Undefined):
            assert kappa.reason is Reason.NO_VARIATION
            assert math.isnan(other)
        else:
            assert same(kappa, other)


def test_fleiss_kappa_is_that_of_statsmodels_which_has_nan_where_nothing_varies() -> None:
    for table in tables("fleiss", [0, 1, 2, 3], people=(2, 4, 6)):
        kappa = fleiss_kappa(table)
        with warnings.catch_warnings(action="ignore"):
            other = statsmodels_fleiss(aggregate_raters(table)[0])
        if isinstance(kappa, Undefined):
            assert kappa.reason is Reason.NO_VARIATION
            assert math.isnan(other)
        else:
            assert same(kappa, other)
