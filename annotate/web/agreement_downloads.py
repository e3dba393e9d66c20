"""The tables of the agreement page as CSV: keys and full figures, for a spreadsheet or a script."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from ..formats.spreadsheet import FORMULA_STARTS, GUARD
from .agreement_names import (
    BLOCK,
    FINDING,
    LANGUAGE,
    MONTH,
    OUTLET,
    PAIR,
    PERSON,
    PRESETS,
    SUGGESTIONS,
)

Report = Mapping[str, Any]
Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
"""Header and rows."""

SLICES = (PERSON, PAIR, LANGUAGE, OUTLET, BLOCK, MONTH, PRESETS, SUGGESTIONS)


def as_csv(table: Table) -> str:
    """RFC 4180 with a byte order mark, for spreadsheets; an empty cell is no value.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    stream = StringIO()
    stream.write("\ufeff")
    header, rows = table
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([_guarded(value) for value in row] for row in rows)
    return stream.getvalue()


def _guarded(value: Any) -> Any:
    if isinstance(value, list):
        return _guarded(" ".join(map(str, value)))
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return GUARD + value
    return value


def _figures(report: Report) -> Table:
    header = (
        *("dimension", "scale", "n", "n_pairs", "n_missing", "n_articles", "too_few", "figure"),
        *("value", "low", "high", "not_defined", "everyone_chose"),
    )
    return header, _figure_rows(report)


def _figure_rows(report: Report) -> Iterator[Sequence[Any]]:
    finding = {**report["finding"], "dimension": FINDING, "scale": "", "n_missing": ""}
    for figure in (report["claim_or_not"], finding, *report["dimensions"]):
        about = [figure[key] for key in ("dimension", "scale", "n", "n_pairs", "n_missing")]
        about += [figure["n_articles"], "yes" if figure["too_few"] else "no"]
        for name, interval in figure["intervals"].items():
            low, high = interval or ("", "")
            why = figure["not_defined"].get(name, {})
            reasons = (why.get("reason"), why.get("everyone_chose"))
            yield [*about, name, figure[name], low, high, *reasons]


def _prevalence(report: Report) -> Table:
    return ("dimension", "value", "count"), (
        (figure["dimension"], value, count)
        for figure in (report["claim_or_not"], *report["dimensions"])
        for value, count in figure["prevalence"]
    )


def _confusion(report: Report) -> Table:
    return ("dimension", "one", "other", "pairs"), (
        (figure["dimension"], one, other, count)
        for figure in (report["claim_or_not"], *report["dimensions"])
        for one, other, count in figure["confusion"]
    )


def _confidence(report: Report) -> Table:
    settled = {each["confidence"]: each for each in report["calibration"]}
    return ("confidence", "chosen", "settled", "equal", "share"), (
        (level, chosen, *(settled.get(level, {}).get(key) for key in ("n", "equal", "share")))
        for level, chosen in report["confidence"]
    )


def _slices(by: str) -> Callable[[Report], Table]:
    parts = ("one", "other") if by == PAIR else (by,)
    header = (*parts, "n_articles", "dimension", "figure", "n", "value")

    def rows(report: Report) -> Iterator[Sequence[Any]]:
        for part in report["slices"]:
            if part["by"] == by:
                about = (*part["of"], part["n_articles"])
                yield (*about, FINDING, "f1", part["finding"]["n"], part["finding"]["f1"])
                for figure in part["figures"]:
                    for name in ("percent", "alpha"):
                        yield (*about, figure["dimension"], name, figure["n"], figure[name])

    return lambda report: (header, rows(report))


TABLES: Mapping[str, Callable[[Report], Table]] = {
    "figures": _figures,
    "prevalence": _prevalence,
    "confusion": _confusion,
    "confidence": _confidence,
    **{by: _slices(by) for by in SLICES},
}
