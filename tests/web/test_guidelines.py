"""Guidelines on their page, in the drawer and in the form of a manager."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.domain.codebook import parse
from annotate.models import Guidelines, Project
from annotate.web.sections import sections
from annotate.workflow.asking import RulingDraft, rule
from annotate.workflow.projects import GUIDELINES_LIMIT, publish_guidelines
from tests.builders import CODEBOOK

TEXT = "Read first.\n\n## kind: causal\n\n> **أوقفت روسيا** الهجوم\n\n## Anything\n\n1 < 2"
ADDRESS, EDIT = "/p/sahel/guidelines/", "/p/sahel/guidelines/edit/"

ClientOf = Callable[[User], Client]


@pytest.fixture
def client_of() -> ClientOf:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def published(project: Project, cora: User) -> Guidelines:
    return publish_guidelines(project=project, by=cora, text=TEXT)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("a <b onclick=x>b</b>", "&lt;b onclick=x&gt;"),
        ("![x](https://example.org/x.png)", '<a href="https://example.org/x.png">x</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,x)", "[x](data:text/html,x)"),
        ("> **أوقفت** روسيا", '<blockquote dir="rtl">'),
        ("[هنا](https://example.org/a/long/address)", '<p dir="rtl">'),
        ("- «أوقفت روسيا الهجوم»: an event", '<li dir="ltr">'),
        ("| a | b |\n|---|---|\n| 1 | 2 |", '<td dir="ltr">1</td>'),
    ],
)
def test_only_what_markdown_makes_is_html(written: str, shown: str) -> None:
    (section,) = sections(written, None)
    assert shown in section.html
    assert "<script" not in section.html
    assert "<img" not in section.html


@pytest.mark.parametrize(
    ("heading", "anchor", "title"),
    [
        ("kind: causal", "kind-causal", "Kind of claim: Cause or effect"),
        ("kind", "kind", "Kind of claim"),
        ("kind: unheard_of", "section-1", "kind: unheard_of"),
        ("source", "section-1", "source"),
        ("Hard cases", "section-1", "Hard cases"),
        ("<i>x</i>", "section-1", "<i>x</i>"),
    ],
)
def test_a_heading_that_names_a_label_is_its_section(heading: str, anchor: str, title: str) -> None:
    (section,) = sections(f"# {heading}\n\ntext", parse(CODEBOOK))
    assert (section.anchor, section.title) == (anchor, title)


@pytest.mark.django_db
def test_the_drawer_gets_the_text_alone(client_of: ClientOf, published: None, ada: User) -> None:
    page = client_of(ada).get(ADDRESS).content.decode()
    fragment = client_of(ada).get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    for answer in (page, fragment):
        assert 'id="kind-causal"' in answer
        assert "Change them" not in answer
    assert "<html" in page
    assert "<html" not in fragment


@pytest.mark.django_db
def test_a_ruling_stands_under_its_label_and_any_other_at_the_end(
    client_of: ClientOf, project: Project, published: None, cora: User, ada: User
) -> None:
    for text, dimension, value in (("Of causes.", "kind", "causal"), ("Of all.", "", "")):
        draft = RulingDraft(text=text, dimension=dimension, value=value)
        rule(pk=uuid4(), project=project, by=cora, draft=draft)
    answer = client_of(ada).get(ADDRESS).content.decode()
    places = [answer.index(each) for each in ("kind-causal", "Of causes.", "Anything", "Of all.")]
    assert places == sorted(places)


@pytest.mark.django_db
def test_a_preview_stores_nothing_and_keeps_what_was_typed(
    client_of: ClientOf, published: None, cora: User
) -> None:
    sent = {"text": "## stance: denies\r\n\r\nNew <b>words</b>", "preview": "1"}
    answer = client_of(cora).post(EDIT, sent).content.decode()
    assert 'id="stance-denies"' in answer
    assert "New &lt;b&gt;words" in answer
    assert Guidelines.objects.count() == 1


@pytest.mark.django_db
def test_new_guidelines_hold_and_the_old_ones_are_kept(
    client_of: ClientOf, published: Guidelines, cora: User, project: Project
) -> None:
    client = client_of(cora)
    for _ in range(2):  # the same text again is no new version
        assert client.post(EDIT, {"text": "New\r\nwords"}).status_code == 302
    kept = Guidelines.objects.of(project).values_list("number", "text")
    assert list(kept) == [(2, "New\nwords"), (1, TEXT)]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["x" * (GUIDELINES_LIMIT + 1), "a\0b"])
def test_what_cannot_be_kept_is_refused_in_words(
    client_of: ClientOf, project: Project, cora: User, text: str
) -> None:
    answer = client_of(cora).post(EDIT, {"text": text})
    assert answer.status_code == 422
    assert "characters; these have" in answer.text or "cannot be stored" in answer.text
    assert not Guidelines.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("rulings", [1, 12])
def test_the_page_asks_the_same_whatever_it_shows(
    client_of: ClientOf,
    project: Project,
    published: None,
    cora: User,
    ada: User,
    rulings: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rulings):
        rule(pk=uuid4(), project=project, by=cora, draft=RulingDraft(text=f"Number {number}."))
    client = client_of(ada)
    with django_assert_max_num_queries(8):
        client.get(ADDRESS)
