"""Each number of a table of confusions opens the sentences in which those answers met."""

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Annotation, Article, Claim, CodebookVersion, Project
from annotate.workflow.figures import compute_figures
from annotate.workflow.leaving import end_membership
from annotate.workflow.projects import publish_codebook
from annotate.workflow.sources import merge_source
from annotate.workflow.tiebreak import break_tie
from tests.builders import CODEBOOK, TONE, give, hand_in, sentence_at, source, take_in_text, words
from tests.workflow.reviewing import complete, revise, take

AGREEMENT = "/p/sahel/agreement/"
SHUT, OPEN, CALM = "الميناءُ مغلق", "la route est ouverte", "das Meer ist ruhig 🌊"

STANCE = ("stance", frozenset(('"denies"', '"supports"')))

Key = tuple[str, frozenset[str]]
"""A dimension, and the two answers as JSON."""


def text(project: Project, number: int) -> Article:
    return take_in_text(project, f"{SHUT} {number}.\r\n{OPEN} {number}, {CALM}.\n🚩.", "ar")


@pytest.fixture
def read(project: Project, ada: User, ben: User, chloe: User) -> list[Article]:
    """Two articles: in the first, three read; in the second, two claims of one sentence differ
    alike.
    """
    africa, monde = (source(project, name) for name in ("Jeune Afrique", "Le Monde"))
    first, second = text(project, 1), text(project, 2)
    Article.objects.filter(pk=first.pk).update(open_slots=3)
    complete(
        first,
        {
            ada: (words(first, SHUT, chain=(monde, africa)), words(first, OPEN)),
            ben: (words(first, SHUT, chain=(monde,)), words(first, OPEN, stance="denies")),
            chloe: (words(first, SHUT, chain=(africa,), kind="causal"),),
        },
    )
    kinds = {ada: "event", ben: "causal"}
    complete(
        second,
        {
            who: tuple(words(second, it, kind=kind) for it in (OPEN, CALM))
            for who, kind in kinds.items()
        },
    )
    link(first, project, {ada: "same", ben: "related", chloe: "same"})
    return [first, second]


def link(article: Article, project: Project, relations: dict[User, str]) -> None:
    """Linking is a pass of its own, which is not written yet."""
    claim = Claim.objects.create(
        project=project, created_by=project.created_by, text={"en": "The port is shut."}
    )
    for who, relation in relations.items():
        said = Annotation.objects.filter(sentence=sentence_at(article, SHUT))
        mine = said.filter(assignment__membership__user=who)
        mine.update(claim=claim, claim_relation=relation)


def links(client: Client) -> dict[Key, tuple[int, str]]:
    """The numbers of all tables with where they lead."""
    page = client.get(AGREEMENT).text.replace("&amp;", "&")
    found = re.findall(rf'<a href="({AGREEMENT}items/[^"]+)">(\d+)<', page)
    return {key_of(address): (int(number), address) for address, number in found}


def key_of(address: str) -> Key:
    asked = parse_qs(urlsplit(address).query)
    return asked["dimension"][0], frozenset((asked["one"][0], asked["other"][0]))


def opened(client: Client, address: str) -> dict[Any, int]:
    """Sentence -> how many pairs it has, by the page."""
    page = client.get(address).text
    entries = re.findall(r'<li class="entry">(.*?)</li>', page, re.S)
    found = {}
    for entry in entries:
        (pk,) = re.findall(r"/review/([0-9a-f-]{36})/", entry)
        several = re.search(r"(\d+) pairs", entry)
        found[pk] = int(several[1]) if several else 1
    return found


def test_each_number_is_that_of_the_pairs_in_the_sentences_it_opens(
    as_rita: Client, read: list[Article], project: Project, cora: User
) -> None:
    compute_figures(project=project, by=cora)
    cells = links(as_rita)
    dimensions = {dimension for dimension, _answers in cells}
    assert dimensions >= {"claim_or_not", "kind", "stance", "source", "chain", "claim"}
    for number, address in cells.values():
        assert sum(opened(as_rita, address).values()) == number, address


@pytest.mark.parametrize(
    ("dimension", "answers", "quotes"),
    [
        ("kind", ("causal", "event"), {(0, SHUT): 2, (1, OPEN): 2}),
        ("stance", ("denies", "supports"), {(0, OPEN): 1}),
        ("source", ("Jeune Afrique", "Le Monde"), {(0, SHUT): 2}),
        ("kind", ("event", "event"), {(0, SHUT): 1, (0, OPEN): 1}),
        ("chain", (["Jeune Afrique", "Le Monde"], ["Le Monde"]), {(0, SHUT): 1}),
        ("chain", (["Jeune Afrique"], ["Le Monde"]), {(0, SHUT): 1}),
        ("claim", ("same", "related"), {(0, SHUT): 2}),
        ("claim_or_not", ("claims", "no_claim"), {(0, OPEN): 2}),
    ],
)
def test_a_cell_opens_just_the_sentences_of_its_two_answers(
    as_rita: Client,
    read: list[Article],
    project: Project,
    cora: User,
    dimension: str,
    answers: tuple[Any, Any],
    quotes: dict[tuple[int, str], int],
) -> None:
    compute_figures(project=project, by=cora)
    ids = {it.name["en"]: str(it.pk) for it in project.sources.all() if "en" in it.name}
    claim = str(Claim.objects.get().pk)

    def stored(answer: Any) -> str:
        if dimension == "claim":
            return json.dumps([claim, answer])
        if isinstance(answer, list):
            return json.dumps(sorted(ids[name] for name in answer))
        return json.dumps(ids.get(answer, answer))

    _number, address = links(as_rita)[dimension, frozenset(map(stored, answers))]
    expected = {
        str(sentence_at(read[place], quote).pk): pairs for (place, quote), pairs in quotes.items()
    }
    assert opened(as_rita, address) == expected


@pytest.fixture
def differing(project: Project, ada: User, ben: User) -> Article:
    """Ada and Ben differ in the stance and source of one claim, and in the kind of another."""
    monde, paper = source(project, "Le Monde"), source(project, "Lemonde")
    article = text(project, 1)
    hers = (words(article, SHUT, chain=(monde,)), words(article, OPEN))
    his = (
        words(article, SHUT, stance="denies", chain=(paper,)),
        words(article, OPEN, kind="causal"),
    )
    complete(article, {ada: hers, ben: his})
    return article


def all_opened(client: Client) -> dict[Key, dict[Any, int]]:
    return {key: opened(client, address) for key, (_n, address) in links(client).items()}


def test_what_was_submitted_first_counts_whatever_came_after(
    as_rita: Client,
    project: Project,
    differing: Article,
    ben: User,
    chloe: User,
    rita: User,
    cora: User,
) -> None:
    """Settled, read by a third, sent back and revised, and a further article complete."""
    compute_figures(project=project, by=cora)
    before = all_opened(as_rita)
    project.tiebreak = True
    project.save()
    take(sentence_at(differing, OPEN), 1, rita)
    break_tie(article=differing, membership=project.memberships.get(user=chloe), by=cora)
    hand_in(differing, chloe, words(differing, SHUT, stance="denies"))
    his = Annotation.objects.get(stance="denies", assignment__membership__user=ben)
    now = replace(words(differing, SHUT, stance="reports"), annotation_id=his.annotation_id)
    revise(differing, ben, now, words(differing, CALM))
    assert before == all_opened(as_rita)


def test_a_source_that_was_merged_is_the_one_it_became(
    as_rita: Client, project: Project, differing: Article, cora: User
) -> None:
    compute_figures(project=project, by=cora)
    monde, paper = (project.sources.get(name__en=name) for name in ("Le Monde", "Lemonde"))
    merge_source(source=paper, into=monde, by=cora)
    answers = frozenset(json.dumps(str(it.pk)) for it in (monde, paper))
    here = {str(sentence_at(differing, SHUT).pk): 1}
    assert all_opened(as_rita)["source", answers] == here
    told = {
        dimension: "was merged with another since" in as_rita.get(address).text
        for (dimension, _answers), (_number, address) in links(as_rita).items()
    }
    assert told["source"]
    assert not told["kind"]


def test_suggestions_that_several_took_and_other_codebooks_are_not_opened(
    as_rita: Client, project: Project, differing: Article, cora: User
) -> None:
    compute_figures(project=project, by=cora)
    (address,) = (address for key, (_n, address) in links(as_rita).items() if key == STANCE)
    said = Annotation.objects.filter(sentence=sentence_at(differing, SHUT))
    said.update(suggested={"id": "s1"})
    assert not opened(as_rita, address)
    said.update(suggested=None)
    assert opened(as_rita, address)
    assert project.codebook is not None
    other = CodebookVersion.objects.get(pk=project.codebook.pk)
    other.pk, other.version = uuid4(), "9.0.0"
    other.save(force_insert=True)
    said.filter(stance="denies").update(codebook_version=other)
    assert not opened(as_rita, address)


def test_only_articles_that_one_may_review_are_opened(
    as_rita: Client, project: Project, differing: Article, rita: User, cora: User
) -> None:
    compute_figures(project=project, by=cora)
    addresses = [address for _n, address in links(as_rita).values()]
    Article.objects.filter(pk=differing.pk).update(open_slots=1)
    give(differing, rita)
    for address in addresses:
        assert "None of them is left" in as_rita.get(address).text


def test_a_number_that_rests_on_excluded_work_says_so(
    as_rita: Client, project: Project, differing: Article, ben: User, cora: User
) -> None:
    compute_figures(project=project, by=cora)
    (address,) = (address for key, (_n, address) in links(as_rita).items() if key == STANCE)
    assert "count no more" not in as_rita.get(address).text
    member = project.memberships.get(user=ben)
    end_membership(membership=member, by=cora, ended="excluded", reason="Random clicks.")
    page = as_rita.get(address).text
    assert "None of them is left" in page
    assert "The work of 1 person was excluded." in " ".join(page.split())


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?dimension=kind",
        '?dimension=kind&one="event"&other="position"',
        '?dimension=nothing&one="event"&other="causal"',
        "?dimension=kind&one=event&other=causal",
        '?dimension=kind&one=["event"]&other={}',
        f'?dimension=kind&one={"[" * 3_000}&other="causal"',
        '?dimension=kind&one="event"&other="causal"&version=9',
    ],
)
def test_what_is_in_no_table_is_not_found(
    as_rita: Client, differing: Article, project: Project, cora: User, query: str
) -> None:
    compute_figures(project=project, by=cora)
    assert as_rita.get(f"{AGREEMENT}items/{query}").status_code == 404


def test_the_page_tells_pairs_sentences_and_where_they_stand_and_leads_to_what_waits(
    as_rita: Client, read: list[Article], project: Project, rita: User, cora: User
) -> None:
    take(sentence_at(read[1], OPEN), 1, rita)
    compute_figures(project=project, by=cora)
    cells = links(as_rita)
    page = as_rita.get(cells["kind", frozenset(('"causal"', '"event"'))][1]).text
    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Cause or effect / Event or state" in told
    assert "4 pairs of annotators gave these answers for the same claim." in told
    assert "All of it is in the 2 sentences below." in told
    assert "sentence 2 · settled" in told
    assert "sentence 1 · waiting" in told
    assert not re.search(r"\b(ada|ben|chloe)\b", told)
    (queue,) = re.findall(r'href="(/p/sahel/review/\?[^"]+)"', page)
    assert (
        f"/review/{sentence_at(read[0], SHUT).pk}/" in as_rita.get(queue.replace("&amp;", "&")).text
    )


def test_a_page_leads_to_the_next_and_costs_as_much_however_many_there_are(
    as_rita: Client,
    project: Project,
    ada: User,
    ben: User,
    cora: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (4, 34):
        lines = "\n".join(f"Line {n} says it rained in place{n}." for n in range(count))
        article = take_in_text(project, lines, language="en")
        quotes = [f"it rained in place{n}" for n in range(count)]
        give(article, ada, ben)
        hand_in(article, ada, *(words(article, quote) for quote in quotes))
        hand_in(article, ben, *(words(article, quote, kind="causal") for quote in quotes))
    compute_figures(project=project, by=cora)
    number, address = links(as_rita)["kind", frozenset(('"causal"', '"event"'))]
    with django_assert_max_num_queries(17):
        first = opened(as_rita, address)
    after = re.findall(r'href="\?([^"]+after=[^"]+)"', as_rita.get(address).text)
    (rest,) = {f"{AGREEMENT}items/?{it}".replace("&amp;", "&") for it in after}
    assert (number, len(first)) == (38, 30)
    assert len(first | opened(as_rita, rest)) == 38


@pytest.mark.parametrize("after", ["order=level&after=1-2-3", "after=1-2-3", "after=9-", "after=x"])
def test_a_place_that_is_none_of_the_page_begins_at_the_first(
    as_rita: Client, differing: Article, project: Project, cora: User, after: str
) -> None:
    compute_figures(project=project, by=cora)
    for _number, address in links(as_rita).values():
        assert opened(as_rita, f"{address}&{after}") == opened(as_rita, address)


def test_an_article_without_a_title_is_named_by_its_first_words(
    as_rita: Client, read: list[Article], project: Project, cora: User
) -> None:
    Article.objects.update(title="", external_id="")
    compute_figures(project=project, by=cora)
    _number, address = links(as_rita)[STANCE]
    assert f'<bdi lang="ar">{SHUT} 1. {OPEN} 1,' in as_rita.get(address).text


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_numbers_are_shown_as_they_are_typed_and_lead_to_what_waits(
    as_rita: Client, project: Project, ada: User, ben: User, cora: User, scale: str
) -> None:
    dead = {**TONE, "key": "dead", "scope": "annotation", "type": "number", "scale": scale}
    dimensions = [
        *CODEBOOK["dimensions"],
        {**dead, "required": False, "agreement": True, "options": []},
    ]
    content = {**CODEBOOK, "version": "1.1.0", "dimensions": dimensions}
    publish_codebook(project=project, by=cora, content=content)
    article = text(project, 1)
    said = {who: words(article, SHUT) for who in (ada, ben)}
    counts = {ada: 40, ben: 2.5}
    complete(
        article,
        {
            who: (replace(it, labels={**it.labels, "dead": counts[who]}),)
            for who, it in said.items()
        },
    )
    compute_figures(project=project, by=cora)
    told = {key: address for (key, _answers), (_number, address) in links(as_rita).items()}
    page = as_rita.get(told["dead"]).text
    assert re.findall(r'"reader line-[01]"><bdi>([^<]+)<', page) == ["2.5", "40"]
    (queue,) = re.findall(r'href="([^"]+)">What still waits of it', page)
    assert str(sentence_at(article, SHUT).pk) in as_rita.get(queue.replace("&amp;", "&")).text
