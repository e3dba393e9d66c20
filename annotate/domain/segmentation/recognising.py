"""In which language a text is written, by its letters and its commonest words; or that it must ask.

Short texts, mixed texts and languages without a word file give no language rather than a guess.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from .words import Words, languages, words_for

# Shares of the words of a text.
LEAST_SHARE = 0.15
MARGIN = 0.07
LEAST_WORDS = 8
MOST_WORDS = 2000
LEAST_IN_ONE_SCRIPT = 0.6

_WORD = re.compile(r"[^\W\d_]+(?:[\u200c'’-][^\W\d_]+)*")
_SCRIPTS = {
    "arabic": re.compile(r"[\u0620-\u064a\u066e-\u06d3]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "latin": re.compile(r"[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]"),
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """`language`, or None where the text must be asked about; `candidates` best first.

    A candidate is a language and its share: the words of the text that speak for it (common words,
    letters of its own) less those that speak against it, by the number of words.
    """

    language: str | None
    candidates: tuple[tuple[str, float], ...]


def script_of(word: str) -> str | None:
    """`arabic`, `cyrillic` or `latin`, by the first letter."""
    return next((name for name, letters in _SCRIPTS.items() if letters.match(word)), None)


def recognise_language(text: str) -> Recognised:
    """The language that clearly most words of a text speak for, if most are in one script."""
    found = islice(_WORD.finditer(text), MOST_WORDS)
    words = [match[0].lower().replace("’", "'") for match in found]
    if not words:
        return Recognised(None, ())
    shares = {name: _share(words, words_for(name)) for name in languages()}
    candidates = sorted(
        ((name, share) for name, share in shares.items() if share > 0),
        key=lambda candidate: (-candidate[1], candidate[0]),
    )
    in_one_script = max(Counter(map(script_of, words)).values()) >= LEAST_IN_ONE_SCRIPT * len(words)
    clear = in_one_script and len(words) >= LEAST_WORDS and _is_clear(candidates)
    return Recognised(candidates[0][0] if clear else None, tuple(candidates))


def _share(words: Sequence[str], known: Words) -> float:
    """How many of the words speak for the language, less those against it, as a share of all."""
    balance = 0
    for word in words:
        if word in known.frequent:
            balance += 1
        elif word in known.foreign_words or not known.foreign_letters.isdisjoint(word):
            balance -= 1
        elif not known.letters.isdisjoint(word):
            balance += 1
    return round(balance / len(words), 4)


def _is_clear(candidates: Sequence[tuple[str, float]]) -> bool:
    """Whether the first candidate has enough, and enough more than the second."""
    shares = [share for _, share in candidates] + [0.0, 0.0]
    return shares[0] >= LEAST_SHARE and shares[0] - shares[1] >= MARGIN
