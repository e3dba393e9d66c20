"""Files are read as they are, or refused with the reason; nothing is guessed wrongly or tidied."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.decoding import (
    MAX_CHARACTERS,
    DateError,
    Decoded,
    DecodingError,
    HeadError,
    check_text,
    decode,
    parse_published,
    split_head,
    to_text,
)

ARABIC = "وقال الوزير إن الأوضاع تزداد سوءا في مالي، ونفى وجود أي خلاف."
FRENCH = "Le général a été évacué près de Tombouctou, où l’armée a reculé."
RUSSIAN = "Министр заявил, что переговоры завершены."
SPANISH = "Así lo confirmó ayer el país: él está allí, «según» fuentes políticas de Malí."
GERMAN = "Präsident Goïta führt Gespräche über Öl; größere Mächte hören zu."


def refusal(data: bytes, encoding: str | None = None) -> DecodingError:
    with pytest.raises(DecodingError) as caught:
        decode(data, encoding=encoding)
    return caught.value


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ARABIC.encode(), "utf-8"),
        (ARABIC.encode("utf-8-sig"), "utf-8"),
        (b"\xff\xfe" + ARABIC.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + ARABIC.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\0\0" + ARABIC.encode("utf-32-le"), "utf-32-le"),
        (b"\0\0\xfe\xff" + ARABIC.encode("utf-32-be"), "utf-32-be"),
    ],
)
def test_a_byte_order_mark_is_obeyed_and_removed(data: bytes, encoding: str) -> None:
    assert decode(data) == Decoded(ARABIC, encoding, guessed=False)


@pytest.mark.parametrize(
    "text",
    [
        "سطر\r\nسطر\rسطر\n\n",
        " \u00a0قال\u202f»  \t\n",
        "أكّدَ مـــالي",
        "e\u0301 é",
        "👩🏽‍🚒 \u200fRFI\u200e",
        "a\x0cb",
    ],
)
def test_nothing_is_normalised(text: str) -> None:
    assert decode(text.encode()).text == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), min_size=1))
def test_what_is_encoded_in_utf8_comes_back_exactly(text: str) -> None:
    if text.isspace():
        assert refusal(text.encode()).code == "blank"
    else:
        assert decode(text.encode()) == Decoded(text, "utf-8", guessed=False)


def test_arabic_in_cp1256_is_read_and_marked_as_a_guess() -> None:
    assert decode(ARABIC.encode("cp1256")) == Decoded(ARABIC, "cp1256", guessed=True)


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا",
        "خبر عاجل",
        "صحافة حرة",
        "أخبار",
        "عاجل: قتل عشرة رجال في غاو",
        'قال "سأعود" ثم غادر باريس',
        "نشرت France 24 وRFI الخبر اليوم",
    ],
)
def test_a_short_text_in_cp1256_is_read_too(text: str) -> None:
    assert decode(text.encode("cp1256")) == Decoded(text, "cp1256", guessed=True)


def test_an_encoding_is_guessed_by_the_part_of_the_text_that_is_judged() -> None:
    data = f"title,publisher,text\nMali,Radio France internationale,{ARABIC[:20]}".encode("cp1256")
    assert to_text(data, judged=lambda text: text.rpartition(",")[2]).guessed
    for judged in (str, lambda _text: "", lambda text: text[:20]):
        with pytest.raises(DecodingError):
            to_text(data, judged=judged)
    with pytest.raises(DecodingError):
        to_text(b"\x01" + data, judged=lambda _text: ARABIC)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SPANISH, "iso8859-1"),
        (SPANISH.upper(), "iso8859-1"),
        ("Sí", "iso8859-1"),
        ("país", "iso8859-1"),
        (GERMAN, "iso8859-1"),
        (GERMAN.upper(), "iso8859-1"),
        (FRENCH.replace("’", "'"), "iso8859-1"),
        (RUSSIAN.lower(), "cp1251"),
        (RUSSIAN, "iso8859-5"),
        (RUSSIAN, "cp866"),
        ("Да, мы готовы", "cp1251"),
        ("Міністр заявив, що переговори завершено", "cp1251"),
        ("Ο υπουργός δήλωσε ότι οι συνομιλίες", "cp1253"),
        ("השר הודיע כי השיחות הסתיימו", "cp1255"),
        ("Minister oświadczył, że rozmowy się zakończyły", "cp1250"),
        ("À Óbidos há água e pão", "cp1252"),
        ("大臣は会談が終わったと述べた", "shift-jis"),
        ("НОВОСТИ ДНЯ", "koi8-r"),
        (FRENCH, "cp1252"),
        (FRENCH, "mac-roman"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN.lower(), "koi8-r"),
        (RUSSIAN.upper(), "cp1251"),
        (ARABIC, "iso8859-6"),
        ("Dışişleri Bakanı açıkladı", "cp1254"),
        ("国防部长表示", "gbk"),
        ("\x01" + ARABIC, "cp1256"),
    ],
)
def test_bytes_that_are_not_arabic_in_cp1256_are_refused_with_their_place(
    text: str, encoding: str
) -> None:
    error = refusal(text.encode(encoding, "ignore"))
    assert error.code == "undecodable"
    assert "Byte " in error.message


@pytest.mark.parametrize(
    "data", [ARABIC.encode()[1:], RUSSIAN.encode()[:-2], b"\xff" + ARABIC.encode()]
)
def test_a_damaged_text_in_utf8_is_not_read_as_something_else(data: bytes) -> None:
    assert refusal(data).code == "undecodable"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(FRENCH, "cp1252"), (RUSSIAN, "KOI8-R"), (ARABIC, "ISO-8859-6"), (ARABIC, "utf_8_sig")],
)
def test_a_named_encoding_is_taken(text: str, encoding: str) -> None:
    data = text.replace("،", ",").encode(encoding)
    decoded = decode(data, encoding=encoding)
    assert decoded.text == text.replace("،", ",")
    assert not decoded.guessed


def test_a_named_encoding_is_taken_strictly() -> None:
    error = refusal(b"Mali \xe9t\xe9", encoding="utf-8")
    assert error.code == "undecodable"
    assert "Byte 6 (0xE9)" in error.message


@pytest.mark.parametrize("encoding", ["", "klingon", "rot13", "unicode_escape", "base64", "a\0b"])
def test_only_encodings_of_text_can_be_named(encoding: str) -> None:
    assert refusal(b"Mali", encoding=encoding).code == "encoding"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "blank"),
        (b"\xef\xbb\xbf", "blank"),
        (" \u00a0\r\n\u200f\u2067".encode(), "blank"),
        (b"Mali\0", "nul"),
        ("Le Mali".encode("utf-16-le"), "nul"),
        (ARABIC.encode("utf-16-le"), "undecodable"),
        (b"\xff\xfea", "undecodable"),
        (b"\xff\xfe\x3d\xd8a\0", "undecodable"),
        (b"a\xed\xa0\x80", "undecodable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "undecodable"),
        (b"a" * (MAX_CHARACTERS + 1), "too_long"),
    ],
)
def test_what_cannot_be_a_text_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize(
    ("text", "code"), [("a\ud800b", "surrogate"), ("\udc00", "surrogate"), ("\0", "nul")]
)
def test_a_text_that_no_database_holds_is_refused(text: str, code: str) -> None:
    with pytest.raises(DecodingError) as caught:
        check_text(text)
    assert caught.value.code == code


def test_two_million_arabic_letters_are_a_text() -> None:
    assert len(decode(("م" * MAX_CHARACTERS).encode()).text) == MAX_CHARACTERS


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_head_is_taken_off_and_the_rest_stays_exactly(end: str) -> None:
    body = f"{end} نص:\u00a0أول{end}---{end}ثان {end}"
    head = end.join(["---", "Title: مالي: عام", "URL:https://example.org/a", "language:", "---"])
    fields, text = split_head(head + end + body)
    assert fields == {"title": "مالي: عام", "url": "https://example.org/a"}
    assert text == body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "نص",
        "---",
        "---\n",
        "---\n\ntitle: a\n---\n",
        "---\nقال الوزير: نعم\n---\n",
        "---\n---\nx",
        "--- \nنص",
        "\n---\ntitle: a\n---\n",
        "----\ntitle: a\n---\n",
        "text\n---\ntitle: a\n---\n",
    ],
)
def test_a_rule_without_a_key_line_after_it_belongs_to_the_text(text: str) -> None:
    assert split_head(text) == ({}, text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a\n", 1),
        ("---\ntitle: a", 1),
        ("---\ntitle: a\nنص\n", 1),
        ("---\ntitle: a\n\n---- \n -\n--", 1),
        ("---\ntitle: a\nنص\n---\n", 3),
        ("---\ntitle: a\n\n---\n", 3),
        ("---\r\nTitel: a\r\n---\r\n", 2),
        ("---\nTitle: a\ntitle: a\n---\n", 3),
        ("---\rtitle: a\rkeywords: b\r---\r", 3),
        ("---\ntitle: a\nurl: b\ntitle: a\n---\n", 4),
        ("---\ntitle:\ntitle: a\n---\n", 3),
    ],
)
def test_a_broken_head_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(HeadError) as caught:
        split_head(text)
    assert caught.value.line == line
    assert f"line {line}" in caught.value.message.lower()
    assert ("has no end" in caught.value.message) == (line == 1)


@pytest.mark.parametrize(
    ("value", "published"),
    [
        ("2024", (date(2024, 1, 1), "year")),
        ("2024-10", (date(2024, 10, 1), "month")),
        ("2024-02-29", (date(2024, 2, 29), "day")),
    ],
)
def test_a_date_of_publication_has_its_precision(value: str, published: object) -> None:
    assert parse_published(value) == published


@pytest.mark.parametrize(
    "value",
    [
        "",
        "24",
        "2024-13",
        "2023-02-29",
        "0000",
        "2024-1-1",
        "10/2024",
        "2024-10-12T00:00",
        "٢٠٢٤",
        "2024\n",
        " 2024",
        "2024-10-",
        "%s",
    ],
)
def test_anything_else_is_no_date_of_publication(value: str) -> None:
    with pytest.raises(DateError):
        parse_published(value)
