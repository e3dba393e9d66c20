"""Bytes of a file → text as it stands in it, and the optional head of a text file."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from annotate.domain import Refusal

MAX_CHARACTERS = 2_000_000
ARTICLE_FIELDS = (
    "external_id",
    "title",
    "language",
    "publisher",
    "author_name",
    "url",
    "published",
    "licence_note",
)

Precision = Literal["day", "month", "year"]


class DecodingError(Refusal):
    """Bytes or characters that cannot be an article's text.

    `code` is one of `encoding`, `undecodable`, `nul`, `surrogate`, `blank`, `too_long`.
    """

    def __init__(self, code: str, template: str, **params: object) -> None:
        self.code = code
        super().__init__(template, params)


class HeadError(Refusal):
    """A head that breaks a rule in `line`, counted from 1."""

    def __init__(self, line: int, template: str, **params: object) -> None:
        self.line = line
        super().__init__(template, {"line": line, **params})


class DateError(Refusal):
    """A date of publication that is none."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was read in, and whether that was guessed (then ask the user)."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes, *, encoding: str | None = None) -> Decoded:
    """Return the text of one article's bytes, or raise `DecodingError`."""
    raise NotImplementedError


def to_text(data: bytes, *, encoding: str | None = None) -> Decoded:
    """Return the text of bytes without the rules for one article's text."""
    raise NotImplementedError


def check_text(text: str) -> None:
    """Raise `DecodingError` if `text` cannot be the text of an article."""
    raise NotImplementedError


def split_head(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of the optional head and the text after it, or raise `HeadError`."""
    raise NotImplementedError


def parse_published(value: str) -> tuple[date, Precision]:
    """Return the first day and the precision of YYYY, YYYY-MM or YYYY-MM-DD; else `DateError`."""
    raise NotImplementedError
