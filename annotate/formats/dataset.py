"""What a release holds, as plain rows that every format reads alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """A finished file of a release."""

    name: str
    sha256: str
    bytes: int

    def as_data(self) -> Row:
        return {"name": self.name, "sha256": self.sha256, "bytes": self.bytes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The contents of one release, ready to be written.

    Rows of which there may be hundreds of thousands stand in files of `rows_folder`, one JSON
    object a line, and are read as often as the formats need. `columns` are the columns of
    annotations, `codebook` is its canonical JSON, `guidelines` is Markdown. `files` are those
    finished so far, in `folder`: what lists or packs files reads them.
    """

    rows_folder: Path
    folder: Path
    columns: tuple[str, ...]
    release: Row
    created: Row
    codebook: bytes
    guidelines: str
    sources: list[Row]
    claims: list[Row]
    agreement: Row
    files: list[Written] = field(default_factory=list)

    def lines(self, kind: str) -> Iterator[bytes]:
        """The rows of a kind as they stand: `annotations`, `articles`, `raw` or `sentences`."""
        with rows_file(self.rows_folder, kind).open("rb") as file:
            yield from file

    def rows(self, kind: str) -> Iterator[Row]:
        return map(orjson.loads, self.lines(kind))


def rows_file(folder: Path, kind: str) -> Path:
    return folder / f"{kind}.jsonl"


def as_line(row: Row) -> bytes:
    """A row as one line of JSON: UTF-8, keys in the row's order, LF."""
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
