"""The API's articles: who reads which, and what is taken in or refused."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.exchange.articles import read_articles
from annotate.models import Article, Project
from tests.builders import give, take_in_text

LIST = "/api/p/sahel/articles/"
pytestmark = pytest.mark.usefixtures("project")
TEXT = "قالت «لوموند» إن الهجوم توقف.\r\nونفى مسؤول\u00a0ذلك 🚩.\n"


def post(client: Client, body: object) -> Any:
    return client.post(LIST, json.dumps(body), content_type="application/json")


def test_a_manager_takes_an_article_in_and_reads_back_the_same_text(
    as_cora: Client, project: Project
) -> None:
    body = {"text": TEXT, "language": "ar", "publisher": "لوموند", "published": "2024-10"}
    answer = post(as_cora, body)

    assert answer.status_code == 201
    assert answer.json()["published"] == "2024-10"
    assert answer.json()["direction"] == "rtl"
    article = as_cora.get(f"{LIST}{answer.json()['id']}/").json()
    assert article["text"] == TEXT
    assert article["publisher"] == "لوموند"
    assert [TEXT[s["start"] : s["end"]] for s in article["sentences"]] == [
        "قالت «لوموند» إن الهجوم توقف.",
        "ونفى مسؤول\u00a0ذلك 🚩.",
    ]


@pytest.mark.parametrize(
    ("sent", "stored"), [("AR", "ar"), ("ara", "ar"), ("ar-dz", "ar-DZ"), ("", "ar")]
)
def test_a_language_is_answered_in_the_form_in_which_it_is_stored(
    as_cora: Client, sent: str, stored: str
) -> None:
    answer = post(as_cora, {"text": TEXT, "language": sent}).json()
    assert (answer["language"], answer["direction"]) == (stored, "rtl")


def test_an_article_that_is_there_already_is_answered_with_200(as_cora: Client) -> None:
    first, second = (post(as_cora, {"text": TEXT, "language": "ar"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "a\ud83d"}, "text"),
        ({"text": 7}, "text"),
        ({"text": None}, "text"),
        ({"text": "123"}, "language"),
        ({"text": "x", "language": "french x"}, "language"),
        ({"text": "x", "language": "en", "url": "ftp://x"}, "url"),
        ({"text": "x", "language": "en", "published": "2024-13"}, "published"),
        ({"text": "x", "language": "en", "title": "t" * 501}, "title"),
        ({"text": "x", "language": "en", "publisher": "A > B"}, "publisher"),
        ({"text": "x", "language": "en", "publisher": "\u0640\u064b"}, "publisher"),
        ({"text": "x", "sha256": "0"}, "sha256"),
        ([], ""),
    ],
)
def test_what_is_filled_in_wrongly_is_refused_by_field_and_stores_nothing(
    as_cora: Client, body: object, field: str
) -> None:
    answer = post(as_cora, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["field"] == field
    assert answer.json()["message"]
    assert not Article.objects.exists()


LINES = [
    {"text": TEXT, "language": "ar", "title": None, "published": None},
    {"text": TEXT, "language": " ar\u00a0", "title": " " * 600, "published": "2024-10-01 "},
    {"text": TEXT, "language": "ar", "title": f"{' ' * 600}t", "url": " https://a.example/ "},
    {"text": None},
    {"text": TEXT, "title": 7},
    {"text": TEXT, "title": "t" * 501},
    {"text": TEXT, "published": "yesterday", "url": "x"},
    {"text": TEXT, "title": "\ud800"},
    {"text": TEXT, "sha256": "0"},
    {"text": [TEXT]},
]


@pytest.mark.parametrize("line", LINES)
def test_an_article_is_taken_or_refused_as_a_line_of_a_file_would_be(
    as_cora: Client, line: dict[str, object]
) -> None:
    read = read_articles("a.jsonl", json.dumps(line).encode())
    answer = post(as_cora, line)
    assert answer.status_code == (201 if read.articles else 400)
    assert answer.json().get("faults", []) == [
        {"field": problem.field, "message": problem.message} for problem in read.problems
    ]
    assert [a.title for a in Article.objects.all()] == [draft.title for draft in read.articles]


@pytest.mark.parametrize(
    "body", [b'{"text": "a", "text": "b", "language": "en"}', b'{"a":{"b":1,"b":1}}']
)
def test_a_key_that_stands_twice_is_refused(as_cora: Client, body: bytes) -> None:
    answer = as_cora.post(LIST, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "names a key twice" in answer.json()["message"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"NaN", b"[" * 100_000])
def test_a_body_that_is_not_json_is_refused(as_cora: Client, body: bytes) -> None:
    answer = as_cora.post(LIST, body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_body_that_is_too_large_is_refused_in_words(as_cora: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50
    answer = post(as_cora, {"text": "x" * 50})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 403), ("rita", 403), ("olga", 403), ("dan", 404)]
)
def test_only_managers_of_the_project_take_articles_in(
    project: Project, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert post(client, {"text": "x", "language": "en"}).status_code == status
    assert not Article.objects.exists()


def test_without_sign_in_the_answer_is_401(client: Client, article: Article) -> None:
    for path in (LIST, f"{LIST}{article.pk}/"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


def test_a_token_that_is_not_known_is_no_sign_in(client: Client) -> None:
    answer = client.get(LIST, headers={"Authorization": "Token 0123"})
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


def test_an_annotator_finds_the_own_articles_only(
    as_ada: Client, ada: User, ben: User, article: Article
) -> None:
    assert as_ada.get(LIST).json()["results"] == []
    assert as_ada.get(f"{LIST}{article.pk}/").status_code == 404
    give(article, ben)
    assert as_ada.get(LIST).json()["results"] == []
    give(article, ada)
    assert [found["id"] for found in as_ada.get(LIST).json()["results"]] == [str(article.pk)]
    assert as_ada.get(f"{LIST}{article.pk}/").json()["assignment"] == "assigned"


def test_a_stranger_finds_nothing_of_another_project(
    as_dan: Client, as_cora: Client, article: Article
) -> None:
    assert as_cora.get(f"{LIST}{article.pk}/").status_code == 200
    for path in (LIST, f"{LIST}{article.pk}/", f"/api/p/ports/articles/{article.pk}/"):
        answer = as_dan.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_pages_hold_each_article_once_in_the_order_of_intake(
    as_cora: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.api.articles.OldestFirst.page_size", 2)
    taken = [str(take_in_text(project, f"Text {n}.", language="en").pk) for n in range(5)]
    found, path = [], LIST
    while path:
        page = as_cora.get(path).json()
        found += [article["id"] for article in page["results"]]
        path = page["next"]
    assert found == taken


@pytest.mark.parametrize("count", [2, 20])
def test_a_list_takes_the_same_queries_however_long_it_is(
    as_cora: Client, project: Project, count: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(count):
        take_in_text(project, f"Text {n}.", language="en", publisher=f"Outlet {n}")
    with django_assert_max_num_queries(5):
        assert len(as_cora.get(LIST).json()["results"]) == count
