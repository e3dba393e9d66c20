"""What is stored, sent out or read by a program is the same in every language; what people read
follows theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import serializers
from django.db import transaction
from django.http import HttpResponseBase
from django.template import Context, Template
from django.template.defaultfilters import date
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override, trans_real
from pytest_django import Settings

from annotate.errors import WorkflowError
from annotate.exchange.demo import load_demo
from annotate.models import Article, Job, Judgement, Project, Release, Sentence, Source
from annotate.templatetags.keys import keys_dialog
from annotate.web.agreement_downloads import TABLES
from annotate.web.failure_words import failure_words
from annotate.web.reopening import address_to_reopen
from annotate.workflow.releasing import release_folder
from annotate.workflow.sources import propose_source, sources_called
from tests import test_access
from tests.builders import give, hand_in, source, words
from tests.conftest import HALTED
from tests.test_admin import as_chief
from tests.web import test_workbench

LANGUAGES = ["en", "fr", "ar"]

everything = test_access.urls
seven = test_access.clients


class Marked(trans_real.DjangoTranslation):
    """A catalogue that translates every string, into what can be told from it."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture(autouse=True)
def catalogues(settings: Settings, monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    settings.LANGUAGES = [(language, language) for language in LANGUAGES]
    for language in LANGUAGES[1:]:
        monkeypatch.setitem(vars(trans_real)["_translations"], language, Marked(language))


def get(client: Client, url: str, language: str) -> HttpResponseBase:
    return client.get(url, headers={"Accept-Language": language})


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer)


# -- what is stored and sent out -------------------------------------------------------------------


def stored() -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        rows = model._default_manager.all()
        yield model.__name__, serializers.serialize("json", rows)


@pytest.mark.django_db
def test_no_word_of_the_language_that_was_read_is_stored(data_dir: Path) -> None:
    with override("fr"):
        load_demo(configured.BASE_DIR / "seeds")
    rows = dict(stored())
    paths = [path for path in data_dir.rglob("*") if path.is_file()]
    files = [path for path in paths if path.suffix != ".zip"]  # which holds the others
    assert "لوموند" in rows["Source"]
    assert [name for name, text in rows.items() if "⟦" in text] == []
    assert len(files) > 10
    assert [path.name for path in files if "⟦".encode() in path.read_bytes()] == []


def test_a_release_has_the_same_bytes_whatever_language_its_publisher_reads(
    work: Project, as_cora: Client
) -> None:
    published = {language: _published(as_cora, language) for language in LANGUAGES}
    assert len(published["en"]) > 10
    assert b'"certainty"' in published["en"]["raw.jsonl"]
    assert published["fr"] == published["en"] == published["ar"]


def _published(client: Client, language: str) -> dict[str, bytes]:
    """The files by name, without the time, and its sums, of the manifest; all is taken back."""
    headers = {"Accept-Language": language}
    form = {"version": "1.0.0", "text_in_release": "full", "notes": "½"}
    with transaction.atomic():
        client.post("/p/sahel/releases/publish/", form, headers=headers)
        client.post(reverse("run-job", args=["sahel", Job.objects.get().pk]), headers=headers)
        release = Release.objects.get()
        files = {path.name: path.read_bytes() for path in release_folder(release).iterdir()}
        manifest = files.pop("manifest.json")
        files["what"] = re.sub(b'"created_at": "[^"]*"', b"", manifest)
        del files["SHA256SUMS"], files["sahel-1.0.0.zip"]
        transaction.set_rollback(True)
    return files


def test_what_a_program_asks_for_is_the_same_in_every_language(
    everything: dict[str, str], seven: list[Client]
) -> None:
    *_, cora = seven
    ada = seven[2]
    asked = 0
    for name, url in everything.items():
        for client in (ada, cora):
            first = get(client, url, "en")
            if first.status_code != 200 or "html" in first.headers["Content-Type"]:
                continue
            asked += 1
            expected = _data(first)
            assert [_data(get(client, url, it)) for it in LANGUAGES[1:]] == [expected] * 2, name
    assert asked > 10


def _data(answer: HttpResponseBase) -> bytes | dict[str, Any]:
    """The bytes; of an answer to the workbench what is not HTML."""
    data = body(answer)
    if answer.headers["Content-Type"] != "application/json" or not data.startswith(b'{"sentence"'):
        return data
    return {name: it for name, it in json.loads(data).items() if "<" not in str(it)}


def test_the_tables_of_agreement_are_the_same_in_every_language(
    everything: dict[str, str], as_cora: Client
) -> None:
    for table in TABLES:
        url = everything["agreement-csv"].replace("figures", table)
        first, *others = [body(get(as_cora, url, language)) for language in LANGUAGES]
        assert others == [first] * 2, table
        assert (b"supports,Supports," in first) is (table in ("prevalence", "confusion")), table


def test_a_refusal_of_the_api_has_a_code_for_programs_and_words_for_people(as_dan: Client) -> None:
    answers = [get(as_dan, "/api/p/sahel/articles/", it) for it in LANGUAGES]
    told = [json.loads(body(answer)) for answer in answers]
    assert {each["code"] for each in told} == {"not_found"}
    assert told[1]["message"] == f"⟦{told[0]['message']}⟧"


@pytest.mark.parametrize("file_format", range(3))
def test_what_the_admin_exports_is_the_same_in_every_language(
    article: Article, cora: User, file_format: int
) -> None:
    client = as_chief(cora)
    form = {"format": file_format, "resource": ""}
    for field in ("title", "published", "publisher", "text"):
        form[f"articleresource_{field}"] = "on"
    page = "/admin/annotate/article/export/"
    answers = [client.post(page, form, headers={"Accept-Language": it}) for it in LANGUAGES]
    files = [body(answer) for answer in answers]
    assert article.text.splitlines()[0] in files[0].decode()
    assert files[1:] == files[:1] * 2


def test_the_admins_log_is_in_no_readers_language(
    project: Project, cora: User, dan: User, seven: list[Client]
) -> None:
    form = {"project": project.pk, "user": dan.pk, "role": "annotator", "languages": "ar"}
    headers = {"Accept-Language": "fr"}
    as_chief(cora).post("/admin/annotate/membership/add/", form, headers=headers)
    assert LogEntry.objects.get().object_repr == "dan · annotator"


def test_why_readings_could_not_be_compared_is_stored_for_all_and_told_to_each(
    article: Article, ada: User, ben: User, project: Project
) -> None:
    give(article, ada, ben)
    proposed = propose_source(article=article, by=ada, name="Le Soir", kind="media")
    accepted, other = source(project, "Le Soir"), source(project, "RFI")
    Source.objects.filter(pk=accepted.pk).update(merged_into=other)
    with override("fr"):
        hand_in(article, ada, words(article, HALTED, chain=(proposed,)))
        hand_in(article, ben)
    article.refresh_from_db()
    told = "A source is merged into another living one."
    assert article.grouping_failure == f"WorkflowError: {told}"
    with override("fr"):
        assert failure_words(article.grouping_failure) == f"⟦{told}⟧"


@pytest.mark.parametrize("reading", LANGUAGES)
def test_the_author_is_no_source_under_the_name_that_any_language_has_for_him(
    article: Article, ada: User, reading: str
) -> None:
    give(article, ada)
    with override(reading):
        for name in ("author", "⟦author⟧", " AUTHOR"):
            with pytest.raises(WorkflowError, match="author"):
                sources_called(name, article=article, by=ada)


# -- numbers and dates -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", [*LANGUAGES, *dict(configured.LANGUAGES)])
def test_a_number_has_a_point_in_every_language(language: str) -> None:
    with override(language):
        written = Template("{{ share }} {{ count }} {{ share|floatformat:1 }}")
        assert written.render(Context({"share": 0.83, "count": 1234567})) == "0.83 1234567 0.8"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Nov. 2, 2026, 3:04 p.m."),
        ("fr", "2 ⟦November⟧ 2026 à 15:04"),
        ("ar", "2 ⟦November⟧ 2026، 15:04"),
    ],
)
def test_a_date_follows_the_language(language: str, written: str) -> None:
    with override(language):
        assert date(datetime(2026, 11, 2, 15, 4, tzinfo=UTC), "DATETIME_FORMAT") == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["0.25", "0,25", "٠٫٢٥"])
def test_a_threshold_is_read_and_shown_again_alike(
    as_cora: Client, project: Project, typed: str, language: str
) -> None:
    headers = {"Accept-Language": language}
    form = {"agreement_policy": "unanimous", "boundary_threshold": "0.8", "save": "1"}
    page = "/p/sahel/settings/"
    job = as_cora.post(f"{page}rules/", {**form, "match_threshold": typed}, headers=headers)
    as_cora.post(f"{job.headers['Location']}run/", headers=headers)
    project.refresh_from_db()
    assert project.match_threshold == 0.25
    assert 'value="0.25"' in body(get(as_cora, page, language)).decode()


asked_for_a_year = test_workbench.toned


@pytest.mark.parametrize("typed", ["1.5", "1,5", "١٫٥"])
def test_an_answer_in_digits_is_stored_alike_however_it_is_typed(
    asked_for_a_year: Sentence, as_ada: Client, typed: str
) -> None:
    sent = test_workbench.claim(asked_for_a_year.article, "Moscow halted it")
    sent |= {"about_year": typed}
    done = test_workbench.post(as_ada, asked_for_a_year, "save-claim", sent)
    assert done.status_code == 200
    assert Judgement.objects.get().labels == {"year": 1.5}


WORDS = {"title", "aria-label", "placeholder", "alt", "label"}  # of a page, for people
OF_THE_LANGUAGE = {"lang", "dir", "aria-current", "hx-headers"}
DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9]{64}")  # anew for each page
NUMBER = re.compile(r"\d[\d.,٫٬]*")
MIRRORED = {"d", "x", "cx"}  # of a drawing, where one reads from the right


class Elements(HTMLParser):
    """The elements of a page, each with what scripts, style sheets or the server read of it: of
    words the numbers.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, object]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "bdi":  # a name, which may stand there in two languages
            return
        read = {name: _read(name, DRAWN.sub("", value or "")) for name, value in attrs}
        self.found.append((tag, {it: read[it] for it in read.keys() - OF_THE_LANGUAGE}))


def _read(name: str, value: str) -> object:
    if name in MIRRORED:
        return len(re.findall(r"[MHV]|-?\d+\.\d", value))
    return NUMBER.findall(value) if name in WORDS or name.startswith("data-") else value


def test_what_scripts_and_forms_read_of_a_page_is_the_same_in_every_language(
    everything: dict[str, str], seven: list[Client]
) -> None:
    ada, cora = seven[2], seven[6]
    for name, url in everything.items():
        for client in (ada, cora):
            first = get(client, url, "en")
            page = body(first)
            if first.status_code == 200 and "html" in first.headers["Content-Type"]:
                expected = Elements(page.decode()).found
                for language in LANGUAGES[1:]:
                    page = body(get(client, url, language))
                    assert Elements(page.decode()).found == expected, (name, language)


# -- the language of the page ----------------------------------------------------------------------


def language_of(answer: HttpResponseBase) -> str:
    """That of the page, of which its header says the same."""
    language, direction = re.findall(r'<html lang="([^"]+)" dir="(\w+)"', body(answer).decode())[0]
    assert direction == ("rtl" if language == "ar" else "ltr")
    assert answer.headers["Content-Language"] == language
    return str(language)


@pytest.mark.parametrize(
    ("accepted", "read"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("ar-DZ", "ar"),
        ("de,ar;q=0.5", "ar"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
@pytest.mark.django_db
def test_where_none_is_chosen_the_browser_says_the_language(
    client: Client, accepted: str, read: str
) -> None:
    assert language_of(get(client, "/sign-in/", accepted)) == read


def test_a_chosen_language_stays_through_sign_in_and_out(
    client: Client, article: Article, ada: User
) -> None:
    chosen = client.post("/language/", {"language": "ar", "next": "/sign-in/"}).cookies
    kept = chosen["django_language"]
    assert (kept["max-age"], kept["samesite"], kept["httponly"]) == (365 * 86_400, "Lax", True)
    client.post("/sign-in/", {"username": "ada", "password": "ada's secret"})
    assert language_of(get(client, "/p/sahel/", "fr")) == "ar"
    client.post("/sign-out/")
    assert language_of(get(client, "/sign-in/", "fr")) == "ar"
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert language_of(get(client, "/sign-in/", "fr")) == "en"


@pytest.mark.parametrize(
    ("asked", "spoken"), [("ar", "ar"), ("en", "en"), ("de", "fr"), ("", "fr")]
)
def test_an_answer_to_a_script_speaks_the_language_of_the_page_that_asks(
    as_cora: Client, project: Project, asked: str, spoken: str
) -> None:
    as_cora.post("/language/", {"language": "fr"})
    part = as_cora.get("/p/sahel/", headers={"HX-Request": "true", "X-Language": asked})
    assert part.headers["Content-Language"] == spoken
    assert language_of(as_cora.get("/p/sahel/")) == "fr"


def next_of(page: str) -> str:
    """Where the switch of the page leads."""
    (address,) = re.findall(r'name="next" value="([^"]+)">\s*<button[^>]*name="language"', page)
    return unescape(address)


def test_the_switch_shows_the_same_page_again(
    everything: dict[str, str], seven: list[Client]
) -> None:
    for name, url in everything.items():
        for client in (seven[0], seven[6]):
            answer = get(client, f"{url}?a=1&b=%26", "fr")
            page = body(answer).decode("utf-8", "replace")
            if 'class="foot"' in page:
                told = (next_of(page), " data-sent>" in page)
                assert told == (f"{url}?a=1&b=%26", False), name


HERE, ELSEWHERE = "http://testserver", "http://elsewhere.example"
ADD, PUBLISH = "/p/sahel/progress/people/add/", "/p/sahel/releases/publish/"


@pytest.mark.parametrize(
    ("form", "sent_from", "leads"),
    [
        (ADD, f"{HERE}/p/sahel/progress/people/?a=1", "/p/sahel/progress/people/?a=1"),
        (PUBLISH, f"{HERE}/p/sahel/releases/", "/p/sahel/releases/"),
        (ADD, f"{HERE}/p/sahel/progress/people/readers/", "/p/sahel/"),
        (ADD, f"{ELSEWHERE}/p/sahel/corpus/", "/p/sahel/"),
        (ADD, f"{HERE}//elsewhere.example/", "/p/sahel/"),
        (ADD, "", "/p/sahel/"),
    ],
)
def test_the_switch_of_an_answer_to_a_form_leads_to_a_page(
    as_cora: Client, project: Project, form: str, sent_from: str, leads: str
) -> None:
    answer = as_cora.post(form, headers={"Referer": sent_from})
    assert answer.status_code == 422
    page = body(answer).decode()
    assert (next_of(page), " data-sent>" in page) == (leads, True)
    done = as_cora.post("/language/", {"language": "fr", "next": leads}, follow=True)
    assert (done.status_code, language_of(done)) == (200, "fr")


def test_only_what_can_be_opened_is_taken_for_a_page(everything: dict[str, str]) -> None:
    opened = {name for name, method, _statuses in test_access.ACCESS if method == "get"}
    for name, url in everything.items():
        if name != "sign-out" and not name.startswith("api-"):
            sent_from = {"Referer": f"http://testserver{url}"}
            request = RequestFactory().post("/", headers=sent_from)
            request.resolver_match = None
            assert (address_to_reopen(request) == url) is (name in opened), name


def test_an_error_is_told_in_the_readers_language(as_dan: Client, client: Client) -> None:
    for answer in (
        get(as_dan, "/p/sahel/", "ar"),
        get(as_dan, "/nowhere/", "ar"),
        as_dan.post("/p/sahel/next/", headers={"Accept-Language": "ar"}),
        Client(enforce_csrf_checks=True).post("/language/", headers={"Accept-Language": "ar"}),
    ):
        assert answer.status_code in (403, 404)
        assert language_of(answer) == "ar"


def test_no_page_or_part_of_one_is_kept_for_another_language(
    everything: dict[str, str], seven: list[Client]
) -> None:
    for name, url in everything.items():
        for headers in ({}, {"HX-Request": "true"}):
            answer = seven[6].get(url, headers=headers)
            if b"<" in body(answer) and "html" in answer.headers["Content-Type"]:
                varies = set(re.split(r",\s*", answer.headers["Vary"]))
                assert {"Accept-Language", "Cookie", "X-Language"} <= varies, name
                assert "max-age=3" not in answer.headers.get("Cache-Control", ""), name


@pytest.mark.django_db
def test_the_keys_are_told_in_the_language_of_each_reader() -> None:
    told = []
    for language in ("en", "fr", "en"):
        with override(language):
            told.append("⟦next sentence⟧" in keys_dialog("boundaries"))
    assert told == [False, True, False]
