"""The agreed annotations for Excel: a BOM, and no cell that a spreadsheet takes for a formula.

The guard changes data, so this file is for looking at, never for reading back.
"""

from __future__ import annotations

import codecs
from typing import Any, BinaryIO

from .dataset import Dataset
from .tables import Cell, as_cell, write_table

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def write_annotations(stream: BinaryIO, dataset: Dataset) -> None:
    stream.write(codecs.BOM_UTF8)
    write_table(stream, dataset.columns, dataset.rows("annotations"), guarded_cell)


def guarded_cell(column: str, value: Any) -> Cell:
    cell = as_cell(column, value)
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return GUARD + cell
    return cell
