"""The figures of agreement of a large corpus, beside one pass over the same articles.

Nothing waits here, so seconds are those of the processor: other work on the machine does not count.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from time import process_time

from annotate.domain.agreement import ArticleWork, figures
from annotate.domain.alignment import Mention, align
from annotate.domain.disagreement import Reading, Scale

from .table import Line, milliseconds

SENTENCES = 20
LENGTH = 60
DIFFERENT = 500
"""Articles that are really different; the others are like one of them."""
PEOPLE = ("ada", "ben", "cora", "dan", "eve", "fay")
KINDS = ("event", "quantity", "causal", "evaluation", "position", "prediction")
STANCES = ("supports",) * 15 + ("denies", "doubts")
CERTAINTIES = ("unspecified", "possible", "probable", "certain")
SOURCES = tuple(f"source-{number}" for number in range(300))
SCALES = (
    Scale(key="kind", order={}),
    Scale(key="stance", order={}),
    Scale(
        key="certainty",
        ordinal=True,
        order={value: place for place, value in enumerate(CERTAINTIES)},
        missing=frozenset({"unspecified"}),
    ),
)
ALIKE = 0.85
LARGE, MOST = 10_000, 40

Claim = tuple[dict[str, str], tuple[str, ...]]
"""Labels and chain."""


def agreement_line(size: int) -> Line:
    """All figures with their intervals and slices."""
    articles = corpus(size)
    floor = min(_timed(lambda: one_pass(articles)) for _ in range(3))
    took = _timed(lambda: figures(articles, scales=SCALES))
    return Line(
        name=f"agreement of {size:,} articles",
        isnad=milliseconds(took),
        floor=milliseconds(floor),
        ratio=took / floor,
        goal=f"≤ {MOST} × one pass" if size >= LARGE else "",
        met=took <= MOST * floor if size >= LARGE else None,
    )


def one_pass(articles: Iterable[ArticleWork]) -> Counter[object]:
    """Take every answer into the hand once: the least that any figure costs."""
    counts: Counter[object] = Counter()
    for article in articles:
        for reading in article.readings.values():
            counts[reading] += 1
        for mention in article.mentions:
            for label in mention.labels.values():
                counts[label] += 1
            counts[mention.holder] += 1
            counts[mention.chain] += 1
            counts[mention.claim] += 1
    return counts


def corpus(size: int) -> list[ArticleWork]:
    """Articles of 20 sentences by three people, half of the sentences with a claim."""
    random = Random(20)
    different = [_article(random) for _ in range(min(size, DIFFERENT))]
    return [
        replace(different[number % len(different)], id=str(number), month=f"2026-{number % 12:02}")
        for number in range(size)
    ]


def _article(random: Random) -> ArticleWork:
    text = ("x" * (LENGTH - 1) + " ") * SENTENCES
    claims = [sentence for sentence in range(SENTENCES) if random.random() < 0.5]
    truth = {sentence: _claim(random) for sentence in claims}
    mentions: list[Mention] = []
    readings = dict.fromkeys(
        ((sentence, rank) for sentence in range(SENTENCES) for rank in range(3)), Reading.NO_CLAIM
    )
    for sentence, claim in truth.items():
        for rank in range(3):
            if random.random() < ALIKE:
                readings[sentence, rank] = Reading.CLAIMS
                mentions.append(_mention(claim, sentence, rank, len(mentions), random))
    return ArticleWork(
        id="",
        text=text,
        annotators=tuple(random.sample(PEOPLE, 3)),
        mentions=mentions,
        readings=readings,
        groups=align(text, mentions),
        language=random.choice(("ar", "fr", "en")),
        outlet=random.choice(SOURCES[:12]),
        blocks=dict.fromkeys(range(1, SENTENCES), "body") | {0: "title"},
    )


def _claim(random: Random) -> Claim:
    labels = {
        "kind": random.choice(KINDS),
        "stance": random.choice(STANCES),
        "certainty": random.choice(CERTAINTIES),
    }
    return labels, tuple(random.sample(SOURCES, k=random.choice([0, 1, 1, 2])))


def _mention(claim: Claim, sentence: int, rank: int, order: int, random: Random) -> Mention:
    """The claim as somebody sees it, who now and then sees it otherwise."""
    labels, chain = claim
    other_labels, other_chain = _claim(random)
    start = sentence * LENGTH
    return Mention(
        id=str(order),
        annotator=rank,
        order=order,
        sentence=sentence,
        spans=((start, start + LENGTH - 1 - random.choice([0, 0, 0, 8, 20])),),
        chain=chain if random.random() < ALIKE else other_chain,
        labels={
            key: value if random.random() < ALIKE else other_labels[key]
            for key, value in labels.items()
        },
        confidence=random.choice(("high", "medium", "low")),
    )


def _timed(work: Callable[[], object]) -> float:
    start = process_time()
    work()
    return process_time() - start
