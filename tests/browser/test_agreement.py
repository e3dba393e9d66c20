"""Jobs and agreement in the browser: followed to their end, without a fault and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Page, Route, expect

from annotate.models import Article
from annotate.workflow.figures import compute_figures
from tests.builders import give, hand_in, source, words

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
LEAVING = "نحو ٤٠ عنصرًا سيغادرون البلاد"
PAGE = "/p/sahel/agreement/"

SignIn = Callable[[User], BrowserContext]


@pytest.fixture
def complete(article: Article, ada: User, ben: User, data_dir: Path) -> Article:
    """Both found the same claims, and differ in what kind one is and whose."""
    paper = source(article.project, "Le Monde")
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED, chain=(paper,)), words(article, LEAVING))
    hand_in(article, ben, words(article, HALTED), words(article, LEAVING, kind="quantity"))
    return article


def test_publishing_is_followed_to_the_release(
    page: Page, sign_in: SignIn, cora: User, complete: Article
) -> None:
    sign_in(cora)
    page.goto("/p/sahel/releases/")
    page.get_by_label("Version").fill("3.1.4")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Release 3.1.4")).to_be_visible()
    expect(page.get_by_text("Release 3.1.4 is published.")).to_be_visible()


def test_publishing_works_without_script(
    page: Page, sign_in: SignIn, cora: User, complete: Article, base_url: str
) -> None:
    state = sign_in(cora).storage_state()
    assert page.context.browser is not None
    plain = page.context.browser.new_context(
        java_script_enabled=False, storage_state=state, base_url=base_url
    )
    still = plain.new_page()
    still.goto("/p/sahel/releases/")
    still.get_by_role("button", name="Publish").click()
    still.get_by_role("button", name="Begin").click()
    expect(still.get_by_role("heading", name="Release 1.0.0")).to_be_visible()
    plain.close()


def test_figures_are_computed_and_read_by_a_reviewer(
    page: Page, sign_in: SignIn, rita: User, complete: Article
) -> None:
    sign_in(rita)
    page.goto(PAGE)
    page.get_by_role("button", name="Compute").click()
    expect(page.get_by_text("The figures are computed.")).to_be_visible()
    kind = page.get_by_role("row", name="Kind of claim")
    expect(kind.first).to_contain_text("Too few to tell: 2 of the 30 units that are needed.")
    page.get_by_role("link", name="Kind of claim").click()
    expect(page.locator("#people [aria-current=true]")).to_have_text("Kind of claim")


@pytest.mark.usefixtures("intercepted")
def test_work_is_followed_on_after_an_answer_that_did_not_come(
    page: Page, sign_in: SignIn, rita: User, complete: Article
) -> None:
    sign_in(rita)
    page.goto(PAGE)
    lost: list[Route] = []

    def lose_the_first(route: Route) -> None:
        if route.request.resource_type != "xhr" or route.request.method == "POST" or lost:
            route.continue_()
        else:
            lost.append(route)
            route.abort()

    page.route("**/jobs/**", lose_the_first)
    page.get_by_role("button", name="Compute").click()
    expect(page.get_by_text("The figures are computed.")).to_be_visible()
    assert lost


def test_a_number_of_a_confusion_opens_its_sentence_by_the_keyboard(
    page: Page, sign_in: SignIn, rita: User, cora: User, complete: Article
) -> None:
    compute_figures(project=complete.project, by=cora)
    sign_in(rita)
    page.goto(PAGE)
    page.get_by_role("link", name="1 Figure / Event or state").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Figure / Event or state")
    expect(page.locator(".entry")).to_have_count(1)
    page.get_by_role("link", name="Open the sentence 4").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("sentence 4")


def test_axe_finds_nothing_on_the_agreement_page_wide_or_narrow(
    page: Page, sign_in: SignIn, cora: User, complete: Article
) -> None:
    compute_figures(project=complete.project, by=cora)
    sign_in(cora)
    page.goto(PAGE)
    address = page.get_by_role("link", name="Figure / Event or state").get_attribute("href")
    opened = str(address)
    for width, scheme in ((1366, "light"), (1366, "dark"), (360, "light")):
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for path in (PAGE, opened):
            page.goto(path)
            found = Axe().run(page)
            assert not found.violations_count, f"{width} {scheme}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_agreement_page_is_no_wider_than_a_phone(
    page: Page,
    sign_in: SignIn,
    cora: User,
    complete: Article,
    base_url: str,
    language: str,
    direction: str,
) -> None:
    compute_figures(project=complete.project, by=cora)
    sign_in(cora).add_cookies(
        [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base_url}]
    )
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(PAGE)
    found = page.evaluate(
        "() => { const e = document.documentElement; return [e.scrollWidth, e.dir]; }"
    )
    assert found == [360, direction]
