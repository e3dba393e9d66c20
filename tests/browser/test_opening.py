"""What it takes to open the workbench: little to load."""

import gzip

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Response

from annotate.models import Article
from tests.browser.test_workbench import SignIn, address
from tests.builders import give

LABELABLE = """
    document.addEventListener("claim:shown", () => { window.labelable = performance.now(); });
"""


@pytest.fixture
def desk(ada: User, sign_in: SignIn) -> Page:
    page = sign_in(ada).new_page()
    page.add_init_script(LABELABLE)
    return page


def test_the_first_load_is_small_and_asks_for_little(
    desk: Page, article: Article, ada: User
) -> None:
    give(article, ada)
    answers: list[Response] = []
    desk.on("response", lambda answer: answers.append(answer))
    desk.goto(address(article))
    desk.wait_for_function("() => window.labelable")
    assert len(answers) <= 12
    assert sum(len(gzip.compress(each.body())) for each in answers) <= 100_000
