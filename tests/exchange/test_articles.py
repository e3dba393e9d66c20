"""Files of articles are read row by row: what is in order goes in, the rest says what is wrong."""

import csv
import io
import json
from datetime import date

import pytest

from annotate.exchange.articles import ArticleDraft, Problem, Reading, read_articles

ARABIC = "قال الوزير:\u00a0«نعم»،\r\nثمّ غادر 🔴."
HEAD = "---\r\nexternal_id: a-1\r\ntitle: عنوان: أول\r\npublished: 2024-10\r\n---\r\n"


def read_csv(*rows: list[str], delimiter: str = ",", encoding: str = "utf-8") -> Reading:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return read_articles("articles.csv", file.getvalue().encode(encoding))


def read_jsonl(*lines: object) -> Reading:
    return read_articles("articles.jsonl", "\n".join(map(json.dumps, lines)).encode())


def only_article(reading: Reading) -> ArticleDraft:
    assert reading.problems == []
    [article] = reading.articles
    return article


def only_problem(reading: Reading) -> Problem:
    assert reading.articles == []
    [problem] = reading.problems
    return problem


@pytest.mark.parametrize("name", ["a.txt", "A.TXT", "week 1/a.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_file_is_one_article_with_its_head(name: str, encoding: str) -> None:
    article = only_article(read_articles(name, (HEAD + ARABIC).encode(encoding)))
    assert article.text == ARABIC
    assert (article.external_id, article.title) == ("a-1", "عنوان: أول")
    assert (article.published, article.published_precision) == (date(2024, 10, 1), "month")
    assert (article.file, article.row, article.url, article.guessed) == (name, None, "", False)


def test_a_text_file_without_a_head_is_all_text() -> None:
    article = only_article(read_articles("a.txt", ARABIC.encode()))
    assert article.text == ARABIC
    assert article.published is None


def test_a_guessed_encoding_is_told() -> None:
    article = only_article(read_articles("a.txt", "وقال الوزير إن مالي".encode("cp1256")))
    assert (article.text, article.encoding, article.guessed) == (
        "وقال الوزير إن مالي",
        "cp1256",
        True,
    )


def test_a_named_encoding_is_taken_for_every_kind_of_file() -> None:
    for name, data in [("a.txt", "né"), ("a.csv", "text\nné"), ("a.jsonl", '{"text": "né"}')]:
        reading = read_articles(name, data.encode("cp1252"), encoding="cp1252")
        assert only_article(reading).text == "né"


@pytest.mark.parametrize(
    ("name", "data", "row"),
    [
        ("a.txt", b"", None),
        ("a.txt", HEAD.encode(), None),
        ("a.txt", "né".encode("cp1252"), None),
        ("a.txt", b"a\0b", None),
        ("a.txt", b"---\ntitle: a\n", None),
        ("a.txt", b"---\ntitle: a\nkeywords: b\n---\ntext", None),
        ("a.csv", b"", 1),
        ("a.csv", "text\nné".encode("cp1252"), None),
        ("a.jsonl", b"", None),
        ("a.jsonl", b"\n \r\n", None),
        ("a.xlsx", b"PK", None),
        ("a.zip", b"PK", None),
        ("articles", b"text", None),
        (".txt", b"text", None),
        ("a.json", b"{}", None),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(name: str, data: bytes, row: int | None) -> None:
    problem = only_problem(read_articles(name, data))
    assert (problem.file, problem.row) == (name, row)
    assert problem.message


def test_an_unknown_kind_of_file_is_told_what_is_read() -> None:
    message = only_problem(read_articles("a.docx", b"PK")).message
    assert all(ending in message for ending in (".txt", ".csv", ".jsonl"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_whatever_its_delimiter(delimiter: str, encoding: str) -> None:
    text = 'قال: "نعم"; ثم،\r\n\r\nعاد,\tو…\u00a0'
    reading = read_csv(
        ["Title", " url", "text"],
        ["عنوان, أول; \t", " https://example.org/?a=1,2 ", text],
        delimiter=delimiter,
        encoding=encoding,
    )
    article = only_article(reading)
    assert (article.row, article.text) == (2, text)
    assert (article.title, article.url) == ("عنوان, أول;", "https://example.org/?a=1,2")


def test_a_table_in_cp1256_is_recognised_as_a_whole() -> None:
    rows = [["text"], ["وقال الوزير إن مالي"], ["نفى الوزير ذلك"]]
    reading = read_csv(*rows, encoding="cp1256")
    assert [(each.text, each.guessed) for each in reading.articles] == [
        ("وقال الوزير إن مالي", True),
        ("نفى الوزير ذلك", True),
    ]


LATIN = {
    "external_id": "rfi-2024-1012",
    "publisher": "Radio France internationale",
    "url": "https://www.example.org/international/africa/2024/10/12/minister-leaves-the-capital",
    "licence_note": "with the permission of the publisher",
}


def with_latin(form: str, text: str) -> str:
    """A file whose one text stands among fields in Latin letters."""
    if form == "txt":
        return "---\n" + "".join(f"{k}: {v}\n" for k, v in LATIN.items()) + f"---\n{text}"
    if form == "jsonl":
        return json.dumps({**LATIN, "text": text}, ensure_ascii=False)
    return f"{','.join([*LATIN, 'text'])}\n{','.join([*LATIN.values(), text])}\n"


@pytest.mark.parametrize("form", ["txt", "csv", "jsonl"])
@pytest.mark.parametrize("text", ["غادر الوزير العاصمة", "خبر عاجل", "مرحبا"])
def test_arabic_in_cp1256_is_recognised_by_the_text_and_not_by_what_is_said_of_it(
    form: str, text: str
) -> None:
    article = only_article(read_articles(f"a.{form}", with_latin(form, text).encode("cp1256")))
    assert (article.text, article.publisher) == (text, LATIN["publisher"])
    assert (article.encoding, article.guessed) == ("cp1256", True)


@pytest.mark.parametrize("form", ["txt", "csv", "jsonl"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Así está el país hoy", "iso8859-1"), ("Größere Not", "cp1252"), ("Мы готовы", "cp1251")],
)
def test_other_texts_are_not_taken_for_arabic_whatever_is_said_of_them(
    form: str, text: str, encoding: str
) -> None:
    data = with_latin(form, text).encode(encoding)
    assert "cannot be read as UTF-8" in only_problem(read_articles(f"a.{form}", data)).message


def test_a_file_in_cp1256_with_a_broken_head_or_header_is_not_guessed_from_it() -> None:
    for name, data in [("a.txt", f"---\ntitle: x\n{'خبر'}\n---\n"), ("a.csv", "title,title\né,x")]:
        assert read_articles(name, data.encode("cp1256")).articles == []


def test_half_a_million_characters_fit_in_a_cell_and_in_a_line() -> None:
    text = "م" * 500_000
    assert only_article(read_csv(["text"], [text])).text == text
    assert only_article(read_jsonl({"text": text})).text == text


def test_the_limit_of_an_article_is_not_that_of_a_file() -> None:
    texts = ["م" * 1_500_000, "ن" * 1_500_000]
    assert len(read_csv(["text"], *([each] for each in texts)).articles) == 2
    assert len(read_jsonl(*({"text": each} for each in texts)).articles) == 2


def test_bad_rows_of_a_table_are_told_and_the_others_go_in() -> None:
    reading = read_csv(
        ["external_id", "published", "text"],
        ["1", "2024", "أول"],
        ["2", "12/10/2024", "ثان"],
        ["3", "", ""],
        ["4", "2024"],
        [],
        ["5", "2024-10-12", "خامس"],
        ["6", "", "a\0b"],
        ["7", "", "سابع", ""],
    )
    assert [(each.row, each.external_id) for each in reading.articles] == [(2, "1"), (7, "5")]
    assert [(each.row, each.field) for each in reading.problems] == [
        (3, "published"),
        (4, "text"),
        (5, ""),
        (8, "text"),
        (9, ""),
    ]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (["title", "body"], ["body", "text"]),
        (["text", "label", "text"], ["label", ""]),
        (["text", "", "title", "title"], [""]),
        (["", ""], ["text"]),
        (["نص"], ["نص", "text"]),
    ],
)
def test_a_table_with_a_wrong_header_is_not_read(header: list[str], fields: list[str]) -> None:
    reading = read_csv(header, ["a"] * len(header))
    assert reading.articles == []
    assert [(each.row, each.field) for each in reading.problems] == [(1, each) for each in fields]


def test_a_column_without_a_name_is_none_as_long_as_its_cells_are_empty() -> None:
    reading = read_csv(["", "text", " "], ["", "أول", ""], ["", "ثان", "x"])
    assert [(each.row, each.text) for each in reading.articles] == [(2, "أول")]
    assert [(each.row, each.field) for each in reading.problems] == [(3, "")]
    assert "a column that has no name" in reading.problems[0].message


@pytest.mark.parametrize("broken", ['"never closed\r\nc\r\n', '"a" b\r\nc\r\n'])
def test_a_table_is_read_up_to_a_row_whose_quotation_marks_do_not_fit(broken: str) -> None:
    reading = read_articles("a.csv", ("text\r\nfirst\r\n" + broken).encode())
    assert [each.text for each in reading.articles] == ["first"]
    assert [each.row for each in reading.problems] == [3]


def test_lines_of_json_are_articles_and_bad_lines_are_told_by_number() -> None:
    lines = [
        '{"text": "أول\\r\\n🔴 \u2028 ثان", "published": null, "title": " عنوان "}',
        '{"text": "a"',
        "",
        '["text"]',
        '{"text": "a", "label": "b"}',
        '{"text": "a", "text": "b"}',
        '{"text": 5}',
        '{"text": "a", "external_id": 5}',
        '{"text": "\\ud83d\\ude00"}\r',
        '{"text": "a\\ud800"}',
        '{"text": "a\\u0000"}',
        '{"title": "a"}',
        "[" * 100_000,
        "1" * 5_000,
    ]
    reading = read_articles("a.jsonl", "\n".join(lines).encode())
    assert [(each.row, each.text) for each in reading.articles] == [
        (1, "أول\r\n🔴 \u2028 ثان"),
        (9, "😀"),
    ]
    assert reading.articles[0].title == "عنوان"
    assert [(each.row, each.field) for each in reading.problems] == [
        (2, ""),
        (4, ""),
        (5, "label"),
        (6, ""),
        (7, "text"),
        (8, "external_id"),
        (10, "text"),
        (11, "text"),
        (12, "text"),
        (13, ""),
        (14, ""),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", "م" * 201),
        ("title", "م" * 501),
        ("title", "a\0"),
        ("title", "\ud800"),
        ("publisher", "م" * 201),
        ("author_name", "م" * 201),
        ("language", "arabic language"),
        ("language", "عربي"),
        ("language", "a"),
        ("published", "yesterday"),
        ("published", "2024-02-30"),
        ("url", "example.org/a"),
        ("url", "javascript:alert(1)"),
        ("url", "ftp://example.org/a"),
        ("url", "https://"),
        ("url", "https://[example.org/"),
        ("url", "https://example.org/a b"),
        ("url", "https://example.org/" + "a" * 2000),
        ("text", "م" * 2_000_001),
        ("text", " \u00a0\n"),
    ],
)
def test_a_value_that_does_not_fit_is_a_problem_of_its_field(field: str, value: str) -> None:
    problem = only_problem(read_jsonl({"text": "نص", field: value}))
    assert (problem.file, problem.row, problem.field) == ("articles.jsonl", 1, field)
    assert problem.message.encode()


def test_values_at_their_limits_fit() -> None:
    values = {
        "external_id": "م" * 200,
        "title": "م" * 500,
        "publisher": "م" * 200,
        "author_name": "م" * 200,
        "language": "zh-Hant-TW",
        "url": "http://" + "e" * 1993,
        "licence_note": "م" * 5000,
    }
    article = only_article(read_jsonl({"text": "نص", **values}))
    assert {key: getattr(article, key) for key in values} == values


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    reading = read_jsonl({"text": "", "url": "x", "published": "y"})
    assert {each.field for each in reading.problems} == {"text", "url", "published"}


def test_a_problem_with_an_unknown_key_can_be_shown() -> None:
    assert only_problem(read_jsonl({"\ud800": 1, "text": "a"})).message.encode()
