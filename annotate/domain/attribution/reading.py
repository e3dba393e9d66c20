"""The word files of the cues: `words/<language>.txt`, which a linguist can read and edit.

A file consists of families:

    [family] role stance certainty type     # what follows # is a comment
    form, form of several words, stem*      # one of them is the cue
    form (next word, next word)             # … only if one of these follows,
    form (… word)                           # … or stands later in the clause,
    form (digit)                            # … or a number follows,
    form (not word)                         # … only if none of these follows,
    form (not … word)                       # … or stands later in the clause,
    form (after word)                       # … only if one of these stands before it,
    form (not after word)                   # … or none of these

Roles are `reporting` (gives words to a source), `unnamed` (a source without a name), `author` (the
author's own voice), `hedge`, `booster`, `number` (makes a number approximate), `negation` and
`question`; without the other words of the heading a cue supports, is certain and indirect. `*`
stands for any letters, in a cue behind its first three. `@name = word, word` names a list for later
lines, and `@name` puts it in. `@prefixes` are the particles that may be written onto a cue; behind
a word of `@unsaid` a reporting verb reports nothing. Everything is folded, so that marks, hamzas
and capitals need not be written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..normalise import search_key
from ..offsets import Span

FOLDER = Path(__file__).parent / "words"
ROLES = ("reporting", "unnamed", "author", "hedge", "booster", "number", "negation", "question")
STANCES = ("supports", "denies", "questions", "reports")
CERTAINTIES = ("certain", "probable", "possible", "unspecified")
TYPES = ("direct", "indirect", "author")

_HEADING = re.compile(r"\[([\w-]+)\]\s*(.*)")
_LIST = re.compile(r"@(\w+)\s*=\s*(.*)")
_CONTEXT = re.compile(r"\(([^)]*)\)")
_MODES = re.compile(r"(not\s+)?(after\s+|…\s*)?(.*)")
_GAP = r"[^\w.،؛:;,!?؟\n]{1,3}"  # between the words of a cue: a space, perhaps a quotation mark
_CLAUSE = r"[^.،؛,;!?؟\n]{0,80}?"
_INSERTED = r"(?:[،,][^.،؛,;!?؟\n]{0,60}[،,][^.،؛,;!?؟\n]{0,40}?)?"  # …, he said on Friday, …
_HEAD = 3
_WORD = re.compile(r"\w+")
_LETTER = r"(?<!\w)"
_END = r"(?!\w)"


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in a text: where, of which family, and what it says unless the reader knows better."""

    span: Span
    family: str
    role: str
    stance: str
    certainty: str
    attribution_type: str


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    role: str
    stance: str
    certainty: str
    attribution_type: str

    def cue(self, span: Span) -> Cue:
        return Cue(span, self.name, self.role, self.stance, self.certainty, self.attribution_type)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a file; `after` and `not_after` are searched in what stands before a match.

    `heads` are the first letters of words with one of which a match begins, so that a text without
    any need not be searched.
    """

    family: Family
    heads: frozenset[str]
    pattern: re.Pattern[str]
    after: re.Pattern[str] | None
    not_after: re.Pattern[str] | None


class CueFileError(ValueError):
    """A word file that cannot be read; the message names the line."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))


@cache
def entries_for(language: str) -> tuple[Entry, ...]:
    if language not in languages():
        return ()
    return read_entries((FOLDER / f"{language}.txt").read_text(encoding="utf-8"))


def read_entries(text: str) -> tuple[Entry, ...]:
    """The entries of a word file. Raises CueFileError."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            reader.read(line.partition("#")[0].strip())
        except ValueError as error:
            raise CueFileError(f"line {number}: {error}") from error
    return tuple(reader.entries)


@dataclass(slots=True)
class _Reader:
    lists: dict[str, list[str]] = field(default_factory=dict)
    family: Family | None = None
    entries: list[Entry] = field(default_factory=list)

    def read(self, line: str) -> None:
        if named := _LIST.fullmatch(line):
            self.lists[named[1]] = self.words(named[2])
        elif heading := _HEADING.fullmatch(line):
            self.family = _family(heading[1], heading[2].split())
        elif line and self.family:
            self.entries.append(self.entry(self.family, line))
        elif line:
            raise ValueError("a form stands before the first heading")

    def words(self, listed: str) -> list[str]:
        """The words of a line, the lists in it put in."""
        found: list[str] = []
        for word in re.split(r"[,،]", listed):
            if word.strip().startswith("@"):
                found.extend(self.lists[word.strip()[1:]])
            elif word.strip():
                found.append(word.strip())
        return found

    def entry(self, family: Family, line: str) -> Entry:
        ahead = ""
        after: list[str] = []
        not_after = self.lists.get("unsaid", [])[:] if family.role == "reporting" else []
        for context in _CONTEXT.findall(line):
            modes = _MODES.fullmatch(context)
            if modes is None or not modes[3]:
                raise ValueError(f"“{context}” is not a condition")
            wanted, mode, words = not modes[1], (modes[2] or "").strip(), self.words(modes[3])
            if mode == "after":
                (after if wanted else not_after).extend(words)
            else:
                gap = rf"{_CLAUSE}{_INSERTED if wanted else ''}{_LETTER}" if mode else _GAP
                ahead += f"(?{'=' if wanted else '!'}{gap}(?:{_any(words)}){_END})"
        forms, prefixes = self.words(_CONTEXT.sub("", line)), self.lists.get("prefixes", [])
        pattern = rf"{_LETTER}(?:{_any(prefixes)})?(?:{_any(forms)}){_END}{ahead}"
        return Entry(
            family,
            frozenset(_head(prefix + form) for form in forms for prefix in ("", *prefixes)),
            re.compile(pattern),
            _behind(after) if after else None,
            _behind(not_after) if not_after else None,
        )


def _family(name: str, words: list[str]) -> Family:
    known = {*ROLES, *STANCES, *CERTAINTIES, *TYPES}
    if strange := [word for word in words if word not in known]:
        raise ValueError(f"“{strange[0]}” is no word for a family")

    def one(choices: tuple[str, ...], default: str) -> str:
        return next((word for word in words if word in choices), default)

    return Family(
        name,
        one(ROLES, "reporting"),
        one(STANCES, "supports"),
        one(CERTAINTIES, "certain"),
        one(TYPES, "indirect"),
    )


def _any(forms: list[str]) -> str:
    """A pattern for one of the forms, the longest first."""
    return "|".join(map(_form, sorted(forms, key=len, reverse=True)))


def heads_of(folded: str) -> set[str]:
    """The first letters of every word of a folded text."""
    return {word[:_HEAD] for word in _WORD.findall(folded)}


def _head(form: str) -> str:
    """The first letters of a form. Raises ValueError where `*` hides one of them."""
    key = search_key(form)
    word = _WORD.match(key)
    if word is None or (len(word[0]) < _HEAD and key[word.end() :].startswith("*")):
        raise ValueError(f"“{form}” begins with too few letters")
    return word[0][:_HEAD]


def _behind(words: list[str]) -> re.Pattern[str]:
    """A pattern for text that ends with one of these words."""
    return re.compile(rf"{_LETTER}(?:{_any(words)}){_GAP}\Z")


def _form(form: str) -> str:
    if form == "digit":
        return r"\d[\d.,٫٬]*"
    return _GAP.join(
        re.sub(r"['’ʼ]", "['’ʼ]", re.escape(word).replace(r"\*", r"\w*"))
        for word in search_key(form).split()
    )
