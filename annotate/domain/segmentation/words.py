"""The words of a language, read from `words/<language>.txt`.

A file has sections `[name]`; what follows `#` is a comment; a section is a list of entries parted
by white space, or lines `number = entry, entry` for months. `general.txt` holds what every language
shares; a language without a file has nothing else.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..languages import primary_of

FOLDER = Path(__file__).parent / "words"
GENERAL = "general"
_SECTION = re.compile(r"\[(\w+)\]")


@dataclass(frozen=True, slots=True)
class Words:
    """What the rules know of one language; every entry is in lower case, without its final stop."""

    language: str
    abbreviations: frozenset[str]
    before_number: frozenset[str]
    may_end: frozenset[str]
    seldom_end: frozenset[str]
    eras: frozenset[str]
    prefixes: frozenset[str]
    letter_names: frozenset[str]
    starters: frozenset[str]
    continuers: frozenset[str]
    alternatives: frozenset[str]
    frames: frozenset[str]
    ordinals: frozenset[str]
    bylines: frozenset[str]
    captions: frozenset[str]
    dates: frozenset[str]
    weekdays: frozenset[str]
    frequent: frozenset[str]
    letters: frozenset[str]
    foreign_words: frozenset[str]
    foreign_letters: frozenset[str]
    months: tuple[tuple[str, int], ...]


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.txt") if path.stem != GENERAL))


def sections(text: str) -> dict[str, list[str]]:
    """The lines of each section of a word file, without comments and blank lines."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if heading := _SECTION.fullmatch(line):
            lines = found.setdefault(heading[1], [])
        elif line:
            lines.append(line)
    return found


def _read(name: str) -> dict[str, list[str]]:
    return sections((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))


def _months(lines: list[str]) -> tuple[tuple[str, int], ...]:
    entries = (line.partition("=") for line in lines)
    return tuple(
        (name.strip().lower(), int(number))
        for number, _, names in entries
        for name in names.split(",")
    )


@cache
def _words(name: str) -> Words:
    general, own = _read(GENERAL), _read(name)

    def entries(section: str, *, shared: bool = False) -> frozenset[str]:
        lines = own.get(section, []) + (general.get(section, []) if shared else [])
        return frozenset(entry.lower() for line in lines for entry in line.split())

    particular = entries("before_number", shared=True) | entries("may_end") | entries("seldom_end")
    return Words(
        language=name,
        abbreviations=entries("abbreviations", shared=True) - particular,
        before_number=entries("before_number", shared=True),
        may_end=entries("may_end"),
        seldom_end=entries("seldom_end"),
        eras=entries("eras"),
        prefixes=entries("prefixes"),
        letter_names=entries("letter_names"),
        starters=entries("starters"),
        continuers=entries("continuers"),
        alternatives=entries("alternatives"),
        frames=entries("frames"),
        ordinals=entries("ordinals"),
        bylines=entries("bylines"),
        captions=entries("captions"),
        dates=entries("dates"),
        weekdays=entries("weekdays"),
        frequent=entries("frequent"),
        letters=entries("letters"),
        foreign_words=entries("foreign_words"),
        foreign_letters=entries("foreign_letters"),
        months=_months(own.get("months", [])),
    )


def words_for(language: str) -> Words:
    """The words of a BCP 47 tag (`fr-CA` has those of `fr`); the general ones without a file."""
    primary = primary_of(language)
    return _words(primary if primary in languages() else GENERAL)
