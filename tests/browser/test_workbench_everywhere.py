"""The workbench in mixed directions, on phones, zoomed, by screen reader and without a script."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from annotate.models import Annotation, Article, Assignment, Project
from tests.browser.arriving import come
from tests.browser.test_pages import axe_finds_nothing
from tests.browser.test_workbench import SignIn, address, press, row, save, saved
from tests.builders import give, hand_in, mark, take_in_text, words

PHONE: ViewportSize = {"width": 360, "height": 740}
ZOOMED: ViewportSize = {"width": 683, "height": 384}  # 1366×768 at 200 %
ARABIC = (
    "تقرير\nقالت Reuters (رويترز) إن «Africa Corps» سيرسل ٢٥٠ عنصرًا (بينهم 12 ضابطًا)، وإن الكلفة"
    " $3.5 مليون [تقديرًا].\n"
)
FRENCH = "Note\nSelon « الجزيرة » (Al Jazeera), l’armée « a repris تمبكتو » et 12 % du nord.\n"
LONG = f"قال الوزير إن {' و'.join(['الجيش أوقف الهجوم قرب المدينة'] * 11)}."

AT_ITS_CLAIM = """() => {
    const claim = [...CSS.highlights.get("claim-0")][0].getClientRects()[0];
    const number = document.querySelector(".claim-number").getBoundingClientRect();
    return Math.abs(number.right - claim.left) < 4 && Math.abs(number.top - claim.top) < 12;
}"""

Opened = Callable[..., Page]


@pytest.fixture
def opened(
    browser: Browser, live_server: LiveServer, project: Project, ada: User, sign_in: SignIn
) -> Iterator[Opened]:
    """An article of this text on Ada's desk, open on the screen of a desk, a phone or zoomed."""
    contexts = []

    def open_it(
        text: str | Article, language: str = "ar", size: ViewportSize | None = None
    ) -> Page:
        article = text if isinstance(text, Article) else take_in_text(project, text, language)
        if not article.assignments.exists():
            give(article, ada)
        context = browser.new_context(
            base_url=live_server.url,
            storage_state=sign_in(ada).storage_state(),
            viewport=size or {"width": 1366, "height": 768},
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            device_scale_factor=2 if size == ZOOMED else 1,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        return come(page, address(article))

    yield open_it
    for context in contexts:
        context.close()


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def box(locator: Locator) -> Box:
    found = locator.bounding_box()
    assert found
    x, y = found["x"], found["y"]
    return Box(x, y, x + found["width"], y + found["height"])


def tap(page: Page, words: str) -> None:
    """Touch the first letter of these words."""
    x, y = page.evaluate(
        """(words) => {
            const p = [...document.querySelectorAll(".sentence > p")]
                .find((each) => each.textContent.includes(words));
            const range = document.createRange();
            const at = p.textContent.indexOf(words);
            range.setStart(p.firstChild, at);
            range.setEnd(p.firstChild, at + 1);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        words,
    )
    page.touchscreen.tap(x, y)


def choose(page: Page, *options: str) -> None:
    """Answer with a finger or the mouse."""
    for option in options:
        page.locator("label.choice", has_text=option).first.click()


# --- mixed directions ---


@pytest.mark.parametrize(
    ("text", "language", "dragged", "marked"),
    [
        (ARABIC, "ar", "Africa Corps» سير", "«Africa Corps» سيرسل"),
        (ARABIC, "ar", "بينهم 12 ضا", "بينهم 12 ضابطًا"),
        (ARABIC, "ar", "٢٥٠ عنص", "٢٥٠ عنصرًا"),
        (ARABIC, "ar", "كلفة $3.5 مل", "الكلفة $3.5 مليون"),
        (ARABIC, "ar", "uters (رو", "Reuters (رويترز)"),
        (ARABIC, "ar", "مليون [تقد", "مليون [تقديرًا]"),
        (FRENCH, "fr", "repris تمب", "repris تمبكتو"),
        (FRENCH, "fr", "a repris تمبكتو » et 12", "« a repris تمبكتو » et 12"),
        (FRENCH, "fr", "الجزيرة » (Al Ja", "« الجزيرة » (Al Jazeera)"),
    ],
)
def test_what_is_marked_across_directions_is_stored_with_its_quotes_and_brackets(
    opened: Opened, text: str, language: str, dragged: str, marked: str
) -> None:
    page = opened(text, language)
    select(page, dragged)
    expect(page.locator("#words")).to_have_text(marked)
    save(page)
    stored = Annotation.objects.select_related("sentence__article").get()
    assert stored.sentence.article.text[stored.start : stored.end] == marked


def select(page: Page, words: str) -> None:
    """Select the words letter by letter, as one does with Shift and the arrows."""
    page.evaluate(
        """(words) => {
            const p = [...document.querySelectorAll(".sentence > p")]
                .find((each) => each.textContent.includes(words));
            const at = p.textContent.indexOf(words);
            document.getSelection()
                .setBaseAndExtent(p.firstChild, at, p.firstChild, at + words.length);
        }""",
        words,
    )


def test_numbers_stand_at_their_claims_also_when_guidelines_lie_beside(
    opened: Opened, project: Project, ada: User
) -> None:
    article = take_in_text(project, FRENCH, "fr")
    give(article, ada)
    mark(article, ada, words(article, "l’armée « a repris تمبكتو »"))
    page = opened(article)
    number = page.locator(".claim-number")
    before = box(number).left
    press(page, "KeyG")
    expect(page.locator("#drawer")).to_be_visible()
    page.wait_for_function(AT_ITS_CLAIM)
    assert box(number).left > before
    press(page, "Escape")
    page.wait_for_function(AT_ITS_CLAIM)
    page.emulate_media(media="print")
    expect(number).to_be_hidden()


# --- phones and zoom ---


def test_one_hand_judges_a_sentence_on_a_phone(opened: Opened) -> None:
    page = opened(LONG, size=PHONE)
    tap(page, "الجيش")
    assert box(row(page, 0)).bottom <= box(page.locator("#panel")).top
    tap(page, "الجيش")
    for option in ("Event or state", "Supports", "Certain", "High"):
        page.locator("label.choice", has_text=option).first.tap()
    page.get_by_role("button", name="Save").tap()
    saved(page)
    expect(page.locator(".scroll")).to_have_js_property("scrollTop", 0)
    page.get_by_role("button", name="Finish sentence").tap()
    expect(row(page, 0)).to_have_class(re.compile("is-claims"))
    saved(page)
    assert Annotation.objects.get().kind == "event"


def test_an_answer_brings_the_next_question_into_sight(opened: Opened) -> None:
    page = opened(ARABIC, size=PHONE)
    for answered, asked in (("Event or state", "stance"), ("Supports", "certainty")):
        page.locator("label.choice", has_text=answered).first.tap()
        expect(page.locator(f".question[data-key={asked}] legend")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_the_form_never_covers_the_sentence_nor_its_own_save(
    opened: Opened, size: ViewportSize
) -> None:
    page = opened(ARABIC, size=size)
    press(page, "ArrowDown")
    expect(row(page, 1)).to_be_in_viewport(ratio=1)
    sentence, panel, button = box(row(page, 1)), box(page.locator("#panel")), page.locator("#save")
    assert sentence.bottom <= panel.top or sentence.right <= panel.left
    expect(button).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_what_is_not_saved_is_told_beside_the_sheet_of_a_phone(opened: Opened) -> None:
    page = opened(ARABIC, size=PHONE)
    page.context.set_offline(True)
    page.get_by_role("button", name="No claim").tap()
    expect(page.locator("#outbox")).to_contain_text("1 not saved yet")
    assert box(page.locator("#save")).bottom <= box(page.locator("#outbox")).top
    axe_finds_nothing(page)


def test_a_chosen_option_is_told_apart_in_the_systems_own_colours(opened: Opened) -> None:
    page = opened(ARABIC)
    page.emulate_media(forced_colors="active")
    press(page, "KeyQ")
    grounds = page.locator("[data-key=stance] .choice").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each).backgroundColor)"
    )
    assert grounds[0] not in grounds[1:]


# --- focus and screen readers ---


def test_whose_button_goes_away_stands_on_the_heading(
    opened: Opened, project: Project, ada: User
) -> None:
    article = take_in_text(project, ARABIC, "ar")
    give(article, ada)
    mark(article, ada, words(article, "الكلفة $3.5 مليون"))
    page = opened(article)
    row(page, 1).locator(".claims a").focus()
    press(page, "Enter")
    for button in ("#claim [data-act=delete]", "#undo", "#redo"):
        page.locator(button).focus()
        press(page, "Enter")
        gone = button != "#undo"
        expect(page.locator("#panel-title" if gone else button)).to_be_focused()
    page.get_by_text("Cannot be judged").focus()
    press(page, "Enter")
    expect(page.get_by_label("Why it cannot be judged")).to_be_focused()
    page.keyboard.type("cut off")
    press(page, "Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    saved(page)


def test_escape_leaves_for_the_heading_where_the_keys_act(opened: Opened) -> None:
    page = opened(ARABIC)
    for leave in ("#note", "#submit summary", "#source"):
        page.locator(leave).focus()
        if leave == "#source":
            expect(page.locator("#sources")).to_be_visible()
            press(page, "Escape")
        press(page, "Escape")
        expect(page.locator("#panel-title")).to_be_focused()
    press(page, "KeyQ")
    expect(page.locator("[name=label_stance]:checked")).to_have_value("supports")


def test_buttons_reached_by_tab_work_while_pieces_are_lettered(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyA", "KeyA")
    page.get_by_role("button", name="Mark these words again").focus()
    press(page, "Enter")
    expect(page.locator("#words")).to_be_empty()
    expect(page.locator(".letter").first).to_be_visible()


@pytest.mark.parametrize("size", [None, PHONE, ZOOMED], ids=["desk", "phone", "zoomed"])
def test_axe_finds_nothing_while_a_claim_is_made_and_finished(
    opened: Opened, size: ViewportSize | None
) -> None:
    page = opened(ARABIC, size=size)
    press(page, "ArrowDown", "Space", "KeyS")
    axe_finds_nothing(page)
    press(page, "KeyS")
    choose(page, "Event or state", "Supports", "Certain", "High")
    axe_finds_nothing(page)
    page.get_by_role("button", name="Save").click()
    saved(page)
    press(page, "ArrowDown")
    saved(page)
    axe_finds_nothing(page)


def test_an_article_handed_in_shows_each_claim_with_its_labels(
    page: Page, sign_in: SignIn, project: Project, ada: User
) -> None:
    article = take_in_text(project, FRENCH, "fr")
    give(article, ada)
    hand_in(article, ada, words(article, "a repris تمبكتو", stance="denies"))
    sign_in(ada)
    come(page, address(article))
    expect(page.locator(".claims li")).to_have_text(
        re.compile(r"1\s*the author\s*Event or state\s*Denies")
    )
    expect(page.locator(".claim-number")).to_have_text("1")
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    press(page, "KeyP")
    expect(page.locator("#paused")).to_be_hidden()
    axe_finds_nothing(page)


# --- without a script ---


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_an_article_is_skipped_through_checked_and_submitted(
    page: Page, sign_in: SignIn, project: Project, ada: User
) -> None:
    article = take_in_text(project, ARABIC, "ar")
    give(article, ada)
    sign_in(ada)
    page.goto(address(article))
    page.get_by_text("Cannot be judged").click()
    page.get_by_label("Why it cannot be judged").fill("cut off")
    page.get_by_role("button", name="Skip").click()
    expect(row(page, 0).locator(".state")).to_have_attribute("title", "1: skipped: cut off")
    page.get_by_role("button", name="No claim").click()
    page.locator("#submit summary").click()
    page.get_by_role("link", name="Look through it and submit").click()
    expect(page.locator("main")).to_contain_text("قالت")
    page.get_by_role("button", name="Submit").click()
    assert article.assignments.get().state == Assignment.State.SUBMITTED
