"""The bytes of each format, from rows: what a cell may hold, and what a reader gets back."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.agreement import figures
from annotate.formats import FILES, FORMATS, archive, documents, jsonlines, spreadsheet, tables
from annotate.formats.agreement import as_data
from annotate.formats.dataset import Dataset, Written, as_line, rows_file
from annotate.formats.raw import runs

COLUMNS = ("release", "quote", "start", "spans", "source_chain", "x_number")
AWKWARD = [
    "",
    'a "quoted" word, and a comma',
    "two\r\nlines",
    "an old Mac's\rline",
    "no-break\u00a0space, line\u2028separator, next\u0085line",
    "🚩 👩🏽‍🚒",
    "قَالَ المُتَحَدِّثُ ــ \u200fنعم\u200e",
    "=1+1",
    " leading and trailing ",
]


def row(quote: str, /, **more: Any) -> dict[str, Any]:
    chain = [{"id": "1", "name": "Le Monde", "kind": "media"}, {"id": "2", "name": "A, B"}]
    plain = {"spans": [[0, 4], [6, 9]], "source_chain": chain, "x_number": None}
    return {"release": "1.0.0", "quote": quote, "start": 0, **plain, **more}


def dataset(folder: Path, *rows: dict[str, Any]) -> Dataset:
    for kind in ("annotations", "articles", "raw", "sentences"):
        rows_file(folder, kind).write_bytes(b"".join(map(as_line, rows)))
    return Dataset(
        rows_folder=folder,
        folder=folder,
        columns=COLUMNS,
        release={"version": "1.0.0"},
        created={"created_at": "2025-11-03T09:30:00Z", "created_by": None},
        codebook=b'{"name":"c"}',
        guidelines="",
        sources=[],
        claims=[],
        agreement=as_data(figures([], scales=())),
    )


def written(writer: Any, contents: Dataset) -> bytes:
    stream = io.BytesIO()
    writer(stream, contents)
    return stream.getvalue()


def read_table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_a_table_gives_every_text_back(tmp_path: Path) -> None:
    data = written(tables.write_annotations, dataset(tmp_path, *map(row, AWKWARD)))
    assert [it["quote"] for it in read_table(data)] == AWKWARD


def test_json_lines_give_every_text_back(tmp_path: Path) -> None:
    data = written(jsonlines.write_annotations, dataset(tmp_path, *map(row, AWKWARD)))
    assert [json.loads(line)["quote"] for line in data.split(b"\n")[:-1]] == AWKWARD


def test_one_document_gives_every_text_back(tmp_path: Path) -> None:
    data = written(documents.write_dataset, dataset(tmp_path, *map(row, AWKWARD)))
    assert [it["quote"] for it in json.loads(data)["annotations"]] == AWKWARD


def test_one_document_without_rows_is_a_document(tmp_path: Path) -> None:
    assert json.loads(written(documents.write_dataset, dataset(tmp_path)))["annotations"] == []


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("quote", None, ""),
        ("start", 0, "0"),
        ("spans", [[0, 4], [6, 9]], "[[0,4],[6,9]]"),
        ("source_chain", [], ""),
        ("source_chain", [{"name": "Le Monde"}, {"name": "الجزائر"}], "Le Monde > الجزائر"),
        ("x_number", 3.5, "3.5"),
        ("x_number", ["a", "b"], '["a","b"]'),
    ],
)
def test_a_cell_is_text_digits_names_or_json(
    tmp_path: Path, column: str, value: object, cell: str
) -> None:
    data = written(tables.write_annotations, dataset(tmp_path, row("q", **{column: value})))
    assert read_table(data)[0][column] == cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_gets_no_formula_and_the_table_stays_as_it_is(
    tmp_path: Path, start: str
) -> None:
    contents = dataset(tmp_path, row(f"{start}cmd"))
    (excel,) = read_table(written(spreadsheet.write_annotations, contents))
    (plain,) = read_table(written(tables.write_annotations, contents))
    assert (excel["quote"], plain["quote"]) == (f"'{start}cmd", f"{start}cmd")


def test_only_the_spreadsheet_has_a_bom(tmp_path: Path) -> None:
    contents = dataset(tmp_path, row("ق"))
    assert written(spreadsheet.write_annotations, contents).startswith(b"\xef\xbb\xbfrelease")
    assert written(tables.write_annotations, contents).startswith(b"release")


def test_a_table_ends_each_record_in_crlf_and_keeps_the_texts_own_line_ends(
    tmp_path: Path,
) -> None:
    data = written(tables.write_annotations, dataset(tmp_path, row("a\nb"), row("c\r\nd")))
    first, second = data.split(b"\r\n1.0.0,")[1:]
    assert first.startswith(b'"a\nb"')
    assert second.startswith(b'"c\r\nd"')
    assert data.endswith(b"\r\n")


def test_an_archive_is_the_same_bytes_in_whatever_order_files_were_made(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"b" * 1000)
    (tmp_path / "a.txt").write_bytes(b"a")
    made = []
    for names in (["a.txt", "b.txt"], ["b.txt", "a.txt"]):
        contents = dataset(tmp_path)
        contents.files.extend(
            Written(name, "0" * 64, (tmp_path / name).stat().st_size) for name in names
        )
        made.append((written(archive.write_zip, contents), written(archive.write_sums, contents)))
    assert made[0] == made[1]


def test_what_people_ask_for_by_name_is_a_file_of_the_registry() -> None:
    assert set(FORMATS) == {"csv", "csv-excel", "json", "jsonl", "zip"}
    assert set(FORMATS.values()) <= set(FILES)
    assert [it.suffix for it in FORMATS.values()] == ["csv", "csv", "json", "jsonl", "zip"]


@given(st.sets(st.integers(0, 200)))
def test_runs_hold_the_positions_and_no_others(positions: set[int]) -> None:
    found = runs(sorted(positions))
    assert {position for start, end in found for position in range(start, end)} == positions
    assert all(end < start for (_, end), (start, _) in pairwise(found))
