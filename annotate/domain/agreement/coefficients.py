"""Coefficients of agreement, or why one is not defined.

A unit is what several people judged: a row of their values, by annotator, None where one is
missing. Values are anything hashable: words, numbers. Without variation or without pairs a
coefficient is not 1, not 0 and not NaN but `Undefined`, with the reason.

The functions that end in `_columns` compute the same of a `Tally`, for the corpus and each of its
resamples at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import accumulate, chain, combinations
from math import fsum
from typing import Literal

from .tallies import Packed, Pattern, Tally, Unit, Value, tally

Distance = Callable[[Value, Value], float]
"""Two different values -> δ², symmetric, 0 to 1 by custom."""
Order = Mapping[Value, int]
"""Value -> its place on an ordinal scale."""
Disagreement = Callable[[Mapping[Value, int]], float]
"""Values with their counts -> the sum of δ² over their ordered pairs."""


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


Coefficient = float | Undefined
NO_PAIRS = Undefined(Reason.NO_PAIRS)


# -- any number of annotators ------------------------------------------------------------------


def krippendorff_alpha(
    units: Iterable[Unit],
    scale: str = "nominal",
    distance: Distance | None = None,
    order: Order | None = None,
) -> Coefficient:
    """Krippendorff's α = 1 - D_o / D_e, for any number of annotators and missing values.

    Over the units with m_u ≥ 2 values, o_ck = Σ_u (ordered pairs c, k in u) / (m_u - 1),
    n_c = Σ_k o_ck, n = Σ n_c: D_o = Σ o_ck δ²_ck / n, D_e = Σ n_c n_k δ²_ck / n(n - 1).

    ``scale``: nominal, δ² = [c ≠ k] | ordinal, (Σ_{g=c..k} n_g - (n_c + n_k) / 2)² | interval,
    (c - k)² | ratio, ((c - k) / (c + k))² | masi. The values of an ordinal scale are ranked by
    ``order``, else sorted by ``<``; those of an interval or ratio scale are numbers, of masi sets
    that can be hashed, or tuples in their place. ``distance`` is a δ² that takes the place of a
    scale. The time grows with the number of values; on a ratio scale, or with a ``distance``, also
    with the square of the number of different values.

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; (2004), Content Analysis, 2nd
    ed., p. 224-236. Raises ValueError for an unknown scale, and for negative values on a ratio
    scale.
    """
    return alpha_columns(tally(units), scale, distance, order)[0]


def masi_alpha(units: Iterable[Sequence[Iterable[Hashable] | None]]) -> Coefficient:
    """Krippendorff's α of sets, with the MASI distance as δ²: how alike are the sources named?

    A value is any collection; its order and repetitions say nothing. Passonneau (2006), LREC.
    """
    sets = ([None if it is None else frozenset(it) for it in unit] for unit in units)
    return krippendorff_alpha(sets, "masi")


def percent_agreement(units: Iterable[Unit]) -> Coefficient:
    """Mean over units of agreeing pairs over pairs, 0.0 to 1.0; units with one value do not count.

    Fleiss (1971), Psychological Bulletin 76(5):378-382, as P̄.
    """
    return percent_columns(tally(units))[0]


def fleiss_kappa(units: Iterable[Unit]) -> Coefficient:
    """Fleiss' κ = (P̄ - P̄_e) / (1 - P̄_e), P̄_e = Σ p_k² with the margins of all annotators pooled.

    Fleiss (1971), Psychological Bulletin 76(5):378-382, for equally many values in each unit. Where
    values are missing, P̄ is the mean over units, p_k counts the values of units with at least two.
    """
    pairable = tally(units).pairable()
    agreement = percent_columns(pairable)[0]
    if isinstance(agreement, Undefined):
        return agreement
    margins = pairable.margins()
    if len(margins) == 1:
        return Undefined(Reason.NO_VARIATION, next(iter(margins)))
    chance = sum(count * count for count in margins.values()) / sum(margins.values()) ** 2
    return (agreement - chance) / (1 - chance)


def gwet_ac1(units: Iterable[Unit]) -> Coefficient:
    """Gwet's AC1 = (p_a - p_e) / (1 - p_e), which holds where one value is nearly always chosen.

    p_a is the percent agreement, p_e = Σ π_k (1 - π_k) / (q - 1) over the q values that occur, π_k
    the mean over units, those with a single value too, of the share of k. Gwet (2008), Br. J. Math.
    Stat. Psychol. 61:29-48.
    """
    return ac1_columns(tally(units))[0]


# -- two annotators ------------------------------------------------------------------------------


def cohen_kappa(units: Iterable[Unit]) -> Coefficient:
    """Cohen's κ = (p_o - p_e) / (1 - p_e) of two annotators, each with margins of their own.

    Units are rows of two values; those with a missing one do not count. Cohen (1960), Educ.
    Psychol. Meas. 20(1):37-46. Raises ValueError for a unit not of two values.
    """
    both = _both(units)
    if not both:
        return NO_PAIRS
    firsts, seconds = _margins_of_two(both)
    n = both.total()
    chance = sum(count * seconds[value] for value, count in firsts.items()) / n**2
    if chance == 1:
        return Undefined(Reason.NO_VARIATION, next(iter(firsts)))
    agreement = sum(count for (a, b), count in both.items() if a == b) / n
    return (agreement - chance) / (1 - chance)


def scott_pi(units: Iterable[Unit]) -> Coefficient:
    """Scott's π = (p_o - p_e) / (1 - p_e) of two annotators, p_e from their pooled margins.

    Units are rows of two values; those with a missing one do not count. Scott (1955), Public
    Opinion Quarterly 19(3):321-325. Raises ValueError for a unit not of two values.
    """
    return fleiss_kappa(_both(units).elements())


def weighted_kappa(
    units: Iterable[Unit],
    weights: Literal["linear", "quadratic"] = "linear",
    order: Order | None = None,
) -> Coefficient:
    """Weighted κ = 1 - Σ w_ck o_ck / Σ w_ck e_ck of two annotators on an ordinal scale.

    w is the distance between two places, or its square. The places are those of ``order``, else of
    the values that occur, sorted by ``<``: pass ``order`` where the scale has values that nobody
    chose. Units are rows of two values; those with a missing one do not count. Cohen (1968),
    Psychological Bulletin 70(4):213-220. Raises ValueError for other weights, and for a unit not of
    two values.
    """
    powers = {"linear": 1, "quadratic": 2}
    if weights not in powers:
        raise ValueError(f"unknown weights: {weights}")
    both = _both(units)
    if not both:
        return NO_PAIRS
    place = order or {value: at for at, value in enumerate(sorted(set(chain(*both))))}

    def weight(a: Value, b: Value) -> int:
        distance: int = abs(place[a] - place[b]) ** powers[weights]
        return distance

    firsts, seconds = _margins_of_two(both)
    observed = sum(count * weight(a, b) for (a, b), count in both.items())
    expected = sum(firsts[a] * seconds[b] * weight(a, b) for a in firsts for b in seconds)
    if not expected:
        return Undefined(Reason.NO_VARIATION, next(iter(firsts)) if len(firsts) == 1 else None)
    return 1 - both.total() * observed / expected


def _both(units: Iterable[Unit]) -> Counter[tuple[Value, Value]]:
    return Counter((a, b) for a, b in units if a is not None and b is not None)


def _margins_of_two(both: Mapping[tuple[Value, Value], int]) -> tuple[Counter[Value], ...]:
    margins: tuple[Counter[Value], Counter[Value]] = (Counter(), Counter())
    for pair, count in both.items():
        for of_one, value in zip(margins, pair, strict=True):
            of_one[value] += count
    return margins


# -- finding the same ----------------------------------------------------------------------------


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


def span_f1(
    a: Sequence[tuple[int, int]],
    b: Sequence[tuple[int, int]],
    match: float | Literal["exact", "any"] = 0.5,
) -> Coefficient:
    """F1 = 2·matched / (|A| + |B|) of two annotators' spans, half-open ranges of code points.

    As many spans as possible are matched, one to one. Two may be matched where IoU ≥ ``match``,
    with "exact" where they are equal, with "any" where they share anything. Hripcsak & Rothschild
    (2005), JAMIA 12(3):296-298. Raises ValueError for an IoU that is not above 0 and at most 1.
    """
    if not isinstance(match, str) and not 0 < match <= 1:
        raise ValueError(f"not a share above 0: {match}")
    least = match if not isinstance(match, str) else 1.0 if match == "exact" else 0.0
    candidates = [
        [j for j, other in enumerate(b) if (share := _span_iou(span, other)) and share >= least]
        for span in a
    ]
    return pairwise_f1([(len(a), len(b), _matched(candidates))])


def pairwise_f1(pairs: Iterable[tuple[int, int, int]]) -> Coefficient:
    """Mean of 2·matched / (|A|+|B|) over pairs of annotators, each (|A|, |B|, matched).

    A pair that found nothing at all says nothing. Hripcsak & Rothschild (2005), JAMIA
    12(3):296-298.
    """
    scores = [2 * matched / (a + b) for a, b, matched in pairs if a + b]
    return fsum(scores) / len(scores) if scores else NO_PAIRS


def _span_iou(a: tuple[int, int], b: tuple[int, int]) -> float:
    shared = min(a[1], b[1]) - max(a[0], b[0])
    return shared / (a[1] - a[0] + b[1] - b[0] - shared) if shared > 0 else 0.0


def _matched(candidates: Sequence[Sequence[int]]) -> int:
    """The size of the largest one-to-one matching, by augmenting paths (Kuhn 1955)."""
    partner: dict[int, int] = {}

    def matched(i: int, seen: set[int]) -> bool:
        for j in candidates[i]:
            if j not in seen:
                seen.add(j)
                if j not in partner or matched(partner[j], seen):
                    partner[j] = i
                    return True
        return False

    return sum(matched(i, set()) for i in range(len(candidates)))


# -- of a tally, in each of its columns ------------------------------------------------------------


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
    if scale == "interval":
        return partial(_by_place, {value: value for value in values})
    if scale == "masi":
        return _by_masi
    if scale == "ratio":
        if min(values, default=0) < 0:
            raise ValueError("a ratio scale has no negative values")
        return partial(_by_distance, lambda a, b: ((a - b) / (a + b)) ** 2)
    raise ValueError(f"unknown scale: {scale}")


def _by_name(counts: Mapping[Value, int]) -> float:
    return sum(counts.values()) ** 2 - sum(count * count for count in counts.values())


def _by_place(place: Mapping[Value, float], counts: Mapping[Value, int]) -> float:
    """Σ n_c n_k (c - k)² = 2 n Σ n_c (c - mean)², without going through the pairs."""
    n = sum(counts.values())
    mean = fsum(place[value] * count for value, count in counts.items()) / n
    return 2 * n * fsum(count * (place[value] - mean) ** 2 for value, count in counts.items())


def _by_distance(distance: Distance, counts: Mapping[Value, int]) -> float:
    return 2 * fsum(counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2))


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
