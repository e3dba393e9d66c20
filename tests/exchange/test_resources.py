"""Articles through the admin's import and export: csv, json, xlsx."""

import io
import json
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import tablib
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from annotate.exchange.candidates import candidate_from
from annotate.exchange.resources import (
    CSV,
    JSON,
    MOST_UNPACKED,
    XLSX,
    ArticleResource,
    ReadError,
    SpreadsheetCSV,
)
from annotate.models import Article, Event, Project
from annotate.workflow.intake import Candidate, take_in
from tests.patience import be_impatient, be_patient, held_by_others

TEXT = "=1+1 قالت «لوموند»\u00a0إن الهجوم توقف 🚩.\r\nونفى مسؤول ذلك\u0640.\n"
FORMATS = [CSV(), JSON(), XLSX()]
READING = {"SELECT", "DECLARE"}
IMPORT = "/admin/annotate/article/import/"
SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>%s</sheetData></worksheet>"
)


def named(formats: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("form", formats, ids=lambda form: str(form.title))


@pytest.fixture
def written(project: Project, cora: User) -> Article:
    candidate = Candidate(
        text=TEXT, language="ar", title="@cmd", publisher="لوموند", external_id="0012"
    )
    return take_in(project=project, by=cora, candidate=candidate).article


def exported(form: Any) -> Any:
    return form.export_data(ArticleResource().export(Article.objects.all()))


def book_of(*rows: list[Any]) -> bytes:
    """An Excel file with these cells."""
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def rows_of(form: Any, data: bytes) -> list[dict[str, Any]]:
    return [dict(row) for row in form.create_dataset(data).dict]


@named([CSV(), JSON()])
def test_what_is_exported_is_what_is_stored_to_the_last_character(
    written: Article, form: Any
) -> None:
    (row,) = rows_of(form, exported(form))
    assert (row["text"], row["title"], row["external_id"]) == (TEXT, "@cmd", "0012")


@named(FORMATS)
def test_an_export_read_back_changes_nothing(
    written: Article, project: Project, cora: User, form: Any
) -> None:
    take_in(project=project, by=cora, candidate=Candidate(text="One two.", language="en"))
    dataset = form.create_dataset(exported(form))
    result = ArticleResource(project=project, by=cora).import_data(dataset)
    assert not result.has_errors()
    assert not result.has_validation_errors()
    texts = list(Article.objects.order_by("position").values_list("text", flat=True))
    assert texts == [TEXT, "One two."]


PIECES = [
    "قالَ",
    "مـالي",
    "🚩",
    "e\u0301",
    *"\r\n\t \x0c\x01\x1f\x85\u2028\u00a0\u200f\u202e\u2067\ufeff\ufffe\uffff=+-@',;\"_xX0D",
    "\r\n",
    "_x000D_",
    "_x000d",
    "_x005F_",
    "_x0000_",
    "_x000D_x000A_",
    "#N/A",
    "1",
    "<&]]>",
]


@named(FORMATS)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_goes_out_and_in_unchanged(form: Any, pieces: str) -> None:
    text, title = f"{pieces}{'قال ' * 100}{pieces[::-1]}", f"ق{pieces}ق"
    table = tablib.Dataset((title, text), headers=["title", "text"])
    (row,) = rows_of(form, form.export_data(table))
    found = candidate_from({**row, "language": "ar"})
    assert (found.text, found.title) == (text, title)


def test_what_just_fits_into_a_cell_comes_back_whole() -> None:
    for text in ("سطر\r\n" * 6_553, "🚩" * 16_383):
        table = tablib.Dataset((text,), headers=["text"])
        assert rows_of(XLSX(), XLSX().export_data(table))[0]["text"] == text


def test_a_cell_of_excel_is_read_as_excel_shows_it() -> None:
    cells = [["text", "title"], ["a_x000D_\nb_x005F_x000D_c", "_x000D_x000A_ _x41_ _xD8GG_"]]
    (row,) = rows_of(XLSX(), book_of(*cells))
    assert (row["text"], row["title"]) == ("a\r\nb_x000D_c", "\rx000A_ _x41_ _xD8GG_")


def test_a_spreadsheet_is_given_no_formula_in_either_of_its_forms(written: Article) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(exported(XLSX()))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    table = exported(SpreadsheetCSV()).decode()
    assert table.startswith("\ufeffexternal_id,")
    assert ",'@cmd," in table
    assert "\"'=1+1" in table or ",'=1+1" in table


@pytest.mark.parametrize("text", ["w" * 32_768, "🚩" * 16_384])
def test_what_no_cell_holds_is_refused_and_not_cut(project: Project, cora: User, text: str) -> None:
    take_in(project=project, by=cora, candidate=Candidate(text=text, language="en"))
    with pytest.raises(ValueError, match="Choose csv or json"):
        exported(XLSX())


def test_json_objects_are_read_by_their_keys_in_whatever_order(
    project: Project, cora: User
) -> None:
    data = json.dumps(
        [{"text": "One.", "language": "en", "title": "A"}, {"language": "fr", "text": "Deux."}]
    )
    dataset = JSON().create_dataset(data.encode())
    ArticleResource(project=project, by=cora).import_data(dataset, raise_errors=True)
    found = Article.objects.order_by("position").values_list("text", "language")
    assert list(found) == [("One.", "en"), ("Deux.", "fr")]


def test_numbers_and_dates_of_a_spreadsheet_are_read_as_they_would_be_written(
    project: Project, cora: User
) -> None:
    data = book_of(
        ["Text", None, "language", "external_id", "published", "author_name", "publisher", None],
        ["One.", None, "en", 12, date(2024, 10, 5), time(8, 30), timedelta(hours=30), None],
    )
    dataset = XLSX().create_dataset(data)
    ArticleResource(project=project, by=cora).import_data(dataset, raise_errors=True)
    article = Article.objects.get()
    assert (article.external_id, article.published_text) == ("12", "2024-10-05")
    assert (article.author_name, str(article.publisher)) == ("08:30:00", "1 day, 6:00:00")


@pytest.mark.parametrize(
    ("form", "data", "told"),
    [
        (CSV(), "text\nСводка".encode("koi8-r"), "cannot be read as UTF-8"),
        (CSV(), "text\nقالت صحيفة".encode("cp1256"), "cannot be read as UTF-8"),
        (JSON(), b"{", "not JSON"),
        (JSON(), b'[{"text": "\xe9"}]', "cannot be read as UTF-8"),
        (JSON(), b'{"text": "a"}', "not a list of objects"),
        (JSON(), b"[1]", "not a list of objects"),
        (XLSX(), b"PK", "not an Excel file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_why(form: Any, data: bytes, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        form.create_dataset(data)


def send(client: Client, project: Project, data: bytes, form: int = 0) -> Any:
    file = SimpleUploadedFile("articles.csv", data)
    return client.post(IMPORT, {"project": project.pk, "import_file": file, "format": form})


@pytest.fixture
def chief(as_cora: Client, cora: User) -> Client:
    cora.is_staff = cora.is_superuser = True
    cora.save()
    return as_cora


def test_an_import_is_shown_first_and_stores_nothing_until_it_is_confirmed(
    chief: Client, project: Project
) -> None:
    page = send(chief, project, f'text,language\n"{TEXT}",ar\n'.encode())
    assert page.context["result"].totals["new"] == 1
    assert "style=" not in page.content.decode().partition("<h2>Preview</h2>")[2]
    assert not Article.objects.exists()

    sent = page.context["confirm_form"].initial
    done = chief.post("/admin/annotate/article/process_import/", sent, follow=True)
    assert "1 new, 0 updated, 0 deleted and 0 skipped" in done.content.decode()
    assert Article.objects.get().text == TEXT
    assert Event.objects.filter(what="take_in", by__username="cora").count() == 1
    gone = chief.post("/admin/annotate/article/process_import/", sent, follow=True)
    assert "send it again" in gone.content.decode()


@pytest.mark.parametrize("name", ["diary.csv", "../diary.csv", "", "0" * 32])
def test_a_confirmation_names_no_file_but_the_one_that_waits(
    name: str, chief: Client, project: Project, data_dir: Path
) -> None:
    kept = data_dir / "imports" / "diary.csv"
    kept.parent.mkdir()
    kept.write_text("text,language\nDear diary.,en\n")
    (data_dir / "diary.csv").write_bytes(kept.read_bytes())
    sent = {"import_file_name": name, "original_file_name": "x", "format": "0"}
    chief.post(
        "/admin/annotate/article/process_import/", {**sent, "project": project.pk}, follow=True
    )
    assert not Article.objects.exists()
    assert kept.exists()


FAULTY = (
    "text,language,url,published\n"
    "One.,en,,2024\n"
    "\n"
    "Two.,en,ftp://x,someday\n"
    ",en,,\n"
    "Three.,en\n"
    "Four.,zz zz,,\n"
    "Five.,en,,\n"
)


def confirmed(client: Client, page: Any) -> str:
    """What is told after the preview was confirmed as it stands."""
    sent = page.context["confirm_form"].initial
    done = client.post("/admin/annotate/article/process_import/", sent, follow=True)
    return str(done.content.decode())


def test_rows_with_faults_are_told_by_file_row_and_field_and_the_rest_goes_in(
    chief: Client, project: Project
) -> None:
    page = send(chief, project, FAULTY.encode())
    html = " ".join(page.content.decode().split())
    for told in (
        "row 4, <code>url</code>: This is not an address",
        "row 4, <code>published</code>: “someday” is not a date.",
        "row 5, <code>text</code>: The text is empty.",
        "row 6: This row has 2 cells, the header 4.",
        "row 7, <code>language</code>: This is not a language tag",
    ):
        assert f"<li><bdi>articles.csv</bdi>, {told}" in html
    assert "Take in the other 2" in html
    assert not Article.objects.exists()

    told = confirmed(chief, page)
    assert "2 new" in told
    assert "4 rows were left out." in told
    assert set(Article.objects.values_list("text", flat=True)) == {"One.", "Five."}


def test_rows_of_a_spreadsheet_are_counted_as_it_shows_them(
    chief: Client, project: Project
) -> None:
    data = book_of(["text", "language", "title"], ["One.", "en"], [], ["Two.", "zz zz"])
    page = send(chief, project, data, form=2)
    assert [row.number for row in page.context["result"].invalid_rows] == [4]
    assert "1 new" in confirmed(chief, page)


def refusals(client: Client, project: Project, data: bytes, form: int) -> list[Any]:
    page = send(client, project, data, form)
    return [(row.number, row.error_dict) for row in page.context["result"].invalid_rows]


def test_an_object_with_an_unknown_or_a_repeated_key_keeps_no_other_out(
    chief: Client, project: Project
) -> None:
    data = (
        b'[{"text": "One.", "language": "en"}, {"text": "Two.", "label": 1, "language": "en"},'
        b'{"text": "Three.", "text": "3", "language": "en"}, {"language": "en", "text": "Four."},'
        b'{"text": ["Five."]}, {}]'
    )
    page = send(chief, project, data, form=1)
    told = {row.number: row.error_dict for row in page.context["result"].invalid_rows}
    assert "“label” is not read here." in told[2]["label"][0]
    assert told[3] == {NON_FIELD_ERRORS: ["This line names a key twice."]}
    assert told[5] == {"text": ["This must be text."]}
    assert told[6] == {"text": ["The text is empty."]}
    confirmed(chief, page)
    assert set(Article.objects.values_list("text", flat=True)) == {"One.", "Four."}


TWICE = [(1, {NON_FIELD_ERRORS: ["The header names a column twice."]})]
NO_TEXT = [(1, {"text": ["The header has no column “text”."]})]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["text", "Text ", "language"], ["One.", "Two.", "en"]], TWICE),
        ([["language"], ["en"]], NO_TEXT),
        ([[""], ["One."]], NO_TEXT),
        ([["text", "language", ""], ["One.", "en", ""]], []),
    ],
)
def test_a_table_with_a_wrong_header_is_refused_in_the_words_of_the_intake(
    chief: Client, project: Project, rows: list[list[str]], told: list[Any]
) -> None:
    csv_file = "\n".join(map(",".join, rows)).encode()
    assert refusals(chief, project, csv_file, form=0) == told
    assert refusals(chief, project, book_of(*rows), form=2) == told


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_whatever_its_delimiter(
    chief: Client, project: Project, delimiter: str
) -> None:
    data = f'text{delimiter}language\n"One, two;"{delimiter}en\n'.encode()
    assert send(chief, project, data).context["result"].totals["new"] == 1


def test_a_table_is_read_up_to_a_row_whose_quotation_marks_do_not_fit(
    chief: Client, project: Project
) -> None:
    page = send(chief, project, b'text,language\nOne.,en\n"Two.,en\n')
    (row,) = page.context["result"].invalid_rows
    assert (row.number, page.context["result"].totals["new"]) == (3, 1)
    assert "those after it were not read" in row.error_dict[NON_FIELD_ERRORS][0]


@pytest.mark.parametrize("rest", ["", "One.,en\n"])
def test_where_nothing_new_is_left_the_file_is_sent_again_for_the_project_that_was_chosen(
    chief: Client, project: Project, rest: str
) -> None:
    take_in(project=project, by=project.created_by, candidate=Candidate(text="One.", language="en"))
    page = send(chief, project, f"text,language\nTwo.,zz zz\n{rest}".encode())
    html = page.content.decode()
    assert "confirm_form" not in page.context
    assert f'<option value="{project.pk}" selected>' in html
    assert '<option value="0" selected>csv</option>' in html
    assert "Traceback" not in html


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_preview(
    chief: Client, project: Project, django_assert_max_num_queries: Any
) -> None:
    data = "text,language,publisher\nOne.,en,RFI\nOne.,en,rfi\nTwo.,en,a > b\n"
    with django_assert_max_num_queries(60) as asked:
        page = send(chief, project, data.encode())
    assert page.context["result"].totals["new"] == page.context["result"].totals["skip"] == 1
    assert [row.error_dict for row in page.context["result"].invalid_rows] == [
        {"publisher": ["A source’s name may not contain “>”: a > b"]}
    ]
    assert {query["sql"].split()[0] for query in asked.captured_queries} <= READING


@pytest.mark.django_db(transaction=True)
def test_an_import_confirmed_while_others_write_for_long_waits_to_be_confirmed_again(
    chief: Client, project: Project
) -> None:
    page = send(chief, project, b"text,language\nOne.,en\nTwo.,en\n")
    be_impatient()
    with held_by_others(Project.objects.all()):
        sent = page.context["confirm_form"].initial
        busy = chief.post("/admin/annotate/article/process_import/", sent)
    be_patient()
    assert busy.status_code == 503
    assert "2 new" in confirmed(chief, page)


def test_what_is_there_already_is_skipped(
    chief: Client, project: Project, written: Article
) -> None:
    page = send(chief, project, exported(CSV()))
    assert page.context["result"].totals == {**page.context["result"].totals, "new": 0, "skip": 1}


def test_nobody_imports_into_a_project_that_somebody_else_manages(
    chief: Client, project: Project, dan: User
) -> None:
    ports = Project.objects.get(slug="ports")
    page = send(chief, ports, b"text,language\nOne.,en\n")
    assert "Select a valid choice." in page.content.decode()
    sent = {"import_file_name": "x", "original_file_name": "x", "format": "0", "project": ports.pk}
    chief.post("/admin/annotate/article/process_import/", sent)
    assert not Article.objects.exists()


def test_the_export_page_serves_what_may_be_seen(
    chief: Client, project: Project, written: Article, dan: User
) -> None:
    ports = Project.objects.get(slug="ports")
    take_in(project=ports, by=dan, candidate=Candidate(text="Of Dan.", language="en"))
    answer = chief.post("/admin/annotate/article/export/", {"format": "2", "resource": ""})
    assert [row["text"] for row in json.loads(answer.content)] == [TEXT]


def book_with(sheet: bytes) -> bytes:
    """An Excel file with this in the place of its sheet."""
    whole, changed = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(whole)
    with ZipFile(whole) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return changed.getvalue()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (b"<row", "not an Excel file"),
        (b'<row r="x"></row>', "not an Excel file"),
        (b'<row r="1"><c r="A1" t="s"><v>999</v></c></row>', "not an Excel file"),
        (b" " * (MOST_UNPACKED + 1), "too large"),
    ],
    ids=["broken", "no row", "no string", "bomb"],
)
def test_a_damaged_or_hostile_spreadsheet_is_told_why(rows: bytes, told: str) -> None:
    with pytest.raises(ReadError, match=told):
        XLSX().create_dataset(book_with(SHEET % rows))


def test_a_row_of_any_number_is_not_filled_up_to() -> None:
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999999999"><c r="A1"/></row>'
    assert len(XLSX().create_dataset(book_with(SHEET % far))) == 2  # what is wrong with its header
