"""A date line gives its date, as far as it says it and no further."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.dateline import PublishedDate, parse_date
from annotate.domain.normalise import fold
from annotate.domain.segmentation.words import languages, words_for


def published(text: str) -> str | None:
    """`2024-11-12`, `2024-11` or `2024`, by the precision."""
    found = parse_date(text)
    length = {"day": 10, "month": 7, "year": 4}
    return found.date.isoformat()[: length[found.precision]] if found else None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("الأحد 9/أبريل/2023 - 07:45 م", "2023-04-09"),
        ("12 نوفمبر/تشرين الثاني 2024", "2024-11-12"),
        ("12 تشرين الثاني (نوفمبر) 2024", "2024-11-12"),
        ("الثلاثاء، ١٢ نوفمبر ٢٠٢٤ ١٠:٣٠", "2024-11-12"),
        ("۱۲ نوامبر ۲۰۲۴", "2024-11-12"),
        ("3 جانفي 2023", "2023-01-03"),
        ("5 غشت 2021", "2021-08-05"),
        ("8 آذار 2022", "2022-03-08"),
        ("كانون الأول 2020", "2020-12"),
        ("كَانُون الثَّانِي 2020", "2020-01"),
        ("Publié le 1er août 2024 à 10h30", "2024-08-01"),
        ("mardi 12 novembre 2024", "2024-11-12"),
        ("Nov. 12, 2024 10:30 AM", "2024-11-12"),
        ("Tuesday, 12th of November 2024", "2024-11-12"),
        ("MAY 2024", "2024-05"),
        ("12 ноября 2024 г., 10:30", "2024-11-12"),
        ("3 de março de 2024, 10h30", "2024-03-03"),
        ("12 de noviembre del 2024", "2024-11-12"),
        ("12 Kasım 2024 Salı", "2024-11-12"),
        ("12 NİSAN 2024", "2024-04-12"),
        ("2024-11-12T10:30:00Z", "2024-11-12"),
        ("2024/3/9", "2024-03-09"),
        ("2024-11", "2024-11"),
        ("2024", "2024"),
        ("Published 3 May 2024, updated 5 May 2024", "2024-05-03"),
        ("10:30 May 2024", "2024-05"),
    ],
)
def test_a_date_line_gives_its_date(line: str, expected: str) -> None:
    assert published(line) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ("03/04/2024", "2024"),
        ("٠٣/٠٤/٢٠٢٤", "2024"),
        ("03.04.2024", "2024"),
        ("13/04/2024", "2024-04-13"),
        ("04/13/2024", "2024-04-13"),
        ("05/05/2024", "2024-05-05"),
    ],
)
def test_day_and_month_are_never_guessed(numbers: str, expected: str) -> None:
    assert published(numbers) == expected


@pytest.mark.parametrize(
    "line",
    [
        "",
        "منذ 3 أيام",
        "نحو 2000 مقاتل",
        "31 février 2024",
        "30/02/2024",
        "31/31/2024",
        "2024-13-01",
        "12 نوفمبر/كانون الثاني 2024",
        "12 November 24",
        "1445 هـ",
        "0000-00-00",
        "00/00/2024",
    ],
)
def test_a_line_without_a_date_that_exists_gives_none(line: str) -> None:
    assert parse_date(line) is None


@pytest.mark.parametrize("language", languages())
def test_every_month_of_every_word_file_is_read(language: str) -> None:
    for name, number in words_for(language).months:
        assert parse_date(f"7 {name} 2024") == PublishedDate(datetime.date(2024, number, 7), "day")


def test_no_name_is_two_months() -> None:
    pairs = {(fold(name), number) for tag in languages() for name, number in words_for(tag).months}
    assert len({name for name, _ in pairs}) == len(pairs)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_any_iso_date_is_read(date: datetime.date) -> None:
    assert parse_date(date.isoformat()) == PublishedDate(date, "day")


@given(st.text() | st.text(st.sampled_from("0123456789/-. مايوMay ,:")))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or 1900 <= found.date.year <= 2099
