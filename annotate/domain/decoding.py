"""Bytes of a file → text as it stands in it, and the optional head of a text file.

Nothing is normalised: CRLF, no-break spaces, harakat and trailing blanks are the author's.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from annotate.domain import DomainError
from annotate.domain import gettext_noop as _

MAX_CHARACTERS = 2_000_000
ARTICLE_FIELDS = (
    "external_id",
    "title",
    "language",
    "publisher",
    "author_name",
    "url",
    "published",
    "licence_note",
)
# Encodings of text that a user may name. A closed list, because Python's registry also knows
# transformations (`rot13`, `unicode_escape`) that turn one text into another.
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1256",
    "iso8859-6",
    "cp1252",
    "iso8859-1",
    "iso8859-15",
    "cp1251",
    "koi8-r",
    "iso8859-5",
    "cp1254",
    "iso8859-9",
)
BYTE_ORDER_MARK = "\ufeff"

Precision = Literal["day", "month", "year"]

# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_RARE_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_ARABIC_LETTER = re.compile("[\u0621-\u064a\u066e-\u06d3]")
# In Arabic news 53 and 8 letters in a hundred. Cyrillic small letters in KOI8-R, and the large ones
# of CP1251, give 2 and 56 or more; the others give words of both kinds of letters.
_FREQUENT = "المنهوىي"
_RARE = "ہءآؤإئثخذزشصضطظغ"
_ACCENTED_LATIN = "[\u00c0-\u00ff\u0152\u0153]"
_ODD_SIGN = re.compile("[¢-©¬®-¶¸¹¼-¾×÷ˆƒ†‡‰™]")
# ISO 8859-6, MacArabic and much of Cyrillic read as CP1256 give words of both kinds of letters.
_MIXED_WORD = re.compile(
    f"{_ARABIC_LETTER.pattern}{_ACCENTED_LATIN}|{_ACCENTED_LATIN}{_ARABIC_LETTER.pattern}"
)

_LINE = re.compile("([^\r\n]*)(\r\n|\r|\n|\\Z)")
_KEY_LINE = re.compile("[ \t]*[A-Za-z_]+[ \t]*:")
_RULE = "---"
_PUBLISHED = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class DecodingError(DomainError):
    """Bytes or characters that cannot be an article's text.

    `code` is one of `encoding`, `undecodable`, `nul`, `surrogate`, `blank`, `too_long`.
    """

    def __init__(self, code: str, template: str, **params: object) -> None:
        self.code = code
        super().__init__(template, params)


class HeadError(DomainError):
    """A head that breaks a rule in `line`, counted from 1."""

    def __init__(self, line: int, template: str, **params: object) -> None:
        self.line = line
        super().__init__(template, {"line": line, **params})


class DateError(DomainError):
    """A date of publication that is none."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was read in, and whether that was guessed (then ask the user)."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes, *, encoding: str | None = None) -> Decoded:
    """Return the text of one article's bytes, or raise `DecodingError`."""
    decoded = to_text(data, encoding=encoding)
    check_text(decoded.text)
    return decoded


def to_text(
    data: bytes, *, encoding: str | None = None, judged: Callable[[str], str] = str
) -> Decoded:
    """Return the text of bytes; whether it can be an article is for `check_text` to say.

    A named encoding is taken strictly. Without one a byte order mark decides, then strict UTF-8,
    and at last CP1256 if the result reads as Arabic: all of it, or what `judged` takes out of it,
    because the names of a file's fields and their values may be Latin where its texts are not.
    A byte order mark is never part of the text.
    """
    if encoding is not None:
        return _decoded(data, known_encoding(encoding))
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _decoded(data, marked)
    try:
        decoded = _decoded(data, "utf-8")
    except DecodingError:
        text = data.decode("cp1256")
        if _CONTROL.search(text) or not _reads_as_arabic(judged(text)):
            raise
        return Decoded(text, "cp1256", guessed=True)
    _check_controls(decoded.text)
    return decoded


def known_encoding(encoding: str) -> str:
    """Return the name in `ENCODINGS` of an encoding that a user names, or raise `DecodingError`.

    `utf-8-sig` is `utf-8`: a byte order mark is never part of the text.
    """
    try:
        name = codecs.lookup(encoding).name.removesuffix("-sig")
    except (LookupError, ValueError) as error:
        raise _unknown(encoding) from error
    if name not in ENCODINGS:
        raise _unknown(encoding)
    return name


def check_text(text: str) -> None:
    """Raise `DecodingError` if `text` cannot be the text of an article.

    Refused are more than 2,000,000 characters, NUL and lone surrogates (PostgreSQL stores
    neither), and a text without any visible character.
    """
    if len(text) > MAX_CHARACTERS:
        raise DecodingError(
            "too_long",
            _("The text has %(length)s characters; an article may have %(limit)s."),
            length=len(text),
            limit=MAX_CHARACTERS,
        )
    check_characters(text)
    if not any(map(_is_visible, text)):
        raise DecodingError("blank", _("The text is empty."))


def check_characters(text: str) -> None:
    """Raise `DecodingError` for NUL and lone surrogates, which no database column can hold."""
    if "\0" in text:
        raise DecodingError(
            "nul",
            _(
                "Character %(position)s is NUL, which no text holds. "
                "If this is a text, save it as UTF-8 and import it again."
            ),
            position=text.index("\0") + 1,
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DecodingError(
            "surrogate",
            _("Character %(position)s is half of a UTF-16 pair (%(character)s) without the other."),
            position=error.start + 1,
            character=f"U+{ord(text[error.start]):04X}",
        ) from error


def split_head(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of the optional head and the text after it, or raise `HeadError`.

    A head is `key: value` lines, keys from `ARTICLE_FIELDS` in whatever case, between two `---`
    lines at the very start. The text is exactly what follows the line break of the closing line. A
    first `---` without a key line directly after it is a rule that belongs to the text.
    """
    opening = _LINE.match(text)
    if opening is None or not _is_rule(opening[1]) or not _KEY_LINE.match(text, opening.end()):
        return {}, text
    lines: list[str] = []
    for line in _LINE.finditer(text, opening.end()):
        if _is_rule(line[1]):
            return _head_fields(lines), text[line.end() :]
        lines.append(line[1])
    raise HeadError(
        1, _("The head that begins in line %(line)s has no end: a line --- after its last key.")
    )


def parse_published(value: str) -> tuple[date, Precision]:
    """Return the first day and the precision of YYYY, YYYY-MM or YYYY-MM-DD; else `DateError`."""
    parts = _PUBLISHED.fullmatch(value)
    refusal = DateError(
        _("“%(value)s” is not a date. Write YYYY-MM-DD, YYYY-MM or YYYY."), {"value": value[:40]}
    )
    if parts is None:
        raise refusal
    year, month, day = parts.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError as error:
        raise refusal from error
    return first, "day" if day else "month" if month else "year"


def _unknown(encoding: str) -> DecodingError:
    return DecodingError(
        "encoding",
        _("The encoding “%(encoding)s” is not known. Known are: %(known)s."),
        encoding=encoding[:40],
        known=", ".join(ENCODINGS),
    )


def _decoded(data: bytes, encoding: str) -> Decoded:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DecodingError(
            "undecodable",
            _(
                "Byte %(position)s (%(byte)s) cannot be read as %(encoding)s. "
                "Save the file as UTF-8 or name its encoding."
            ),
            position=error.start + 1,
            byte=f"0x{data[error.start]:02X}" if error.start < len(data) else "—",
            encoding=encoding.upper(),
        ) from error
    return Decoded(text.removeprefix(BYTE_ORDER_MARK), encoding, guessed=False)


def _check_controls(text: str) -> None:
    """Refuse what is UTF-8 by its bytes only: Arabic in UTF-16 is every second byte 0x06."""
    if 10 * len(_RARE_CONTROL.findall(text)) > len(text):
        raise DecodingError(
            "undecodable",
            _(
                "The file is mostly control characters: it is not text, or text in UTF-16 without "
                "a byte order mark. Save it as UTF-8 or name its encoding."
            ),
        )


def _reads_as_arabic(text: str) -> bool:
    """Whether bytes read as CP1256, which decodes any bytes, gave Arabic: more than half of the
    letters are, and they are those of which Arabic is made.

    Words of Latin letters with accents stay mostly Latin, Cyrillic gives Arabic letters that are
    rare in Arabic, and Chinese gives signs that hardly occur in news.
    """
    arabic = _ARABIC_LETTER.findall(text)
    return (
        2 * len(arabic) > sum(map(str.isalpha, text))
        and _how_many(arabic, _FREQUENT) >= _how_many(arabic, _RARE)
        and not _MIXED_WORD.search(text)
        and len(_ODD_SIGN.findall(text)) <= 0.02 * len(text)
    )


def _how_many(letters: list[str], among: str) -> int:
    return sum(letter in among for letter in letters)


def _is_visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) != "Cf"


def _is_rule(line: str) -> bool:
    return line.rstrip(" \t") == _RULE


def _head_fields(lines: list[str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    seen: set[str] = set()
    for number, line in enumerate(lines, start=2):
        key, value = _head_line(number, line)
        if key in seen:
            raise HeadError(number, _("Line %(line)s repeats “%(key)s”."), key=key)
        seen.add(key)
        if value:
            fields[key] = value
    return fields


def _head_line(number: int, line: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    key = key.strip()
    if not colon:
        raise HeadError(number, _("Line %(line)s of the head is not “key: value”."))
    if key.lower() not in ARTICLE_FIELDS:
        raise HeadError(
            number,
            _("Line %(line)s: “%(key)s” is not a key of the head. Keys are: %(known)s."),
            key=key[:40],
            known=", ".join(ARTICLE_FIELDS),
        )
    return key.lower(), value.strip()
