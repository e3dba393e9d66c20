"""The desk shows one's own work, and where to go on."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Assignment, ClaimGroup, Judgement, Project
from annotate.web import desk
from annotate.web.desk import week_begins
from annotate.workflow.asking import RulingDraft, answer, rule
from annotate.workflow.assigning import withdraw
from annotate.workflow.labelling import judge, reopen_assignment, send_back
from annotate.workflow.projects import add_member
from annotate.workflow.review import Choice, reading_of, settle
from tests.builders import ask, give, hand_in, mark, sentence_at, take_in_text, words

DESK = "/p/sahel/"
HALTED = "روسيا أوقفت الهجوم"


def shown(client: Client, address: str = DESK) -> str:
    """The page without its tokens against forgery."""
    page = client.get(address).content.decode()
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', r"\1", page)


def test_continue_takes_the_next_article_then_leads_back_to_it(
    as_ada: Client, article: Article
) -> None:
    assert "Continue with the next article" in shown(as_ada)
    opened = as_ada.post("/p/sahel/next/").headers["Location"]
    assert opened == f"/p/sahel/articles/{article.pk}/"
    assert f'href="{opened}"' in shown(as_ada)
    assert as_ada.post("/p/sahel/next/").headers["Location"] == opened


def test_with_nothing_left_the_reader_is_thanked(
    as_ada: Client, ada: User, article: Article
) -> None:
    give(article, ada)
    hand_in(article, ada)
    assert as_ada.post("/p/sahel/next/").headers["Location"] == "/p/sahel/"
    assert "no further article" in shown(as_ada)


def test_nobody_is_thanked_before_there_are_articles(as_ada: Client, project: Project) -> None:
    as_ada.post("/p/sahel/next/")
    assert "No article has been taken in yet" in shown(as_ada)


def test_what_was_sent_back_stands_on_the_desk(
    as_ada: Client, ada: User, cora: User, article: Article
) -> None:
    (assignment,) = give(article, ada)
    hand_in(article, ada)
    Assignment.objects.update(seconds_active=120)
    assert "Sent back to you" not in shown(as_ada)
    assert "1 of 1 article handed in" in shown(as_ada)
    reopen_assignment(
        assignment=Assignment.objects.get(pk=assignment.pk), by=cora, note="Look again."
    )
    assert "Sent back to you" in shown(as_ada)
    assert "0 of 1 article handed in" in shown(as_ada)
    assert "handed in ," not in " ".join(shown(as_ada).split())


def test_why_it_was_sent_back_stands_there_with_the_sentence(
    as_ada: Client, ada: User, cora: User, article: Article
) -> None:
    give(article, ada)
    hand_in(article, ada)
    sentence = sentence_at(article, HALTED)
    send_back(article=article, by=cora, note="Who says so? 🚩", sentences=[sentence])
    page = shown(as_ada)
    assert "Who says so? 🚩" in page
    assert f"?sentence={sentence.pk}" in page
    hand_in(article, ada)
    assert "Who says so?" not in shown(as_ada)


def test_a_withdrawn_article_tells_its_reader_why(
    as_ada: Client, ada: User, ben: User, cora: User, article: Article
) -> None:
    own, _ = give(article, ada, ben)
    withdraw(assignment=own, by=cora, note="You were ill.")
    assert "You were ill." in shown(as_ada)


def test_an_answer_to_ones_own_question_stands_there_and_nobody_elses(
    as_ada: Client, as_ben: Client, ada: User, ben: User, rita: User, article: Article
) -> None:
    give(article, ada, ben)
    question = ask(sentence_at(article, HALTED), ada, "A source?")
    assert "A source?" not in shown(as_ada)
    answer(pk=uuid4(), question=question, by=rita, text="Unspecified.", seen=0)
    assert "Unspecified." in shown(as_ada)
    assert "Unspecified." not in shown(as_ben)


def test_hours_of_this_week_are_those_of_this_weeks_saves(
    as_ada: Client, ada: User, article: Article
) -> None:
    give(article, ada)
    for quote, seconds in ((HALTED, 1800), ("سيغادرون", 2400)):
        judge(
            sentence=sentence_at(article, quote),
            by=ada,
            revision=uuid4(),
            parent=None,
            change=lambda state: state.as_no_claim("other"),
            seconds=seconds,
        )
    assert "1 hour and 10 minutes this week" in shown(as_ada)
    old = Judgement.objects.get(seq=1)
    Judgement.objects.filter(pk=old.pk).update(created_at=old.created_at - timedelta(days=8))
    assert "40 minutes this week" in shown(as_ada)


@pytest.mark.parametrize(
    ("language", "begins"),
    [("fr", "2026-11-16"), ("en", "2026-11-15"), ("ar", "2026-11-15")],
)
def test_the_week_begins_on_the_day_of_the_readers_language(language: str, begins: str) -> None:
    saturday = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    with override(language):
        assert week_begins(saturday).date().isoformat() == begins


def settled(article: Article, by: User, take: int | None = None, **decided: Any) -> None:
    """Settle the sentence that waits: take this reading, or choose otherwise."""
    group = ClaimGroup.objects.filter(article=article).waiting().get()
    choices = reading_of(group.sentence, take) if take else {group.pk: Choice(seen=0, **decided)}
    settle(sentence=group.sentence, by=by, choices=choices, reason="slip", note="See the rule.")


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Article:
    """Ada and Ben found the same claim and call it differently."""
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, ben, words(article, HALTED, kind="causal"))
    return article


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        ({"take": 1}, "kept as you wrote it"),
        ({"take": 2}, "<del><bdi>Event or state</bdi></del> <ins><bdi>Cause or effect</bdi></ins>"),
        ({"reject": True}, "rejected: no claim here"),
    ],
)
def test_what_was_decided_on_ones_work_is_told_with_reason_and_note(
    as_ada: Client, disputed: Article, rita: User, decided: dict[str, Any], told: str
) -> None:
    assert "What was decided" not in shown(as_ada)
    settled(disputed, rita, **decided)
    page = shown(as_ada)
    for words_ in (told, "why: slip", "See the rule.", HALTED):
        assert words_ in page


def test_nobodys_name_and_no_reading_but_ones_own_and_the_agreed_one_is_told(
    as_ada: Client, disputed: Article, rita: User
) -> None:
    settled(disputed, rita, 1)
    for address in (DESK, f"{DESK}decided/"):
        page = shown(as_ada, address)
        assert not re.search(r"\b(ben|rita)\b", page)
        assert "Cause or effect" not in page


def test_what_all_agreed_on_is_not_told(
    as_ada: Client, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    for annotator in (ada, ben):
        hand_in(article, annotator, words(article, HALTED))
    assert "What was decided" not in shown(as_ada)


def test_decisions_on_an_article_that_is_back_on_a_desk_are_hidden(
    as_ada: Client, as_ben: Client, disputed: Article, rita: User
) -> None:
    settled(disputed, rita, 2)
    send_back(article=disputed, by=rita, note="Again.", annotators=[1])
    assert "Cause or effect" not in shown(as_ada)
    assert "kept as you wrote it" not in shown(as_ben)


def test_all_decisions_page_by_key(
    as_ada: Client,
    project: Project,
    ada: User,
    ben: User,
    rita: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desk, "PAGE", 2)
    for n in range(5):
        one = take_in_text(project, f"Moscow halted drive {n}.", "en")
        give(one, ada, ben)
        hand_in(one, ada, words(one, f"Moscow halted drive {n}"))
        hand_in(one, ben, words(one, f"Moscow halted drive {n}", kind="causal"))
        settled(one, rita, 2)
    address, seen = f"{DESK}decided/", list[str]()
    while address:
        page = shown(as_ada, address)
        seen += re.findall(r"<bdi>Moscow halted drive (\d)</bdi></a>", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"{DESK}decided/{further[1]}" if further else ""
    assert seen == ["4", "3", "2", "1", "0"]


def test_the_last_ten_saves_are_ones_own(as_ada: Client, ada: User, article: Article) -> None:
    give(article, ada)
    mark(article, ada, *[words(article, "روسيا أوقفت الهجوم") for _ in range(12)])
    assert shown(as_ada).count('<time datetime="') == 10


def test_nothing_anybody_else_does_changes_the_desk(
    as_ada: Client, ada: User, ben: User, article: Article
) -> None:
    give(article, ada, ben)
    before = shown(as_ada)
    hand_in(article, ben, words(article, "روسيا أوقفت الهجوم"))
    assert shown(as_ada) == before


def offers(client: Client) -> list[tuple[str, bool]]:
    """The buttons of the desk in their order, and whether each is the one that stands out."""
    main = shown(client).partition("<main")[2].partition("</main")[0]
    found = re.findall(r"<(button\b[^>]*|a class=\"button[^>]*)>([^<]+)</", main)
    return [(title, "primary" in attributes) for attributes, title in found]


TAKE = ("Take the next article", False)
PROGRESS = ("Progress", False)


def test_a_reviewer_is_led_to_what_waits_and_only_then_to_an_article(
    as_rita: Client, as_cora: Client, as_ada: Client, ada: User, disputed: Article
) -> None:
    for reviewer in (as_rita, as_cora):
        assert offers(reviewer) == [("Review: 1 sentence waits", True), PROGRESS, TAKE]
        assert "nothing of what others do in it until you have handed it in" in shown(reviewer)
        assert "not handed in an article" not in shown(reviewer)
    ask(sentence_at(disputed, HALTED), ada, "Who says so?")
    question = ("Questions: 1 waits for an answer", False)
    assert offers(as_rita) == [("Review: 1 sentence waits", True), question, PROGRESS, TAKE]
    assert offers(as_ada) == [("Continue with the next article", True)]


def test_where_nothing_is_to_be_settled_a_question_comes_first(
    as_rita: Client, ada: User, article: Article
) -> None:
    assert offers(as_rita) == [PROGRESS, TAKE]
    assert "Nothing waits to be settled." in shown(as_rita)
    give(article, ada)
    ask(sentence_at(article, HALTED), ada, "Who says so?")
    assert offers(as_rita) == [("Questions: 1 waits for an answer", True), PROGRESS, TAKE]


@pytest.mark.parametrize(
    ("settle_own", "first"),
    [(True, [("Review: 1 sentence waits", True)]), (False, [])],
)
def test_what_a_reviewer_may_not_settle_does_not_wait(
    as_rita: Client,
    rita: User,
    ada: User,
    project: Project,
    article: Article,
    settle_own: bool,
    first: list[tuple[str, bool]],
) -> None:
    Project.objects.update(settle_own=settle_own)
    assert ("for another reviewer to settle" in shown(as_rita)) == (not settle_own)
    give(article, ada, rita)
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, rita, words(article, HALTED, kind="causal"))
    assert offers(as_rita) == [*first, PROGRESS, TAKE]


def test_a_reviewer_with_an_open_article_goes_on_with_it_first(
    as_rita: Client, rita: User, disputed: Article, project: Project
) -> None:
    give(take_in_text(project, "Moscow halted the drive.", "en"), rita)
    waits = ("Review: 1 sentence waits", False)
    assert offers(as_rita) == [("Continue", True), waits, PROGRESS]


def test_a_manager_without_articles_is_led_to_taking_some_in(
    as_cora: Client, as_rita: Client, project: Project
) -> None:
    assert offers(as_cora)[0] == ("Take articles in", True)
    assert offers(as_rita) == [PROGRESS, TAKE]


@pytest.mark.parametrize("times", [1, 6])
def test_a_reviewers_desk_takes_the_same_queries_however_much_waits(
    as_rita: Client,
    ada: User,
    ben: User,
    project: Project,
    times: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(times):
        one = take_in_text(project, f"Moscow halted drive {n}.", "en")
        give(one, ada, ben)
        ask(sentence_at(one, "Moscow"), ada, "Why?")
        hand_in(one, ada, words(one, f"Moscow halted drive {n}"))
        hand_in(one, ben, words(one, f"Moscow halted drive {n}", kind="causal"))
    with django_assert_max_num_queries(18):
        as_rita.get(DESK)


def test_an_observer_reads_along_and_takes_no_article(
    client: Client, olga: User, article: Article
) -> None:
    client.force_login(olga)
    assert "You read along" in shown(client)
    assert client.post("/p/sahel/next/").status_code == 403


@pytest.mark.parametrize(
    ("role", "screens"),
    [
        ("annotator", ["Desk", "Guidelines", "Rulings"]),
        ("observer", ["Desk", "Corpus", "Releases", "Guidelines", "Rulings"]),
        (
            "reviewer",
            [
                "Desk",
                "Review",
                "Questions",
                "Agreement",
                "Progress",
                "Corpus",
                "Releases",
                "Guidelines",
                "Rulings",
            ],
        ),
        (
            "manager",
            [
                "Desk",
                "Review",
                "Questions",
                "Agreement",
                "Progress",
                "Settings",
                "Corpus",
                "Releases",
                "Guidelines",
                "Rulings",
            ],
        ),
    ],
)
def test_each_role_is_led_to_its_screens(
    client: Client, project: Project, role: str, screens: list[str]
) -> None:
    member = User.objects.create_user("eve")
    add_member(project=project, by=project.created_by, user=member, role=role)
    client.force_login(member)
    nav = re.search(r"<nav.*?</nav>", shown(client), re.DOTALL)
    assert nav
    assert re.findall(r"<a [^>]*>(\w+)</a>", nav[0]) == screens
    for address in re.findall(r'href="([^"]+)"', nav[0]):
        assert client.get(address).status_code == 200


def test_a_stranger_finds_no_desk(as_dan: Client, project: Project) -> None:
    assert as_dan.get(DESK).status_code == 404
    assert as_dan.post("/p/sahel/next/").status_code == 404


@pytest.mark.parametrize("times", [1, 6])
def test_the_desk_takes_the_same_queries_however_much_was_done(
    as_ada: Client,
    ada: User,
    ben: User,
    rita: User,
    project: Project,
    times: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(times):
        one = take_in_text(project, f"Moscow halted drive {n}. Bamako denied it.", "en")
        give(one, ada, ben)
        question = ask(sentence_at(one, "Moscow"), ada, "Why?")
        answer(pk=uuid4(), question=question, by=rita, text="So.", seen=0)
        hand_in(one, ada, words(one, f"Moscow halted drive {n}"))
        hand_in(one, ben, words(one, f"Moscow halted drive {n}", kind="causal"))
        settled(one, rita, 2)
        two = take_in_text(project, f"The port {n} closed.", "en")
        give(two, ada)
        hand_in(two, ada)
        send_back(article=two, by=rita, note="Look.", sentences=two.sentences.all())
        rule(pk=uuid4(), project=project, by=rita, draft=RulingDraft(text=f"Rule {n}."))
    with django_assert_max_num_queries(18):
        as_ada.get(DESK)
    with django_assert_max_num_queries(8):
        as_ada.get(f"{DESK}decided/")
