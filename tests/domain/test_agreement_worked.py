"""Every worked example beside this checkout comes out as published; without them nothing is run."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from annotate.domain.agreement import (
    Coefficient,
    Undefined,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_distance,
    percent_agreement,
    scott_pi,
    span_f1,
)
from annotate.domain.agreement.tallies import tally

FILE = Path(__file__).parents[3] / "shared/data/agreement/worked-examples.json"
WORKED: dict[str, Any] = (
    json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"examples": []}
)
OF_UNITS: dict[str, Callable[[list[Any]], Coefficient]] = {
    **{
        f"alpha_{scale}": partial(krippendorff_alpha, scale=scale)
        for scale in ("nominal", "ordinal", "interval", "ratio")
    },
    "pairwise_agreement": percent_agreement,
    "observed_agreement": percent_agreement,
    "cohen_kappa": cohen_kappa,
    "fleiss_kappa": fleiss_kappa,
    "scott_pi": scott_pi,
    "gwet_ac1": gwet_ac1,
}
# What stands between the table and the coefficient, told back from both.
BETWEEN: dict[str, Callable[[list[Any]], Any]] = {
    "observed_disagreement": lambda units: 1 - number(percent_agreement(units)),
    "expected_disagreement": lambda units: (
        (1 - number(percent_agreement(units))) / (1 - number(krippendorff_alpha(units)))
    ),
    "n_units_pairable": lambda units: tally(units).pairable().total(),
    "n_values_pairable": lambda units: sum(tally(units).pairable().margins().values()),
}
OF_SPANS: dict[str, Any] = {"f1_iou_0.5": 0.5, "f1_exact": "exact", "f1_any_overlap": "any"}

CASES = [
    pytest.param(example, name, id=f"{example['id']}-{name}")
    for example in WORKED["examples"]
    for name in example["expected"]
    if name in {*OF_UNITS, *BETWEEN, *OF_SPANS, "distances", "expected_agreement"}
]


def number(coefficient: Coefficient) -> float:
    assert not isinstance(coefficient, Undefined)
    return coefficient


def expected_agreement(units: list[Any]) -> float:
    """p_e, of κ = (p_o - p_e) / (1 - p_e): Cohen's of two people, else Fleiss'."""
    kappa = number((cohen_kappa if len(units[0]) == 2 else fleiss_kappa)(units))
    return (number(percent_agreement(units)) - kappa) / (1 - kappa)


def units(example: dict[str, Any]) -> list[list[Any]]:
    """Rows of values; a contingency table has so many rows of each pair."""
    if example["data_format"] == "units":
        return list(example["data"])
    return [pair.split(",") for pair, count in example["data"].items() for _ in range(count)]


@pytest.mark.skipif(not CASES, reason="the worked examples are not beside this checkout")
@pytest.mark.parametrize(("example", "name"), CASES)
def test_a_worked_example_comes_out_as_published(example: dict[str, Any], name: str) -> None:
    expected, data = example["expected"][name], example["data"]
    if name == "distances":
        found: Any = [masi_distance(it["a"], it["b"]) for it in data]
    elif name in OF_SPANS:
        found = span_f1(data["A"], data["B"], OF_SPANS[name])
    elif name == "expected_agreement":
        found = expected_agreement(units(example))
    else:
        found = {**OF_UNITS, **BETWEEN}[name](units(example))
    if expected is None:
        assert isinstance(found, Undefined)
        assert str(found) == example["expected"]["message"]
    else:
        assert found == pytest.approx(expected, abs=WORKED["tolerance"])
