"""All figures of agreement of a corpus, in one pass that keeps no article.

Each article is counted and forgotten: what stays is how often each unit occurs, in the corpus and
in each of its resamples, and per slice. Figures are pooled: units of all articles count alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from math import fsum
from typing import Any

from ..alignment import Group, Mention, iou
from ..disagreement import CHAIN, CLAIM, SOURCE, Reading, Readings, Scale
from ..quotation import AUTHOR
from .coefficients import (
    NO_PAIRS,
    Coefficient,
    Order,
    Undefined,
    ac1_columns,
    alpha_columns,
    pairwise_f1,
    percent_columns,
)
from .resampling import RESAMPLES, Interval, draws, interval
from .tallies import Packed, Pattern, Tally, Value, columns_of, first, pattern_of

FEWEST_UNITS = 30
FEWEST_ARTICLES = 10

CLAIM_OR_NOT, FINDING = "claim_or_not", "finding"
PERSON, PAIR, LANGUAGE, OUTLET, BLOCK, MONTH = (
    "person",
    "pair",
    "language",
    "outlet",
    "block",
    "month",
)
PRESETS, SUGGESTIONS = "presets", "suggestions"
WITHOUT, WITH = "without", "with"

Pair = tuple[str, str]
"""Two annotators, sorted."""
Table = Mapping[tuple[Value, Value], int]
"""Two values -> pairs of annotators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWork:
    """A complete article as first submitted: the groups are aligned from these mentions."""

    id: str
    """Public id: draws the article into the resamples, orders nothing."""
    text: str
    annotators: tuple[str, ...]
    """Who holds rank 0, 1, …: the same key for the same person in every article."""
    mentions: Sequence[Mention]
    readings: Readings
    groups: Sequence[Group]
    language: str = ""
    outlet: str = ""
    """Id of the publisher; '': unknown, as in the other fields that slice."""
    month: str = ""
    """``2026-11``: when the last of the annotators first submitted it."""
    blocks: Mapping[int, str] = field(default_factory=dict)
    """Index of a sentence -> what it is."""
    presets: Mapping[str, Set[str]] = field(default_factory=dict)
    """Id of a mention -> the dimensions left at a value that was preset."""
    equal: Mapping[str, bool] = field(default_factory=dict)
    """Id of a mention whose group is decided -> is it equal to what was agreed?"""
    with_suggested: ArticleWork | None = None
    """The same with the annotations that shared suggestions led to, if there are any."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the corpus and its 95 % interval, None where that cannot be told."""

    value: Coefficient
    interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figures of one dimension over its units."""

    dimension: str
    scale: str
    """nominal | ordinal | masi"""
    n_units: int
    """Units with at least two values."""
    n_pairs: int
    n_missing: int
    n_articles: int
    """Articles that hold such a unit."""
    percent: Estimate
    alpha: Estimate
    ac1: Estimate | None
    """Nominal dimensions only."""
    prevalence: tuple[tuple[Value, int], ...]
    """Values and how often each stands in those units, most frequent first."""
    n_other: int
    """Units in which somebody gave another value than the most frequent."""
    confusion: Table
    """Unordered pairs of values -> pairs of annotators."""

    @property
    def too_few(self) -> bool:
        return too_few(self.n_units, self.n_articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Did they find the same claims, and with which boundaries?"""

    f1: Estimate
    f1_exact: Estimate
    """Counting only matched pairs with IoU 1."""
    n_mentions: int
    n_pairs: int
    """Matched pairs."""
    mean_iou: Coefficient
    share_exact: Coefficient
    n_articles: int

    @property
    def too_few(self) -> bool:
        return too_few(self.n_mentions, self.n_articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFigure:
    """One dimension in a part of the corpus: values and n, no interval."""

    dimension: str
    n_units: int
    percent: Coefficient
    alpha: Coefficient
    confusion: Table
    """Of two people: (value of the first, value of the second) -> units; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the corpus: ``by`` what it is cut, and ``of`` which person, pair, language …"""

    by: str
    of: tuple[str, ...]
    n_articles: int
    n_mentions: int
    f1: Coefficient
    figures: tuple[SliceFigure, ...]
    """Claim or not, then the dimensions in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How sure they were, and how often that was what was agreed; undecided ones do not count."""

    confidence: str
    n: int
    equal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    n_articles: int
    n_annotators: int
    claim_or_not: Figure
    finding: Finding
    dimensions: tuple[Figure, ...]
    """The scales in their order, then source, chain, claim; all given the same claim was found."""
    confidence: tuple[tuple[str, int], ...]
    """Values and how often each was chosen: no coefficient."""
    calibration: tuple[Calibration, ...]
    slices: tuple[Slice, ...]


def figures(articles: Iterable[ArticleWork], *, scales: Sequence[Scale]) -> Figures:
    """Every figure over complete articles, on first submissions.

    ``articles`` hold only what is to count: the caller leaves out withdrawn work, annotations taken
    from suggestions that the annotators shared, and other major versions of the codebook. They are
    gone through once.
    """
    questions = _questions(scales)
    corpus = _Corpus(questions)
    for article in articles:
        corpus.add(article)
    return corpus.figures()


# -- questions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A dimension, and what a mention answers to it; ``answer`` is None for that over sentences."""

    dimension: str
    answer: Callable[[Mention], Value] | None
    scale: str = "nominal"
    order: Order | None = None

    def alpha(self, units: Tally) -> list[Coefficient]:
        return alpha_columns(units, self.scale, order=self.order)


def _questions(scales: Iterable[Scale]) -> list[_Question]:
    return [
        _Question(dimension=CLAIM_OR_NOT, answer=None),
        *(
            _Question(
                dimension=scale.key,
                answer=partial(_on_scale, scale),
                scale="ordinal" if scale.ordinal else "nominal",
                order=scale.order if scale.ordinal else None,
            )
            for scale in scales
        ),
        _Question(dimension=SOURCE, answer=lambda mention: mention.holder or AUTHOR),
        _Question(
            dimension=CHAIN, answer=lambda mention: tuple(sorted(set(mention.chain))), scale="masi"
        ),
        _Question(dimension=CLAIM, answer=_link),
    ]


def _on_scale(scale: Scale, mention: Mention) -> Value:
    """The answer; None for a blank one and for one outside an ordinal scale."""
    value = mention.labels.get(scale.key)
    if isinstance(value, tuple):
        return tuple(sorted(set(value)))
    return None if value in scale.missing or (scale.ordinal and value not in scale.order) else value


def _link(mention: Mention) -> Value:
    return None if mention.claim is None else (mention.claim, mention.claim_relation)


# -- counting an article ---------------------------------------------------------------------------

_Answers = tuple[tuple[int, Value], ...]
"""What each annotator said of one thing, by rank; None: missing. Whoever is not asked is not in it:
who did not find a claim is not asked for its kind."""
_A, _B, _MATCHED, _EXACT = range(4)
"""What is counted of two people: each one's mentions, matched ones, those with equal letters."""


@dataclass(slots=True)
class _Counted:
    """An article in figures."""

    answers: dict[str, Counter[tuple[str, _Answers]]]
    """Dimension -> (block, answers) -> how often."""
    found: Counter[tuple[str, Pair, int]]
    """(block, two people, what is counted of them) -> how often."""
    shares: Counter[float]
    """IoU of matched pairs -> how often."""
    mentions: Counter[str]
    """Block -> mentions."""


def _count(article: ArticleWork, questions: Iterable[_Question], *, presets: bool) -> _Counted:
    counted = _Counted(
        {each.dimension: Counter() for each in questions}, Counter(), Counter(), Counter()
    )
    for question in questions:
        units = (
            _sentence_units(article)
            if question.answer is None
            else _group_units(article, question.dimension, question.answer, presets=presets)
        )
        counted.answers[question.dimension].update(units)
    people = article.annotators
    for a, b in combinations(sorted(range(len(people)), key=people.__getitem__), 2):
        _compare(article, a, b, counted)
    if len(people) > 1:
        counted.mentions.update(_block(article, it.sentence) for it in article.mentions)
    return counted


def _block(article: ArticleWork, sentence: int) -> str:
    return article.blocks.get(sentence, "")


def _sentence_units(article: ArticleWork) -> Iterator[tuple[str, _Answers]]:
    """claims | no_claim of every annotator for each sentence; skipped or unread: missing."""
    ranks = range(len(article.annotators))
    for sentence in {sentence: None for sentence, _rank in article.readings}:
        said = ((rank, article.readings.get((sentence, rank))) for rank in ranks)
        yield (
            _block(article, sentence),
            tuple((rank, None if it is Reading.SKIPPED else it) for rank, it in said),
        )


def _group_units(
    article: ArticleWork, dimension: str, answer: Callable[[Mention], Value], *, presets: bool
) -> Iterator[tuple[str, _Answers]]:
    """The answers in each group of two or more; a preset value that was left: missing, if so."""
    left = {} if presets else article.presets
    for group in article.groups:
        if len(group.members) > 1:
            yield (
                _block(article, group.home),
                tuple(
                    (it.annotator, None if dimension in left.get(it.id, ()) else answer(it))
                    for it in group.members
                ),
            )


def _compare(article: ArticleWork, a: int, b: int, counted: _Counted) -> None:
    """What two people found, where the other judged, too, or found the same."""
    pair = (article.annotators[a], article.annotators[b])
    matched: set[str] = set()
    for group in article.groups:
        members = {it.annotator: it for it in group.members}
        if a in members and b in members:
            block = _block(article, group.home)
            share = _share(article.text, members[a], members[b])
            counted.shares[share] += 1
            counted.found[block, pair, _MATCHED] += 1
            counted.found[block, pair, _EXACT] += share == 1
            matched |= {members[a].id, members[b].id}
    for mention in article.mentions:
        if mention.annotator in (a, b):
            other = b if mention.annotator == a else a
            said = article.readings.get((mention.sentence, other), Reading.SKIPPED)
            if mention.id in matched or said is not Reading.SKIPPED:
                of_one = _A if mention.annotator == a else _B
                counted.found[_block(article, mention.sentence), pair, of_one] += 1


def _share(text: str, a: Mention, b: Mention) -> float:
    return 1.0 if a.spans == b.spans else iou(text, a.spans, b.spans)


# -- what stays of the articles --------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """A part of the corpus: units alike, and what pairs of people found, in one column."""

    units: defaultdict[str, Counter[Pattern]] = field(default_factory=lambda: defaultdict(Counter))
    tables: defaultdict[str, Counter[tuple[Value, Value]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    found: Counter[tuple[Pair, int]] = field(default_factory=Counter)
    mentions: int = 0
    articles: int = 0


class _Corpus:
    """What is counted so far."""

    def __init__(self, questions: Sequence[_Question]) -> None:
        self.questions = questions
        self.units: dict[str, defaultdict[Pattern, Packed]] = {
            each.dimension: defaultdict(int) for each in questions
        }
        self.missing: Counter[str] = Counter()
        self.articles: Counter[str] = Counter()
        self.found: defaultdict[tuple[Pair, int], Packed] = defaultdict(int)
        self.shares: Counter[float] = Counter()
        self.mentions = 0
        self.parts: defaultdict[tuple[str, tuple[str, ...]], _Part] = defaultdict(_Part)
        self.people: set[str] = set()
        self.levels: Counter[str] = Counter()
        self.agreed: Counter[tuple[str, bool]] = Counter()
        self.varied: set[str] = set()
        self.patterns: dict[_Answers, Pattern] = {}
        self.n_articles = 0

    def add(self, article: ArticleWork) -> None:
        self.n_articles += 1
        self.people.update(article.annotators)
        self.levels.update(mention.confidence for mention in article.mentions)
        self.agreed.update(
            (mention.confidence, article.equal[mention.id])
            for mention in article.mentions
            if mention.id in article.equal
        )
        counted = _count(article, self.questions, presets=True)
        self._add_to_corpus(article, counted)
        self._add_to_parts(article, counted)
        self._add_variants(article, counted)

    def _add_to_corpus(self, article: ArticleWork, counted: _Counted) -> None:
        drawn = draws(article.id)
        for dimension, answers in counted.answers.items():
            units = self._units(answers)
            for pattern, count in units.items():
                self.units[dimension][pattern] += drawn * count
            self.articles[dimension] += any(len(pattern) > 1 for pattern in units)
            self.missing[dimension] += sum(
                count * sum(value is None for _rank, value in said)
                for (_block, said), count in answers.items()
            )
        found: Counter[tuple[Pair, int]] = Counter()
        for (_block, pair, what), count in counted.found.items():
            found[pair, what] += count
        for key, count in found.items():
            self.found[key] += drawn * count
        self.shares.update(counted.shares)
        self.mentions += counted.mentions.total()
        self.articles[FINDING] += bool(counted.mentions)

    def _add_to_parts(self, article: ArticleWork, counted: _Counted) -> None:
        for by, of in (
            (LANGUAGE, article.language),
            (OUTLET, article.outlet),
            (MONTH, article.month),
        ):
            self._add_to(self.parts[by, (of,)], counted)
        self._add_blocks(counted)
        self._add_pairs(article, counted)

    def _add_to(self, part: _Part, counted: _Counted) -> None:
        part.articles += 1
        part.mentions += counted.mentions.total()
        for dimension, answers in counted.answers.items():
            part.units[dimension].update(self._units(answers))
        for (_block, pair, what), count in counted.found.items():
            part.found[pair, what] += count

    def _add_blocks(self, counted: _Counted) -> None:
        blocks: dict[str, _Part] = {}

        def part_of(block: str) -> _Part:
            return blocks.setdefault(block, self.parts[BLOCK, (block,)])

        for dimension, answers in counted.answers.items():
            for (block, said), count in answers.items():
                part_of(block).units[dimension][self._pattern(said)] += count
        for (block, pair, what), count in counted.found.items():
            part_of(block).found[pair, what] += count
        for block, count in counted.mentions.items():
            part_of(block).mentions += count
        for part in blocks.values():
            part.articles += 1

    def _add_pairs(self, article: ArticleWork, counted: _Counted) -> None:
        people = article.annotators
        for a, b in combinations(sorted(people), 2):
            self.parts[PAIR, (a, b)].articles += 1
        if len(people) > 1:
            for person in people:
                self.parts[PERSON, (person,)].articles += 1
            for mention in article.mentions:
                self.parts[PERSON, (people[mention.annotator],)].mentions += 1
        for dimension, answers in counted.answers.items():
            for (_block, said), count in answers.items():
                for (i, x), (j, y) in combinations(said, 2):
                    if x is not None and y is not None:
                        if people[i] > people[j]:
                            i, j, x, y = j, i, y, x
                        part = self.parts[PAIR, (people[i], people[j])]
                        part.tables[dimension][x, y] += count
                        part.units[dimension][pattern_of((x, y))] += count
        for (_block, pair, what), count in counted.found.items():
            part = self.parts[PAIR, pair]
            part.found[pair, what] += count
            part.mentions += count if what in (_A, _B) else 0

    def _add_variants(self, article: ArticleWork, counted: _Counted) -> None:
        """The figures as they would be without preset values, and with shared suggestions."""
        if article.presets:
            self.varied.add(PRESETS)
        if article.with_suggested:
            self.varied.add(SUGGESTIONS)
        unset = _count(article, self.questions, presets=False) if article.presets else counted
        self._add_to(self.parts[PRESETS, (WITHOUT,)], unset)
        taken = (
            _count(article.with_suggested, self.questions, presets=True)
            if article.with_suggested
            else counted
        )
        self._add_to(self.parts[SUGGESTIONS, (WITH,)], taken)

    def _units(self, answers: Mapping[tuple[str, _Answers], int]) -> Counter[Pattern]:
        units: Counter[Pattern] = Counter()
        for (_block, said), count in answers.items():
            units[self._pattern(said)] += count
        return units

    def _pattern(self, said: _Answers) -> Pattern:
        found = self.patterns.get(said)
        if found is None:
            found = self.patterns[said] = pattern_of([value for _rank, value in said])
        return found

    # -- what follows from the counts --------------------------------------------------------------

    def figures(self) -> Figures:
        first_question, *others = self.questions
        return Figures(
            n_articles=self.n_articles,
            n_annotators=len(self.people),
            claim_or_not=self._figure(first_question),
            finding=self._finding(),
            dimensions=tuple(map(self._figure, others)),
            confidence=_most_first(self.levels),
            calibration=tuple(
                Calibration(
                    confidence=level,
                    n=self.agreed[level, True] + self.agreed[level, False],
                    equal=self.agreed[level, True],
                )
                for level in sorted({level for level, _equal in self.agreed})
            ),
            slices=tuple(self._slices()),
        )

    def _figure(self, question: _Question) -> Figure:
        units = Tally(self.units[question.dimension], RESAMPLES + 1)
        pairable = units.corpus().pairable()
        n_units, n_articles = pairable.total(), self.articles[question.dimension]
        if too_few(n_units, n_articles):
            units = units.corpus()
        prevalence = _most_first(pairable.margins())
        return Figure(
            dimension=question.dimension,
            scale=question.scale,
            n_units=n_units,
            n_pairs=sum(len(key) * (len(key) - 1) // 2 * n for key, n in pairable.counts.items()),
            n_missing=self.missing[question.dimension],
            n_articles=n_articles,
            percent=_estimate(percent_columns(units)),
            alpha=_estimate(question.alpha(units)),
            ac1=_estimate(ac1_columns(units)) if question.scale == "nominal" else None,
            prevalence=prevalence,
            n_other=sum(
                count
                for pattern, count in pairable.counts.items()
                if any(value != prevalence[0][0] for value in pattern)
            ),
            confusion=_confusion(pairable),
        )

    def _finding(self) -> Finding:
        n_articles, n_pairs = self.articles[FINDING], self.shares.total()
        columns = 1 if too_few(self.mentions, n_articles) else RESAMPLES + 1
        counts = {
            key: columns_of(count if columns > 1 else first(count), columns)
            for key, count in self.found.items()
        }
        total = fsum(share * count for share, count in self.shares.items())
        return Finding(
            f1=_estimate(_f1_columns(counts, _MATCHED, columns)),
            f1_exact=_estimate(_f1_columns(counts, _EXACT, columns)),
            n_mentions=self.mentions,
            n_pairs=n_pairs,
            mean_iou=total / n_pairs if n_pairs else NO_PAIRS,
            share_exact=self.shares[1.0] / n_pairs if n_pairs else NO_PAIRS,
            n_articles=n_articles,
        )

    def _slices(self) -> Iterator[Slice]:
        self._sum_up_people()
        kept = {PERSON, PAIR, LANGUAGE, OUTLET, BLOCK, MONTH, *self.varied}
        for (by, of), part in sorted(self.parts.items(), key=lambda it: it[0]):
            if by in kept:
                yield self._slice(by, of, part)

    def _sum_up_people(self) -> None:
        """A person agrees with each of the others: the units are all pairs of one's answers."""
        for (by, pair), part in list(self.parts.items()):
            if by == PAIR:
                for person in pair:
                    own = self.parts[PERSON, (person,)]
                    own.found.update(part.found)
                    for dimension, units in part.units.items():
                        own.units[dimension].update(units)

    def _slice(self, by: str, of: tuple[str, ...], part: _Part) -> Slice:
        counts = {key: columns_of(count, 1) for key, count in part.found.items()}
        return Slice(
            by=by,
            of=of,
            n_articles=part.articles,
            n_mentions=part.mentions,
            f1=_f1_columns(counts, _MATCHED, 1)[0],
            figures=tuple(
                _slice_figure(question, part)
                for question in self.questions
                if question.dimension in part.units
            ),
        )


def too_few(n_units: int, n_articles: int) -> bool:
    """Is this too little for a figure to say much, and for an interval to be told?"""
    return n_units < FEWEST_UNITS or n_articles < FEWEST_ARTICLES


def _estimate(columns: Sequence[Coefficient]) -> Estimate:
    value, *resampled = columns
    return Estimate(value, None if isinstance(value, Undefined) else interval(resampled))


def _f1_columns(
    counts: Mapping[tuple[Pair, int], Sequence[int]], matched: int, columns: int
) -> list[Coefficient]:
    none = (0,) * columns
    by_pair = [
        zip(*(counts.get((pair, what), none) for what in (_A, _B, matched)), strict=True)
        for pair in sorted({pair for pair, _what in counts})
    ]
    if not by_pair:
        return [NO_PAIRS] * columns
    return [pairwise_f1(of_one) for of_one in zip(*by_pair, strict=True)]


def _slice_figure(question: _Question, part: _Part) -> SliceFigure:
    units = Tally(part.units[question.dimension])
    return SliceFigure(
        dimension=question.dimension,
        n_units=units.pairable().total(),
        percent=percent_columns(units)[0],
        alpha=question.alpha(units)[0],
        confusion=part.tables.get(question.dimension, {}),
    )


def _confusion(units: Tally) -> Table:
    table: Counter[tuple[Value, Value]] = Counter()
    for pattern, count in units.counts.items():
        for a, b in combinations(sorted(pattern, key=str), 2):
            table[a, b] += count
    return table


def _most_first(counts: Mapping[Any, int]) -> tuple[tuple[Any, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))
