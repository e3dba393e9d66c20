"""The desk shows one's own work, and where to go on."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Assignment, Project
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.projects import add_member
from tests.builders import give, hand_in, mark, take_in_text, words

DESK = "/p/sahel/"


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


def test_with_nothing_left_the_reader_is_thanked(as_ada: Client, project: Project) -> None:
    assert as_ada.post("/p/sahel/next/").headers["Location"] == "/p/sahel/"
    assert "no further article" in shown(as_ada)


def test_what_was_sent_back_stands_on_the_desk(
    as_ada: Client, ada: User, cora: User, article: Article
) -> None:
    (assignment,) = give(article, ada)
    hand_in(article, ada)
    assert "Sent back to you" not in shown(as_ada)
    reopen_assignment(
        assignment=Assignment.objects.get(pk=assignment.pk), by=cora, note="Look again."
    )
    assert "Sent back to you" in shown(as_ada)


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


def test_an_observer_reads_along_and_takes_no_article(
    client: Client, olga: User, article: Article
) -> None:
    client.force_login(olga)
    assert "You read along" in shown(client)
    assert client.post("/p/sahel/next/").status_code == 403


@pytest.mark.parametrize(
    ("role", "screens"),
    [
        ("annotator", ["Desk"]),
        ("observer", ["Desk", "Corpus", "Releases"]),
        ("reviewer", ["Desk", "Review", "Corpus", "Releases"]),
        ("manager", ["Desk", "Review", "Progress", "Corpus", "Releases"]),
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


@pytest.mark.parametrize("saves", [1, 12])
def test_the_desk_takes_the_same_queries_however_much_was_done(
    as_ada: Client,
    ada: User,
    project: Project,
    article: Article,
    saves: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    other = take_in_text(project, "Bamako denied it. Moscow agreed.", "en")
    give(article, ada)
    give(other, ada)
    mark(other, ada, *[words(other, "Moscow agreed") for _ in range(saves)])
    with django_assert_max_num_queries(8):
        as_ada.get(DESK)
