"""Articles from `.txt`, `.csv` and `.jsonl` files."""

from dataclasses import dataclass, field
from datetime import date

from annotate.domain.decoding import Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """An article as a file holds it; '' and None where the file says nothing.

    `row` is the line of a `.jsonl` file or the row of a `.csv` file as a spreadsheet counts them
    (the header is row 1); None in a `.txt` file.
    """

    file: str
    row: int | None
    text: str
    encoding: str
    guessed: bool
    external_id: str = ""
    title: str = ""
    language: str = ""
    publisher: str = ""
    author_name: str = ""
    url: str = ""
    published: date | None = None
    published_precision: Precision | None = None
    licence_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file, a row or a field was not read; `message` is written for the user."""

    file: str
    row: int | None
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: the articles that are in order, and the problems of the others."""

    articles: list[ArticleDraft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_articles(name: str, data: bytes, *, encoding: str | None = None) -> Reading:
    """Read a file called `name`; never raises for what the file holds."""
    raise NotImplementedError
