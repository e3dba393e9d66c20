"""CSV: UTF-8 without a BOM, RFC 4180, CRLF, a header; an empty cell is no value."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from io import TextIOWrapper
from typing import Any, BinaryIO

import orjson

from .dataset import Dataset, Row
from .rows import CHAIN_SEPARATOR, SENTENCE_COLUMNS

Cell = str | int


def write_annotations(stream: BinaryIO, dataset: Dataset) -> None:
    write_table(stream, dataset.columns, dataset.rows("annotations"))


def write_sentences(stream: BinaryIO, dataset: Dataset) -> None:
    write_table(stream, SENTENCE_COLUMNS, dataset.rows("sentences"))


def write_table(
    stream: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Row],
    cell: Callable[[str, Any], Cell] | None = None,
) -> None:
    """Write rows by column; `cell` turns a value into what stands in its cell."""
    to_cell = cell or as_cell
    text = TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([to_cell(column, row[column]) for column in columns] for row in rows)
    text.detach()


def as_cell(column: str, value: Any) -> Cell:
    """A string as it is, a whole number in digits; a source chain by names, other lists as JSON."""
    if value is None:
        return ""
    if isinstance(value, str | int):
        return value
    if column == "source_chain":
        return CHAIN_SEPARATOR.join(link["name"] for link in value)
    return orjson.dumps(value).decode()
