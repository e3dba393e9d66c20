"""How far annotators differ, and what a policy may settle without a reviewer."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.alignment import Group, Mention, align
from annotate.domain.disagreement import (
    Agreed,
    Because,
    Level,
    Reading,
    Readings,
    Scale,
    Side,
    ToReview,
    agreed_span,
    differences,
    judge,
    level_of,
    pattern_of,
    provenance,
)

WORKED = Path(__file__).parents[3] / "shared/data/agreement/worked-examples.json"

# The value outside the scale has a place among the options, which must not make a step of its own.
CERTAINTY_ORDER = {"possible": 1, "unspecified": 2, "probable": 3, "certain": 4}
SCALES = [
    Scale(key="kind", order={}),
    Scale(key="attribution_type", order={}),
    Scale(key="stance", order={}),
    Scale(
        key="certainty",
        ordinal=True,
        order=CERTAINTY_ORDER,
        missing=frozenset({"unspecified"}),
    ),
    Scale(key="topic", order={}),
    Scale(key="checkworthy", ordinal=True, order={"no": 10, "maybe": 20, "yes": 30}),
]
CONFIDENCE = {"low": 1, "medium": 2, "high": 3}
LABELS = {"kind": "event", "stance": "supports", "certainty": "certain"}
TEXT = 'ستنسحب القوات الأوروبية من مالي "قريبا" بعد 🔥 وفق مصدر ' + "x" * 40
FOUND, NO, SKIPPED = Reading.CLAIMS, Reading.NO_CLAIM, Reading.SKIPPED


def mention(name: str, start: int = 0, end: int = 30, **fields: Any) -> Mention:
    """``A1``: the first mention of the first annotator; labels go by name."""
    chain = fields.pop("chain", ())
    own = {key: fields.pop(key) for key in [scale.key for scale in SCALES] if key in fields}
    labels = LABELS | {"attribution_type": "indirect" if chain else "author"} | own
    return Mention(
        id=name,
        annotator="ABCDE".index(name[0]),
        order=int(name[1:]),
        spans=((start, end),),
        chain=chain,
        labels=labels,
        **{"sentence": 0, "confidence": "high", **fields},
    )


def readings_of(mentions: Sequence[Mention], **others: Reading) -> dict[tuple[int, int], Reading]:
    """All who have a mention found claims; ``C=NO``: what another made of sentence 0."""
    found = {(0, mention.annotator): FOUND for mention in mentions}
    return found | {(0, "ABCDE".index(name)): reading for name, reading in others.items()}


def levels(
    *members: Mention, others: Sequence[Mention] = (), **readings: Reading
) -> dict[str, str]:
    mentions = [*members, *others]
    found = differences(
        Group(members),
        text=TEXT,
        scales=SCALES,
        readings=readings_of(mentions, **readings),
        mentions=mentions,
    )
    return {it.dimension: it.level.name.lower() for it in found}


def verdict(
    *members: Mention, others: Sequence[Mention] = (), readings: Readings | None = None, **how: Any
) -> Agreed | ToReview:
    mentions = [*members, *others]
    given = {"policy": "unanimous", "annotators_per_article": 2, "text": TEXT, **how}
    return judge(
        Group(members),
        scales=SCALES,
        readings=readings_of(mentions) if readings is None else readings,
        mentions=mentions,
        confidence_order=CONFIDENCE,
        **given,
    )


def agreed(*members: Mention, **how: Any) -> Agreed:
    outcome = verdict(*members, **how)
    assert isinstance(outcome, Agreed), outcome
    return outcome


def unsettled(*members: Mention, **how: Any) -> tuple[str, ...]:
    outcome = verdict(*members, **how)
    assert isinstance(outcome, ToReview), outcome
    return outcome.unsettled


def test_levels_are_ordered() -> None:
    assert Level.NONE < Level.MINOR < Level.MAJOR < Level.CRITICAL


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({}, {}, {}),
        ({"confidence": "low", "cue": (0, 3)}, {"confidence": "high"}, {}),
        ({"stance": "supports"}, {"stance": "denies"}, {"stance": "critical"}),
        ({"stance": "supports"}, {"stance": "reports"}, {"stance": "major"}),
        ({"stance": "questions"}, {"stance": "denies"}, {"stance": "major"}),
        ({"kind": "event"}, {"kind": "causal"}, {"kind": "major"}),
        ({"certainty": "certain"}, {"certainty": "possible"}, {"certainty": "major"}),
        ({"certainty": "certain"}, {"certainty": "probable"}, {"certainty": "minor"}),
        ({"certainty": "possible"}, {"certainty": "probable"}, {"certainty": "minor"}),
        ({"certainty": "possible"}, {"certainty": "unspecified"}, {"certainty": "minor"}),
        ({"chain": ("x",)}, {"chain": ("y",)}, {"source": "critical"}),
        ({"chain": ("x",)}, {}, {"source": "critical"}),
        ({"chain": ("lm",)}, {"chain": ("lm", "algeria")}, {"source": "major"}),
        ({"chain": ("lm", "algeria")}, {"chain": ("algeria",)}, {"chain": "minor"}),
        ({"chain": ("rfi", "x")}, {"chain": ("lm", "x")}, {"chain": "minor"}),
        (
            {"chain": ("x",), "attribution_type": "direct"},
            {"chain": ("x",)},
            {"attribution_type": "minor"},
        ),
        ({"claim": "C1"}, {}, {}),
        ({"claim": "C1"}, {"claim": "C2"}, {"claim": "major"}),
        (
            {"claim": "C1", "claim_relation": "same"},
            {"claim": "C1", "claim_relation": "related"},
            {"claim": "major"},
        ),
        ({"topic": "war"}, {"topic": "trade"}, {"topic": "major"}),
        ({"topic": ("war", "trade")}, {"topic": ("trade", "war")}, {}),
        ({"topic": "war"}, {}, {}),
        ({"checkworthy": "no"}, {"checkworthy": "maybe"}, {"checkworthy": "minor"}),
        ({"checkworthy": "no"}, {"checkworthy": "yes"}, {"checkworthy": "major"}),
        ({"start": 0, "end": 32}, {"start": 0, "end": 31}, {}),
        ({"start": 0, "end": 31}, {"start": 0, "end": 23}, {"boundary": "minor"}),
    ],
)
def test_two_members_differ_as_much_as_the_table_says(
    a: dict[str, Any], b: dict[str, Any], expected: dict[str, str]
) -> None:
    assert levels(mention("A1", **a), mention("B1", **b)) == expected
    swapped = levels(mention("A1", **b), mention("B1", **a))
    assert swapped == expected


@pytest.mark.parametrize(
    ("alone", "other", "reading", "expected"),
    [
        ({}, None, NO, {"existence": "critical"}),
        ({"chain": ("x",)}, None, NO, {"existence": "critical"}),
        ({}, None, FOUND, {"existence": "major"}),
        ({"chain": ("x",)}, None, FOUND, {"existence": "critical"}),
        ({"end": 20}, {"end": 60}, FOUND, {"granularity": "minor"}),
        (
            {"end": 20, "chain": ("x",)},
            {"end": 60, "chain": ("lm", "x")},
            FOUND,
            {"granularity": "minor"},
        ),
        ({"end": 20, "chain": ("x",)}, {"end": 60}, FOUND, {"existence": "critical"}),
        ({"end": 20}, {"start": 10, "end": 60}, FOUND, {"existence": "major"}),
        ({"start": 44, "end": 45}, {"end": 60}, FOUND, {"granularity": "minor"}),
        ({"start": 44, "end": 45}, {"end": 30}, FOUND, {"existence": "major"}),
        ({"end": 20}, {"end": 60}, NO, {"existence": "critical"}),
        ({}, None, SKIPPED, {}),
    ],
)
def test_a_lone_mention_counts_by_what_the_other_made_of_the_sentence(
    alone: dict[str, Any],
    other: dict[str, Any] | None,
    reading: Reading,
    expected: dict[str, str],
) -> None:
    others = [mention("B1", **other)] if other else []
    assert levels(mention("A1", **alone), others=others, B=reading) == expected


def test_an_unread_sentence_is_never_no_claim() -> None:
    assert levels(mention("A1", chain=("x",))) == {}


def test_three_annotators_are_compared_in_pairs_and_the_highest_level_counts() -> None:
    members = [
        mention("A1", certainty="certain"),
        mention("B1", certainty="probable"),
        mention("C1", certainty="possible"),
    ]
    assert levels(*members) == {"certainty": "major"}
    assert levels(*members[:2], D=NO) == {"existence": "critical", "certainty": "minor"}


def test_a_difference_says_who_holds_what() -> None:
    members = (mention("A1", chain=("x",)), mention("B1"), mention("C1", chain=("x",)))
    readings = readings_of(members, D=NO, E=FOUND)
    existence, source = differences(
        Group(members), text=TEXT, scales=SCALES, readings=readings, mentions=members
    )
    assert existence.sides == (
        Side("found", (0, 1, 2)),
        Side("no_claim", (3,)),
        Side("not_found", (4,)),
    )
    assert source.sides == (Side("x", (0, 2)), Side(None, (1,)))


def test_the_highest_difference_comes_first_and_gives_the_level() -> None:
    members = (
        mention("A1", 0, 31, kind="event", chain=("lm", "x")),
        mention("B1", 0, 23, kind="causal", chain=("x",)),
    )
    found = differences(
        Group(members), text=TEXT, scales=SCALES, readings=readings_of(members), mentions=members
    )
    assert [it.dimension for it in found] == ["kind", "chain", "boundary"]
    assert level_of(found) is Level.MAJOR
    assert level_of([]) is Level.NONE


def published_groups() -> tuple[str, list[Mention], list[Group]]:
    """The offsets and labels of the published example on letters of our own."""
    text = (" " * 641 + "ب" * 58 + " " * 11 + "ت" * 20).ljust(1819)
    text += "ج" * 38 + " " * 7 + "د" * 47 + " " * 8
    hedged = {"stance": "reports", "certainty": "unspecified"}
    mentions = [
        mention("A1", 641, 736, chain=("unspec",), kind="causal", claim="C01", **hedged),
        mention("A2", 1819, 1919, sentence=1, chain=("le-monde",), kind="causal", claim="C01"),
        mention("A3", 1864, 1919, sentence=1, chain=("le-monde", "algeria"), kind="prediction"),
        mention("B1", 641, 710, kind="event", claim="C01"),
        mention("B2", 1819, 1863, sentence=1, chain=("le-monde",), kind="causal", claim="C01"),
    ]
    return text, mentions, align(text, mentions)


PUBLISHED_DIFFERENCES = {
    "A1-B1": {
        "source": "critical",
        "stance": "major",
        "certainty": "minor",
        "kind": "major",
        "boundary": "minor",
    },
    "A2-B2": {"boundary": "minor"},
    "A3": {"existence": "critical"},
}


def differences_by_group() -> dict[str, dict[str, str]]:
    text, mentions, groups = published_groups()
    readings = {(sentence, rank): FOUND for sentence in (0, 1) for rank in (0, 1)}
    return {
        "-".join(member.id for member in group.members): {
            it.dimension: it.level.name.lower()
            for it in differences(
                group, text=text, scales=SCALES, readings=readings, mentions=mentions
            )
        }
        for group in groups
    }


def test_the_published_example_differs_as_published() -> None:
    assert differences_by_group() == PUBLISHED_DIFFERENCES


@pytest.mark.skipif(not WORKED.exists(), reason="the worked examples are not beside this checkout")
def test_the_table_here_is_the_one_published() -> None:
    example = json.loads(WORKED.read_text(encoding="utf-8"))["alignment_example"]
    published = example["expected"]["disagreements"]
    assert {
        group: {"boundary" if key == "span" else key: level for key, level in rows.items()}
        for group, rows in published.items()
    } == PUBLISHED_DIFFERENCES


def test_equal_work_is_unanimous_with_the_most_cautious_confidence() -> None:
    result = agreed(
        mention("A1", chain=("x",), confidence="high", cue=(40, 43)),
        mention("B1", chain=("x",), confidence="low"),
    )
    assert result.agreed_by == "unanimous"
    assert (result.chain, result.labels["kind"], result.confidence) == (("x",), "event", "low")
    assert (result.provenance.n_annotators, result.provenance.n_agree) == (2, 2)


def test_the_span_cue_and_source_come_from_one_member() -> None:
    shorter = mention("A1", 0, 30, cue=(40, 43), source_span=(50, 54))
    longer = mention("B1", 0, 31, cue=(45, 48))
    result = agreed(shorter, longer)
    assert (result.member, result.spans, result.cue) == ("B1", ((0, 31),), (45, 48))
    assert result.source_span is None


def test_the_agreed_span_is_the_one_most_like_the_others() -> None:
    wide, middle, narrow = mention("A1", 0, 31), mention("B1", 0, 26), mention("C1", 0, 23)
    assert agreed_span(TEXT, [wide, middle, narrow]) is middle
    assert agreed_span(TEXT, [narrow, wide]) is wide


def test_one_annotator_alone_is_single_only_where_one_is_wanted() -> None:
    lone = mention("A1")
    assert agreed(lone, annotators_per_article=1).agreed_by == "single"
    assert verdict(lone) == ToReview(because=Because.ALONE)


def test_who_skipped_the_sentence_leaves_the_other_alone_and_not_agreed() -> None:
    lone = mention("A1")
    assert verdict(lone, readings=readings_of([lone], B=SKIPPED)) == ToReview(because=Because.ALONE)


def test_a_member_judged_the_claim_wherever_its_own_home_is() -> None:
    a, b = mention("A1", 0, 31), mention("B1", 1, 31, sentence=1)
    result = agreed(a, b, readings={(0, 0): FOUND, (0, 1): SKIPPED, (1, 1): FOUND})
    assert result.provenance.n_annotators == 2


def test_adjudicate_all_agrees_on_nothing() -> None:
    assert verdict(mention("A1"), mention("B1"), policy="adjudicate_all") == ToReview(
        because=Because.POLICY
    )


@pytest.mark.parametrize(
    ("a", "b", "open_"),
    [
        ({"kind": "event"}, {"kind": "causal"}, ("kind",)),
        ({"certainty": "certain"}, {"certainty": "unspecified"}, ("certainty",)),
        ({"chain": ("x",)}, {}, ("source",)),
        ({"chain": ("lm",)}, {"chain": ("lm", "x")}, ("source",)),
        ({"chain": ("rfi", "x")}, {"chain": ("lm", "x")}, ("chain",)),
        ({"claim": "C1"}, {"claim": "C2"}, ("claim",)),
        ({"topic": "war"}, {"topic": "trade"}, ("topic",)),
        ({"end": 31}, {"end": 14}, ("boundary",)),
        ({"start": 0, "end": 23}, {"start": 7, "end": 31}, ("boundary",)),
    ],
)
def test_what_no_rule_settles_goes_to_review(
    a: dict[str, Any], b: dict[str, Any], open_: tuple[str, ...]
) -> None:
    assert unsettled(mention("A1", **a), mention("B1", **b)) == open_


def test_the_longer_chain_is_taken_where_only_outer_links_differ() -> None:
    a, b = mention("A1", chain=("lm", "x")), mention("B1", chain=("x",))
    result = agreed(a, b)
    assert (result.agreed_by, result.ruled, result.chain) == ("rule", ("chain",), ("lm", "x"))
    assert result.provenance.n_agree == 1
    assert unsettled(a, b, on_difference={"chain": "review"}) == ("chain",)


def test_direct_or_indirect_is_taken_as_the_text_has_it() -> None:
    quoted: dict[str, Any] = {"start": 33, "end": 38, "chain": ("x",)}
    a = mention("A1", attribution_type="direct", **quoted)
    b = mention("B1", attribution_type="indirect", **quoted)
    result = agreed(a, b)
    assert (result.ruled, result.labels["attribution_type"]) == (("attribution_type",), "direct")
    off = {"attribution_type": "review"}
    assert unsettled(a, b, on_difference=off) == ("attribution_type",)


def test_kind_has_a_rule_only_when_it_is_switched_on() -> None:
    a, b = mention("A1", kind="event"), mention("B1", kind="causal")
    assert unsettled(a, b) == ("kind",)
    result = agreed(a, b, on_difference={"kind": "rule"})
    assert (result.labels["kind"], result.ruled) == ("causal", ("kind",))
    added = mention("B1", kind="rumour")
    assert unsettled(a, added, on_difference={"kind": "rule"}) == ("kind",)


def test_switching_one_rule_leaves_the_others_as_they_are() -> None:
    a = mention("A1", kind="event", chain=("lm", "x"))
    b = mention("B1", kind="causal", chain=("x",))
    assert agreed(a, b, on_difference={"kind": "rule"}).ruled == ("chain", "kind")


@pytest.mark.parametrize(("short", "long"), [(23, 31), (13, 23)])
def test_the_rule_for_spans_takes_the_longer(short: int, long: int) -> None:
    result = agreed(mention("A1", 0, short), mention("B1", 0, long))
    assert (result.member, result.ruled, result.agreed_by) == ("B1", ("boundary",), "rule")


@pytest.mark.parametrize(
    ("fields", "other"),
    [
        ({"cue": (24, 26)}, None),
        ({"source_span": (27, 31)}, None),
        ({}, ("A2", 27, 31)),
        ({}, ("A2", 20, 60)),
    ],
)
def test_the_longer_span_is_reviewed_if_its_extra_words_hold_more(
    fields: dict[str, Any], other: tuple[str, int, int] | None
) -> None:
    others = [mention(*other)] if other else []
    short, long = mention("A1", 0, 23), mention("B1", 0, 31, **fields)
    assert unsettled(short, long, others=others) == ("boundary",)


def test_a_claim_around_the_whole_is_not_held_by_the_extra_words() -> None:
    around = [mention("A2", 0, 60), mention("B2", 0, 60)]
    assert agreed(mention("A1", 0, 23), mention("B1", 0, 31), others=around).member == "B1"


def test_the_link_of_the_one_who_linked_is_the_agreed_link() -> None:
    linked = mention("A1", claim="C1", claim_relation="same")
    result = agreed(linked, mention("B1"))
    assert (result.claim, result.claim_relation) == ("C1", "same")


def test_a_blank_answer_neither_hinders_nor_makes_a_result() -> None:
    result = agreed(mention("A1", topic="war"), mention("B1"))
    assert "topic" not in result.labels
    assert result.provenance.n_agree == 2


def test_two_annotators_have_no_majority() -> None:
    a, b = mention("A1", kind="event"), mention("B1", kind="causal")
    assert unsettled(a, b, policy="majority") == ("kind",)


def test_a_majority_settles_existence_answers_chain_and_boundary() -> None:
    members = [
        mention("A1", 0, 31, chain=("x",), kind="event"),
        mention("B1", 0, 31, chain=("x",), kind="causal"),
        mention("C1", 0, 14, chain=("y",), kind="event"),
    ]
    result = agreed(*members, policy="majority", readings=readings_of(members, D=NO))
    assert (result.agreed_by, result.chain, result.labels["kind"]) == ("majority", ("x",), "event")
    assert (result.spans, result.ruled) == (((0, 31),), ())
    assert (result.provenance.n_annotators, result.provenance.n_agree) == (4, 1)


@pytest.mark.parametrize(
    ("kinds", "others", "open_"),
    [
        (["event"], {"B": NO, "C": FOUND}, ("existence",)),
        (["event", "event"], {"C": NO, "D": NO}, ("existence",)),
        (["event", "causal", "quantity"], {}, ("kind",)),
        (["event", "causal"], {"C": NO}, ("kind",)),
    ],
)
def test_no_majority_goes_to_review(
    kinds: list[str], others: dict[str, Reading], open_: tuple[str, ...]
) -> None:
    members = [mention(f"{who}1", kind=kind) for who, kind in zip("ABC", kinds, strict=False)]
    readings = readings_of(members, **others)
    assert unsettled(*members, policy="majority", readings=readings) == open_


def test_two_of_three_answers_are_a_majority() -> None:
    kinds = zip("ABC", ["event", "causal", "causal"], strict=True)
    result = agreed(*[mention(f"{who}1", kind=kind) for who, kind in kinds], policy="majority")
    assert (result.agreed_by, result.labels["kind"]) == ("majority", "causal")


def test_a_majority_of_equals_is_called_unanimous() -> None:
    members = [mention("A1"), mention("B1"), mention("C1")]
    assert agreed(*members, policy="majority").agreed_by == "unanimous"


def test_one_absent_annotator_prevents_unanimity_but_not_a_majority() -> None:
    members = [mention("A1"), mention("B1")]
    readings = readings_of(members, C=FOUND)
    assert unsettled(*members, readings=readings) == ("existence",)
    assert agreed(*members, readings=readings, policy="majority").agreed_by == "majority"


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="dictator"):
        verdict(mention("A1"), policy="dictator")


def test_votes_list_every_side_with_most_votes_first() -> None:
    members = (mention("A1", kind="causal"), mention("B1"), mention("C1", claim="C1"))
    votes = provenance(
        Group(members),
        chain=(),
        labels=LABELS,
        scales=SCALES,
        readings=readings_of(members, D=NO),
    ).votes
    assert votes["kind"] == (Side("event", (1, 2)), Side("causal", (0,)))
    assert votes["existence"] == (Side("found", (0, 1, 2)), Side("no_claim", (3,)))
    assert votes["source"] == (Side(None, (0, 1, 2)),)
    assert votes["claim"] == (Side(("C1", ""), (2,)),)


def test_a_reviewers_values_count_the_members_that_had_them() -> None:
    members = (mention("A1", chain=("x",)), mention("B1", chain=("x",), kind="causal"))
    result = provenance(
        Group(members),
        chain=("x",),
        labels={**members[0].labels, "topic": "war"},
        scales=SCALES,
        readings=readings_of(members),
    )
    assert (result.n_annotators, result.n_agree) == (2, 1)


ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(["event", "causal"]),
    "stance": st.sampled_from(["supports", "denies"]),
    "certainty": st.sampled_from(["certain", "unspecified"]),
    "chain": st.sampled_from([(), ("x",), ("lm", "x")]),
    "claim": st.sampled_from([None, "C1", "C2"]),
    "end": st.sampled_from([14, 23, 31]),
}
MEMBERS = st.lists(st.fixed_dictionaries(ANSWERS), min_size=2, max_size=4).map(
    lambda rows: [mention(f"{'ABCD'[i]}1", **row) for i, row in enumerate(rows)]
)


@given(MEMBERS, st.sampled_from([{}, {"E": NO}, {"E": SKIPPED}]))
def test_unanimous_means_that_there_is_no_difference(
    members: list[Mention], others: Mapping[str, Reading]
) -> None:
    readings = readings_of(members, **others)
    found = differences(
        Group(tuple(members)), text=TEXT, scales=SCALES, readings=readings, mentions=members
    )
    outcome = verdict(*members, readings=readings)
    unanimous = isinstance(outcome, Agreed) and outcome.agreed_by == "unanimous"
    assert unanimous is not bool(found)


@given(MEMBERS)
def test_a_rule_settles_only_minor_differences(members: list[Mention]) -> None:
    outcome = verdict(*members)
    if isinstance(outcome, Agreed):
        found = differences(
            Group(tuple(members)),
            text=TEXT,
            scales=SCALES,
            readings=readings_of(members),
            mentions=members,
        )
        assert {it.dimension for it in found} == set(outcome.ruled)
        assert level_of(found) <= Level.MINOR


LISTED = [
    Scale(key="kind", order={"event": 0, "causal": 1}),
    Scale(key="stance", order={"supports": 0, "denies": 1, "questions": 2}),
    Scale(key="topic", order={"war": 0, "trade": 1}),
]


@pytest.mark.parametrize(
    ("members", "others", "pattern"),
    [
        ([mention("A1"), mention("B1")], {}, ""),
        ([mention("A1"), mention("B1", kind="causal")], {}, "|kind=causal/event|"),
        ([mention("A1", kind="causal"), mention("B1")], {}, "|kind=causal/event|"),
        ([mention("A1"), mention("B1", kind="strange")], {}, "|kind|"),
        (
            [mention("A1"), mention("B1", stance="denies"), mention("C1", stance="questions")],
            {},
            "|stance=denies/questions/supports|",
        ),
        (
            [mention("A1", topic=("war",)), mention("B1", topic=("war", "trade"))],
            {},
            "|topic=trade+war/war|",
        ),
        ([mention("A1"), mention("B1", chain=("x",))], {}, "|source=author/attributed|"),
        ([mention("A1", chain=("x",)), mention("B1", chain=("y",))], {}, "|source=other|"),
        ([mention("A1", chain=("x",)), mention("B1", chain=("x", "y"))], {}, "|source=relayed|"),
        ([mention("A1", chain=("x",)), mention("B1", chain=("z", "x"))], {}, "|chain|"),
        ([mention("A1"), mention("B1", 0, 12)], {}, "|boundary|"),
        ([mention("A1")], {"B": NO}, "|existence=found/no_claim|"),
        ([mention("A1")], {"B": FOUND, "C": NO}, "|existence=found/no_claim/not_found|"),
    ],
)
def test_the_pattern_says_how_readers_differ_and_nothing_else(
    members: list[Mention], others: dict[str, Reading], pattern: str
) -> None:
    found = differences(
        Group(tuple(members)),
        text=TEXT,
        scales=LISTED,
        readings=readings_of(members, **others),
        mentions=members,
    )
    assert pattern_of(found, LISTED) == pattern
