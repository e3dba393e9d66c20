"""The releases' pages: who sees them, what they say, and the bytes they serve."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Job, Project, Release
from annotate.workflow.releasing import publish_release, release_folder
from tests.builders import give, hand_in, take_in_text, words
from tests.conftest import HALTED

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def release(work: Project, cora: User) -> Release:
    return publish_release(project=work, by=cora, version="1.0.0", notes="Erste Fassung")


def downloaded(answer: Any) -> bytes:
    """The whole of a streamed answer, which closes its file."""
    return b"".join(answer.streaming_content)


def address(name: str, *more: str) -> str:
    return reverse(name, args=["sahel", *more])


def test_the_page_lists_versions_and_suggests_the_next(release: Release, as_cora: Client) -> None:
    page = as_cora.get(address("releases")).content.decode()
    assert address("release", "1.0.0") in page
    assert 'value="1.1.0"' in page


def test_only_a_manager_is_offered_to_publish(release: Release, as_rita: Client) -> None:
    page = as_rita.get(address("releases")).content.decode()
    assert address("release", "1.0.0") in page
    assert address("publish-release") not in page


def test_before_publishing_the_manager_reads_what_goes_in_and_what_is_left(
    work: Project, as_cora: Client
) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        page = as_cora.get(address("release-preview"), headers=headers).content.decode()
        assert "1 of 1 articles is complete and goes in" in page
        assert "1 claim still waits for a reviewer" in page
        assert "Not defined: everyone chose “Supports”." in page
        assert "Too few to tell: 4 of the 30 units that are needed." in page
        assert ("<!DOCTYPE html>" in page) == (not headers)


def test_where_nothing_can_be_released_the_page_says_why(article: Article, as_cora: Client) -> None:
    page = as_cora.get(address("releases")).content.decode()
    assert "no article of this project is complete" in page
    assert 'name="version"' not in page


def test_publishing_leads_to_the_release(work: Project, as_cora: Client) -> None:
    form = {"version": "1.0.0", "licence": "CC BY", "text_in_release": "quotes", "notes": "a\r\nb"}
    asked = as_cora.post(address("publish-release"), form)
    as_cora.post(reverse("run-job", args=["sahel", Job.objects.get().pk]))
    answer = as_cora.get(asked["Location"], follow=True)
    made = Release.objects.get()
    assert answer.redirect_chain == [(address("release", "1.0.0"), HTTPStatus.FOUND)]
    assert (made.text_in_release, made.notes, made.licence) == ("quotes", "a\nb", "CC BY")
    assert "Release 1.0.0 is published." in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"version": "1.0"}, 422, "three numbers"),
        ({"version": "1.0.0"}, 422, "The last release is 1.0.0"),
        ({"version": ""}, 422, "required"),
        ({"version": "2.0.0", "text_in_release": "all"}, 422, "valid choice"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_beside_it_and_stays(
    release: Release, as_cora: Client, sent: dict[str, str], status: int, said: str
) -> None:
    form = {"text_in_release": "full", "licence": "MY LICENCE", **sent}
    answer = as_cora.post(address("publish-release"), form)
    page = answer.content.decode()
    assert (answer.status_code, said in page, "MY LICENCE" in page) == (status, True, True)
    assert Release.objects.count() == 1


def test_publishing_with_nothing_complete_is_refused(article: Article, as_cora: Client) -> None:
    form = {"version": "1.0.0", "text_in_release": "full"}
    answer = as_cora.post(address("publish-release"), form)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "no article of this project is complete" in answer.content.decode()


def test_a_release_shows_its_files_with_their_check_sums(release: Release, as_rita: Client) -> None:
    page = as_rita.get(address("release", "1.0.0")).content.decode()
    assert "Erste Fassung" in page
    for file in release.files:
        assert file["sha256"] in page
        assert address("release-file", "1.0.0", file["name"]) in page


def test_every_file_is_served_as_published_and_as_a_download(
    release: Release, as_rita: Client
) -> None:
    for file in release.files:
        answer = as_rita.get(address("release-file", "1.0.0", file["name"]))
        published = (release_folder(release) / file["name"]).read_bytes()
        assert downloaded(answer) == published
        assert answer["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert int(answer["Content-Length"]) == file["bytes"]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("annotations.csv", "text/csv; charset=utf-8"),
        ("raw.jsonl", "application/jsonl"),
        ("dataset.json", "application/json"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
        ("sahel-1.0.0.zip", "application/zip"),
    ],
)
def test_a_file_says_what_it_is(
    release: Release, as_rita: Client, name: str, content_type: str
) -> None:
    answer = as_rita.get(address("release-file", "1.0.0", name))
    assert answer["Content-Type"] == content_type
    assert downloaded(answer)


def test_a_file_that_was_altered_is_refused_in_words(release: Release, as_rita: Client) -> None:
    (release_folder(release) / "annotations.csv").write_text("better numbers")
    answer = as_rita.get(address("release-file", "1.0.0", "annotations.csv"))
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "not the one that was published" in answer.content.decode()


@pytest.mark.parametrize("name", ["nothing.csv", "sahel-1.0.1.zip", "..%2F..%2Fsecret"])
def test_what_is_no_file_of_a_release_is_not_found(
    release: Release, as_rita: Client, data_dir: Path, name: str
) -> None:
    (data_dir / "secret").write_text("s")
    answer = as_rita.get(address("release", "1.0.0") + "files/" + name)
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("releases", []),
        ("release-preview", []),
        ("release", ["1.0.0"]),
        ("release-file", ["1.0.0", "annotations.csv"]),
    ],
)
def test_annotators_and_strangers_see_no_release(
    release: Release, as_ada: Client, as_dan: Client, name: str, more: list[str]
) -> None:
    assert as_ada.get(address(name, *more)).status_code == HTTPStatus.FORBIDDEN
    assert as_dan.get(address(name, *more)).status_code == HTTPStatus.NOT_FOUND
    assert Client().get(address(name, *more)).status_code == HTTPStatus.FOUND


def test_two_projects_with_the_same_version_do_not_meet(
    release: Release, as_dan: Client, dan: User
) -> None:
    ports = Project.objects.get(slug="ports")
    Project.objects.filter(pk=ports.pk).update(annotators_per_article=1)
    ports.refresh_from_db()
    quay = take_in_text(ports, "Le quai nord est fermé.\n", language="fr")
    give(quay, dan)
    hand_in(quay, dan, words(quay, "Le quai nord est fermé"))
    publish_release(project=ports, by=dan, version="1.0.0")
    answer = as_dan.get(reverse("release-file", args=["ports", "1.0.0", "annotations.csv"]))
    data = downloaded(answer).decode()
    assert "Le quai nord est fermé" in data
    assert HALTED not in data


@pytest.mark.parametrize("count", [1, 6])
def test_the_pages_cost_the_same_however_many_versions_there_are(
    work: Project,
    cora: User,
    as_cora: Client,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for minor in range(count):
        publish_release(project=work, by=cora, version=f"1.{minor}.0")
    with django_assert_max_num_queries(13):
        as_cora.get(address("releases"))
    with django_assert_max_num_queries(9):
        as_cora.get(address("release", "1.0.0"))
