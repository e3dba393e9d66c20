"""In which direction a language and a sentence are written, and what a script tells of a language.

A sentence has its article's direction, so that a name in Latin letters at its start does not turn
an Arabic sentence around, as the first-strong rule of the Unicode bidirectional algorithm (UAX #9,
P2 and P3) would. Only a sentence without any strong character of that direction runs the other way.
What people write themselves has no article: it runs as most of its letters do.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from .languages import canonical, primary_of
from .quotation import quoted

Direction = Literal["rtl", "ltr"]

_RTL_SCRIPTS = frozenset(
    ["adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa", "yezi"]
)
# fmt: off
_RTL_LANGUAGES = frozenset([
    "ar", "aeb", "acm", "acw", "afb", "ajp", "apc", "apd", "arc", "ars", "ary", "arz", "azb",
    "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "haz", "he", "ks", "lrc",
    "luz", "mzn", "nqo", "pbu", "pnb", "prs", "ps", "pst", "rhg", "sd", "sdh", "skr",
    "syr", "ug", "ur", "yi"
])
# fmt: on
_LANGUAGE_OF_SCRIPT = {
    "armenian": "hy",
    "georgian": "ka",
    "greek": "el",
    "hangul": "ko",
    "hebrew": "he",
    "nko": "nqo",
    "thaana": "dv",
    "thai": "th",
}
"""Scripts, as the names of their letters begin, in which one language is written in the news."""
SAMPLE = 2000
"""By so many characters of its beginning it is told in what script an article is written."""
_STRONG: dict[Direction, frozenset[str]] = {
    "rtl": frozenset(["R", "AL"]),
    "ltr": frozenset(["L"]),
}


def direction_of_language(language: str) -> Direction:
    """The direction of a BCP 47 tag, by its script subtag if it has one (`ha-Arab`: "rtl").

    A tag that is empty or not known is "ltr".
    """
    primary, *rest = canonical(language).split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script is not None:
        return "rtl" if script.lower() in _RTL_SCRIPTS else "ltr"
    return "rtl" if primary in _RTL_LANGUAGES else "ltr"


def sentence_direction(text: str, article_direction: Direction) -> Direction:
    """The article's direction, unless all strong characters of the sentence run the other way.

    A sentence without strong characters (a number, a date) has the article's direction.
    """
    other: Direction = "ltr" if article_direction == "rtl" else "rtl"
    classes = set(map(unicodedata.bidirectional, text))
    if classes.isdisjoint(_STRONG[article_direction]) and not classes.isdisjoint(_STRONG[other]):
        return other
    return article_direction


def prevailing_direction(text: str, otherwise: Direction) -> Direction:
    """The direction of most strong characters of a person's own words.

    What stands between quotation marks says nothing of the words around it, and counts only where
    they leave it open; `otherwise` is the answer where nothing tells.
    """
    for part in ("".join(_own_words(text)), text):
        classes = [unicodedata.bidirectional(character) for character in part]
        rtl, ltr = (sum(each in _STRONG[way] for each in classes) for way in ("rtl", "ltr"))
        if rtl != ltr:
            return "rtl" if rtl > ltr else "ltr"
    return otherwise


def _own_words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        at = 0
        for start, end in quoted(line, 0, len(line)):
            yield line[at:start]
            at = end
        yield line[at:]


def language_of_script(text: str) -> str:
    """The language of a text whose letters are all of a script that tells it; else ''.

    Letters of Latin, Arabic or Cyrillic script tell none.
    """
    scripts = set() if text.isascii() else {_script(it) for it in set(text) if it.isalpha()}
    return _LANGUAGE_OF_SCRIPT.get(scripts.pop(), "") if len(scripts) == 1 else ""


def language_within(article: str, language: str, sentence: str) -> str:
    """The language of a sentence that runs as its article does: the article's, unless its script
    tells another.

    Where most of the article is in this script, too, it is what the article's language is written
    in (Yiddish in Hebrew letters), and tells nothing.
    """
    told = language_of_script(sentence)
    if not told or told == primary_of(language):
        return language
    scripts = Counter(map(_script, filter(str.isalpha, article[:SAMPLE])))
    ((script, _letters),) = scripts.most_common(1)
    return language if _LANGUAGE_OF_SCRIPT.get(script) == told else told


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """The script of a letter, as its name begins."""
    return unicodedata.name(letter, "").partition(" ")[0].lower()
