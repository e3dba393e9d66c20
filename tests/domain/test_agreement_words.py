"""What a figure means in one plain sentence."""

from typing import Any

import pytest

from annotate.domain.agreement import (
    TEMPLATES,
    Code,
    Coefficient,
    Estimate,
    Figure,
    Finding,
    Reason,
    Sentence,
    Undefined,
    sentence_of,
    sentence_on_finding,
)


def figure(alpha: Coefficient, **fields: Any) -> Figure:
    given: dict[str, Any] = {
        "dimension": "stance",
        "n_units": 233,
        "n_articles": 40,
        "n_other": 100,
        "prevalence": (("supports", 452), ("denies", 14)),
        **fields,
    }
    return Figure(
        scale="nominal",
        n_pairs=0,
        n_missing=0,
        percent=Estimate(0.9, None),
        alpha=Estimate(alpha, None),
        ac1=None,
        confusion={},
        **given,
    )


def filled(sentence: Sentence) -> str:
    return sentence.template % sentence.params


@pytest.mark.parametrize(
    ("alpha", "code"),
    [
        (1.0, Code.DEPENDABLE),
        (0.8, Code.DEPENDABLE),
        (0.7999, Code.TENTATIVE),
        (0.667, Code.TENTATIVE),
        (0.666, Code.LOW),
        (0.01, Code.LOW),
        (0.0, Code.CHANCE),
        (-0.2, Code.CHANCE),
    ],
)
def test_from_0_800_up_it_is_dependable_from_0_667_tentative(alpha: float, code: Code) -> None:
    assert sentence_of(figure(alpha)) == Sentence(code, {"dimension": "stance"})


def test_where_nearly_everyone_says_the_same_the_sentence_tells_on_how_many_the_figure_rests() -> (
    None
):
    assert filled(sentence_of(figure(0.85, n_other=14))) == (
        "Annotators agree on stance well beyond chance, but 93 % of claims are “supports”, so the "
        "figure rests on 14 of 233 claims."
    )


@pytest.mark.parametrize(("n_other", "lopsided"), [(30, True), (31, False)])
def test_nearly_everyone_is_nine_tenths(n_other: int, lopsided: bool) -> None:
    code = sentence_of(figure(0.7, n_units=300, n_other=n_other)).code
    assert code == (Code.TENTATIVE_LOPSIDED if lopsided else Code.TENTATIVE)


def test_claims_or_none_rest_on_sentences() -> None:
    sentence = sentence_of(figure(0.3, dimension="claim_or_not", n_units=1_000, n_other=4))
    assert (sentence.code, sentence.params["units"]) == (Code.LOW_LOPSIDED, "sentences")
    assert sentence.params["share"] == 99


@pytest.mark.parametrize(
    ("undefined", "told"),
    [
        (Undefined(Reason.NO_VARIATION, "supports"), "Not defined: everyone chose “supports”."),
        (Undefined(Reason.NO_VARIATION), "Not defined: everyone gave the same answer."),
        (
            Undefined(Reason.NO_PAIRS),
            "Not defined: no two annotators answered this for the same thing.",
        ),
    ],
)
def test_what_is_not_defined_says_why_even_of_too_few(undefined: Undefined, told: str) -> None:
    assert filled(sentence_of(figure(undefined, n_units=3))) == told


@pytest.mark.parametrize(
    ("units", "articles", "told"),
    [
        (29, 40, "Too few to tell: 29 of the 30 units that are needed."),
        (30, 9, "Too few to tell: 9 of the 10 articles that are needed."),
    ],
)
def test_of_too_few_nothing_is_said(units: int, articles: int, told: str) -> None:
    assert filled(sentence_of(figure(0.95, n_units=units, n_articles=articles))) == told


def finding(f1: Coefficient, n_mentions: int = 300) -> Finding:
    return Finding(
        f1=Estimate(f1, None),
        f1_exact=Estimate(f1, None),
        n_mentions=n_mentions,
        n_pairs=0,
        mean_iou=0.9,
        share_exact=0.5,
        n_articles=40,
    )


def test_finding_is_told_as_a_share() -> None:
    assert filled(sentence_on_finding(finding(0.856))).endswith("86 % were found by both.")
    assert filled(sentence_on_finding(finding(0.999))).endswith("99 % were found by both.")
    assert filled(sentence_on_finding(finding(1.0))).endswith("100 % were found by both.")
    assert filled(sentence_on_finding(finding(0.004))).endswith(" 1 % were found by both.")
    assert filled(sentence_on_finding(finding(0.0))).endswith(" 0 % were found by both.")
    assert sentence_on_finding(finding(0.9, 12)).code == Code.TOO_FEW_UNITS
    assert sentence_on_finding(finding(Undefined(Reason.NO_PAIRS))).code == Code.NOTHING_FOUND


def test_every_code_has_its_sentence() -> None:
    assert set(TEMPLATES) == set(Code)
