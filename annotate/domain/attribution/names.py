"""Names of known sources in a text, however they are typed and whatever is written onto them.

Text and names are compared folded (see `normalise`) and word by word, so that quotation marks and
brackets between the words of a name do not matter. Arabic particles (و ف ب ل ك and the article) may
stand before a name; Russian names may be declined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from ..normalise import fold_with_map, search_key
from ..offsets import Span
from .cues import end_in_text

LONGEST = 8  # words of a name
_READINGS = 24  # ways to read one run of words
_ABBREVIATION = re.compile("[a-z]{1,3}")  # counts only in capitals: RFI, JA
_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"[^\w.،؛:;,!?؟\n]{1,3}")
_AFTER_INITIAL = re.compile(r"\. ?")
_LONGEST_INITIAL = 3  # Dr.
_APOSTROPHES = str.maketrans("'’", "’'")

_INDEFINITE = re.compile("(?:\u064b\u0627|\u0627\u064b)\\Z")  # روسيًا “a Russian”, not روسيا
_CONJUNCTIONS, _PREPOSITIONS = ("و", "ف"), ("ب", "ل", "ك")
_THE, _FOR_THE = "ال", "لل"
_SHORTEST = 3  # letters that remain of an Arabic word without its particles
_ARABIC = re.compile("[\u0621-\u064a]+")

_CYRILLIC = re.compile("[\u0400-\u04ff]{4,}")
_LONGEST_DECLINED = 3  # words
# Endings of Russian cases with those of the nominative.
_NOMINATIVES: Mapping[str, tuple[str, ...]] = {
    "ого": ("ий", "ый"), "его": ("ий",), "ому": ("ий", "ый"), "ему": ("ий",),
    "ой": ("а", "ая"), "ей": ("я", "ь"), "ую": ("ая",), "юю": ("яя",),
    "ых": ("ые",), "их": ("ие",), "ым": ("", "ый"), "им": ("ий",),
    "ии": ("ия",), "ию": ("ия",), "ов": ("ы",), "ом": ("", "о"), "ем": ("й", "ь"),
    "а": ("", "о"), "у": ("", "а"), "е": ("", "а"), "ы": ("", "а"), "и": ("а", "я", "ь"),
    "я": ("й", "ь"), "ю": ("й", "я", "ь"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A known name in a text: where, and the ids of those who have it."""

    span: Span
    source_ids: tuple[str, ...]


def names_table(aliases: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """(name, source id) by the words of the name, as `mentions` takes them."""
    table: dict[str, tuple[str, ...]] = {}
    for name, source_id in aliases:
        key = " ".join(_WORD.findall(search_key(name)))
        if key and source_id not in table.get(key, ()):
            table[key] = (*table.get(key, ()), source_id)
    return table


def mentions(text: str, names: Mapping[str, Sequence[str]]) -> list[Found]:
    """The names that stand in the text, in order and disjoint; the longest name wins."""
    folded, index = fold_with_map(text)
    words = [match.span() for match in _WORD.finditer(folded)]
    found: list[Found] = []
    at = 0
    while at < len(words):
        for last in reversed(_ends(folded, words, at)):
            match = _match(folded, words[at : last + 1], names)
            if match is None:
                continue
            start, end = index[match[0]], end_in_text(text, index, words[last][1])
            if _is_another_word(text[start:end], match[1]):
                continue
            found.append(Found((start, end), tuple(names[match[1]])))
            at = last
            break
        at += 1
    return found


def possible_names(text: str) -> set[str]:
    """Every folded name that may stand in the text, for looking names up in a large table.

    A name is there as its words and as it is typed, with either apostrophe.
    """
    folded, _index = fold_with_map(text)
    words = [match.span() for match in _WORD.finditer(folded)]
    keys = set()
    for at in range(len(words)):
        for last in _ends(folded, words, at):
            for start, key in _keys(folded, words[at : last + 1]):
                typed = folded[start : words[last][1]]
                keys |= {key, typed, typed.translate(_APOSTROPHES)}
    return keys


def _ends(folded: str, words: Sequence[Span], at: int) -> list[int]:
    """The last words of the runs that begin with word `at` and are cut by nothing."""
    ends = [at]
    for here in range(at, min(at + LONGEST, len(words)) - 1):
        gap = folded[words[here][1] : words[here + 1][0]]
        initial = words[here][1] - words[here][0] <= _LONGEST_INITIAL
        if not (_BETWEEN.fullmatch(gap) or (initial and _AFTER_INITIAL.fullmatch(gap))):
            break
        ends.append(here + 1)
    return ends


def _match(
    folded: str, words: Sequence[Span], names: Mapping[str, Sequence[str]]
) -> tuple[int, str] | None:
    return next(((start, key) for start, key in _keys(folded, words) if key in names), None)


def _is_another_word(typed: str, key: str) -> bool:
    """Whether only folding made the words typed alike to a name."""
    abbreviated = _ABBREVIATION.fullmatch(key) is not None and not typed.isupper()
    return abbreviated or _INDEFINITE.search(typed) is not None


def _keys(folded: str, words: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """Where a name in this run may begin, and how its words may read; the plainest first."""
    (start, end), *rest = words
    others = [folded[a:b] for a, b in rest]
    for skipped, first in _beginnings(folded[start:end]):
        for read in _readings((first, *others)):
            yield start + skipped, " ".join(read)


@lru_cache(maxsize=4096)
def _beginnings(word: str) -> tuple[tuple[int, str], ...]:
    """The word and what is left of it without particles, with the number of letters skipped."""
    found = [(0, word)]
    if _ARABIC.fullmatch(word):
        for particles in (_CONJUNCTIONS, _PREPOSITIONS):
            found += [(skip + 1, rest[1:]) for skip, rest in found if rest.startswith(particles)]
        found += [(skip + 1, _THE + rest[2:]) for skip, rest in found if rest.startswith(_FOR_THE)]
    return tuple((skip, rest) for skip, rest in found if not skip or len(rest) >= _SHORTEST)


def _readings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words, without the Arabic article, and in the Russian nominative."""
    yield words
    if len(words) > 1 and words[0].startswith(_THE):  # a single word may be an adjective
        yield tuple(word.removeprefix(_THE) for word in words)
        yield (words[0].removeprefix(_THE), *words[1:])
    if len(words) <= _LONGEST_DECLINED and any(map(_CYRILLIC.fullmatch, words)):
        yield from islice(product(*map(_nominatives, words)), 1, _READINGS)


@lru_cache(maxsize=4096)
def _nominatives(word: str) -> tuple[str, ...]:
    if not _CYRILLIC.fullmatch(word):
        return (word,)
    read = [
        word[: -len(ending)] + nominative
        for ending, nominatives in _NOMINATIVES.items()
        if word.endswith(ending)
        for nominative in nominatives
    ]
    return (word, *read)
