"""What the API says of itself: its schema, and the page that shows it."""

import re
from pathlib import Path

from django.core.management import call_command
from django.test import Client


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
