"""The date of publication in a date line: `الأحد 9/أبريل/2023 - 07:45 م`, `Publié le 3 mai 2024`.

Names of months are those of all word files, so the language need not be known. What a line does not
say is not guessed: `03/04/2024` may be in March or in April, so only its year is taken.
"""

import datetime
import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from .normalise import fold
from .segmentation.words import languages, words_for

Precision = Literal["day", "month", "year"]

LONGEST_LINE = 200

_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<![\d:.])(?P<day>\d{1,2})(?:st|nd|rd|th|er|ο|º|°|\.)?(?![\d:])"
_GAP = r"[\s./,،-]*(?:(?:de|del|of)\s)?\s*"
_ISO = re.compile(
    rf"(?<!\d){_YEAR}[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?(?![-/.]?\d)"
)
_NUMERIC = re.compile(rf"(?<!\d)(?P<a>\d{{1,2}})(?P<sign>[-/.])(?P<b>\d{{1,2}})(?P=sign){_YEAR}")
_YEAR_ALONE = re.compile(rf"(?<!\d){_YEAR}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class PublishedDate:
    """A date and how much of it is known; what is not known is 1 (`2024-11` is 1 November)."""

    date: datetime.date
    precision: Precision


def parse_date(text: str) -> PublishedDate | None:
    """The first date in a date line, or None without one or with one that does not exist.

    Read are ISO dates, dates with the name of a month in any language that has a word file, and
    numbers with the year last if the day can be told from the month; if not, the precision is
    "year". A year alone counts only if no other word stands in the line but words of a date.
    """
    line = fold(text[:LONGEST_LINE]).strip()
    if iso := _ISO.search(line):
        return _published(iso["year"], iso["month"], iso["day"])
    if named := _named(line):
        return named
    if numeric := _NUMERIC.search(line):
        return _from_numbers(int(numeric["a"]), int(numeric["b"]), numeric["year"])
    year = _YEAR_ALONE.search(line)
    if year and all(token.isdigit() or token in _date_words() for token in _TOKEN.findall(line)):
        return _published(year["year"], None, None)
    return None


def _named(line: str) -> PublishedDate | None:
    """The date with the name of a month. Two names side by side must mean the same month."""
    matches = [pattern.search(line) for pattern in _named_patterns()]
    found = [match for match in matches if match]
    if not found:
        return None
    first = min(found, key=lambda match: (match.start("month"), matches.index(match)))
    month = _months()[first["month"]]
    groups = first.groupdict()
    also = groups.get("also")
    if also and _months()[also] != month:
        return None
    return _published(first["year"], str(month), groups.get("day"))


def _from_numbers(a: int, b: int, year: str) -> PublishedDate | None:
    if a > 12 or a == b:
        return _published(year, str(b), str(a))
    if b > 12:
        return _published(year, str(a), str(b))
    return _published(year, None, None) if a and b else None


def _published(year: str, month: str | None, day: str | None) -> PublishedDate | None:
    precision: Precision = "day" if day else "month" if month else "year"
    try:
        return PublishedDate(datetime.date(int(year), int(month or 1), int(day or 1)), precision)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """The folded names of months of all languages, with their numbers."""
    return {
        fold(name): number
        for language in languages()
        for name, number in words_for(language).months
    }


@cache
def _date_words() -> frozenset[str]:
    words = map(words_for, languages())
    return frozenset(fold(entry) for known in words for entry in known.dates | known.weekdays)


@cache
def _named_patterns() -> tuple[re.Pattern[str], ...]:
    """Day month year, month day year, month year; in the order of preference."""
    names = "|".join(map(re.escape, sorted(_months(), key=len, reverse=True)))
    name = rf"(?<!\w)(?P<month>{names})(?!\w)(?:\s?[/(]\s?(?P<also>{names})\)?(?!\w))?"
    return (
        re.compile(rf"{_DAY}{_GAP}{name}{_GAP}{_YEAR}"),
        re.compile(rf"{name}{_GAP}{_DAY}{_GAP}{_YEAR}"),
        re.compile(rf"{name}{_GAP}{_YEAR}"),
    )
