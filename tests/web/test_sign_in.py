"""Signing in, and the first page after it."""

import re
from html.parser import HTMLParser
from time import time
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotate.models import Article, Project, Remark
from annotate.signing_in import WINDOW, note_failure, seconds_to_wait
from tests.builders import give, sentence_at


def test_a_page_asks_a_stranger_to_sign_in_and_comes_back(client: Client, ada: User) -> None:
    asked = client.get("/p/sahel/")
    assert asked.headers["Location"] == "/sign-in/?next=/p/sahel/"
    signed_in = client.post(
        asked.headers["Location"], {"username": "ada", "password": "ada's secret"}
    )
    assert signed_in.headers["Location"] == "/p/sahel/"


def test_an_htmx_request_without_sign_in_is_told_so_in_place(client: Client, ada: User) -> None:
    answer = client.get("/p/sahel/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert 'id="message"' in answer.content.decode()


def test_a_wrong_password_is_said_and_the_name_kept(client: Client, ada: User) -> None:
    answer = client.post("/sign-in/", {"username": "ada", "password": "wrong"})
    assert answer.status_code == 422
    assert 'value="ada"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def fail(client: Client, name: str, times: int, address: str = "192.0.2.1") -> list[int]:
    """The status of each of so many sign-ins with a wrong password."""
    sent = {"username": name, "password": "wrong"}
    return [client.post("/sign-in/", sent, REMOTE_ADDR=address).status_code for _ in range(times)]


@pytest.fixture
def guessed(db: None) -> User:
    """Somebody under whose name nobody has failed before."""
    return User.objects.create_user(f"guessed-{time()}", password="right")


def test_after_ten_failures_a_name_waits_also_with_the_right_password(
    client: Client, guessed: User
) -> None:
    assert fail(client, guessed.username, 11) == [422] * 10 + [429]
    right = {"username": guessed.username.upper(), "password": "right"}
    refused = client.post("/sign-in/", right, REMOTE_ADDR="192.0.2.1")
    assert (refused.status_code, client.get("/").status_code) == (429, 302)
    assert "Wait 10 minutes" in refused.content.decode()


def test_who_waits_is_a_name_at_an_address(client: Client, guessed: User, ada: User) -> None:
    fail(client, guessed.username, 10)
    assert fail(client, "ada", 1) == [422]
    assert fail(client, guessed.username, 1, address="192.0.2.2") == [422]


def test_the_admin_waits_for_the_same_ten(client: Client, guessed: User) -> None:
    fail(client, guessed.username, 10)
    sent = {"username": guessed.username, "password": "right"}
    answer = client.post("/admin/login/", sent, REMOTE_ADDR="192.0.2.1")
    assert "Wait 10 minutes" in answer.content.decode()


def test_a_sign_in_that_succeeds_forgets_the_failures(client: Client, guessed: User) -> None:
    fail(client, guessed.username, 9)
    right = {"username": guessed.username, "password": "right"}
    assert client.post("/sign-in/", right, REMOTE_ADDR="192.0.2.1").status_code == 302
    assert seconds_to_wait(guessed.username, "192.0.2.1", time()) == 0
    client.post("/sign-out/")
    assert fail(client, guessed.username, 10) == [422] * 10


def test_failures_count_for_ten_minutes() -> None:
    name, now = f"guessed-{time()}", 1_000_000.0
    for second in range(10):
        note_failure(name, "192.0.2.1", now + second)
    waits = [seconds_to_wait(name, "192.0.2.1", now + later) for later in (9, WINDOW, WINDOW + 1)]
    assert waits == [WINDOW - 9, 0, 0]


def test_the_only_project_opens_at_once_and_several_are_listed(as_ada: Client, dan: User) -> None:
    assert as_ada.get("/").headers["Location"] == "/p/sahel/"
    stranger = User.objects.create_user("eve")
    as_ada.force_login(stranger)
    assert "in no project" in as_ada.get("/").content.decode()


def test_signing_out_takes_a_post(as_ada: Client) -> None:
    assert as_ada.get("/sign-out/").status_code == 405
    assert as_ada.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert as_ada.get("/p/sahel/").status_code == 302


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_the_page_speaks_the_chosen_language_in_its_direction(
    client: Client, db: None, language: str, direction: str
) -> None:
    client.post(reverse("set-language"), {"language": language, "next": "/sign-in/"})
    assert f'<html lang="{language}" dir="{direction}">' in client.get("/sign-in/").content.decode()


def test_a_codebooks_colours_are_a_stylesheet_for_its_members_only(
    as_ada: Client, project: Project
) -> None:
    assert project.codebook is not None
    address = reverse("codebook-style", args=[project.codebook.sha256])
    answer = as_ada.get(address)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert ".c-stance-supports{--c:#009E73}" in answer.content.decode()
    assert as_ada.get(reverse("codebook-style", args=["0" * 64])).status_code == 404


def test_pages_hold_no_inline_style_or_script(as_ada: Client) -> None:
    page = as_ada.get("/p/sahel/").content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "onclick" not in page


def test_a_session_ends_when_it_is_deleted_and_when_the_password_is_changed(
    as_ada: Client, as_ben: Client, ada: User, ben: User
) -> None:
    assert as_ada.get("/p/sahel/").status_code == as_ben.get("/p/sahel/").status_code == 200
    as_ada.session.delete()
    ben.set_password("another one")
    ben.save()
    assert as_ada.get("/p/sahel/").status_code == as_ben.get("/p/sahel/").status_code == 302


def test_an_account_that_is_closed_is_signed_out_at_once(as_ada: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert as_ada.get("/p/sahel/").status_code == 302


def test_a_made_up_session_key_is_never_taken_into_use(client: Client, ada: User) -> None:
    client.cookies["sessionid"] = "z" * 32
    client.post("/sign-in/", {"username": "ada", "password": "ada's secret"})
    assert client.cookies["sessionid"].value != "z" * 32
    assert client.get("/p/sahel/").status_code == 200


# --- forms of pages that outlive their session ---

NOTE = "\n\nIs «وذكر» a cue? 🚩\n<b>I doubt it</b>"


class Fields(HTMLParser):
    """The fields of the form that is sent to an address, as a browser would send them."""

    def __init__(self, action: str, page: Any) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._action, self._within, self._area = action, False, ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within = told.get("action") == self._action
        elif self._within and "name" in told and tag in ("input", "textarea"):
            self.sent[told["name"]] = told.get("value", "")
            self._area = told["name"] if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] = data.removeprefix("\n")
            self._area = ""


class Browser(Client):
    """Forms are sent as a browser does: with the token and the origin of their page."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})

    def fill_in(self, page: Any, action: str, **typed: str) -> Any:
        fields = Fields(action, page).sent
        assert "csrfmiddlewaretoken" in fields, f"no form is sent to {action}"
        return self.post(action, {**fields, **typed})

    def sign_in(self, page: Any, name: str) -> Any:
        return self.fill_in(page, "/sign-in/", username=name, password=f"{name}'s secret")


@pytest.fixture
def tab(ada: User, ben: User) -> Browser:
    """In which Ada has signed in."""
    opened = Browser()
    opened.sign_in(opened.get("/sign-in/"), "ada")
    return opened


@pytest.fixture
def asking(article: Article, ada: User, ben: User) -> str:
    """Where a question is sent, of a sentence that Ada and Ben read."""
    give(article, ada, ben)
    return f"/p/sahel/sentences/{sentence_at(article, 'روسيا أوقفت').pk}/ask/"


@pytest.fixture
def bench(tab: Browser, asking: str, article: Article) -> Any:
    return tab.get(f"/p/sahel/articles/{article.pk}/?sentence={asking.split('/')[4]}")


def test_a_form_of_a_session_that_ended_is_kept_while_its_author_signs_in_and_then_sent(
    tab: Browser, bench: Any, asking: str
) -> None:
    tab.session.flush()
    refused = tab.fill_in(bench, asking, text=NOTE, wants_answer="1")
    assert refused.status_code == 401
    assert "You are signed out, so nothing was done." in refused.content.decode()
    wrong = tab.fill_in(refused, "/sign-in/", password="wrong")
    assert (wrong.status_code, Fields("/sign-in/", wrong).sent["unsent-text"]) == (422, NOTE)
    again = tab.sign_in(wrong, "ada")
    assert "You are signed in." in again.content.decode()
    assert tab.fill_in(again, asking).status_code == 302
    asked = Remark.objects.get()
    assert (asked.text, asked.wants_answer, asked.created_by.username) == (
        NOTE.strip(),
        True,
        "ada",
    )


def test_a_form_of_another_persons_page_is_kept_for_that_person_and_sent_in_nobody_elses_name(
    tab: Browser, bench: Any, asking: str
) -> None:
    tab.post("/sign-out/", {"csrfmiddlewaretoken": tab.cookies["csrftoken"].value})
    tab.sign_in(tab.get("/sign-in/"), "ben")
    refused = tab.fill_in(bench, asking, text=NOTE)
    token = tab.cookies["csrftoken"].value
    renewed = tab.fill_in(bench, asking, text=NOTE, csrfmiddlewaretoken=token)
    for answer, status in ((refused, 403), (renewed, 401)):
        assert answer.status_code == status
        assert "Somebody else has signed in" in answer.content.decode()
        assert Fields(asking, answer).sent == {}
        assert Fields("/sign-in/", answer).sent["username"] == "ada"
    as_ben = tab.sign_in(refused, "ben")
    assert (as_ben.status_code, Fields(asking, as_ben).sent) == (401, {})
    assert tab.fill_in(tab.sign_in(as_ben, "ada"), asking).status_code == 302
    assert Remark.objects.get().created_by.username == "ada"


def test_a_form_from_before_one_signed_in_again_is_sent_by_a_click(
    tab: Browser, bench: Any, asking: str
) -> None:
    tab.session.flush()
    tab.sign_in(tab.get("/sign-in/"), "ada")
    refused = tab.fill_in(bench, asking, text=NOTE)
    assert refused.status_code == 403
    assert "You have signed in again" in refused.content.decode()
    assert tab.fill_in(refused, asking).status_code == 302
    assert Remark.objects.get().text == NOTE.strip()


def test_a_page_that_holds_what_was_typed_is_stored_by_no_browser_and_sends_it_as_it_is_long(
    tab: Browser, bench: Any, asking: str
) -> None:
    """Percent-encoded, an Arabic letter takes six bytes, and a long text would be refused."""
    too_long = tab.fill_in(bench, asking, text="ـ🚩" * 3000)
    tab.session.flush()
    signed_out = tab.fill_in(bench, asking, text=NOTE)
    wrong = tab.fill_in(signed_out, "/sign-in/", password="wrong")
    for answer in (too_long, signed_out, wrong, tab.sign_in(wrong, "ada")):
        assert "no-store" in answer.headers["Cache-Control"]
        assert 'enctype="multipart/form-data"' in answer.content.decode()


def test_what_another_site_sends_is_not_offered_to_be_sent_again(tab: Browser, asking: str) -> None:
    sent = {"author": "ada", "text": NOTE, "revision": str(uuid4())}
    elsewhere = {**sent, "unsent_page": "https://elsewhere.example/"}
    assert "doubt" not in tab.post(asking, elsewhere, headers={"X-CSRFToken": ""}).content.decode()
    for origin in ("http://elsewhere.example", "https://testserver", "null", ""):
        refused = tab.post(asking, sent, headers={"Origin": origin})
        assert refused.status_code == 403
        assert "doubt" not in refused.content.decode()


def test_what_is_refused_as_it_was_filled_in_stands_in_the_answer(
    tab: Browser, bench: Any, asking: str
) -> None:
    long = "ـ🚩" * 3000
    refused = tab.fill_in(bench, asking, text=long)
    assert refused.status_code == 422
    assert "This text has 6000 characters; at most 5000 are kept." in refused.content.decode()
    assert Fields(asking, refused).sent["text"] == long
    assert tab.fill_in(refused, asking, text=NOTE).status_code == 302


def test_what_was_typed_of_a_sentence_that_is_gone_stands_in_the_answer(
    tab: Browser, bench: Any, asking: str, article: Article
) -> None:
    article.sentences.all().delete()
    gone = tab.fill_in(bench, asking, text=NOTE)
    assert (gone.status_code, Fields(asking, gone).sent["text"]) == (404, NOTE)


CLAIM = "-5f0c0c0e-58a7-4d0d-9e0a-6f3f4f0d1a2b"


def test_a_kept_form_shows_what_was_typed_by_its_fields_names_and_leads_to_its_page(
    client: Client, project: Project
) -> None:
    sent = {
        "author": "rita",
        "reason": "slip",
        "note": "Ń\n\n🚩",
        "here": "show=all after=3",
        f"words{CLAIM}": "",
        f"written{CLAIM}": "what the page filled in",
        f"chain{CLAIM}": "named",
        f"named{CLAIM}": "Le Monde",
        f"remark{CLAIM}": "two words",
        "label_remark": "and two",
    }
    page = f"http://testserver/p/sahel/review/{CLAIM[1:]}/?order=level"
    kept = client.post(f"/p/sahel/review/{CLAIM[1:]}/settle/", sent, headers={"Referer": page})
    wrong = {**Fields("/sign-in/", kept).sent, "username": "rita", "password": "wrong"}
    for answer in (kept, client.post("/sign-in/", wrong)):
        titles = re.findall(r'<label for="typed-.">(.*?)</label>', answer.content.decode())
        assert titles == ["Note", *(f"What you typed {number}" for number in (1, 2, 3))]
        assert f'href="/p/sahel/review/{CLAIM[1:]}/?order=level"' in answer.content.decode()


def test_signing_in_after_a_button_leads_to_the_page_on_which_it_stood(client: Client) -> None:
    def asked(referer: str) -> str:
        sent = {"author": "ada"}
        answer = client.post("/p/sahel/next/", sent, headers={"Referer": referer})
        return answer.headers["Location"]

    assert asked("http://testserver/p/sahel/?a=1") == "/sign-in/?next=/p/sahel/%3Fa%3D1"
    for nowhere in ("http://elsewhere.example/p/x/", "http://testserver/p/sahel/next/", ""):
        assert asked(nowhere) == "/sign-in/?next=/p/sahel/"
