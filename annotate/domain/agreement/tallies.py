"""How often each unit occurs, in the corpus and in each of its resamples at once.

A figure of agreement depends only on how often each unit occurs, and most units are alike. So they
are counted, and everything else is computed from the counts. A count has one *column* for the
corpus and, where there is to be an interval, one for each resample. The columns of a count are
packed into a single integer, 32 bits each, the first lowest: adding two such integers adds a
thousand columns, and nothing of a single article has to be kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from struct import unpack
from typing import Any

Value = Any
"""Hashable, or a set or list of such; None is a missing value."""
Unit = Sequence[Value]
"""What several people made of one thing, by annotator."""
Pattern = tuple[Value, ...]
"""The values of a unit, none missing, in an order that does not tell who gave which."""
Packed = int

BITS = 32
"""Of a column. Counts stay below 2³²: that of the values of a hundred million articles."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Units alike -> how often they occur, in each of so many columns."""

    counts: Mapping[Pattern, Packed]
    columns: int = 1

    def corpus(self) -> Tally:
        """The first column alone."""
        return Tally({pattern: first(count) for pattern, count in self.counts.items()})

    def pairable(self) -> Tally:
        """Of the units those with at least two values."""
        several = {pattern: count for pattern, count in self.counts.items() if len(pattern) > 1}
        return Tally(several, self.columns)

    def total(self) -> Packed:
        """How many units there are."""
        return sum(self.counts.values())

    def margins(self) -> dict[Value, Packed]:
        """How often each value stands in the units."""
        found: defaultdict[Value, Packed] = defaultdict(int)
        for pattern, count in self.counts.items():
            for value in pattern:
                found[value] += count
        return dict(found)

    def unpack(self, count: Packed) -> tuple[int, ...]:
        """The columns of a count."""
        return columns_of(count, self.columns)

    def combine(self, terms: Mapping[float, Packed]) -> list[float]:
        """Σ factor · count in each column; the same sum whatever the order of the terms."""
        total = [0.0] * self.columns
        for factor in sorted(terms):
            total = [
                sum_ + factor * count
                for sum_, count in zip(total, self.unpack(terms[factor]), strict=True)
            ]
        return total


def columns_of(count: Packed, columns: int) -> tuple[int, ...]:
    """A count's columns; of one column alone there may be more than 2³²."""
    if columns == 1:
        return (count,)
    return unpack(f"<{columns}I", count.to_bytes(columns * BITS // 8, "little"))


def first(count: Packed) -> int:
    """The first column, which is the corpus."""
    return count & (1 << BITS) - 1


def hashable(value: Any) -> Value:
    """A value that can be counted: also a set or list is. Raises ValueError for NaN."""
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, list):
        return tuple(value)
    if value != value:
        raise ValueError("NaN is no value: None is a missing one")
    return value


def as_set(value: Any) -> Value:
    """Any collection as the set of its elements. Raises ValueError for NaN."""
    return frozenset(hashable(value))


def tally(units: Iterable[Unit], as_value: Callable[[Any], Value] = hashable) -> Tally:
    """The units of a table, in one column; ``as_value`` makes equal what is to count as the same
    value.
    """
    alike = Counter(tuple(None if it is None else as_value(it) for it in unit) for unit in units)
    counts: Counter[Pattern] = Counter()
    for unit, count in alike.items():
        counts[pattern_of(unit)] += count
    return Tally(counts)


def pattern_of(unit: Unit) -> Pattern:
    return tuple(sorted((value for value in unit if value is not None), key=repr))
