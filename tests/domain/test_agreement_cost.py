"""What the figures cost: a few calls for each answer, and nothing is kept of an article."""

from collections.abc import Iterator
from cProfile import Profile
from weakref import WeakSet

from annotate.domain.agreement import ArticleWork, figures
from annotate.domain.agreement.counting import Corpus, questions_on
from annotate.domain.disagreement import Reading
from tests.bench.agreement import SCALES, corpus

MOST_CALLS = 20


def test_an_article_costs_a_few_calls_for_each_answer_however_many_resamples_there_are() -> None:
    articles, questions = corpus(50), questions_on(SCALES)
    counted = Corpus(questions)
    with Profile() as profile:
        for article in articles:
            counted.add(article)
    calls = sum(entry.callcount for entry in profile.getstats())
    answers = sum(len(it.readings) + len(questions) * len(it.mentions) for it in articles)
    assert calls < MOST_CALLS * answers


class Readings(dict[tuple[int, int], Reading]):
    """Those of an article, of which one can tell whether they are still there."""

    __hash__ = object.__hash__  # type: ignore[assignment]


def test_an_article_is_forgotten_as_soon_as_it_is_counted() -> None:
    alive: WeakSet[Readings] = WeakSet()
    held: list[int] = []

    def articles() -> Iterator[ArticleWork]:
        for number in range(20):
            readings = Readings({(0, 0): Reading.CLAIMS, (0, 1): Reading.NO_CLAIM})
            alive.add(readings)
            yield ArticleWork(
                id=str(number),
                text="",
                annotators=("ada", "ben"),
                mentions=(),
                readings=readings,
                groups=(),
            )
            held.append(len(alive))

    assert figures(articles(), scales=SCALES).claim_or_not.n_units == 20
    assert max(held) == 1
