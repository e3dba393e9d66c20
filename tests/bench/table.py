"""What the bench prints: one line a measurement, beside its floor and its goal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

HEAD = ("row", "Isnad", "p95", "floor", "ratio", "queries", "goal", "met")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the table. `met` is None where there is no goal.

    `wrong` says what must never be, whatever the speed: something lost, doubled or refused.
    """

    name: str
    isnad: str
    p95: str = ""
    floor: str
    ratio: float
    queries: int | None = None
    goal: str = ""
    met: bool | None = None
    wrong: Sequence[str] = ()

    def cells(self) -> tuple[str, ...]:
        return (
            self.name,
            self.isnad,
            self.p95,
            self.floor,
            f"{self.ratio:.2f}",
            "" if self.queries is None else str(self.queries),
            self.goal,
            "" if self.met is None else ("yes" if self.met else "no"),
        )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def p50(times: Sequence[float]) -> float:
    return median(times)


def render(lines: Iterable[Line]) -> str:
    """A Markdown table, which reads as plain text too."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    aligned = [
        " | ".join(
            cell.ljust(width) if column in (0, 6, 7) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    rule = " | ".join(
        "-" * width if column in (0, 6, 7) else "-" * (width - 1) + ":"
        for column, width in enumerate(widths)
    )
    return "\n".join(f"| {row} |" for row in (aligned[0], rule, *aligned[1:]))
