"""From a sentence to its pieces: words first, then the places between them where one may cut.

A cut is made by a mark (`،` `؛` `:` `,` `;`, a dash, a long bracket or quotation), by a word
(behind a complementiser, before a relative or a subordinator), and, in a piece that is still long,
before a preposition or a word with a conjunction written onto it. All takes time linear in the
sentence.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..offsets import Span, tears
from ..quotation import quoted
from .words import Phrases, Words, key, words_for

LONG = 5
"""A piece of more words is parted at weaker places too …"""
LEAST = 2
"""… that leave so many words on either side."""
CLAUSE = 3
"""Words that a clause has at least, on either side of a conjunction that joins two."""
LONG_ENCLOSURE = 3
"""A quotation or bracket of fewer words stays within its piece: a name, a title, an acronym."""
LONG_ATTACHED = 5
"""Letters of a word that is likely to begin a clause with the conjunction written onto it."""
LONGEST_WORD = 40
"""Letters of a word that are compared."""

# An address is one word whatever is in it; in others these marks part what was typed together.
_CHUNK = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|^www\.|\w@\w")
_INNER = re.compile(r"(?<=[^\W\d])(?:[،؛—…]|\.{2,}|[:,;](?=[\u0620-\u06d3]))(?=\w)")
_CUTTING = re.compile(r"[،؛;:,…!?؟–—―-]|\.{2,}")
_BRACKET = re.compile(r"[()\[\]]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word without the marks at its ends, and the forms in which it is compared, `key` first."""

    start: int
    end: int
    key: str
    forms: tuple[str, ...]


def pieces(text: str, language: str) -> tuple[Span, ...]:
    """The clause pieces of a sentence: half-open spans in order, every word in exactly one.

    A piece begins and ends with a word; marks at its ends stand outside, except a quotation mark
    or bracket whose partner stands inside. `language` is a BCP 47 tag, or '' for the general rules.
    """
    known = words_for(language)
    words = list(_words(text, known))
    marks = _enclosures(text)
    bounds = [*_cuts(text, words, marks, known), len(words)]
    return tuple(
        _closed(text, (words[first].start, words[following - 1].end), marks)
        for first, following in pairwise(bounds)
    )


def closed(text: str, span: Span) -> Span:
    """The span with the quotation mark or bracket next to it whose partner it holds."""
    return _closed(text, span, _enclosures(text))


def _closed(text: str, span: Span, marks: Mapping[int, int]) -> Span:
    start, end = span
    while start <= marks.get(behind := _past_blanks(text, end, 1), -1) < end <= behind:
        end = behind + 1
    while (
        start > (before := _past_blanks(text, start - 1, -1))
        and start <= marks.get(before, -1) < end
    ):
        start = before
    return start, end


def _past_blanks(text: str, at: int, step: int) -> int:
    """The first place from `at` on, either way, that is no space and no invisible character."""
    while 0 <= at < len(text) and (text[at].isspace() or unicodedata.category(text[at]) == "Cf"):
        at += step
    return at


def _enclosures(text: str) -> dict[int, int]:
    """The quotation marks and brackets that have a partner: where each stands, and its partner."""
    inner = [*quoted(text, 0, len(text)), *_bracketed(text)]
    pairs = [(start - 1, end) for start, end in inner]
    return dict(pairs) | {end: start for start, end in pairs}


def _bracketed(text: str) -> Iterator[Span]:
    opened: list[int] = []
    for mark in _BRACKET.finditer(text):
        if mark[0] in "([":
            opened.append(mark.end())
        elif opened:
            yield opened.pop(), mark.start()


def _words(text: str, known: Words) -> Iterator[Word]:
    for chunk in _CHUNK.finditer(text):
        cuts = [] if _ADDRESS.search(chunk[0]) else list(_INNER.finditer(chunk[0]))
        starts = [0, *(cut.end() for cut in cuts)]
        ends = [*(cut.start() for cut in cuts), len(chunk[0])]
        for start, end in zip(starts, ends, strict=True):
            if word := _word(chunk[0][start:end], chunk.start() + start, known):
                yield word


def _word(written: str, at: int, known: Words) -> Word | None:
    """From the first to the last letter or digit, with its marks and the symbols of a number."""
    alphanumeric = [place for place, character in enumerate(written) if character.isalnum()]
    if not alphanumeric:
        return None
    start, end = alphanumeric[0], alphanumeric[-1] + 1
    while start > 0 and written[start - 1] in known.symbols:
        start -= 1
    while end < len(written) and (written[end] in known.symbols or tears(written, end)):
        end += 1
    folded = key(written[start : min(end, start + LONGEST_WORD)])
    return Word(at + start, at + end, folded, tuple(_forms(folded, known)))


def _cuts(
    text: str, words: Sequence[Word], marks: Mapping[int, int], known: Words
) -> Iterator[int]:
    """The words with which a piece begins, in order."""
    firm = list(_firm_cuts(text, words, _long_enclosures(words, marks), known))
    clauses = [
        place
        for first, following in pairwise([*firm, len(words)])
        for place in _joints(words, first, following, known)
    ]
    for first, following in pairwise([*clauses, len(words)]):
        yield from _parts(words, first, following, known)


def _firm_cuts(
    text: str, words: Sequence[Word], enclosing: frozenset[int], known: Words
) -> Iterator[int]:
    """Cuts by a mark or by a word, whatever the lengths."""
    awaited: frozenset[str] = frozenset()
    inside = bound = before = 0
    for place, word in enumerate(words):
        marked = _is_marked(text, before, word.start, enclosing)
        told = place > bound and _ends(words, place, known.after)
        subordinate = _begins(words, place, known.before)
        if (
            place == 0
            or (marked and not (place == 1 and words[0].key.isdigit()))
            or (place >= inside and (told or subordinate))
            or (place >= inside and _is_content(words, place, awaited, known))
            or any(() in known.after.get(form, ()) for form in word.forms[1:])  # وأن
        ):
            yield place
        if marked or told or (place and words[place - 1].key in awaited):
            awaited = frozenset()
        for form in word.forms:
            awaited |= known.governed.get(form, frozenset())
        bound = max(bound, place + subordinate)
        inside = max(inside, place + max(subordinate, _begins(words, place, known.joining)))
        before = word.end


def _is_marked(text: str, start: int, end: int, enclosing: frozenset[int]) -> bool:
    between = range(start, end)
    return bool(_CUTTING.search(text, start, end)) or any(at in enclosing for at in between)


def _is_content(words: Sequence[Word], place: int, awaited: frozenset[str], known: Words) -> bool:
    """Whether here begins what a verb of saying before it told to expect, or a relative clause."""
    if words[place].key in known.that:
        return words[place].key not in awaited
    if words[place - 1].key in awaited:
        return words[place].key not in known.after
    return words[place].key[:1] in awaited and len(words[place].key) >= LONG_ATTACHED


def _joints(words: Sequence[Word], first: int, following: int, known: Words) -> Iterator[int]:
    """`first`, and the cuts on both sides of a conjunction between two clauses."""
    yield first
    place = first
    while place < following - 1:
        length = _begins(words, place, known.joining)
        room = following - place - length
        if length and ((place == first and room > 0) or min(place - first, room) >= CLAUSE):
            if place > first:
                yield place
            first = place = place + length
            yield first
        else:
            place += 1


def _parts(words: Sequence[Word], first: int, following: int, known: Words) -> Iterator[int]:
    """`first`, and the weaker cuts of a piece that is long."""
    yield first
    if following - first <= LONG:
        return
    for place in range(first + LEAST, following - LEAST + 1):
        weak, led = (_is_weak(word, known) for word in (words[place], words[place - 1]))
        if weak and not led and place - first >= LEAST:
            yield place
            first = place


def _long_enclosures(words: Sequence[Word], marks: Mapping[int, int]) -> frozenset[int]:
    """The marks of the quotations and brackets that hold more than a name."""
    starts = [word.start for word in words]

    def held(mark: int) -> int:
        return abs(bisect_left(starts, marks[mark]) - bisect_left(starts, mark))

    return frozenset(mark for mark in marks if held(mark) >= LONG_ENCLOSURE)


def _begins(words: Sequence[Word], place: int, phrases: Phrases) -> int:
    """How many words the longest phrase has that begins at this place; 0 without one."""
    return max(
        (
            1 + len(rest)
            for form in words[place].forms
            for rest in phrases.get(form, ())
            if _are(words[place + 1 : place + 1 + len(rest)], rest)
        ),
        default=0,
    )


def _ends(words: Sequence[Word], place: int, phrases: Phrases) -> bool:
    """Whether a phrase, given backwards, ends before this place."""
    return place > 0 and any(
        _are(words[max(0, place - 1 - len(rest)) : place - 1][::-1], rest)
        for form in words[place - 1].forms
        for rest in phrases.get(form, ())
    )


def _are(words: Sequence[Word], keys: Sequence[str]) -> bool:
    return len(words) == len(keys) and all(map(_is, words, keys))


def _is(word: Word, key: str) -> bool:
    return key in word.forms


def _forms(word: str, known: Words) -> Iterator[str]:
    """The word, what stands before its apostrophe, and the word without what is written onto it."""
    yield word
    if "’" in word:
        yield word.partition("’")[0] + "’"
    if word[:1] in known.attached and word not in known.whole:
        yield word[1:]


def _is_weak(word: Word, known: Words) -> bool:
    if not known.weak.isdisjoint(word.forms):
        return True
    attached = word.key[:1] in known.attached and word.key not in known.whole
    return attached and len(word.key) >= LONG_ATTACHED and not word.key[1:].startswith("ال")
