"""Articles from `.txt`, `.csv` and `.jsonl` files.

A row that breaks a rule becomes a `Problem` and the other rows go in. Texts stay as they are.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import Literal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from annotate.domain import DomainError
from annotate.domain.decoding import (
    ARTICLE_FIELDS,
    Decoded,
    DecodingError,
    HeadError,
    Precision,
    check_characters,
    check_text,
    parse_published,
    split_head,
    to_text,
)

LENGTHS = {
    "external_id": 200,
    "title": 500,
    "language": 35,
    "publisher": 200,
    "author_name": 200,
    "url": 2000,
}
COLUMNS = (*ARTICLE_FIELDS, "text")
DELIMITERS = (",", ";", "\t")
ENCODING_NAMES = {
    "cp1256": "Windows-1256",
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
    "cp1254": "Windows-1254",
}

LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_WHITE_SPACE = re.compile(r"\s")

# The limit is one for the process and 131,072 by default, which cuts long articles off.
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """An article as a file holds it; '' (no date: None) where the file says nothing.

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
    published_precision: Precision | Literal[""] = ""
    licence_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file, a row or a field was not read; `message` is written for the user.

    `row` counts as in `ArticleDraft` and is None where the whole file is meant; `field` is '' where
    no field is.
    """

    file: str
    row: int | None
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: the articles that are in order, and the problems of the others."""

    articles: list[ArticleDraft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class RowError(Exception):
    """Why a row or one of its fields cannot be read; its message is for the user."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Pairs(tuple[tuple[str, object], ...]):
    """An object of JSON as it is written, with keys that stand in it twice: the hook for `json`."""

    __slots__ = ()


Rows = Iterator[tuple[int | None, Mapping[str, object] | RowError]]


def read_articles(
    name: str, data: bytes, *, encoding: str | None = None, most: int | None = None
) -> Reading:
    """Read the file called `name`, whose ending says how; never raises for what the file holds.

    After `most` rows no more is read.
    """
    reading = Reading()
    rows = _READERS.get(PurePath(name).suffix.lower())
    if rows is None:
        message = _("This file is not read here. Articles come in .txt, .csv and .jsonl files.")
        reading.problems.append(Problem(file=name, row=None, field="", message=message))
        return reading
    try:
        decoded = to_text(data, encoding=encoding, judged=partial(_texts, rows))
        for row, values in islice(rows(decoded.text), most):
            _read_row(reading, name, row, values, decoded)
    except HeadError as error:
        reading.problems.append(_problem(name, None, "", error))
    except DecodingError as error:
        reading.problems.append(_problem(name, None, "", error))
    if not reading.articles and not reading.problems:
        message = _("The file holds no article.")
        reading.problems.append(Problem(file=name, row=None, field="", message=message))
    return reading


def read_values(values: Mapping[str, object]) -> Reading:
    """Read one article as a line of a `.jsonl` file gives it."""
    reading = Reading()
    try:
        known: Mapping[str, object] | RowError = object_values(Pairs(values.items()))
    except RowError as fault:
        known = fault
    _read_row(reading, "", None, known, Decoded("", "utf-8", guessed=False))
    return reading


def encoding_name(encoding: str) -> str:
    """The encoding as people know it."""
    return ENCODING_NAMES.get(encoding, encoding.upper())


def _texts(rows: Callable[[str], Rows], whole: str) -> str:
    """The texts of the articles in it; all of it where none is found."""
    try:
        found = [values.get("text") for _row, values in rows(whole) if isinstance(values, Mapping)]
    except HeadError:
        return whole
    return "\n".join(text for text in found if isinstance(text, str)) or whole


def _txt_rows(text: str) -> Rows:
    fields, body = split_head(text)
    yield None, {**fields, "text": body}


def _jsonl_rows(text: str) -> Rows:
    # Not `splitlines`: U+2028 and its like may stand inside a JSON string.
    for row, line in enumerate(io.StringIO(text, newline="\n"), start=1):
        if line.strip():
            try:
                yield row, _json_object(line.removesuffix("\n"))
            except RowError as refusal:
                yield row, refusal


def _json_object(line: str) -> Mapping[str, object]:
    try:
        value = json.loads(line, object_pairs_hook=Pairs)
    except (ValueError, RecursionError) as error:
        column = error.colno if isinstance(error, json.JSONDecodeError) else 1
        message = _("This line is not JSON: it breaks at character %(column)s.")
        raise RowError(message % {"column": column}) from error
    if not isinstance(value, Pairs):
        raise RowError(_("This line is not a JSON object {…}. Write one article a line."))
    return object_values(value)


def object_values(pairs: Pairs) -> Mapping[str, object]:
    """The values of an object by its keys; else `RowError`."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise RowError(_("This line names a key twice."))
    for key in values:
        if key not in COLUMNS:
            raise _unknown_column(key)
    return values


def csv_rows(text: str) -> Rows:
    """The rows of a table whose cells stand between commas, semicolons or tabs."""
    return table_rows(_csv_records(text))


def _csv_records(text: str) -> Iterator[Sequence[object] | RowError]:
    try:
        yield from csv.reader(
            io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True
        )
    except csv.Error:
        message = _(
            "The quotation marks of this row do not fit (RFC 4180), so that its end is unknown. "
            "This row and those after it were not read."
        )
        yield RowError(message)


def table_rows(records: Iterator[Sequence[object] | RowError]) -> Rows:
    """The rows of a table by the columns that its first record names; one that is empty is none."""
    header = next(records, [])
    if isinstance(header, RowError):
        yield 1, header
        return
    columns = _columns(header)
    if faults := _header_faults(columns):
        yield from ((1, fault) for fault in faults)
        return
    for row, cells in enumerate(records, start=2):
        if isinstance(cells, RowError):
            yield row, cells
        elif cells:
            yield row, _record(columns, cells)


def _delimiter(text: str) -> str:
    """Return the delimiter under which the header has most known columns."""
    header = text.partition("\n")[0].partition("\r")[0]

    def known(delimiter: str) -> int:
        columns = _columns(next(csv.reader([header], delimiter=delimiter), []))
        return len(set(columns) & set(COLUMNS))

    return max(DELIMITERS, key=known)


def _columns(cells: Sequence[object]) -> list[str]:
    return ["" if cell is None else str(cell).strip().lower() for cell in cells]


def _header_faults(columns: list[str]) -> list[RowError]:
    named = [column for column in columns if column]
    faults = [_unknown_column(column) for column in named if column not in COLUMNS]
    if len(set(named)) < len(named):
        faults.append(RowError(_("The header names a column twice.")))
    if "text" not in named:
        faults.append(RowError(_("The header has no column “text”."), field="text"))
    return faults


def _record(columns: list[str], cells: Sequence[object]) -> Mapping[str, object] | RowError:
    if len(cells) != len(columns):
        message = _(
            "This row has %(cells)s cells, the header %(columns)s. A cell that holds the delimiter "
            "or a line break stands in quotation marks."
        )
        return RowError(message % {"cells": len(cells), "columns": len(columns)})
    values = list(zip(columns, cells, strict=True))
    if any(cell not in (None, "") for column, cell in values if not column):
        return RowError(_("A cell of this row stands in a column that has no name in the header."))
    return {column: cell for column, cell in values if column}


def _unknown_column(column: str) -> RowError:
    shown = column[:40].encode("utf-8", "replace").decode()
    message = _("“%(column)s” is not read here. What is read is called: %(known)s.")
    return RowError(message % {"column": shown, "known": ", ".join(COLUMNS)}, field=shown)


def _read_row(
    reading: Reading,
    name: str,
    row: int | None,
    values: Mapping[str, object] | RowError,
    decoded: Decoded,
) -> None:
    if isinstance(values, RowError):
        reading.problems.append(_problem(name, row, values.field, values))
        return
    fields: dict[str, str] = {}
    faults: list[Problem] = []
    for column in COLUMNS:
        try:
            fields[column] = _checked(column, values.get(column))
        except (RowError, DomainError) as fault:
            faults.append(_problem(name, row, column, fault))
    if faults:
        reading.problems.extend(faults)
        return
    published, precision = _published(fields.pop("published"))
    reading.articles.append(
        ArticleDraft(
            file=name,
            row=row,
            encoding=decoded.encoding,
            guessed=decoded.guessed,
            published=published,
            published_precision=precision,
            **fields,
        )
    )


def _checked(column: str, value: object) -> str:
    """Return the value of a column: a text as it is, any other without outer white space."""
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise RowError(_("This must be text."))
    if column == "text":
        check_text(value)
        return value
    check_characters(value)
    value = value.strip()
    if len(value) > LENGTHS.get(column, len(value)):
        raise RowError(_("This is longer than %(limit)s characters.") % {"limit": LENGTHS[column]})
    if value and column in _CHECKS:
        _CHECKS[column](value)
    return value


def _published(value: str) -> tuple[date | None, Precision | Literal[""]]:
    return parse_published(value) if value else (None, "")


def _check_language(value: str) -> None:
    if not LANGUAGE_TAG.fullmatch(value):
        raise RowError(_("This is not a language tag such as ar, fr or pt-BR."))


def _check_url(value: str) -> None:
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or _WHITE_SPACE.search(value):
        raise RowError(_("This is not an address that begins with http:// or https://."))


def _problem(name: str, row: int | None, column: str, fault: RowError | DomainError) -> Problem:
    message = str(fault)
    if isinstance(fault, DomainError):
        message = _(fault.template) % fault.params
    return Problem(file=name, row=row, field=column, message=message)


_READERS = {".txt": _txt_rows, ".csv": csv_rows, ".jsonl": _jsonl_rows}
SUFFIXES = tuple(_READERS)
_CHECKS = {"language": _check_language, "url": _check_url, "published": parse_published}
