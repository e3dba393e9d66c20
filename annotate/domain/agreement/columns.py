"""Coefficients of a tally: of the corpus and of each of its resamples at once.

What is linear in the counts is added up packed; only the rest is computed column by column.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import accumulate, chain, combinations
from math import fsum, inf
from numbers import Rational
from typing import Any

from .tallies import Packed, Pattern, Tally, Value
from .undefined import NO_PAIRS, Coefficient, Reason, Undefined

Distance = Callable[[Value, Value], float]
"""Two different values -> δ², symmetric, 0 to 1 by custom."""
Order = Mapping[Value, float]
"""Value -> its place on an ordinal scale."""
Disagreement = Callable[[Mapping[Value, int]], float]
"""Values with their counts -> the sum of δ² over their ordered pairs."""
NUMBERS: tuple[type[Any], ...] = (Rational, float, Decimal)
"""What an interval or ratio scale takes."""


def alpha_columns(
    units: Tally,
    scale: str = "nominal",
    distance: Distance | None = None,
    order: Order | None = None,
) -> list[Coefficient]:
    """Krippendorff's α of each column, as `krippendorff_alpha` has it."""
    pairable = units.pairable()
    margins = pairable.margins()
    counted = list(_counted(pairable, margins))
    if distance is None and scale == "ordinal":
        observed, expected = _ordinal_sums(pairable, counted, order)
    else:
        disagreement = _disagreement(scale, distance, margins)
        observed = _observed(pairable, disagreement)
        if disagreement is _by_masi:
            expected = _expected_masi(pairable, margins, counted)
        else:
            expected = [disagreement(counts) if counts else 0 for counts in counted]
    return [_alpha(*of_one) for of_one in zip(counted, observed, expected, strict=True)]


def percent_columns(units: Tally) -> list[Coefficient]:
    """The percent agreement of each column, as `percent_agreement` has it."""
    pairable = units.pairable()
    by_share: defaultdict[float, Packed] = defaultdict(int)
    for pattern, count in pairable.counts.items():
        by_share[_agreeing_share(pattern)] += count
    return [
        agreeing / n if n else NO_PAIRS
        for agreeing, n in zip(
            pairable.combine(by_share), pairable.unpack(pairable.total()), strict=True
        )
    ]


def ac1_columns(units: Tally) -> list[Coefficient]:
    """Gwet's AC1 of each column, as `gwet_ac1` has it."""
    answered = Tally({key: n for key, n in units.counts.items() if key}, units.columns)
    shares: defaultdict[Value, defaultdict[float, Packed]] = defaultdict(lambda: defaultdict(int))
    for pattern, count in answered.counts.items():
        for value, times in Counter(pattern).items():
            shares[value][times / len(pattern)] += count
    sizes = answered.unpack(answered.total())
    values, spread = [0] * units.columns, [0.0] * units.columns
    last: list[Value] = [None] * units.columns
    for value, by_share in shares.items():
        for column, (share, size) in enumerate(zip(answered.combine(by_share), sizes, strict=True)):
            if share:
                values[column] += 1
                last[column] = value
                spread[column] += share / size * (1 - share / size)
    percents = percent_columns(units)
    return [_ac1(*of_one) for of_one in zip(percents, values, spread, last, strict=True)]


def _alpha(counts: Mapping[Value, int], observed: float, expected: float) -> Coefficient:
    if not counts:
        return NO_PAIRS
    if len(counts) == 1:
        return Undefined(Reason.NO_VARIATION, next(iter(counts)))
    if not expected:
        return Undefined(Reason.NO_VARIATION)
    return 1 - (sum(counts.values()) - 1) * observed / expected


def _ac1(percent: Coefficient, values: int, spread: float, value: Value) -> Coefficient:
    if isinstance(percent, Undefined):
        return percent
    if values == 1:
        return Undefined(Reason.NO_VARIATION, value)
    chance = spread / (values - 1)
    return (percent - chance) / (1 - chance)


def _agreeing_share(pattern: Pattern) -> float:
    agreeing = sum(count * (count - 1) for count in Counter(pattern).values())
    return agreeing / (len(pattern) * (len(pattern) - 1))


def _counted(units: Tally, margins: Mapping[Value, Packed]) -> Iterator[dict[Value, int]]:
    """For each column the values that occur in it, with their counts."""
    for counts in _rows(units, margins):
        yield {value: count for value, count in zip(margins, counts, strict=True) if count}


def _rows(units: Tally, counts: Mapping[Value, Packed]) -> Iterable[tuple[int, ...]]:
    """For each column its counts, in the order of the mapping."""
    if not counts:
        return [()] * units.columns
    return zip(*map(units.unpack, counts.values()), strict=True)


def _observed(units: Tally, disagreement: Disagreement) -> list[float]:
    """Σ_u (sum of δ² over the ordered pairs in u) / (m_u - 1) in each column."""
    terms: defaultdict[float, Packed] = defaultdict(int)
    for pattern, count in units.counts.items():
        terms[disagreement(Counter(pattern)) / (len(pattern) - 1)] += count
    return units.combine(terms)


def _ordinal_sums(
    units: Tally, counted: Iterable[Mapping[Value, int]], order: Order | None
) -> tuple[list[float], list[float]]:
    """What is observed and expected in each column, where δ² depends on how often values occur."""
    patterns = [(Counter(pattern), len(pattern) - 1) for pattern in units.counts]
    observed, expected = [], []
    for margins, counts in zip(counted, _rows(units, units.counts), strict=True):
        disagreement = partial(_by_place, _middle_ranks(margins, order))
        terms = (
            count * disagreement(values) / others
            for (values, others), count in zip(patterns, counts, strict=True)
            if count
        )
        observed.append(fsum(terms))
        expected.append(disagreement(margins) if margins else 0.0)
    return observed, expected


# -- disagreement of a collection of values --------------------------------------------------------


def _disagreement(scale: str, distance: Distance | None, values: Iterable[Value]) -> Disagreement:
    """The scales on which δ² depends on the two values alone."""
    if distance is not None:
        return partial(_by_distance, distance)
    if scale == "nominal":
        return _by_name
    if scale == "masi":
        return _by_masi
    if scale == "interval":
        numbers = _exact(values, scale)
        return partial(_by_place, _parts_of_one(numbers, min(numbers.values(), default=0)))
    if scale == "ratio":
        numbers = _exact(values, scale)
        if min(numbers.values(), default=0) < 0:
            raise ValueError("a ratio scale has no negative values")
        return partial(_by_distance, partial(_by_ratio, _parts_of_one(numbers, 0)))
    raise ValueError(f"unknown scale: {scale}")


def _exact(values: Iterable[Value], scale: str) -> dict[Value, Fraction]:
    numbers: dict[Value, Fraction] = {}
    for value in values:
        if not isinstance(value, NUMBERS) or value in (inf, -inf):
            raise ValueError(f"the {scale} scale takes finite numbers: {value!r}")
        numbers[value] = Fraction(value)
    return numbers


def _parts_of_one(numbers: Mapping[Value, Fraction], low: Fraction | int) -> dict[Value, float]:
    """The numbers with ``low`` at 0 and the highest at 1, which changes no α and overflows none."""
    width = max(numbers.values(), default=low) - low or 1
    return {value: float((number - low) / width) for value, number in numbers.items()}


def _by_name(counts: Mapping[Value, int]) -> float:
    return sum(counts.values()) ** 2 - sum(count * count for count in counts.values())


def _by_place(place: Mapping[Value, float], counts: Mapping[Value, int]) -> float:
    """Σ n_c n_k (c - k)² = 2 n Σ n_c (c - mean)², without going through the pairs."""
    n = sum(counts.values())
    mean = fsum(place[value] * count for value, count in counts.items()) / n
    return 2 * n * fsum(count * (place[value] - mean) ** 2 for value, count in counts.items())


def _by_distance(distance: Distance, counts: Mapping[Value, int]) -> float:
    return 2 * fsum(counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2))


def _by_ratio(size: Mapping[Value, float], a: Value, b: Value) -> float:
    # Next to a very large number two others are nothing, and so alike.
    return ((size[a] - size[b]) / (size[a] + size[b] or 1)) ** 2


def _by_masi(counts: Mapping[Value, int]) -> float:
    return _by_distance(masi_distance, counts)


def _expected_masi(
    units: Tally, margins: Mapping[Value, Packed], counted: Iterable[Mapping[Value, int]]
) -> list[float]:
    """Sets that share nothing are at distance 1, so only those that meet are compared; those that
    are equally like a set are taken together.
    """
    meeting: defaultdict[Hashable, list[int]] = defaultdict(list)
    sizes: list[int] = []
    packed = list(margins.values())
    likeness = [0.0] * units.columns
    for place, elements in enumerate(map(frozenset, margins)):
        alike: defaultdict[tuple[int, int], Packed] = defaultdict(int)
        met = Counter(chain.from_iterable(meeting[element] for element in elements))
        for other, common in met.items():
            alike[common, sizes[other]] += packed[other]
        of_one = units.unpack(packed[place])
        for (common, size), others in sorted(alike.items()):
            share = 1 - _masi(common, size, len(elements))
            likeness = [
                sum_ + share * n * m
                for sum_, n, m in zip(likeness, of_one, units.unpack(others), strict=True)
            ]
        sizes.append(len(elements))
        for element in elements:
            meeting[element].append(place)
    return [_by_name(counts) - 2 * met for counts, met in zip(counted, likeness, strict=True)]


def _middle_ranks(margins: Mapping[Value, int], order: Order | None) -> dict[Value, float]:
    """Places whose squared distance is the ordinal δ², (Σ_{g=c..k} n_g - (n_c + n_k)/2)²."""
    rank_of = {value: order[value] if order else value for value in margins}
    sizes: Counter[Value] = Counter()
    for value, count in margins.items():
        sizes[rank_of[value]] += count
    ranks = sorted(sizes)
    below = accumulate((sizes[rank] for rank in ranks), initial=0)
    middle = {rank: start + sizes[rank] / 2 for rank, start in zip(ranks, below, strict=False)}
    return {value: middle[rank] for value, rank in rank_of.items()}


def masi_distance(a: Iterable[Hashable], b: Iterable[Hashable]) -> float:
    """1 - J·M of two sets, J = |a∩b| / |a∪b|, M = 1 equal, ⅔ subset, ⅓ overlap, 0 disjoint.

    Two empty sets are equal. Passonneau (2006), LREC.
    """
    a, b = frozenset(a), frozenset(b)
    return 0.0 if a == b else _masi(len(a & b), len(a), len(b))


def _masi(common: int, size_a: int, size_b: int) -> float:
    """The distance of two different sets that have so many elements, and so many in common."""
    thirds = 2 if common in (size_a, size_b) else 1
    return 1 - thirds * common / (3 * (size_a + size_b - common))
