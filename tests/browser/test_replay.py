"""The annotations of the demo corpus, made again with keys alone: how many keys a claim takes.

`REPLAY=all` replays all articles and annotators, otherwise two; `pytest -s` shows the figures.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from annotate.domain.offsets import Span
from annotate.domain.pieces import pieces
from annotate.exchange.articles import read_articles
from annotate.exchange.candidates import candidate_of
from annotate.models import Annotation, Article, Project, Source
from annotate.workflow.intake import take_in
from annotate.workflow.sources import add_alias, add_source
from tests import test_seeds as seeds
from tests.browser.arriving import come
from tests.builders import CODEBOOK, give

LETTERS = "ASDFGHJKLQWERTYUIOPZXCVBNM"
SAMPLE = [("ar-halted-offensive.txt", "ada"), ("en-washington-channel.txt", "ada")]
REPLAYED = seeds.READERS if os.environ.get("REPLAY") == "all" else SAMPLE
HOTKEYS = {
    (dimension["key"], option["value"]): option["hotkey"]
    for dimension in CODEBOOK["dimensions"]
    for option in dimension.get("options", ())
    if "hotkey" in option
}

SignIn = Callable[[User], BrowserContext]


class Keyboard:
    """Presses keys and counts them; one held down with another counts, too."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def __call__(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += len(key.split("+"))

    def count(self, act: Callable[[], None]) -> int:
        before = self.pressed
        act()
        return self.pressed - before


def add_sources(project: Project, cora: User, name: str) -> dict[str, Source]:
    """The sources of the demo by their keys, without the unnamed ones of other articles."""
    sources = {}
    for entry in seeds.SOURCES.values():
        if entry.get("article", name) != name:
            continue
        aliases = [(alias["text"], alias["language"]) for alias in entry["aliases"]]
        built_in = project.sources.filter(kind=entry["kind"], kind__in=["author", "unspecified"])
        if (source := built_in.first()) is None:
            source = add_source(
                project=project, by=cora, name=entry["name"], kind=entry["kind"], aliases=aliases
            )
        else:
            for text, language in aliases:
                add_alias(source=source, by=cora, text=text, language=language)
        sources[entry["key"]] = source
    return sources


# --- which keys: what a person would see and press ---


def words_of(text: str) -> list[Span]:
    """Where the words stand: runs without white space, as far as they hold letters or digits."""
    found, start = [], None
    for at, character in enumerate(text + " "):
        if start is None and not character.isspace():
            start = at
        elif start is not None and character.isspace():
            if any(map(str.isalnum, text[start:at])):
                found.append((start, at))
            start = None
    return found


def span_keys(text: str, language: str, span: Span, *, rtl: bool, free: int) -> list[str]:
    """The fewest keys that mark this span: one or two letters, and arrows for what is left."""
    found = pieces(text, language)
    words = words_of(text)

    def word_at(at: int) -> int:
        return next(number for number, (_, end) in enumerate(words) if at < end)

    def keys(first: int, last: int) -> list[str]:
        letter = [
            f"Key{LETTERS[(each - free) % len(found)]}" for each in dict.fromkeys([first, last])
        ]
        start = word_at(span[0]) - word_at(found[first][0])
        end = word_at(span[1] - 1) - word_at(found[last][1] - 1)
        forward, back = ("ArrowLeft", "ArrowRight") if rtl else ("ArrowRight", "ArrowLeft")
        moved_end = [forward if end > 0 else back] * abs(end)
        moved_start = [f"Alt+{forward if start > 0 else back}"] * abs(start)
        return letter + moved_end + moved_start

    ways = [keys(i, j) for i in range(len(found)) for j in range(i, len(found))]
    return min(ways, key=lambda way: sum(len(key.split("+")) for key in way))


class Search:
    """What the list of sources offers first, as the annotator sees it."""

    def __init__(self, article: Article, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.article = article

    def first(self, typed: str) -> str:
        url = reverse("sources", args=[self.article.project.slug])
        answer = self.client.get(url, {"q": typed, "article": str(self.article.pk)})
        found = answer.context["found"]
        return str(found[0].source.pk) if found else ""

    def shortest(self, source: Source) -> str:
        """The fewest letters of one of its names that put the source first."""
        names: list[str] = [*source.name.values(), *source.aliases.values_list("text", flat=True)]
        typed = sorted({name[:length] for name in names for length in range(1, 9)}, key=len)
        return next(each for each in typed if self.first(each) == str(source.pk))


def take_sources(press: Keyboard, search: Search, chain: list[Source]) -> None:
    """The holder first, then through whom it came."""
    for link in reversed(chain):
        saved(press.page)  # what was used here before comes first, in the list and in the search
        typed = search.shortest(link)
        press("Slash")
        press.page.keyboard.type(typed)
        press.pressed += len(typed)
        expect(press.page.locator("#sources [aria-selected=true]")).to_have_attribute(
            "data-source", str(link.pk)
        )
        press("Enter" if link is chain[-1] else "Shift+Enter")
        expect(press.page.locator(f'#chain [value="{link.pk}"]')).to_have_count(1)


def saved(page: Page) -> None:
    """Wait until the server has acknowledged everything."""
    expect(page.locator(".is-unsaved")).to_have_count(0, timeout=60_000)
    expect(page.locator(".is-refused")).to_have_count(0)


# --- the replay ---


class Replay:
    def __init__(self, page: Page, name: str, sources: dict[str, Source], search: Search) -> None:
        self.page = page
        self.name = name
        self.press = Keyboard(page)
        self.sources = sources
        self.search = search
        self.last_chain: list[str] = []
        self.counts: dict[str, list[int]] = {"author": [], "attributed": [], "no claim": []}

    def sentence(self, entry: dict[str, Any]) -> None:
        article = seeds.article(self.name)
        home = article.home(entry)
        row = self.page.locator(".sentence").nth(home)
        expect(row).to_have_class(re.compile(r"\bhere\b"))
        if "no_claim" in entry:
            self.reason(entry, row.get_attribute("data-reason"))
            self.counts["no claim"].append(self.press.count(partial(self.press, "KeyN")))
        taken: list[Span] = []
        for claim in entry.get("claims", ()):
            keys = self.press.count(partial(self.claim, claim, home, taken))
            self.counts["attributed" if claim["source_chain"] else "author"].append(keys)
        if "no_claim" not in entry:
            self.press("ArrowDown")

    def reason(self, entry: dict[str, Any], usual: str | None) -> None:
        """Where there is no claim for another reason than the block's: with the mouse."""
        if usual == entry["no_claim"]:
            return
        self.page.locator("[name=no_claim_reason]").select_option(entry["no_claim"])
        if "duplicate_of" in entry:
            repeated = seeds.article(self.name).home({"at": entry["duplicate_of"]}) + 1
            field = self.page.locator("[name=duplicate_of]")
            field.fill(str(repeated))
            field.blur()

    def claim(self, claim: dict[str, Any], home: int, taken: list[Span]) -> None:
        article = seeds.article(self.name)
        start, end = article.sentences[home]
        text = article.text[start:end]
        found = pieces(text, article.language)
        free = next(
            (i for i, (a, b) in enumerate(found) if not any(a < d and c < b for c, d in taken)), 0
        )
        spans = [(a - start, b - start) for a, b in article.spans(claim, home)]
        rtl = self.page.locator(".sentence.here > p").get_attribute("dir") == "rtl"
        self.press("Space")
        for number, span in enumerate(spans):
            self.press(*(["Comma"] if number else []))
            self.press(*span_keys(text, article.language, span, rtl=rtl, free=free))
        taken.extend(spans)
        chain = claim["source_chain"]
        if chain and chain == self.last_chain:
            self.press("Period")
        elif chain:
            links = [self.sources[key] for key in chain]
            take_sources(self.press, self.search, links)
        self.last_chain = chain or self.last_chain
        dimensions = ["kind", "stance", "certainty", "attribution_type", "confidence"]
        self.press(*(HOTKEYS[key, claim[key]] for key in dimensions if key in claim))
        expect(self.page.locator("#words")).to_be_empty()


def stored(article: Article) -> list[tuple[object, ...]]:
    return sorted(
        (
            *(bare(article.text[a:b]) for a, b in row.spans),
            *row.source_chain,
            row.kind,
            row.stance,
            row.certainty,
            row.confidence,
        )
        for row in Annotation.objects.filter(sentence__article=article)
    )


def told(name: str, reader: str, sources: dict[str, Source]) -> Iterator[tuple[object, ...]]:
    for _, claim in seeds.claims(name, reader):
        yield (
            *map(bare, claim["spans"]),
            *(str(sources[key].pk) for key in claim["source_chain"]),
            *(claim[key] for key in ("kind", "stance", "certainty", "confidence")),
        )


def bare(words: str) -> str:
    """Without the stop at the end: annotators differ in it, and keys leave it out."""
    return words.rstrip(".").strip("".join(c for c in words if unicodedata.category(c) == "Cf"))


@pytest.mark.parametrize(("name", "reader"), REPLAYED)
def test_a_demo_article_is_labelled_again_with_few_keys(
    project: Project, cora: User, ada: User, sign_in: SignIn, name: str, reader: str
) -> None:
    sources = add_sources(project, cora, name)
    reading = read_articles(name, (seeds.SEEDS / "articles" / name).read_bytes())
    article = take_in(project=project, by=cora, candidate=candidate_of(reading.articles[0])).article
    give(article, ada)
    page = sign_in(ada).new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    come(page, f"/p/{project.slug}/articles/{article.pk}/")
    replay = Replay(page, name, sources, Search(article, ada))
    for entry in seeds.JUDGEMENTS[name][reader]:
        replay.sentence(entry)
    saved(page)
    assert stored(article) == sorted(told(name, reader, sources))
    middle = {kind: median(keys) for kind, keys in replay.counts.items() if keys}
    print(f"\n{name} {reader}: {middle} of {replay.counts}")  # noqa: T201 - pytest -s shows it
    assert middle["author"] <= 8
    assert middle["attributed"] <= 11
    assert middle["no claim"] == 1
