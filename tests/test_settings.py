"""What config/settings.py makes of an environment: each case is a Python of its own."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent
SERVER = {"SECRET_KEY": "k" * 60 + "0123456789", "ALLOWED_HOSTS": "isnad.example.org"}


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(name: str, data: Path, **environment: str) -> Any:
    code = (
        f"import json; from config import settings; print(json.dumps(settings.{name}, default=str))"
    )
    done = python("-c", code, DATA_DIR=str(data), **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "SECRET_KEY is not set. Set it to 50 or more random characters"),
        ({"SECRET_KEY": "  "}, "SECRET_KEY is not set."),
        ({"DEBUG": "maybe", **SERVER}, "DEBUG='maybe' is neither yes nor no. Write 1 or 0."),
        ({"HSTS_SECONDS": "1e6", **SERVER}, "HSTS_SECONDS='1e6' is not a whole number."),
        ({"DATABASE_URL": "mysql://db/isnad", **SERVER}, "DATABASE_URL must begin with sqlite:"),
    ],
)
def test_a_wrong_environment_is_refused_with_a_sentence(
    environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    done = python("-c", "import config.settings", DATA_DIR=str(tmp_path), **environment)
    assert done.returncode == 1
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", False),
        ("ALLOWED_HOSTS", ["isnad.example.org"]),
        ("SESSION_COOKIE_SECURE", True),
        ("CSRF_COOKIE_SECURE", True),
        ("LANGUAGE_COOKIE_SECURE", True),
        ("SECURE_SSL_REDIRECT", True),
        ("SECURE_PROXY_SSL_HEADER", None),
    ],
)
def test_what_is_not_set_is_safe(name: str, value: object, tmp_path: Path) -> None:
    assert setting(name, tmp_path, **SERVER) == value


def test_a_server_with_a_secret_and_a_host_passes_djangos_deployment_check(tmp_path: Path) -> None:
    done = python(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        DATA_DIR=str(tmp_path),
        **SERVER,
    )
    assert done.returncode == 0, done.stderr


def test_the_demo_answers_this_machine_only(tmp_path: Path) -> None:
    assert setting("ALLOWED_HOSTS", tmp_path, DEMO="1") == ["localhost", "127.0.0.1", "[::1]"]


def test_the_demo_keeps_a_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    first = setting("SECRET_KEY", tmp_path, DEMO="1")
    assert len(first) > 50
    assert first == setting("SECRET_KEY", tmp_path, DEMO="1")
    assert stat.S_IMODE((tmp_path / "demo-secret").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///var/a%20b.db", {"NAME": str(ROOT / "var/a b.db")}),
        ("sqlite:////srv/isnad.db", {"NAME": "/srv/isnad.db"}),
        (
            "postgresql://ada:p%40ss%2Fword@db.example.org:5433/isnad",
            {
                "NAME": "isnad",
                "USER": "ada",
                "PASSWORD": "p@ss/word",
                "HOST": "db.example.org",
                "PORT": "5433",
                "CONN_MAX_AGE": 0,
            },
        ),
        ("postgres:///isnad?host=/run/postgresql", {"NAME": "isnad", "HOST": "", "PORT": ""}),
    ],
)
def test_a_database_is_named_by_its_url(
    url: str, expected: dict[str, object], tmp_path: Path
) -> None:
    database = setting("DATABASES", tmp_path, DATABASE_URL=url, **SERVER)["default"]
    assert expected.items() <= database.items()


def test_a_writer_on_sqlite_waits_for_its_turn(tmp_path: Path) -> None:
    options = setting("DATABASES", tmp_path, **SERVER)["default"]["OPTIONS"]
    assert (options["transaction_mode"], options["timeout"]) == ("IMMEDIATE", 20)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does so unasked")
def test_what_sqlite_has_committed_is_on_the_disk(db: None) -> None:
    with connection.cursor() as cursor:
        told = [
            cursor.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")
        ]
    assert told == [("wal",), (2,)]  # 2: FULL


def test_pages_may_run_no_script_of_others_and_none_written_into_them(client: Client) -> None:
    policy = client.get("/static/nothing.css").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_request_larger_than_the_limit_is_refused_before_it_is_read(
    client: Client, settings: Settings
) -> None:
    settings.MAX_BODY_BYTES = 10
    assert client.post("/", data=b"x" * 11, content_type="text/plain").status_code == 413


def test_150_files_of_one_drop_fit_into_a_request() -> None:
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES >= 150
