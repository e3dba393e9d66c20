"""The reviewer's table in the browser: by the keyboard alone, without waiting, for every screen."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from operator import methodcaller

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, Route, ViewportSize, expect

from annotate.domain.judgement import JudgementDraft
from annotate.models import Article, Assignment, ClaimGroup, Decision, Project, Source
from annotate.workflow.labelling import submit
from annotate.workflow.policy import change_settings
from annotate.workflow.review import reading_of, settle
from tests.browser.arriving import Held, Waiting
from tests.browser.test_outbox import sign_in_again
from tests.builders import give, hand_in, sentence_at, source, take_in_text, words, write
from tests.workflow.reviewing import hand_back

pytestmark = pytest.mark.usefixtures("intercepted")

SignIn = Callable[[User], BrowserContext]

QUEUE = "/p/sahel/review/"
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
INSIDE = "بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Article:
    """Three Arabic sentences to settle: two claims, one inside the other; kind, stance, certainty
    differ; who found the inner one, too.
    """
    paper = source(article.project, "Le Monde")
    give(article, ada, ben)
    hand_in(
        article,
        ada,
        words(article, HALTED, chain=(paper,)),
        words(article, DENIED),
        words(article, FORTY),
    )
    hand_in(
        article,
        ben,
        words(article, HALTED, kind="causal", chain=(paper,)),
        words(article, INSIDE, kind="causal"),
        words(article, DENIED, stance="denies"),
        words(article, FORTY, certainty="probable"),
    )
    return article


@pytest.fixture
def table(page: Page, sign_in: SignIn, rita: User, disputed: Article) -> Page:
    """Rita before the queue."""
    sign_in(rita)
    page.goto(QUEUE)
    return page


def press(page: Page, *keys: str) -> None:
    page.wait_for_load_state()  # the keys' module has run
    for key in keys:
        page.keyboard.press(key)


def at_sentence(page: Page, number: int) -> None:
    expect(page.locator("h1")).to_contain_text(f"sentence {number}")


def opened(page: Page, article: Article, quote: str) -> None:
    page.goto(f"{QUEUE}{sentence_at(article, quote).pk}/")
    expect(page.locator("#item")).to_be_visible()


def decided(article: Article, quote: str) -> list[Decision]:
    decisions = Decision.objects.standing().filter(group__sentence=sentence_at(article, quote))
    return list(decisions.order_by("group__start", "group__end"))


def test_the_keyboard_alone_leads_from_the_queue_through_the_last_item(
    table: Page, disputed: Article
) -> None:
    press(table, "ArrowDown", "Enter")
    at_sentence(table, 2)
    press(table, "2", "s", "Enter")
    at_sentence(table, 3)
    press(table, "1", "u", "Enter")
    at_sentence(table, 4)
    press(table, "n", "Enter")
    expect(table.get_by_text("Nothing is left to settle.")).to_be_visible()
    (halted, inside) = decided(disputed, HALTED)
    assert (halted.kind, inside.kind, halted.reason) == ("causal", "causal", "slip")
    assert [it.stance for it in decided(disputed, DENIED)] == ["supports"]
    assert [it.outcome for it in decided(disputed, FORTY)] == ["rejected"]


def test_undo_leads_back_to_what_was_settled_last(table: Page, disputed: Article) -> None:
    opened(table, disputed, HALTED)
    press(table, "1", "s", "Enter")
    at_sentence(table, 3)
    expect(table.locator("#undo")).to_be_visible()
    press(table, "Control+z")
    at_sentence(table, 2)
    expect(table.get_by_text("the sentence waits again")).to_be_visible()
    assert not decided(disputed, HALTED)


def test_a_row_is_repaired_by_a_digit_and_another_answer_by_the_codebooks_key(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    press(table, "1", "ArrowDown", *["ArrowDown"] * 5)
    expect(table.locator(".row-stance:focus")).to_be_visible()
    taken = table.locator(".row-stance td[data-reader]").first
    expect(taken).to_have_css("outline-style", "solid")
    press(table, "2")
    expect(table.locator(".row-stance select")).to_have_value("denies")
    expect(taken).to_have_css("outline-style", "none")
    press(table, "ArrowUp", "Space")
    expect(table.locator(".row-kind .options")).to_contain_text("Prediction")
    press(table, "4", "Escape")
    expect(table.locator(".row-kind .options")).to_have_count(0)
    press(table, "t", "Enter")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    (decision,) = decided(disputed, DENIED)
    assert (decision.kind, decision.stance, decision.reason) == (
        "prediction",
        "denies",
        "truly_ambiguous",
    )


def test_other_words_and_sources_are_typed_without_taking_a_reading(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, FORTY)
    press(table, "ArrowDown", "ArrowDown", "Space")
    table.keyboard.press("Control+a")
    table.keyboard.type("عنصرًا سيغادرون")
    press(table, "Escape", "ArrowDown", "Space")
    table.keyboard.type("le monde")
    press(table, "Escape", "Enter")
    expect(table.locator("#wanting")).to_contain_text("is not decided")
    press(table, "1", "Enter")
    at_sentence(table, 2)
    expect(table.locator("#undo")).to_be_visible()
    (decision,) = decided(disputed, FORTY)
    assert disputed.quote(decision.spans) == "عنصرًا سيغادرون"
    assert str(decision.source) == "Le Monde"


def test_a_claim_is_split_and_joined_again_with_reasons(table: Page, disputed: Article) -> None:
    opened(table, disputed, DENIED)
    press(table, "x", "Space", "Tab", "Tab")
    table.keyboard.type("Two events.")
    press(table, "Enter")
    expect(table.get_by_text("These are two claims now.")).to_be_visible()
    expect(table.locator("section.claim")).to_have_count(2)
    press(table, "m", "Space", "Tab", "Space", "Tab")
    table.keyboard.type("The same after all.")
    press(table, "Enter")
    expect(table.locator("section.claim")).to_have_count(1)
    expect(table.locator(".happened")).to_contain_text("Two events.")


def test_a_sentence_goes_back_to_one_reader_with_a_note(table: Page, disputed: Article) -> None:
    opened(table, disputed, DENIED)
    press(table, "b", "ArrowRight", "ArrowRight")
    expect(table.get_by_label("who read it as B")).to_be_checked()
    table.locator("#back-note").fill("Who says so?")
    table.locator(".more").get_by_role("button", name="Send back").click()
    expect(table.get_by_text("Sent back to 1 annotator.")).to_be_visible()
    states = Assignment.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == ["submitted", "reopened"]


def test_a_sentence_is_settled_as_rightly_empty(table: Page, disputed: Article) -> None:
    opened(table, disputed, HALTED)
    press(table, "s", "e")
    at_sentence(table, 3)
    expect(table.locator("#undo")).to_be_visible()
    assert {it.outcome for it in decided(disputed, HALTED)} == {"rejected"}


def test_for_rightly_empty_the_reason_alone_is_asked_for(table: Page, disputed: Article) -> None:
    opened(table, disputed, DENIED)
    press(table, "e")
    expect(table.locator("#wanting")).to_have_text("A reason is missing: why do they differ?")
    expect(table.get_by_role("radio", name="slip")).to_be_focused()
    press(table, "t")
    expect(table.locator("#wanting")).to_be_hidden()
    press(table, "e")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    assert {it.outcome for it in decided(disputed, DENIED)} == {"rejected"}


def test_what_is_not_chosen_is_asked_for_and_nothing_is_sent(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, FORTY)
    press(table, "Enter")
    expect(table.locator("#wanting")).to_contain_text("Choose for each claim")
    assert not Decision.objects.filter(decided_by__isnull=False).exists()


def test_a_missing_reason_is_asked_for_in_words_beside_the_button(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    press(table, "1", "Enter")
    expect(table.locator("#wanting")).to_have_text("A reason is missing: why do they differ?")
    expect(table.locator("#wanting")).to_be_in_viewport(ratio=1)
    expect(table.get_by_role("radio", name="slip")).to_be_focused()
    press(table, "u")
    expect(table.locator("#wanting")).to_be_hidden()
    press(table, "Enter")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()


def test_what_readers_are_at_one_in_is_a_line_until_it_is_opened(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    expect(table.locator(".fold")).to_contain_text(DENIED)
    expect(table.locator(".row-stance")).to_be_visible()
    expect(table.locator(".row-kind")).to_be_hidden()
    press(table, "v")
    expect(table.locator(".row-kind")).to_be_visible()
    press(table, "v")
    expect(table.locator(".row-kind")).to_be_hidden()
    press(table, *["ArrowDown"] * 2)
    expect(table.locator(".row-words:focus")).to_be_visible()


def test_a_usual_item_is_seen_whole_and_a_settled_claim_in_it_is_a_line(
    page: Page, sign_in: SignIn, rita: User, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, "صحيفة لوموند"))
    hand_in(article, ben, words(article, HALTED, kind="causal"), words(article, "صحيفة لوموند"))
    sign_in(rita)
    page.set_viewport_size({"width": 1366, "height": 768})
    opened(page, article, HALTED)
    folded = page.locator("section.claim > details")
    expect(folded).to_contain_text("صحيفة لوموند")
    for part in (page.locator("h1"), folded, page.locator("#note"), page.locator(".verdict")):
        expect(part).to_be_in_viewport(ratio=1)
    expect(folded.locator("table")).to_be_hidden()
    press(page, "v")
    expect(folded.locator("table")).to_be_visible()


def test_what_somebody_settled_meanwhile_comes_back_with_the_reason(
    table: Page, disputed: Article, cora: User
) -> None:
    opened(table, disputed, DENIED)
    sentence = sentence_at(disputed, DENIED)
    settle(sentence=sentence, by=cora, choices=reading_of(sentence, 2), reason="slip")
    press(table, "1", "s", "Enter")
    expect(table.locator("#message")).to_contain_text("has changed since you opened it")
    at_sentence(table, 3)
    assert [it.stance for it in decided(disputed, DENIED)] == ["denies"]


def test_without_the_server_the_choice_is_kept_and_settles_later(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    table.route("**/settle/**", lambda route: route.abort())
    press(table, "2", "s", "Enter")
    expect(table.locator("#wanting")).to_contain_text("could not be reached")
    at_sentence(table, 3)
    table.unroute("**/settle/**")
    press(table, "Enter")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    assert [it.stance for it in decided(disputed, DENIED)] == ["denies"]


def written_down(page: Page) -> None:
    """A reading, a reason and a note, written and left."""
    press(page, "2", "s")
    page.get_by_label("Note", exact=True).fill("كما في النصّ 😀")
    press(page, "Escape")


def is_kept(page: Page) -> None:
    expect(page.locator("[data-take='2']:checked")).to_have_count(1)
    expect(page.get_by_role("radio", name="slip")).to_be_checked()
    expect(page.get_by_label("Note", exact=True)).to_have_value("كما في النصّ 😀")


def settled_so(page: Page, article: Article) -> None:
    expect(page.locator("#undo")).to_be_visible()
    (decision,) = decided(article, DENIED)
    assert (decision.stance, decision.reason, decision.note) == ("denies", "slip", "كما في النصّ 😀")


def test_what_is_too_long_is_kept_whole_and_settles_nothing(table: Page, disputed: Article) -> None:
    note, long = table.get_by_label("Note", exact=True), "ـ🚩" * 3000
    opened(table, disputed, DENIED)
    press(table, "2", "s")
    note.focus()
    table.keyboard.insert_text(long)
    expect(
        table.get_by_role("status").filter(has_text="Characters too many: 1000.")
    ).to_be_visible()
    press(table, "Escape", "Enter")
    expect(table.locator("#wanting")).to_contain_text("Characters too many: 1000.")
    expect(note).to_be_focused()
    expect(note).to_have_value(long)
    note.fill("كما في النصّ 😀")
    press(table, "Escape")
    for told in table.get_by_text("Characters too many").all():
        expect(told).to_be_hidden()
    press(table, "Enter")
    expect(table.locator("#undo")).to_be_visible()


def test_signed_out_over_an_item_one_signs_in_over_the_page_and_it_is_settled(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    Session.objects.all().delete()
    press(table, "Enter")
    sign_in_again(table, "rita")
    settled_so(table, disputed)
    press(table, "Control+z")
    expect(table.get_by_text("the sentence waits again")).to_be_visible()


def test_who_signs_in_later_finds_what_was_chosen_and_why_it_is_not_settled(
    table: Page, disputed: Article, cora: User
) -> None:
    done_before(disputed, cora, HALTED, FORTY)
    opened(table, disputed, DENIED)
    written_down(table)
    Session.objects.all().delete()
    press(table, "Enter")
    table.get_by_role("button", name="Later").click()
    expect(table.locator("#wanting")).to_contain_text("You are signed out.")
    is_kept(table)
    press(table, "Enter")
    sign_in_again(table, "rita")
    settled_so(table, disputed)


def test_signed_in_again_in_another_tab_one_goes_on_at_once(
    table: Page, disputed: Article, rita: User, sign_in: SignIn
) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    Session.objects.all().delete()
    press(table, "Enter")
    dialog = table.locator("#signed-out")
    expect(dialog).to_be_visible()
    sign_in(rita)
    table.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(dialog).to_be_hidden()
    settled_so(table, disputed)


def test_a_page_left_while_one_is_signed_out_loses_nothing(
    table: Page, disputed: Article, rita: User, sign_in: SignIn
) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    Session.objects.all().delete()
    press(table, "Enter")
    expect(table.locator("#signed-out")).to_be_visible()
    sign_in(rita)
    opened(table, disputed, DENIED)
    is_kept(table)


def test_an_older_token_is_renewed_and_the_item_settled(table: Page, disputed: Article) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    table.context.clear_cookies(name="csrftoken")
    press(table, "Enter")
    settled_so(table, disputed)


def test_a_token_that_is_lost_while_it_is_renewed_is_renewed_again(
    table: Page, disputed: Article
) -> None:
    """As when another answer, under way at the same time, brings another one."""

    def lose(route: Route) -> None:
        table.context.clear_cookies(name="csrftoken")
        route.continue_()

    opened(table, disputed, DENIED)
    written_down(table)
    table.route("**/settle/**", lose, times=2)
    press(table, "Enter")
    settled_so(table, disputed)


def test_nothing_is_settled_in_the_name_of_who_signed_in_meanwhile(
    table: Page, disputed: Article, cora: User, sign_in: SignIn
) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    sign_in(cora)
    press(table, "Enter")
    expect(table.locator("#signed-out")).to_be_visible()
    assert not decided(disputed, DENIED)


def test_a_refusal_is_told_in_its_own_words(table: Page, disputed: Article, rita: User) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    rita.memberships.update(role="annotator")
    press(table, "Enter")
    expect(table.locator("#wanting")).to_contain_text("You may not do this.")


def test_what_is_chosen_is_kept_while_the_names_are_shown(table: Page, disputed: Article) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    table.locator("h1").click()
    press(table, "w")
    expect(table.locator(".legend")).to_contain_text("ben")
    is_kept(table)
    press(table, "Enter")
    settled_so(table, disputed)


def test_a_split_keeps_what_is_chosen_for_the_other_claims(table: Page, disputed: Article) -> None:
    opened(table, disputed, HALTED)
    press(table, "v")
    halted, inside = (table.locator("section.claim").nth(number) for number in (0, 1))
    inside.get_by_role("radio", name="as B").check()
    inside.locator(".row-kind select").select_option("prediction")
    table.get_by_label("Note", exact=True).fill("Two?")
    press(table, "Escape")
    halted.focus()
    press(table, "x", "Space", "Tab", "Tab")
    table.keyboard.type("Two events.")
    press(table, "Enter")
    expect(table.locator("section.claim")).to_have_count(3)
    expect(table.locator("[data-take]:checked")).to_have_count(1)
    expect(table.locator(".row-kind select:has(:checked[value=prediction])")).to_have_count(1)
    expect(table.get_by_label("Note", exact=True)).to_have_value("Two?")


def test_what_is_chosen_is_found_again_unless_the_readings_were_handed_in_anew(
    table: Page, disputed: Article, ben: User
) -> None:
    opened(table, disputed, DENIED)
    written_down(table)
    table.goto(QUEUE)
    opened(table, disputed, DENIED)
    is_kept(table)
    table.goto(QUEUE)
    submit(assignment=hand_back(disputed, ben), by=ben)
    opened(table, disputed, DENIED)
    expect(table.locator("[data-take]:checked")).to_have_count(0)


def done_before(article: Article, by: User, *quotes: str) -> None:
    """These are settled already: B is right."""
    for quote in quotes:
        sentence = sentence_at(article, quote)
        settle(sentence=sentence, by=by, choices=reading_of(sentence, 2), reason="slip")


def test_the_last_two_lead_to_the_end_and_not_back_to_one_another(
    table: Page, disputed: Article, cora: User
) -> None:
    done_before(disputed, cora, HALTED)
    opened(table, disputed, DENIED)
    settles = Held(table, "/settle/")
    settles.when(lambda: press(table, "1", "s", "Enter"))
    at_sentence(table, 4)
    settles.answer(0)
    expect(table.locator("#undo")).to_be_visible()
    settles.when(lambda: press(table, "n", "Enter"))
    settles.answer(1)
    expect(table.get_by_text("Nothing is left to settle.")).to_be_visible()
    expect(table.locator("#item")).to_have_count(0)
    expect(table.locator("#undo")).to_be_visible()


def test_what_is_settled_is_sent_at_once_and_once_though_the_next_does_not_come(
    table: Page, disputed: Article, cora: User
) -> None:
    done_before(disputed, cora, HALTED)
    Waiting(table, f"/{sentence_at(disputed, FORTY).pk}/")
    opened(table, disputed, DENIED)
    settles = Held(table, "/settle/")
    settles.when(lambda: press(table, "1", "s", "Enter"))
    press(table, "Enter", "2")
    expect(table.locator("[data-take='1']")).to_be_checked()
    settles.answer(0)
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    assert [it.stance for it in decided(disputed, DENIED)] == ["supports"]


def test_the_choice_for_the_last_one_is_kept_without_the_server(
    table: Page, disputed: Article, cora: User
) -> None:
    done_before(disputed, cora, HALTED, FORTY)
    opened(table, disputed, DENIED)
    table.route("**/settle/**", lambda route: route.abort())
    press(table, "1", "s", "Enter")
    expect(table.locator("#wanting")).to_contain_text("could not be reached")
    table.unroute("**/settle/**")
    press(table, "Enter")
    expect(table.get_by_text("Nothing is left to settle.")).to_be_visible()
    assert [it.stance for it in decided(disputed, DENIED)] == ["supports"]


def test_what_was_not_settled_comes_again_after_what_one_is_at_work_on(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    settles = Held(table, "/settle/")
    settles.when(lambda: press(table, "1", "s", "Enter"))
    at_sentence(table, 4)
    press(table, "2")
    table.route("**/settle/**", lambda route: route.abort(), times=1)
    table.evaluate("held[0]()")
    expect(table.locator("#wanting")).to_contain_text("comes again after this one")
    at_sentence(table, 4)
    expect(table.locator("[data-take='2']")).to_be_checked()
    settles.when(lambda: press(table, "Enter"))
    at_sentence(table, 3)
    expect(table.locator("#wanting")).to_contain_text("could not be reached")
    expect(table.locator("[data-take='1']")).to_be_checked()
    settles.answer(1)
    settles.when(lambda: press(table, "Enter"))
    at_sentence(table, 2)
    settles.answer(2)
    expect(table.locator("#undo input[name=group]")).to_have_value(
        str(decided(disputed, DENIED)[0].group_id)
    )


def test_undo_pressed_before_a_refusal_takes_nothing_else_back(
    table: Page, disputed: Article, cora: User
) -> None:
    opened(table, disputed, HALTED)
    press(table, "1", "s", "Enter")
    at_sentence(table, 3)
    expect(table.locator("#undo")).to_be_visible()
    settles = Held(table, "/settle/")
    settles.when(lambda: press(table, "1", "s", "Enter"))
    at_sentence(table, 4)
    done_before(disputed, cora, DENIED)
    press(table, "Control+z")
    settles.answer(0)
    expect(table.locator("#wanting")).to_contain_text("comes again after this one")
    assert decided(disputed, HALTED)
    press(table, "Control+z")
    at_sentence(table, 2)
    expect(table.get_by_text("the sentence waits again")).to_be_visible()


def test_who_else_is_on_a_sentence_is_told(
    table: Page, disputed: Article, cora: User, sign_in: SignIn
) -> None:
    with table.expect_response(lambda answer: "/presence/" in answer.url):
        opened(table, disputed, DENIED)
    expect(table.locator("#others")).to_be_hidden()
    sign_in(cora)
    opened(table, disputed, DENIED)
    expect(table.locator("#others")).to_contain_text("rita is on this sentence too")


def test_what_changed_under_a_decision_is_shown(
    table: Page, disputed: Article, rita: User, ben: User
) -> None:
    sentence = sentence_at(disputed, FORTY)
    settle(sentence=sentence, by=rita, choices=reading_of(sentence, 2))
    (decision,) = decided(disputed, FORTY)
    old = next(it for it in decision.group.members.all() if it.assignment.number == 2).annotation
    assignment = hand_back(disputed, ben)
    again = words(disputed, "عنصرًا سيغادرون البلاد", certainty="certain")
    draft = replace(again, annotation_id=old.annotation_id)
    write(sentence, ben, methodcaller("with_annotation", draft))
    write(sentence, ben, JudgementDraft.finished)
    submit(assignment=assignment, by=ben)
    opened(table, disputed, FORTY)
    changed = table.locator(".changed")
    expect(changed).to_contain_text("B has revised this claim since.")
    expect(changed).to_contain_text("Probable → Certain")
    expect(changed.locator("del")).to_have_text(FORTY)


def test_alike_differences_are_decided_with_one_key_each(
    table: Page, project: Project, ada: User, ben: User
) -> None:
    text = "The port is shut.\nThe road is open.\nThe sea is calm.\n"
    article = take_in_text(project, text, language="en")
    quotes = ("The port is shut", "The road is open", "The sea is calm")
    give(article, ada, ben)
    hand_in(article, ada, *(words(article, quote) for quote in quotes))
    hand_in(article, ben, *(words(article, quote, kind="evaluation") for quote in quotes))
    table.goto(QUEUE + "patterns/")
    table.get_by_role("link", name="Kind of claim: Assessment / Event or state").click()
    table.get_by_role("radio", name="guideline unclear").check()
    press(table, "Escape", "ArrowDown", "ArrowDown")
    settles = Waiting(table, "/settle/")
    settles.when("1")
    table.keyboard.press("2")  # too early: it does nothing
    settles.go()
    expect(table.locator(".alike")).to_have_count(2)
    press(table, "2")
    expect(table.locator(".alike")).to_have_count(1)
    press(table, "n")
    expect(table.get_by_text("Nothing waits here any more.")).to_be_visible()
    press(table, "Control+z")
    expect(table.locator(".alike")).to_have_count(1)
    kinds = [[it.kind for it in decided(article, quote)] for quote in quotes]
    assert kinds == [["event"], ["evaluation"], []]


def screens(disputed: Article) -> list[str]:
    waits, done = sentence_at(disputed, HALTED), sentence_at(disputed, DENIED)
    return [
        QUEUE,
        f"{QUEUE}?settled=1",
        f"{QUEUE}{waits.pk}/",
        f"{QUEUE}{done.pk}/",
        f"{QUEUE}patterns/",
        f"{QUEUE}patterns/?pattern=%7Ccertainty%3Dcertain%2Fprobable%7C",
        f"{QUEUE}spot-checks/",
        "/p/sahel/settings/",
    ]


@pytest.fixture
def everywhere(disputed: Article, cora: User) -> list[str]:
    """The addresses of all screens, with something on each."""
    done = sentence_at(disputed, DENIED)
    settle(sentence=done, by=cora, choices=reading_of(done, 2), reason="slip")
    ClaimGroup.objects.filter(sentence=done).update(spot_check=ClaimGroup.SpotCheck.DRAWN)
    return screens(disputed)


def test_axe_finds_nothing_on_any_screen(
    page: Page, sign_in: SignIn, cora: User, everywhere: list[str]
) -> None:
    sign_in(cora)
    for path in everywhere:
        page.goto(path)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        light = Axe().run(page)
        page.emulate_media(color_scheme="dark")
        dark = Axe().run(page, options={"runOnly": ["color-contrast"]})
        for found in (light, dark):
            assert not found.violations_count, f"{path}: {found.generate_report()}"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_screen_is_wider_than_a_phone(
    page: Page, sign_in: SignIn, cora: User, everywhere: list[str], direction: str
) -> None:
    sign_in(cora)
    page.set_viewport_size(PHONE)
    for path in everywhere:
        page.goto(path)
        page.locator("html").evaluate("(html, dir) => html.dir = dir", direction)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{path} is {width} wide"


def test_an_annotator_looks_again_and_what_both_take_is_agreed(
    page: Page, sign_in: SignIn, disputed: Article, ada: User, ben: User, cora: User
) -> None:
    change_settings(project=disputed.project, by=cora, second_look=True)
    sign_in(ada)
    page.goto("/p/sahel/")
    page.get_by_role("link", name="Look again at 3 sentences").click()
    expect(page.locator(".alike")).to_have_count(3)
    expect(page.locator("body")).not_to_contain_text("ben")
    press(page, "ArrowDown", "ArrowDown", "2")
    expect(page.get_by_text("You take the other reading.")).to_be_visible()
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()
    sign_in(ben)
    page.goto("/p/sahel/second-look/")
    press(page, "ArrowDown", "ArrowDown", "1")
    expect(page.get_by_text("You keep your reading.")).to_be_visible()
    (decision,) = decided(disputed, DENIED)
    assert (decision.stance, decision.agreed_by) == ("denies", "reconciled")


def test_names_of_sources_are_offered_while_one_types(table: Page, disputed: Article) -> None:
    opened(table, disputed, FORTY)
    press(table, *["ArrowDown"] * 3, "Space")
    table.keyboard.type("AFP > monde")
    offered = table.locator("#sources option")
    expect(offered).to_have_attribute("value", "AFP > Le Monde")


def test_names_that_come_late_are_not_offered_in_another_claim(
    table: Page, disputed: Article
) -> None:
    source(disputed.project, "AFP")
    opened(table, disputed, HALTED)
    press(table, "v")
    asked = Held(table, "/sources/")
    for number, typed in enumerate(("monde", "afp")):
        table.locator("section.claim").nth(number).locator("tr.row-source").focus()
        press(table, "Space")
        asked.when(partial(table.keyboard.insert_text, typed))  # all at once
    offered = table.locator("#sources option")
    asked.answer(1)
    expect(offered).to_have_attribute("value", "AFP")
    asked.answer(0)
    table.keyboard.press("Escape")
    expect(offered).to_have_attribute("value", "AFP")


def typed_chain(page: Page, article: Article, chain: str) -> None:
    """A reading taken and another chain typed, by keys."""
    opened(page, article, DENIED)
    press(page, "1", "u", "ArrowDown", "ArrowDown", "ArrowDown", "Space")
    expect(page.locator(".row-source .named")).to_be_focused()
    page.keyboard.type(chain)


def test_sources_that_nobody_named_are_added_where_they_are_typed_by_keys_alone(
    table: Page, disputed: Article, rita: User
) -> None:
    typed_chain(table, disputed, "Radio Sahel > الناطق")
    box = table.locator(".new-source")
    table.keyboard.press("Enter")
    expect(box).to_contain_text("No source is called “Radio Sahel”")
    expect(box.locator("select")).to_be_focused()
    found = Axe().run(table)
    assert not found.violations_count, found.generate_report()
    table.keyboard.press("Enter")
    expect(box.get_by_role("alert")).to_contain_text("Choose what kind of source this is")
    expect(box.locator("select")).to_be_focused()
    press(table, "m", "Enter")
    expect(table.get_by_role("status")).to_contain_text("“Radio Sahel” is a source now, as media.")
    expect(box.last).to_contain_text("No source is called “الناطق”")
    expect(box.locator("select")).to_be_focused()
    press(table, "p", "Enter")
    expect(table.locator(".row-source:focus")).to_be_visible()
    press(table, "Enter")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    (decision,) = decided(disputed, DENIED)
    assert [Source.objects.get(pk=link).kind for link in decision.source_chain] == [
        "media",
        "person",
    ]


def test_a_source_that_is_missing_is_told_before_it_is_settled_and_goes_with_other_words(
    table: Page, disputed: Article
) -> None:
    typed_chain(table, disputed, "Radio Sahel")
    press(table, "Escape")
    expect(table.locator(".new-source")).to_be_visible()
    press(table, "Enter")
    expect(table.locator("#wanting")).to_contain_text("No source is called “Radio Sahel”")
    expect(table.locator(".new-source select")).to_be_focused()
    table.locator(".row-source .named").fill("le monde")
    expect(table.locator(".new-source")).to_have_count(0)
    table.keyboard.press("Enter")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    assert str(decided(disputed, DENIED)[0].source) == "Le Monde"


def test_where_none_is_right_no_source_is_missing(table: Page, disputed: Article) -> None:
    typed_chain(table, disputed, "Radio Sahel")
    press(table, "Escape")
    expect(table.locator(".new-source")).to_be_visible()
    table.locator(".takes").get_by_label("none is right").check()
    press(table, "Escape", "Enter")
    at_sentence(table, 4)
    expect(table.locator("#undo")).to_be_visible()
    assert decided(disputed, DENIED)[0].outcome == "rejected"
    assert not Source.objects.filter(aliases__folded="radio sahel").exists()


def test_without_the_server_the_kind_of_a_missing_source_is_kept_and_it_is_added_later(
    table: Page, disputed: Article
) -> None:
    table.set_viewport_size(PHONE)
    typed_chain(table, disputed, "Radio Sahel")
    table.route("**/source/add/**", lambda route: route.abort())
    table.keyboard.press("Enter")
    kind = table.locator(".new-source select")
    kind.select_option("media")
    add = table.get_by_role("button", name="Add")
    add.click()
    problem = table.locator(".new-source").get_by_role("alert")
    expect(problem).to_contain_text("could not be reached")
    expect(kind).to_have_value("media")
    assert table.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    table.unroute("**/source/add/**")
    add.click()
    expect(table.get_by_role("status")).to_contain_text("“Radio Sahel” is a source now")
    expect(problem).to_have_count(0)


def test_settled_by_a_click_with_a_source_that_is_missing_it_comes_back_as_it_was(
    table: Page, disputed: Article
) -> None:
    typed_chain(table, disputed, "Radio Sahel > الناطق")
    table.get_by_role("button", name="Settle", exact=False).click()
    expect(table.locator(".new-source select")).to_be_focused()
    at_sentence(table, 3)
    expect(table.locator(".row-source .named")).to_have_value("Radio Sahel > الناطق")
    expect(table.locator("[data-take='1']:checked")).to_have_count(1)
    expect(table.get_by_role("radio", name="guideline unclear")).to_be_checked()
    assert not decided(disputed, DENIED)


def test_what_the_server_refused_of_a_field_is_said_until_the_field_is_changed(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    press(table, "1", "u", "ArrowDown", "ArrowDown", "Space")
    table.locator(".row-words .named").fill("ليس هنا")
    table.keyboard.press("Enter")
    refusal = table.locator(".verdict").get_by_role("alert")
    expect(refusal).to_contain_text("does not stand in the sentence")
    at_sentence(table, 3)
    table.locator(".row-words .named").fill("مسؤول")
    press(table, "Escape")
    expect(refusal).to_have_count(0)
    press(table, "Enter")
    at_sentence(table, 4)


def test_signed_out_while_a_source_is_added_one_signs_in_and_goes_on(
    table: Page, disputed: Article
) -> None:
    typed_chain(table, disputed, "Radio Sahel")
    table.keyboard.press("Enter")
    expect(table.locator(".new-source select")).to_be_focused()
    Session.objects.all().delete()
    press(table, "m", "Enter")
    sign_in_again(table, "rita")
    expect(table.get_by_role("status")).to_contain_text("is a source now")
    expect(table.get_by_role("radio", name="guideline unclear")).to_be_checked()


def test_what_was_missing_is_not_said_to_be_missing_once_it_is_chosen(
    table: Page, disputed: Article
) -> None:
    opened(table, disputed, DENIED)
    press(table, "Enter")
    expect(table.locator("#wanting")).to_contain_text("Choose for each claim")
    press(table, "u")
    expect(table.locator("#wanting")).to_be_visible()
    press(table, "2")
    expect(table.locator("#wanting")).to_be_hidden()
    assert not Decision.objects.exclude(decided_by=None).exists()
