"""French and Arabic say all that English says: no string is wanting, torn or left from before."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from tests.catalogues import (
    LANGUAGES,
    compiled,
    extracted,
    flaws,
    place,
    read,
    renewed,
    strings,
    written,
)

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def program() -> Catalog:
    return extracted()


@each_language
def test_every_string_of_the_program_is_translated(language: str, program: Catalog) -> None:
    catalog = renewed(language, program)
    told = [f"{each.id}: {why}" for each in catalog if each.id for why in flaws(language, each)]
    assert told == []


@each_language
def test_the_catalogue_is_as_make_messages_writes_it(language: str, program: Catalog) -> None:
    assert place(language).read_bytes() == written(renewed(language, program))


@each_language
def test_the_program_reads_what_people_wrote(language: str) -> None:
    def told(of: bytes) -> dict[object, object]:
        return {
            key: text for key, text in vars(GNUTranslations(BytesIO(of)))["_catalog"].items() if key
        }

    built = place(language).with_suffix(".mo").read_bytes()
    assert told(built) == told(compiled(read(language)))


@pytest.mark.parametrize(
    ("language", "source", "translation", "flaw"),
    [
        ("fr", "Save", "", "not translated"),
        ("fr", "%(n)s of %(all)s", "%(n)s de %(tout)s", "form 0 has"),
        ("fr", "<b>Save</b>", "<b>Enregistrer", "form 0 has"),
        ("fr", "Save ", "Enregistrer", "form 0 begins or ends"),
        (
            "fr",
            ("%(count)s claim", "%(count)s claims"),
            ("une", "%(count)s affirmations"),
            "form 0 has",
        ),
        (
            "ar",
            ("%(count)s claim", "%(count)s claims"),
            ("لا", "واحد"),
            "another number of plural forms",
        ),
    ],
)
def test_a_torn_translation_is_told(
    language: str, source: str | tuple[str, str], translation: str | tuple[str, ...], flaw: str
) -> None:
    found = list(flaws(language, Message(source, translation)))
    assert [each[: len(flaw)] for each in found] == [flaw]


def test_arabic_may_say_none_one_and_two_in_words() -> None:
    rest = ("%(count)s مقالات", "%(count)s مقالا", "%(count)s مقال")
    forms = ("لا مقالات", "مقال واحد", "مقالان", *rest)
    assert list(flaws("ar", Message(("%(count)s article", "%(count)s articles"), forms))) == []


@pytest.mark.parametrize(
    ("name", "code", "found"),
    [
        (
            "page.html",
            "<p title=\"{% translate 'one' %}\">{{ two|default:_('b\"c') }}",
            ["one", 'b"c'],
        ),
        ("page.html", "{% translate '(a)' context 'of a key' %}", [("(a)", "of a key")]),
        (
            "page.html",
            "X {% blocktranslate count n=all|length trimmed %}\n {{ n }} claim\n{% plural %}"
            "{{ n }} claims{% endblocktranslate %}",
            [("%(n)s claim", "%(n)s claims", None)],
        ),
        ("page.py", "f\"<b>{escape(_('it' 's'))}</b>\" + _(name) + _({'a': 'b'}['a'])", ["its"]),
        ("page.py", "npgettext_lazy('of a key', 'one', 'many', n)", [("one", "many", "of a key")]),
    ],
)
def test_strings_are_found_wherever_they_stand(
    tmp_path: Path, name: str, code: str, found: list[str | tuple[str | None, ...]]
) -> None:
    file = tmp_path / name
    file.write_text(code)
    told = [(*ids, context) for ids, context in strings(file)]
    assert told == [(each, None) if isinstance(each, str) else each for each in found]
