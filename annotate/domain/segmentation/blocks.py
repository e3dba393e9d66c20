"""What each line of an article is: a title, date line, by-line, caption, heading, quote or body.

Each rule looks at one line in its `Layout` and says whether the line is such a block. The rules are
asked in the order of `BLOCK_RULES`; the first that says yes names the line, and `body` is what is
left. The head of an article is what stands before its first running line.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from ..normalise import fold
from .places import INVISIBLE, QUOTES, STOPS
from .words import Words

LONGEST_TITLE = 25
LONGEST_HEADING = 12
LONGEST_CAPTION = 25
LONGEST_NAME = 5
LONGEST_DATE_LINE = 16
SHORTEST_PULL_QUOTE, LONGEST_PULL_QUOTE = 8, 45
REPEATED_SHARE = 0.7
# A pair of words in more lines than this says nothing about where a quote comes from.
MOST_LINES_A_PAIR = 8
STRAY_WORDS_IN_DATE_LINE = 2
SHORTEST_RUNNING_LINE = 6

_AFTER_STOP = QUOTES + ")]} \t\xa0\u202f" + INVISIBLE
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_CREDIT_MARKS = frozenset(":-–—/|©")
_UNFINISHED = frozenset(":،,؛;-–")
_QUOTE_SIGN = re.compile(r"[◄►▶◀❝❞⏴⏵]")
_LIST_SIGN = re.compile(r"(?:\d{1,2}\s?[-–.)]|[a-zA-Zأ-ي]\)|[•▪▫■●○◦‣⁃∙·*✓➤–-])(?=\s)")
_NUMERIC_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{2,4}|\d{1,2}\s?[:h]\s?\d{2}(?!\d)")
_PLACE_LINE = re.compile(
    r"[^\W\d]+(?:[ ،,/'’-][ ]?[^\W\d]+\.?){0,3}\s?(?:\([^()]{1,20}\)\s?[-–—:]|[-–—])\s+\S"
)
_PARTICLES = frozenset(["de", "da", "do", "dos", "du", "des", "del", "della", "di", "la", "le"])
_PARTICLES |= frozenset(["el", "al", "bin", "ben", "ibn", "von", "van", "der", "den"])
_PARTICLES |= frozenset(["بن", "ابن", "بنت", "أبو", "آل", "ولد", "پور"])
_AND = frozenset(["and", "et", "y", "e", "и", "ve", "da"])


class Block(StrEnum):
    """The part that a line plays in its article."""

    TITLE = "title"
    DATELINE = "dateline"
    BYLINE = "byline"
    HEADING = "heading"
    CAPTION = "caption"
    LEDE = "lede"
    PULL_QUOTE = "pull_quote"
    LIST_ITEM = "list_item"
    BODY = "body"


class Layout:
    """The non-blank lines of an article, and what the block rules ask about them."""

    def __init__(self, lines: Sequence[str], words: Words) -> None:
        self.lines = lines
        self.words = words
        self.sizes = [len(_WORD.findall(line)) for line in lines]
        self.stops = [line.rstrip(_AFTER_STOP)[-1:] for line in lines]

    def ends_with_stop(self, index: int) -> bool:
        """Whether a stop ends the line, closing marks aside."""
        return self.stops[index] in STOPS and self.stops[index] != ""

    def is_running(self, index: int) -> bool:
        """Whether the line is running text: sentences with their stops, or many words."""
        size = self.sizes[index]
        return size > LONGEST_TITLE or (
            size >= SHORTEST_RUNNING_LINE and self.ends_with_stop(index)
        )

    @cached_property
    def first_running(self) -> int:
        """The first running line that is no headline; the number of lines without one."""
        indexes = range(len(self.lines))
        return next(
            (i for i in indexes if self.is_running(i) and not is_title(self, i)), len(self.lines)
        )

    @cached_property
    def headline(self) -> int:
        """Where the title would stand: the first line that is not a date."""
        return next((i for i in range(len(self.lines)) if not _is_date(self, i)), -1)

    @cached_property
    def folded(self) -> list[list[str]]:
        """The words of each line, folded, without the Arabic «and» in front."""
        return [
            [
                word.removeprefix("و") if len(word) > 2 else word
                for word in _WORD.findall(fold(line))
            ]
            for line in self.lines
        ]

    @cached_property
    def lines_of_pair(self) -> dict[tuple[str, str], list[int]]:
        """The first lines in which two words stand side by side."""
        found: dict[tuple[str, str], list[int]] = {}
        for index, words in enumerate(self.folded):
            for pair in set(pairwise(words)):
                lines = found.setdefault(pair, [])
                if len(lines) < MOST_LINES_A_PAIR:
                    lines.append(index)
        return found

    @cached_property
    def date_words(self) -> frozenset[str]:
        """Folded words of a date line: months, days of the week and what goes with them."""
        words = self.words
        names = [part for name, _ in words.months for part in name.split()]
        return frozenset(map(fold, [*names, *words.weekdays, *words.dates]))

    @cached_property
    def months(self) -> frozenset[str]:
        """Folded words of the names of months."""
        return frozenset(fold(part) for name, _ in self.words.months for part in name.split())

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each line occurs."""
        counts: dict[str, int] = {}
        for line in self.lines:
            counts[line] = counts.get(line, 0) + 1
        return counts


BlockRule = Callable[[Layout, int], bool]


def is_pull_quote(layout: Layout, index: int) -> bool:
    """A quotation sign in front, or nearly all the words of another, longer line again."""
    if _QUOTE_SIGN.match(layout.lines[index].lstrip(INVISIBLE)):
        return True
    if index <= layout.first_running:
        return False
    if not SHORTEST_PULL_QUOTE <= layout.sizes[index] <= LONGEST_PULL_QUOTE:
        return False
    pairs = list(pairwise(layout.folded[index]))
    shared: dict[int, int] = {}
    for pair in pairs:
        for other in layout.lines_of_pair[pair]:
            if layout.sizes[other] > layout.sizes[index]:
                shared[other] = shared.get(other, 0) + 1
    return max(shared.values(), default=0) >= REPEATED_SHARE * len(pairs)


def is_list_item(layout: Layout, index: int) -> bool:
    """A bullet, a dash or a number in front: `• …`, `1- …`."""
    return _LIST_SIGN.match(layout.lines[index].lstrip(INVISIBLE)) is not None


def is_dateline(layout: Layout, index: int) -> bool:
    """Before the running text or at the end: a date or a time, and little else."""
    in_running_text = layout.first_running < index < len(layout.lines) - 1
    return not in_running_text and _is_date(layout, index)


def _is_date(layout: Layout, index: int) -> bool:
    if layout.sizes[index] > LONGEST_DATE_LINE:
        return False
    words = re.findall(r"[^\W\d]+|\d+", fold(layout.lines[index]))
    if not any(word.isdigit() for word in words):
        return False
    dated = not layout.months.isdisjoint(words) or _NUMERIC_DATE.search(layout.lines[index])
    stray = [word for word in words if not word.isdigit() and word not in layout.date_words]
    return bool(dated) and len(stray) <= STRAY_WORDS_IN_DATE_LINE


def is_title(layout: Layout, index: int) -> bool:
    """The first line: without a full stop, or short above a by-line."""
    if index != layout.headline or index + 1 == len(layout.lines):
        return False
    size, stop = layout.sizes[index], layout.stops[index]
    if not 0 < size <= LONGEST_TITLE or stop in _UNFINISHED:
        return False
    if stop in ("؟", "?", "!"):
        return size < max(layout.sizes[index + 1 :])
    if not layout.ends_with_stop(index):
        return not layout.lines[index + 1][0].islower()
    return size <= LONGEST_HEADING and _is_head_matter(layout, index + 1)


def _is_head_matter(layout: Layout, index: int) -> bool:
    if layout.ends_with_stop(index) or layout.stops[index] in _UNFINISHED:
        return False
    return layout.sizes[index] <= LONGEST_NAME or _is_date(layout, index)


def is_caption(layout: Layout, index: int) -> bool:
    """A short line with a credit (`Photo: …`), or one without a stop that stands there twice."""
    line = layout.lines[index]
    if layout.sizes[index] > LONGEST_CAPTION:
        return False
    for word in _WORD.finditer(line):
        mark = line[word.end() : word.end() + 2].lstrip()[:1]
        if mark in _CREDIT_MARKS and word[0].lower() in layout.words.captions:
            return mark == ":" or word.start() == 0
    return layout.counts[line] > 1 and not layout.ends_with_stop(index)


def is_byline(layout: Layout, index: int) -> bool:
    """In the head: `By …`, also under the first paragraph, or a name alone on its line."""
    if index > layout.first_running + 1 or layout.ends_with_stop(index):
        return False
    words = _WORD.findall(layout.lines[index])
    if _is_signed(words, layout.words):
        return True
    return 0 < index <= layout.first_running and _is_name(words, layout.words)


def _is_signed(words: Sequence[str], known: Words) -> bool:
    """`By` and a name: `Par Jeanne Martin`, not `Par ailleurs`."""
    if not 2 <= len(words) <= 2 * LONGEST_NAME or words[0].lower() not in known.bylines:
        return False
    return not words[1][0].islower()


def _is_name(words: Sequence[str], known: Words) -> bool:
    if not 2 <= len(words) <= LONGEST_NAME:
        return False
    if any(not word[0].isalpha() or word in known.continuers for word in words):
        return False
    return all(
        word[0].isupper() or word.lower() in _PARTICLES | _AND
        if word[0].lower() != word[0].upper()
        else word in _PARTICLES or word not in known.frequent
        for word in words
    )


def is_heading(layout: Layout, index: int) -> bool:
    """A short line without a stop, or a short question, above a paragraph.

    The line before it is finished and the next begins no small letter: in a text that is broken
    into lines of equal length, no line is a heading.
    """
    if not 0 < layout.sizes[index] <= LONGEST_HEADING or index + 1 == len(layout.lines):
        return False
    if layout.stops[index] in _UNFINISHED:
        return False
    if layout.lines[index + 1][0].islower():
        return False
    if layout.ends_with_stop(index):
        return layout.stops[index] in "؟?" and layout.sizes[index + 1] > 3 * layout.sizes[index]
    before = index - 1
    return (
        index <= layout.first_running
        or layout.ends_with_stop(before)
        or layout.stops[before] == ":"
        or layout.sizes[before] <= LONGEST_HEADING
        or is_pull_quote(layout, before)
    )


def is_lede(layout: Layout, index: int) -> bool:
    """The first running line, where a place line (`Paris (AFP) - …`) or a by-line follows it."""
    if index != layout.first_running or index + 2 >= len(layout.lines):
        return False
    following = index + 1
    if _PLACE_LINE.match(layout.lines[following]) and layout.is_running(following):
        return not _PLACE_LINE.match(layout.lines[index])
    if layout.is_running(following):
        return False
    signed = _is_signed(_WORD.findall(layout.lines[following]), layout.words)
    return signed and layout.is_running(following + 1)


BLOCK_RULES: tuple[tuple[Block, BlockRule], ...] = (
    (Block.PULL_QUOTE, is_pull_quote),
    (Block.DATELINE, is_dateline),
    (Block.TITLE, is_title),
    (Block.LIST_ITEM, is_list_item),
    (Block.CAPTION, is_caption),
    (Block.BYLINE, is_byline),
    (Block.LEDE, is_lede),
    (Block.HEADING, is_heading),
)


def block_of(layout: Layout, index: int) -> Block:
    """The block of a line: the first rule that says yes, else body."""
    return next((block for block, rule in BLOCK_RULES if rule(layout, index)), Block.BODY)
