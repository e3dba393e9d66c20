"""What it takes to open the workbench, and what comes into sight: little to load, and all of it."""

import gzip

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Response, expect

from annotate.models import Article, Project
from tests.browser.test_workbench import SignIn, address
from tests.builders import give, take_in_text

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


@pytest.mark.parametrize("size", [(1366, 768), (360, 640)])
def test_the_sentence_gone_to_stands_whole_on_the_screen(
    desk: Page, project: Project, ada: User, size: tuple[int, int]
) -> None:
    long = (
        "وأعلنت الحكومة في باماكو أن القافلة وصلت إلى المدينة بعد رحلة طويلة" + " عبر الصحراء" * 12
    )
    article = take_in_text(project, "\n".join(f"{long} {number}." for number in range(12)), "ar")
    give(article, ada)
    desk.set_viewport_size({"width": size[0], "height": size[1]})
    desk.goto(address(article))
    desk.wait_for_function("() => window.labelable")
    for _ in range(11):
        desk.keyboard.press("ArrowDown")
        expect(desk.locator(".sentence.here > p")).to_be_in_viewport(ratio=1)
