"""Where in a line a sentence may end: the places that the rules judge.

A place is a run of stops (`.`, `?!`, `...`) with the closing marks behind it, before white space.
Finding places takes time linear in the line: brackets, quotation marks and list numbers are looked
at once a line, and only when a rule asks for them.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property

from .words import Words

# Marks without a glyph of their own: directional marks, zero-width characters, byte order mark.
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff" + "".join(
    map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
SPACED_STOPS = ".!?؟…۔"
# Stops of scripts that write no space after them.
UNSPACED_STOPS = "。！？｡"
STOPS = SPACED_STOPS + "‼⁇⁈⁉।॥։።፧၊။។" + UNSPACED_STOPS
QUOTES = "\"”»›’'“«‹‘„」』"
# Reversed quotes are common in Arabic papers: what touches the stop closes, whatever its shape.
CLOSERS = frozenset(QUOTES + ")]}）】" + INVISIBLE)
OPENERS = frozenset(QUOTES + "([{—–-−•*¿¡ \t\xa0\u202f" + INVISIBLE)
LONGEST_BRACKET = 90
LONGEST_ABBREVIATION = 24

_STOPS = frozenset(STOPS)
_SPACES = frozenset(" \xa0\u202f")
_RUN = re.compile(rf"[{STOPS}]++(?:[ \xa0\u202f][{SPACED_STOPS}]++(?=[\s\"”»]|$))*+")
_BRACKET = re.compile(r"[()\[\]]")
_LIST_NUMBER = re.compile(r"(?:(?P<first>^\W{0,4}|:\s{1,2})|\s)(?P<number>\d{1,3})[.)](?=\s)")
_WORD = re.compile(r"[^\W_]+")
_WORD_BEFORE = re.compile(r"[^\s\"“”«»()\[\]/,;:،؛]+$")
_EDGE_OF_WORD = "-–—'’‘¿¡•" + INVISIBLE


class Line:
    """What stands between two line breaks, with what the rules ask about the whole of it."""

    def __init__(self, text: str, words: Words) -> None:
        self.text = text
        self.words = words
        self._first_word = (-1, -1)

    @cached_property
    def brackets(self) -> list[tuple[int, int]]:
        """The outermost pairs `(open, close)` that are short enough to be trusted, in order.

        A closing bracket without its opening one means that the line is typed the wrong way round
        (`علي) ع (`); then no pair is to be trusted. A list mark `a)` at the start is no such sign.
        """
        unclosed: list[int] = []
        pairs: list[tuple[int, int]] = []
        for mark in _BRACKET.finditer(self.text):
            if mark[0] in "([":
                unclosed.append(mark.start())
            elif unclosed:
                start = unclosed.pop()
                if mark.end() - start <= LONGEST_BRACKET:
                    while pairs and pairs[-1][0] > start:
                        pairs.pop()
                    pairs.append((start, mark.start()))
            elif mark.start() > 4:
                return []
        return pairs

    @cached_property
    def straight_quotes(self) -> list[int]:
        """The position of every `"`."""
        return [mark.start() for mark in re.finditer('"', self.text)]

    @cached_property
    def list_numbers(self) -> frozenset[int]:
        """Where the numbers of a list end.

        The first begins the line or follows a colon, the others count on.
        """
        ends = set()
        following = -1
        for match in _LIST_NUMBER.finditer(self.text):
            number = int(match["number"])
            if match["first"] is not None or number == following:
                ends.add(match.end("number"))
                following = number + 1
        return frozenset(ends)

    @cached_property
    def last_word_start(self) -> int:
        """Where the last letter or digit stands; -1 without one."""
        return next((i for i in range(len(self.text) - 1, -1, -1) if self.text[i].isalnum()), -1)

    def first_word_start(self, piece: int) -> int:
        """Where the first letter or digit from `piece` on stands; searched once a piece."""
        if self._first_word[0] != piece:
            found = _WORD.search(self.text, piece)
            self._first_word = (piece, found.start() if found else len(self.text))
        return self._first_word[1]

    def bracket_around(self, position: int) -> tuple[int, int] | None:
        """The trusted pair with `position` between its marks."""
        index = bisect_right(self.brackets, (position, 0)) - 1
        if index >= 0 and self.brackets[index][1] > position:
            return self.brackets[index]
        return None

    def is_closing_quote(self, position: int) -> bool:
        """Whether the straight quote at `position`, with a space on both sides, closes.

        It opens only when those before it are in pairs and one that could close it follows.
        """
        index = bisect_left(self.straight_quotes, position)
        return index % 2 == 1 or index + 1 == len(self.straight_quotes)


class Place:
    """A run of stops `text[start:stop]` with the closing marks `text[stop:end]` behind it.

    `word` touches the run and keeps the stops inside it (`أ.د`, `U.S`); `stopped` is the same in
    small letters where the run is one full stop, so that it may be an abbreviation, and else ''.
    `piece` is where the sentence under way begins, `marks` the stops that decide (those behind the
    closing marks, if there are any: `"Go!".`), `following` where the next text begins behind its
    opening marks and `next_char` its first character ('' at the end of the line).
    """

    __slots__ = (
        "_next_word",
        "closers",
        "end",
        "following",
        "line",
        "marks",
        "next_char",
        "piece",
        "start",
        "stopped",
        "word",
        "words",
    )

    def __init__(self, line: Line, piece: int, start: int, stop: int, end: int) -> None:
        text = line.text
        self.line = line
        self.words = line.words
        self.piece = piece
        self.start = start
        self.end = end
        self.closers = closers = text[stop:end]
        self.marks = text[start:stop]
        found = _WORD_BEFORE.search(text, max(0, start - LONGEST_ABBREVIATION), start)
        self.word = found[0].lstrip(_EDGE_OF_WORD) if found else ""
        if closers and (behind := _RUN.search(closers)):
            self.marks = behind[0]
            self.word = ""
        self.stopped = self.word.lower() if self.marks == "." else ""
        following = end
        length = len(text)
        while following < length and text[following] in OPENERS:
            following += 1
        self.following = following
        self.next_char = text[following : following + 1]
        self._next_word: str | None = None

    @property
    def word_start(self) -> int:
        """Where `word` begins."""
        return self.start - len(self.word)

    @property
    def next_word(self) -> str:
        """The first word behind the place, without marks."""
        if self._next_word is None:
            found = _WORD.match(self.line.text, self.following)
            self._next_word = found[0] if found else ""
        return self._next_word

    @property
    def words_before(self) -> list[str]:
        """The words of the sentence under way just before `word`: a short look back."""
        start = self.word_start
        return self.line.text[max(self.piece, start - 2 * LONGEST_ABBREVIATION) : start].split()


def _closing(line: Line, position: int) -> int:
    """Where the closing marks (and stops among them) that begin at `position` end."""
    text = line.text
    length = len(text)
    end = position
    while end < length:
        char = text[end]
        if char in CLOSERS or (char in _STOPS and end > position):
            end += 1
            continue
        if char not in _SPACES or end + 1 == length or text[end + 1] not in '»›”"':
            break
        behind = text[end + 2 : end + 3]
        if behind and not behind.isspace() and behind not in ".,،؛;:!?؟…":
            break
        if text[end + 1] == '"' and not line.is_closing_quote(end + 1):
            break
        end += 2
    return end


def places(line: Line) -> Iterator[tuple[int, int, int]]:
    """`(start, stop, end)` of each run of stops before white space, from left to right."""
    text = line.text
    length = len(text)
    done = 0
    for run in _RUN.finditer(text):
        start, stop = run.span()
        if start < done:
            continue
        done = end = _closing(line, stop)
        if end < length and not text[end].isspace() and text[stop - 1] not in UNSPACED_STOPS:
            continue
        yield start, stop, end
