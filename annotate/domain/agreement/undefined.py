"""A figure, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .tallies import Value


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
