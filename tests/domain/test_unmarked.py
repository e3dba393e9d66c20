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
