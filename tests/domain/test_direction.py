"""A sentence runs in its article's direction unless all its letters run the other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.direction import (
    Direction,
    direction_of_language,
    language_of_script,
    language_within,
    prevailing_direction,
    sentence_direction,
)


@pytest.mark.parametrize(
    "tag",
    ["ar", "ar-EG", "AR_eg", "fa", "he", "ur", "ps", "ckb", "ha-Arab", "ku-Arab-IQ", "az-Arab"],
)
def test_a_language_or_script_from_right_to_left(tag: str) -> None:
    assert direction_of_language(tag) == "rtl"


@pytest.mark.parametrize("tag", ["fr", "fr-CA", "ha", "ru", "zh-Hant", "ar-Latn", "", "und", "-"])
def test_every_other_tag_runs_from_left_to_right(tag: str) -> None:
    assert direction_of_language(tag) == "ltr"


@pytest.mark.parametrize(
    ("text", "article", "direction"),
    [
        ("RFI: أعلنت الحكومة هدنة.", "rtl", "rtl"),
        ("Breaking news", "rtl", "ltr"),
        ("12/11/2024 - 10:30", "rtl", "rtl"),
        ("٢٠٢٤", "ltr", "ltr"),
        ("", "rtl", "rtl"),
        ("😀!", "rtl", "rtl"),
        ("\u200fOK", "rtl", "rtl"),
        ("Le mot سلام veut dire paix.", "ltr", "ltr"),
        ("السلام عليكم", "ltr", "rtl"),
        ("שלום", "ltr", "rtl"),
    ],
)
def test_a_sentence_turns_only_when_no_letter_runs_with_its_article(
    text: str, article: Direction, direction: Direction
) -> None:
    assert sentence_direction(text, article) == direction


@given(st.text(), st.sampled_from(["أ", "ב"]))
def test_one_arabic_or_hebrew_letter_keeps_a_sentence_in_its_article(
    text: str, letter: str
) -> None:
    assert sentence_direction(text + letter, "rtl") == "rtl"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("«أي مواجهة لم تندلع»: does it deny that there was fighting?", "ltr"),
        ("«وذكر التقرير أن روسيا أوقفت الهجوم بعد تحذيرات»: who?", "ltr"),
        ("Jeune Afrique مصدر هذه الجملة أم ناقلها فقط؟", "rtl"),
        ('"Russia halted the offensive"\nمن قال؟', "rtl"),
        ("Hé «bien", "ltr"),
        ("«غير محدد»", "rtl"),
        ("«هدنة» / “a truce of days”", "ltr"),
        ("لا OK", "rtl"),
        ("😀 12?", "rtl"),
        ("", "rtl"),
    ],
)
def test_peoples_words_run_as_most_of_their_own_letters_do(text: str, direction: Direction) -> None:
    assert prevailing_direction(text, "rtl") == direction


@given(st.text(alphabet='أبجد «»"abc?\n'))
def test_where_most_letters_tell_the_readers_language_does_not(text: str) -> None:
    found = {prevailing_direction(text, "rtl"), prevailing_direction(text, "ltr")}
    rtl, ltr = (sum(letter in letters for letter in text) for letters in ("أبجد", "abc"))
    assert len(found) == 1 or rtl == ltr


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("שלום, 2024!", "he"),
        ("Καλημέρα", "el"),
        ("안녕하세요", "ko"),
        ("English only sentence.", ""),
        ("Москва 🚩", ""),
        ("Athens: Καλημέρα", ""),
        ("سلام", ""),
        ("12/11", ""),
        ("", ""),
    ],
)
def test_a_script_tells_the_language_where_one_alone_is_written_in_it(
    text: str, language: str
) -> None:
    assert language_of_script(text) == language


ARABIC = "قال المتحدث إن شلوم كلمة عبرية. "


@pytest.mark.parametrize(
    ("article", "language", "sentence", "told"),
    [
        (ARABIC, "ar", "שלום, 2024! 🚩", "he"),
        (ARABIC, "ar-LB", "ثَلاثـة ٣", "ar-LB"),
        (ARABIC, "ur", "قال المتحدث", "ur"),
        (ARABIC, "ar", "شلوم: שלום", "ar"),
        (ARABIC, "ar", "٢٠٢٤/١١/١٢", "ar"),
        ("The word for it. ", "en", "Καλημέρα", "el"),
        ("דער ייִדישער טעקסט. ", "yi", "שלום", "yi"),
        ("שלום לכולם. ", "he-IL", "שלום", "he-IL"),
        ("שלום לכולם. ", "he", "سلام", "he"),
        ("Москва. ", "ru", "BBC News", "ru"),
    ],
)
def test_a_sentence_in_its_articles_direction_is_in_its_language_unless_its_script_tells_another(
    article: str, language: str, sentence: str, told: str
) -> None:
    assert language_within(article + sentence, language, sentence) == told
