"""Boundaries corrected in the browser: by mouse, by keys alone, in Arabic behind emoji."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.models import Article, Project, Sentence
from tests.browser.arriving import Waiting
from tests.builders import give, hand_in, sentence_at, take_in_text

pytestmark = pytest.mark.usefixtures("intercepted")

TEXT = (
    "موسكو توقف الهجوم\r\n"
    "🚩👩\u200d🌾 قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات."
    "ونفى مسؤول ذلك. وصمتت باماكو.\r\n"
    "RFI Afrique\r\n"
)
SAID = "🚩👩\u200d🌾 قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات."
DENIED = "ونفى مسؤول ذلك."


@pytest.fixture
def article(project: Project) -> Article:
    return take_in_text(project, TEXT, "ar")


@pytest.fixture
def opened(
    live_server: LiveServer, context: BrowserContext, page: Page, cora: User, article: Article
) -> Page:
    """The article's sentences before a manager who is signed in."""
    sign_in(live_server, context, cora)
    page.goto(f"/p/sahel/corpus/{article.pk}/")
    return page


def sign_in(live_server: LiveServer, context: BrowserContext, user: User) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )


def units(page: Page) -> list[str]:
    return page.locator(".unit > p").all_inner_texts()


def click_before(page: Page, words: str) -> None:
    """Click at the edge of the first letter of these words."""
    x, y = page.locator(".unit > p", has_text=words).evaluate(
        """(p, words) => {
            p.scrollIntoView({ block: "center" });
            const range = document.createRange();
            const at = p.textContent.indexOf(words);
            range.setStart(p.firstChild, at);
            range.setEnd(p.firstChild, at + 1);
            const box = range.getBoundingClientRect();
            return [p.dir === "rtl" ? box.right - 1 : box.left + 1, box.y + box.height / 2];
        }""",
        words,
    )
    page.mouse.click(x, y)


def test_a_click_and_a_button_split_behind_emoji_where_the_space_is_missing(
    opened: Page, article: Article
) -> None:
    click_before(opened, DENIED)
    expect(opened.locator("#place")).to_contain_text("ونفى مسؤول ذلك")
    opened.get_by_role("button", name="Split here").click()
    expect(opened.locator(".unit")).to_have_count(5)
    assert units(opened)[1:3] == [SAID, DENIED]
    stored = sentence_at(article, DENIED)
    assert (stored.start, stored.text) == (TEXT.index(DENIED), DENIED)
    opened.get_by_role("button", name="Undo").click()
    expect(opened.locator(".unit")).to_have_count(4)


def test_keys_alone_split_join_name_and_undo(opened: Page, article: Article) -> None:
    press = opened.keyboard.press
    chosen = opened.locator(".unit:has(input:checked)")
    press("ArrowDown")
    for _ in range(3):
        press("ArrowLeft")
    expect(opened.locator("#place")).to_contain_text("لوموند إن روسيا")
    press("s")
    expect(opened.locator(".unit")).to_have_count(5)
    expect(chosen.locator("p")).to_contain_text("لوموند إن روسيا")
    press("6")
    expect(chosen.locator(".block")).to_have_text("lede")
    press("Control+z")
    expect(chosen.locator(".block")).to_have_text("body")
    press("k")
    press("Backspace")
    expect(opened.locator(".unit")).to_have_count(4)
    assert units(opened)[1] == f"{SAID}{DENIED}"
    assert Sentence.objects.get(article=article, index=1).text == f"{SAID}{DENIED}"


def test_what_is_pressed_and_clicked_while_the_server_answers_is_done_after_it(
    opened: Page,
) -> None:
    press = opened.keyboard.press
    rows = opened.locator(".unit")
    for key in ("ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        press(key)
    split = Waiting(opened, "/split/")
    split.when("s")
    for key in ("6", "ArrowDown", "4"):
        press(key)
    opened.get_by_text("RFI Afrique").click()
    opened.get_by_role("button", name="caption").click()
    split.go()
    expect(rows).to_have_count(5)
    expect(rows.nth(4).locator(".block")).to_have_text("caption")
    assert opened.locator(".unit .block").all_inner_texts() == [
        "title",
        "body",
        "lede",
        "heading",
        "caption",
    ]
    expect(opened.locator(".unit:has(input:checked)")).to_contain_text("RFI Afrique")


def test_what_was_pressed_for_a_text_that_does_not_come_is_not_done(opened: Page) -> None:
    blocks = opened.locator(".unit .block").all_inner_texts()
    join = Waiting(opened, "/join/")
    join.when("Backspace")
    opened.keyboard.press("6")
    join.go()
    expect(opened.get_by_text("A line break always ends a sentence")).to_be_visible()
    assert opened.locator(".unit .block").all_inner_texts() == blocks
    opened.route("**/block/**", lambda route: route.abort(), times=1)
    opened.keyboard.press("6")
    expect(opened.locator("#problem")).to_contain_text("could not be reached")
    opened.keyboard.press("5")
    expect(opened.locator(".unit:has(input:checked) .block")).to_have_text("caption")


def test_the_focus_stays_where_one_tabbed_to(opened: Page) -> None:
    button = opened.locator("[data-key='5']")
    button.focus()
    opened.keyboard.press("Enter")
    expect(opened.locator(".unit .block").first).to_have_text("caption")
    expect(button).to_be_focused()


def test_a_refusal_is_told_and_goes_when_one_moves_on(opened: Page) -> None:
    opened.keyboard.press("Backspace")
    expect(opened.get_by_text("A line break always ends a sentence")).to_be_visible()
    opened.keyboard.press("ArrowDown")
    expect(opened.locator("#problem")).to_be_empty()


def test_keys_rest_in_a_button_that_was_reached_by_tab(opened: Page) -> None:
    opened.locator("#join").focus()
    opened.keyboard.press("4")
    opened.locator("#join").blur()
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(opened.locator(".changes")).to_have_count(0)


def test_the_block_of_a_text_that_waits_is_changed_by_one_key(
    opened: Page, article: Article
) -> None:
    opened.goto("/p/sahel/corpus/")
    opened.get_by_text("Or paste a text").click()
    opened.get_by_label("Text", exact=True).fill("عنوان آخر\n🚩 قالت لوموند ذلك.\nونفى مسؤول.")
    opened.get_by_role("button", name="Read the text").click()
    opened.wait_for_url("**/uploads/*/")  # and for its script, which fetches the sentences
    opened.get_by_label("In which language").select_option("ar")
    opened.locator("summary", has_text="3 sentences").click()
    opened.locator(".unit > p").nth(1).click()
    opened.keyboard.press("5")
    rows = opened.locator(".unit .block")
    expect(rows.nth(1)).to_have_text("caption")
    opened.keyboard.press("j")
    opened.keyboard.press("6")
    expect(rows.nth(2)).to_have_text("lede")
    opened.get_by_role("button", name="Take them in").click()
    expect(opened.get_by_role("rowheader", name="عنوان آخر")).to_be_visible()
    blocks = Sentence.objects.exclude(article=article).order_by("index")
    assert list(blocks.values_list("block", flat=True)) == ["title", "caption", "lede"]


def test_everything_works_without_a_script(
    live_server: LiveServer,
    new_context: Callable[..., BrowserContext],
    cora: User,
    article: Article,
) -> None:
    context = new_context(java_script_enabled=False)
    sign_in(live_server, context, cora)
    page = context.new_page()
    page.goto(f"/p/sahel/corpus/{article.pk}/")
    page.get_by_label("Sentence 2").check()
    page.get_by_role("button", name="Go to the chosen sentence").click()
    page.get_by_label("Before the words").select_option(str(TEXT.index("لوموند")))
    page.get_by_role("button", name="Split here").click()
    expect(page.locator(".unit")).to_have_count(5)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".unit")).to_have_count(4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_does_not_scroll_sideways(
    scheme: str, opened: Page, article: Article, ada: User
) -> None:
    opened.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    click_before(opened, "لوموند")
    assert Axe().run(opened).response["violations"] == []
    opened.set_viewport_size({"width": 360, "height": 740})
    assert opened.evaluate("document.documentElement.scrollWidth") == 360
    give(article, ada)
    hand_in(article, ada)
    opened.reload()
    expect(opened.locator("#closed")).to_be_visible()
    assert Axe().run(opened).response["violations"] == []
