"""The words at which a language's sentences fall into pieces, read from `words/<language>.txt`.

A file has sections `[name]`; what follows `#` is a comment; entries are parted by white space, the
words of a phrase by `_`. `general.txt` holds what every language shares; a language without a
file has nothing else.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ..languages import primary_of
from ..normalise import search_key
from ..segmentation.words import GENERAL, sections

FOLDER = Path(__file__).parent / "words"
Section = frozenset[str]
Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""The first word of each phrase (for `after` the last) and what the phrase has besides."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the cutting knows of one language: words and phrases as `key` gives them.

    `governed` tells for a verb or noun of saying with which words its content begins.
    """

    after: Phrases
    before: Phrases
    joining: Phrases
    governed: Mapping[str, Section]
    attached: Section
    symbols: Section
    that: Section
    weak: Section
    whole: Section


@lru_cache(maxsize=1 << 15)
def key(words: str) -> str:
    """The form in which words are compared: folded, with one kind of apostrophe."""
    return search_key(words).replace("'", "’")


def _read(name: str) -> dict[str, Section]:
    found = sections((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return {
        section: frozenset(key(entry.replace("_", " ")) for line in lines for entry in line.split())
        for section, lines in found.items()
    }


def _phrases(entries: Section, *, backwards: bool = False) -> Phrases:
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for entry in sorted(entries):
        first, *rest = reversed(entry.split()) if backwards else entry.split()
        found[first] = (*found.get(first, ()), tuple(rest))
    return found


def _governed(own: Mapping[str, Section]) -> dict[str, Section]:
    governed = dict.fromkeys(own.get("cues", ()), own.get("that", frozenset()))
    for entry in own.get("governed", ()):
        verb, _, content = entry.partition(" ")
        governed[verb] = governed.get(verb, frozenset()) | {content}
    return governed


@cache
def _languages() -> Section:
    return frozenset(path.stem for path in FOLDER.glob("*.txt"))


@cache
def _words(name: str) -> Words:
    own = defaultdict(Section, {**_read(GENERAL), **_read(name)})
    return Words(
        after=_phrases(own["after"], backwards=True),
        before=_phrases(own["before"]),
        joining=_phrases(own["joining"]),
        governed=_governed(own),
        attached=own["attached"],
        symbols=own["symbols"],
        that=own["that"],
        weak=own["weak"],
        whole=own["whole"],
    )


def words_for(language: str) -> Words:
    """The words of a BCP 47 tag (`fr-CA` has those of `fr`); the general ones without a file."""
    primary = primary_of(language)
    return _words(primary if primary in _languages() else GENERAL)
