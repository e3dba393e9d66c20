"""The workbench in the browser: marking words in any script, keys, late and lost answers."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from annotate.models import Annotation, Article, Judgement, Project, Source
from annotate.workflow.sources import add_source
from tests.builders import CODEBOOK, give, mark, sentence_at, take_in_text, words

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "ونفى مسؤول في باماكو ذلك"
SENTENCES = ".sentence > p"

SignIn = Callable[[User], BrowserContext]
Opened = Callable[[Article], Page]


@pytest.fixture
def opened(ada: User, sign_in: SignIn) -> Opened:
    """An article on Ada's desk, open at its first sentence."""

    def open_it(article: Article) -> Page:
        if not article.assignments.exists():
            give(article, ada)
        page = sign_in(ada).new_page()
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(address(article))
        return page

    return open_it


@pytest.fixture
def bench(opened: Opened, article: Article) -> Page:
    """The article of the cast, at its second sentence: RUSSIA HALTED …, with nothing marked."""
    page = opened(article)
    go_to(page, 1)
    return page


@pytest.fixture
def papers(project: Project, cora: User) -> None:
    for name in ("Algeria", "Le Monde"):
        add_source(project=project, by=cora, name={"en": name}, kind="media")


def address(article: Article) -> str:
    return f"/p/{article.project.slug}/articles/{article.pk}/"


def go_to(page: Page, index: int) -> None:
    row = page.locator(".sentence").nth(index)
    row.locator(".state").click()
    expect(page.locator("#panel")).to_have_attribute("data-sentence", row.get_attribute("id") or "")


def press(page: Page, *codes: str) -> None:
    for code in codes:
        page.keyboard.press(code)


def drag(page: Page, paragraph: Locator, words: str) -> None:
    """Select the words with the mouse, from their first letter to their last."""
    (start, end, y) = paragraph.evaluate(
        """(p, words) => {
            const at = p.textContent.indexOf(words);
            const box = (offset) => {
                const range = document.createRange();
                range.setStart(p.firstChild, offset);
                range.setEnd(p.firstChild, offset + 1);
                return range.getBoundingClientRect();
            };
            const [first, last] = [box(at), box(at + words.length - 1)];
            const y = first.y + first.height / 2;
            return p.dir === "rtl"
                ? [first.right - 1, last.left + 1, y]
                : [first.left + 1, last.right - 1, y];
        }""",
        words,
    )
    page.mouse.move(start, y)
    page.mouse.down()
    page.mouse.move(end, y, steps=5)
    page.mouse.up()


def save(page: Page) -> None:
    """Answer everything by key, and save."""
    press(page, "Digit1", "KeyQ", "KeyD", "KeyO", "Enter")
    expect(page.locator("#words")).to_be_empty()


# --- marking ---


@pytest.mark.parametrize(
    ("language", "text", "dragged", "marked"),
    [
        (
            "ar",
            "🚩🏽 قالت لوموند إنّ مالي\xa0قَبِلَتْ الهدنـة أمس.",
            "لي\xa0قَبِلَتْ الهد",
            "مالي\xa0قَبِلَتْ الهدنـة",
        ),
        (
            "fr",
            "👩🏽‍💻 Selon «\xa0Le Monde\xa0», l’armée a cédé hier.",
            "rmée a cé",
            "l’armée a cédé",
        ),
        ("en", "🇲🇱 Moscow’s envoys halted it, RFI said.", "oys halted i", "envoys halted it"),
        ("ar", "وقالت RFI إن نحو ٤٠ عنصرًا غادروا.", "٠ عنصرًا غاد", "٤٠ عنصرًا غادروا"),
    ],
)
def test_words_marked_with_the_mouse_are_stored_whole_in_any_script(
    opened: Opened, project: Project, language: str, text: str, dragged: str, marked: str
) -> None:
    article = take_in_text(project, text, language)
    page = opened(article)
    drag(page, page.locator(SENTENCES), dragged)
    expect(page.locator("#words")).to_have_text(marked)
    save(page)
    expect(page.locator("mark")).to_have_text(marked)
    row = Annotation.objects.get()
    assert article.text[row.start : row.end] == marked


def test_two_pieces_make_one_claim(bench: Page, article: Article) -> None:
    row = bench.locator(SENTENCES).nth(1)
    drag(bench, row, "من الجزائر")
    bench.get_by_label("add a further piece").check()
    drag(bench, row, "روسيا أوقفت الهجوم")
    expect(bench.locator("#words")).to_have_text("روسيا أوقفت الهجوم … من الجزائر")
    save(bench)
    expect(bench.locator("mark")).to_have_count(2)
    spans = Annotation.objects.get().spans
    assert [article.text[a:b] for a, b in spans] == ["روسيا أوقفت الهجوم", "من الجزائر"]


def test_one_click_marks_the_whole_sentence(bench: Page, article: Article) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    save(bench)
    expect(bench.locator(".sentence mark")).to_have_count(1)
    row = Annotation.objects.get()
    assert (row.start, row.end) == (row.sentence.start, row.sentence.end)


def test_words_of_another_sentence_bring_its_form(bench: Page, article: Article) -> None:
    drag(bench, bench.locator(SENTENCES).nth(2), DENIED)
    expect(bench.locator("#words")).to_have_text(DENIED)
    save(bench)
    assert Annotation.objects.get().sentence == sentence_at(article, DENIED)


# --- keys ---


def test_every_option_has_a_key_that_chooses_it(bench: Page) -> None:
    asked = [each for each in CODEBOOK["dimensions"] if each["scope"] == "annotation"]
    for dimension in (each for each in asked if each["enabled"]):
        for option in dimension["options"]:
            press(bench, option["hotkey"])
            chosen = bench.locator(f"[name=label_{dimension['key']}]:checked")
            expect(chosen).to_have_value(option["value"])


def test_a_sentence_is_judged_with_the_keyboard_alone(bench: Page, papers: None) -> None:
    press(bench, "Slash")
    bench.keyboard.type("le mo")
    press(bench, "Enter")
    expect(bench.locator("#chain")).to_have_text("Le Monde")
    bench.locator("#whole").focus()
    press(bench, "Enter", "Escape")
    save(bench)
    expect(bench.locator(".claims .chain")).to_have_text("Le Monde")
    press(bench, "KeyJ")
    expect(bench.locator("#panel-title")).to_contain_text("sentence 3")
    press(bench, "KeyN")
    expect(bench.locator("#panel-title")).to_contain_text("sentence 4")
    expect(bench.locator(".sentence").nth(2)).to_have_class("sentence is-no_claim")
    press(bench, "ArrowUp")
    expect(bench.locator("#panel-title")).to_contain_text("sentence 3")
    press(bench, "Control+KeyZ")
    expect(bench.locator(".sentence").nth(2)).to_have_class("sentence is-unread here")


UNDO_KEYS = [
    ("z", "KeyZ", "ctrlKey", True),
    ("ئ", "KeyZ", "metaKey", True),  # Arabic
    ("z", "KeyW", "ctrlKey", True),  # AZERTY: Z is where QWERTY has W
    ("w", "KeyZ", "ctrlKey", False),  # … and Ctrl+W closes the window
    ("Z", "KeyZ", "ctrlKey shiftKey", False),
    ("z", "KeyZ", "ctrlKey altKey", False),  # AltGr
    ("z", "KeyZ", "", False),
]


def test_undo_is_ctrl_with_the_z_of_the_keyboard(bench: Page) -> None:
    undone = bench.evaluate(
        """(keys) => {
            let undone;
            document.querySelector("#undo").addEventListener("click", (click) => {
                undone = true;
                click.preventDefault();
                click.stopImmediatePropagation();
            }, true);
            return keys.map(([key, code, held]) => {
                const how = Object.fromEntries(held.split(" ").map((each) => [each, true]));
                undone = false;
                document.body.dispatchEvent(
                    new KeyboardEvent("keydown", { key, code, bubbles: true, ...how })
                );
                return undone;
            });
        }""",
        [each[:3] for each in UNDO_KEYS],
    )
    assert undone == [each[3] for each in UNDO_KEYS]


def test_letters_typed_into_a_field_choose_nothing(bench: Page) -> None:
    bench.get_by_label("Note").fill("")
    bench.get_by_label("Note").press_sequentially("quod")
    expect(bench.locator(".choice input:checked")).to_have_value("")
    press(bench, "Escape", "KeyQ")
    expect(bench.locator("[name=label_stance]:checked")).to_have_value("supports")


# --- claims ---


@pytest.fixture
def claimed(opened: Opened, article: Article, ada: User) -> Page:
    """The article of the cast with a finished claim, at the sentence that holds it."""
    give(article, ada)
    mark(article, ada, words(article, HALTED))
    page = opened(article)
    go_to(page, 1)
    return page


def change(page: Page) -> None:
    """Open the claim."""
    page.locator(".claims a").click()
    expect(page.locator("#panel-title")).to_contain_text("Change a claim")
    expect(page.locator("#words")).to_have_text(HALTED)


def test_a_claim_is_changed_and_deleted_and_both_are_undone(claimed: Page) -> None:
    change(claimed)
    press(claimed, "KeyW", "Enter")
    expect(claimed.locator(".claims")).to_contain_text("Denies")
    change(claimed)
    claimed.get_by_role("button", name="Delete").click()
    expect(claimed.locator(".claims")).to_have_count(0)
    press(claimed, "Control+KeyZ")
    expect(claimed.locator(".claims")).to_contain_text("Denies")
    press(claimed, "Control+KeyZ")
    expect(claimed.locator(".claims")).not_to_contain_text("Denies")
    stances = Annotation.objects.order_by("seq").values_list("stance", "deleted")
    assert [*stances] == [
        ("supports", False),
        ("denies", False),
        ("denies", True),
        ("denies", False),
        ("supports", False),
    ]


def test_of_two_windows_the_later_one_is_shown_both_versions(
    claimed: Page, article: Article
) -> None:
    late = claimed.context.new_page()
    late.goto(address(article))
    go_to(late, 1)
    drag_marked(late, 1)
    change(claimed)
    press(claimed, "KeyW", "Enter")
    expect(claimed.locator(".claims")).to_contain_text("Denies")
    press(late, "Digit1", "KeyQ", "KeyD", "KeyO", "Enter")
    problem = late.locator("#problem")
    expect(problem).to_contain_text("Only in mine")
    expect(late.locator("#words")).not_to_be_empty()
    problem.get_by_role("button", name="Save mine on top").click()
    expect(late.locator(".sentence").nth(1).locator(".claims li")).to_have_count(2)
    expect(problem).to_be_empty()


def drag_marked(page: Page, index: int) -> None:
    page.locator(".sentence").nth(index).locator("p").evaluate(
        "p => getSelection().selectAllChildren(p)"
    )
    expect(page.locator("#words")).not_to_be_empty()


def test_a_refusal_says_what_is_missing_and_keeps_the_form(bench: Page) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    bench.get_by_label("Note").fill("kept")
    press(bench, "Escape", "Digit1", "Enter")
    expect(bench.locator("#problem")).to_contain_text("Choose a value for")
    expect(bench.get_by_label("Note")).to_have_value("kept")
    assert not Judgement.objects.exists()


# --- answers that come late, or not at all ---


class Held:
    """The requests to addresses that hold a part; each is answered when the test says so."""

    def __init__(self, page: Page, part: str) -> None:
        self.page, self.part = page, part
        self.routes: list[Route] = []
        page.route(lambda url: part in url, lambda route: self.routes.append(route))
        page.evaluate(
            """() => {
                window.answers = 0;
                document.addEventListener("htmx:beforeSwap", () => { window.answers += 1; });
            }"""
        )

    def when(self, act: Callable[[], object]) -> None:
        """Do something that leads to a request, and hold that."""
        with self.page.expect_request(lambda request: self.part in request.url):
            act()

    def answer_last(self) -> None:
        """Let the last one through, and wait until the page has dealt with the answer."""
        before = self.page.evaluate("window.answers")
        self.routes[-1].continue_()
        self.page.wait_for_function("before => window.answers > before", arg=before)


def fill_and_take(source: Locator, words: str) -> None:
    source.fill(words)
    source.press("Enter")


@pytest.fixture
def source(bench: Page, papers: None) -> Locator:
    return bench.locator("#source")


def test_a_list_that_comes_after_the_choice_does_not_open(bench: Page, source: Locator) -> None:
    lists, shown = Held(bench, "/sources/"), bench.locator("#sources")
    lists.when(source.focus)
    lists.when(lambda: source.fill("le"))
    lists.answer_last()
    expect(shown.locator("[data-source]").first).to_contain_text("Le Monde")
    lists.when(lambda: source.fill("le m"))
    shown.locator("[data-source]").first.click()
    lists.answer_last()
    expect(shown).to_be_hidden()
    expect(bench.locator("#chain")).to_have_text("Le Monde")


def test_a_list_that_comes_after_escape_does_not_open(bench: Page, source: Locator) -> None:
    lists = Held(bench, "/sources/")
    lists.when(source.focus)
    lists.when(lambda: source.fill("le"))
    press(bench, "Escape")
    lists.answer_last()
    expect(bench.locator("#sources")).to_be_hidden()


def test_enter_waits_for_the_list_of_what_was_typed(bench: Page, source: Locator) -> None:
    lists, chain = Held(bench, "/sources/"), bench.locator("#chain")
    lists.when(source.focus)
    lists.answer_last()
    expect(bench.locator("#sources [role=option]").first).to_contain_text("Algeria")
    lists.when(lambda: fill_and_take(source, "monde"))
    expect(chain).to_be_empty()
    lists.answer_last()
    expect(chain).to_have_text("Le Monde")
    expect(bench.locator("#sources")).to_be_hidden()


def test_an_answer_to_earlier_words_is_neither_shown_nor_taken(
    bench: Page, source: Locator
) -> None:
    lists = Held(bench, "/sources/")
    lists.when(source.focus)
    lists.when(lambda: fill_and_take(source, "monde"))
    source.press_sequentially("x")
    lists.answer_last()
    expect(bench.locator("#sources")).to_be_hidden()
    expect(bench.locator("#chain")).to_be_empty()


def test_enter_in_an_empty_field_takes_no_source(bench: Page, source: Locator) -> None:
    source.focus()
    expect(bench.locator("#sources [role=option]").first).to_be_visible()
    source.press("Enter")
    source.press("ArrowDown")
    expect(bench.locator("#chain")).to_be_empty()
    expect(bench.locator("#sources [role=option]").first).to_be_focused()


def test_a_missing_source_is_proposed_where_it_is_typed(bench: Page, source: Locator) -> None:
    source.fill("راديو الضفاف")
    source.press("Enter")
    expect(bench.locator("#new-kind")).to_be_focused()
    bench.locator("#new-kind").select_option("media")
    bench.get_by_role("button", name="Propose").click()
    expect(bench.locator("#chain")).to_have_text("راديو الضفاف")
    assert Source.objects.get(status="proposed").kind == "media"


def test_of_sentences_passed_quickly_the_last_is_shown_and_no_key_hits_another(
    bench: Page,
) -> None:
    forms = Held(bench, "/form/")
    forms.when(lambda: press(bench, "KeyJ"))
    forms.when(lambda: press(bench, "KeyJ"))
    press(bench, "KeyN", "Enter")
    forms.answer_last()
    expect(bench.locator("#panel-title")).to_contain_text("sentence 4")
    expect(bench.locator(".sentence").nth(3)).to_have_class("sentence is-unread new-paragraph here")
    assert not Judgement.objects.exists()


def test_a_save_that_is_answered_late_leaves_the_next_sentence_alone(bench: Page) -> None:
    saves = Held(bench, "/claim/")
    bench.get_by_role("button", name="Whole sentence").click()
    saves.when(lambda: press(bench, "Digit1", "KeyQ", "KeyD", "KeyO", "Enter"))
    go_to(bench, 2)
    press(bench, "Digit2")
    saves.answer_last()
    expect(bench.locator(".sentence").nth(1).locator(".claims li")).to_have_count(1)
    expect(bench.locator(".sentence.here")).to_have_count(1)
    expect(bench.locator("[name=label_kind]:checked")).to_have_value("quantity")


def test_without_a_connection_what_was_typed_is_kept_until_it_is_saved(bench: Page) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    press(bench, "Digit1", "KeyQ", "KeyD", "KeyO")
    bench.context.set_offline(True)
    press(bench, "Enter")
    expect(bench.locator("#problem")).to_contain_text("Not saved")
    press(bench, "KeyJ")  # whose form cannot be fetched either
    expect(bench.locator(".sentence").nth(1)).to_have_class("sentence is-unread new-paragraph here")
    expect(bench.locator("#words")).not_to_be_empty()
    bench.context.set_offline(False)
    press(bench, "Enter")
    expect(bench.locator(".claims li")).to_have_count(1)
    expect(bench.locator("#problem")).to_be_empty()


def test_signed_out_meanwhile_one_signs_in_elsewhere_and_saves(bench: Page, ada: User) -> None:
    Session.objects.all().delete()
    bench.get_by_role("button", name="Whole sentence").click()
    press(bench, "Digit1", "KeyQ", "KeyD", "KeyO", "Enter")
    expect(bench.locator("#problem")).to_contain_text("You are signed out")
    with bench.context.expect_page() as other:
        bench.get_by_role("link", name="Sign in").click()
    other.value.get_by_label("Username").fill("ada")
    other.value.get_by_label("Password").fill("ada's secret")
    other.value.get_by_role("button", name="Sign in").click()
    other.value.wait_for_url("**/p/sahel/")
    press(bench, "Enter")
    expect(bench.locator(".claims li")).to_have_count(1)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_a_sentence_is_labelled_whole(
    opened: Opened, article: Article, papers: None
) -> None:
    page = opened(article)
    page.get_by_label("No claim").or_(page.get_by_role("button", name="No claim")).first.click()
    expect(page.locator(".sentence").first).to_have_class("sentence is-no_claim")
    page.get_by_label("Words of the claim").fill("روسيا أوقفت الهجوم … من الجزائر")
    page.get_by_label("Name of the source").fill("Algeria")
    page.locator("#through-name").fill("le monde")
    for option in ("Event or state", "Supports", "Certain", "High"):
        page.locator("label.choice", has_text=option).first.click()
    page.get_by_role("button", name="Save").click()
    row = page.locator(".sentence").nth(1)
    expect(row.locator("mark")).to_have_count(2)
    expect(row.locator(".chain")).to_have_text("Le Monde›Algeria")
    page.get_by_role("button", name="Finish sentence").click()
    expect(row).to_have_class("sentence is-claims new-paragraph")
    row.locator(".claims a").click()
    page.get_by_role("button", name="Delete").click()
    expect(row.locator("mark")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row.locator("mark")).to_have_count(2)
    assert Judgement.objects.latest("seq").status == "claims"


# --- the look ---


def test_the_panel_is_complete_without_scrolling_at_1366_by_768(
    opened: Opened, project: Project, papers: None
) -> None:
    long = (
        "قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر، وإن مالي لم تعلق على ذلك."
    )
    page = opened(take_in_text(project, long, "ar"))
    for name in ("Algeria", "Le Monde"):
        page.locator("#source").fill(name)
        page.locator("#source").press("Enter")
        expect(page.locator("#chain li").first).to_have_text(name)
        page.locator("#through").check()
    page.get_by_role("button", name="Whole sentence").click()
    words = page.locator("#words")
    assert words.evaluate("e => e.clientHeight / parseFloat(getComputedStyle(e).lineHeight)") > 2
    assert page.locator(".scroll").evaluate("e => e.scrollHeight - e.clientHeight") == 0
    box = page.locator("#panel").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 768
