"""The links to the screens of a project, and the dialog of keys: what every page has around it."""

import re
from copy import deepcopy
from operator import methodcaller
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.translation import override

from annotate.models import Article, Project
from annotate.templatetags.keys import keys_dialog
from annotate.workflow.asking import remark
from annotate.workflow.projects import start_project
from tests.builders import CODEBOOK, give, sentence_at, write

DESK = "/p/sahel/"
REVIEWS = ["Desk", "Review", "Questions", "Agreement", "Progress"]
READS = ["Corpus", "Releases", "Guidelines", "Rulings"]


def links(user: User, path: str = DESK) -> dict[str, str]:
    """The title of each link, and what it says of the page: current, or near it."""
    client = Client()
    client.force_login(user)
    page = client.get(path).content.decode()
    (nav,) = re.findall(r'<nav class="nav".*?</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="[^"]*"( aria-current="\w+")?>([^<]*)', nav)
    return {title: current.partition("=")[2].strip('"') for current, title in found}


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("ada", ["Desk", "Guidelines", "Rulings"]),
        ("olga", ["Desk", *READS]),
        ("rita", [*REVIEWS, *READS]),
        ("cora", [*REVIEWS, "Settings", *READS]),
    ],
)
def test_everybody_has_links_to_the_screens_they_may_open(
    name: str, titles: list[str], project: Project, request: pytest.FixtureRequest
) -> None:
    assert list(links(request.getfixturevalue(name))) == titles


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("", {"Desk": "page"}),
        ("review/", {"Review": "page"}),
        ("review/patterns/", {"Review": "true"}),
    ],
)
def test_the_link_of_the_screen_one_is_on_says_so(
    path: str, current: dict[str, str], rita: User
) -> None:
    assert {title: says for title, says in links(rita, DESK + path).items() if says} == current


def test_reviewers_are_told_how_many_questions_wait(
    article: Article, ada: User, rita: User, as_rita: Client
) -> None:
    give(article, ada)
    sentence = sentence_at(article, "مسؤول في باماكو")
    write(sentence, ada, methodcaller("as_no_claim", "other"))
    assert 'class="count"' not in as_rita.get(DESK).content.decode()
    remark(pk=uuid4(), sentence=sentence, by=ada, text="Who?", wants_answer=True)
    assert '<b class="count">1<' in as_rita.get(DESK).content.decode()


def test_a_dialog_of_keys_is_of_its_screen_codebook_and_language(project: Project) -> None:
    content = deepcopy(CODEBOOK)
    content["dimensions"][0]["options"][0]["title"]["en"] = "Happening 🌋"
    other = start_project(by=project.created_by, name="P", slug="p", codebook=content)
    ours, others = (keys_dialog("workbench", each.codebook) for each in (project, other))
    assert "Happening 🌋" in others
    assert "Happening 🌋" not in ours
    assert keys_dialog("workbench", project.codebook) == ours
    assert 'data-name="option:KeyB"' in keys_dialog("review")
    assert 'data-name="option:KeyB"' not in keys_dialog("upload")
    with override("ar"):
        assert content["dimensions"][0]["options"][0]["title"]["ar"] in keys_dialog(
            "workbench", project.codebook
        )
