"""Coefficients of agreement, or why one is not defined.

A unit is what several people judged: a row of their values, by annotator, None where one is
missing. Values are anything hashable (words, numbers), or sets and lists of such. Without variation
or without pairs a coefficient is not 1, not 0 and not NaN but `Undefined`, with the reason. NaN as
a value is refused: ValueError.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain
from math import fsum
from typing import Literal

from .columns import Distance, Order, ac1_columns, alpha_columns, percent_columns
from .tallies import Unit, Value, as_set, hashable, tally
from .undefined import NO_PAIRS, Coefficient, Reason, Undefined

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
    ``order``, else sorted by ``<``; those of an interval or ratio scale are numbers, of masi any
    collections, whose order and repetitions say nothing. ``distance`` is a δ² that takes the place
    of a scale. The time grows with the number of values; on a ratio scale, or with a ``distance``,
    also with the square of the number of different values.

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; (2004), Content Analysis, 2nd
    ed., p. 224-236. Raises ValueError for an unknown scale, for values of an interval or ratio
    scale that are not finite numbers, and for negative ones on a ratio scale.
    """
    in_sets = scale == "masi" and distance is None
    whole = tally(units, as_set if in_sets else hashable)
    return alpha_columns(whole, scale, distance, order)[0]


def masi_alpha(units: Iterable[Sequence[Iterable[Hashable] | None]]) -> Coefficient:
    """Krippendorff's α of sets, with the MASI distance as δ²: how alike are the sources named?

    A value is any collection; its order and repetitions say nothing. Passonneau (2006), LREC.
    """
    return krippendorff_alpha(units, "masi")


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
    weights: Literal["linear", "quadratic"] | Distance = "linear",
    order: Order | None = None,
) -> Coefficient:
    """Weighted κ = 1 - Σ w_ck o_ck / Σ w_ck e_ck of two annotators, who may differ more or less.

    On an ordinal scale w is the distance between two places, or its square. The places are those of
    ``order``, else of the values that occur, sorted by ``<``: pass ``order`` where the scale has
    values that nobody chose. Else ``weights`` tells how much two different values disagree. Units
    are rows of two values; those with a missing one do not count. Cohen (1968), Psychological
    Bulletin 70(4):213-220. Raises ValueError for other weights, and for a unit not of two values.
    """
    both = _both(units)
    distance = weights if callable(weights) else _between_places(weights, order, chain(*both))
    if not both:
        return NO_PAIRS

    def weight(a: Value, b: Value) -> float:
        return distance(a, b) if a != b else 0

    firsts, seconds = _margins_of_two(both)
    observed = sum(count * weight(a, b) for (a, b), count in both.items())
    expected = sum(firsts[a] * seconds[b] * weight(a, b) for a in firsts for b in seconds)
    if not expected:
        return Undefined(Reason.NO_VARIATION, next(iter(firsts)) if len(firsts) == 1 else None)
    return 1 - both.total() * observed / expected


def _between_places(weights: str, order: Order | None, values: Iterable[Value]) -> Distance:
    powers = {"linear": 1, "quadratic": 2}
    if weights not in powers:
        raise ValueError(f"unknown weights: {weights}")
    place = order or {value: at for at, value in enumerate(sorted(set(values)))}
    return lambda a, b: abs(place[a] - place[b]) ** powers[weights]


def _both(units: Iterable[Unit]) -> Counter[tuple[Value, Value]]:
    return Counter((hashable(a), hashable(b)) for a, b in units if a is not None and b is not None)


def _margins_of_two(both: Mapping[tuple[Value, Value], int]) -> tuple[Counter[Value], ...]:
    margins: tuple[Counter[Value], Counter[Value]] = (Counter(), Counter())
    for pair, count in both.items():
        for of_one, value in zip(margins, pair, strict=True):
            of_one[value] += count
    return margins


# -- finding the same ----------------------------------------------------------------------------


def span_f1(
    a: Sequence[tuple[int, int]],
    b: Sequence[tuple[int, int]],
    match: float | Literal["exact", "any"] = 0.5,
) -> Coefficient:
    """F1 = 2·matched / (|A| + |B|) of two annotators' spans, half-open ranges of code points.

    As many spans as possible are matched, one to one. Two may be matched where IoU ≥ ``match``,
    with "exact" where they are equal, with "any" where they share anything. Hripcsak & Rothschild
    (2005), JAMIA 12(3):296-298. Raises ValueError for another word, and for an IoU that is not
    above 0 and at most 1.
    """
    least = _least_share(match)
    candidates = [
        [j for j, other in enumerate(b) if (share := _span_iou(span, other)) and share >= least]
        for span in a
    ]
    return pairwise_f1([(len(a), len(b), _matched(candidates))])


def _least_share(match: float | str) -> float:
    if isinstance(match, str):
        shares = {"exact": 1.0, "any": 0.0}
        if match in shares:
            return shares[match]
    elif 0 < match <= 1:
        return match
    raise ValueError(f"not a share above 0, 'exact' or 'any': {match}")


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
    own: dict[int, int] = {}
    return sum(_match_one_more(i, candidates, partner, own) for i in range(len(candidates)))


def _match_one_more(
    start: int, candidates: Sequence[Sequence[int]], partner: dict[int, int], own: dict[int, int]
) -> bool:
    """Match ``start`` too, if those in its way can move on; ``own`` is ``partner`` seen from a."""
    reached: dict[int, int] = {}
    waiting = [start]
    for i in waiting:
        for j in candidates[i]:
            if j not in reached:
                reached[j] = i
                if j in partner:
                    waiting.append(partner[j])
                else:
                    _move_on(j, reached, partner, own)
                    return True
    return False


def _move_on(
    free: int, reached: Mapping[int, int], partner: dict[int, int], own: dict[int, int]
) -> None:
    """Everybody on the way to what is free takes what it was reached by, and leaves its own."""
    left: int | None = free
    while left is not None:
        taker = reached[left]
        partner[left] = taker
        own[taker], left = left, own.get(taker)
