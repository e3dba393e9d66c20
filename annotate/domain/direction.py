"""In which direction a language and a sentence are written.

A sentence has its article's direction, so that a name in Latin letters at its start does not turn
an Arabic sentence around, as the first-strong rule of the Unicode bidirectional algorithm (UAX #9,
P2 and P3) would. Only a sentence without any strong character of that direction runs the other way.
"""

import re
import unicodedata
from typing import Literal

Direction = Literal["rtl", "ltr"]

_RTL_SCRIPTS = frozenset(
    ["adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa", "yezi"]
)
# fmt: off
_RTL_LANGUAGES = frozenset([
    "ar", "aeb", "acm", "acw", "afb", "ajp", "apc", "apd", "arc", "ars", "ary", "arz", "azb",
    "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "haz", "he", "iw", "ji", "ks", "lrc",
    "luz", "mzn", "nqo", "pbu", "pes", "pnb", "prs", "ps", "pst", "rhg", "sd", "sdh", "skr",
    "syr", "ug", "ur", "yi"
])
# fmt: on
_STRONG: dict[Direction, frozenset[str]] = {
    "rtl": frozenset(["R", "AL"]),
    "ltr": frozenset(["L"]),
}


def direction_of_language(language: str) -> Direction:
    """The direction of a BCP 47 tag, by its script subtag if it has one (`ha-Arab`: "rtl").

    A tag that is empty or not known is "ltr".
    """
    primary, *rest = re.split("[-_]", language.strip().lower())
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script is not None:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
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
