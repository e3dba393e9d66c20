"""From a text to its sentences: first the lines, then the places where the rules end a sentence."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .blocks import Block, Layout, block_of
from .places import Line, Place, places
from .rules import RULES, Rule
from .words import Words, words_for

LINE_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def lines(text: str) -> Iterator[tuple[int, int]]:
    """The lines of a text as half-open spans, without their breaks and outer white space."""
    start = 0
    for end, following in _breaks(text):
        line = text[start:end]
        if inner := line.strip():
            first = start + len(line) - len(line.lstrip())
            yield first, first + len(inner)
        start = following


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    for found in LINE_BREAK.finditer(text):
        yield found.span()
    yield len(text), len(text)


def cut(text: str, words: Words, rules: Sequence[Rule]) -> Iterator[tuple[int, int]]:
    """The sentences of one line, as spans of the line."""
    line = Line(text, words)
    piece = 0
    length = len(text)
    for start, stop, end in places(line):
        if end == length:
            break
        place = Place(line, piece, start, stop, end)
        for rule in rules:
            if (ends := rule(place)) is not None:
                break
        else:
            ends = True
        if ends:
            yield piece, end
            piece = end
            while text[piece].isspace():
                piece += 1
    yield piece, length


def spans(text: str, language: str, *, rules: Sequence[Rule] = RULES) -> list[tuple[int, int]]:
    """The sentences of a text as half-open spans of code points, in order and disjoint.

    No span begins or ends with white space, none crosses a line break, and every character that is
    not white space lies in one. `language` is a BCP 47 tag, or '' for the general rules.
    """
    words = words_for(language)
    return [
        (first + start, first + end)
        for first, last in lines(text)
        for start, end in cut(text[first:last], words, rules)
    ]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its half-open span, its line (blank ones not counted, from 0) and its block."""

    start: int
    end: int
    paragraph: int
    block: Block


def split(text: str, language: str, *, rules: Sequence[Rule] = RULES) -> list[Sentence]:
    """The sentences of an article with the paragraph and the block of each; spans as in `spans`."""
    words = words_for(language)
    found = list(lines(text))
    layout = Layout([text[first:last] for first, last in found], words)
    sentences = []
    for paragraph, (first, _) in enumerate(found):
        block = block_of(layout, paragraph)
        sentences += [
            Sentence(first + start, first + end, paragraph, block)
            for start, end in cut(layout.lines[paragraph], words, rules)
        ]
    return sentences
