"""Signing in, and the first page after it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotate.models import Project


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


def test_the_only_project_opens_at_once_and_several_are_listed(as_ada: Client, dan: User) -> None:
    assert as_ada.get("/").headers["Location"] == "/p/sahel/"
    stranger = User.objects.create_user("eve")
    as_ada.force_login(stranger)
    assert "no project yet" in as_ada.get("/").content.decode()


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
