"""Somebody else writes for longer than the database waits: what is answered then."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from annotate.errors import is_contention
from annotate.models import Article, Project, Upload
from tests.patience import be_impatient, be_patient, held_by_others

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "The port is shut."


@pytest.fixture
def impatient(as_cora: Client) -> Iterator[Client]:
    """Cora, whose requests do not wait for others."""
    be_impatient()
    yield as_cora
    be_patient()


def by_api(client: Client) -> Any:
    sent = {"text": TEXT, "language": "en"}
    return client.post("/api/p/sahel/articles/", sent, content_type="application/json")


def by_page(client: Client) -> Any:
    return client.post("/p/sahel/corpus/paste/", {"text": TEXT, "language": "en"})


def by_fragment(client: Client) -> Any:
    sent = {"text": TEXT, "language": "en"}
    return client.post("/p/sahel/corpus/paste/", sent, headers={"HX-Request": "true"})


@pytest.mark.parametrize("send", [by_api, by_page, by_fragment])
def test_who_waited_for_others_in_vain_is_told_to_try_again_and_nothing_is_stored(
    impatient: Client, project: Project, send: Callable[[Client], Any]
) -> None:
    with held_by_others(Project.objects.all()):
        answer = send(impatient)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Others are writing just now" in answer.content.decode()
    assert not Article.objects.exists()
    assert not Upload.objects.exists()
    assert send(impatient).status_code < 400


def test_the_api_says_so_for_machines_too(impatient: Client, project: Project) -> None:
    with held_by_others(Project.objects.all()):
        assert by_api(impatient).json()["code"] == "busy"


@pytest.mark.parametrize(
    ("cause", "busy"),
    [
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.SerializationFailure(), True),
        (psycopg.errors.AdminShutdown(), False),
        (psycopg.OperationalError("no connection"), False),
        (None, False),
    ],
)
def test_nothing_else_that_the_database_says_is_taken_for_it(
    cause: Exception | None, busy: bool
) -> None:
    error = OperationalError()
    error.__cause__ = cause
    assert is_contention(error) == busy
    assert not is_contention(cause)
