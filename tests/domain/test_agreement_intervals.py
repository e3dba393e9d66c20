"""Intervals: whole articles are resampled, always alike, and nothing is told from too few."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from statistics import mean, quantiles, variance

import pytest

from annotate.domain.agreement import (
    RESAMPLES,
    ArticleWork,
    Reason,
    Undefined,
    figures,
    krippendorff_alpha,
    percent_agreement,
)
from annotate.domain.agreement.resampling import draws, interval
from annotate.domain.agreement.tallies import columns_of
from annotate.domain.disagreement import Reading

MEANING = {"c": Reading.CLAIMS, "n": Reading.NO_CLAIM}


def article(id: str, ada: str, ben: str) -> ArticleWork:
    """What two people made of its sentences, one letter each."""
    return ArticleWork(
        id=id,
        text="",
        annotators=("ada", "ben"),
        mentions=(),
        readings={
            (sentence, rank): MEANING[letter]
            for rank, letters in enumerate((ada, ben))
            for sentence, letter in enumerate(letters)
        },
        groups=(),
    )


def corpus(articles: int, seed: int = 1, sentences: int = 20) -> list[ArticleWork]:
    """Some articles are easier than others: the sentences of one are not independent."""
    random = Random(seed)
    found = []
    for number in range(articles):
        difference = random.choice([0.02, 0.3])
        ada = random.choices("cn", k=sentences)
        other = {"c": "n", "n": "c"}
        ben = [other[it] if random.random() < difference else it for it in ada]
        found.append(article(str(number), "".join(ada), "".join(ben)))
    return found


def units(articles: Sequence[ArticleWork]) -> list[list[Reading]]:
    return [
        [work.readings[sentence, 0], work.readings[sentence, 1]]
        for work in articles
        for sentence in range(len(work.readings) // 2)
    ]


def test_an_article_is_in_the_corpus_once_and_in_the_resamples_as_poisson_says() -> None:
    articles = [columns_of(draws(str(number)), RESAMPLES + 1) for number in range(300)]
    assert {columns[0] for columns in articles} == {1}
    drawn = [times for columns in articles for times in columns[1:]]
    assert mean(drawn) == pytest.approx(1, abs=0.01)
    assert variance(drawn) == pytest.approx(1, abs=0.02)
    assert set(Counter(drawn)) == set(range(6))


def test_an_article_is_drawn_alike_whatever_else_is_in_the_corpus() -> None:
    works = corpus(40)
    one = figures(works, scales=()).claim_or_not
    other = figures(reversed(works), scales=()).claim_or_not
    assert (other.alpha, other.percent) == (one.alpha, one.percent)
    assert draws("مقال") != draws("article")


@pytest.mark.parametrize("coefficient", ["alpha", "percent"])
def test_the_interval_is_that_of_drawing_n_articles_out_of_n(coefficient: str) -> None:
    works, random = corpus(60), Random(7)
    compute = {"alpha": krippendorff_alpha, "percent": percent_agreement}[coefficient]
    drawn = [compute(units(random.choices(works, k=len(works)))) for _ in range(400)]
    cuts = quantiles([it for it in drawn if isinstance(it, float)], n=40)
    estimate = getattr(figures(works, scales=()).claim_or_not, coefficient)
    assert estimate.value == pytest.approx(compute(units(works)))
    assert estimate.interval == pytest.approx((cuts[0], cuts[-1]), abs=0.02)


def test_articles_are_resampled_whole_so_like_sentences_make_the_interval_wider() -> None:
    apart = [article(str(number), "cn", "cn" if number % 2 else "nc") for number in range(200)]
    together = [
        article(str(number), "cn" * 20, ("cn" if number % 2 else "nc") * 20) for number in range(10)
    ]
    narrow, wide = (figures(works, scales=()).claim_or_not.percent for works in (apart, together))
    assert narrow.value == wide.value == 0.5
    assert narrow.interval is not None
    assert wide.interval is not None
    assert width(wide.interval) > 3 * width(narrow.interval)


def width(bounds: tuple[float, float]) -> float:
    return bounds[1] - bounds[0]


def test_most_intervals_hold_the_figure_of_the_population() -> None:
    truth = percent_agreement(units(corpus(4_000, seed=99)))
    assert isinstance(truth, float)
    inside = 0
    for seed in range(40):
        bounds = figures(corpus(40, seed), scales=()).claim_or_not.percent.interval
        assert bounds is not None
        inside += bounds[0] <= truth <= bounds[1]
    assert inside >= 34


@pytest.mark.parametrize(("articles", "sentences"), [(9, 20), (12, 2)])
def test_from_too_few_articles_or_units_no_interval_is_told(articles: int, sentences: int) -> None:
    figure = figures(corpus(articles, sentences=sentences), scales=()).claim_or_not
    assert figure.too_few
    assert figure.alpha.interval is figure.percent.interval is None
    assert isinstance(figure.percent.value, float)


def test_what_is_not_defined_has_no_interval() -> None:
    works = [article(str(number), "ccc", "ccc") for number in range(20)]
    figure = figures(works, scales=()).claim_or_not
    assert figure.alpha.value == Undefined(Reason.NO_VARIATION, Reading.CLAIMS)
    assert figure.alpha.interval is None
    assert figure.percent.interval == (1.0, 1.0)


def test_where_many_resamples_have_no_variation_no_interval_is_told() -> None:
    works = [article(str(number), "ccc", "ccc") for number in range(19)]
    figure = figures([*works, article("19", "ccn", "ccn")], scales=()).claim_or_not
    assert figure.alpha.value == 1.0
    assert figure.alpha.interval is None


def test_an_interval_is_the_middle_of_the_resamples_that_are_defined() -> None:
    none = Undefined(Reason.NO_PAIRS)
    assert interval([number / 100 for number in range(101)]) == pytest.approx((0.025, 0.975))
    assert interval([*(number / 100 for number in range(101)), none]) == pytest.approx(
        (0.025, 0.975)
    )
    assert interval([0.5, *[none] * 20]) is None
    assert interval([]) is None
