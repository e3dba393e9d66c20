"""What a text is named by, where it is too long to be named by all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.shortening import shortened


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("قالت روسيا", "قالت روسيا"),
        ("قالت روسيا\r\n\r\nإنها أوقفت", "قالت روسيا…"),
        ("one two three", "one two…"),
        ("one\xa0\ntwo", "one two"),
        ("one two six", "one two six"),
        ("北京市政府周三表示将停止进攻", "北京市政府周三表示将停…"),
        ("", ""),
        ("\n" * 99 + "one", "one"),
        ("one" + "\n" * 99 + "two", "one…"),
    ],
)
def test_a_text_is_cut_between_words_and_the_cut_is_shown(text: str, name: str) -> None:
    assert shortened(text, 11) == name


@given(st.text(), st.integers(1, 20))
def test_nothing_is_left_out_without_an_ellipsis(text: str, longest: int) -> None:
    name = shortened(text, longest)
    assert len(name) <= longest + 1
    assert name == " ".join(text.split()) or name.endswith("…")
