"""Nothing is ever lost: what the network, the server, a second window or a sign-in does meanwhile.

After each, the database holds exactly what the page has shown as saved, once.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from annotate.models import Annotation, Article, Assignment, Judgement, Project, Sentence
from tests.browser.arriving import come, come_again, come_back, kept
from tests.browser.serving import Server
from tests.browser.test_workbench import SignIn, address, go_to, press, row, saved
from tests.builders import give, take_in_text, write

pytestmark = pytest.mark.usefixtures("intercepted")

COUNT = 20
BAR = "#outbox"
REFUSED = "#refused"


@pytest.fixture
def long(project: Project, ada: User) -> Article:
    """Twenty sentences on Ada's desk."""
    text = " ".join(f"Minister {number} denied the report." for number in range(COUNT))
    article = take_in_text(project, text, "en")
    give(article, ada)
    return article


@pytest.fixture
def bench(long: Article, ada: User, sign_in: SignIn) -> Page:
    page = sign_in(ada).new_page()
    return come(page, address(long))


def claim(page: Page, kind: str = "Digit1") -> None:
    """A claim on the whole sentence."""
    page.get_by_role("button", name="Whole sentence").click()
    press(page, kind, "KeyQ", "KeyD", "KeyO")
    expect(page.locator("#words")).to_be_empty()


def told(page: Page, text: str) -> None:
    expect(page.locator(BAR)).to_contain_text(text)


def settled(page: Page) -> None:
    """Everything is acknowledged, and the page says so no more."""
    expect(page.locator(".is-unsaved")).to_have_count(0)
    expect(page.locator(BAR)).to_be_hidden()


def stored(article: Article) -> list[str]:
    """The statuses that stand, in the order of the sentences; each write is there once."""
    written = Judgement.objects.filter(sentence__article=article)
    seqs = list(written.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    return [each.status for each in written.current().order_by("sentence__index")]


def shown(page: Page) -> list[str]:
    """The statuses that the rows show, of those that are judged."""
    classes = page.locator(".sentence").evaluate_all("rows => rows.map((row) => row.className)")
    found = [re.search(r"is-(open|claims|no_claim|skipped)", each) for each in classes]
    return [each[1] for each in found if each]


def no_saves(page: Page) -> Callable[[], None]:
    """Saves get no answer, while pages come; gives what ends that."""

    def lost(route: Route) -> None:
        if route.request.method == "POST":
            route.abort()
        else:
            route.continue_()

    page.context.route("**/*", lost)

    def back() -> None:
        page.context.unroute("**/*", lost)
        online(page)

    return back


def online(page: Page) -> None:
    """The machine tells that the network is there again; else the next try is up to 30 s away."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_twenty_saves_without_a_network_are_sent_when_it_is_back(
    bench: Page, long: Article
) -> None:
    bench.context.set_offline(True)
    press(bench, *["KeyN"] * COUNT)
    told(bench, "20 not saved yet, retrying")
    expect(bench.locator(".is-no_claim.is-unsaved")).to_have_count(COUNT)
    assert stored(long) == []
    bench.context.set_offline(False)
    settled(bench)
    assert stored(long) == shown(bench) == ["no_claim"] * COUNT


def test_every_step_outlives_a_reload_before_it_is_saved(bench: Page, long: Article) -> None:
    back = no_saves(bench)
    steps: list[tuple[Callable[[], None], str]] = [
        (lambda: claim(bench), "is-open"),
        (lambda: press(bench, "Enter"), "is-claims"),
        (lambda: press(bench, "Control+KeyZ"), "is-open"),
        (lambda: claim(bench, "Digit2"), "is-open"),
    ]
    for step, state in steps:
        step()
        kept(bench).goto("/p/sahel/")
        come_back(bench)
        expect(row(bench, 0)).to_have_class(re.compile(rf"{state}.*is-unsaved"))
        go_to(bench, 0)
    press(bench, "ArrowDown", "KeyN")
    back()
    settled(bench)
    assert stored(long) == shown(bench) == ["claims", "no_claim"]
    assert [*Annotation.objects.current().values_list("kind", flat=True)] == ["event", "quantity"]


def test_what_is_answered_to_a_page_while_the_next_one_is_made_is_seen_there(
    bench: Page, long: Article
) -> None:
    other = come(bench.context.new_page(), address(long))
    saves: list[Route] = []
    bench.route("**/no-claim/", lambda route: saves.append(route))

    def answer_meanwhile(route: Route) -> None:
        made = route.fetch()
        saves[0].continue_()
        expect(row(other, 0)).not_to_have_class(re.compile("is-unsaved"))
        assert "is-no_claim" not in made.text()
        route.fulfill(response=made)

    bench.route(f"**{address(long)}", answer_meanwhile, times=1)
    with bench.expect_request("**/no-claim/"):
        press(bench, "KeyN")
    expect(row(other, 0)).to_have_class(re.compile("is-unsaved"))
    come_again(bench)
    expect(row(bench, 0)).to_have_class(re.compile("is-no_claim"))
    press(bench, "KeyK", "Control+KeyZ")
    settled(bench)
    assert stored(long) == ["open"]


def test_the_page_warns_before_it_is_closed_with_something_unsent(bench: Page) -> None:
    no_saves(bench)
    press(bench, "KeyN")
    expect(bench.locator(".is-unsaved")).to_have_count(1)
    with bench.expect_event("dialog") as asked:
        bench.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    with bench.expect_event("close"):
        asked.value.accept()


@pytest.fixture
def server(live_server: LiveServer) -> Iterator[Server]:
    server = Server()
    yield server
    server.kill()


def test_a_page_of_the_network_itself_is_no_acknowledgement(bench: Page, long: Article) -> None:
    portal = {"status": 200, "content_type": "text/html", "body": "<h1>Sign in to the Wi-Fi</h1>"}
    bench.route("**/no-claim/", lambda route: route.fulfill(**portal))
    press(bench, "KeyN")
    told(bench, "1 not saved yet, retrying")
    bench.unroute("**/no-claim/")
    online(bench)
    settled(bench)
    assert stored(long) == ["no_claim"]


def test_without_room_in_the_browser_saves_are_sent_from_memory(
    long: Article, ada: User, sign_in: SignIn
) -> None:
    page = sign_in(ada).new_page()
    page.add_init_script("indexedDB.open = () => { throw new DOMException('none'); }")
    come(page, address(long))
    claim(page)
    press(page, "Enter", "KeyN")
    settled(page)
    assert stored(long) == shown(page) == ["claims", "no_claim"]


@pytest.mark.parametrize("reached", [True, False], ids=["stored, not answered", "not stored"])
def test_a_server_killed_in_the_middle_of_a_save_has_it_once_when_it_is_back(
    server: Server, long: Article, ada: User, sign_in: SignIn, reached: bool
) -> None:
    page = sign_in(ada).new_page()
    come(page, server.url + address(long))

    def killed(route: Route) -> None:
        if reached:
            route.fetch()
        server.kill()
        route.abort()

    page.route("**/claim/", killed, times=1)
    claim(page)
    press(page, "Enter", "KeyN")
    told(page, "3 not saved yet, retrying")
    assert stored(long) == (["open"] if reached else [])
    server.start()
    online(page)
    settled(page)
    assert stored(long) == shown(page) == ["claims", "no_claim"]
    assert Judgement.objects.count() == 3


def test_two_tabs_on_one_article_see_each_others_saves_and_build_on_them(
    bench: Page, long: Article
) -> None:
    other = bench.context.new_page()
    come(other, address(long))
    claim(bench)
    expect(row(other, 0).locator(".claims li")).to_have_count(1)
    claim(other, "Digit2")
    expect(row(bench, 0).locator(".claims li")).to_have_count(2)
    press(other, "Enter", "KeyN")
    for page in (bench, other):
        settled(page)
    assert stored(long) == shown(bench) == shown(other) == ["claims", "no_claim"]


def test_what_a_closed_tab_had_not_sent_the_next_one_sends(bench: Page, long: Article) -> None:
    no_saves(bench)
    press(bench, "KeyN")
    expect(bench.locator(".is-unsaved")).to_have_count(1)
    other = bench.context.new_page()
    kept(bench).close()
    other.context.unroute_all()
    come(other, address(long))
    settled(other)
    assert stored(long) == ["no_claim"]


@pytest.fixture
def elsewhere(bench: Page, long: Article, browser: Browser, base_url: str) -> Iterator[Page]:
    """The article on Ada's other machine."""
    context = browser.new_context(base_url=base_url, storage_state=bench.context.storage_state())
    page = context.new_page()
    come(page, address(long))
    yield page
    context.close()


@pytest.mark.parametrize(
    ("decision", "kinds"),
    [("Save mine on top", ["event", "quantity"]), ("Take the stored one", ["event"])],
)
def test_on_two_machines_the_later_save_is_compared_and_its_author_decides(
    bench: Page, elsewhere: Page, decision: str, kinds: list[str]
) -> None:
    claim(bench)
    settled(bench)
    claim(elsewhere, "Digit2")
    expect(elsewhere.locator(REFUSED)).to_contain_text("Only in mine")
    expect(elsewhere.locator(REFUSED)).to_contain_text("Figure")
    elsewhere.get_by_role("button", name=decision).click()
    settled(elsewhere)
    expect(row(elsewhere, 0).locator(".claims li")).to_have_count(len(kinds))
    assert sorted(Annotation.objects.current().values_list("kind", flat=True)) == kinds


def test_what_waits_behind_a_refused_save_is_retried_in_no_tab(
    bench: Page, elsewhere: Page, long: Article
) -> None:
    other = come(bench.context.new_page(), address(long))
    claim(elsewhere)
    settled(elsewhere)
    other.route("**/claim/", lambda route: route.abort())
    claim(other)
    claim(other, "Digit2")
    told(other, "2 not saved yet, retrying")
    online(bench)
    for page in (bench, other):
        told(page, "1 could not be saved")
        expect(page.locator(BAR)).not_to_contain_text("retrying")


def test_undo_of_what_has_changed_elsewhere_shows_that_first(bench: Page, elsewhere: Page) -> None:
    press(bench, "KeyN")
    saved(bench)
    come_again(elsewhere)
    press(bench, "KeyN")
    saved(bench)
    press(elsewhere, "Control+KeyZ")
    expect(elsewhere.locator("#problem")).to_contain_text("changed elsewhere")
    assert Judgement.objects.count() == 2


def sign_in_again(page: Page, name: str) -> None:
    dialog = page.locator("#signed-out")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Username").fill(name)
    dialog.get_by_label("Password").fill(f"{name}'s secret")
    dialog.get_by_role("button", name="Sign in").click()


def test_signed_out_in_mid_work_one_signs_in_over_the_page_and_goes_on(
    bench: Page, long: Article
) -> None:
    Session.objects.all().delete()
    claim(bench)
    sign_in_again(bench, "ada")
    settled(bench)
    press(bench, "Enter", "KeyN")
    settled(bench)
    assert stored(long) == shown(bench) == ["claims", "no_claim"]


def test_a_wrong_password_is_told_in_the_dialog(bench: Page) -> None:
    Session.objects.all().delete()
    press(bench, "KeyN")
    bench.locator("#signed-out").get_by_label("Password").fill("wrong")
    bench.locator("#signed-out").get_by_role("button", name="Sign in").click()
    expect(bench.locator("#signed-out [role=alert]")).to_contain_text("correct username")


def test_signed_in_again_in_another_tab_one_goes_on_at_once(
    bench: Page, long: Article, ada: User, sign_in: SignIn
) -> None:
    dialog = bench.locator("#signed-out")
    Session.objects.all().delete()
    press(bench, "KeyN")
    expect(dialog).to_be_visible()
    sign_in(ada)
    bench.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(dialog).to_be_hidden()
    settled(bench)
    assert stored(long) == shown(bench) == ["no_claim"]


def test_while_somebody_else_is_signed_in_in_another_tab_the_dialog_stays(
    bench: Page, long: Article, ben: User, sign_in: SignIn
) -> None:
    dialog = bench.locator("#signed-out")
    Session.objects.all().delete()
    press(bench, "KeyG")
    expect(dialog).to_be_visible()
    sign_in(ben)
    with bench.expect_response("**/p/sahel/") as asked:
        bench.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert asked.value.status == 401
    expect(dialog).to_be_visible()


def test_a_save_without_cookies_is_sent_again_after_signing_in(bench: Page, long: Article) -> None:
    bench.context.clear_cookies()
    press(bench, "KeyN")
    told(bench, "1 not saved yet, retrying")
    sign_in_again(bench, "ada")
    settled(bench)
    expect(bench.locator(REFUSED)).to_be_hidden()
    assert stored(long) == shown(bench) == ["no_claim"]


def test_what_ada_has_not_sent_ben_neither_sends_nor_sees(
    bench: Page, long: Article, ada: User, ben: User, sign_in: SignIn
) -> None:
    give(long, ben)
    Session.objects.all().delete()
    press(bench, "KeyN")
    sign_in_again(bench, "ben")
    bench.wait_for_url("**/p/sahel/")
    come(bench, address(long))
    expect(bench.locator(".is-unread")).to_have_count(COUNT)
    assert stored(long) == []
    sign_in(ada)
    come(bench, address(long))
    expect(bench.locator(".is-no_claim")).to_have_count(1)
    settled(bench)
    assert Judgement.objects.get().assignment.membership.user == ada


@pytest.fixture
def both(long: Article, ada: User, ben: User) -> Article:
    """Ada and Ben have judged all of it; nobody has handed it in."""
    give(long, ben)
    for sentence in long.sentences.select_related("article__project"):
        for person in (ada, ben):
            write(sentence, person, lambda state: state.as_no_claim("other"))
    return long


def handed_in(article: Article) -> list[str]:
    done = article.assignments.filter(state=Assignment.State.SUBMITTED)
    return [each.membership.user.username for each in done.select_related("membership__user")]


def test_in_bens_session_adas_page_shows_no_check_and_hands_in_hers_once_she_is_back(
    both: Article, bench: Page, ben: User, sign_in: SignIn
) -> None:
    sign_in(ben)
    press(bench, "Control+Enter")
    expect(bench.locator("#signed-out")).to_be_visible()
    expect(bench.locator("#check")).to_have_count(0)
    sign_in_again(bench, "ada")
    expect(bench.locator("#signed-out")).to_be_hidden()
    press(bench, "Control+Enter")
    expect(bench.locator("#check button")).to_be_focused()
    press(bench, "Enter")
    bench.wait_for_url("**/p/sahel/")
    assert handed_in(both) == ["ada"]


def test_what_was_checked_before_ben_signed_in_is_not_handed_in(
    both: Article, bench: Page, ben: User, sign_in: SignIn
) -> None:
    press(bench, "Control+Enter")
    expect(bench.locator("#check button")).to_be_focused()
    sign_in(ben)
    press(bench, "Enter")
    expect(bench.locator("#message")).to_contain_text("Somebody else has signed in")
    assert handed_in(both) == []


@pytest.mark.parametrize("key", ["KeyH", "KeyG"])
def test_in_bens_session_adas_page_looks_nothing_up(
    bench: Page, ben: User, sign_in: SignIn, key: str
) -> None:
    sign_in(ben)
    press(bench, key)
    expect(bench.locator("#signed-out")).to_be_visible()
    expect(bench.locator("#drawer")).to_be_hidden()
    sign_in_again(bench, "ada")
    expect(bench.locator("#signed-out")).to_be_hidden()
    press(bench, key)
    expect(bench.locator("#drawer")).to_be_visible()


def test_what_was_not_loaded_while_the_server_was_away_is_loaded_when_it_answers(
    bench: Page, long: Article
) -> None:
    bench.route("**/deciding*.js", lambda route: route.abort())
    back = no_saves(bench)
    claim(bench)
    bench.mouse.move(300, 300)
    bench.mouse.click(4, 700)  # where nothing is
    bench.unroute("**/deciding*.js")
    Sentence.objects.get(article=long, index=0).delete()
    with bench.expect_event("requestfinished", lambda request: "deciding" in request.url):
        back()
    told(bench, "1 could not be saved")
    bench.locator(BAR).get_by_role("button", name="Look").press("Enter")
    expect(bench.locator(REFUSED)).to_contain_text("not here any more")


def test_a_refused_save_holds_back_its_own_sentence_only(bench: Page, long: Article) -> None:
    back = no_saves(bench)
    claim(bench)
    press(bench, "Enter", "KeyN")
    Sentence.objects.get(article=long, index=0).delete()
    back()
    told(bench, "1 could not be saved")
    expect(row(bench, 0)).to_have_class(re.compile("is-refused"))
    expect(row(bench, 1)).not_to_have_class(re.compile("is-unsaved"))
    assert stored(long) == ["no_claim"]
    come_again(bench)
    told(bench, "1 could not be saved")
    bench.get_by_role("button", name="Look").click()
    expect(bench.locator(REFUSED)).to_contain_text("not here any more")
    bench.get_by_role("button", name="Throw it away").click()
    expect(bench.locator(BAR)).to_be_hidden()
