"""Catalogues of translations: `make messages` brings them up to date, tests check them.

Each of LANGUAGES has `annotate/locale/<language>/LC_MESSAGES/django.po`, which people write, and
beside it the `django.mo` that the program reads. Both are kept, so that a server needs no compiler.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
SOURCES = ("annotate", "config", "templates")
LANGUAGES = {  # with the rule for the forms of "n articles": Django's own, of which Babel's differ
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
    ": n%100>=11 && n%100<=99 ? 4 : 5;",
    "fr": "nplurals=2; plural=(n > 1);",
}
IN_WORDS = {"ar": (0, 1, 2), "fr": ()}  # forms that may say the number in words: "one article"
GETTEXT = re.compile(r"(?:_|(?P<n>n)?(?P<p>p)?gettext(?:_lazy|_noop)?)")  # context?, id, plural?
TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b\w+\((?:{TEXT}|count|[\s,])+\)")
# What a translation has to keep: %(name)s, %s, %%, {name}, and the tags of HTML.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?[a-z][^<>]*>")
COUNTS = ("%(count)s", "%(count)d", "%(num)d", "%(size)d")  # names of the number
# What Django and django-import-export say, where their French or Arabic is wanting or at fault:
# ours stands before theirs.
UNITS = ("year", "month", "week", "day", "hour", "minute")
PACKAGES = (
    *((f"%(num)d {unit}", f"%(num)d {unit}s") for unit in UNITS),
    ("%(size)d byte", "%(size)d bytes"),
    (
        "Please enter a correct %(username)s and password. "
        "Note that both fields may be case-sensitive.",
    ),
    ("Import",),
    ("File to import",),
    ("This importer will import the following fields: ",),
    ("This exporter will export the following fields: ",),
    ("Import finished: {} new, {} updated, {} deleted and {} skipped {}.",),
)
WIDTH = 100
EVER = datetime(2026, 11, 1, tzinfo=UTC)  # written into files, which change with their texts alone


def strings(path: Path) -> Iterator[tuple[tuple[str, ...], str | None]]:
    """What this file gives to gettext, in order: (id,) or (id, plural), and the context."""
    code = path.read_text()
    if path.suffix != ".py":
        # Django writes the tags as calls, and fills up what stands between them.
        code = "\n".join(CALL.findall(templatize(code, origin=path.name)))
    calls = [each for each in ast.walk(ast.parse(code)) if isinstance(each, ast.Call)]
    for call in sorted(calls, key=lambda each: (each.lineno, each.col_offset)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        given = [each.value for each in call.args if isinstance(each, ast.Constant)]
        texts = [each for each in given if isinstance(each, str)]
        if texts and (function := GETTEXT.fullmatch(name)):
            context = texts.pop(0) if function["p"] else None
            yield tuple(texts[: 2 if function["n"] else 1]), context


def extracted() -> Catalog:
    """Every string of the program that is given to gettext, with the files in which it stands."""
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for path in sorted(each for room in SOURCES for each in (ROOT / room).rglob("*")):
        if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
            for ids, context in strings(path):
                given = ids if len(ids) > 1 else ids[0]
                catalog.add(given, None, [(path.relative_to(ROOT).as_posix(), 1)], context=context)
    for ids in PACKAGES:
        catalog.add(ids if len(ids) > 1 else ids[0])
    return catalog


def place(language: str) -> Path:
    return ROOT / "annotate" / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with place(language).open("rb") as file:
        return read_po(file, locale=language)


def renewed(language: str, wanted: Catalog) -> Catalog:
    """The catalogue with the strings of `wanted`, in their order; what was translated stays so."""
    translated = {}
    if place(language).exists():
        translated = {key(each): each.string for each in read(language)}
    catalog = Catalog(locale=language, charset="utf-8", fuzzy=False)
    catalog.mime_headers = [("Plural-Forms", LANGUAGES[language])]
    catalog.header_comment = "# `make messages` keeps this in step with the program."
    catalog.project, catalog.version = "Isnad", ""
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = EVER
    for each in wanted:
        if each.id:
            catalog.add(
                each.id,
                translated.get(key(each), ""),
                each.locations,
                context=each.context,
            )
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalogue for people."""
    out = BytesIO()
    write_po(out, catalog, width=WIDTH, include_lineno=False)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The catalogue for the program: what is not translated yet is left out."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def key(message: Message) -> tuple[str | None, object]:
    return message.context, message.id


def texts(given: str | Sequence[str] | None) -> tuple[str, ...]:
    return (given or "",) if given is None or isinstance(given, str) else tuple(given)


def flaws(language: str, message: Message) -> Iterator[str]:
    """What is wrong with a translation, in words."""
    ids, forms = texts(message.id), texts(message.string)
    wanted = Counter(KEPT.findall(ids[-1]))
    if len(forms) != (int(LANGUAGES[language][9]) if len(ids) > 1 else 1):
        yield "another number of plural forms"
    for at, form in enumerate(forms):
        has = Counter(KEPT.findall(form))
        lacks = wanted - has
        if len(ids) > 1 and at in IN_WORDS[language]:
            lacks -= Counter(COUNTS)
        if not form:
            yield "not translated"
        elif has - wanted or lacks:
            yield f"form {at} has {sorted(has.elements())}, not {sorted(wanted.elements())}"
        elif edges(form) != edges(ids[0]):
            yield f"form {at} begins or ends with other space"


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def main() -> None:
    """Brings all catalogues up to date and says what is to be translated."""
    wanted = extracted()
    for language in LANGUAGES:
        catalog = renewed(language, wanted)
        place(language).parent.mkdir(parents=True, exist_ok=True)
        place(language).write_bytes(written(catalog))
        place(language).with_suffix(".mo").write_bytes(compiled(catalog))
        told = [
            f"{why}: {each.id!r}" for each in catalog if each.id for why in flaws(language, each)
        ]
        sys.stdout.write(
            "\n".join([*told, f"{language}: {len(catalog)} strings, {len(told)} to do", ""])
        )


if __name__ == "__main__":
    main()
