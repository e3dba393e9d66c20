"""The workbench in the browser: marking words, keys, drafts, and saves drawn before the answer."""

import re
from collections.abc import Callable
from operator import methodcaller

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotate.models import Annotation, Article, Judgement, Project
from annotate.workflow.projects import start_project
from annotate.workflow.sources import add_source
from annotate.workflow.tiebreak import break_tie
from tests.browser.arriving import Held, come, come_again, come_back, kept
from tests.builders import (
    CODEBOOK,
    TONE,
    give,
    hand_in,
    mark,
    sentence_at,
    take_in_text,
    words,
    write,
)

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "ونفى مسؤول في باماكو ذلك"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"
SENTENCES = ".sentence > p"
TITLE = "#panel-title span:visible"

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
        return come(page, address(article))

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


def row(page: Page, index: int) -> Locator:
    return page.locator(".sentence").nth(index)


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
    """Answer everything by key; the last answer saves."""
    press(page, "Digit1", "KeyQ", "KeyD", "KeyO")
    expect(page.locator("#words")).to_be_empty()
    saved(page)


def saved(page: Page) -> None:
    """Wait until the server has acknowledged everything."""
    expect(page.locator("#live")).to_have_text("Saved")
    expect(page.locator(".sentence.is-unsaved")).to_have_count(0)


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
    row = Annotation.objects.get()
    assert article.text[row.start : row.end] == marked


def test_two_pieces_make_one_claim(bench: Page, article: Article) -> None:
    row = bench.locator(SENTENCES).nth(1)
    drag(bench, row, "من الجزائر")
    bench.get_by_label("add a further piece").check()
    drag(bench, row, "روسيا أوقفت الهجوم")
    expect(bench.locator("#words")).to_have_text("روسيا أوقفت الهجوم … من الجزائر")
    save(bench)
    spans = Annotation.objects.get().spans
    assert [article.text[a:b] for a, b in spans] == ["روسيا أوقفت الهجوم", "من الجزائر"]


def test_one_click_marks_the_whole_sentence(bench: Page, article: Article) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    save(bench)
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
    expect(bench.locator("#sources [role=option]").first).to_contain_text("Le Monde")
    press(bench, "Enter")
    expect(bench.locator("#chain")).to_have_text("Le Monde")
    bench.locator("#whole").focus()
    press(bench, "Enter", "Escape")
    save(bench)
    expect(bench.locator(".claims .chain")).to_have_text("Le Monde")
    press(bench, "ArrowDown")
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 3")
    expect(row(bench, 1)).to_have_class(re.compile("is-claims"))
    press(bench, "KeyN")
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 4")
    expect(row(bench, 2)).to_have_class(re.compile("is-no_claim"))
    press(bench, "ArrowUp")
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 3")
    press(bench, "Control+KeyZ")
    expect(row(bench, 2)).to_have_class(re.compile("is-unread"))
    saved(bench)
    statuses = Judgement.objects.current().order_by("sentence__index")
    assert [each.status for each in statuses] == ["claims", "open"]


def test_arrows_only_move_where_nothing_was_begun(bench: Page) -> None:
    press(bench, "ArrowDown", "KeyK", "KeyJ", "ArrowUp")
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 2")
    assert not Judgement.objects.exists()


def test_enter_on_an_empty_form_finishes_the_sentence_and_goes_on(bench: Page) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    save(bench)
    press(bench, "Enter")
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 3")
    expect(row(bench, 1)).to_have_class(re.compile("is-claims"))


def test_a_full_stop_takes_the_source_of_the_last_claim(bench: Page, papers: None) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    fill_and_take(bench.locator("#source"), "monde")
    expect(bench.locator("#chain")).to_have_text("Le Monde")
    press(bench, "Escape")
    save(bench)
    expect(bench.locator("#chain")).to_be_empty()
    press(bench, "Period")
    expect(bench.locator("#chain")).to_have_text("Le Monde")
    expect(bench.locator(".choice.derived")).to_contain_text("Reported")


def test_undo_and_redo_go_across_the_article_also_after_a_reload(
    bench: Page, article: Article
) -> None:
    press(bench, "KeyN", "KeyN", "KeyN")
    saved(bench)
    come_again(bench)
    press(bench, "Control+KeyZ")
    expect(row(bench, 3)).to_have_class(re.compile("here.*is-unread"))
    press(bench, "Control+KeyZ")
    expect(row(bench, 2)).to_have_class(re.compile("here.*is-unread"))
    come_again(bench)
    press(bench, "Control+Shift+KeyZ")
    expect(row(bench, 2)).to_have_class(re.compile("here.*is-no_claim"))
    saved(bench)
    assert Judgement.objects.current().filter(status="no_claim").count() == 2


def test_the_way_back_leads_to_what_stands(bench: Page) -> None:
    press(bench, "KeyN")
    saved(bench)
    kept(bench).goto("/p/sahel/")
    come_back(bench)
    expect(row(bench, 1)).to_have_class(re.compile("is-no_claim"))
    go_to(bench, 1)
    bench.locator("[name=no_claim_reason]").select_option("question")
    bench.get_by_role("button", name="No claim").click()
    expect(row(bench, 1).locator(".state")).to_have_attribute("title", re.compile("question"))
    saved(bench)


def test_a_pause_ends_with_any_key_which_does_nothing_else(bench: Page) -> None:
    press(bench, "KeyP")
    expect(bench.locator("#paused")).to_be_visible()
    press(bench, "KeyN")
    expect(bench.locator("#paused")).to_be_hidden()
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 2")
    assert not Judgement.objects.exists()


def test_gaps_and_pauses_are_no_time_at_work(opened: Opened, article: Article, ada: User) -> None:
    give(article, ada)
    page = opened(article)
    page.clock.install()
    come(page, address(article))
    page.clock.run_for(10_000)
    press(page, "KeyX")
    page.clock.run_for(90_000)
    press(page, "KeyP")
    page.clock.run_for(20_000)
    press(page, "KeyX")
    page.clock.run_for(5_000)
    press(page, "KeyN")
    saved(page)
    seconds = article.assignments.get().seconds_active
    assert 15 <= seconds <= 17


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
    expect(page.locator(TITLE)).to_contain_text("Change a claim")
    expect(page.locator("#words")).to_have_text(HALTED)


def test_a_claim_is_changed_and_deleted_and_both_are_undone(claimed: Page) -> None:
    change(claimed)
    press(claimed, "KeyW", "Enter")
    expect(claimed.locator(".claims")).to_contain_text("Denies")
    change(claimed)
    press(claimed, "Backspace")
    expect(claimed.locator(".claims")).to_have_count(0)
    press(claimed, "Control+KeyZ")
    expect(claimed.locator(".claims")).to_contain_text("Denies")
    press(claimed, "Control+KeyZ")
    expect(claimed.locator(".claims")).not_to_contain_text("Denies")
    saved(claimed)
    stances = Annotation.objects.order_by("seq").values_list("stance", "deleted")
    assert [*stances] == [
        ("supports", False),
        ("denies", False),
        ("denies", True),
        ("denies", False),
        ("supports", False),
    ]


def test_what_is_missing_is_said_and_nothing_is_sent(bench: Page) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    bench.get_by_label("Note").fill("kept")
    press(bench, "Escape", "Digit1", "Enter")
    expect(bench.locator("#problem")).to_have_text(
        "Still missing: Source’s stance, Certainty expressed by the source, Your confidence"
    )
    expect(bench.get_by_label("Note")).to_have_value("kept")
    assert not Judgement.objects.exists()


def test_an_attribution_that_contradicts_the_source_is_told_and_nothing_is_sent(
    bench: Page, article: Article
) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    press(bench, "KeyX", "Digit1", "KeyQ", "KeyD", "KeyO")
    expect(bench.locator("#problem")).to_contain_text("without a source is the author’s own")
    expect(bench.locator("#words")).not_to_be_empty()
    expect(bench.locator(".is-unsaved")).to_have_count(0)
    press(bench, "KeyC", "KeyO")
    saved(bench)
    assert Annotation.objects.get().attribution_type == "author"


def test_a_draft_is_kept_by_sentence_through_reload_and_return(bench: Page) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    press(bench, "Digit3", "KeyW")
    bench.get_by_label("Note").fill("half typed")
    go_to(bench, 2)
    expect(bench.locator("#words")).to_be_empty()
    expect(bench.get_by_label("Note")).to_have_value("")
    come_again(bench)
    go_to(bench, 1)
    expect(bench.locator("#words")).not_to_be_empty()
    expect(bench.locator("[name=label_kind]:checked")).to_have_value("causal")
    expect(bench.get_by_label("Note")).to_have_value("half typed")
    press(bench, "KeyD", "KeyO")
    expect(bench.locator("#words")).to_be_empty()
    come_again(bench)
    go_to(bench, 1)
    expect(bench.get_by_label("Note")).to_have_value("")
    saved_once(bench)


def saved_once(page: Page) -> None:
    expect(page.locator(".sentence.is-unsaved")).to_have_count(0)
    expect(page.locator(".claims li")).to_have_count(1)
    assert Annotation.objects.get().note == "half typed"


def test_what_is_only_begun_is_told_at_its_row_and_before_the_article_is_handed_in(
    bench: Page,
) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    press(bench, "Digit3", "KeyN", "ArrowUp", "ArrowUp")
    expect(row(bench, 1).locator(".state")).to_have_attribute("title", re.compile("not saved"))
    expect(row(bench, 1)).to_have_class(re.compile("is-no_claim is-(unsaved|draft)"))
    press(bench, "KeyN", "KeyN", "KeyN", "KeyN")
    saved(bench)
    press(bench, "Control+Enter")
    bench.get_by_role("button", name="Submit").click()
    expect(bench.locator("#problem")).to_contain_text("A claim of sentence 2 is not saved")
    expect(bench.locator("[name=label_kind]:checked")).to_have_value("causal")
    press(bench, "Shift+Backspace")
    expect(bench.locator(".is-draft")).to_have_count(0)
    expect(bench.locator("#words")).to_be_empty()
    press(bench, "Control+Enter")
    bench.get_by_role("button", name="Submit").click()
    expect(bench.get_by_text("Handed in. Thank you.")).to_be_visible()


def test_what_is_only_begun_is_not_told_where_the_article_is_only_read(
    bench: Page, article: Article, ada: User
) -> None:
    bench.get_by_role("button", name="Whole sentence").click()
    expect(row(bench, 1)).to_have_class(re.compile("is-draft"))
    hand_in(article, ada)
    come_again(bench)
    expect(row(bench, 1)).to_have_class(re.compile("is-no_claim"))
    expect(bench.locator(".is-draft")).to_have_count(0)


def test_a_change_that_is_discarded_leaves_the_claim_as_it_is_stored(claimed: Page) -> None:
    change(claimed)
    before = Judgement.objects.count()
    discard = claimed.get_by_role("button", name="Discard the changes")
    expect(discard).to_be_hidden()
    press(claimed, "Digit3")
    discard.click()
    expect(claimed.locator("[name=label_kind]:checked")).to_have_value("event")
    expect(discard).to_be_hidden()
    assert Judgement.objects.count() == before


def test_a_claim_that_is_opened_leaves_the_draft_of_its_sentence(claimed: Page) -> None:
    claimed.get_by_label("Note").fill("another")
    change(claimed)
    expect(claimed.get_by_label("Note")).to_have_value("")
    press(claimed, "Escape")
    expect(claimed.get_by_label("Note")).to_have_value("another")


def test_usual_values_are_hollow_until_chosen_and_told_with_the_claim(
    opened: Opened, project: Project
) -> None:
    project.preset_unmarked = True
    project.save()
    page = opened(take_in_text(project, "Moscow halted it. RFI did not confirm this.", "en"))
    hollow = page.locator(".preset :checked")
    expect(hollow).to_have_count(2)
    page.get_by_role("button", name="Whole sentence").click()
    press(page, "Digit1", "KeyD")
    expect(hollow).to_have_value("supports")
    press(page, "KeyO")
    saved(page)
    assert Annotation.objects.get().preset == ["stance"]
    press(page, "ArrowDown")
    expect(page.locator(".scroll :checked")).to_have_value("")


def test_focus_is_never_lost(claimed: Page) -> None:
    claimed.locator(".claims a").focus()
    press(claimed, "Enter", "Escape")
    claimed.locator(".claims a").focus()
    press(claimed, "Control+KeyZ")
    saved(claimed)
    expect(claimed.locator(".claims a")).to_be_focused()


# --- answers that come late, or not at all ---


def fill_and_take(source: Locator, words: str) -> None:
    source.fill(words)
    source.press("Enter")


def test_a_save_is_drawn_at_once_and_the_next_sentence_is_left_alone_by_its_answer(
    bench: Page,
) -> None:
    saves = Held(bench, "/claim/")
    bench.get_by_role("button", name="Whole sentence").click()
    saves.when(lambda: press(bench, "Digit1", "KeyQ", "KeyD", "KeyO"))
    expect(row(bench, 1)).to_have_class(re.compile("is-unsaved"))
    expect(row(bench, 1).locator(".claims li")).to_contain_text("the author")
    go_to(bench, 2)
    press(bench, "Digit2")
    saves.answer(0)
    saved(bench)
    expect(row(bench, 1).locator(".claims li")).to_have_count(1)
    expect(bench.locator(".sentence.here")).to_have_count(1)
    expect(bench.locator("[name=label_kind]:checked")).to_have_value("quantity")


def test_what_is_typed_beside_the_claim_outlives_the_answer_to_an_undo(bench: Page) -> None:
    press(bench, "KeyN")
    saved(bench)
    undoes = Held(bench, "/undo/")
    undoes.when(lambda: press(bench, "Control+KeyZ"))
    bench.get_by_label("Why there is no claim").select_option("question")
    bench.get_by_text("Cannot be judged").click()
    reason = bench.get_by_label("Why it cannot be judged")
    reason.fill("cut off")
    undoes.answer(0)
    saved(bench)
    expect(reason).to_have_value("cut off")
    expect(bench.get_by_label("Why there is no claim")).to_have_value("question")
    press(bench, "Enter")
    expect(row(bench, 1)).to_have_class(re.compile("is-skipped"))
    saved(bench)
    undoes.when(lambda: press(bench, "Control+KeyZ"))
    undoes.answer(1)
    saved(bench)
    expect(row(bench, 1)).to_have_class(re.compile("here"))
    expect(reason).to_have_value("")


def test_what_is_said_of_the_sentence_outlives_the_answer_to_an_undo(
    opened: Opened, ada: User
) -> None:
    codebook = {**CODEBOOK, "dimensions": [*CODEBOOK["dimensions"], {**TONE, "required": False}]}
    toned = start_project(by=ada, name="Toned", slug="toned", codebook=codebook)
    page = opened(take_in_text(toned, "Moscow halted it.", "en"))
    press(page, "KeyN")
    saved(page)
    come_again(page)  # which knows not what an undo leads to
    undoes = Held(page, "/undo/")
    undoes.when(lambda: press(page, "Control+KeyZ"))
    page.get_by_role("radio", name="Heated").check(force=True)
    undoes.answer(0)
    saved(page)
    expect(page.get_by_role("radio", name="Heated")).to_be_checked()


def test_the_answer_to_an_undo_leaves_the_letters_and_the_list_that_were_opened_since(
    bench: Page, papers: None
) -> None:
    press(bench, "KeyN")
    saved(bench)
    held = Held(bench, "do/")
    held.when(lambda: press(bench, "Control+KeyZ"))
    press(bench, "Space")
    held.answer(0)
    saved(bench)
    expect(bench.locator(".letter").first).to_be_visible()
    held.when(lambda: press(bench, "Escape", "Control+Shift+KeyZ"))
    press(bench, "Slash")
    expect(bench.locator("#sources")).to_be_visible()
    held.answer(1)
    saved(bench)
    expect(bench.locator("#sources")).to_be_visible()


def test_a_third_reader_is_led_through_what_is_disputed_alone(
    opened: Opened, project: Project, article: Article, ada: User, ben: User, chloe: User
) -> None:
    project.tiebreak = True
    project.save(update_fields=["tiebreak"])
    give(article, ben, chloe)
    hand_in(article, ben, words(article, HALTED), words(article, DENIED))
    hand_in(article, chloe, words(article, HALTED, kind="causal"), words(article, FORTY))
    break_tie(article=article, membership=project.memberships.get(user=ada), by=ada)
    page = opened(article)
    expect(page.locator("main")).to_contain_text("you judge 3 sentences")
    expect(page.locator(".sentence.context")).to_have_count(1)
    expect(page.locator("#progress")).to_contain_text("0 of 3 sentences")
    page.locator(SENTENCES).nth(0).click()
    press(page, "ArrowUp")
    expect(page.locator(TITLE)).to_contain_text("sentence 2")
    drag(page, page.locator(SENTENCES).nth(0), "موسكو")
    expect(page.locator("#words")).to_be_empty()
    press(page, "KeyN", "KeyN", "KeyN")
    saved(page)
    expect(page.locator("#progress")).to_contain_text("3 of 3 sentences")
    press(page, "Control+Enter")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("Handed in. Thank you.")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_a_sentence_is_labelled_whole(
    page: Page, article: Article, ada: User, sign_in: SignIn, papers: None
) -> None:
    give(article, ada)
    sign_in(ada)
    page.goto(address(article))
    page.get_by_label("No claim").or_(page.get_by_role("button", name="No claim")).first.click()
    expect(page.locator(".sentence").first).to_have_class("sentence is-no_claim")
    page.get_by_label("Words of the claim").fill("روسيا أوقفت الهجوم … من الجزائر")
    page.get_by_label("Name of the source").fill("Algeria")
    page.locator("#through-name").fill("le monde")
    for option in ("Event or state", "Supports", "Certain", "High"):
        page.locator("label.choice", has_text=option).first.click()
    page.get_by_role("button", name="Save").click()
    second = row(page, 1)
    expect(second.locator("mark")).to_have_count(2)
    expect(second.locator(".chain")).to_have_text("Le Monde›Algeria")
    page.get_by_role("button", name="Finish sentence").click()
    expect(second).to_have_class("sentence is-claims new-paragraph")
    second.locator(".claims a").click()
    page.get_by_role("button", name="Delete").click()
    expect(second.locator("mark")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(second.locator("mark")).to_have_count(2)
    page.get_by_role("button", name="Redo").click()
    expect(second.locator("mark")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(second.locator("mark")).to_have_count(2)
    assert Judgement.objects.latest("seq").status == "claims"


# --- the look ---


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_bar_of_the_workbench_is_one_line_at_1366(
    opened: Opened, context: BrowserContext, article: Article, language: str
) -> None:
    context.set_extra_http_headers({"Accept-Language": language})
    page = opened(article)
    expect(page.locator("html")).to_have_attribute("lang", language)
    middles = page.locator(".top > :visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(box => box.top + box.height / 2)"
    )
    assert max(middles) - min(middles) < 10


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("suggestions", [False, True])
def test_the_panel_is_complete_without_scrolling_at_1366_by_768(
    opened: Opened,
    context: BrowserContext,
    project: Project,
    papers: None,
    suggestions: bool,
    language: str,
) -> None:
    context.set_extra_http_headers({"Accept-Language": language})
    project.suggestions = suggestions
    project.save(update_fields=["suggestions"])
    long = (
        "قالت صحيفة لوموند (Le Monde) إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر، وإن مالي لم"
        " تعلق على ذلك، وإن التحالف بين باماكو وموسكو بات موضع شك منذ الصيف كما نقلت الجزائر."
    )
    page = opened(take_in_text(project, long, "ar"))
    for name in ("Algeria", "Le Monde"):
        page.locator("#source").fill(name)
        page.locator("#source").press("Enter")
        expect(page.locator("#chain li").first).to_have_text(name)
        page.locator("#through").check()
    page.locator("#whole").click()
    words = page.locator("#words")
    assert words.evaluate("e => e.scrollHeight / parseFloat(getComputedStyle(e).lineHeight)") > 3
    expect(page.locator("#suggestions button")).to_have_count(4 * suggestions)
    assert page.locator(".scroll").evaluate("e => e.scrollHeight - e.clientHeight") == 0
    box = page.locator("#panel").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 768


# --- what is too long ---

LONG = "ـ🚩" * 3000
MOST = "🚩" * 5000
TOO_LONG = "Characters too many: 1000. It is not sent before it is shorter."


def paste(page: Page, field: Locator, text: str) -> None:
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def test_a_note_that_is_too_long_is_kept_whole_and_not_saved_before_it_is_shorter(
    bench: Page,
) -> None:
    note = bench.get_by_label("Note", exact=True)
    bench.get_by_role("button", name="Whole sentence").click()
    paste(bench, note, LONG)
    expect(bench.get_by_role("status").filter(has_text=TOO_LONG)).to_be_visible()
    press(bench, "Escape", "Digit1", "KeyQ", "KeyD", "KeyO")
    expect(note).to_be_focused()
    expect(note).to_have_value(LONG)
    expect(bench.locator(".claims")).to_have_count(0)
    come_again(bench)
    go_to(bench, 1)
    press(bench, "Enter")
    expect(note).to_be_focused()
    expect(bench.get_by_text(TOO_LONG)).to_be_visible()
    paste(bench, note, MOST)
    expect(bench.get_by_text(TOO_LONG)).to_be_hidden()
    press(bench, "Escape", "Enter")
    saved(bench)
    assert Annotation.objects.get().note == MOST


def test_a_reason_that_is_too_long_skips_nothing(bench: Page) -> None:
    reason = bench.get_by_label("Why it cannot be judged")
    bench.get_by_text("Cannot be judged").click()
    paste(bench, reason, LONG)
    press(bench, "Enter")
    expect(bench.get_by_text(TOO_LONG)).to_be_visible()
    expect(reason).to_have_value(LONG)
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 2")
    paste(bench, reason, MOST)
    press(bench, "Enter")
    expect(bench.locator(TITLE)).to_have_text("Claim in sentence 3")
    saved(bench)
    assert Judgement.objects.get().skip_reason == MOST


@pytest.fixture
def remarked(opened: Opened, ada: User) -> Page:
    """A sentence with a claim, of which the codebook asks for words about the whole of it."""
    about = {**TONE, "key": "about", "type": "text", "required": False, "options": []}
    codebook = {**CODEBOOK, "dimensions": [*CODEBOOK["dimensions"], about]}
    told = start_project(by=ada, name="Told", slug="told", codebook=codebook)
    article = take_in_text(told, "Moscow halted it. Bamako denied it.", "en")
    give(article, ada)
    claim = words(article, "Moscow halted it.")
    write(sentence_at(article, "Moscow"), ada, methodcaller("with_annotation", claim))
    return opened(article)


def open_reason(page: Page, text: str) -> Locator:
    page.get_by_text("Cannot be judged").click()
    reason = page.get_by_label("Why it cannot be judged")
    reason.fill(text)
    return reason


@pytest.mark.usefixtures("intercepted")
@pytest.mark.parametrize(
    ("act", "index"), [("save", 0), ("delete", 0), ("finish", 0), ("no-claim", 1), ("skip", 1)]
)
def test_what_is_said_of_the_sentence_and_too_long_is_neither_drawn_nor_sent(
    remarked: Page, act: str, index: int
) -> None:
    remarked.route("**/sentences/**", lambda route: route.abort())  # so that what waits is seen
    go_to(remarked, index)
    if act == "save":
        remarked.get_by_role("button", name="Whole sentence").click()
        press(remarked, "Digit1", "KeyQ", "KeyD")
        remarked.get_by_role("radio", name="high").check(force=True)
    elif act == "delete":
        row(remarked, 0).locator(".claims a").click()
    elif act == "skip":
        open_reason(remarked, "cut off")
    said = remarked.get_by_label("Tone")
    paste(remarked, said, LONG)
    remarked.locator(f"#claim [data-act={act}]").click()
    expect(said).to_be_focused()
    expect(said).to_have_value(LONG)
    expect(row(remarked, index)).to_have_class(re.compile("here"))
    expect(remarked.locator(".is-unsaved")).to_have_count(0)
    expect(remarked.locator(".claims li")).to_have_count(1)


@pytest.mark.usefixtures("intercepted")
@pytest.mark.parametrize(
    ("act", "index"), [("save", 1), ("finish", 0), ("no-claim", 1), ("skip", 1)]
)
def test_what_was_refused_stands_in_the_form_again_for_who_wants_to_change_it(
    remarked: Page, act: str, index: int
) -> None:
    path = re.compile(f"/{act.replace('save', 'claim')}/$")
    remarked.route(path, lambda route: route.fulfill(status=422, body="Not so."), times=1)
    go_to(remarked, index)
    if act == "save":
        remarked.get_by_role("button", name="Whole sentence").click()
        press(remarked, "Digit1", "KeyQ", "KeyD")
        remarked.get_by_role("radio", name="high").check(force=True)
    elif act == "no-claim":
        remarked.get_by_label("Why there is no claim").select_option("duplicate")
        remarked.get_by_label("of number").fill("1")
    elif act == "skip":
        open_reason(remarked, "cut off مقطوع")
    said = remarked.get_by_label("Tone")
    said.fill("calm 🚩")
    button = remarked.locator(f"#claim [data-act={act}]")
    button.click()
    expect(remarked.locator("#outbox")).to_contain_text("1 could not be saved")
    if act != "save":  # which stays with its sentence, so that one is asked at once
        remarked.get_by_role("button", name="Look").click()
    with remarked.expect_response(re.compile("/sentences/[^/]*/$")):
        remarked.get_by_role("button", name="Change it").click()
    expect(said).to_have_value("calm 🚩")
    if act == "skip":
        expect(remarked.get_by_label("Why it cannot be judged")).to_be_focused()
    button.click()
    saved(remarked)
    stands = Judgement.objects.current().get(sentence__index=index)
    assert stands.labels == {"about": "calm 🚩"}
    assert (stands.skip_reason == "cut off مقطوع") is (act == "skip")
    assert (stands.no_claim_reason == "duplicate") is (act == "no-claim")
    assert Annotation.objects.current().count() == 1 + (act == "save")
