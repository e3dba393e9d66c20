"""Annotations of several people are paired by their letters, helped by source and claim."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.alignment import Group, Mention, align, chars, iou, keep_ids

WORKED = Path(__file__).parents[3] / "shared/data/agreement/worked-examples.json"
ARTICLE = Path(__file__).parents[3] / "shared/data/articles/001_aacd3da2517f9e02.txt"

# The published offsets on letters of our own: 78 letters of which 58 come first, then 85 of which
# 38 come first and 47 last.
PUBLISHED = "".join(
    (
        (" " * 641 + "ب" * 58 + " " * 11 + "ت" * 20).ljust(1819),
        "ج" * 38 + " " * 7 + "د" * 47 + " " * 8,
    )
)


def mention(name: str, *spans: tuple[int, int], **fields: Any) -> Mention:
    """``A1``: the first mention of the first annotator."""
    rank, order = "ABCDE".index(name[0]), int(name[1:])
    given: dict[str, Any] = {"sentence": 0, **fields}
    return Mention(id=name, annotator=rank, order=order, spans=spans, **given)


def names(groups: list[Group]) -> list[list[str]]:
    return [[member.id for member in group.members] for group in groups]


def published_mentions() -> list[Mention]:
    le_monde, algeria = ("le-monde",), ("le-monde", "gov-algeria")
    return [
        mention("A1", (641, 736), chain=("unspec",), claim="C01", claim_relation="same"),
        mention("A2", (1819, 1919), chain=le_monde, claim="C01", claim_relation="same"),
        mention("A3", (1864, 1919), chain=algeria),
        mention("B1", (641, 710), claim="C01", claim_relation="same"),
        mention("B2", (1819, 1863), chain=le_monde, claim="C01", claim_relation="same"),
    ]


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("«مالي، 2»", [1, 2, 3, 4, 7]),
        ("مُـ", [0, 1, 2]),
        ("a\u00a0b\r\n\u200f", [0, 2]),
        ("👩‍🚒🔥e\u0301", [4, 5]),
        ("..؟", []),
    ],
)
def test_letters_digits_and_marks_count_and_nothing_else(text: str, letters: list[int]) -> None:
    assert chars(text, [(0, len(text))]) == frozenset(letters)


def test_spaces_and_punctuation_at_the_edge_are_no_difference() -> None:
    assert iou('"مالي" ..', [(0, 9)], [(1, 5)]) == 1.0


def test_iou_is_shared_letters_over_all_letters_also_across_gaps() -> None:
    assert iou("abcdefghij", [(0, 2), (4, 8)], [(1, 6)]) == 3 / 8


def test_spans_without_any_letter_are_alike_only_when_equal() -> None:
    assert iou("🔥🔥 x", [(0, 1)], [(0, 1)]) == 1.0
    assert iou("🔥🔥 x", [(0, 1)], [(1, 2)]) == 0.0


def test_the_published_example_is_grouped_as_published() -> None:
    groups = align(PUBLISHED, published_mentions(), match_threshold=0.5)
    assert names(groups) == [["A1", "B1"], ["A2", "B2"], ["A3"]]
    assert iou(PUBLISHED, [(641, 736)], [(641, 710)]) == pytest.approx(0.7436, abs=0.0006)
    assert iou(PUBLISHED, [(1819, 1919)], [(1819, 1863)]) == pytest.approx(0.4471, abs=0.0006)


@pytest.mark.skipif(not WORKED.exists(), reason="the worked examples are not beside this checkout")
def test_the_worked_example_holds_on_its_article() -> None:
    example = json.loads(WORKED.read_text(encoding="utf-8"))["alignment_example"]
    with ARTICLE.open(encoding="utf-8", newline="") as file:
        text = file.read()
    spans = {row["id"]: row["spans"] for rows in example["annotators"].values() for row in rows}
    for pair, share in example["iou"].items():
        a, b = pair.split("-")
        assert iou(text, spans[a], spans[b]) == pytest.approx(share, abs=0.0006)
    assert names(align(text, published_mentions())) == example["expected"]["groups"]


@pytest.mark.parametrize(
    ("fields", "together"),
    [
        ({}, False),
        ({"chain": ("le-monde",)}, True),
        ({"claim": "C01"}, True),
    ],
)
def test_little_overlap_is_enough_only_for_the_same_source_or_claim(
    fields: dict[str, Any], together: bool
) -> None:
    a, b = mention("A1", (0, 6), **fields), mention("B1", (4, 10), **fields)
    assert iou("abcdefghij", a.spans, b.spans) == 0.2
    assert (len(align("abcdefghij", [a, b])) == 1) is together


def test_the_same_holder_behind_another_relay_is_the_same_source() -> None:
    a = mention("A1", (0, 6), chain=("rfi", "algeria"))
    b = mention("B1", (4, 10), chain=("algeria",))
    assert names(align("abcdefghij", [a, b])) == [["A1", "B1"]]


@pytest.mark.parametrize("threshold", [0.5, 0.6, 0.8, 0.9])
def test_an_overlap_of_exactly_the_threshold_is_enough(threshold: float) -> None:
    end = round(threshold * 10)
    pair = [mention("A1", (0, 10)), mention("B1", (0, end))]
    assert len(align("abcdefghij", pair, match_threshold=threshold)) == 1


def test_the_same_holder_outweighs_a_little_more_overlap() -> None:
    mentions = [
        mention("A1", (0, 10), chain=("x",)),
        mention("B1", (0, 8)),
        mention("B2", (0, 6), chain=("x",)),
    ]
    assert names(align("abcdefghij", mentions)) == [["A1", "B2"], ["B1"]]


def test_of_equal_overlaps_the_nearer_start_is_taken() -> None:
    mentions = [mention("A1", (4, 8)), mention("B1", (2, 8)), mention("B2", (4, 10))]
    assert names(align("abcdefghij", mentions)) == [["B1"], ["A1", "B2"]]


def test_two_labels_stacked_on_one_span_pair_by_their_labels() -> None:
    said, denied = {"kind": "event", "stance": "supports"}, {"kind": "event", "stance": "denies"}
    mentions = [
        mention("A1", (0, 5), labels=said),
        mention("A2", (0, 5), labels=denied),
        mention("B1", (0, 5), labels=denied),
        mention("B2", (0, 5), labels=said),
    ]
    assert names(align("abcde", mentions)) == [["A1", "B2"], ["A2", "B1"]]


def test_after_labels_the_equal_chain_decides() -> None:
    mentions = [
        mention("A1", (0, 5), chain=("rfi", "x")),
        mention("B1", (0, 5), chain=("x",)),
        mention("B2", (0, 5), chain=("rfi", "x")),
    ]
    assert names(align("abcde", mentions)) == [["A1", "B2"], ["B1"]]


def test_three_mentions_join_only_if_every_two_overlap() -> None:
    chained = [
        mention("A1", (0, 4), chain=("x",)),
        mention("B1", (2, 8), chain=("x",)),
        mention("C1", (6, 10), chain=("x",)),
    ]
    assert names(align("abcdefghij", chained)) == [["A1", "B1"], ["C1"]]


@pytest.mark.parametrize(
    ("mentions", "groups"),
    [
        # one claim in two pieces, which another drew in one
        ([mention("A1", (0, 3), (6, 10)), mention("B1", (0, 10))], [["A1", "B1"]]),
        # a claim inside another, drawn by both: each finds its own
        (
            [
                mention("A1", (0, 10)),
                mention("A2", (6, 10)),
                mention("B1", (0, 9)),
                mention("B2", (5, 10)),
            ],
            [["A1", "B1"], ["A2", "B2"]],
        ),
        # three readers of one claim, of whom one found another beside it
        (
            [
                mention("A1", (0, 5)),
                mention("B1", (0, 4)),
                mention("C1", (1, 5)),
                mention("C2", (6, 10)),
            ],
            [["A1", "B1", "C1"], ["C2"]],
        ),
        # the pieces of one meet only the gap of the other
        ([mention("A1", (0, 3), (7, 10)), mention("B1", (3, 7))], [["A1"], ["B1"]]),
    ],
)
def test_pieces_nests_and_three_readers_are_grouped(
    mentions: list[Mention], groups: list[list[str]]
) -> None:
    assert names(align("abcdefghij", mentions)) == groups


def test_a_group_is_at_home_where_its_earliest_member_is() -> None:
    later, earlier = mention("A1", (3, 9), sentence=1), mention("B1", (1, 9), sentence=0)
    (group,) = align("abcdefghij", [later, earlier])
    assert group.home == 0


def test_one_annotator_cannot_have_two_mentions_of_one_order() -> None:
    with pytest.raises(ValueError, match="same annotator and order"):
        align("abc", [mention("A1", (0, 1)), mention("A1", (1, 2))])


TEXT = "أكد لافروف أن 🔥 «مالي» تمضي\u00a0قُدُما.. وقال مصدر: لا"
SPAN = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 20)).map(
    lambda it: (it[0], min(len(TEXT), it[0] + it[1]))
)
MENTIONS = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        SPAN,
        st.sampled_from([(), ("x",), ("x", "y"), ("y",)]),
        st.sampled_from([None, "C1"]),
        st.sampled_from(["event", "causal"]),
    ),
    max_size=14,
).map(
    lambda rows: [
        mention(f"{who}{order}", span, chain=chain, claim=claim, labels={"kind": kind})
        for order, (who, span, chain, claim, kind) in enumerate(rows)
    ]
)


@given(MENTIONS, st.randoms())
def test_groups_do_not_depend_on_the_order_of_the_input(
    mentions: list[Mention], random: Random
) -> None:
    shuffled = random.sample(mentions, len(mentions))
    assert names(align(TEXT, shuffled)) == names(align(TEXT, mentions))


@given(MENTIONS)
def test_every_mention_is_in_one_group_and_every_annotator_once(mentions: list[Mention]) -> None:
    groups = align(TEXT, mentions)
    placed = [member.id for group in groups for member in group.members]
    assert sorted(placed) == sorted(mention.id for mention in mentions)
    for group in groups:
        ranks = [member.annotator for member in group.members]
        assert ranks == sorted(set(ranks))


@given(MENTIONS)
def test_members_of_a_group_all_overlap(mentions: list[Mention]) -> None:
    for group in align(TEXT, mentions):
        for a in group.members:
            assert all(iou(TEXT, a.spans, b.spans) > 0 for b in group.members)


def grouped(*groups: str) -> list[Group]:
    return [Group(tuple(mention(name, (0, 1)) for name in names.split())) for names in groups]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ({"g": "A1 B1"}, ["A1 B1 C1"], ["g"]),
        ({"g": "A1 B1 C1"}, ["A1", "B1 C1"], [None, "g"]),
        ({"g": "A1 B1", "h": "C1"}, ["A1 B1 C1"], ["g"]),
        ({"g": "A1 B1"}, ["A1", "B1"], ["g", None]),
        ({"g": "A1 D1", "h": "B1"}, ["A1 B1"], ["h"]),
        ({"h": "A1", "g": "B1"}, ["A1 B1"], ["h"]),
        ({"g": "A1"}, ["B1"], [None]),
    ],
)
def test_a_new_group_keeps_the_id_of_the_old_one_it_shares_most_with(
    old: dict[str, str], new: list[str], kept: list[str | None]
) -> None:
    before = {key: frozenset(members.split()) for key, members in old.items()}
    assert keep_ids(before, grouped(*new)) == kept
