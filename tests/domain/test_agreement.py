"""Agreement figures reproduce the published ones, and say why where they are not defined."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.agreement import (
    Reason,
    Undefined,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    masi_alpha,
    masi_distance,
    pairwise_f1,
    percent_agreement,
    scott_pi,
    span_f1,
    weighted_kappa,
)
from annotate.domain.agreement.coefficients import _matched

CLOSE = 0.0006
COEFFICIENTS = [
    krippendorff_alpha,
    fleiss_kappa,
    gwet_ac1,
    cohen_kappa,
    scott_pi,
    weighted_kappa,
]


def rows(table: str) -> list[list[int | None]]:
    """One digit a value, ``.`` missing, one word a unit."""
    return [[None if it == "." else int(it) for it in unit] for unit in table.split()]


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, examples A and C.
BINARY = rows("10 11 01 00 00 01 00 01 00 00")
MISSING = rows("11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 ..3.")
# Fleiss (1971), Table 1: six psychiatrists, thirty patients, five diagnoses.
FLEISS = rows(
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333"
    " 144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224"
    " 111155 224444 133333 555555"
)
# Cohen (1960), p. 45: two judges, 200 cases.
COHEN_COUNTS = {
    (1, 1): 88, (1, 2): 14, (1, 3): 18, (2, 1): 10, (2, 2): 40, (2, 3): 10, (3, 1): 2, (3, 2): 6,
    (3, 3): 12,
}  # fmt: skip
COHEN = [list(pair) for pair, count in COHEN_COUNTS.items() for _ in range(count)]
# Cohen (1968): the same cases; how much two judgements disagree is agreed upon beforehand.
COHEN_WEIGHTS = {frozenset({1, 2}): 1, frozenset({1, 3}): 3, frozenset({2, 3}): 6}
SKEWED = [["y", "y"]] * 8 + [["n", "n"], ["y", "n"]]


def counted(**pairs: int) -> list[list[str]]:
    """``ab=3``: three units that the first calls a and the second b."""
    return [list(pair) for pair, count in pairs.items() for _ in range(count)]


# Artstein & Poesio (2008), Computational Linguistics 34(4):555-596, table 1: statements, requests.
DIALOGUE = counted(ss=20, sr=20, rs=10, rr=50)
# Fleiss (1981), Statistical Methods for Rates and Proportions, 2nd ed., table 13.1: psychotic,
# neurotic, organic.
DIAGNOSES = counted(pp=75, pn=1, po=4, np=5, nn=4, no=1, oo=10)
# Krippendorff (2011), example B: two observers, nominal data.
NOMINAL = [list(pair) for pair in zip("aabbdcccedda", "babbbccceddd", strict=True)]
# Gwet (2002), Inter-Rater Reliability: Dependency on Trait Prevalence and Marginal Homogeneity.
PREVALENT = counted(yy=118, yn=5, ny=2)


@pytest.mark.parametrize(
    ("figure", "units", "expected"),
    [
        (krippendorff_alpha, BINARY, 0.095),
        (percent_agreement, BINARY, 0.6),
        (krippendorff_alpha, NOMINAL, 0.692),
        (lambda units: krippendorff_alpha(units, "nominal"), MISSING, 0.743),
        (lambda units: krippendorff_alpha(units, "ordinal"), MISSING, 0.815),
        (lambda units: krippendorff_alpha(units, "interval"), MISSING, 0.849),
        (lambda units: krippendorff_alpha(units, "ratio"), MISSING, 0.797),
        (gwet_ac1, MISSING, 0.77544),
        (cohen_kappa, COHEN, 0.492),
        (percent_agreement, COHEN, 0.7),
        (
            partial(weighted_kappa, weights=lambda *pair: COHEN_WEIGHTS[frozenset(pair)]),
            COHEN,
            0.348,
        ),
        (fleiss_kappa, FLEISS, 0.43),
        (percent_agreement, FLEISS, 0.5556),
        (percent_agreement, SKEWED, 0.9),
        (gwet_ac1, SKEWED, 0.8658),
        (cohen_kappa, SKEWED, 0.6154),
        (fleiss_kappa, SKEWED, 0.6078),
        (scott_pi, SKEWED, 0.6078),
        (scott_pi, DIALOGUE, 0.341),
        (cohen_kappa, DIALOGUE, 0.348),
        (cohen_kappa, DIAGNOSES, 0.676),
        (cohen_kappa, PREVALENT, -0.0234),
        (gwet_ac1, PREVALENT, 0.9408),
        (krippendorff_alpha, SKEWED, 0.6275),
    ],
)
def test_published_values_are_reproduced(
    figure: Callable[[Any], float], units: list[Any], expected: float
) -> None:
    assert figure(units) == pytest.approx(expected, abs=CLOSE)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ("ab", "ab", 0),
        ("a", "ab", 2 / 3),
        ("ab", "abcd", 2 / 3),
        ("ab", "bc", 8 / 9),
        ("a", "b", 1),
        ("abc", "abd", 5 / 6),
        ("", "", 0),
        ("", "a", 1),
    ],
)
def test_masi_is_one_minus_jaccard_times_monotonicity(a: str, b: str, distance: float) -> None:
    assert masi_distance(set(a), set(b)) == pytest.approx(distance)
    assert masi_distance(set(b), set(a)) == pytest.approx(distance)


@pytest.mark.parametrize(
    "figure",
    [*COEFFICIENTS, percent_agreement, lambda units: krippendorff_alpha(units, "ordinal")],
)
def test_without_pairs_nothing_is_defined(figure: Callable[[Any], object]) -> None:
    for units in ([], [["x", None], [None, "y"]]):
        assert figure(units) == Undefined(Reason.NO_PAIRS)


@pytest.mark.parametrize("figure", COEFFICIENTS)
def test_without_variation_no_coefficient_is_defined(figure: Callable[[Any], object]) -> None:
    result = figure([["x", "x"]] * 3)
    assert result == Undefined(Reason.NO_VARIATION, "x")
    assert str(result) == "not defined: no variation: expected disagreement 0"
    assert percent_agreement([["x", "x"]] * 3) == 1.0


def test_two_names_for_one_rank_are_no_variation_of_an_ordinal_scale() -> None:
    order = {"a": 1, "b": 1}
    units = [["a", "b"], ["b", "b"]]
    assert krippendorff_alpha(units, "ordinal", order=order) == Undefined(Reason.NO_VARIATION)


def test_an_ordinal_scale_goes_by_its_order_not_by_the_alphabet() -> None:
    order = {"possible": 1, "probable": 2, "certain": 3}
    units = [["certain", "probable"], ["possible", "possible"], ["probable", "probable"]]
    ranked = [[order[value] for value in unit] for unit in units]
    alpha = krippendorff_alpha(units, "ordinal", order=order)
    assert alpha == krippendorff_alpha(ranked, "ordinal")
    assert alpha != krippendorff_alpha(units, "ordinal")


def test_weights_of_kappa_are_distances_between_places() -> None:
    # By hand: the weights observed sum to 0 + 1 + 2 + 0, those of all pairs of margins to 16;
    # squared to 5 and to 28.
    units = [["low", "low"], ["low", "mid"], ["high", "low"], ["high", "high"]]
    order = {"low": 0, "mid": 1, "high": 2}
    assert weighted_kappa(units, "linear", order) == pytest.approx(1 - 4 * 3 / 16)
    assert weighted_kappa(units, "quadratic", order) == pytest.approx(1 - 4 * 5 / 28)


def test_places_are_those_of_the_order_or_of_the_values_that_occur() -> None:
    units = [[1, 5], [5, 5], [1, 1], [5, 1]]
    assert weighted_kappa(units) == weighted_kappa(units, order={1: 0, 5: 1})
    apart = [[1, 3], [2, 2], [1, 1]]
    assert weighted_kappa(apart) == pytest.approx(1 - 3 * 2 / 8)
    assert weighted_kappa(apart, order={1: 0, 2: 5, 3: 6}) == pytest.approx(1 - 3 * 6 / 28)


def test_unknown_weights_and_units_of_three_are_refused_by_coefficients_of_two() -> None:
    with pytest.raises(ValueError, match="unknown weights: cubic"):
        weighted_kappa(BINARY, "cubic")  # type: ignore[arg-type]
    for figure in (cohen_kappa, scott_pi, weighted_kappa):
        with pytest.raises(ValueError, match="unpack"):
            figure(FLEISS)


def test_masi_alpha_takes_any_collection_and_two_empty_ones_for_equal() -> None:
    chains: list[list[Any]] = [[["lm", "dz"], ("dz", "lm", "lm")], [[], set()], [["lm"], None]]
    assert masi_alpha(chains) == 1.0
    apart = krippendorff_alpha([["ab", "ab"], ["", ""], ["a", "b"]], distance=masi_distance)
    assert masi_alpha([*chains, [["lm"], ["dz"]]]) == pytest.approx(apart)


@pytest.mark.parametrize("kind", [set, frozenset, list, tuple])
def test_a_value_may_be_any_set_or_list_under_a_distance_of_ones_own(
    kind: Callable[[str], Any],
) -> None:
    units = [[kind("a"), kind("ab")], [kind("c"), kind("c")], [None, kind("b")]]
    # By hand: δ² is 2/3 of a and ab; of the pairs of four values that is one, and four have 1.
    alpha = 1 - 3 * (2 / 3) / (2 / 3 + 4)
    assert krippendorff_alpha(units, distance=masi_distance) == pytest.approx(alpha)
    assert krippendorff_alpha(units, "masi") == pytest.approx(alpha)


@pytest.mark.parametrize("kind", [set, frozenset, list, tuple, str])
@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        (["ab ba", "ba ab"], Undefined(Reason.NO_VARIATION, frozenset("ab"))),
        (["aa a", "a aaa"], Undefined(Reason.NO_VARIATION, frozenset("a"))),
        # By hand: δ² of a and ab is 2/3; of six values' 15 pairs 3 have that, 8 have 1.
        (["ab ba", "a ab", "cc c"], 1 - 5 * (2 / 3) / (3 * 2 / 3 + 8)),
    ],
)
def test_on_the_masi_scale_order_and_repetitions_say_nothing(
    kind: Callable[[str], Any], units: list[str], alpha: Any
) -> None:
    chains = [[kind(value) for value in unit.split()] for unit in units]
    expected = alpha if isinstance(alpha, Undefined) else pytest.approx(alpha)
    assert krippendorff_alpha(chains, "masi") == expected
    assert masi_alpha(chains) == expected


def test_units_may_come_one_by_one() -> None:
    assert krippendorff_alpha(iter(BINARY)) == krippendorff_alpha(BINARY)
    assert cohen_kappa(tuple(unit) for unit in COHEN) == cohen_kappa(COHEN)


def test_unknown_scales_and_negative_ratios_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown scale: cardinal"):
        krippendorff_alpha(BINARY, "cardinal")
    with pytest.raises(ValueError, match="negative"):
        krippendorff_alpha([[-1, 1]], "ratio")


@pytest.mark.parametrize("figure", [*COEFFICIENTS, percent_agreement])
@pytest.mark.parametrize("kind", [set, frozenset, list, tuple])
def test_every_coefficient_takes_sets_and_lists_for_values(
    figure: Callable[[Any], Any], kind: Callable[[str], Any]
) -> None:
    plain: list[list[str | None]] = [["ab", "ab"], ["cd", "ab"], ["cd", "cd"], ["ab", None]]
    units = [[it and kind(it) for it in unit] for unit in plain]
    if figure is weighted_kappa:
        figure = partial(figure, weights=lambda a, b: 1)
    assert figure(units) == figure(plain)


def test_places_of_lists_are_those_of_tuples() -> None:
    units = [[["b"], ["a"]], [["a"], ["a"]], [["b"], ["b"]]]
    order = {("a",): 0, ("b",): 1}
    assert weighted_kappa(units, "linear", order) == pytest.approx(0.4)


NAN = float("nan")


@pytest.mark.parametrize(
    "figure",
    [
        *COEFFICIENTS,
        percent_agreement,
        *(partial(krippendorff_alpha, scale=it) for it in ("ordinal", "interval", "ratio", "masi")),
    ],
)
@pytest.mark.parametrize("nan", [NAN, Decimal("nan")])
def test_what_is_not_a_number_is_refused_as_a_value(
    figure: Callable[[Any], Any], nan: object
) -> None:
    with pytest.raises(ValueError, match="NaN is no value: None is a missing one"):
        figure([[nan, nan], [1, 1], [1, 2]])


@pytest.mark.parametrize("scale", ["interval", "ratio"])
@pytest.mark.parametrize("value", [math.inf, Decimal("inf"), "3", (3,), 2j])
def test_a_scale_of_numbers_takes_finite_numbers_only(scale: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"the {scale} scale takes finite numbers"):
        krippendorff_alpha([[value, 1], [1, 1]], scale)


@pytest.mark.parametrize("scale", ["interval", "ratio"])
@pytest.mark.parametrize(
    "unit", [1e200, 1e-320, 10**400, Fraction(1, 3), Decimal("1e-400")], ids=repr
)
def test_the_unit_of_measure_changes_nothing_however_large_or_small_it_is(
    scale: str, unit: Any
) -> None:
    counts = rows("12 22 13 44 40 3.")
    units = [[None if it is None else it * unit for it in row] for row in counts]
    assert krippendorff_alpha(units, scale) == pytest.approx(krippendorff_alpha(counts, scale))


@pytest.mark.parametrize("scale", ["ordinal", "interval", "ratio"])
def test_numbers_of_all_kinds_are_compared(scale: str) -> None:
    mixed: list[list[Any]] = [
        [Decimal("0.5"), 0.5],
        [Fraction(1, 2), 2],
        [True, 1.0],
        [Decimal(3), Fraction(2)],
    ]
    plain: list[list[Any]] = [[0.5, 0.5], [0.5, 2], [1, 1], [3, 2]]
    assert krippendorff_alpha(mixed, scale) == krippendorff_alpha(plain, scale)


def test_numbers_too_far_apart_for_a_float_are_told_apart_or_taken_for_none() -> None:
    assert krippendorff_alpha([[2**60, 2**60 + 1], [2**60] * 2], "interval") == 0.0
    assert krippendorff_alpha([[1e-320, 2e-320], [1e308, 1e308]], "ratio") == 1.0


VALUE = st.sampled_from([None, 0, 1, 2, 5])
SCALE = st.sampled_from(["nominal", "ordinal", "interval", "ratio"])
TABLES = st.integers(2, 4).flatmap(
    lambda size: st.lists(st.lists(VALUE, min_size=size, max_size=size), max_size=12)
)


@given(TABLES, SCALE, st.randoms())
def test_alpha_does_not_depend_on_the_order_of_units_and_annotators(
    units: list[list[int | None]], scale: str, random: Random
) -> None:
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(units, len(units))]
    assert_same(krippendorff_alpha(shuffled, scale), krippendorff_alpha(units, scale))


@given(TABLES, st.randoms())
def test_pooled_coefficients_do_not_depend_on_the_order_of_units_and_annotators(
    units: list[list[int | None]], random: Random
) -> None:
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(units, len(units))]
    for figure in (fleiss_kappa, gwet_ac1, percent_agreement):
        assert_same(figure(shuffled), figure(units))


@given(TABLES.filter(lambda units: all(len(unit) == 2 for unit in units)))
def test_coefficients_of_two_do_not_depend_on_who_is_first(units: list[list[int | None]]) -> None:
    swapped = [[second, first] for first, second in units]
    for figure in (cohen_kappa, scott_pi, weighted_kappa):
        assert_same(figure(swapped), figure(units))


@given(TABLES)
def test_names_of_values_say_nothing_on_a_nominal_scale(units: list[list[int | None]]) -> None:
    names = {0: "ز", 1: "ذ\u064b", 2: "🛰", 5: "", None: None}
    renamed = [[names[value] for value in unit] for unit in units]
    for figure in (krippendorff_alpha, fleiss_kappa, gwet_ac1, percent_agreement):
        assert_same(figure(renamed), figure(units), of=names)


@given(st.lists(st.tuples(VALUE, st.integers(2, 4)), max_size=12), SCALE)
def test_annotators_who_say_the_same_agree_perfectly_wherever_that_is_defined(
    said: list[tuple[int | None, int]], scale: str
) -> None:
    units = [[value] * people for value, people in said]
    figures: list[Callable[[Any], float | Undefined]] = [
        partial(krippendorff_alpha, scale=scale),
        fleiss_kappa,
        gwet_ac1,
        percent_agreement,
    ]
    for figure in figures:
        value = figure(units)
        assert isinstance(value, Undefined) or value == pytest.approx(1)


def assert_same(
    value: float | Undefined, other: float | Undefined, of: dict[Any, Any] | None = None
) -> None:
    """But for rounding; where there is nothing but one value, by the name it has in ``of``."""
    if isinstance(other, Undefined):
        name = other.value if of is None else of[other.value]
        assert value == Undefined(other.reason, name)
    else:
        assert value == pytest.approx(other, abs=1e-12)


@given(TABLES)
def test_a_figure_is_a_number_up_to_one_or_says_why_not(units: list[list[int | None]]) -> None:
    for figure in (krippendorff_alpha, fleiss_kappa, gwet_ac1, percent_agreement):
        value = figure(units)
        assert isinstance(value, Undefined) or (math.isfinite(value) and value <= 1)


@given(st.lists(st.lists(st.frozensets(st.sampled_from("abc")), min_size=2, max_size=3)))
def test_the_masi_scale_is_alpha_with_masi_as_its_distance(units: list[Any]) -> None:
    short, plain = (
        krippendorff_alpha(units, "masi"),
        krippendorff_alpha(units, distance=masi_distance),
    )
    assert short == (plain if isinstance(plain, Undefined) else pytest.approx(plain, abs=1e-12))


def test_perfect_agreement_with_variation_is_exactly_one() -> None:
    for scale in ("nominal", "ordinal", "interval", "ratio"):
        assert krippendorff_alpha([[0.1] * 3, [0.7] * 3], scale) == 1


def test_large_tables_are_counted_without_going_through_pairs_of_values() -> None:
    units = [[i, i + 1] for i in range(100_000)]
    assert krippendorff_alpha(units, "interval") == pytest.approx(1, abs=1e-6)


# Hripcsak & Rothschild (2005): F1 of two sets of spans.
SPANS_A, SPANS_B = [(0, 10), (20, 30), (40, 60), (70, 80)], [(0, 10), (22, 32), (45, 50)]


@pytest.mark.parametrize(
    ("match", "expected"),
    [(0.5, 0.5714), (0.7, 0.2857), (1.0, 0.2857), ("exact", 0.2857), ("any", 0.8571)],
)
def test_f1_of_spans_is_that_computed_by_hand(match: Any, expected: float) -> None:
    assert span_f1(SPANS_A, SPANS_B, match) == pytest.approx(expected, abs=CLOSE)
    assert span_f1(SPANS_B, SPANS_A, match) == pytest.approx(expected, abs=CLOSE)


def test_a_span_is_matched_once_and_as_many_are_matched_as_can_be() -> None:
    assert span_f1([(0, 10)], [(0, 5), (5, 10)], "any") == pytest.approx(2 / 3)
    # The first could take either; only the one leaves a partner for the second.
    assert span_f1([(0, 20), (0, 5)], [(0, 6), (15, 20)], "any") == 1.0


def test_spans_that_only_touch_share_nothing_and_no_spans_say_nothing() -> None:
    assert span_f1([(0, 5)], [(5, 10)], "any") == 0.0
    assert span_f1([(0, 5)], []) == 0.0
    assert span_f1([], []) == Undefined(Reason.NO_PAIRS)
    with pytest.raises(ValueError, match="not a share"):
        span_f1(SPANS_A, SPANS_B, 0)


def test_another_way_to_match_spans_is_refused() -> None:
    with pytest.raises(ValueError, match="not a share above 0, 'exact' or 'any': exakt"):
        span_f1(SPANS_A, SPANS_B, "exakt")  # type: ignore[arg-type]


def test_a_long_chain_of_spans_that_overlap_is_matched_to_its_end() -> None:
    # Each of the first could take two; only the last to come forces all of them to move on.
    length = 1_500
    chain = [(10 * n + 5, 10 * n + 15) for n in range(length)]
    others = [(10 * n, 10 * n + 10) for n in reversed(range(length + 1))]
    assert span_f1([*chain, (10 * length + 5, 10 * length + 9)], others, "any") == 1.0


@given(st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=5))
def test_as_many_spans_are_matched_as_in_the_best_of_all_ways(candidates: list[list[int]]) -> None:
    ways = product(*([None, *it] for it in candidates))
    best = max(
        len(taken)
        for way in ways
        if len(taken := [it for it in way if it is not None]) == len({*taken})
    )
    assert _matched(candidates) == best


def test_f1_is_the_mean_over_pairs_that_found_anything() -> None:
    assert pairwise_f1([(1, 1, 1), (2, 2, 1), (0, 0, 0)]) == 0.75
    assert pairwise_f1([(0, 0, 0)]) == Undefined(Reason.NO_PAIRS)
