"""A pull quote names the sentence that it repeats; one that changes it names none."""

import pytest

from annotate.domain.repeats import repeated

BODY = [
    "الحصار على باماكو",
    "قال المتحدث إن المدينة لن تسقط ما دام أهلها صامدين، وأضاف أن الوقود يصل.",
    "ولم تعلق الحكومة.",
]


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("◄ المدينة لن تسقط ما دام أهلها صامدين", 1),
        ("المدينةُ لن تســقط ما دامَ أهلُها صامدين", 1),
        ("🚩 لن تسقط ما دام أهلها صامدين 🚩", 1),
        ("◄ العاصمة لن تسقط إن رحل أهلها", None),
        ("◄ الحصار", None),
        ("", None),
    ],
)
def test_the_sentence_with_nearly_all_its_words_is_the_one_repeated(
    quote: str, sentence: int | None
) -> None:
    assert repeated([*BODY, quote], 3) == sentence


def test_of_two_that_are_equal_the_first_is_named() -> None:
    assert repeated(["Le port a fermé.", "Le port a fermé.", "Le port a fermé"], 2) == 0
