"""The API's releases: who reads them, and that the bytes are those that were published."""

import hashlib
from pathlib import Path

import pytest
from django.test import Client

from annotate.models import Release

LIST = "/api/p/sahel/releases/"


def file(name: str, version: str = "1.0.0", slug: str = "sahel") -> str:
    return f"/api/p/{slug}/releases/{version}/files/{name}"


def download(client: Client, path: str) -> bytes:
    return client.get(path).getvalue()


def test_every_listed_file_is_served_with_the_bytes_of_its_check_sum(
    as_cora: Client, release: Release
) -> None:
    (listed,) = as_cora.get(LIST).json()["results"]
    assert (listed["version"], listed["licence"]) == ("1.0.0", "CC BY 4.0")
    assert listed["files"]
    for entry in listed["files"]:
        data = download(as_cora, file(entry["name"]))
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["bytes"])


def test_a_file_comes_as_a_download_that_no_browser_reads_as_a_page(
    as_cora: Client, release: Release
) -> None:
    answer = as_cora.get(file("annotations.csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="annotations.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    answer.close()


def file_types(client: Client) -> list[str]:
    """The types that the schema declares for a file of a release."""
    paths = client.get("/api/schema/").json()["paths"]
    operation = paths["/api/p/{slug}/releases/{version}/files/{name}"]["get"]
    return list(operation["responses"]["200"]["content"])


def test_a_file_comes_whatever_the_client_would_have_and_as_a_declared_type(
    as_cora: Client, release: Release
) -> None:
    declared = file_types(as_cora)
    for name in ("annotations.csv", "codebook.json", "raw.jsonl"):
        for wanted in (*declared, "text/csv", "application/octet-stream", "image/png", "*/*"):
            answer = as_cora.get(file(name), headers={"Accept": wanted})
            assert answer.status_code == 200
            assert answer["Content-Type"].partition(";")[0] in declared
            assert answer.getvalue()


def test_a_refused_file_is_refused_in_json_whatever_the_client_would_have(
    as_cora: Client, release: Release
) -> None:
    answer = as_cora.get(file("other.csv"), headers={"Accept": "text/csv"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        file("other.csv"),
        file("annotations.csv", version="2.0.0"),
        file("annotations.csv", slug="ports"),
        file("..%2F..%2Fsettings.py"),
    ],
)
def test_what_was_not_published_is_not_found(as_cora: Client, release: Release, path: str) -> None:
    assert as_cora.get(path).status_code == 404


def test_a_file_that_was_changed_on_the_disk_is_not_served(
    as_cora: Client, release: Release, tmp_path: Path
) -> None:
    (stored,) = tmp_path.rglob("annotations.csv")
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes() + b" ")
    answer = as_cora.get(file("annotations.csv"))
    assert (answer.status_code, answer.json()["code"]) == (409, "gone")


@pytest.mark.parametrize(
    ("who", "status"), [("ada", 403), ("rita", 200), ("olga", 200), ("dan", 404)]
)
def test_releases_are_read_by_those_who_do_not_only_annotate(
    release: Release, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert client.get(LIST).status_code == status
    answer = client.get(file("manifest.json"))
    assert answer.status_code == status
    answer.close()
