"""Articles in and out through django-import-export: the admin's csv, json and xlsx.

Its own formats are not used: they turn CRLF into LF, take JSON objects by position and not by key,
cut long cells of a spreadsheet, and disarm formulas by changing data.
"""

import codecs
import csv
import io
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl
import tablib
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from import_export import resources
from import_export.formats.base_formats import Format
from import_export.results import RowResult
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from ..domain import DomainError
from ..domain.decoding import to_text
from ..errors import WorkflowError
from ..formats.spreadsheet import FORMULA_STARTS, GUARD
from ..models import Article, Project
from ..workflow.intake import Candidate, take_in
from .articles import COLUMNS
from .candidates import candidate_from

SHOWN = 200
LONGEST_CELL = 32_767  # of Excel; openpyxl cuts longer ones without a word
MOST_ROWS = 1_048_576  # of Excel; a file may name a higher row, and openpyxl fills up to it
MOST_UNPACKED = 256 * 1024 * 1024  # a small archive may unpack to any size
UNREADABLE = (BadZipFile, InvalidFileException, LookupError, ParseError, ValueError, zlib.error)


class ReadError(ValueError):
    """A file that cannot be read in the chosen format; the message is for the user."""


class _Format(Format):
    """Bytes to rows and rows to bytes; called binary, so that no line end is touched on the way."""

    title = ""
    extension = ""
    content_type = "application/octet-stream"
    reads = True

    def __init__(self, encoding: str | None = None) -> None:
        """The encoding is that of the file, not one of import-export's."""

    def get_title(self) -> str:
        return self.title

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return self.reads

    def can_export(self) -> bool:
        return True


class CSV(_Format):
    """RFC 4180 in UTF-8; the canonical form."""

    title = extension = "csv"
    content_type = "text/csv; charset=utf-8"

    def create_dataset(self, data: bytes) -> tablib.Dataset:
        rows = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
        try:
            return _dataset(next(rows, []), rows)
        except csv.Error as error:
            raise ReadError(_("The quotation marks of this file do not fit (RFC 4180).")) from error

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows([dataset.headers, *dataset])
        return stream.getvalue().encode()


class SpreadsheetCSV(CSV):
    """CSV to look at in a spreadsheet: a byte order mark, and no cell that is taken for a formula.

    The guard changes data, so this is never read back.
    """

    title = "csv for a spreadsheet"
    reads = False

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        guarded = tablib.Dataset(headers=dataset.headers)
        for row in dataset:
            guarded.append([_guarded(cell) for cell in row])
        return codecs.BOM_UTF8 + super().export_data(guarded)


class JSON(_Format):
    """A list of objects; each is read by its keys, in whatever order they stand."""

    title = extension = "json"
    content_type = "application/json"

    def create_dataset(self, data: bytes) -> tablib.Dataset:
        try:
            found = json.loads(_text(data))
        except (ValueError, RecursionError) as error:
            raise ReadError(_("This file is not JSON.")) from error
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise ReadError(_("This file is not a list of objects [{…}, …]."))
        headers = list(dict.fromkeys(key for row in found for key in row))
        return _dataset(headers, ([row.get(key) for key in headers] for row in found))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return json.dumps(dataset.dict, ensure_ascii=False, indent=1).encode()


class XLSX(_Format):
    """The first sheet of an Excel file. Texts stay texts, also those that begin like a formula."""

    title = extension = "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def create_dataset(self, data: bytes) -> tablib.Dataset:
        try:
            _check_unpacked(data)
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            rows = islice(book.worksheets[0].iter_rows(values_only=True), MOST_ROWS)
            headers = [str(cell) for cell in next(rows, ()) if cell is not None]
            filled = [row[: len(headers)] for row in rows if any(cell is not None for cell in row)]
        except ReadError:
            raise
        except UNREADABLE as error:
            raise ReadError(_("This file is not an Excel file (.xlsx).")) from error
        return _dataset(headers, filled)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        for row in dataset:
            for value in row:
                _check_cell(value)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("articles")
        for row in [dataset.headers, *dataset]:
            sheet.append([_typed_as_text(sheet, value) for value in row])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


class ArticleResource(resources.ModelResource):
    """A row is an article: the fields of its head and `text`. It goes in through the workflow."""

    class Meta:
        model = Article
        fields = COLUMNS
        export_order = COLUMNS
        import_id_fields = ()
        use_transactions = True

    def __init__(self, project: Project | None = None, by: User | None = None) -> None:
        super().__init__()
        self.project = project
        self.by = by
        self.candidate = Candidate(text="")
        self.created = False

    def get_diff_class(self) -> type["_Shown"]:
        return _Shown

    def get_or_init_instance(self, instance_loader: object, row: object) -> tuple[Article, bool]:
        """Whether the article is there already, the workflow says."""
        return Article(), True

    def import_instance(self, instance: Article, row: Mapping[str, Any], **kwargs: Any) -> None:
        values = {column: _as_text(value) for column, value in row.items()}
        try:
            self.candidate = candidate_from(values)
        except WorkflowError as error:
            raise ValidationError(_by_field(error)) from error

    def do_instance_save(self, instance: Article, is_create: bool) -> None:
        assert self.project is not None
        assert self.by is not None
        try:
            taken = take_in(project=self.project, by=self.by, candidate=self.candidate)
        except WorkflowError as error:
            raise ValidationError(_by_field(error)) from error
        self.created = taken.created
        for field in Article._meta.concrete_fields:
            setattr(instance, field.attname, getattr(taken.article, field.attname))

    def after_import_row(
        self, row: Mapping[str, Any], row_result: RowResult, **kwargs: Any
    ) -> None:
        if not self.created:
            row_result.import_type = RowResult.IMPORT_TYPE_SKIP

    def dehydrate_publisher(self, article: Article) -> str:
        return str(article.publisher or "")

    def dehydrate_published(self, article: Article) -> str:
        return article.published_text


class _Shown:
    """What the admin's preview shows of a row: its values, cut, without the colours of a diff.

    Those would need style attributes, which the content security policy forbids.
    """

    def __init__(self, resource: ArticleResource, instance: Article, new: bool) -> None:
        self.article = instance

    def compare_with(self, resource: ArticleResource, instance: Article) -> None:
        self.article = instance

    def as_html(self) -> list[str]:
        shown = {"published": self.article.published_text}
        values = [shown.get(column, getattr(self.article, column)) for column in COLUMNS]
        return [escape(str(value or "")[:SHOWN]) for value in values]


def _dataset(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> tablib.Dataset:
    """The rows under the headers; one that has too many or too few cells is told."""
    dataset = tablib.Dataset(headers=[header.strip().lower() for header in headers])
    for number, row in enumerate(rows, start=2):
        if row and len(row) != len(headers):
            raise ReadError(
                _("Row %(row)s has %(cells)s cells, the header %(columns)s.")
                % {"row": number, "cells": len(row), "columns": len(headers)}
            )
        if row:
            dataset.append(row)
    return dataset


def _text(data: bytes) -> str:
    """The text of UTF-8 or of what a byte order mark names; here nobody could confirm a guess."""
    try:
        decoded = to_text(data)
        return to_text(data, encoding="utf-8").text if decoded.guessed else decoded.text
    except DomainError as error:
        raise ReadError(_(error.template) % error.params) from error


def _as_text(value: object) -> Any:
    """A spreadsheet's number or date as it is written in a text file."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _guarded(cell: object) -> object:
    return GUARD + cell if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _check_unpacked(data: bytes) -> None:
    """Refuse an archive that would fill the memory."""
    with ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise ReadError(_("This Excel file is too large: send its rows as csv."))


def _check_cell(value: str) -> None:
    """Refuse what an Excel file cannot hold; else openpyxl cuts it or breaks off half-way."""
    if len(value) > LONGEST_CELL:
        raise ValueError(
            _("A text has more than %d characters, which no Excel cell holds. Choose csv or json.")
            % LONGEST_CELL
        )
    if ILLEGAL_CHARACTERS_RE.search(value):
        raise ValueError(
            _("A text holds a control character, which Excel does not. Choose csv or json.")
        )


def _typed_as_text(sheet: Any, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _by_field(error: WorkflowError) -> dict[str, list[str]]:
    faults = error.details.get("faults") or [
        {"field": error.details.get("field", "text"), "message": error.message}
    ]
    by_field: dict[str, list[str]] = {}
    for fault in faults:
        by_field.setdefault(fault["field"], []).append(fault["message"])
    return by_field
