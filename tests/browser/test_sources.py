"""The source of a claim by keys alone: typed, taken, ordered, proposed, offered; also offline."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Locator, Page, expect

from annotate.models import Annotation, Article, Project, Source
from annotate.workflow.sources import add_source
from tests.browser.arriving import Held, come, come_again
from tests.browser.test_outbox import sign_in_again
from tests.builders import give, mark, words

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"

SignIn = Callable[[User], BrowserContext]


@pytest.fixture
def sources(project: Project, cora: User) -> dict[str, Source]:
    names = {
        "Le Monde": ("لوموند", "media"),
        "Algeria": ("الجزائر", "institution"),
        "AFP": ("أ ف ب", "media"),
    }
    return {
        name: add_source(
            project=project, by=cora, name={"en": name}, kind=kind, aliases=[(alias, "ar")]
        )
        for name, (alias, kind) in names.items()
    }


@pytest.fixture
def bench(ada: User, article: Article, sources: dict[str, Source], sign_in: SignIn) -> Page:
    """The article of the cast, at its second sentence."""
    if not article.assignments.exists():
        give(article, ada)
    page = sign_in(ada).new_page()
    page.set_viewport_size({"width": 1366, "height": 768})
    sentence = article.sentences.get(index=1)
    come(page, f"/p/{article.project.slug}/articles/{article.pk}/?sentence={sentence.pk}")
    expect(page.locator("#panel-title")).to_contain_text("sentence 2")
    return page


@pytest.fixture
def field(bench: Page) -> Locator:
    bench.keyboard.press("Slash")
    expect(bench.locator("#source")).to_be_focused()
    return bench.locator("#source")


def chain(page: Page) -> Locator:
    return page.locator("#chain li")


def option(page: Page, name: str) -> Locator:
    return page.locator("#sources [role=option]").filter(has_text=name)


def take(field: Locator, typed: str, key: str = "Enter") -> None:
    """From anywhere: type into the source field and take the first of the list."""
    field.focus()
    field.press_sequentially(typed)
    field.press(key)
    expect(field).to_have_value("")


def test_the_arrows_choose_while_the_field_keeps_the_focus(bench: Page, field: Locator) -> None:
    expect(option(bench, "AFP")).to_be_visible()
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(option(bench, "Algeria")).to_have_attribute("aria-selected", "true")
    chosen = option(bench, "Algeria").get_attribute("id") or ""
    expect(field).to_have_attribute("aria-activedescendant", chosen)
    expect(field).to_be_focused()
    field.press("ArrowUp")
    field.press("Enter")
    expect(chain(bench)).to_have_text(["AFP"])
    expect(bench.locator("#sources")).to_be_hidden()


def test_enter_in_an_empty_field_takes_nothing_and_tab_leaves(bench: Page, field: Locator) -> None:
    expect(option(bench, "AFP")).to_be_visible()
    field.press("Enter")
    field.press("Tab")
    expect(field).not_to_be_focused()
    expect(bench.locator("#sources")).to_be_hidden()
    expect(chain(bench)).to_have_count(0)


def test_a_chain_is_built_ordered_and_shortened_by_keys(bench: Page, field: Locator) -> None:
    take(field, "afp")
    take(field, "جزائر")
    take(field, "لُومُوند", "Shift+Enter")
    take(field, "afp", "Shift+Enter")
    expect(chain(bench)).to_have_text(["AFP", "Le Monde", "Algeria"])
    first = chain(bench).first.locator("input")
    first.focus()
    bench.keyboard.press("ArrowRight")
    expect(chain(bench)).to_have_text(["Le Monde", "AFP", "Algeria"])
    expect(bench.locator("#chain input:focus")).to_have_count(1)
    bench.keyboard.press("ArrowLeft")
    expect(chain(bench)).to_have_text(["AFP", "Le Monde", "Algeria"])
    bench.keyboard.press("Backspace")
    expect(chain(bench)).to_have_text(["Le Monde", "Algeria"])
    expect(field).to_be_focused()


def test_a_missing_source_is_proposed_by_keys_and_a_refusal_keeps_the_words(
    bench: Page, field: Locator
) -> None:
    field.press_sequentially("راديو الضفاف")
    field.press("Enter")
    kind = bench.get_by_label("“راديو الضفاف” is a source of this kind:")
    expect(kind).to_be_focused()
    kind.press("Enter")
    expect(bench.locator(".propose [role=alert]")).to_contain_text("Choose what kind of source")
    expect(kind).to_be_focused()
    expect(field).to_have_value("راديو الضفاف")
    kind.select_option("media")
    kind.press("Enter")
    expect(chain(bench)).to_have_text(["راديو الضفاف"])
    made = Source.objects.get(status="proposed")
    assert (made.kind, made.created_by.username) == ("media", "ada")


@pytest.mark.usefixtures("intercepted")
def test_without_the_server_the_sources_of_the_article_are_offered_and_it_is_said(
    ada: User, article: Article, sources: dict[str, Source], bench: Page, context: BrowserContext
) -> None:
    mark(article, ada, words(article, HALTED, chain=(sources["Le Monde"], sources["Algeria"])))
    come_again(bench)
    bench.route("**/sources/**", lambda route: route.abort())
    bench.locator(".sentence .state").nth(2).click()
    field = bench.locator("#source")
    field.focus()
    field.press_sequentially("ALGÉR")
    expect(bench.locator("#sources .offline")).to_be_visible()
    expect(bench.locator("#sources [role=option]")).to_have_text(["Algeria"])
    field.press("Enter")
    expect(chain(bench)).to_have_text(["Algeria"])


@pytest.mark.usefixtures("intercepted")
def test_without_the_server_nothing_offers_what_was_proposed_before(
    bench: Page, field: Locator
) -> None:
    field.press_sequentially("راديو الضفاف")
    field.press("Enter")
    bench.get_by_label("“راديو الضفاف” is a source of this kind:").select_option("media")
    bench.keyboard.press("Enter")
    expect(chain(bench)).to_have_text(["راديو الضفاف"])
    bench.route("**/sources/**", lambda route: route.abort())
    field.focus()
    field.press_sequentially("الجيش")
    expect(bench.locator("#sources .offline")).to_be_visible()
    expect(bench.get_by_role("button", name="Propose")).to_have_count(0)


# --- signed out ---


def test_signed_out_in_the_field_one_signs_in_over_the_page_and_has_the_list(bench: Page) -> None:
    Session.objects.all().delete()
    bench.keyboard.press("Slash")
    sign_in_again(bench, "ada")
    expect(option(bench, "AFP")).to_be_visible()
    expect(bench.locator("#sources .offline")).to_be_hidden()


def test_who_signs_in_later_is_not_asked_at_each_key(bench: Page) -> None:
    Session.objects.all().delete()
    bench.keyboard.press("Slash")
    bench.locator("#signed-out").get_by_role("button", name="Later").click()
    bench.locator("#source").press_sequentially("afp")
    expect(bench.locator("#sources .offline")).to_be_visible()
    expect(bench.locator("#signed-out")).to_be_hidden()


def test_signed_out_who_proposes_a_source_signs_in_and_proposes_it(
    bench: Page, field: Locator
) -> None:
    field.press_sequentially("راديو الضفاف")
    field.press("Enter")
    bench.locator(".propose select").select_option("media")
    Session.objects.all().delete()
    bench.keyboard.press("Enter")
    sign_in_again(bench, "ada")
    expect(bench.locator(".propose select")).to_be_focused()
    bench.keyboard.press("Enter")
    expect(chain(bench)).to_have_text(["راديو الضفاف"])


# --- answers that come late ---


def fill_and_take(field: Locator, typed: str) -> None:
    field.fill(typed)
    field.press("Enter")


def test_enter_waits_for_the_list_of_what_was_typed(bench: Page) -> None:
    lists, field = Held(bench, "/sources/?"), bench.locator("#source")
    lists.when(field.focus)
    lists.when(lambda: fill_and_take(field, "monde"))
    lists.answer(1, 0)
    expect(chain(bench)).to_have_text(["Le Monde"])
    expect(bench.locator("#sources")).to_be_hidden()


@pytest.mark.parametrize("key", ["Escape", "x"])
def test_enter_takes_nothing_of_a_list_that_is_not_wanted_any_more(bench: Page, key: str) -> None:
    lists, field = Held(bench, "/sources/?"), bench.locator("#source")
    lists.when(field.focus)
    lists.when(lambda: fill_and_take(field, "monde"))
    field.press(key)
    lists.answer(0, 1)
    expect(bench.locator("#sources")).to_be_hidden()
    expect(chain(bench)).to_have_count(0)


def test_a_source_proposed_for_one_claim_is_not_taken_for_another(bench: Page) -> None:
    field = bench.locator("#source")
    field.fill("راديو الضفاف")
    field.press("Enter")
    proposals = Held(bench, "/sources/propose/")
    bench.locator(".propose select").select_option("media")
    proposals.when(bench.get_by_role("button", name="Propose").click)
    bench.locator(".sentence .state").nth(2).click()
    proposals.answer(0)
    expect(bench.locator("#panel-title")).to_contain_text("sentence 3")
    expect(chain(bench)).to_have_count(0)
    expect(field).to_have_value("")
    take(field, "راديو")
    expect(chain(bench)).to_have_text(["راديو الضفاف"])


# --- suggestions ---


def whole(page: Page) -> None:
    page.get_by_role("button", name="Whole sentence").click()


def test_a_project_without_suggestions_shows_no_chip_and_asks_for_none(bench: Page) -> None:
    asked: list[str] = []
    bench.on("request", lambda request: asked.append(request.url))
    whole(bench)
    expect(bench.locator("#words")).not_to_be_empty()
    bench.locator("#source").focus()
    expect(option(bench, "AFP")).to_be_visible()
    assert bench.locator("#suggestions").count() == 0
    assert [url for url in asked if "suggestions" in url] == []


@pytest.fixture
def suggesting(project: Project) -> None:
    project.suggestions = True
    project.save(update_fields=["suggestions"])


def test_a_chip_appears_once_a_claim_is_begun_and_is_taken_by_keys_and_kept(
    suggesting: None, bench: Page, article: Article, sources: dict[str, Source]
) -> None:
    chips = bench.locator("#suggestions button")
    expect(chips).to_have_count(0)
    whole(bench)
    expect(chips.get_by_text("Le Monde")).to_be_visible()
    expect(chain(bench)).to_have_count(0)
    bench.keyboard.press("Slash")
    bench.keyboard.press("ArrowUp")
    expect(chips.first).to_be_focused()
    bench.keyboard.press("Tab")
    expect(chips.nth(1)).to_be_focused()
    bench.keyboard.press("Enter")
    expect(chain(bench)).to_have_text(["Le Monde"])
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    bench.keyboard.press("Escape")
    for key in ("Digit1", "KeyQ", "KeyD", "KeyO"):
        bench.keyboard.press(key)
    expect(bench.locator(".claims .chain")).to_have_text("Le Monde")
    expect(bench.locator("#words")).to_be_empty()
    expect(chips).to_have_count(0)
    expect(bench.locator(".is-unsaved")).to_have_count(0)
    row = Annotation.objects.get()
    at, monde = article.text.index("لوموند"), sources["Le Monde"]
    assert (row.source, row.source_span) == (monde, [at, at + 6])
    assert row.suggested == {"id": f"source:{monde.pk}@{at}-{at + 6}", "changed": False}


def test_axe_finds_nothing_in_list_chain_chips_and_a_refused_proposal(
    suggesting: None, bench: Page
) -> None:
    bench.emulate_media(color_scheme="light", reduced_motion="reduce")
    whole(bench)
    expect(bench.locator("#suggestions button")).to_have_count(4)
    field = bench.locator("#source")
    take(field, "afp")
    field.press_sequentially("monde")
    expect(option(bench, "Le Monde")).to_be_visible()
    findings = [Axe().run(bench)]
    option(bench, "Propose").click()
    bench.get_by_role("button", name="Propose").click()
    expect(bench.locator(".propose [role=alert]")).to_contain_text("Choose what kind")
    bench.emulate_media(color_scheme="dark")
    findings.append(Axe().run(bench))
    for found in findings:
        assert not found.violations_count, found.generate_report()


def test_signed_out_who_begins_a_claim_is_asked_to_sign_in(suggesting: None, bench: Page) -> None:
    Session.objects.all().delete()
    whole(bench)
    expect(bench.locator("#signed-out")).to_be_visible()


def test_late_chips_are_not_shown_at_another_sentence(suggesting: None, bench: Page) -> None:
    chips = Held(bench, "/suggestions/")
    chips.when(lambda: whole(bench))
    bench.locator(".sentence .state").nth(2).click()
    expect(bench.locator("#panel-title")).to_contain_text("sentence 3")
    chips.answer(0)
    expect(bench.locator("#suggestions button")).to_have_count(0)
