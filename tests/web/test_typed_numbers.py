"""Numbers as people type them."""

import pytest

from annotate.web.typed_numbers import read_decimal


@pytest.mark.parametrize(
    "typed",
    [
        "0.5",
        "0,5",
        ".5",
        "0.50",
        " 0.5 ",
        "٠٫٥",
        "۰٫۵",
        "٠.٥",
        "۰،۵",
        "\u200f٠٫٥",
        "०.५",
        "\xa00,5",
    ],
)
def test_a_half_is_a_half_on_every_keyboard(typed: str) -> None:
    assert read_decimal(typed) == 0.5


@pytest.mark.parametrize(("typed", "number"), [("1", 1.0), ("١", 1.0), ("1.", 1.0), ("0", 0.0)])
def test_a_whole_number_is_a_number(typed: str, number: float) -> None:
    assert read_decimal(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "abc", ".", "-1", "nan", "inf", "1e1", "1_0", "0.5.5", "½", "٪٥٠", "0 5"]
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_decimal(typed) is None
