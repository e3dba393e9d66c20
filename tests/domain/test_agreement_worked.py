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
OF_SPANS: dict[str, Any] = {"f1_iou_0.5": 0.5, "f1_exact": "exact", "f1_any_overlap": "any"}

CASES = [
    pytest.param(example, name, id=f"{example['id']}-{name}")
    for example in WORKED["examples"]
    for name in example["expected"]
    if name in {*OF_UNITS, *OF_SPANS, "distances"}
]


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
    else:
        found = OF_UNITS[name](units(example))
    if expected is None:
        assert isinstance(found, Undefined)
        assert str(found) == example["expected"]["message"]
    else:
        assert found == pytest.approx(expected, abs=WORKED["tolerance"])
