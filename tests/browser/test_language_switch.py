"""The switch of languages in the browser: one stays where one is, and loses nothing unasked."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Dialog, Page, expect
from pytest_django import Settings

from annotate.models import Article
from annotate.workflow.projects import start_project
from tests.browser.arriving import come, ready
from tests.browser.test_outbox import sign_in_again
from tests.builders import CODEBOOK, TONE, give, hand_in, sentence_at, take_in_text, words

SignIn = Callable[[User], BrowserContext]

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"


@pytest.fixture(autouse=True)
def languages(settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("ar", "Arabic")]


def switch(page: Page, language: str) -> None:
    page.locator(f"#language [value={language}]").click()


def is_in(page: Page, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_the_sentence_in_focus_stays_so_and_so_does_what_is_begun(
    page: Page, sign_in: SignIn, article: Article, ada: User
) -> None:
    give(article, ada)
    sign_in(ada)
    come(page, f"/p/sahel/articles/{article.pk}/")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".sentence.here[data-number='2']")).to_have_count(1)
    page.locator("#note").fill("begun")
    switch(page, "ar")
    is_in(ready(page), "ar")
    expect(page.locator(".sentence.here[data-number='2']")).to_have_count(1)
    expect(page.locator("#note")).to_have_value("begun")


def test_the_item_under_review_stays_so(
    page: Page, sign_in: SignIn, article: Article, ada: User, ben: User, rita: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, DENIED))
    hand_in(article, ben)
    sign_in(rita)
    page.goto(f"/p/sahel/review/{sentence_at(article, HALTED).pk}/")
    for key in ("1", "s", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("h1")).to_contain_text("sentence 3")
    page.locator(".claim [data-take]").first.check()
    switch(page, "fr")
    is_in(page, "fr")
    expect(page).to_have_url(re.compile(str(sentence_at(article, DENIED).pk)))
    expect(page.locator(".claim [data-take]").first).to_be_checked()


def test_what_was_typed_is_lost_to_another_language_only_if_one_says_so(
    page: Page, sign_in: SignIn, article: Article, cora: User
) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("cora")
    switch(page, "ar")
    is_in(page, "ar")
    switch(page, "en")
    sign_in(cora)
    page.goto("/p/sahel/progress/people/")
    page.locator("#username").fill("noor")
    switch(page, "fr")
    expect(page.locator("#username")).to_have_value("noor")
    is_in(page, "en")
    switch(page, "fr")
    is_in(page, "fr")
    switch(page, "ar")
    is_in(page, "ar")
    assert len(asked) == 2
    assert re.search("have not sent", asked[0])


@pytest.fixture
def remarked(article: Article, ada: User) -> str:
    """The address of an article of whose sentences the codebook asks for a few words each."""
    about = {**TONE, "type": "text", "required": False, "options": []}
    codebook = {**CODEBOOK, "dimensions": [*CODEBOOK["dimensions"], about]}
    told = start_project(by=ada, name="Told", slug="told", codebook=codebook)
    moscow = take_in_text(told, "Moscow halted it. Bamako denied it.", "en")
    give(moscow, ada)
    return f"/p/told/articles/{moscow.pk}/"


def dismissed(page: Page) -> list[str]:
    """What the page asks from now on; the answer is always no."""
    asked: list[str] = []

    def no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", no)
    return asked


@pytest.mark.parametrize(
    "typed", ["[name=skip_reason]", "[name=about_tone]", "[name=duplicate_of]", "#source"]
)
def test_what_the_workbench_keeps_nowhere_is_not_lost_unasked(
    page: Page, sign_in: SignIn, remarked: str, ada: User, typed: str
) -> None:
    asked = dismissed(page)
    sign_in(ada)
    come(page, remarked)
    page.get_by_label("Why there is no claim").select_option("duplicate")
    page.get_by_text("Cannot be judged").click()
    field = page.locator(typed)
    field.fill("7 عنصر")
    switch(page, "fr")
    expect(field).to_have_value("7 عنصر")
    is_in(page, "en")
    assert len(asked) == 1
    field.fill("")
    switch(page, "fr")
    is_in(ready(page), "fr")
    assert len(asked) == 1


def test_what_the_workbench_keeps_or_sends_is_not_asked_about(
    page: Page, sign_in: SignIn, remarked: str, ada: User
) -> None:
    asked = dismissed(page)
    sign_in(ada)
    come(page, remarked)
    page.get_by_text("Cannot be judged").click()
    page.get_by_label("Tone").fill("dry")
    page.get_by_label("Why it cannot be judged").fill("cut off")
    page.get_by_role("button", name="Skip").click()
    page.get_by_label("Tone").fill("calm")
    page.get_by_label("Note", exact=True).fill("begun")
    page.get_by_text("Ask, or tell").click()
    page.locator("#ask textarea").fill("is it?")
    switch(page, "fr")
    is_in(ready(page), "fr")
    expect(page.locator("#note")).to_have_value("begun")
    expect(page.locator("[name=about_tone]")).to_have_value("calm")
    expect(page.locator("#ask textarea")).to_have_value("is it?")
    page.locator(".sentence").first.locator(".state").click()
    expect(page.locator("[name=skip_reason]")).to_have_value("cut off")
    switch(page, "en")
    is_in(ready(page), "en")
    assert asked == []


def test_who_signed_in_again_over_the_page_changes_the_language(
    page: Page, sign_in: SignIn, article: Article, ada: User
) -> None:
    give(article, ada)
    page.goto("/sign-in/")  # which gives a token
    sign_in(ada)
    come(page, f"/p/sahel/articles/{article.pk}/")
    Session.objects.all().delete()
    page.keyboard.press("n")
    sign_in_again(page, "ada")
    expect(page.locator(".sentence.is-no_claim")).to_have_count(1)
    expect(page.locator(".is-unsaved")).to_have_count(0)
    switch(page, "ar")
    is_in(ready(page), "ar")


@pytest.fixture
def two(page: Page, sign_in: SignIn, article: Article, ada: User) -> tuple[Page, Page]:
    """An article in two tabs, of which the second has changed to French."""
    give(article, ada)
    sign_in(ada)
    first, second = (
        come(it, f"/p/sahel/articles/{article.pk}/") for it in (page, page.context.new_page())
    )
    switch(second, "fr")
    is_in(ready(second), "fr")
    return first, second


def test_a_page_goes_on_in_its_language_when_another_tab_has_changed_its_own(
    two: tuple[Page, Page],
) -> None:
    first, _second = two
    first.bring_to_front()
    first.keyboard.press("h")
    expect(first.locator("#drawer h2")).to_have_text("How did I label this before?")
    first.keyboard.press("n")
    expect(first.locator("#progress")).to_contain_text("1 of 4 sentences")
    first.locator(".brand").click()
    is_in(first, "fr")


def test_what_one_tab_saves_is_told_in_the_other_in_its_own_language(
    two: tuple[Page, Page],
) -> None:
    first, second = two
    first.bring_to_front()
    first.keyboard.press("n")
    expect(second.locator("#progress")).to_contain_text(re.compile(r"Phrases.*1/4"))
    second.bring_to_front()
    for key in ("ArrowDown", "n"):
        second.keyboard.press(key)
    expect(first.locator("#progress")).to_contain_text("2 of 4 sentences")


def test_a_part_that_a_page_asks_for_comes_in_the_language_of_the_page(
    page: Page, sign_in: SignIn, article: Article, cora: User
) -> None:
    sign_in(cora)
    page.goto(f"/p/sahel/corpus/{article.pk}/")
    other = page.context.new_page()
    other.goto("/p/sahel/")
    switch(other, "fr")
    is_in(other, "fr")
    page.locator(".unit").nth(1).click()
    page.locator("#join").click()
    expect(page.locator(".changes h2")).to_have_text("History")
    expect(page.locator("#join")).to_contain_text("Join with next")
    page.reload()
    is_in(page, "fr")


def test_the_way_back_shows_no_page_in_the_former_language(
    page: Page, sign_in: SignIn, article: Article, cora: User
) -> None:
    sign_in(cora)
    for path in ("/p/sahel/", "/p/sahel/corpus/", "/p/sahel/rulings/"):
        page.goto(path)
    switch(page, "fr")
    is_in(page, "fr")
    for _back in range(3):
        page.go_back()
        is_in(page, "fr")
    expect(page).to_have_url(re.compile("/p/sahel/$"))
