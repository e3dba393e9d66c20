"""Numbers as people type them."""

import pytest

from annotate.web.typed_numbers import read_decimal, read_number


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


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("-1,5", -1.5),
        ("−١٫٥", -1.5),
        ("2024", 2024.0),
        ("1.234", 1.234),
        ("0,125", 0.125),
        ("1,2345", 1.2345),
        ("1e+16", 1e16),
    ],
)
def test_an_answer_may_be_any_number(typed: str, number: float) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize(
    "typed", ["1,234", "-12,345", "١،٢٣٤", "1,234,567", "1 234", "many", "1,2,3"]
)
def test_a_comma_that_may_stand_between_thousands_is_not_guessed(typed: str) -> None:
    assert read_number(typed) is None
