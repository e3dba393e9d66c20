"""Intervals by resampling articles, without keeping any.

The units of one article are not independent, so whole articles are drawn, never single units. Each
article is drawn into each resample so many times as a Poisson variable of mean 1 says, which is
what drawing n articles out of n with replacement comes to, but needs to know neither n nor the
other articles: Hanley & MacGibbon (2006), Computer Methods and Programs in Biomedicine
83(1):57-62; Chamandy et al. (2012), Estimating Uncertainty for Massive Data Streams.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import shake_128
from statistics import quantiles

from .tallies import BITS, Packed
from .undefined import Coefficient, Undefined

RESAMPLES = 1_000
SEED = 2024
ENOUGH = 0.95
"""So many of the resamples must have a figure, else there is no interval."""

_TIMES = (94, 95, 46, 16, 4, 1)
"""Of the 256 values of a byte, so many stand for 0, 1, 2 … times: mean and variance are exactly 1,
as Poisson's."""
_DRAWN = bytes(times for times, bytes_ in enumerate(_TIMES) for _ in range(bytes_))

Interval = tuple[float, float]


def draws(article: str) -> Packed:
    """How often an article is in the corpus (once) and in each resample, packed as in a tally.

    It depends on the article's id and the seed alone: not on the machine, on the order of articles
    or on how many there are.
    """
    columns = bytearray((RESAMPLES + 1) * BITS // 8)
    columns[0] = 1
    columns[BITS // 8 :: BITS // 8] = (
        shake_128(f"{SEED}:{article}".encode()).digest(RESAMPLES).translate(_DRAWN)
    )
    return int.from_bytes(columns, "little")


def interval(resampled: Sequence[Coefficient]) -> Interval | None:
    """The middle 95 % of the resamples' figures (percentile method); None where too many of them
    are not defined to tell.

    Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    defined = [value for value in resampled if not isinstance(value, Undefined)]
    if len(defined) < max(ENOUGH * len(resampled), 2):
        return None
    cuts = quantiles(defined, n=40, method="inclusive")
    return cuts[0], cuts[-1]
