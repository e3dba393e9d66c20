"""Figures of agreement, or why one is not defined.

A unit is what several people judged: a list of their values, None where one is missing. Without
variation or without pairs a coefficient is not 1, not 0 and not NaN but Undefined, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import accumulate, chain, combinations
from math import fsum
from typing import Any

from annotate.domain.alignment import Group, Mention, iou
from annotate.domain.disagreement import CHAIN, CLAIM, SOURCE, Reading, Readings, Scale
from annotate.domain.quotation import AUTHOR

Value = Any
"""Hashable; None is a missing value."""
Unit = Sequence[Value]
Distance = Callable[[Value, Value], float]
"""Two different values -> δ², symmetric, 0 to 1 by custom."""

FEWEST_UNITS = 30
FEWEST_ARTICLES = 10


class Reason(StrEnum):
    NO_PAIRS = "no unit with two values"
    NO_VARIATION = "no variation: expected disagreement 0"


@dataclass(frozen=True, slots=True)
class Undefined:
    """No figure: never 1.0, 0.0 or NaN."""

    reason: Reason
    value: Value | None = None
    """With NO_VARIATION: what everyone chose."""

    def __str__(self) -> str:
        return f"not defined: {self.reason}"


def krippendorff_alpha(
    units: Sequence[Unit],
    scale: str = "nominal",
    distance: Distance | None = None,
    order: Mapping[Value, int] | None = None,
) -> float | Undefined:
    """Krippendorff's α = 1 - D_o / D_e, for any number of annotators and missing values.

    ``scale``: nominal | ordinal | interval | ratio | masi. The values of an ordinal scale are
    ranked by ``order``, else sorted by ``<``; those of an interval or ratio scale are numbers, of
    masi frozensets. ``distance`` is a δ² that takes the place of a scale. The time grows with the
    number of values; on a ratio scale, or with a ``distance``, also with the square of the number
    of different values.

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability; (2004), Content Analysis, 2nd
    ed., p. 224-236. Raises ValueError for an unknown scale, and for negative values on a ratio
    scale.
    """
    pairable = _pairable(units)
    margins = Counter(chain.from_iterable(pairable))
    if not margins:
        return Undefined(Reason.NO_PAIRS)
    if len(margins) == 1:
        return Undefined(Reason.NO_VARIATION, next(iter(margins)))
    disagreement = _disagreement(scale, distance, order, margins)
    n = margins.total()
    observed = fsum(
        disagreement(counts) / (size - 1)
        for (counts, size) in ((Counter(values), len(values)) for values in pairable)
    )
    expected = disagreement(margins)
    if not expected:
        return Undefined(Reason.NO_VARIATION)
    return 1 - (n - 1) * observed / expected


def percent_agreement(units: Sequence[Unit]) -> float | Undefined:
    """Mean over units of agreeing pairs over pairs, 0.0 to 1.0."""
    pairable = _pairable(units)
    if not pairable:
        return Undefined(Reason.NO_PAIRS)
    return fsum(map(_agreeing_share, pairable)) / len(pairable)


def gwet_ac1(units: Sequence[Unit]) -> float | Undefined:
    """Gwet's AC1 = (p_a - p_e) / (1 - p_e), which holds where one value is nearly always chosen.

    p_e = Σ π_k (1 - π_k) / (q - 1) over the q values that occur, π_k the mean over units of the
    share of k. Gwet (2008), Br. J. Math. Stat. Psychol. 61:29-48.
    """
    agreement = percent_agreement(units)
    if isinstance(agreement, Undefined):
        return agreement
    given = [values for values in map(_given, units) if values]
    shares: dict[Value, list[float]] = {}
    for values in given:
        for value, count in Counter(values).items():
            shares.setdefault(value, []).append(count / len(values))
    if len(shares) == 1:
        return Undefined(Reason.NO_VARIATION, next(iter(shares)))
    means = [fsum(of_value) / len(given) for of_value in shares.values()]
    chance = fsum(mean * (1 - mean) for mean in means) / (len(shares) - 1)
    return (agreement - chance) / (1 - chance)


def cohen_kappa(units: Sequence[Unit]) -> float | Undefined:
    """Cohen's κ of two annotators, each with margins of their own; units of two values each.

    Cohen (1960), Educ. Psychol. Meas. 20(1):37-46. Raises ValueError for a unit not of two values.
    """
    both = [(a, b) for a, b in units if a is not None and b is not None]
    if not both:
        return Undefined(Reason.NO_PAIRS)
    firsts, seconds = Counter(a for a, _ in both), Counter(b for _, b in both)
    chance = sum(count * seconds[value] for value, count in firsts.items()) / len(both) ** 2
    if chance == 1:
        return Undefined(Reason.NO_VARIATION, both[0][0])
    agreement = sum(1 for a, b in both if a == b) / len(both)
    return (agreement - chance) / (1 - chance)


def fleiss_kappa(units: Sequence[Unit]) -> float | Undefined:
    """Fleiss' κ: any number of annotators with pooled margins; units with one value do not count.

    Fleiss (1971), Psychological Bulletin 76(5):378-382, for equally many values in each unit.
    """
    agreement = percent_agreement(units)
    if isinstance(agreement, Undefined):
        return agreement
    margins = Counter(chain.from_iterable(_pairable(units)))
    if len(margins) == 1:
        return Undefined(Reason.NO_VARIATION, next(iter(margins)))
    chance = sum(count * count for count in margins.values()) / margins.total() ** 2
    return (agreement - chance) / (1 - chance)


def masi_distance(a: Set[Hashable], b: Set[Hashable]) -> float:
    """1 - J·M of two sets, J = |a∩b| / |a∪b|, M = 1 equal, ⅔ subset, ⅓ overlap, 0 disjoint.

    Two empty sets are equal. Passonneau (2006), LREC.
    """
    if a == b:
        return 0.0
    if not a & b:
        return 1.0
    thirds = 2 if a <= b or b <= a else 1
    return 1 - thirds * len(a & b) / (3 * len(a | b))


def pairwise_f1(pairs: Iterable[tuple[int, int, int]]) -> float | Undefined:
    """Mean of 2·matched / (|A|+|B|) over pairs of annotators, each (|A|, |B|, matched).

    A pair that found nothing at all says nothing. Hripcsak & Rothschild (2005), JAMIA
    12(3):296-298.
    """
    scores = [2 * matched / (a + b) for a, b, matched in pairs if a + b]
    return fsum(scores) / len(scores) if scores else Undefined(Reason.NO_PAIRS)


Alpha = Callable[[Sequence[Unit]], float | Undefined]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWork:
    """A complete article as first submitted: the groups are aligned from these mentions."""

    text: str
    annotators: tuple[str, ...]
    """Who holds rank 0, 1, …: the same key for the same person in every article."""
    mentions: Sequence[Mention]
    readings: Readings
    groups: Sequence[Group]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figures of one dimension over its units."""

    dimension: str
    n_units: int
    """Units with at least two values."""
    n_pairs: int
    n_missing: int
    n_articles: int
    """Articles that hold such a unit."""
    percent: float | Undefined
    alpha: float | Undefined
    ac1: float | Undefined | None
    """Nominal dimensions only."""
    prevalence: tuple[tuple[Value, int], ...]
    """Values and how often each stands in those units, most frequent first."""
    confusion: Mapping[tuple[Value, Value], int]
    """Unordered pairs of values -> pairs of annotators."""

    @property
    def too_few(self) -> bool:
        return self.n_units < FEWEST_UNITS or self.n_articles < FEWEST_ARTICLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Did they find the same claims, and with which boundaries?"""

    f1: float | Undefined
    f1_exact: float | Undefined
    """Counting only matched pairs with IoU 1."""
    n_mentions: int
    n_pairs: int
    """Matched pairs."""
    mean_iou: float | Undefined
    share_exact: float | Undefined
    n_articles: int

    @property
    def too_few(self) -> bool:
        return self.n_mentions < FEWEST_UNITS or self.n_articles < FEWEST_ARTICLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    claim_or_not: Figure
    finding: Finding
    dimensions: tuple[Figure, ...]
    """The scales in their order, then source, chain, claim; all given the same claim was found."""
    confidence: tuple[tuple[str, int], ...]
    """Values and how often each was chosen: no coefficient."""


def figures(articles: Sequence[ArticleWork], *, scales: Sequence[Scale]) -> Figures:
    """Every figure over complete articles, on first submissions.

    ``articles`` hold only what is to count: the caller leaves out withdrawn work, annotations taken
    from suggestions that the annotators shared, and other major versions of the codebook.
    """

    def given_the_claim(
        dimension: str, answer: Callable[[Mention], Value], alpha: Alpha = krippendorff_alpha
    ) -> Figure:
        return _figure(dimension, [_group_units(it.groups, answer) for it in articles], alpha)

    return Figures(
        claim_or_not=_figure("claim_or_not", [_sentence_units(it) for it in articles]),
        finding=_finding(articles),
        dimensions=(
            *(
                given_the_claim(scale.key, partial(_on_scale, scale), _alpha_of(scale))
                for scale in scales
            ),
            given_the_claim(SOURCE, lambda mention: mention.holder or AUTHOR),
            given_the_claim(CHAIN, lambda mention: frozenset(mention.chain), _alpha_of_sets),
            given_the_claim(CLAIM, _link),
        ),
        confidence=_frequencies(mention.confidence for it in articles for mention in it.mentions),
    )


# -- units -------------------------------------------------------------------------------------


def _sentence_units(article: ArticleWork) -> list[Unit]:
    """claims | no_claim of every annotator for each sentence; skipped or unread: missing."""
    sentences = sorted({sentence for sentence, _ in article.readings})
    ranks = range(len(article.annotators))
    return [
        [_judged(article.readings.get((sentence, rank))) for rank in ranks]
        for sentence in sentences
    ]


def _judged(reading: Reading | None) -> Reading | None:
    return None if reading == Reading.SKIPPED else reading


def _group_units(groups: Iterable[Group], answer: Callable[[Mention], Value]) -> list[Unit]:
    return [
        [answer(member) for member in group.members] for group in groups if len(group.members) > 1
    ]


def _on_scale(scale: Scale, mention: Mention) -> Value:
    """The answer; None for a blank one and for one outside an ordinal scale."""
    value = mention.labels.get(scale.key)
    if isinstance(value, tuple):
        return tuple(sorted(set(value)))
    return None if value in scale.missing or (scale.ordinal and value not in scale.order) else value


def _link(mention: Mention) -> Value:
    return None if mention.claim is None else (mention.claim, mention.claim_relation)


# -- figures over units ------------------------------------------------------------------------


def _alpha_of(scale: Scale) -> Alpha:
    if scale.ordinal:
        return partial(krippendorff_alpha, scale="ordinal", order=scale.order)
    return krippendorff_alpha


def _alpha_of_sets(units: Sequence[Unit]) -> float | Undefined:
    return krippendorff_alpha(units, "masi")


def _figure(
    dimension: str, by_article: Sequence[Sequence[Unit]], alpha: Alpha = krippendorff_alpha
) -> Figure:
    units = list(chain.from_iterable(by_article))
    pairable = _pairable(units)
    return Figure(
        dimension=dimension,
        n_units=len(pairable),
        n_pairs=sum(len(values) * (len(values) - 1) // 2 for values in pairable),
        n_missing=sum(value is None for unit in units for value in unit),
        n_articles=sum(bool(_pairable(of_one)) for of_one in by_article),
        percent=percent_agreement(units),
        alpha=alpha(units),
        ac1=gwet_ac1(units) if alpha is krippendorff_alpha else None,
        prevalence=_frequencies(chain.from_iterable(pairable)),
        confusion=Counter(
            (a, b) if str(a) <= str(b) else (b, a)
            for values in pairable
            for a, b in combinations(map(_shown, values), 2)
        ),
    )


def _finding(articles: Sequence[ArticleWork]) -> Finding:
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    shares: list[float] = []
    for article in articles:
        people = article.annotators
        for a, b in combinations(sorted(range(len(people)), key=people.__getitem__), 2):
            matched = _matched(article.groups, a, b)
            of_pair = [iou(article.text, x.spans, y.spans) for x, y in matched]
            shares += of_pair
            found[people[a], people[b]].update(
                a=_comparable(article, a, b, matched),
                b=_comparable(article, b, a, matched),
                matched=len(of_pair),
                exact=of_pair.count(1.0),
            )
    shared = [it for it in articles if len(it.annotators) > 1 and it.mentions]
    none = Undefined(Reason.NO_PAIRS)
    return Finding(
        f1=pairwise_f1((it["a"], it["b"], it["matched"]) for it in found.values()),
        f1_exact=pairwise_f1((it["a"], it["b"], it["exact"]) for it in found.values()),
        n_mentions=sum(len(it.mentions) for it in shared),
        n_pairs=len(shares),
        mean_iou=fsum(shares) / len(shares) if shares else none,
        share_exact=shares.count(1.0) / len(shares) if shares else none,
        n_articles=len(shared),
    )


def _matched(groups: Iterable[Group], a: int, b: int) -> list[tuple[Mention, Mention]]:
    by_rank = ({member.annotator: member for member in group.members} for group in groups)
    return [(members[a], members[b]) for members in by_rank if a in members and b in members]


def _comparable(
    article: ArticleWork, rank: int, other: int, matched: Iterable[tuple[Mention, Mention]]
) -> int:
    """How many mentions an annotator has where the other judged, too."""
    ids = {mention.id for pair in matched for mention in pair}
    return sum(
        mention.id in ids or _judged(article.readings.get((mention.sentence, other))) is not None
        for mention in article.mentions
        if mention.annotator == rank
    )


# -- counting ----------------------------------------------------------------------------------


def _given(unit: Unit) -> list[Value]:
    return [value for value in unit if value is not None]


def _pairable(units: Iterable[Unit]) -> list[list[Value]]:
    return [values for values in map(_given, units) if len(values) > 1]


def _agreeing_share(values: Sequence[Value]) -> float:
    agreeing = sum(count * (count - 1) for count in Counter(values).values())
    return agreeing / (len(values) * (len(values) - 1))


def _frequencies(values: Iterable[Value]) -> tuple[tuple[Value, int], ...]:
    counts = Counter(map(_shown, values))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def _shown(value: Value) -> Value:
    """A set in an order that is always the same."""
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


# -- disagreement of a collection of values: the sum of δ² over its ordered pairs -----------------

Disagreement = Callable[[Mapping[Value, int]], float]


def _disagreement(
    scale: str,
    distance: Distance | None,
    order: Mapping[Value, int] | None,
    margins: Counter[Value],
) -> Disagreement:
    if distance is not None:
        return partial(_by_distance, distance)
    if scale == "nominal":
        return _by_name
    if scale == "ordinal":
        return partial(_by_place, _middle_ranks(margins, order))
    if scale == "interval":
        return partial(_by_place, {value: value for value in margins})
    if scale == "masi":
        return _by_masi
    if scale == "ratio":
        if min(margins) < 0:
            raise ValueError("a ratio scale has no negative values")
        return partial(_by_distance, lambda a, b: ((a - b) / (a + b)) ** 2)
    raise ValueError(f"unknown scale: {scale}")


def _by_name(counts: Mapping[Value, int]) -> float:
    return sum(counts.values()) ** 2 - sum(count * count for count in counts.values())


def _by_place(place: Mapping[Value, float], counts: Mapping[Value, int]) -> float:
    """Σ n_c n_k (c - k)² = 2 n Σ n_c (c - mean)², without going through the pairs."""
    n = sum(counts.values())
    mean = fsum(place[value] * count for value, count in counts.items()) / n
    return 2 * n * fsum(count * (place[value] - mean) ** 2 for value, count in counts.items())


def _by_distance(distance: Distance, counts: Mapping[Value, int]) -> float:
    return 2 * fsum(counts[a] * counts[b] * distance(a, b) for a, b in combinations(counts, 2))


def _by_masi(counts: Mapping[Value, int]) -> float:
    """Sets that share nothing are at distance 1, so only those that meet are compared."""
    meeting: defaultdict[Value, list[Value]] = defaultdict(list)
    likeness = 0.0
    for a, count in counts.items():
        met = {b for element in a for b in meeting[element]}
        likeness += count * fsum(counts[b] * (1 - masi_distance(a, b)) for b in met)
        for element in a:
            meeting[element].append(a)
    return _by_name(counts) - 2 * likeness


def _middle_ranks(
    margins: Mapping[Value, int], order: Mapping[Value, int] | None
) -> dict[Value, float]:
    """Places whose squared distance is the ordinal δ², (Σ_{g=c..k} n_g - (n_c + n_k)/2)²."""
    rank_of = {value: order[value] if order else value for value in margins}
    sizes: Counter[Value] = Counter()
    for value, count in margins.items():
        sizes[rank_of[value]] += count
    ranks = sorted(sizes)
    below = accumulate((sizes[rank] for rank in ranks), initial=0)
    middle = {rank: start + sizes[rank] / 2 for rank, start in zip(ranks, below, strict=False)}
    return {value: middle[rank] for value, rank in rank_of.items()}
