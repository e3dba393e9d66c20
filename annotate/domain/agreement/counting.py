"""Articles are counted and forgotten: what stays is how often each unit occurs, and where.

A unit is a sentence, with what each annotator made of it, or a group of the same claim, with what
its members say in one dimension.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations

from ..alignment import COUNTS, Group, Mention, Span
from ..disagreement import CHAIN, CLAIM, SOURCE, Reading, Readings, Scale
from ..quotation import AUTHOR
from .columns import Order
from .resampling import draws
from .tallies import Packed, Pattern, Value, first, pattern_of

CLAIM_OR_NOT = "claim_or_not"
PERSON, PAIR = "person", "pair"
LANGUAGE, OUTLET, BLOCK, MONTH = "language", "outlet", "block", "month"
PRESETS, SUGGESTIONS = "presets", "suggestions"
WITHOUT, WITH = "without", "with"

Pair = tuple[str, str]
"""Two annotators, sorted."""
BY_FIRST, BY_SECOND, MATCHED, EXACT = range(4)
"""What is counted of two people: the mentions of each, matched ones, those with equal letters."""
Answers = tuple[str, str, tuple[int, ...], tuple[Value, ...]]
"""Dimension, block, ranks, what they said; None: missing. Who is not asked is not in it: who did
not find a claim is not asked for its kind."""
Cut = tuple[str, tuple[str, ...]]
"""By what the corpus is cut, and which part it is."""


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
class Dimension:
    """What α is computed on, and how: scale and order are those of `krippendorff_alpha`. An ordinal
    scale without an order is one of numbers, which rank by their size.
    """

    key: str
    scale: str = "nominal"
    order: Order | None = None


SENTENCES = Dimension(CLAIM_OR_NOT)


@dataclass(frozen=True, slots=True)
class Question:
    """What a mention answers in a dimension; None: nothing."""

    dimension: Dimension
    answer: Callable[[Mention], Value]


def questions_on(scales: Iterable[Scale]) -> list[Question]:
    """The scales in their order, then source, chain, claim."""
    return [
        *(
            Question(
                Dimension(scale.key, "ordinal", scale.order)
                if scale.ordinal
                else Dimension(scale.key),
                partial(_on_scale, scale),
            )
            for scale in scales
        ),
        Question(Dimension(SOURCE), lambda mention: mention.holder or AUTHOR),
        Question(Dimension(CHAIN, "masi"), lambda mention: tuple(sorted(set(mention.chain)))),
        Question(Dimension(CLAIM), _link),
    ]


def _on_scale(scale: Scale, mention: Mention) -> Value:
    """The answer; None for a blank one and for one outside an ordinal scale."""
    value = mention.labels.get(scale.key)
    if isinstance(value, tuple):
        return tuple(sorted(set(value)))
    off_scale = scale.ordinal and scale.order and value not in scale.order
    return None if off_scale or value in scale.missing else value


def _link(mention: Mention) -> Value:
    return None if mention.claim is None else (mention.claim, mention.claim_relation)


# -- an article ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counted:
    """An article in numbers."""

    answers: Counter[Answers] = field(default_factory=Counter)
    found: Counter[tuple[str, Pair, int]] = field(default_factory=Counter)
    """(block, two people, what is counted of them) -> how often."""
    shares: Counter[float] = field(default_factory=Counter)
    """IoU of matched pairs -> how often."""
    mentions: Counter[tuple[str, int]] = field(default_factory=Counter)
    """(block, rank) -> that person's mentions, where somebody else could have found them."""


def _count(
    article: ArticleWork, questions: Sequence[Question], *, presets: bool = True
) -> _Counted:
    """Without ``presets`` a value that was left as it was preset is missing."""
    counted = _Counted()
    block_of = article.blocks.get
    ranks = tuple(range(len(article.annotators)))
    said: defaultdict[int, list[Reading | None]] = defaultdict(lambda: [None] * len(ranks))
    for (sentence, rank), reading in article.readings.items():
        said[sentence][rank] = None if reading is Reading.SKIPPED else reading
    for sentence, readings in said.items():
        counted.answers[CLAIM_OR_NOT, block_of(sentence, ""), ranks, tuple(readings)] += 1
    for group in article.groups:
        if len(group.members) > 1:
            block = block_of(group.home, "")
            members = tuple(member.annotator for member in group.members)
            for question in questions:
                answers = tuple(map(question.answer, group.members))
                if not presets:
                    answers = _without_presets(article, group, question.dimension.key, answers)
                counted.answers[question.dimension.key, block, members, answers] += 1
    if len(ranks) > 1:
        _count_found(article, said, counted)
    return counted


def _without_presets(
    article: ArticleWork, group: Group, dimension: str, answers: Iterable[Value]
) -> tuple[Value, ...]:
    return tuple(
        None if dimension in article.presets.get(member.id, ()) else answer
        for member, answer in zip(group.members, answers, strict=True)
    )


def _count_found(
    article: ArticleWork, said: defaultdict[int, list[Reading | None]], counted: _Counted
) -> None:
    """What every two people found, where the other judged, too, or found the same."""
    people = article.annotators
    for group in article.groups:
        by_rank = {member.annotator: member for member in group.members}
        for rank, mention in by_rank.items():
            block = article.blocks.get(mention.sentence, "")
            judged = said[mention.sentence]
            others = [
                name
                for other, name in enumerate(people)
                if other != rank and (other in by_rank or judged[other] is not None)
            ]
            if others:
                counted.mentions[block, rank] += 1
            for name in others:
                if people[rank] < name:
                    counted.found[block, (people[rank], name), BY_FIRST] += 1
                else:
                    counted.found[block, (name, people[rank]), BY_SECOND] += 1
        block = article.blocks.get(group.home, "") if len(by_rank) > 1 else ""
        for (i, a), (j, b) in combinations(by_rank.items(), 2):
            pair = (people[i], people[j]) if people[i] < people[j] else (people[j], people[i])
            share = iou(article.text, a.spans, b.spans)
            counted.shares[share] += 1
            counted.found[block, pair, MATCHED] += 1
            counted.found[block, pair, EXACT] += share == 1


def iou(text: str, a: Sequence[Span], b: Sequence[Span]) -> float:
    """The same as `alignment.iou`, for ordered and disjoint spans, by counting letters."""
    if a == b:
        return 1.0
    shared = [
        (start, end)
        for of_a in a
        for of_b in b
        if (start := max(of_a[0], of_b[0])) < (end := min(of_a[1], of_b[1]))
    ]
    both = _letters(text, shared)
    either = _letters(text, a) + _letters(text, b) - both
    return both / either if either else 0.0


def _letters(text: str, spans: Iterable[Span]) -> int:
    return sum(sum(map(COUNTS.__getitem__, text[start:end])) for start, end in spans)


# -- the corpus ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Part:
    """A part of the corpus."""

    units: Counter[tuple[str, Pattern]] = field(default_factory=Counter)
    """(dimension, units alike) -> how often."""
    tables: defaultdict[str, Counter[tuple[Value, Value]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    """Of two people, dimension -> (what the first says, what the second says) -> how often."""
    found: Counter[tuple[Pair, int]] = field(default_factory=Counter)
    mentions: int = 0
    articles: int = 0


@dataclass(slots=True)
class _Place:
    """The articles of a language, an outlet and a month."""

    units: Counter[tuple[str, str, Pattern]] = field(default_factory=Counter)
    """(dimension, block, units alike) -> how often."""
    found: Counter[tuple[str, Pair, int]] = field(default_factory=Counter)
    mentions: Counter[tuple[str, int]] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    """Block -> articles that have one."""
    articles: int = 0

    def add(self, counted: _Counted, units: Mapping[tuple[str, str, Pattern], int]) -> None:
        self.articles += 1
        self.units.update(units)
        self.found.update(counted.found)
        self.mentions.update(counted.mentions)
        self.blocks.update({block for _dimension, block, _pattern in units})


@dataclass(slots=True)
class _Team:
    """The articles of the same annotators, by rank."""

    answers: Counter[Answers] = field(default_factory=Counter)
    found: Counter[tuple[str, Pair, int]] = field(default_factory=Counter)
    mentions: Counter[tuple[str, int]] = field(default_factory=Counter)
    articles: int = 0

    def add(self, counted: _Counted) -> None:
        self.articles += 1
        self.answers.update(counted.answers)
        self.found.update(counted.found)
        self.mentions.update(counted.mentions)


class Corpus:
    """What is counted so far, packed: in the corpus and in each of its resamples."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = questions
        self.units: defaultdict[str, defaultdict[Pattern, Packed]] = defaultdict(
            lambda: defaultdict(int)
        )
        """Dimension -> units alike -> how often."""
        self.found: defaultdict[tuple[Pair, int], Packed] = defaultdict(int)
        self.shares: Counter[float] = Counter()
        self.missing: Counter[str] = Counter()
        self.pairable: Counter[str] = Counter()
        """Dimension -> articles with a unit of two values."""
        self.n_articles = self.n_mentions = self.n_with_mentions = 0
        self.confidence: Counter[str] = Counter()
        self.agreed: Counter[tuple[str, bool]] = Counter()
        self.n_settled: Counter[str] = Counter()
        """Level of confidence -> articles with a decided mention."""
        self._places: defaultdict[tuple[str, str, str], _Place] = defaultdict(_Place)
        self._teams: defaultdict[tuple[str, ...], _Team] = defaultdict(_Team)
        self._variants: defaultdict[Cut, Part] = defaultdict(Part)
        self._patterns: dict[tuple[Value, ...], Pattern] = {}

    @property
    def people(self) -> set[str]:
        return {name for team in self._teams for name in team}

    def add(self, article: ArticleWork) -> None:
        counted = _count(article, self.questions)
        units, in_blocks = self._units(counted.answers)
        self._resample(article, counted, units)
        self._sum(article, counted)
        self._places[article.language, article.outlet, article.month].add(counted, in_blocks)
        self._teams[article.annotators].add(counted)
        if article.presets:
            unset = _count(article, self.questions, presets=False)
            self._vary((PRESETS, (WITHOUT,)), counted, unset)
        if article.with_suggested:
            taken = _count(article.with_suggested, self.questions)
            self._vary((SUGGESTIONS, (WITH,)), counted, taken)

    def _resample(
        self, article: ArticleWork, counted: _Counted, units: Mapping[tuple[str, Pattern], int]
    ) -> None:
        drawn = draws(article.id)
        for (dimension, pattern), count in units.items():
            self.units[dimension][pattern] += drawn * count if count > 1 else drawn
        for key, count in _anywhere(counted.found).items():
            self.found[key] += drawn * count
        self.pairable.update({dimension for dimension, pattern in units if len(pattern) > 1})

    def _sum(self, article: ArticleWork, counted: _Counted) -> None:
        self.n_articles += 1
        self.n_mentions += counted.mentions.total()
        self.n_with_mentions += bool(counted.mentions)
        self.shares.update(counted.shares)
        for (dimension, _block, _ranks, said), count in counted.answers.items():
            self.missing[dimension] += said.count(None) * count
        self.confidence.update(mention.confidence for mention in article.mentions)
        settled = [it for it in article.mentions if it.id in article.equal]
        self.agreed.update((it.confidence, article.equal[it.id]) for it in settled)
        self.n_settled.update({it.confidence for it in settled})

    def _units(
        self, answers: Mapping[Answers, int]
    ) -> tuple[Counter[tuple[str, Pattern]], Counter[tuple[str, str, Pattern]]]:
        """(dimension, units alike), and (dimension, block, units alike), with how often."""
        units: Counter[tuple[str, Pattern]] = Counter()
        in_blocks: Counter[tuple[str, str, Pattern]] = Counter()
        for (dimension, block, _ranks, said), count in answers.items():
            pattern = self._patterns.get(said)
            if pattern is None:
                pattern = self._patterns[said] = pattern_of(said)
            units[dimension, pattern] += count
            in_blocks[dimension, block, pattern] += count
        return units, in_blocks

    def _vary(self, cut: Cut, counted: _Counted, other: _Counted) -> None:
        """Keep by how much the figures would differ."""
        change = self._variants[cut]
        change.units.update(self._units(other.answers)[0])
        change.units.subtract(self._units(counted.answers)[0])
        change.found.update(_anywhere(other.found))
        change.found.subtract(_anywhere(counted.found))
        change.mentions += other.mentions.total() - counted.mentions.total()

    # -- its parts ---------------------------------------------------------------------------------

    def parts(self) -> dict[Cut, Part]:
        parts: defaultdict[Cut, Part] = defaultdict(Part)
        for (language, outlet, month), place in self._places.items():
            for by, of in ((LANGUAGE, language), (OUTLET, outlet), (MONTH, month)):
                _add_place(parts[by, (of,)], place)
            _add_blocks(parts, place)
        for people, team in self._teams.items():
            self._add_team(parts, people, team)
        for cut, change in self._variants.items():
            parts[cut] = self._varied(change)
        return dict(parts)

    def _add_team(
        self, parts: defaultdict[Cut, Part], people: tuple[str, ...], team: _Team
    ) -> None:
        """A person agrees with each of the others: the units are all pairs of one's answers."""
        if len(people) < 2:
            return
        for name in people:
            parts[PERSON, (name,)].articles += team.articles
        for (_block, rank), count in team.mentions.items():
            parts[PERSON, (people[rank],)].mentions += count
        for pair in combinations(sorted(people), 2):
            parts[PAIR, pair].articles += team.articles
        for (dimension, _block, ranks, said), count in team.answers.items():
            for (i, x), (j, y) in combinations(zip(ranks, said, strict=True), 2):
                if x is not None and y is not None:
                    (a, x), (b, y) = sorted([(people[i], x), (people[j], y)], key=_name)
                    parts[PAIR, (a, b)].tables[dimension][x, y] += count
                    pattern = pattern_of((x, y))
                    for part in (parts[PAIR, (a, b)], parts[PERSON, (a,)], parts[PERSON, (b,)]):
                        part.units[dimension, pattern] += count
        for (pair, what), count in _anywhere(team.found).items():
            for part in (parts[PAIR, pair], *(parts[PERSON, (name,)] for name in pair)):
                part.found[pair, what] += count
            if what in (BY_FIRST, BY_SECOND):
                parts[PAIR, pair].mentions += count

    def _varied(self, change: Part) -> Part:
        units = Counter(
            {
                (dimension, pattern): first(count)
                for dimension, of_one in self.units.items()
                for pattern, count in of_one.items()
            }
        )
        found = Counter({key: first(count) for key, count in self.found.items()})
        units.update(change.units)
        found.update(change.found)
        # Adding an empty counter drops what is not there at all.
        return Part(
            units=+units,
            found=+found,
            mentions=self.n_mentions + change.mentions,
            articles=self.n_articles,
        )


def _anywhere(found: Mapping[tuple[str, Pair, int], int]) -> Counter[tuple[Pair, int]]:
    anywhere: Counter[tuple[Pair, int]] = Counter()
    for (_block, pair, what), count in found.items():
        anywhere[pair, what] += count
    return anywhere


def _add_place(part: Part, place: _Place) -> None:
    part.articles += place.articles
    part.mentions += place.mentions.total()
    part.found.update(_anywhere(place.found))
    for (dimension, _block, pattern), count in place.units.items():
        part.units[dimension, pattern] += count


def _add_blocks(parts: defaultdict[Cut, Part], place: _Place) -> None:
    for (dimension, block, pattern), count in place.units.items():
        parts[BLOCK, (block,)].units[dimension, pattern] += count
    for (block, pair, what), count in place.found.items():
        parts[BLOCK, (block,)].found[pair, what] += count
    for (block, _rank), count in place.mentions.items():
        parts[BLOCK, (block,)].mentions += count
    for block, count in place.blocks.items():
        parts[BLOCK, (block,)].articles += count


def _name(answer: tuple[str, Value]) -> str:
    return answer[0]
