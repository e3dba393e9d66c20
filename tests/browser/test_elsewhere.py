"""What other articles say of a claim, in the browser: folded until a key opens it."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, expect

from annotate.models import Article, Project
from tests.builders import sentence_at, source, take_in_text, words
from tests.workflow.reviewing import FORTY, HALTED, complete

LIKE = "سيغادر البلادَ عشرون عنصرا"
FOLD = "What other articles say of claim 1"


@pytest.fixture
def table(
    page: Page,
    sign_in: Callable[[User], BrowserContext],
    project: Project,
    article: Article,
    ada: User,
    ben: User,
    rita: User,
) -> Page:
    """Rita before the first of two sentences to settle; another article says the like of the
    second.
    """
    hers = (words(article, HALTED), words(article, FORTY))
    his = (words(article, HALTED, kind="causal"), words(article, FORTY, kind="causal"))
    complete(article, {ada: hers, ben: his})
    other = take_in_text(project, f"{LIKE} 🚩", "ar", "Radio Sahel")
    paper = source(project, "Le Monde")
    complete(other, {who: (words(other, LIKE, chain=(paper,)),) for who in (ada, ben)})
    sign_in(rita)
    page.goto(f"/p/sahel/review/{sentence_at(article, HALTED).pk}/")
    page.wait_for_load_state()  # the keys' module has run
    return page


def test_it_is_opened_by_a_key_on_an_item_that_a_script_put_there_and_asked_for_once(
    table: Page,
) -> None:
    asked: list[str] = []
    table.on("request", lambda request: asked.append(request.url))
    for key in ("v", "1", "s", "Enter"):  # V opens rows and claims, not what anchors
        table.keyboard.press(key)
    expect(table.locator("h1")).to_contain_text("sentence 4")
    table.wait_for_load_state()  # where the server itself led on
    assert not [url for url in asked if "elsewhere" in url]
    told = table.locator(".elsewhere .words")
    table.get_by_text(FOLD).focus()
    table.keyboard.press("Enter")
    expect(told).to_have_text(LIKE)
    expect(table.get_by_text("Radio Sahel")).to_be_visible()
    told.locator("a").focus()
    table.keyboard.press("Escape")
    expect(told).to_be_hidden()
    table.get_by_text(FOLD).focus()
    table.keyboard.press("Space")
    expect(told).to_be_visible()
    assert len([url for url in asked if "elsewhere" in url]) == 1


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_axe_finds_nothing_in_it_and_a_phone_does_not_scroll_sideways(
    table: Page, article: Article, direction: str
) -> None:
    table.set_viewport_size({"width": 360, "height": 740})
    table.goto(f"/p/sahel/review/{sentence_at(article, FORTY).pk}/")
    table.locator("html").evaluate("(html, dir) => html.dir = dir", direction)
    table.get_by_text(FOLD).click()
    expect(table.locator(".elsewhere .words")).to_have_text(LIKE)
    assert table.evaluate("document.documentElement.scrollWidth") <= 360
    table.emulate_media(reduced_motion="reduce")
    found = Axe().run(table)
    assert not found.violations_count, found.generate_report()
    table.emulate_media(color_scheme="dark", reduced_motion="reduce")
    dark = Axe().run(table, options={"runOnly": ["color-contrast"]})
    assert not dark.violations_count, dark.generate_report()
