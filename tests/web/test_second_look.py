"""The second look and the tiebreak through the client."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Annotation, Article, Assignment, Claim, Project, SecondLook
from annotate.workflow.policy import change_settings
from annotate.workflow.projects import publish_codebook
from tests.builders import CODEBOOK, TONE, give, hand_in, sentence_at, source, take_in_text, words

PAGE = "/p/sahel/second-look/"
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"
CERTAINTY = "Certainty expressed by the source"


@pytest.fixture
def disputed(article: Article, ada: User, ben: User, cora: User) -> Article:
    """Two sentences in which the kind differs, in a project with a second look."""
    change_settings(project=article.project, by=cora, second_look=True)
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, FORTY))
    hand_in(
        article, ben, words(article, HALTED, kind="causal"), words(article, FORTY, kind="quantity")
    )
    return article


def test_the_other_reading_is_shown_without_a_name(as_ada: Client, disputed: Article) -> None:
    page = as_ada.get(PAGE).content.decode()
    for told in ("Your reading", "Another reading", "Cause or effect", "2 sentences are left"):
        assert told in page
    assert "ben" not in page


def shown(client: Client) -> list[str]:
    """What each reading on the page says, with ≠ before what differs."""
    page = client.get(PAGE).content.decode()
    legend = re.findall(r'<ul class="legend both">(.*?)</ul>', page, re.DOTALL)
    claims = re.findall(r"<p.*?</p>", "".join(legend), re.DOTALL)
    return [" ".join(re.sub("<[^>]*>", " ", claim).split()) for claim in claims]


@pytest.mark.parametrize(
    ("mine", "other", "differs"),
    [
        (
            {"attribution_type": "direct"},
            {"attribution_type": "indirect"},
            ["≠ How it is attributed: Quoted", "≠ How it is attributed: Reported"],
        ),
        (
            {"certainty": "certain"},
            {"certainty": "probable"},
            [f"≠ {CERTAINTY}: Certain", f"≠ {CERTAINTY}: Probable"],
        ),
        ({"tone": "calm"}, {"tone": "heated"}, ["≠ Tone: Calm", "≠ Tone: Heated"]),
    ],
)
def test_two_readings_never_look_the_same(
    as_ada: Client,
    project: Project,
    ada: User,
    ben: User,
    cora: User,
    mine: dict[str, str],
    other: dict[str, str],
    differs: list[str],
) -> None:
    tone = {**TONE, "scope": "annotation", "required": False, "agreement": True}
    content = {**CODEBOOK, "version": "1.1.0", "dimensions": [*CODEBOOK["dimensions"], tone]}
    publish_codebook(project=project, by=cora, content=content)
    change_settings(
        project=project, by=cora, second_look=True, on_difference={"attribution_type": "review"}
    )
    paper = source(project, "Le Monde")
    article = take_in_text(project, "Le Monde says that the port is shut.", language="en")
    give(article, ada, ben)
    for reader, labels in ((ada, mine), (ben, other)):
        hand_in(article, reader, words(article, "the port is shut", chain=(paper,), **labels))
    readings = shown(as_ada)
    for reading, told in zip(readings, differs, strict=True):
        assert told in reading
        assert reading.count("≠") == 1


def test_words_sources_and_linked_claims_that_differ_are_marked(
    as_ada: Client, disputed: Article
) -> None:
    group = sentence_at(disputed, HALTED).groups.get()
    shut = Claim.objects.create(
        project=disputed.project, created_by=disputed.created_by, text={"en": "It is shut."}
    )
    Annotation.objects.filter(place__group=group).update(claim=shut, claim_relation="related")
    told = ("boundary", "chain", "claim")
    group.differences = [{"dimension": each, "level": "major", "sides": []} for each in told]
    group.save()
    reading = shown(as_ada)[0]
    for each in (f"≠ {HALTED}", "≠ the author", "≠ linked claim: It is shut. (related)"):
        assert each in reading


@pytest.mark.parametrize(
    ("answer", "stored"), [("keep", "keep"), ("take 2", "take"), ("discuss", "discuss")]
)
def test_an_answer_is_kept_and_the_next_sentence_shown(
    as_ada: Client, disputed: Article, answer: str, stored: str
) -> None:
    address = f"{PAGE}{sentence_at(disputed, HALTED).pk}/"
    told = as_ada.post(address, {"answer": answer}, follow=True).content.decode()
    assert SecondLook.objects.get().answer == stored
    assert "1 sentence is left" in told
    assert as_ada.post(address, {"answer": answer}).status_code == 409


def test_a_reviewer_reads_the_sentence_and_is_told_to_wait(
    as_rita: Client, disputed: Article
) -> None:
    address = f"/p/sahel/review/{sentence_at(disputed, HALTED).pk}/"
    page = as_rita.get(address).content.decode()
    told = "Its annotators look at this sentence again"
    assert told in page
    assert 'id="settle"' not in page
    answer = as_rita.post(f"{address}empty/", opened_before(disputed))
    assert answer.status_code == 409
    assert told in answer.content.decode()


def opened_before(article: Article) -> dict[str, object]:
    """What the form of a page sends that was opened before the switch was on."""
    article.refresh_from_db()
    assert article.completed_at is not None
    groups = sentence_at(article, HALTED).groups.values_list("pk", flat=True)
    seen = {f"living-{pk}": 0 for pk in groups}
    return {"completed": article.completed_at.isoformat(), "reason": "slip", **seen}


def test_who_did_not_read_the_article_has_nothing_to_look_at(
    chloe: User, disputed: Article
) -> None:
    client = Client()
    client.force_login(chloe)
    assert "Nothing waits for your second look" in client.get(PAGE).content.decode()
    address = f"{PAGE}{sentence_at(disputed, HALTED).pk}/"
    assert client.post(address, {"answer": "keep"}).status_code == 404


def test_a_third_reader_is_given_what_is_disputed(
    article: Article, ada: User, ben: User, chloe: User, cora: User
) -> None:
    change_settings(project=article.project, by=cora, tiebreak=True)
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, ben, words(article, HALTED, kind="causal"))
    client = Client()
    client.force_login(chloe)
    assert "as the third reader" in client.get("/p/sahel/").content.decode()
    client.post("/p/sahel/ties/next/")
    given = Assignment.objects.get(membership__user=chloe)
    assert given.limited_to == [sentence_at(article, HALTED).index]
    told = client.post("/p/sahel/ties/next/", follow=True).content.decode()
    assert "nothing disputed for you" in told
    page = client.get(f"/p/sahel/articles/{article.pk}/").content.decode()
    assert [page.count(each) for each in ("sentence is-", " context", "0 of 1 sentences")] == [
        4,
        3,
        1,
    ]


def test_the_page_asks_no_more_with_more_to_show(
    as_ada: Client,
    project: Project,
    ada: User,
    ben: User,
    cora: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    change_settings(project=project, by=cora, second_look=True)
    for count in (2, 12):
        lines = "\n".join(f"Line {n} says it rained in place{n}." for n in range(count))
        article = take_in_text(project, lines, language="en")
        quotes = [f"it rained in place{n}" for n in range(count)]
        give(article, ada, ben)
        hand_in(article, ada, *(words(article, quote) for quote in quotes))
        hand_in(article, ben, *(words(article, quote, kind="causal") for quote in quotes))
        with django_assert_max_num_queries(18):
            as_ada.get(PAGE)
