"""How much is left to a reviewer? Two trained annotators are simulated over the demo corpus: each
reads it as one annotator of the demo did, with slips drawn by a fixed seed.

`manage.py shell -c "from tests.simulation import main; main()"` prints the figures of
docs/review.md.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from annotate.domain.alignment import Group, Label, Mention, Span, align
from annotate.domain.codebook import parse
from annotate.domain.disagreement import (
    RULES_BY_DEFAULT,
    Agreed,
    Reading,
    Readings,
    judge,
)
from annotate.domain.quotation import derived_attribution_type
from annotate.domain.segmentation import split
from annotate.exchange.articles import read_articles
from annotate.workflow.work import confidence_order, scales_of

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
SEED = 20_261_121
ROUNDS = 20
BOUNDARY, MISSED, KIND, CERTAINTY, STANCE, RELAY = 0.20, 0.08, 0.08, 0.06, 0.03, 0.10
"""How often a trained annotator slips, for each claim (a relay: for each chain that has one)."""
MOVES = 0.7
"""How often one who slipped takes the other reading at the second look, if that one is right."""
STRICT: Mapping[str, str] = dict.fromkeys(RULES_BY_DEFAULT, "review")

CODEBOOK = parse(json.loads((SEEDS / "codebook.json").read_text(encoding="utf-8")))
SCALES = scales_of(CODEBOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article of the demo as one of its annotators read it."""

    words: str
    sentences: int
    truth: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left to settle, an article."""

    groups: float
    sentences: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    sentences: float
    claims: float
    strict: Left
    with_rules: Left
    with_second_look: Left


def corpus() -> Iterator[Text]:
    """The judged articles of the demo."""
    judged = json.loads((SEEDS / "judgements.json").read_text(encoding="utf-8"))
    for name, work in judged.items():
        article = read_articles(name, (SEEDS / "articles" / name).read_bytes()).articles[0]
        sentences = split(article.text, name.partition("-")[0])
        entries = next(iter(work.values()))
        yield Text(
            words=article.text,
            sentences=len(sentences),
            truth=tuple(_mentions(article.text, entries, [it.start for it in sentences])),
        )


def simulate(seed: int = SEED, rounds: int = ROUNDS) -> Figures:
    """The figures over so many rounds of two annotators at every article."""
    random = Random(seed)
    texts = list(corpus())
    strict, ruled, looked = [], [], []
    for text in texts * rounds:
        readers = [_slipping(text, number, random) for number in (1, 2)]
        strict.append(_open(text, readers, STRICT))
        ruled.append(_open(text, readers, RULES_BY_DEFAULT))
        disputed = {group.home for group in ruled[-1]}
        moved = {home for home in sorted(disputed) if _reconciled(home, text, readers, random)}
        looked.append([group for group in ruled[-1] if group.home not in moved])
    return Figures(
        sentences=sum(text.sentences for text in texts) / len(texts),
        claims=sum(len(text.truth) for text in texts) / len(texts),
        strict=_left(strict),
        with_rules=_left(ruled),
        with_second_look=_left(looked),
    )


def _mentions(
    text: str, entries: Iterable[Mapping[str, Any]], starts: Sequence[int]
) -> Iterator[Mention]:
    for entry in entries:
        for claim in entry.get("claims", ()):
            at = text.index(entry["at"])
            home = max(place for place, start in enumerate(starts) if start <= at)
            spans = tuple(_span(text, words, starts[home]) for words in claim["spans"])
            chain = tuple(claim["source_chain"])
            yield Mention(
                id="",
                annotator=0,
                order=0,
                sentence=home,
                spans=spans,
                chain=chain,
                labels={
                    "kind": claim["kind"],
                    "attribution_type": derived_attribution_type(text, spans, chain),
                    "stance": claim["stance"],
                    "certainty": claim["certainty"],
                },
                confidence=claim["confidence"],
            )


def _span(text: str, words: str, after: int) -> Span:
    start = text.index(words, after)
    return start, start + len(words)


def _slipping(text: Text, number: int, random: Random) -> list[Mention]:
    """One annotator's reading: the truth, but for slips."""
    found = [it for it in text.truth if random.random() >= MISSED]
    return [
        replace(
            _slip(text.words, it, random), id=f"{number}-{order}", annotator=number, order=order
        )
        for order, it in enumerate(found)
    ]


def _slip(text: str, mention: Mention, random: Random) -> Mention:
    labels: dict[str, Label] = dict(mention.labels)
    spans, chain = mention.spans, mention.chain
    if random.random() < BOUNDARY:
        spans = (*spans[:-1], _shorter(text, spans[-1], random))
    if len(chain) > 1 and random.random() < RELAY:
        chain = chain[1:]
    for key, rate in (("kind", KIND), ("stance", STANCE), ("certainty", CERTAINTY)):
        if random.random() < rate:
            scale = next(it for it in SCALES if it.key == key)
            labels[key] = random.choice(sorted(scale.order.keys() - {labels[key]}))
    labels["attribution_type"] = derived_attribution_type(text, spans, chain)
    return replace(mention, spans=spans, chain=chain, labels=labels)


def _shorter(text: str, span: Span, random: Random) -> Span:
    """The span without its last words, up to half of them."""
    start, end = span
    ends = [start + match.end() for match in re.finditer(r"\S+", text[start:end])]
    keep = random.randint(max(1, len(ends) // 2), max(1, len(ends) - 1))
    return start, ends[keep - 1]


def _open(
    text: Text, readers: Sequence[Sequence[Mention]], rules: Mapping[str, str]
) -> list[Group]:
    """The groups that policy and rules leave to a reviewer."""
    mentions = [mention for reader in readers for mention in reader]
    readings = _readings(text, readers)
    order = confidence_order(CODEBOOK)
    return [
        group
        for group in align(text.words, mentions)
        if not isinstance(
            judge(
                group,
                policy="unanimous",
                text=text.words,
                scales=SCALES,
                readings=readings,
                mentions=mentions,
                confidence_order=order,
                annotators_per_article=2,
                on_difference=rules,
            ),
            Agreed,
        )
    ]


def _readings(text: Text, readers: Sequence[Sequence[Mention]]) -> Readings:
    found: dict[tuple[int, int], Reading] = {}
    for number, reader in enumerate(readers, start=1):
        at_home = {mention.sentence for mention in reader}
        for index in range(text.sentences):
            found[index, number] = Reading.CLAIMS if index in at_home else Reading.NO_CLAIM
    return found


def _reconciled(
    sentence: int, text: Text, readers: Sequence[Sequence[Mention]], random: Random
) -> bool:
    """Whether one of the two read the sentence rightly, and the other, who did not, moves."""
    right = [_said(text.truth, sentence) == _said(reader, sentence) for reader in readers]
    return sum(right) == 1 and random.random() < MOVES


def _said(mentions: Iterable[Mention], sentence: int) -> list[tuple[object, ...]]:
    return sorted(
        (it.spans, it.chain, tuple(sorted(it.labels.items())))
        for it in mentions
        if it.sentence == sentence
    )


def _left(articles: Sequence[Sequence[Group]]) -> Left:
    return Left(
        groups=sum(map(len, articles)) / len(articles),
        sentences=sum(len({it.home for it in groups}) for groups in articles) / len(articles),
    )


def main() -> None:
    """Print the figures as a table."""
    figures = simulate()
    rows = [
        ("strict: every difference to a reviewer", figures.strict),
        ("with the rules that are on by default", figures.with_rules),
        ("with the rules and a second look", figures.with_second_look),
    ]
    sys.stdout.write(
        f"an article: {figures.sentences:.1f} sentences, {figures.claims:.1f} claims\n"
    )
    for title, left in rows:
        sys.stdout.write(f"{title:40} {left.groups:5.1f} groups {left.sentences:5.1f} sentences\n")
