"""Keys on the user's keyboard: the letter shown is the letter that works, on every layout."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotate.models import Article, Judgement
from tests.browser.arriving import Held, come, come_again
from tests.builders import give, hand_in, mark, sentence_at, words

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
AZERTY = MappingProxyType(
    {"KeyQ": "a", "KeyW": "z", "KeyA": "q", "KeyZ": "w", "KeyX": "x", "KeyN": "n", "Period": ":"}
)
ARABIC = MappingProxyType({"KeyQ": "ض", "KeyZ": "ئ", "KeyN": "ى", "KeyS": "س", "KeyK": "ن"})
CTRL, SHIFT = 2, 8
WITNESS = """
  window.seen = [];
  addEventListener("keydown", (event) => seen.push([event.code, event.defaultPrevented]));
"""

SignIn = Callable[[User], BrowserContext]
Bench = Callable[..., Page]


@pytest.fixture
def bench(ada: User, article: Article, sign_in: SignIn) -> Bench:
    """Ada's workbench on a machine with this keyboard; `None`: the browser does not tell which."""

    def open_it(layout: Mapping[str, str] | None = None, *, tells: bool = True) -> Page:
        if not article.assignments.exists():
            give(article, ada)
        page = sign_in(ada).new_page()
        page.add_init_script(WITNESS)
        if not tells:
            page.add_init_script("delete Navigator.prototype.keyboard;")
        elif layout:
            told = json.dumps(list(layout.items()))
            page.add_init_script(f"navigator.keyboard.getLayoutMap = async () => new Map({told});")
        return come(page, f"/p/sahel/articles/{article.pk}/")

    return open_it


def press(page: Page, code: str, key: str, modifiers: int = 0, *, held: bool = False) -> None:
    """The key at this place of the keyboard, which prints `key` there."""
    keyboard = page.context.new_cdp_session(page)
    event = {"code": code, "key": key, "modifiers": modifiers}
    text = {} if modifiers & CTRL else {"text": key}
    for repeated in (False, True, True) if held else (False,):
        keyboard.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "autoRepeat": repeated, **event, **text}
        )
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


def option(page: Page, name: str) -> Locator:
    return page.locator("#claim .choice").filter(has_text=name).first


def is_here(page: Page, number: int) -> None:
    expect(page.locator(f'.sentence.here[data-number="{number}"]')).to_have_count(1)


def stands(page: Page, number: int, state: str) -> None:
    expect(page.locator(f'.sentence.is-{state}[data-number="{number}"]')).to_have_count(1)


@pytest.mark.parametrize(("layout", "key"), [(AZERTY, "a"), (ARABIC, "ض"), (None, "q")])
def test_the_letter_shown_is_the_letter_that_works(
    bench: Bench, layout: Mapping[str, str] | None, key: str
) -> None:
    page = bench(layout)
    supports = option(page, "Supports")
    expect(supports.locator("kbd")).to_have_text(key.upper())
    press(page, "KeyQ", key)
    expect(supports.locator("input")).to_be_checked()


@pytest.mark.parametrize(
    ("layout", "code", "key"), [(AZERTY, "KeyW", "z"), (ARABIC, "KeyZ", "ئ"), (None, "KeyZ", "z")]
)
def test_ctrl_z_undoes_where_z_is_printed(
    bench: Bench, layout: Mapping[str, str] | None, code: str, key: str
) -> None:
    page = bench(layout)
    press(page, "KeyN", (layout or {}).get("KeyN", "n"))
    stands(page, 1, "no_claim")
    press(page, code, key, CTRL)
    stands(page, 1, "unread")
    is_here(page, 1)


def test_ctrl_w_is_the_browsers_on_any_keyboard(bench: Bench) -> None:
    page = bench(AZERTY)
    press(page, "KeyN", "n")
    press(page, "KeyZ", "w", CTRL)
    assert page.evaluate("window.seen.at(-1)") == ["KeyZ", False]
    stands(page, 1, "no_claim")


def test_digits_work_with_and_without_shift(bench: Bench) -> None:
    page = bench(AZERTY)
    expect(option(page, "Figure").locator("kbd")).to_have_text("2")
    for key, modifiers in (("é", 0), ("2", SHIFT)):
        press(page, "Digit2", key, modifiers)
        expect(option(page, "Figure").locator("input")).to_be_checked()
        press(page, "Digit1", "&")


def test_a_key_that_prints_an_arabic_letter_turns_all_letters_arabic(bench: Bench) -> None:
    page = bench()
    expect(page.locator("#none kbd")).to_have_text("N")
    press(page, "KeyK", "ن")
    expect(page.locator("#none kbd")).to_have_text("ى")
    press(page, "KeyK", "k")
    expect(page.locator("#none kbd")).to_have_text("N")


def test_a_browser_that_does_not_tell_asks_once(bench: Bench) -> None:
    page = bench(tells=False)
    asked = page.get_by_role("group", name="Which letters does your keyboard show?")
    asked.get_by_role("button", name="AZERTY").click()
    expect(asked).to_be_hidden()
    expect(option(page, "Supports").locator("kbd")).to_have_text("A")
    come_again(page)
    expect(option(page, "Supports").locator("kbd")).to_have_text("A")
    expect(asked).to_be_hidden()


def test_settings_that_cannot_be_read_leave_the_keys_as_they_were_at_first(bench: Bench) -> None:
    page = bench()
    page.evaluate("""localStorage.setItem("isnad-keys", '{"own": {"save"')""")
    come_again(page)
    press(page, "KeyN", "n")
    stands(page, 1, "no_claim")


def test_arrows_in_a_row_of_options_change_the_option_and_not_the_sentence(bench: Bench) -> None:
    page = bench()
    option(page, "Event or state").locator("input").focus()
    page.keyboard.press("ArrowDown")
    expect(option(page, "Figure").locator("input")).to_be_checked()
    is_here(page, 1)


def test_after_a_choice_by_mouse_the_keys_act_again(bench: Bench) -> None:
    page = bench()
    option(page, "Supports").click()
    page.keyboard.press("j")
    is_here(page, 2)


def test_letters_typed_into_a_field_are_text(bench: Bench) -> None:
    page = bench()
    note = page.get_by_label("Note", exact=True)
    note.press_sequentially("n?jg1")
    expect(note).to_have_value("n?jg1")
    note.press("Control+z")
    assert not Judgement.objects.exists()
    note.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".is-no_claim")).to_have_count(1)


def test_a_key_held_down_acts_once_but_goes_on_moving(bench: Bench) -> None:
    page = bench()
    press(page, "KeyN", "n", held=True)
    expect(page.locator(".is-no_claim")).to_have_count(1)
    press(page, "KeyK", "k")
    press(page, "KeyJ", "j", held=True)
    is_here(page, 4)


def test_a_key_can_be_put_elsewhere_and_back(bench: Bench) -> None:
    page = bench()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_role("button", name="Change: no claim in this sentence").click()
    page.keyboard.press("q")
    expect(keys.get_by_role("status")).to_contain_text("has a meaning already: Source’s stance")
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator("#none kbd")).to_have_text("B")
    come_again(page)
    press(page, "KeyN", "n")
    press(page, "KeyB", "b")
    expect(page.locator(".is-no_claim")).to_have_count(1)
    page.get_by_role("button", name="Keys").click()
    keys.get_by_role("button", name="All keys as they were").click()
    expect(page.locator("#none kbd")).to_have_text("N")


@pytest.mark.parametrize(("pressed", "kept"), [("Control+b", True), ("?", True), ("Escape", False)])
def test_a_key_that_cannot_be_taken_is_told_and_escape_gives_up(
    bench: Bench, pressed: str, kept: bool
) -> None:
    page = bench()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_role("button", name="Change: pause").click()
    page.keyboard.press(pressed)
    expect(keys.get_by_role("status")).to_have_text(
        "A key of its own, without Ctrl or Alt, and not the question mark." if kept else ""
    )
    expect(keys).to_be_visible()


def test_single_keys_can_be_switched_off(bench: Bench) -> None:
    page = bench()
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="no single keys").check()
    page.keyboard.press("Escape")
    press(page, "KeyN", "n")
    press(page, "KeyJ", "j")
    expect(page.locator("#none kbd")).to_be_hidden()
    expect(page.locator("#submit summary kbd")).to_be_visible()
    stands(page, 1, "unread")
    is_here(page, 1)
    page.get_by_role("button", name="No claim").click()
    expect(page.locator(".is-no_claim")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator(".is-no_claim")).to_have_count(0)


def test_the_letters_of_the_keyboard_stand_on_the_other_screens_too(
    bench: Bench, article: Article, ada: User, ben: User, cora: User, sign_in: SignIn
) -> None:
    page = bench(ARABIC)
    hand_in(article, ada, words(article, HALTED))
    give(article, ben)
    hand_in(article, ben, words(article, HALTED, stance="denies"))
    sign_in(cora)
    page.goto(f"/p/sahel/review/{sentence_at(article, HALTED).pk}/")
    expect(page.locator("main kbd[data-action=no-claim]:visible").first).to_have_text("ى")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("none is right")


def test_guidelines_open_beside_the_work_at_the_label_and_escape_closes_them(
    bench: Bench, article: Article, cora: User
) -> None:
    page = bench()
    page.keyboard.press("g")
    drawer = page.locator("#drawer")
    expect(drawer.get_by_text("This project has no guidelines yet.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.locator(".why summary").nth(1).click()
    page.get_by_role("link", name="In the guidelines").click()
    expect(drawer).to_be_visible()
    page.keyboard.press("j")
    is_here(page, 2)


def test_earlier_claims_on_like_words_are_one_key_away(
    bench: Bench, article: Article, ada: User
) -> None:
    give(article, ada)
    mark(article, ada, words(article, HALTED))
    page = bench()
    page.keyboard.press("Escape")
    page.locator(".sentence .state").nth(1).click()
    page.keyboard.press("h")
    expect(page.locator("#earlier")).to_contain_text("تحذيرات من الجزائر")
    expect(page.locator("#earlier .tag").first).to_be_visible()


def test_the_check_asks_before_the_article_is_handed_in(
    bench: Bench, article: Article, ada: User
) -> None:
    give(article, ada)
    mark(article, ada, words(article, HALTED))
    page = bench()
    page.keyboard.press("Control+Enter")
    check = page.locator("#check")
    expect(check).to_contain_text("no claim here has a source")
    check.get_by_role("link", name="Sentence 2").click()
    is_here(page, 2)


def test_ctrl_enter_leads_to_where_enter_goes_on_or_hands_in(
    bench: Bench, article: Article, ada: User
) -> None:
    page = bench()
    press(page, "Enter", "Enter", CTRL)
    expect(page.get_by_role("link", name="Go on with sentence 1")).to_be_focused()
    page.keyboard.press("Escape")
    for number in range(1, 5):
        press(page, "KeyN", "n")
        stands(page, number, "no_claim")
    expect(page.locator(".is-unsaved")).to_have_count(0)
    press(page, "Enter", "Enter", CTRL)
    expect(page.get_by_role("button", name="Submit all the same")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Handed in. Thank you.")).to_be_visible()


def test_ctrl_enter_leads_there_also_while_the_last_save_is_on_its_way(
    bench: Bench, article: Article
) -> None:
    page = bench()
    for number in range(1, 4):
        press(page, "KeyN", "n")
        stands(page, number, "no_claim")
    expect(page.locator(".is-unsaved")).to_have_count(0)
    saves = Held(page, "/no-claim/")
    saves.when(lambda: press(page, "KeyN", "n"))
    press(page, "Enter", "Enter", CTRL)
    expect(page.get_by_role("link", name="Go on with sentence 4")).to_be_focused()
    saves.answer(0)
    expect(page.get_by_role("button", name="Submit all the same")).to_be_focused()


def test_what_was_asked_for_and_left_again_does_not_open_late(bench: Bench) -> None:
    page = bench()
    guidelines = Held(page, "/guidelines/")
    guidelines.when(lambda: page.keyboard.press("g"))
    page.keyboard.press("Escape")
    guidelines.answer(0)
    guidelines.when(lambda: page.keyboard.press("g"))
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.locator("#earlier")).to_be_visible()
    guidelines.answer(1)
    expect(page.locator("#drawer")).not_to_contain_text("This project has no guidelines yet.")


def test_a_drawer_that_opens_late_leaves_the_focus_where_somebody_types(bench: Bench) -> None:
    page = bench()
    guidelines = Held(page, "/guidelines/")
    guidelines.when(lambda: page.keyboard.press("g"))
    page.get_by_label("Note").focus()
    guidelines.answer(0)
    expect(page.locator("#drawer")).to_contain_text("This project has no guidelines yet.")
    page.keyboard.type("no claim")
    expect(page.get_by_label("Note")).to_have_value("no claim")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()


@pytest.mark.parametrize("pressed", ["?", "g", "h", "Control+Enter"])
@pytest.mark.parametrize("width", [360, 1366])
def test_axe_finds_nothing_on_what_opens_over_the_work(
    bench: Bench, pressed: str, width: int
) -> None:
    page = bench()
    page.set_viewport_size({"width": width, "height": 768})
    page.keyboard.press(pressed)
    expect(page.locator("#keys[open], #drawer[open], #check").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
