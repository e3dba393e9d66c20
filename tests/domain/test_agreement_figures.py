"""Figures of a corpus: what is a unit, what is missing, what counts where."""

from typing import Any

import pytest

from annotate.domain.agreement import ArticleWork, Figure, Figures, Reason, Undefined, figures
from annotate.domain.alignment import Mention, align
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
