"""Folding finds the same word however it was typed, and the map leads back to it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.normalise import fold, fold_with_map, search_key

# The characters that fold to something else or to nothing, among plain ones.
TROUBLES = st.text(
    st.sampled_from(
        "أإآٱىةؤئاهويعبَُِّْٰـ \u00a0\u202f\n\u200b\u200f\u2067\ufeff٤۴é\u0301Éßﬁёй\u0308İǅ👩‍🚒a1"
    ),
    max_size=12,
)
ANY_TEXT = st.one_of(TROUBLES, st.text())


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("مُحَمَّدٌ", "محمد"),
        ("هٰذا", "هذا"),
        ("مالـــي", "مالي"),
        ("أفريقيا إفريقيا آسيمي ٱلله", "افريقيا افريقيا اسيمي الله"),
        ("لو\u00a0موند", "لو موند"),
        ("منى وكالة", "مني وكاله"),
        ("مسؤول هيئة", "مسؤول هيئه"),
        ("الجزائر", "الجزائر"),
        ("\u200fRFI\u200e: \u2067قال\u2069", "rfi: قال"),
        ("Goïta, Évêque, STRASSE ß", "goita, eveque, strasse ss"),
        ("ﬁche Œuvre Ａ", "fiche œuvre a"),
        ("Ещё Её Сергей", "еще ее сергей"),
        ("عام ٢٠٢٤ و ۱۹۹۰", "عام 2024 و 1990"),
        ("a \u202f\t\r\n\u200b b", "a b"),
        ("", ""),
    ],
)
def test_each_way_of_writing_has_one_folded_form(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize("typed", ["آسيمي", "إفريقيا", "مسؤول", "Goïta", "Ещё", "Сергей", "ئ"])
def test_separate_marks_fold_like_the_composed_letter(typed: str) -> None:
    assert fold(unicodedata.normalize("NFD", typed)) == fold(typed)


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(ANY_TEXT, max_size=4).map(" ".join))
def test_folding_word_by_word_is_folding_the_whole(text: str) -> None:
    assert fold(text) == fold_with_map(text)[0]


@given(ANY_TEXT)
def test_the_map_has_an_ascending_place_for_each_character_and_the_end(text: str) -> None:
    folded, index = fold_with_map(text)
    assert len(index) == len(folded) + 1
    assert index == sorted(index)
    assert index[-1] == len(text)


@given(ANY_TEXT, st.data())
def test_what_the_map_leads_back_to_folds_to_what_was_found(text: str, data: st.DataObject) -> None:
    folded, index = fold_with_map(text)
    # Between the characters that one letter became there is no place in the text.
    cuts = [at for at in range(len(index)) if at == 0 or index[at] != index[at - 1]]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    assert fold(text[index[start] : index[end]]) == folded[start:end]


def test_a_find_is_led_back_to_the_words_with_their_harakat() -> None:
    text = "وقالت\u00a0«لُومُونْدَ» إن"
    folded, index = fold_with_map(text)
    at = folded.index("لوموند")
    assert text[index[at] : index[at + len("لوموند")]] == "لُومُونْدَ"


def test_a_search_key_has_no_outer_white_space() -> None:
    assert search_key("\u00a0\u200f عبد  الله\n") == "عبد الله"
