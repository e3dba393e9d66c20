"""Marking the words of a claim, by letters, arrows, mouse and touch, and how they are drawn."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotate.models import Annotation, Article, Project
from tests.browser.arriving import come, come_again
from tests.builders import give, mark, take_in_text, words

ARABIC = (
    "🚩🏽 قال لافروف إنّ «التعاون\xa0قَائِمٌ» مع مالي، وإنه سيزداد. وغادر الوفدُ موسكو في المساء.\n"
    "وسألت RFI عن ذلك.\n"
)
CALM = "«التعاون\xa0قَائِمٌ» مع مالي"
TEXT = ".sentence > p"

SignIn = Callable[[User], BrowserContext]
Opened = Callable[..., Page]


@pytest.fixture
def opened(project: Project, ada: User, sign_in: SignIn) -> Opened:
    """An article of this text on Ada's desk, open at its first sentence."""

    def open_it(text: str, language: str = "ar") -> Page:
        article = take_in_text(project, text, language)
        give(article, ada)
        return shown(sign_in(ada).new_page(), article)

    return open_it


def shown(page: Page, article: Article) -> Page:
    page.set_viewport_size({"width": 1366, "height": 768})
    return come(page, f"/p/{article.project.slug}/articles/{article.pk}/")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def letters(page: Page) -> list[str]:
    return page.locator(".letter").all_inner_texts()


def chosen(page: Page, words: str) -> None:
    expect(page.locator("#words")).to_have_text(words)


def stored(page: Page) -> list[str]:
    """Answers everything by key, which saves; the words that the database holds then."""
    press(page, "Digit1", "KeyQ", "KeyD", "KeyO")
    expect(page.locator("#words")).to_be_empty()
    expect(page.locator(".sentence.is-unsaved")).to_have_count(0)
    expect(page.locator("#live")).to_have_text("Saved")
    row = Annotation.objects.get()
    return [row.sentence.article.text[start:end] for start, end in row.spans]


def drawn(page: Page, name: str) -> list[str]:
    """The words that lie under a highlight, in the order of the text."""
    found: list[str] = page.evaluate(
        """(name) => [...(CSS.highlights.get(name) ?? [])]
            .sort((a, b) => a.compareBoundaryPoints(Range.START_TO_START, b)).map(String)""",
        name,
    )
    return found


def point(page: Page, words: str) -> tuple[float, float]:
    """Where the first letter of these words begins on the screen."""
    x, y = page.evaluate(
        """(words) => {
            for (const p of document.querySelectorAll(".sentence > p")) {
                const at = p.textContent.indexOf(words);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(p.firstChild, at);
                range.setEnd(p.firstChild, at + 1);
                const box = range.getBoundingClientRect();
                const x = p.dir === "rtl" ? box.right - 1 : box.left + 1;
                return [x, box.y + box.height / 2];
            }
        }""",
        words,
    )
    return x, y


# --- by letters ---


def test_first_and_last_letter_take_the_words_between(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space")
    assert letters(page) == ["A", "S", "D", "F"]
    press(page, "KeyS", "KeyF")
    chosen(page, f"{CALM}، وإنه سيزداد")
    expect(page.locator(".letter")).to_have_count(0)
    assert stored(page) == [f"{CALM}، وإنه سيزداد"]


def test_one_letter_twice_or_an_answer_takes_one_piece(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyF", "KeyF")
    chosen(page, "سيزداد")
    press(page, "Backspace", "KeyS", "Digit2")
    chosen(page, CALM)
    expect(page.locator(".letter")).to_have_count(0)
    expect(page.locator("[name=label_kind]:checked")).to_have_value("quantity")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["ArrowLeft"], f"{CALM}، وإنه"),
        (["Shift+ArrowLeft", "ArrowLeft"], f"{CALM}، وإنه سيزداد"),
        (["ArrowRight"], "«التعاون\xa0قَائِمٌ» مع"),
        (["ArrowRight"] * 5, "التعاون"),
        (["Alt+ArrowRight"], f"إنّ {CALM}"),
        (["Alt+ArrowLeft"], "قَائِمٌ» مع مالي"),
        (["Alt+ArrowLeft", "Alt+ArrowLeft", "ArrowLeft"], "مع مالي، وإنه"),
    ],
)
def test_in_arabic_left_is_forward_for_both_ends(
    opened: Opened, keys: list[str], expected: str
) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyS", "KeyS", *keys)
    chosen(page, expected)


def test_in_french_right_is_forward(opened: Opened) -> None:
    page = opened("Le ministre dit que l’armée a cédé, hier soir.", "fr")
    press(page, "Space", "KeyS", "KeyS", "ArrowRight", "Alt+ArrowRight")
    chosen(page, "a cédé, hier")


def test_an_arrow_leads_the_start_of_a_claim_out_of_no_sentence(opened: Opened) -> None:
    page = opened("Le ministre part. L’armée a cédé hier.", "fr")
    press(page, "ArrowDown", "Space", "KeyA", "KeyA", "Alt+ArrowLeft", "Alt+ArrowLeft")
    chosen(page, "L’armée a cédé hier")


def test_the_letters_begin_with_what_is_not_marked_yet(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyA", "KeyS")
    stored(page)
    press(page, "Space", "KeyA", "KeyS")
    chosen(page, "وإنه سيزداد")
    press(page, "Backspace", "KeyD", "KeyD")
    chosen(page, "قال لافروف إنّ")


def test_a_further_stretch_makes_the_claim_discontinuous(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyS", "KeyS", "Comma", "KeyF", "KeyF")
    chosen(page, f"{CALM} … سيزداد")
    assert stored(page) == [CALM, "سيزداد"]


def test_a_span_may_run_into_the_next_sentence_of_the_paragraph_only(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyF", "Space")
    assert letters(page) == ["A"]
    press(page, "KeyA", "ArrowRight")
    chosen(page, "سيزداد. وغادر الوفدُ موسكو في")
    assert stored(page) == ["سيزداد. وغادر الوفدُ موسكو في"]
    assert Annotation.objects.get().sentence.index == 0


def test_more_pieces_than_letters_are_lettered_in_turns(opened: Opened) -> None:
    page = opened(", ".join(f"part {number}" for number in range(1, 31)) + ".", "en")
    press(page, "Space")
    expect(page.locator(".letter")).to_have_count(26)
    press(page, "KeyM", "Space")
    expect(page.locator(".letter")).to_have_count(4)
    press(page, "KeyS")
    chosen(page, "part 26, part 27, part 28")
    press(page, "Backspace", "Shift+Space")
    expect(page.locator(".letter")).to_have_count(26)


def test_escape_leaves_the_letters_and_keeps_the_words(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyS", "Escape")
    expect(page.locator(".letter")).to_have_count(0)
    chosen(page, CALM)


def test_a_key_that_is_no_letter_now_does_what_it_always_does(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyN")
    expect(page.locator(".sentence").first).to_have_class("sentence is-no_claim")


def test_the_letters_are_those_that_the_keyboard_prints(opened: Opened) -> None:
    page = opened(ARABIC)
    page.evaluate("""localStorage.setItem("isnad-keys", '{"layout": "Arabic"}')""")
    come_again(page)
    press(page, "Space")
    assert letters(page) == ["ش", "س", "ي", "ب"]
    press(page, "KeyF")
    chosen(page, "سيزداد")


def test_axe_finds_nothing_while_pieces_are_lettered_and_ends_are_moved(opened: Opened) -> None:
    page = opened(ARABIC)
    page.emulate_media(reduced_motion="reduce")
    for keys in (["Space"], ["KeyS", "KeyS"]):
        press(page, *keys)
        found = Axe().run(page)
        assert not found.violations_count, found.generate_report()


def test_letters_and_chosen_words_are_told_to_screen_readers(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space")
    expect(page.locator("#pieces-spoken")).to_contain_text(f"S: {CALM}")
    press(page, "KeyF")
    expect(page.locator("#live")).to_have_text("سيزداد")


# --- by mouse and touch ---


def test_a_double_click_takes_the_piece(opened: Opened) -> None:
    page = opened(ARABIC)
    page.mouse.dblclick(*point(page, "لافروف"))
    chosen(page, "قال لافروف إنّ")
    assert stored(page) == ["قال لافروف إنّ"]


def test_clicks_on_lettered_pieces_pick_as_their_letters_do(opened: Opened) -> None:
    page = opened(ARABIC)
    press(page, "Space")
    page.mouse.click(*point(page, "قَائِمٌ"))
    page.mouse.click(*point(page, "سيزداد"))
    chosen(page, f"{CALM}، وإنه سيزداد")


def test_a_drag_over_two_sentences_is_one_span_of_whole_words(opened: Opened) -> None:
    page = opened(ARABIC)
    page.mouse.move(*point(page, "زداد"))
    page.mouse.down()
    page.mouse.move(*point(page, "فدُ"), steps=8)
    page.mouse.up()
    chosen(page, "سيزداد. وغادر الوفدُ")
    assert stored(page) == ["سيزداد. وغادر الوفدُ"]


def test_two_taps_take_what_lies_between(
    browser: Browser, live_server: LiveServer, project: Project, ada: User, sign_in: SignIn
) -> None:
    article = take_in_text(project, ARABIC, "ar")
    give(article, ada)
    context = browser.new_context(
        base_url=live_server.url,
        storage_state=sign_in(ada).storage_state(),
        viewport={"width": 360, "height": 740},
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    come(page, f"/p/{project.slug}/articles/{article.pk}/")
    page.touchscreen.tap(*point(page, "قَائِمٌ"))
    chosen(page, CALM)
    page.touchscreen.tap(*point(page, "سيزداد"))
    chosen(page, f"{CALM}، وإنه سيزداد")
    context.close()


# --- drawing ---


def test_overlapping_and_nested_claims_are_drawn_in_different_ways(
    project: Project, ada: User, sign_in: SignIn
) -> None:
    article = take_in_text(project, ARABIC, "ar")
    give(article, ada)
    mark(
        article,
        ada,
        words(article, "التعاون\xa0قَائِمٌ» مع مالي"),
        words(article, "قَائِمٌ» مع مالي، وإنه سيزداد"),
        words(article, "مالي"),
        words(article, "قال لافروف"),
        words(article, "الوفدُ موسكو", "المساء"),
    )
    page = shown(sign_in(ada).new_page(), article)
    assert drawn(page, "claim-0") == [
        "قال لافروف",
        "التعاون\xa0قَائِمٌ» مع مالي",
        "الوفدُ موسكو",
        "المساء",
    ]
    assert drawn(page, "claim-1") == ["قَائِمٌ» مع مالي، وإنه سيزداد"]
    assert drawn(page, "claim-2") == ["مالي"]
    expect(page.locator(".claim-number")).to_have_count(5)
    assert sorted(page.locator(".claim-number").all_inner_texts()) == ["1", "1", "2", "3", "4"]
    assert page.locator("mark").count() == 0
    assert page.locator(TEXT).evaluate_all("(all) => all.every((p) => p.childNodes.length === 1)")


def test_a_claim_is_drawn_the_moment_it_is_saved_and_gone_when_it_is_deleted(
    opened: Opened,
) -> None:
    page = opened(ARABIC)
    press(page, "Space", "KeyF", "KeyF")
    stored(page)
    assert drawn(page, "claim-0") == ["سيزداد"]
    page.locator(".claims a").click()
    press(page, "Backspace")
    expect(page.locator(".claim-number")).to_have_count(0)
    assert drawn(page, "claim-0") == []
