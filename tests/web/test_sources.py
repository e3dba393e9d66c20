"""Sources while one types: by any name in any script, and never another annotator's proposals."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Project, Source
from annotate.workflow.sources import add_source, propose_source
from tests.builders import give, mark, source, take_in_text, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def le_monde(project: Project, cora: User) -> Source:
    return add_source(
        project=project,
        by=cora,
        name={"en": "Le Monde", "fr": "Le Monde"},
        kind="media",
        aliases=[("صحيفة لوموند", "ar"), ("لو موند", "ar")],
    )


def found(client: Client, typed: str, article: Article | None = None) -> list[str]:
    """The ids in the list, in order."""
    query = {"q": typed} | ({"article": str(article.pk)} if article else {})
    text = client.get(reverse("sources", args=["sahel"]), query, headers=HTMX).content.decode()
    return [part[:36] for part in text.split('data-source="')[1:]]


@pytest.mark.parametrize("typed", ["le mo", "MONDE", "لوموند", "لُوموند", "لومـوند", "لو موند"])
def test_a_source_is_found_by_any_of_its_names_however_it_is_typed(
    as_ada: Client, le_monde: Source, typed: str
) -> None:
    assert found(as_ada, typed) == [str(le_monde.pk)]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("الجزائر", "جزائر"),
        ("جماعة نصرة الإسلام", "الجماعة"),
        ("جماعة نصرة الإسلام", "اسلام نصره"),
        ("صحيفة «لوموند» الفرنسية", "وموند"),
        ("Côte d’Ivoire", "ivoire"),
        ("Вестник Приречья", "приреч"),
        ("المركز", "«المركز»"),
        ("ال", "ال"),
        ("شؤون إفريقية", "شوون افريقيه"),
        ("وزارة الشئون", "الشيون"),
        ("رئيس لؤلؤة", "رييس لولوه"),
        ("مسوول", "مسؤول"),
    ],
)
def test_a_source_is_found_by_parts_of_its_words_with_or_without_the_article(
    as_ada: Client, project: Project, name: str, typed: str
) -> None:
    source(project, "Reuters")
    wanted = source(project, name)
    assert found(as_ada, typed) == [str(wanted.pk)]


def test_what_is_no_word_is_found_as_it_is_typed(as_ada: Client, project: Project) -> None:
    source(project, "Reuters")
    canal = source(project, "Canal+")
    assert found(as_ada, "+") == [str(canal.pk)]


def test_the_better_a_name_fits_the_earlier_it_comes_then_what_one_used(
    as_ada: Client, ada: User, ben: User, project: Project, article: Article
) -> None:
    names = ["Oman", "Oman Post", "The Oman", "Roman B", "Roman A", "Roman C", "Roman D"]
    by_name = {name: source(project, name) for name in names}
    give(article, ada, ben)
    other = take_in_text(project, "قال مصدر إن الطريق مقطوع.", "ar")
    give(other, ada)
    mark(article, ada, words(article, "روسيا أوقفت الهجوم", chain=(by_name["Roman C"],)))
    mark(other, ada, words(other, "الطريق مقطوع", chain=(by_name["Roman B"],)))
    mark(article, ben, words(article, "روسيا أوقفت الهجوم", chain=(by_name["Roman D"],)))
    order = ["Oman", "Oman Post", "The Oman", "Roman C", "Roman B", "Roman A", "Roman D"]
    assert found(as_ada, "oman", article) == [str(by_name[name].pk) for name in order]
    assert found(as_ada, "", article)[:2] == [str(by_name[n].pk) for n in ("Roman C", "Roman B")]


@pytest.mark.parametrize("number", [1, 60])
def test_a_list_takes_as_many_queries_whatever_it_is_made_of(
    as_ada: Client,
    ada: User,
    project: Project,
    article: Article,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    give(article, ada)
    for each in range(number):
        source(project, f"Agence {each}")
    with django_assert_max_num_queries(6):
        assert len(found(as_ada, "agence", article)) == min(number, 8)


def test_an_equal_name_comes_first_and_the_list_is_short(as_ada: Client, project: Project) -> None:
    names = [f"Agence Mali {n}" for n in range(10)]
    for name in names:
        source(project, name)
    exact = source(project, "Mali")
    answer = found(as_ada, "mali")
    assert answer[0] == str(exact.pk)
    assert len(answer) == 8


def test_the_author_is_never_offered_and_the_unspecified_source_is(
    as_ada: Client, project: Project
) -> None:
    assert found(as_ada, "author") == []
    assert found(as_ada, "غير محدد") == [str(project.sources.get(kind="unspecified").pk)]


def test_a_proposal_is_its_proposers_alone(
    as_ada: Client, as_ben: Client, as_rita: Client, ada: User, ben: User, article: Article
) -> None:
    give(article, ada, ben)
    data = {"name": "  Radio \xa0Sahel ", "kind": "media", "article": str(article.pk)}
    answer = as_ada.post(reverse("propose-source", args=["sahel"]), data, headers=HTMX)
    made = Source.objects.get(status="proposed")
    assert f'data-source="{made.pk}"' in answer.content.decode()
    assert made.name == {"ar": "Radio Sahel"}
    assert found(as_ada, "radio") == [str(made.pk)]
    assert found(as_ben, "radio") == []
    assert found(as_rita, "radio") == []


def test_an_unnamed_source_stays_in_its_article(
    as_ada: Client, ada: User, project: Project, article: Article
) -> None:
    give(article, ada)
    made = propose_source(article=article, by=ada, name="an officer", kind="anonymous")
    assert found(as_ada, "officer", article) == [str(made.pk)]
    assert found(as_ada, "officer") == []


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("", "media", "needs a name"),
        ("x" * 201, "media", "at most 200"),
        ("ß" * 101, "media", "has 202 as it is looked up"),
        ("a\0b", "media", "no control characters"),
        ("A > B", "media", "may not contain"),
        ("RFI", "author", "Choose what kind"),
        ("article  AUTHOR", "person", "is the article’s author"),
        ("RFI", "", "Choose what kind"),
    ],
)
def test_a_proposal_that_cannot_stand_is_refused_in_words(
    as_ada: Client, ada: User, article: Article, name: str, kind: str, said: str
) -> None:
    give(article, ada)
    data = {"name": name, "kind": kind, "article": str(article.pk)}
    answer = as_ada.post(reverse("propose-source", args=["sahel"]), data, headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_name_that_is_too_long_is_offered_whole_and_refused_and_never_cut(
    as_ada: Client, ada: User, project: Project, article: Article
) -> None:
    give(article, ada)
    name = "الإذاعة " * 31 + "الوطنية"
    asked = {"q": name, "article": str(article.pk)}
    listed = as_ada.get(reverse("sources", args=["sahel"]), asked, headers=HTMX).content.decode()
    (offered,) = re.findall(r'propose" data-name="([^"]*)"', listed)
    assert offered == name
    data = {"name": offered, "kind": "media", "article": str(article.pk)}
    answer = as_ada.post(reverse("propose-source", args=["sahel"]), data, headers=HTMX)
    assert (answer.status_code, "has 255" in answer.content.decode()) == (422, True)
    assert not project.sources.filter(status="proposed").exists()


def test_one_proposes_only_for_an_article_one_has(as_ben: Client, article: Article) -> None:
    data = {"name": "RFI", "kind": "media", "article": str(article.pk)}
    assert as_ben.post(reverse("propose-source", args=["sahel"]), data).status_code == 404
    assert found_status(as_ben, article) == 404


def found_status(client: Client, article: Article) -> int:
    return client.get(reverse("sources", args=["sahel"]), {"article": str(article.pk)}).status_code
