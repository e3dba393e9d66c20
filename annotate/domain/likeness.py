"""Which earlier words are like these: by the stems they share, in any script and spelling.

A stem is a folded word (see `normalise`) without its inflected end, in Arabic also without the
particles and the article before it, so that it can be searched for inside other folded words.
It is crude on purpose: what it finds is shown to be looked at, most alike first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from .normalise import fold

Row = TypeVar("Row")

LEAST_ALIKE = 0.2
"""From which likeness on words are worth a look."""

_WORD = re.compile(r"\w+")
_ARABIC = re.compile("[\u0621-\u064a]+")
_PARTICLES = re.compile("^[وف]?(?:[بلك]?ال|لل|[بلك](?=.{4}))?")
_ARABIC_ENDINGS = re.compile("(?:ها|هم|ين|ون|ات|ان|ا|ه|ي)$")
_SHORTEST = 3
_ENDING = 2  # letters of a long word that inflection may change
_LONG = 6


def stems(text: str, most: int = 8) -> list[str]:
    """The stems of the text, the longest first (they tell most), each once, at most `most`."""
    found = dict.fromkeys(filter(None, map(_stem, _WORD.findall(fold(text)))))
    return sorted(found, key=len, reverse=True)[:most]


def likeness(one: str, other: str) -> float:
    """How much of both texts is shared: 0.0 to 1.0, the Dice measure over their stems
    (L. R. Dice, 1945).
    """
    first, second = set(stems(one, len(one))), set(stems(other, len(other)))
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def most_alike(
    words: str, rows: Iterable[Row], words_of: Callable[[Row], str], most: int
) -> list[Row]:
    """At most so many of the rows whose words are like these, the most alike first; equally alike
    ones in their order.
    """
    measured = ((likeness(words, words_of(row)), row) for row in rows)
    alike = [(measure, row) for measure, row in measured if measure >= LEAST_ALIKE]
    return [row for _measure, row in sorted(alike, key=lambda each: -each[0])[:most]]


def _stem(word: str) -> str:
    """The stem of a folded word; '' where too little is left to tell anything."""
    if _ARABIC.fullmatch(word):
        for affix in (_PARTICLES, _ARABIC_ENDINGS):
            bare = affix.sub("", word, count=1)
            word = bare if len(bare) >= _SHORTEST else word
    elif len(word) >= _LONG and not word.isdecimal():
        word = word[:-_ENDING]
    return word if len(word) >= _SHORTEST else ""
