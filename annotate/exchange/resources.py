"""Articles in and out through django-import-export: the admin's csv, json and xlsx.

Its own formats are not used: they turn CRLF into LF, take JSON objects by position and not by key,
cut long cells of a spreadsheet, and disarm formulas by changing data.
"""

import codecs
import csv
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
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
from import_export.results import Result, RowResult
from openpyxl.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException

from ..domain import DomainError
from ..domain.decoding import to_text
from ..errors import WorkflowError
from ..formats.spreadsheet import FORMULA_STARTS, GUARD
from ..models import Article, Project
from ..workflow.intake import Candidate, Trial, examine, take_in
from .articles import COLUMNS, Pairs, RowError, csv_rows, object_values, table_rows
from .articles import Rows as FoundRows
from .candidates import candidate_from

SHOWN = 200
LONGEST_CELL = 32_767  # of Excel
MOST_ROWS = 1_048_576  # of Excel; a file may name a higher row, and openpyxl fills up to it
MOST_UNPACKED = 256 * 1024 * 1024  # a small archive may unpack to any size
_CHANGED = r"\x00-\x08\x0b-\x1f\ufffe\uffff"  # by XML: refused, or CR that returns as LF
_NOT_IN_XML = re.compile(f"[{_CHANGED}]|_(?=x[0-9A-Fa-f]{{4}}[_{_CHANGED}])")
_XML_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
UNREADABLE = (BadZipFile, InvalidFileException, LookupError, ParseError, ValueError, zlib.error)


class ReadError(ValueError):
    """A file that cannot be read in the chosen format; the message is for the user."""


class Rows(tablib.Dataset):
    """The rows of a file under the columns of an article.

    `places` tells where each stands: its row as a spreadsheet counts them (the header is row 1), or
    which object of the list it is, from 1. `faults` tells by number, from 1, why one is not read.
    """

    def __init__(self, found: FoundRows) -> None:
        super().__init__(headers=COLUMNS)
        self.places: list[int | None] = []
        self.faults: dict[int, RowError] = {}
        for place, values in found:
            self.places.append(place)
            if isinstance(values, RowError):
                self.faults[len(self.places)] = values
                values = {}
            self.append([values.get(column) for column in COLUMNS])


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
    """RFC 4180 in UTF-8; the canonical form. Read is what a `.csv` file of the intake may hold."""

    title = extension = "csv"
    content_type = "text/csv; charset=utf-8"

    def create_dataset(self, data: bytes) -> Rows:
        return Rows(csv_rows(_text(data)))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        stream = io.StringIO(newline="")
        csv.writer(stream).writerows([dataset.headers, *dataset])
        return stream.getvalue().encode()


class SpreadsheetCSV(CSV):
    """CSV to look at in a spreadsheet: a byte order mark, and no cell that is taken for a formula.

    The guard changes data, so this is never read back.
    """

    reads = False

    def get_title(self) -> str:
        return _("csv for a spreadsheet")

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        guarded = tablib.Dataset(headers=dataset.headers)
        for row in dataset:
            guarded.append([_guarded(cell) for cell in row])
        return codecs.BOM_UTF8 + super().export_data(guarded)


class JSON(_Format):
    """A list of objects; each is read by its keys, in whatever order they stand."""

    title = extension = "json"
    content_type = "application/json"

    def create_dataset(self, data: bytes) -> Rows:
        text = _text(data)
        try:
            found = json.loads(text, object_pairs_hook=Pairs)
        except (ValueError, RecursionError) as error:
            raise ReadError(_("This file is not JSON.")) from error
        if not isinstance(found, list) or not all(isinstance(row, Pairs) for row in found):
            raise ReadError(_("This file is not a list of objects [{…}, …]."))
        return Rows(_objects(found))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return json.dumps(dataset.dict, ensure_ascii=False, indent=1).encode()


class XLSX(_Format):
    """The first sheet of an Excel file. Texts stay texts, also those that begin like a formula.

    A character that XML does not hold, or changes, stands as `_xHHHH_` in a cell, and so does the
    first character of what would else be read as one (ISO/IEC 29500-1, 22.9.2.19, ST_Xstring).
    """

    title = extension = "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def create_dataset(self, data: bytes) -> Rows:
        try:
            _check_unpacked(data)
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            lines = islice(book.worksheets[0].iter_rows(values_only=True), MOST_ROWS)
            rows = Rows(table_rows(_cells(lines)))
        except ReadError:
            raise
        except UNREADABLE as error:
            raise ReadError(_("This file is not an Excel file (.xlsx).")) from error
        return rows

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        for row in dataset:
            for value in row:
                _check_length(value)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("articles")
        for row in [dataset.headers, *dataset]:
            sheet.append([_typed_as_text(sheet, value) for value in row])
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


class ArticleResource(resources.ModelResource):
    """A row is an article: the fields of its head and `text`. It goes in through the workflow.

    Each goes in by itself, and those that are refused stay out. A dry run stores nothing, not even
    to take it back: nobody who saves waits for an import.
    """

    class Meta:
        model = Article
        fields = COLUMNS
        export_order = COLUMNS
        import_id_fields = ()

    def __init__(self, project: Project | None = None, by: User | None = None) -> None:
        super().__init__()
        self.project = project
        self.by = by
        self.trial = Trial(project) if project else None
        self.candidate = Candidate(text="")
        self.created = False
        self.faults: dict[int, RowError] = {}

    def import_data(self, dataset: Rows, *, dry_run: bool = False, **kwargs: Any) -> Result:
        """Take in the rows, or tell what would become of them. What is refused is told by its place
        in the file.
        """
        options = {"raise_errors": False, "collect_failed_rows": False, **kwargs}
        result: Result = self.import_data_inner(
            dataset, dry_run, using_transactions=False, **options
        )
        for row in result.invalid_rows:
            row.number = dataset.places[row.number - 1]
        return result

    def before_import(self, dataset: Rows, **kwargs: Any) -> None:
        self.faults = dataset.faults

    def before_import_row(self, row: object, *, row_number: int, **kwargs: Any) -> None:
        if row_number in self.faults:
            fault = self.faults[row_number]
            told = str(fault)
            raise ValidationError({fault.field: [told]} if fault.field else told)

    def import_row(self, row: object, instance_loader: object, **kwargs: Any) -> RowResult:
        """A fault of ours, or of the database, is none of the row's."""
        result: RowResult = super().import_row(row, instance_loader, **kwargs)
        for fault in result.errors:
            raise fault.error
        return result

    def get_diff_class(self) -> type["_Shown"]:
        return _Shown

    def get_or_init_instance(self, instance_loader: object, row: object) -> tuple[Article, bool]:
        """Whether the article is there already, the workflow says."""
        return Article(), True

    def import_instance(self, instance: Article, row: Mapping[str, Any], **kwargs: Any) -> None:
        try:
            self.candidate = candidate_from(row)
        except WorkflowError as error:
            raise ValidationError(_by_field(error)) from error

    def save_instance(
        self, instance: Article, is_create: bool, row: Mapping[str, Any], **kwargs: Any
    ) -> None:
        try:
            if kwargs["dry_run"]:
                self._try()
            else:
                self._take_in(instance)
        except WorkflowError as error:
            raise ValidationError(_by_field(error)) from error

    def _try(self) -> None:
        """Find out what taking it in would do."""
        assert self.trial is not None
        examined = examine(self.candidate)
        self.candidate = examined.candidate
        self.created = self.trial.is_new(examined)

    def _take_in(self, instance: Article) -> None:
        assert self.project is not None
        assert self.by is not None
        taken = take_in(project=self.project, by=self.by, candidate=self.candidate)
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
        self.candidate = resource.candidate

    def compare_with(self, resource: ArticleResource, instance: Article) -> None:
        self.candidate = resource.candidate

    def as_html(self) -> list[str]:
        dated = Article(
            published=self.candidate.published,
            published_precision=self.candidate.published_precision,
        )
        shown = {"published": dated.published_text}
        values = [shown.get(column, getattr(self.candidate, column)) for column in COLUMNS]
        return [escape(str(value or "")[:SHOWN]) for value in values]


def _text(data: bytes) -> str:
    """The text of UTF-8 or of what a byte order mark names; here nobody could confirm a guess."""
    try:
        decoded = to_text(data)
        return to_text(data, encoding="utf-8").text if decoded.guessed else decoded.text
    except DomainError as error:
        raise ReadError(_(error.template) % error.params) from error


def _objects(found: list[Pairs]) -> FoundRows:
    for place, pairs in enumerate(found, start=1):
        try:
            yield place, object_values(pairs)
        except RowError as fault:
            yield place, fault


def _cells(lines: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The cells of each row as texts, as many as the header has; none for a row that is empty."""
    width = None
    for line in lines:
        cells = [_as_text(cell) for cell in line]
        while cells and cells[-1] is None and len(cells) != width:
            cells.pop()
        width = len(cells) if width is None else width
        yield cells + [None] * (width - len(cells)) if any(map(_is_filled, cells)) else []


def _is_filled(cell: object) -> bool:
    return cell is not None


def _as_text(value: object) -> object:
    """A spreadsheet's text, number, date or time as it is written in a text file."""
    match value:
        case str():
            return _XML_ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
        case datetime():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case bool():
            return value
        case float() if value.is_integer():
            return str(int(value))
        case int() | timedelta():
            return str(value)
    return value


def _guarded(cell: object) -> object:
    return GUARD + cell if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _check_unpacked(data: bytes) -> None:
    """Refuse an archive that would fill the memory."""
    with ZipFile(io.BytesIO(data)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise ReadError(_("This Excel file is too large: send its rows as csv."))


def _check_length(value: str) -> None:
    """Refuse what no cell holds; Excel counts the units of UTF-16."""
    if len(value.encode("utf-16-le")) > 2 * LONGEST_CELL:
        raise ValueError(
            _("A text has more than %d characters, which no Excel cell holds. Choose csv or json.")
            % LONGEST_CELL
        )


class _TextCell(Cell):
    """A cell of text. openpyxl would count, and cut, what stands for a character as several."""

    __slots__ = ()

    def check_string(self, value: str) -> str:
        return value


def _typed_as_text(sheet: Any, value: str) -> Cell:
    written = _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
    cell = _TextCell(sheet, row=1, column=1, value=written)
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
