"""Alike differences and the spot check through the client."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.domain import codebook as domain
from annotate.models import Article, ClaimGroup, Decision, Project
from annotate.web.review_patterns import offers
from tests.builders import CODEBOOK, give, hand_in, take_in_text, words

PATTERNS = "/p/sahel/review/patterns/"
SPOT_CHECKS = "/p/sahel/review/spot-checks/"
KIND = "|kind=evaluation/event|"
TEXT = "The port is shut.\nThe road is open.\nThe sea is calm.\n"
QUOTES = ("The port is shut", "The road is open", "The sea is calm")


@pytest.fixture
def alike(project: Project, ada: User, ben: User) -> Article:
    """Three sentences in which the kind differs in the same way."""
    article = take_in_text(project, TEXT, language="en")
    give(article, ada, ben)
    hand_in(article, ada, *(words(article, quote) for quote in QUOTES))
    hand_in(article, ben, *(words(article, quote, kind="evaluation") for quote in QUOTES))
    return article


@pytest.mark.parametrize(
    ("pattern", "titles"),
    [
        (KIND, ["Assessment", "Event or state"]),
        ("|existence=found/no_claim|", ["it is a claim"]),
        ("|boundary|", ["the longest words", "the shortest words"]),
        ("|source=author/attributed|", ["the article’s author", "the source"]),
        (
            "|stance=denies/supports|kind=event/position|",
            [
                "Denies, Event or state",
                "Denies, Intent, demand or pledge",
                "Supports, Event or state",
                "Supports, Intent, demand or pledge",
            ],
        ),
        ("|source=other|", []),
        ("|chain|", []),
        ("", []),
    ],
)
def test_a_pattern_offers_the_answers_that_settle_it(pattern: str, titles: list[str]) -> None:
    codebook = domain.parse(CODEBOOK)
    assert [offer.title for offer in offers(pattern, codebook)] == titles


def fields(client: Client, pattern: str) -> dict[str, str]:
    """What the form of a pattern sends if nothing is pressed."""
    page = client.get(PATTERNS, {"pattern": pattern}).content.decode()
    seen = dict(re.findall(r'name="(seen-[^"]+)" value="(\d+)"', page))
    return {**seen, "pattern": pattern, "reason": "slip"}


def kinds() -> list[str]:
    settled = Decision.objects.filter(decided_by__isnull=False).order_by("group__start")
    return [decision.kind for decision in settled]


def test_one_claim_of_a_pattern_is_settled_and_the_others_wait(
    as_rita: Client, alike: Article
) -> None:
    second = alike.groups.order_by("start")[1]
    form = fields(as_rita, KIND)
    as_rita.post(PATTERNS + "settle/", {**form, "decide": f"{second.pk} 1"})
    assert kinds() == ["evaluation"]
    assert ClaimGroup.objects.waiting().count() == 2


def test_all_that_are_shown_are_settled_at_once_and_taken_back_together(
    as_rita: Client, alike: Article
) -> None:
    form = fields(as_rita, KIND)
    there = as_rita.post(PATTERNS + "settle/", {**form, "decide": "all 2"}, follow=True)
    assert kinds() == ["event"] * 3
    undo = re.findall(r'name="group" value="([^"]+)"', there.content.decode())
    as_rita.post(PATTERNS + "undo/", {"group": undo})
    assert ClaimGroup.objects.waiting().count() == 3


def test_what_was_settled_meanwhile_holds_up_no_other(
    as_rita: Client, as_cora: Client, alike: Article
) -> None:
    form = fields(as_rita, KIND)
    first = alike.groups.order_by("start")[0]
    as_cora.post(PATTERNS + "settle/", {**form, "decide": f"{first.pk} 1"})
    told = as_rita.post(PATTERNS + "settle/", {**form, "decide": "all 2"}, follow=True)
    assert "has changed since you opened it" in told.content.decode()
    assert kinds() == ["evaluation", "event", "event"]


@pytest.mark.parametrize("decide", ["", "all", "all 9", "all x", "nobody 1"])
def test_an_answer_that_was_not_offered_settles_nothing(
    as_rita: Client, alike: Article, decide: str
) -> None:
    form = fields(as_rita, KIND)
    as_rita.post(PATTERNS + "settle/", {**form, "decide": decide})
    assert kinds() == []


def test_what_one_annotated_is_left_to_others(
    as_rita: Client, project: Project, ada: User, rita: User
) -> None:
    article = take_in_text(project, TEXT, language="en")
    give(article, ada, rita)
    hand_in(article, ada, words(article, QUOTES[0]))
    hand_in(article, rita, words(article, QUOTES[0], kind="evaluation"))
    assert "Nothing waits in which readers differ" in as_rita.get(PATTERNS).content.decode()
    group = article.groups.get()
    sent = {f"seen-{group.pk}": "0", "pattern": KIND, "reason": "slip", "decide": f"{group.pk} 1"}
    as_rita.post(PATTERNS + "settle/", sent)
    assert kinds() == []


@pytest.fixture
def drawn(project: Project, ada: User, ben: User) -> ClaimGroup:
    """What a rule settled, drawn for the spot check."""
    article = take_in_text(project, "He said that forty men left the old port.", language="en")
    give(article, ada, ben)
    hand_in(article, ada, words(article, "forty men left the old port"))
    hand_in(article, ben, words(article, "men left the old port"))
    group = article.groups.get()
    assert group.decisions.get().agreed_by == "rule"
    group.spot_check = ClaimGroup.SpotCheck.DRAWN
    group.save()
    return group


def test_a_spot_check_tells_what_the_rule_settled_and_is_confirmed(
    as_rita: Client, drawn: ClaimGroup
) -> None:
    page = as_rita.get(SPOT_CHECKS).content.decode()
    for told in ("Settled by rule:</b> boundary", "forty men left", "1 to look at"):
        assert told.replace("</b>", "") in page
    as_rita.post(f"{SPOT_CHECKS}{drawn.pk}/confirm/")
    assert "0 to look at, 1 confirmed" in as_rita.get(SPOT_CHECKS).content.decode()


def test_a_rule_is_overturned_by_a_reading(as_rita: Client, drawn: ClaimGroup) -> None:
    shorter = drawn.members.get(assignment__number=2).annotation.annotation_id
    address = f"{SPOT_CHECKS}{drawn.pk}/overturn/"
    assert as_rita.post(address, {"seen": "1"}).status_code == 422
    as_rita.post(address, {"seen": "1", "take": str(shorter)})
    last = drawn.decisions.order_by("number").last()
    assert last is not None
    assert (last.agreed_by, drawn.article.quote(last.spans)) == (
        "adjudicated",
        "men left the old port",
    )
    assert "1 decided otherwise" in as_rita.get(SPOT_CHECKS).content.decode()
