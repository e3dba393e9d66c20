"""Every page in the browser: axe finds nothing, and nothing is wider than a phone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect

from annotate.models import Article, Project
from annotate.workflow.releasing import publish_release
from tests.browser.arriving import come
from tests.builders import (
    give,
    hand_in,
    mark,
    sentence_at,
    source,
    take_in_text,
    words,
    write,
)

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "نفى مسؤول في باماكو ذلك"
ENGLISH = "Moscow halted it\nMoscow’s envoys halted it, RFI said. Bamako would not say why.\n"

SignIn = Callable[[User], BrowserContext]


@pytest.fixture
def settled_line(article: Article, ada: User, ben: User, cora: User, data_dir: Path) -> Article:
    """An article that both have handed in, with a difference to settle and a release before it."""
    paper = source(article.project, "Le Monde")
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED, chain=(paper,)), words(article, DENIED))
    hand_in(article, ben, words(article, HALTED), words(article, DENIED, kind="position"))
    publish_release(project=article.project, by=cora, version="1.0.0")
    return article


@pytest.fixture
def open_article(project: Project, ada: User) -> Article:
    """An English article on Ada's desk, with a claim in its second sentence."""
    article = take_in_text(project, ENGLISH, "en")
    give(article, ada)
    mark(article, ada, words(article, "envoys halted it", stance="denies"))
    return article


def workbench(article: Article, at: str = "") -> str:
    page = f"/p/{article.project.slug}/articles/{article.pk}/"
    return f"{page}?sentence={sentence_at(article, at).pk}" if at else page


def managers_pages(article: Article) -> list[str]:
    screens = ["", "review/", "progress/", "corpus/", "releases/", "releases/1.0.0/"]
    item = f"review/{sentence_at(article, HALTED).pk}/"
    people = f"progress/people/{article.assignments.get(number=1).membership_id}/"
    found = [*screens, item, "progress/people/", people]
    return [f"/p/{article.project.slug}/{screen}" for screen in found]


def axe_finds_nothing(page: Page) -> None:
    """In the light, and of the colours in the dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    light = Axe().run(page)
    page.emulate_media(color_scheme="dark")
    dark = Axe().run(page, options={"runOnly": ["color-contrast"]})
    for found in (light, dark):
        assert not found.violations_count, f"{page.url}: {found.generate_report()}"


def test_axe_finds_nothing_on_the_annotators_pages(
    page: Page, sign_in: SignIn, ada: User, settled_line: Article, open_article: Article
) -> None:
    page.goto("/sign-in/")
    axe_finds_nothing(page)
    sign_in(ada)
    for path in ("/p/sahel/", workbench(settled_line), workbench(open_article)):
        page.goto(path)
        axe_finds_nothing(page)


def test_axe_finds_nothing_on_the_workbench_at_work(
    page: Page, sign_in: SignIn, ada: User, open_article: Article
) -> None:
    source(open_article.project, "Le Monde")
    sign_in(ada)
    come(page, workbench(open_article, "envoys"))
    page.locator(".claims a").click()
    expect(page.locator("#panel-title .editing")).to_be_visible()
    page.locator(".why summary").first.click()
    page.locator("#source").fill("le m")
    expect(page.locator("[data-source]")).to_have_count(1)
    axe_finds_nothing(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#panel-title .fresh")).to_be_visible()
    page.get_by_role("button", name="Whole sentence").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#problem")).to_contain_text("Still missing")
    axe_finds_nothing(page)


@pytest.mark.usefixtures("intercepted")
def test_axe_finds_nothing_while_a_save_waits_or_is_refused(
    page: Page, sign_in: SignIn, ada: User, open_article: Article
) -> None:
    sign_in(ada)
    come(page, workbench(open_article, "envoys"))
    page.keyboard.press("KeyP")
    expect(page.locator("#paused")).to_be_visible()
    axe_finds_nothing(page)
    page.keyboard.press("KeyX")
    page.route("**/claim/", lambda route: route.abort())
    page.get_by_role("button", name="Whole sentence").click()
    for option in ("Event or state", "Supports", "Certain", "High"):
        page.locator("label.choice", has_text=option).first.click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#outbox")).to_contain_text("1 not saved yet, retrying")
    axe_finds_nothing(page)
    sentence = sentence_at(open_article, "envoys")
    write(sentence, ada, lambda state: replace(state, status="open", annotations=()))
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#refused")).to_contain_text("Only in mine")
    axe_finds_nothing(page)
    page.get_by_role("button", name="Take the stored one").click()
    expect(page.locator(".claims li")).to_have_count(0)
    Session.objects.all().delete()
    page.keyboard.press("KeyN")
    expect(page.locator("#signed-out")).to_be_visible()
    axe_finds_nothing(page)


def test_axe_finds_nothing_on_the_managers_pages(
    page: Page, sign_in: SignIn, cora: User, settled_line: Article, tmp_path: Path
) -> None:
    sign_in(cora)
    for path in managers_pages(settled_line):
        page.goto(path)
        axe_finds_nothing(page)
    preview(page, tmp_path)
    axe_finds_nothing(page)


def test_axe_finds_nothing_on_the_managers_forms(
    page: Page, sign_in: SignIn, cora: User, settled_line: Article, open_article: Article
) -> None:
    sign_in(cora)
    person = f"/p/sahel/progress/people/{open_article.assignments.get().membership_id}/"
    for path in ("/p/sahel/progress/", person):
        page.goto(path)
        for summary in page.locator("main summary").all():
            summary.click()
        axe_finds_nothing(page)
    page.goto("/p/sahel/progress/people/")
    page.get_by_label("User name").fill("eve")
    page.get_by_role("button", name="Take in").click()
    expect(page.locator("#message")).to_contain_text("Nobody has the user name")
    axe_finds_nothing(page)
    page.get_by_label("Make an account").check()
    page.get_by_role("button", name="Take in").click()
    link = page.get_by_label("Link").input_value()
    axe_finds_nothing(page)
    page.context.clear_cookies()
    page.goto(link)
    axe_finds_nothing(page)
    page.locator("[name=new_password1]").fill("tashkil-and-tatweel")
    page.locator("[name=new_password2]").fill("tashkil-and-tatweel")
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.get_by_role("heading", name="Desk")).to_be_visible()


def preview(page: Page, folder: Path) -> None:
    """Drop a good and a bad file, without taking them in."""
    (folder / "good.txt").write_text(ENGLISH, encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x00")
    page.goto("/p/sahel/corpus/")
    page.locator("input[type=file]").set_input_files([folder / "good.txt", folder / "bad.txt"])
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", name="1 problem")).to_be_visible()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_no_page_is_wider_than_a_phone_in_any_language(
    page: Page,
    sign_in: SignIn,
    ada: User,
    cora: User,
    settled_line: Article,
    open_article: Article,
    base_url: str,
    language: str,
    direction: str,
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.context.add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base_url}]
    )
    wide = widths(page, ["/sign-in/"])
    sign_in(ada)
    desk, reading, work = "/p/sahel/", workbench(settled_line), workbench(open_article, "envoys")
    wide |= widths(page, [desk, reading, work])
    sign_in(cora)
    wide |= widths(page, managers_pages(settled_line))
    assert set(wide.values()) == {(360, direction)}, wide


def widths(page: Page, paths: Iterable[str]) -> dict[str, tuple[int, str]]:
    """How wide each page is, and its direction."""
    found = {}
    for path in paths:
        page.goto(path)
        width, direction = page.evaluate(
            "() => { const e = document.documentElement; return [e.scrollWidth, e.dir]; }"
        )
        found[path] = (width, direction)
    return found


# --- what is too long ---

LONG = "ـ🚩" * 3000


def withdraw(page: Page, article: Article, text: str) -> None:
    """Sends why Ada’s work on the article is taken from her, as it is pasted."""
    line = page.locator(f"#article-{article.pk}")
    line.locator("summary", has_text="Withdraw").first.click()
    line.get_by_label("What the annotator is told").first.focus()
    page.keyboard.insert_text(text)
    line.get_by_role("button", name="Withdraw this assignment").click()


def test_a_form_is_not_sent_before_what_is_too_long_is_shorter(
    page: Page, open_article: Article, cora: User, sign_in: SignIn
) -> None:
    sign_in(cora)
    page.goto("/p/sahel/progress/")
    withdraw(page, open_article, LONG)
    field = page.get_by_label("What the annotator is told").first
    expect(page.get_by_role("status").filter(has_text="Characters too many: 1000.")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value(LONG)
    axe_finds_nothing(page)
    field.fill("🚩" * 5000)
    page.get_by_role("button", name="Withdraw this assignment").first.click()
    expect(page.get_by_text("Withdrawn: the work is kept")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_that_keep_what_was_typed(
    page: Page, open_article: Article, cora: User, sign_in: SignIn
) -> None:
    sign_in(cora)
    page.goto("/p/sahel/progress/")
    page.context.clear_cookies(name="sessionid")
    withdraw(page, open_article, LONG[:9])
    expect(page.get_by_text("You are signed out, so nothing was done.")).to_be_visible()
    axe_finds_nothing(page)
    page.get_by_label("Password").fill("cora's secret")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value(LONG[:9])
    axe_finds_nothing(page)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("Withdrawn: the work is kept")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_a_script_what_is_too_long_comes_back_whole(
    page: Page, open_article: Article, cora: User, sign_in: SignIn
) -> None:
    sign_in(cora)
    page.goto("/p/sahel/progress/")
    withdraw(page, open_article, LONG)
    expect(page.get_by_text("This text has 6000 characters; at most 5000")).to_be_visible()
    expect(page.get_by_label("What the annotator is told").first).to_have_value(LONG)
