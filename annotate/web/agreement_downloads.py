"""The tables of the agreement page as CSV, for a spreadsheet or a script: keys and full figures,
and beside the key of an outlet or an answer its name, in English whoever fetches them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

from ..domain.codebook import Codebook
from ..domain.disagreement import CHAIN, CLAIM, SOURCE
from ..formats.spreadsheet import FORMULA_STARTS, GUARD
from ..models import Project
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
    Names,
)
from .agreement_tables import is_too_few

Report = Mapping[str, Any]
Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
"""Header and rows."""

SLICES = (PERSON, PAIR, LANGUAGE, OUTLET, BLOCK, MONTH, PRESETS, SUGGESTIONS)


def names_in(report: Report, project: Project, codebook: Codebook) -> Names:
    """The names of all that the tables of this report tell of; sources and claims are asked for
    where a table has any.
    """
    return Names(
        project, codebook, sources=_source_ids(report), claims=_claim_ids(report), names=False
    )


def _answers(report: Report, dimension: str) -> Iterator[Any]:
    """Everything that was answered in a dimension."""
    for figure in report["dimensions"]:
        if figure["dimension"] == dimension:
            yield from (value for value, _count in figure["prevalence"])
            yield from (value for *pair, _count in figure["confusion"] for value in pair)


def _source_ids(report: Report) -> Iterator[str]:
    yield from (part["of"][0] for part in report["slices"] if part["by"] == OUTLET)
    yield from _answers(report, SOURCE)
    for links in _answers(report, CHAIN):
        yield from links


def _claim_ids(report: Report) -> Iterator[str]:
    yield from (claim for claim, _relation in _answers(report, CLAIM))


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


def _figures(report: Report, names: Names) -> Table:
    header = (
        *("dimension", "scale", "n", "n_pairs", "n_missing", "n_articles", "too_few", "figure"),
        *("value", "low", "high", "not_defined", "everyone_chose", "everyone_chose_name"),
    )
    return header, _figure_rows(report, names)


def _figure_rows(report: Report, names: Names) -> Iterator[Sequence[Any]]:
    finding = {**report["finding"], "dimension": FINDING, "scale": "", "n_missing": ""}
    for figure in (report["claim_or_not"], finding, *report["dimensions"]):
        about = [figure[key] for key in ("dimension", "scale", "n", "n_pairs", "n_missing")]
        about += [figure["n_articles"], "yes" if figure["too_few"] else "no"]
        for name, interval in figure["intervals"].items():
            low, high = interval or ("", "")
            why = figure["not_defined"].get(name, {})
            chosen = why.get("everyone_chose")
            chosen_name = "" if chosen is None else names.value(figure["dimension"], chosen)
            reasons = (why.get("reason"), chosen, chosen_name)
            yield [*about, name, figure[name], low, high, *reasons]


def _prevalence(report: Report, names: Names) -> Table:
    return ("dimension", "value", "value_name", "count"), (
        (figure["dimension"], value, names.value(figure["dimension"], value), count)
        for figure in (report["claim_or_not"], *report["dimensions"])
        for value, count in figure["prevalence"]
    )


def _confusion(report: Report, names: Names) -> Table:
    return ("dimension", "one", "one_name", "other", "other_name", "pairs"), (
        (key, one, names.value(key, one), other, names.value(key, other), count)
        for figure in (report["claim_or_not"], *report["dimensions"])
        for key in (figure["dimension"],)
        for one, other, count in figure["confusion"]
    )


def _confidence(report: Report, names: Names) -> Table:
    settled = {each["confidence"]: each for each in report["calibration"]}
    header = ("confidence", "chosen", "settled", "equal", "share", "n_articles", "too_few")
    return header, (
        (level, chosen, *_settled_cells(settled.get(level)))
        for level, chosen in report["confidence"]
    )


def _settled_cells(level: Report | None) -> Sequence[Any]:
    if level is None:
        return (0, 0, None, 0, "yes")
    cells = [level.get(key) for key in ("n", "equal", "share", "n_articles")]
    return (*cells, "yes" if is_too_few(level) else "no")


def _slices(by: str) -> Callable[[Report, Names], Table]:
    parts = {PAIR: ("one", "other"), OUTLET: (OUTLET, f"{OUTLET}_name")}.get(by, (by,))
    header = (*parts, "n_articles", "dimension", "figure", "n", "value")

    def rows(report: Report, names: Names) -> Iterator[Sequence[Any]]:
        for part in report["slices"]:
            if part["by"] == by:
                named = (names.part(by, part["of"]),) if by == OUTLET else ()
                about = (*part["of"], *named, part["n_articles"])
                yield (*about, FINDING, "f1", part["finding"]["n"], part["finding"]["f1"])
                for figure in part["figures"]:
                    for name in ("percent", "alpha"):
                        yield (*about, figure["dimension"], name, figure["n"], figure[name])

    return lambda report, names: (header, rows(report, names))


TABLES: Mapping[str, Callable[[Report, Names], Table]] = {
    "figures": _figures,
    "prevalence": _prevalence,
    "confusion": _confusion,
    "confidence": _confidence,
    **{by: _slices(by) for by in SLICES},
}
