"""Values are chosen beforehand only where no word speaks against them."""

import pytest

from annotate.domain.unmarked import PRESET, preset_values


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "أوقفت روسيا الهجوم في أكتوبر."),
        ("ar", "🚩 وقّعت مالي الاتفــاق\xa0أمس."),
        ("fr", "La Russie a suspendu l’offensive."),
        ("en", "Moscow halted the offensive."),
        ("ru", "Москва остановила наступление."),
        ("ar", "ونفى الجيش المتمردين إلى الصحراء."),
        ("ar", "أكدت مالي الاتفاق."),
        ("fr", "Le ministre confirme les pourparlers."),
        ("en", "The minister confirmed the talks."),
        ("ru", "Министр подтвердил переговоры."),
    ],
)
def test_a_bare_statement_is_supported_and_certain(language: str, text: str) -> None:
    assert preset_values(text, language) == PRESET


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "ربما أوقفت روسيا الهجوم."),
        ("ar", "لم توقف روسيا الهجوم."),
        ("ar", "هل أوقفت روسيا الهجوم؟"),
        ("fr", "La Russie aurait peut-être suspendu l’offensive."),
        ("fr", "La Russie n’a pas suspendu l’offensive."),
        ("en", "Moscow may have halted the offensive."),
        ("en", "Did Moscow halt the offensive?"),
        ("ru", "Москва, возможно, остановила наступление."),
    ],
)
def test_a_hedge_a_negation_or_a_question_leaves_both_to_be_chosen(
    language: str, text: str
) -> None:
    assert preset_values(text, language) == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "ونفى الوزير ذلك."),
        ("ar", "وكـذّبت باماكو\xa0الخبر."),
        ("ar", "رفضت مالي المقترح."),
        ("ar", "هذا الخبر عارٍ عن الصحة."),
        ("fr", "Le ministre dément les pourparlers."),
        ("fr", "Il refuse de parler."),
        ("fr", "« C’est faux », dit-il."),
        ("en", "He denied that Moscow halted the offensive."),
        ("en", "The minister denied the talks."),
        ("en", "The officer refused to leave."),
        ("en", "The story is false, he says."),
        ("ru", "Министр опроверг это."),
        ("ru", "Министр отказался говорить."),
        ("ru", "Это ложь, заявил министр."),
    ],
)
def test_a_word_that_denies_leaves_both_to_be_chosen(language: str, text: str) -> None:
    assert preset_values(text, language) == {}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "يتساءل الباحث عن الاتفاق."),
        ("ar", "ويجري الحديث عن هجوم."),
        ("ar", "ألمح الوزير إلى الاتفاق."),
        ("fr", "Alger doute de cette version."),
        ("en", "Observers saw the convoy."),
        ("en", "He questioned the story."),
        ("ru", "Ходят слухи о наступлении."),
    ],
)
def test_a_word_that_doubts_or_only_hears_leaves_both_to_be_chosen(
    language: str, text: str
) -> None:
    assert preset_values(text, language) == {}
