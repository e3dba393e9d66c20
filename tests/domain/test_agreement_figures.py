"""Figures of a corpus: what is a unit, what is missing, what counts where."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from annotate.domain.agreement import (
    ArticleWork,
    Calibration,
    Figure,
    Figures,
    Reason,
    Slice,
    SliceFigure,
    Undefined,
    figures,
    krippendorff_alpha,
)
from annotate.domain.agreement.counting import iou as counted_iou
from annotate.domain.alignment import Mention, align, iou
from annotate.domain.disagreement import Reading, Scale

SCALES = [
    Scale(key="kind", order={}),
    Scale(
        key="certainty",
        ordinal=True,
        order={"possible": 1, "unspecified": 2, "certain": 3},
        missing=frozenset({"unspecified"}),
    ),
]
TEXT = "x" * 40


def mention(name: str, start: int, end: int, **fields: Any) -> Mention:
    chain = fields.pop("chain", ())
    given = {"confidence": "high", "claim": None, "sentence": start // 10, **fields}
    labels = {"kind": given.pop("kind", "event"), "certainty": given.pop("certainty", "certain")}
    return Mention(
        id=name,
        annotator="AB".index(name[0]),
        order=int(name[1:]),
        spans=((start, end),),
        chain=chain,
        labels=labels,
        **given,
    )


def work(
    *mentions: Mention,
    people: tuple[str, ...] = ("ada", "ben"),
    id: str = "article",
    about: Mapping[str, Any] = MappingProxyType({}),
    **said: str,
) -> ArticleWork:
    """Four sentences of ten letters; ``A="cn.s"``: claims, no claim, unread, skipped."""
    meaning = {"c": Reading.CLAIMS, "n": Reading.NO_CLAIM, "s": Reading.SKIPPED}
    return ArticleWork(
        id=id,
        text=TEXT,
        annotators=people,
        mentions=mentions,
        readings={
            (sentence, "AB".index(name)): meaning[letter]
            for name, letters in said.items()
            for sentence, letter in enumerate(letters)
            if letter in meaning
        },
        groups=align(TEXT, mentions),
        **about,
    )


def by_dimension(report: Figures) -> dict[str, Figure]:
    return {it.dimension: it for it in report.dimensions}


def small_report() -> Figures:
    article = work(
        mention("A1", 0, 10, chain=("lm",)),
        mention("A2", 10, 20, kind="causal", certainty="unspecified"),
        mention("A3", 30, 40, confidence="low"),
        mention("B1", 0, 10, chain=("lm", "algeria"), certainty="possible"),
        mention("B2", 10, 16, kind="event"),
        A="ccnc",
        B="ccns",
    )
    return figures([article], scales=SCALES)


def test_a_sentence_is_a_unit_of_claim_or_not_and_skipped_is_missing() -> None:
    figure = small_report().claim_or_not
    assert (figure.n_units, figure.n_pairs, figure.n_missing) == (3, 3, 1)
    assert figure.percent.value == 1.0
    assert figure.prevalence == ((Reading.CLAIMS, 4), (Reading.NO_CLAIM, 2))


def test_an_unread_sentence_is_missing_too() -> None:
    figure = figures([work(A="cn", B="c.")], scales=SCALES).claim_or_not
    assert (figure.n_units, figure.n_missing) == (1, 1)
    assert figure.alpha.value == Undefined(Reason.NO_VARIATION, Reading.CLAIMS)


def test_f1_leaves_out_what_the_other_did_not_judge() -> None:
    finding = small_report().finding
    assert (finding.f1.value, finding.f1_exact.value) == (1.0, 0.5)
    assert (finding.n_pairs, finding.mean_iou, finding.share_exact) == (2, 0.8, 0.5)


@pytest.mark.parametrize("other", ["s", "."])
def test_what_nobody_else_could_find_is_counted_nowhere(other: str) -> None:
    mentions = [mention("A1", 0, 10), mention("B1", 0, 10), mention("A2", 10, 20)]
    one = work(*mentions, A="cc", B=f"c{other}", about={"blocks": {0: "title", 1: "body"}})
    alone = work(mention("A1", 10, 20), A="nc", B=f"n{other}", id="alone")
    report = figures([one, alone], scales=SCALES)
    assert (report.finding.n_mentions, report.finding.n_articles) == (2, 1)
    counted = {(it.by, it.of): it.n_mentions for it in report.slices}
    assert counted == {
        ("block", ("",)): 0,
        ("block", ("body",)): 0,
        ("block", ("title",)): 2,
        ("language", ("",)): 2,
        ("month", ("",)): 2,
        ("outlet", ("",)): 2,
        ("pair", ("ada", "ben")): 2,
        ("person", ("ada",)): 1,
        ("person", ("ben",)): 1,
    }


def test_a_matched_mention_counts_even_where_the_other_skipped_its_home() -> None:
    across = work(mention("A1", 8, 20), mention("B1", 10, 20), A="cc", B="sc")
    assert figures([across], scales=SCALES).finding.f1.value == 1.0


def test_labels_are_compared_where_the_same_claim_was_found() -> None:
    kind = by_dimension(small_report())["kind"]
    assert (kind.n_units, kind.n_pairs, kind.percent.value) == (2, 2, 0.5)
    assert kind.prevalence == (("event", 3), ("causal", 1))
    assert kind.confusion == {("event", "event"): 1, ("causal", "event"): 1}


def test_confusion_counts_pairs_of_values_whoever_gave_which() -> None:
    mentions = [
        mention("A1", 0, 10, kind="causal"),
        mention("B1", 0, 10, kind="event"),
        mention("A2", 10, 20, kind="event"),
        mention("B2", 10, 20, kind="causal"),
    ]
    kind = by_dimension(figures([work(*mentions, A="cc", B="cc")], scales=SCALES))["kind"]
    assert kind.confusion == {("causal", "event"): 2}


def test_the_order_of_a_multiple_answer_says_nothing() -> None:
    a, b = mention("A1", 0, 10, kind=("x", "y")), mention("B1", 0, 10, kind=("y", "x"))
    kind = by_dimension(figures([work(a, b, A="c", B="c")], scales=SCALES))["kind"]
    assert (kind.percent.value, kind.prevalence) == (1.0, ((("x", "y"), 2),))


def test_unspecified_certainty_is_missing_and_counted() -> None:
    certainty = by_dimension(small_report())["certainty"]
    assert (certainty.n_units, certainty.n_missing, certainty.ac1) == (1, 1, None)


def test_numbers_on_an_ordinal_scale_rank_by_their_size() -> None:
    pairs = [("9.0", "10.0"), ("10.0", "10.0"), ("-2.5", "9.0"), ("1e+16", "1e+16")]
    mentions = [
        mention(f"{name}{place}", 10 * place, 10 * place + 9, kind=pair["AB".index(name)])
        for place, pair in enumerate(pairs)
        for name in "AB"
    ]
    scale = Scale(key="kind", ordinal=True, order={})
    (number, *_others) = figures([work(*mentions, A="cccc", B="cccc")], scales=[scale]).dimensions
    ranked = [[float(value) for value in pair] for pair in pairs]
    assert (number.n_units, number.n_missing, number.percent.value) == (4, 0, 0.5)
    assert number.alpha.value == krippendorff_alpha(ranked, "ordinal")
    assert number.alpha.value != krippendorff_alpha(pairs, "ordinal")
    assert number.confusion["10.0", "9.0"] == 1


def test_source_goes_by_the_holder_and_chain_by_its_set() -> None:
    found = by_dimension(small_report())
    assert found["source"].prevalence == (("author", 2), ("algeria", 1), ("lm", 1))
    assert found["chain"].prevalence == (((), 2), (("algeria", "lm"), 1), (("lm",), 1))
    assert found["claim"].alpha.value == Undefined(Reason.NO_PAIRS)
    assert found["claim"].n_missing == 4


def test_confidence_is_counted_and_has_no_coefficient() -> None:
    assert small_report().confidence == (("high", 4), ("low", 1))


def test_a_pair_of_people_is_one_pair_over_all_its_articles() -> None:
    alike = work(mention("A1", 0, 10), mention("B1", 0, 10), A="c", B="c")
    apart = work(mention("A1", 0, 10), people=("ben", "ada"), A="c", B="n")
    finding = figures([alike, apart], scales=SCALES).finding
    assert finding.f1.value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("articles", "sentences", "too_few"), [(10, 3, False), (9, 4, True), (10, 2, True)]
)
def test_under_thirty_units_or_ten_articles_is_too_few(
    articles: int, sentences: int, too_few: bool
) -> None:
    one = work(A="c" * sentences, B="n" * sentences)
    figure = figures([one] * articles, scales=SCALES).claim_or_not
    assert (figure.n_articles, figure.too_few) == (articles, too_few)


def test_no_articles_give_no_figures() -> None:
    report = figures([], scales=SCALES)
    assert report.finding.f1.value == report.claim_or_not.alpha.value == Undefined(Reason.NO_PAIRS)
    assert report.claim_or_not.too_few
    assert report.finding.too_few


def test_a_figure_tells_how_many_units_are_not_what_everyone_says() -> None:
    kind = by_dimension(small_report())["kind"]
    assert (kind.n_units, kind.n_other) == (2, 1)


# -- slices ------------------------------------------------------------------------------------


def slices(articles: list[ArticleWork], by: str) -> dict[tuple[str, ...], Slice]:
    return {it.of: it for it in figures(articles, scales=SCALES).slices if it.by == by}


def in_slice(part: Slice, dimension: str) -> SliceFigure:
    return next(it for it in part.figures if it.dimension == dimension)


def test_articles_are_sliced_by_language_outlet_and_month() -> None:
    arabic = work(A="cccc", B="cccn", about={"language": "ar", "outlet": "lm", "month": "2026-10"})
    french = work(A="cc", B="nn", about={"language": "fr", "outlet": "lm", "month": "2026-11"})
    for by, of, n_articles, n, percent in [
        ("language", "ar", 1, 4, 0.75),
        ("language", "fr", 1, 2, 0.0),
        ("outlet", "lm", 2, 6, 0.5),
        ("month", "2026-11", 1, 2, 0.0),
    ]:
        part = slices([arabic, french], by)[of,]
        figure = in_slice(part, "claim_or_not")
        assert (part.n_articles, figure.n_units, figure.percent) == (n_articles, n, percent)


def test_units_are_sliced_by_the_block_in_which_they_begin() -> None:
    one = work(
        mention("A1", 8, 20, kind="event"),
        mention("B1", 10, 20, kind="causal"),
        mention("A2", 30, 40),
        A="ccnc",
        B="nccn",
        about={"blocks": {0: "title", 1: "lede", 2: "body", 3: "body"}},
    )
    found = slices([one], "block")
    assert {of: part.n_mentions for (of,), part in found.items()} == {
        "title": 1,
        "lede": 1,
        "body": 1,
    }
    assert in_slice(found["title",], "kind").percent == 0.0
    assert in_slice(found["body",], "claim_or_not").n_units == 2
    assert [it.dimension for it in found["body",].figures] == ["claim_or_not"]


def three(*said: str, people: tuple[str, ...] = ("ada", "ben", "cora")) -> ArticleWork:
    """One letter a sentence, one word a person."""
    meaning = {"c": Reading.CLAIMS, "n": Reading.NO_CLAIM, "s": Reading.SKIPPED}
    return ArticleWork(
        id="three",
        text="",
        annotators=people,
        mentions=(),
        readings={
            (sentence, rank): meaning[letter]
            for rank, letters in enumerate(said)
            for sentence, letter in enumerate(letters)
        },
        groups=(),
    )


def test_a_pair_has_the_units_of_both_and_a_table_by_who_said_what() -> None:
    articles = [three("cccn", "ccnn", "cnsn"), three("cc", "nn", people=("ben", "ada"))]
    part = slices(articles, "pair")["ada", "ben"]
    figure = in_slice(part, "claim_or_not")
    assert (part.n_articles, figure.n_units, figure.percent) == (2, 6, 0.5)
    claims, none = Reading.CLAIMS, Reading.NO_CLAIM
    assert figure.confusion == {
        (claims, claims): 2,
        (claims, none): 1,
        (none, none): 1,
        (none, claims): 2,
    }
    pairs = [[claims, claims]] * 2 + [[claims, none], [none, none], [none, claims], [none, claims]]
    assert figure.alpha == krippendorff_alpha(pairs)


def test_a_person_agrees_with_each_of_the_others() -> None:
    part = slices([three("cccn", "ccnn", "cnsn")], "person")["cora",]
    figure = in_slice(part, "claim_or_not")
    assert (figure.n_units, figure.percent, figure.confusion) == (6, 4 / 6, {})


def test_what_a_pair_found_is_counted_for_it_and_for_both() -> None:
    found = work(mention("A1", 0, 10), mention("A2", 10, 20), mention("B1", 0, 10), A="cc", B="cn")
    (pair,) = slices([found], "pair").values()
    people = slices([found], "person")
    assert (pair.n_mentions, pair.f1) == (3, 2 / 3)
    assert [people[name,].n_mentions for name in ("ada", "ben")] == [2, 1]
    assert people["ada",].f1 == people["ben",].f1 == pair.f1


def test_somebody_who_read_alone_is_no_slice() -> None:
    alone = work(mention("A1", 0, 10), people=("ada",), A="c")
    assert slices([alone], "person") == slices([alone], "pair") == {}


def test_slices_come_in_their_order() -> None:
    found = figures([three("cn", "cn", "nn")], scales=SCALES).slices
    assert [(it.by, it.of) for it in found] == sorted((it.by, it.of) for it in found)


# -- presets, suggestions, confidence --------------------------------------------------------------


def test_a_preset_value_that_was_left_is_missing_in_the_figures_without_presets() -> None:
    one = work(
        mention("A1", 0, 10, kind="event"),
        mention("B1", 0, 10, kind="event"),
        mention("A2", 10, 20, kind="event"),
        mention("B2", 10, 20, kind="causal"),
        A="cc",
        B="cc",
        about={"presets": {"A1": {"kind"}, "B1": {"kind", "certainty"}}},
    )
    (without,) = slices([one], "presets").values()
    assert by_dimension(figures([one], scales=SCALES))["kind"].percent.value == 0.5
    assert (in_slice(without, "kind").n_units, in_slice(without, "kind").percent) == (1, 0.0)
    assert in_slice(without, "source").n_units == 2


def test_what_shared_suggestions_led_to_counts_in_the_figures_with_suggestions_only() -> None:
    own = [mention("A1", 0, 10, kind="event"), mention("B1", 0, 10, kind="causal")]
    taken = [mention("A2", 10, 20), mention("B2", 10, 20)]
    whole = work(*own, *taken, A="cc", B="cc")
    one = replace(work(*own, A="cc", B="cc"), with_suggested=whole)
    other = work(mention("A1", 20, 30), A="nnc", B="nnn", id="other")
    (with_them,) = slices([one, other], "suggestions").values()
    assert by_dimension(figures([one, other], scales=SCALES))["kind"].n_units == 1
    assert (in_slice(with_them, "kind").n_units, in_slice(with_them, "kind").percent) == (2, 0.5)
    assert (with_them.n_articles, with_them.n_mentions, with_them.f1) == (2, 5, 0.8)


def test_without_presets_and_suggestions_there_are_no_figures_on_them() -> None:
    assert slices([three("cn", "cn", "nn")], "presets") == {}
    assert slices([three("cn", "cn", "nn")], "suggestions") == {}


def test_calibration_counts_decided_mentions_by_how_sure_they_were() -> None:
    one = work(
        mention("A1", 0, 10, confidence="high"),
        mention("B1", 0, 10, confidence="low"),
        mention("A2", 10, 20, confidence="high"),
        mention("B2", 20, 30, confidence="low"),
        about={"equal": {"A1": True, "B1": False, "A2": False}},
    )
    assert figures([one], scales=SCALES).calibration == (
        Calibration(confidence="high", n=2, equal=1, n_articles=1),
        Calibration(confidence="low", n=1, equal=0, n_articles=1),
    )


@pytest.mark.parametrize(
    ("articles", "settled", "too_few"), [(10, 3, False), (9, 4, True), (10, 2, True)]
)
def test_calibration_on_less_than_thirty_claims_of_ten_articles_is_too_few(
    articles: int, settled: int, too_few: bool
) -> None:
    mentions = [mention(f"A{n}", 10 * n, 10 * n + 9) for n in range(settled)]
    one = work(*mentions, about={"equal": {it.id: True for it in mentions}})
    (level,) = figures([one] * articles, scales=SCALES).calibration
    assert (level.n_articles, level.too_few) == (articles, too_few)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([(0, 12)], [(0, 12)]),
        ([(0, 12)], [(3, 17)]),
        ([(0, 3), (8, 17)], [(2, 9), (10, 14)]),
        ([(0, 5)], [(5, 9)]),
        ([(4, 5)], [(4, 6)]),
    ],
)
def test_shared_letters_are_those_of_the_alignment(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    text = "قَالَ:\u00a0«لا»ـ 🛰 x1"
    assert counted_iou(text, a, b) == iou(text, a, b)
