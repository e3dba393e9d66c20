"""Language tags (BCP 47) in the one form in which they are kept, and which texts a reader of a
language reads.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

CODES = Path(__file__).with_name("language_codes.txt")
_SCRIPT, _REGION, _SINGLETON = 4, 2, 1
"""How long the subtags are that are not in small letters, and the one that begins an extension."""


@lru_cache(maxsize=1024)
def canonical(tag: str) -> str:
    """The tag with the shortest code of its language, its subtags in the case that RFC 5646, §2.1.1
    gives them: `AR` is `ar`, `fra` is `fr`, `pt_br` is `pt-BR`, `ZH-HANT` is `zh-Hant`.

    What is no tag is only written in small letters.
    """
    language, *rest = re.split("[-_]", tag.strip().lower())
    subtags = [_shortest().get(language, language)]
    for place, subtag in enumerate(rest):
        extended = any(len(before) == _SINGLETON for before in rest[:place])
        if len(subtag) == _REGION and not extended:
            subtag = subtag.upper()
        elif len(subtag) == _SCRIPT and subtag.isalpha() and not extended:
            subtag = subtag.title()
        subtags.append(subtag)
    return "-".join(subtags)


def each_once(tags: Iterable[str]) -> list[str]:
    """The tags in the order given, in canonical form."""
    return list(dict.fromkeys(map(canonical, tags)))


def primary_of(tag: str) -> str:
    """The language alone: of `fr-CA`, and of `FRA`, it is `fr`."""
    return canonical(tag).partition("-")[0]


def reads(language: str, tag: str) -> bool:
    """Whether a reader of `language` reads a text in `tag`: in the same, or in a narrower one, as
    `ar-DZ` is to `ar` (basic filtering, RFC 4647, §3.3.1). Both are canonical.
    """
    return tag == language or tag.startswith(f"{language}-")


@cache
def _shortest() -> dict[str, str]:
    """The shortest code of each language by its others."""
    lines = CODES.read_text(encoding="utf-8").splitlines()
    entries = (line.split(" = ") for line in lines if line and not line.startswith("#"))
    return {other: code for code, others in entries for other in others.split(", ")}
