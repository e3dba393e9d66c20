"""What the API says of itself: its schema, and the page that shows it."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client

from annotate.models import Article


def test_the_schema_is_valid_and_complete(tmp_path: Path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema"))
    schema = (tmp_path / "schema").read_text()
    assert "/api/p/{slug}/sentences/{sentence}/judgement/" in schema


def test_the_page_of_the_schema_runs_under_the_strict_policy_with_local_files_only(
    client: Client,
) -> None:
    page = client.get("/api/docs/")
    html = page.content.decode()

    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert sources
    assert all(source.startswith("/") for source in sources)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=", html)
    assert "unsafe" not in page["Content-Security-Policy"]
    assert client.get("/api/schema/").status_code == 200


ARTICLES, SOURCES = "/api/p/{slug}/articles/", "/api/p/{slug}/sources/"
BLOCK, JOIN = (
    "/api/p/{slug}/sentences/{sentence}/block/",
    "/api/p/{slug}/sentences/{sentence}/join/",
)
REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("get", SOURCES, {"QUERY_STRING": "article=x"}, 400),
    ("get", SOURCES, {"QUERY_STRING": f"article={UUID(int=1)}"}, 404),
    ("get", SOURCES, {"QUERY_STRING": "cursor=x"}, 404),
    ("get", ARTICLES, {"QUERY_STRING": "cursor=x"}, 404),
    ("get", ARTICLES, {"headers": {"Accept": "text/html"}}, 406),
    ("get", ARTICLES, {"headers": {"Authorization": "Token x"}}, 401),
    ("post", ARTICLES, {"data": "x", "content_type": "text/plain"}, 415),
    ("post", ARTICLES, {"data": "{", "content_type": "application/json"}, 400),
    ("post", ARTICLES, {"data": "x" * 2_000, "content_type": "application/json"}, 413),
    ("post", BLOCK, {"data": "{}", "content_type": "application/json"}, 400),
    ("post", BLOCK, {"data": "x", "content_type": "text/plain"}, 415),
    ("post", JOIN, {"headers": {"Accept": "text/html"}}, 406),
]


@pytest.mark.parametrize(("method", "path", "sent", "status"), REFUSED)
def test_a_refusal_that_a_client_can_meet_is_declared_in_the_shape_that_it_has(
    as_cora: Client,
    article: Article,
    settings: Any,
    method: str,
    path: str,
    sent: dict[str, Any],
    status: int,
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    sentence = article.sentences.order_by("index")[0]
    address = path.format(slug="sahel", sentence=sentence.pk)
    answer = as_cora.generic(method.upper(), address, **sent)
    assert answer.status_code == status
    schema = as_cora.get("/api/schema/").json()
    declared = schema["paths"][path][method]["responses"][str(status)]["content"]
    shape = declared["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(answer.json()) <= set(schema["components"]["schemas"][shape]["properties"])


def test_only_what_takes_a_body_declares_refusals_of_one(client: Client) -> None:
    paths = client.get("/api/schema/").json()["paths"]
    join = paths[JOIN]["post"]["responses"]
    assert not {"413", "415"} & set(join)
    assert "Retry-After" in join["503"]["headers"]
    assert "406" not in paths["/api/p/{slug}/releases/{version}/files/{name}"]["get"]["responses"]
