"""Folding for matching and search: the same word however it was typed, with a map back.

Arabic loses its short vowels (U+064B–U+0652, U+0670) and tatweel, and أ إ آ ٱ become ا, ى becomes
ي, ة becomes ه. Latin loses accents, ligatures and letter forms, Cyrillic ё becomes е. Capitals,
directional marks and zero-width characters go, Arabic-Indic digits become ASCII digits, and white
space of any kind and length becomes one space. A letter typed with separate marks folds like the
composed one. ؤ and ئ, «ال» and punctuation stay. Folding twice changes nothing.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

_HARAKAT = "\u064b-\u0652\u0670"
_TATWEEL = "\u0640"
_INVISIBLE = "\0\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_WHITE_SPACE = re.compile(r"(\s+)")
_SPACES = re.compile("  +")  # between them stood a word of which nothing is left
_LONGEST_WORD = 40  # characters; what is longer is not kept
_DROPPED = re.compile(f"[{_HARAKAT}{_TATWEEL}{_INVISIBLE}]")

_HAMZA_AND_MADDA = "\u0653\u0654\u0655"
_DIAERESIS = "\u0308"
_ALEF = "\N{ARABIC LETTER ALEF}"
_IE = "\N{CYRILLIC SMALL LETTER IE}"
_LETTERS = str.maketrans("ٱىة٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "ايه01234567890123456789")


def fold(text: str) -> str:
    """Return `text` folded for matching."""
    folded = "".join(
        [
            _fold_word(part) if len(part) <= _LONGEST_WORD else fold_with_map(part)[0]
            for part in _WHITE_SPACE.split(text)
        ]
    )
    return _SPACES.sub(" ", folded) if "  " in folded else folded


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """Return folded text and, for each folded character and the end, its offset in `text`.

    The span `[index[a], index[b])` of `text` is what `folded[a:b]` came from, with the marks that
    belong to its last letter. Characters that one letter became (`ﬁ` → `fi`) share its offset.
    """
    folded: list[str] = []
    index: list[int] = []
    for start, end in _clusters(text):
        letters = _fold_cluster(text[start:end])
        if letters == " " and folded and folded[-1] == " ":
            continue
        folded.extend(letters)
        index.extend([start] * len(letters))
    index.append(len(text))
    return "".join(folded), index


def search_key(text: str) -> str:
    """Return the key under which a name or alias is stored: folded, without outer white space."""
    return fold(text).strip()


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return the spans of the letters with the marks and invisible characters that follow them.

    White space takes none with it, so that a run of it can become one space.
    """
    starts = [
        at
        for at, character in enumerate(text)
        if at == 0 or not _follows(character) or text[at - 1].isspace()
    ]
    return list(pairwise([*starts, len(text)]))


@lru_cache(maxsize=4096)
def _follows(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or bool(_DROPPED.match(character))


@lru_cache(maxsize=8192)
def _fold_word(word: str) -> str:
    return fold_with_map(word)[0]


@lru_cache(maxsize=65536)
def _fold_cluster(cluster: str) -> str:
    kept = _DROPPED.sub("", cluster)
    if kept.isspace():
        return " "
    compatible = unicodedata.normalize("NFKD", kept)
    decomposed = compatible if _is_latin(compatible[:1]) else unicodedata.normalize("NFD", kept)
    letters = unicodedata.normalize("NFD", decomposed.casefold()).translate(_LETTERS)
    return unicodedata.normalize("NFC", _without_accents(letters))


def _without_accents(letters: str) -> str:
    kept = []
    base = ""
    for character in letters:
        if unicodedata.category(character)[0] != "M":
            base = character
        elif _is_accent(base, character):
            continue
        kept.append(character)
    return "".join(kept)


def _is_accent(base: str, mark: str) -> bool:
    return (
        _is_latin(base)
        or (base == _ALEF and mark in _HAMZA_AND_MADDA)
        or (base == _IE and mark == _DIAERESIS)
    )


@lru_cache(maxsize=4096)
def _is_latin(character: str) -> bool:
    return bool(character) and unicodedata.name(character, "").startswith("LATIN ")
