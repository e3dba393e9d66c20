"""Clause pieces on real news: claims that a person marked before seeing where sentences are cut.

`claims.json` holds, for five news articles that are not in this repository, the spans of each
claim by the guidelines (docs/annotating.md): offsets only, the author's claims apart from those
attributed to somebody.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from statistics import mean, median

import pytest

from annotate.domain.offsets import Span, check_spans
from annotate.domain.segmentation import split
from tests.domain.test_pieces import cut, words_off

HERE = Path(__file__).parent
ARTICLES = HERE.parents[2] / "shared/data/articles"
GOLD = json.loads((HERE / "claims.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="the articles are not here")


def read(file: str) -> str:
    stored = (ARTICLES / file).read_bytes()
    assert sha256(stored).hexdigest() == GOLD[file]["sha256"]
    return stored.decode("utf-8")


def claims(whose: str) -> Iterator[tuple[str, list[Span]]]:
    """The sentence of each claim, and its spans within it."""
    for file, gold in GOLD.items():
        text = read(file)
        sentences = split(text, "ar")
        starts = [sentence.start for sentence in sentences]
        for spans in gold[whose]:
            home = sentences[bisect_right(starts, spans[0][0]) - 1]
            own = [(start - home.start, end - home.start) for start, end in spans]
            yield text[home.start : home.end], own


@pytest.mark.parametrize("whose", ["author", "attributed"])
def test_every_claim_stands_in_its_sentence_and_can_be_stored(whose: str) -> None:
    for sentence, spans in claims(whose):
        quotes = [sentence[slice(*span)] for span in spans]
        assert check_spans(sentence, [list(span) for span in spans], quotes) == tuple(spans)


def test_most_claims_of_the_news_are_some_pieces_exactly() -> None:
    author, attributed = (
        [words_off(sentence, "ar", spans) for sentence, spans in claims(whose)]
        for whose in ("author", "attributed")
    )
    for whose, off in [("author", author), ("attributed", attributed)]:
        print(f"\n{whose}: {told(off)}")  # noqa: T201 - pytest -s shows it
    every = author + attributed
    assert mean(words == 0 for words in every) >= 0.6, told(every)
    assert mean(words <= 1 for words in every) >= 0.75, told(every)


def told(off: list[int]) -> str:
    exact, near = (mean(words <= most for words in off) for most in (0, 1))
    return f"{len(off)} claims, both ends exact {exact:.2f}, at most one word off {near:.2f}"


def test_pieces_of_news_are_few_and_long_enough_to_be_read() -> None:
    cuts = [
        cut(text[sentence.start : sentence.end], "ar")
        for text in map(read, GOLD)
        for sentence in split(text, "ar")
    ]
    numbers = [len(each) for each in cuts]
    length = mean(len(piece.split()) for each in cuts for piece in each)
    print(f"\nmedian {median(numbers)} pieces of {length:.1f} words, {max(numbers)} at most")  # noqa: T201
    assert (median(numbers) <= 12, max(numbers) <= 26, length >= 2.5) == (True, True, True)
