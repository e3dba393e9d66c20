"""Language tags: one form of each, and who reads what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.direction import direction_of_language
from annotate.domain.languages import canonical, each_once, primary_of, reads
from annotate.domain.segmentation.words import words_for

FORMS = [
    ("AR", "ar"),
    ("ara", "ar"),
    ("arb", "ar"),
    ("ar_dz", "ar-DZ"),
    ("FRA-fr", "fr-FR"),
    ("fre", "fr"),
    ("per", "fa"),
    ("fas-AF", "fa-AF"),
    ("iw", "he"),
    (" pt-br ", "pt-BR"),
    ("zh-hant", "zh-Hant"),
    ("zh-HANT-hk", "zh-Hant-HK"),
    ("ha-arab", "ha-Arab"),
    ("sl-1994", "sl-1994"),
    ("es-419", "es-419"),
    ("en-GB-x-FR-Arab", "en-GB-x-fr-arab"),
    ("ckb", "ckb"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "kept"), FORMS)
def test_a_tag_is_kept_in_one_form(written: str, kept: str) -> None:
    assert canonical(written) == kept


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ("ara", "ar"),
        ("eng", "en"),
        ("fra fre", "fr"),
        ("rus", "ru"),
        ("spa", "es"),
        ("por", "pt"),
        ("tur", "tr"),
        ("fas per pes", "fa"),
        ("hau", "ha"),
        ("deu ger", "de"),
        ("zho chi cmn", "zh"),
        ("nld dut", "nl"),
        ("heb iw", "he"),
        ("swa swh", "sw"),
    ],
)
def test_a_language_has_its_shortest_code(codes: str, code: str) -> None:
    assert {canonical(each) for each in codes.split()} == {code}


@given(st.from_regex(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}", fullmatch=True))
def test_the_form_of_a_form_is_itself_however_it_is_written(tag: str) -> None:
    assert canonical(canonical(tag)) == canonical(tag.upper()) == canonical(tag)


def test_each_language_is_named_once() -> None:
    assert each_once(["AR", "fr", "ara", "fr-FR", "FR"]) == ["ar", "fr", "fr-FR"]


@pytest.mark.parametrize(
    ("language", "tag", "is_read"),
    [
        ("ar", "ar", True),
        ("ar", "ar-DZ", True),
        ("ar-DZ", "ar", False),
        ("ar-DZ", "ar-EG", False),
        ("zh-Hant", "zh-Hant-HK", True),
        ("zh-Hant", "zh-Hans", False),
        ("a", "ar", False),
        ("ar", "ars", False),
    ],
)
def test_who_reads_a_language_reads_its_narrower_forms(
    language: str, tag: str, is_read: bool
) -> None:
    assert reads(language, tag) is is_read


@pytest.mark.parametrize("written", ["ar", "AR", "ara", "ARB", "ar-DZ", "ara_DZ"])
def test_direction_and_words_are_those_of_the_language_however_it_is_written(written: str) -> None:
    assert primary_of(written) == "ar"
    assert direction_of_language(written) == "rtl"
    assert words_for(written) is words_for("ar")
