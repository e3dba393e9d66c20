"""What the agreement page shows, as values for its templates, from the stored report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from ..domain.agreement import DEPENDABLE, FEWEST_ARTICLES, FEWEST_UNITS, TENTATIVE
from ..domain.codebook import Codebook
from ..domain.disagreement import CHAIN, CLAIM, SOURCE
from ..models import Project
from .agreement_names import (
    BLOCK,
    CLAIM_OR_NOT,
    FINDING,
    LANGUAGE,
    MONTH,
    OUTLET,
    PAIR,
    PERSON,
    PRESETS,
    SUGGESTIONS,
    Names,
)
from .agreement_pairings import Pairing, address_of
from .agreement_words import in_words, number, percent
from .joining import listed

MOST_CONFUSED = 12
"""Pairs of values shown where there may be thousands; the download has all."""

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Level:
    """How far a figure can be relied on: a sign, and the class of its shade."""

    name: str
    sign: str


DEPENDABLE_LEVEL = Level("high", "●")
TENTATIVE_LEVEL = Level("middle", "◐")
LOW_LEVEL = Level("low", "○")
NO_LEVEL = Level("none", "")


def level_of(value: float | None) -> Level:
    if value is None:
        return NO_LEVEL
    if value >= DEPENDABLE:
        return DEPENDABLE_LEVEL
    return TENTATIVE_LEVEL if value >= TENTATIVE else LOW_LEVEL


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure in a table: its number or '–', and what it rests on."""

    text: str
    n: int
    level: Level
    few: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Where a figure and its interval stand between 0 and 1, in hundredths from the start."""

    at: float
    start: float
    end: float
    tentative: float
    dependable: float

    @property
    def width(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dimension, or the finding of claims."""

    key: str
    title: str
    n: int
    n_pairs: int
    n_missing: int | None
    """Answers; finding has none."""
    n_articles: int
    value: str
    interval: str
    strip: Strip | None
    level: Level
    words: str
    percent: str = ""
    ac1: str = ""
    usual: str = ""


@dataclass(frozen=True, slots=True)
class Confused:
    """How often two values met; `address` opens the sentences in which they did."""

    values: tuple[str, str]
    count: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """A dimension's confusions: as a table of all its values, else a list of the most frequent."""

    key: str
    title: str
    heads: Sequence[str] = ()
    rows: Sequence[tuple[str, Sequence[Confused | None]]] = ()
    pairs: Sequence[Confused] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the corpus, with a figure for each measure."""

    name: str
    n_articles: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Parts:
    by: str
    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Point:
    """A month on the line of time, in the units of the drawing."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drift:
    points: Sequence[Point]
    line: str
    """The points' places, as a drawing takes them."""


@dataclass(frozen=True, slots=True)
class Sureness:
    """A level of confidence: how often chosen, and how often that was what was agreed."""

    title: str
    chosen: int
    n: int = 0
    equal: int = 0
    few: bool = True

    @property
    def text(self) -> str:
        """In brackets where it rests on too little."""
        share = percent(self.equal / self.n if self.n else None)
        return f"({share})" if share and self.few else share or "–"


def is_too_few(settled: Report) -> bool:
    """Whether a level's calibration rests on too little; figures stored before that was
    counted tell of their claims alone.
    """
    return bool(settled.get("too_few", settled["n"] < FEWEST_UNITS))


class Shown:
    """The stored figures of one project as they are shown, one measure at a time in charts."""

    def __init__(
        self,
        project: Project,
        report: Report,
        codebook: Codebook,
        *,
        names: bool,
        measure: str = "",
    ) -> None:
        self.project = project
        self.report = report
        self.figures: Mapping[str, Report] = {
            figure["dimension"]: figure
            for figure in (report["claim_or_not"], *report["dimensions"])
        }
        self.measures = [FINDING, *self.figures]
        self.measure = measure if measure in self.measures else FINDING
        self.names = Names(
            project, codebook, sources=self._source_keys(), claims=self._claim_keys(), names=names
        )

    def _source_keys(self) -> set[str]:
        """The sources that are shown by name."""
        keys = {each["of"][0] for each in self.report["slices"] if each["by"] == OUTLET}
        keys |= {value for value, _count in self.figures[SOURCE]["prevalence"][:1]}
        keys |= {link for chain, _count in self.figures[CHAIN]["prevalence"][:1] for link in chain}
        for a, b, _count in _differing(self.figures[SOURCE])[:MOST_CONFUSED]:
            keys |= {a, b}
        for a, b, _count in _differing(self.figures[CHAIN])[:MOST_CONFUSED]:
            keys |= {*a, *b}
        return keys

    def _claim_keys(self) -> set[str]:
        """The claims that are shown by their text."""
        links = [value for value, _count in self.figures[CLAIM]["prevalence"][:1]]
        for a, b, _count in _differing(self.figures[CLAIM])[:MOST_CONFUSED]:
            links += [a, b]
        return {claim for claim, _relation in links}

    # -- the table of figures ----------------------------------------------------------------------

    @cached_property
    def found(self) -> list[Line]:
        """Whether there is a claim, and which: what all other figures rest on."""
        return [self._line(self.figures[CLAIM_OR_NOT]), self._finding_line()]

    @cached_property
    def labelled(self) -> list[Line]:
        """The dimensions, given that the same claim was found."""
        return [self._line(figure) for key, figure in self.figures.items() if key != CLAIM_OR_NOT]

    @property
    def boundaries(self) -> Mapping[str, str]:
        """How well the words of matched claims agree; empty where none is matched."""
        finding = self.report["finding"]
        if not finding["n_pairs"]:
            return {}
        return {
            "iou": percent(finding["mean_iou"]),
            "exact": percent(finding["share_exact"]),
            "f1_exact": number(finding["f1_exact"]),
        }

    def _line(self, figure: Report) -> Line:
        key = figure["dimension"]
        return Line(
            key=key,
            title=self.names.dimension(key),
            n=figure["n"],
            n_pairs=figure["n_pairs"],
            n_missing=figure["n_missing"],
            n_articles=figure["n_articles"],
            percent=percent(figure["percent"]),
            ac1=number(figure["ac1"]),
            usual=self._usual(figure),
            **self._estimate(figure, "alpha"),
        )

    def _finding_line(self) -> Line:
        finding = self.report["finding"]
        return Line(
            key=FINDING,
            title=self.names.dimension(FINDING),
            n=finding["n"],
            n_pairs=finding["n_pairs"],
            n_missing=None,
            n_articles=finding["n_articles"],
            **self._estimate(finding, "f1"),
        )

    def _estimate(self, figure: Report, name: str) -> dict[str, Any]:
        value, interval = figure[name], figure["intervals"][name]
        words = [in_words(figure, self.names.codebook, self.names.value)]
        if value is not None and interval is None and not figure["too_few"]:
            words.append(_("No range: in many samples of these articles nobody differs."))
        return {
            "value": number(value),
            "interval": " – ".join(map(number, interval or ())),
            "strip": _strip(value, interval),
            "level": NO_LEVEL if figure["too_few"] else level_of(value),
            "words": " ".join(words),
        }

    def _usual(self, figure: Report) -> str:
        """The value that is chosen most, and its share."""
        if not figure["prevalence"]:
            return ""
        (value, count), total = figure["prevalence"][0], sum(n for _v, n in figure["prevalence"])
        return listed([self.names.value(figure["dimension"], value), percent(count / total)])

    # -- people ------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> list[str]:
        pairs = (each["of"] for each in self.report["slices"] if each["by"] == PAIR)
        return sorted({name for pair in pairs for name in pair}, key=self.names.place)

    @property
    def heat_map(self) -> list[tuple[str, list[Cell | None]]]:
        """A row for each annotator but the last: how far they agree with each other one."""
        pairs = {
            frozenset(each["of"]): each for each in self.report["slices"] if each["by"] == PAIR
        }
        return [
            (
                self.names.person(row),
                [self._met(pairs.get(frozenset({row, column}))) for column in self.people[:place]],
            )
            for place, row in enumerate(self.people)
            if place
        ]

    @property
    def heads(self) -> list[str]:
        return [self.names.person(name) for name in self.people[:-1]]

    def _met(self, pair: Report | None) -> Cell | None:
        return self._cell(pair, self.measure) if pair else None

    # -- parts of the corpus -----------------------------------------------------------------------

    @property
    def parts(self) -> list[Parts]:
        titles = {
            LANGUAGE: _("Language"),
            OUTLET: _("Outlet"),
            BLOCK: _("Kind of block"),
            PERSON: _("Annotator"),
            PRESETS: _("Preset values"),
            SUGGESTIONS: _("Shared suggestions"),
        }
        return [
            Parts(by, title, [*self._whole(by), *map(self._part, slices)])
            for by, title in titles.items()
            if (slices := self._slices(by))
        ]

    def _whole(self, by: str) -> list[Part]:
        """The figures above, beside those that leave presets out or take suggestions in."""
        if by not in (PRESETS, SUGGESTIONS):
            return []
        whole = {
            "n_articles": self.report["articles"],
            "finding": self.report["finding"],
            "figures": list(self.figures.values()),
        }
        counted = "with" if by == PRESETS else "without"
        return [self._part({**whole, "by": by, "of": [counted]})]

    def _slices(self, by: str) -> list[Report]:
        """The slices of one cut: months in their order, people in theirs, else by name."""
        found = [each for each in self.report["slices"] if each["by"] == by]
        if by == MONTH:
            return sorted(found, key=lambda each: str(each["of"][0]))
        if by == PERSON:
            return sorted(found, key=lambda each: self.names.place(each["of"][0]))
        return sorted(found, key=lambda each: self.names.part(by, each["of"]))

    def _part(self, each: Report) -> Part:
        return Part(
            name=self.names.part(each["by"], each["of"]),
            n_articles=each["n_articles"],
            cells=[self._cell(each, measure) for measure in self.measures],
        )

    def _cell(self, each: Report, measure: str) -> Cell:
        value, n = self._value(each, measure)
        few = self._is_few(each, measure, n)
        return Cell(number(value) or "–", n, NO_LEVEL if few else level_of(value), few)

    def _is_few(self, each: Report, measure: str, n: int) -> bool:
        """Whether a part rests on too little: its `n` alone does not tell.

        A person's counts pairs of answers, and of a part's articles not all need hold a unit. But
        no part has more claims than were marked in it, nor more of anything than the whole has,
        where it does not take in what that leaves out.
        """
        units, articles = [n], [each["n_articles"]]
        if measure not in (FINDING, CLAIM_OR_NOT):
            units.append(each["finding"]["n"])
        if each["by"] != SUGGESTIONS:
            whole = self.report["finding"] if measure == FINDING else self.figures[measure]
            units.append(whole["n"])
            articles.append(whole["n_articles"])
        return min(units) < FEWEST_UNITS or min(articles) < FEWEST_ARTICLES

    def _value(self, each: Report, measure: str) -> tuple[float | None, int]:
        """A slice's figure of this measure, and what it rests on."""
        if measure == FINDING:
            return each["finding"]["f1"], each["finding"]["n"]
        for figure in each["figures"]:
            if figure["dimension"] == measure:
                return figure["alpha"], figure["n"]
        return None, 0

    @property
    def measure_titles(self) -> list[str]:
        return [self.names.dimension(measure) for measure in self.measures]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """The measures that charts can show: key, title, whether it is the one."""
        return [(key, self.names.dimension(key), key == self.measure) for key in self.measures]

    # -- over time ---------------------------------------------------------------------------------

    @property
    def drift(self) -> Drift:
        """The chosen measure month by month; time runs as the page's script does."""
        months = self._slices(MONTH)
        step = DRAWN_WIDTH / max(len(months), 1)
        points = []
        for place, each in enumerate(months):
            value, _n = self._value(each, self.measure)
            if value is not None:
                x = step * (place + 0.5)
                points.append(
                    Point(
                        x=round(DRAWN_WIDTH - x if get_language_bidi() else x, 1),
                        y=round(DRAWN_HEIGHT * (1 - _within(value)), 1),
                    )
                )
        return Drift(points, " ".join(f"{point.x},{point.y}" for point in points))

    @property
    def months(self) -> list[Part]:
        return [
            Part(
                self.names.part("month", each["of"]),
                each["n_articles"],
                [self._cell(each, self.measure)],
            )
            for each in self._slices(MONTH)
        ]

    # -- confusions --------------------------------------------------------------------------------

    @property
    def confusions(self) -> list[Confusion]:
        return [self._confusion(figure) for figure in self.figures.values() if figure["confusion"]]

    def _confusion(self, figure: Report) -> Confusion:
        key = figure["dimension"]
        values = self._values(key)
        counts = [((a, b), count) for a, b, count in figure["confusion"]]
        if all(value in values for pair, _count in counts for value in pair):
            return self._table(key, values, counts)
        differing = _differing(figure)
        return Confusion(
            key=key,
            title=self.names.dimension(key),
            pairs=[self._confused(key, *pair) for pair in differing[:MOST_CONFUSED]],
            left_out=len(differing[MOST_CONFUSED:]),
        )

    def _values(self, key: str) -> list[str]:
        if key == CLAIM_OR_NOT:
            return ["claims", "no_claim"]
        dimension = self.names.codebook.dimension(key)
        return [option.value for option in dimension.options] if dimension else []

    def _table(self, key: str, values: Sequence[str], counts: Sequence[Any]) -> Confusion:
        met = {frozenset(pair): count for pair, count in counts}
        used = [value for value in values if any(value in pair for pair in met)]
        return Confusion(
            key=key,
            title=self.names.dimension(key),
            heads=[self.names.value(key, value) for value in used],
            rows=[
                (
                    self.names.value(key, row),
                    [
                        self._confused(key, row, column, met.get(frozenset({row, column}), 0))
                        for column in used[: place + 1]
                    ],
                )
                for place, row in enumerate(used)
            ],
        )

    def _confused(self, key: str, a: Any, b: Any, count: int) -> Confused:
        titles = (self.names.value(key, a), self.names.value(key, b))
        if not count:
            return Confused(titles, count, "")
        pairing = Pairing(
            major=self.report["codebook_major"], dimension=key, one=a, other=b, count=count
        )
        return Confused(titles, count, address_of(self.project, pairing))

    # -- confidence --------------------------------------------------------------------------------

    @property
    def sureness(self) -> list[Sureness]:
        """Every level of confidence, lowest first."""
        chosen: dict[str, int] = dict(self.report["confidence"])
        settled = {each["confidence"]: each for each in self.report["calibration"]}
        dimension = self.names.codebook.dimension("confidence")
        options = dimension.options if dimension else ()
        ordered = sorted(options, key=lambda it: it.order if it.order is not None else 0)
        levels = [option.value for option in ordered if option.value in chosen]
        return [self._sure(level, chosen[level], settled.get(level)) for level in levels]

    def _sure(self, level: str, chosen: int, settled: Report | None) -> Sureness:
        title = self.names.value("confidence", level)
        if settled is None:
            return Sureness(title, chosen)
        return Sureness(title, chosen, settled["n"], settled["equal"], is_too_few(settled))


DRAWN_WIDTH, DRAWN_HEIGHT = 600, 120


def _differing(figure: Report) -> list[tuple[Any, Any, int]]:
    """The pairs of different values, the most frequent first."""
    pairs = ((a, b, count) for a, b, count in figure["confusion"] if a != b)
    return sorted(pairs, key=lambda pair: -pair[2])


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _strip(value: float | None, interval: Sequence[float] | None) -> Strip | None:
    """The place of a figure on a line from 0 to 1; in a page from right to left it runs so."""
    if value is None:
        return None
    low, high = interval or (value, value)
    places = [100 * _within(it) for it in (value, low, high, TENTATIVE, DEPENDABLE)]
    if get_language_bidi():
        places = [100 - place for place in places]
    at, start, end, tentative, dependable = (round(place, 1) for place in places)
    return Strip(at, min(start, end), max(start, end), tentative, dependable)
