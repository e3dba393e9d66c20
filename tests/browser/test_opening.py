"""What it takes to open the workbench, and what comes into sight: little to load, and all of it."""

import gzip

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, Response, expect

from annotate.models import Article, Project
from tests.browser.arriving import come, ready
from tests.browser.test_workbench import SignIn, address
from tests.builders import give, take_in_text


@pytest.fixture
def desk(ada: User, sign_in: SignIn) -> Page:
    return sign_in(ada).new_page()


def test_the_first_load_is_small_and_asks_for_little(
    desk: Page, article: Article, ada: User
) -> None:
    give(article, ada)
    answers: list[Response] = []
    desk.on("response", lambda answer: answers.append(answer))
    come(desk, address(article))
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
    come(desk, address(article))
    for _ in range(11):
        desk.keyboard.press("ArrowDown")
        expect(desk.locator(".sentence.here > p")).to_be_in_viewport(ratio=1)


# --- what is pressed before the page is ready ---

SLOW_STORE = """
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...which) {
        const [asked, told] = [open.apply(this, which), {}];
        asked.onupgradeneeded = () => {
            told.result = asked.result;
            told.onupgradeneeded();
        };
        asked.onsuccess = () => {
            told.result = asked.result;
            window.letOpen = told.onsuccess;
        };
        return told;
    };
"""


@pytest.fixture
def slow(desk: Page, article: Article, ada: User) -> Page:
    """The workbench while the browser's store does not open yet."""
    give(article, ada)
    desk.add_init_script(SLOW_STORE)
    desk.goto(address(article))
    return desk


def at_last(page: Page) -> None:
    page.wait_for_function("() => window.letOpen")
    page.evaluate("letOpen()")
    ready(page)


def test_keys_pressed_too_early_do_nothing_and_the_next_ones_all(slow: Page) -> None:
    for key in ("Slash", "Space", "KeyN", "Digit1", "Enter"):
        slow.keyboard.press(key)
    expect(slow.locator("#source")).not_to_be_focused()
    at_last(slow)
    expect(slow.locator(".is-unread")).to_have_count(4)
    slow.keyboard.press("Slash")
    expect(slow.locator("#sources")).to_be_visible()
    slow.keyboard.press("Escape")
    expect(slow.locator("#sources")).to_be_hidden()


def test_what_was_answered_before_the_page_was_ready_stands(slow: Page) -> None:
    slow.locator("label.choice", has_text="Supports").first.click()
    slow.get_by_label("Note", exact=True).fill("typed at once")
    at_last(slow)
    expect(slow.locator("[name=label_stance]:checked")).to_have_value("supports")
    expect(slow.get_by_label("Note", exact=True)).to_have_value("typed at once")
    slow.reload()
    at_last(slow)
    expect(slow.locator("[name=label_stance]:checked")).to_have_value("supports")
