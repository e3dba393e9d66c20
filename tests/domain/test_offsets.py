"""Spans are code points, checked against their quotes before anything is stored."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.offsets import OffsetError, check_spans, envelope, quote

TEXT = "🔴 عاجل: أكّدَ الوزيرُ أن\u00a0«مالي» ستنسحب\r\nLe ministre, né à Gao 👩🏽‍🚒 🇲🇱."


def spans_of(*quotes: str) -> list[list[int]]:
    return [[TEXT.index(words), TEXT.index(words) + len(words)] for words in quotes]


def refusal(text: str, spans: object, quotes: object) -> OffsetError:
    with pytest.raises(OffsetError) as caught:
        check_spans(text, spans, quotes)
    return caught.value


@pytest.mark.parametrize(
    "quotes",
    [["عاجل"], ["🔴 عاجل"], ["أن\u00a0«مالي» ستنسحب"], ["أكّدَ", "ستنسحب"], ["né à Gao 👩🏽‍🚒 🇲🇱."]],
)
def test_spans_that_read_their_quotes_are_taken_as_they_are(quotes: list[str]) -> None:
    spans = spans_of(*quotes)
    assert check_spans(TEXT, spans, quotes) == tuple(map(tuple, spans))


@pytest.mark.parametrize("spans", [None, [], {}, "0,4", 7])
def test_no_list_of_spans_is_refused(spans: object) -> None:
    assert refusal(TEXT, spans, []).code == "list"


@pytest.mark.parametrize("quotes", [None, [], ["a", "b"], "a", [None], [4]])
def test_each_span_needs_one_quote_that_is_text(quotes: object) -> None:
    assert refusal(TEXT, [[2, 6]], quotes).code == "quotes"


@pytest.mark.parametrize(
    "span",
    [[True, 6], [2.0, 6], ["2", "6"], [2], [2, 6, 7], [None, 6], 2, "26", {"start": 2, "end": 6}],
)
def test_only_pairs_of_whole_numbers_are_spans(span: object) -> None:
    assert refusal(TEXT, [span], ["عاجل"]).code == "number"


@pytest.mark.parametrize(
    ("text", "span", "words", "code"),
    [
        ("abc", [2, 1], "b", "reversed"),
        ("abc", [1, 1], "", "reversed"),
        ("abc", [-2, 2], "ab", "range"),
        ("abc", [-2, -1], "b", "range"),
        ("abc", [1, 4], "bc", "range"),
        ("abc", [0, 10**30], "abc", "range"),
        ("abc", [0, 2], "bc", "quote"),
        ("a «…» b", [2, 5], "«…»", "empty"),
        ("a b", [0, 2], "a ", "white_space"),
        ("a\u00a0b", [1, 3], "\u00a0b", "white_space"),
        ("Mali\nGao", [0, 8], "Mali\nGao", "line_break"),
        ("Mali\r\nGao", [0, 9], "Mali\r\nGao", "line_break"),
        ("Mali\u2029Gao", [0, 8], "Mali\u2029Gao", "line_break"),
        ("Mali\x85Gao", [0, 8], "Mali\x85Gao", "line_break"),
        ("كتبَ", [0, 3], "كتب", "grapheme"),
        ("كتبَ", [0, 1], "ك", None),
        ("e\u0301te", [0, 1], "e", "grapheme"),
        ("e\u0301te", [1, 3], "\u0301t", "grapheme"),
        ("a 👩‍🚒", [0, 3], "a 👩", "grapheme"),
        ("a 👩‍🚒", [0, 4], "a 👩\u200d", "grapheme"),
        ("a 👍🏽", [0, 3], "a 👍", "grapheme"),
        ("a 🇲🇱🇫🇷", [0, 3], "a 🇲", "grapheme"),
        ("a 🇲🇱🇫🇷", [0, 4], "a 🇲🇱", None),
    ],
)
def test_each_rule_of_a_span_has_its_code(
    text: str, span: list[int], words: str, code: str | None
) -> None:
    if code is None:
        assert check_spans(text, [span], [words]) == (tuple(span),)
    else:
        assert refusal(text, [span], [words]).code == code


@pytest.mark.parametrize("order", [["ستنسحب", "أكّدَ"], ["عاجل", "عاجل"], ["مالي» ستنسحب", "ستنسحب"]])
def test_spans_that_overlap_or_stand_out_of_order_are_refused(order: list[str]) -> None:
    error = refusal(TEXT, spans_of(*order), order)
    assert error.code == "overlap"
    assert "Span 2" in error.message


@pytest.mark.parametrize("words", ["عاجل", "ستنسحب", "Gao", "Gao 👩🏽‍🚒 🇲🇱."])
def test_offsets_in_utf16_units_are_recognised_and_named(words: str) -> None:
    start = TEXT.index(words)
    units = [len(TEXT[:at].encode("utf-16-le")) // 2 for at in (start, start + len(words))]
    error = refusal(TEXT, [units], [words])
    assert error.code == "utf16"
    assert "code points" in error.message


def test_a_wrong_quote_is_shown_beside_the_text_both_shortened() -> None:
    error = refusal("م" * 500, [[0, 400]], ["ن" * 400])
    assert "م" * 39 + "…" in error.message
    assert "ن" * 39 + "…" in error.message
    assert len(error.message) < 200


def test_a_message_can_be_sent_even_if_the_quote_holds_half_a_character() -> None:
    error = refusal(TEXT, [[2, 6]], ["\ud83d"])
    assert error.message.encode()


ENDS = st.integers(-1, 9)


@given(
    st.text("كتَ a\u0301\n🔴🇲.", max_size=8),
    st.lists(st.tuples(ENDS, ENDS), min_size=1, max_size=3),
)
def test_spans_are_either_refused_or_exact_ordered_and_disjoint(
    text: str, spans: list[tuple[int, int]]
) -> None:
    quotes = [text[max(start, 0) : max(end, 0)] for start, end in spans]
    try:
        checked = check_spans(text, spans, quotes)
    except OffsetError:
        return
    assert [text[start:end] for start, end in checked] == quotes
    assert all(words.strip() == words != "" and "\n" not in words for words in quotes)
    assert all(end <= start for (_, end), (start, _) in pairwise(checked))


def test_discontinuous_words_are_joined_and_enveloped() -> None:
    spans = check_spans(TEXT, spans_of("أكّدَ", "ستنسحب"), ["أكّدَ", "ستنسحب"])
    assert quote(TEXT, spans) == "أكّدَ … ستنسحب"
    assert envelope(spans) == (spans[0][0], spans[1][1])
