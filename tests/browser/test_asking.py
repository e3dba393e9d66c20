"""Asking at the workbench in the browser, with and without the network; and its pages."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, expect

from annotate.models import Article, Assignment, Judgement, Project, Remark
from annotate.workflow.asking import RulingDraft, answer, rule
from annotate.workflow.assigning import withdraw
from annotate.workflow.labelling import send_back
from tests.browser.arriving import come, come_again
from tests.builders import ask, give, hand_in, sentence_at, words

HALTED = "روسيا أوقفت الهجوم"
DOUBT = "Is «وذكر التقرير» a source? 🚩"

SignIn = Callable[[User], BrowserContext]


@pytest.fixture
def bench(article: Article, ada: User, sign_in: SignIn) -> Page:
    """The article on Ada's desk, open at its first sentence."""
    give(article, ada)
    page = sign_in(ada).new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    come(page, f"/p/sahel/articles/{article.pk}/")
    expect(page.locator("#panel-title")).to_contain_text("sentence 1")
    return page


def tell(page: Page, text: str, button: str = "Ask") -> None:
    page.keyboard.press("Shift+A")
    expect(page.locator("#ask textarea")).to_be_focused()
    page.keyboard.type(text)
    page.locator("#ask").get_by_role("button", name=button, exact=True).click()


def test_a_question_stands_beside_its_sentence_at_once(bench: Page) -> None:
    tell(bench, DOUBT)
    beside = bench.locator(".sentence").first.locator(".beside")
    expect(beside).to_contain_text("You asked:")
    expect(beside).to_contain_text(DOUBT)
    come_again(bench)
    expect(beside).to_contain_text(DOUBT)
    assert [(each.text, each.wants_answer) for each in Remark.objects.all()] == [(DOUBT, True)]


def test_the_keys_that_submit_send_a_question_from_its_field(bench: Page) -> None:
    bench.keyboard.press("Shift+A")
    expect(bench.locator("#ask textarea")).to_be_focused()
    bench.keyboard.type(DOUBT)
    bench.keyboard.press("Control+Enter")
    expect(bench.locator(".sentence").first.locator(".beside")).to_contain_text(DOUBT)
    expect(bench.locator("#submit")).not_to_have_attribute("open", "")


def test_what_is_typed_stays_with_its_sentence_through_moves_and_reload(bench: Page) -> None:
    field = bench.locator("#ask textarea")
    bench.keyboard.press("Shift+A")
    bench.keyboard.type(DOUBT)
    bench.keyboard.press("Escape")
    bench.keyboard.press("j")
    expect(field).to_be_hidden()
    bench.keyboard.press("k")
    expect(field).to_have_value(DOUBT)
    come_again(bench)
    expect(field).to_have_value(DOUBT)
    expect(field).not_to_be_focused()
    bench.locator("#ask").get_by_role("button", name="Ask", exact=True).click()
    expect(bench.locator(".beside")).to_contain_text(DOUBT)
    come_again(bench)
    expect(field).to_be_hidden()


def test_a_comment_asks_for_no_answer(bench: Page) -> None:
    tell(bench, "The quote is cut.", "Only tell")
    expect(bench.locator(".beside")).to_contain_text("Your comment:")
    assert not Remark.objects.get().wants_answer


def test_without_the_network_a_question_is_kept_and_sent_once(bench: Page) -> None:
    bench.context.set_offline(True)
    tell(bench, DOUBT)
    expect(bench.locator(".beside")).to_contain_text("not saved yet")
    bench.context.set_offline(False)
    expect(bench.locator(".beside")).to_contain_text("You asked:")
    expect(bench.locator(".remark")).to_have_count(1)
    assert Remark.objects.count() == 1


def test_an_unsent_question_holds_back_no_judgement_and_is_none(bench: Page) -> None:
    bench.context.set_offline(True)
    tell(bench, DOUBT)
    expect(bench.locator(".beside")).to_contain_text("not saved yet")
    bench.keyboard.press("n")
    expect(bench.locator("#panel-title")).to_contain_text("sentence 2")
    bench.context.set_offline(False)
    expect(bench.locator(".beside")).to_contain_text("You asked:")
    expect(bench.locator(".sentence").first).not_to_have_class("is-unsaved")
    expect(bench.locator("#progress")).to_contain_text("1 of")
    assert (Remark.objects.count(), Judgement.objects.count()) == (1, 1)


def test_a_refused_question_goes_back_into_its_field(bench: Page, ada: User) -> None:
    withdraw(assignment=Assignment.objects.get(membership__user=ada), by=ada)
    tell(bench, DOUBT)
    expect(bench.locator("#outbox")).to_contain_text("could not be saved")
    bench.locator("#outbox").get_by_role("button", name="Look").click()
    bench.locator("#refused").get_by_role("button", name="Change it").click()
    expect(bench.locator("#ask textarea")).to_have_value(DOUBT)
    expect(bench.locator(".remark")).to_have_count(0)
    expect(bench.locator("#outbox")).to_be_hidden()


def test_a_question_that_is_too_long_stays_in_its_field(bench: Page) -> None:
    tell(bench, "")
    bench.keyboard.insert_text("ـ🚩" * 3000)
    bench.locator("#ask").get_by_role("button", name="Ask", exact=True).click()
    expect(bench.get_by_text("Characters too many: 1000.")).to_be_visible()
    expect(bench.locator("#ask textarea")).to_have_value("ـ🚩" * 3000)
    expect(bench.locator(".remark")).to_have_count(0)


def test_a_question_is_not_undone(bench: Page) -> None:
    tell(bench, DOUBT)
    expect(bench.locator(".beside")).to_contain_text("You asked:")
    bench.keyboard.press("Control+z")
    expect(bench.locator("#problem")).to_contain_text("nothing left to undo")


def test_a_sentence_is_skipped_by_keys_alone_with_a_reason_in_words(bench: Page) -> None:
    menu = bench.get_by_text("Cannot be judged")
    menu.focus()
    bench.keyboard.press("Enter")
    expect(bench.get_by_label("Why it cannot be judged")).to_be_focused()
    bench.keyboard.press("Enter")
    expect(bench.locator("#problem")).to_contain_text("Why it cannot be judged")
    expect(bench.get_by_label("Why it cannot be judged")).to_be_focused()
    bench.keyboard.type("Half of it is missing.")
    bench.keyboard.press("Enter")
    expect(bench.locator("#panel-title")).to_contain_text("sentence 2")
    state = bench.locator(".sentence").first.locator(".state")
    expect(state).to_have_attribute("title", "1: skipped: Half of it is missing.")
    assert Judgement.objects.get().skip_reason == "Half of it is missing."


@pytest.fixture
def everything(project: Project, article: Article, ada: User, ben: User, rita: User) -> None:
    """A question answered and one open, rulings, and an article that was sent back."""
    give(article, ada, ben)
    sentence = sentence_at(article, HALTED)
    for text in (DOUBT, "Who?"):
        question = ask(sentence, ada, text)
    answer(pk=uuid4(), question=question, by=rita, text="لا: غير محدد.", seen=0)
    old = rule(pk=uuid4(), project=project, by=rita, draft=RulingDraft(text="Titles count."))
    draft = RulingDraft(text="العناوين لا تُحسب.", dimension="kind", value="event")
    rule(pk=uuid4(), project=project, by=rita, draft=draft, supersedes=old)
    for annotator in (ada, ben):
        hand_in(article, annotator, words(article, HALTED))
    send_back(article=article, by=rita, note="Who says so?", sentences=[sentence])


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("width", [1366, 360])
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("ada", "/p/sahel/"),
        ("ada", "/p/sahel/decided/"),
        ("ada", "/p/sahel/rulings/"),
        ("rita", "/p/sahel/questions/"),
        ("rita", "/p/sahel/questions/?show=answered"),
        ("rita", "/p/sahel/rulings/"),
    ],
)
def test_the_pages_are_accessible_and_as_wide_as_the_screen(
    sign_in: SignIn, who: str, address: str, width: int
) -> None:
    page = sign_in(User.objects.get(username=who)).new_page()
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(address)
    for summary in page.locator("main summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_the_guidelines_are_a_link_away(
    page: Page, article: Article, ada: User, sign_in: SignIn
) -> None:
    give(article, ada)
    sign_in(ada)
    page.goto(f"/p/sahel/articles/{article.pk}/")
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    expect(page.locator("kbd:visible")).to_have_count(0)
    page.locator("[data-key=kind] summary").click()
    expect(page.get_by_role("link", name="Event or state")).to_be_visible()
    page.get_by_role("link", name="In the guidelines").click()
    page.wait_for_url("**/guidelines/#kind")
    page.go_back()
    page.get_by_role("link", name="Guidelines", exact=True).click()
    expect(page.get_by_role("heading", name="Guidelines", level=1)).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_the_form_asks_for_nothing_that_takes_one_and_a_refusal_is_all_read(
    page: Page, article: Article, ada: User, sign_in: SignIn
) -> None:
    give(article, ada)
    sign_in(ada)
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(f"/p/sahel/articles/{article.pk}/")
    expect(page.locator("#words")).to_be_hidden()
    for name in page.locator("#claim .field label:visible").all():
        assert name.evaluate("label => label.control?.checkVisibility()"), name.inner_text()
    page.get_by_label("Name of the source").fill("Nobody")
    page.get_by_role("button", name="Save").click()
    problem = page.locator("#problem .notice").bounding_box()
    undo = page.get_by_role("button", name="Undo").bounding_box()
    assert problem
    assert undo
    assert problem["y"] + problem["height"] <= undo["y"]
    page.set_viewport_size({"width": 360, "height": 400})
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#problem")).to_have_text("There is nothing to redo.")
    expect(page.locator("#problem")).to_be_in_viewport()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#problem")).to_have_text("There is nothing left to undo here.")
    expect(page.get_by_label("Name of the source")).to_be_visible()
