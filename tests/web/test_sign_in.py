"""Signing in, and the first page after it."""

from time import time

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotate.models import Project
from annotate.signing_in import WINDOW, note_failure, seconds_to_wait


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
