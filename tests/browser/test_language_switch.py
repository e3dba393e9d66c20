"""The switch of languages in the browser: one stays where one is, and loses nothing unasked."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, Dialog, Page, expect
from pytest_django import Settings

from annotate.models import Article
from tests.browser.arriving import come, ready
from tests.builders import give, hand_in, sentence_at, words

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
