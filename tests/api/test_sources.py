"""The API's sources: what one may put into a chain, found in any script."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.models import Article, Project
from annotate.workflow.sources import add_source, propose_source
from tests.builders import give, source

LIST = "/api/p/sahel/sources/"


def names(client: Client, **query: Any) -> list[str]:
    found = client.get(LIST, query).json()["results"]
    return sorted(name for each in found for name in each["name"].values())


@pytest.mark.parametrize("typed", ["Monde", "lemonde", "لوموند", "لُومـوند", "LE M"])
def test_a_source_is_found_by_a_part_of_any_name_in_any_script(
    as_ada: Client, project: Project, cora: User, typed: str
) -> None:
    add_source(
        project=project,
        by=cora,
        name={"fr": "Le Monde", "ar": "لوموند"},
        kind="media",
        aliases=[("LeMonde", "")],
    )
    source(project, "RFI")
    assert names(as_ada, q=typed) == ["Le Monde", "لوموند"]


def test_the_language_of_a_name_is_kept_in_its_one_form(
    as_ada: Client, project: Project, cora: User
) -> None:
    name, aliases = {"FRA": "Madar", "AR": "مدار"}, [("Al Madar", "EN"), ("Madār", "")]
    made = add_source(project=project, by=cora, name=name, kind="media", aliases=aliases)
    (found,) = as_ada.get(LIST, {"q": "madar"}).json()["results"]
    assert found["name"] == {"fr": "Madar", "ar": "مدار"}
    assert {each["language"] for each in found["aliases"]} == {"fr", "ar", "en"}
    assert made.name_in("ar") == "مدار"


def test_the_author_is_not_among_the_sources(as_ada: Client) -> None:
    assert "Article author" not in names(as_ada)
    assert "Unspecified source" in names(as_ada)


def test_a_proposal_is_its_proposers_alone(
    as_ada: Client, as_ben: Client, ada: User, ben: User, article: Article
) -> None:
    give(article, ada, ben)
    propose_source(article=article, by=ben, name="Madar", kind="media", language="en")
    assert names(as_ben, q="madar") == ["Madar"]
    assert names(as_ada, q="madar") == []


def test_unnamed_sources_come_with_their_article_only(
    as_ada: Client, ada: User, article: Article
) -> None:
    give(article, ada)
    propose_source(article=article, by=ada, name="an officer", kind="anonymous", language="en")
    assert names(as_ada, q="officer") == []
    assert names(as_ada, q="officer", article=article.pk) == ["an officer"]


@pytest.mark.parametrize(("wanted", "status"), [("x", 400), ("", 200)])
def test_an_article_is_named_by_its_id(as_ada: Client, wanted: str, status: int) -> None:
    assert as_ada.get(LIST, {"article": wanted}).status_code == status


def test_another_persons_article_is_not_found(as_ada: Client, article: Article) -> None:
    assert as_ada.get(LIST, {"article": str(article.pk)}).status_code == 404


@pytest.mark.parametrize("count", [2, 20])
def test_a_list_takes_the_same_queries_however_long_it_is(
    as_ada: Client, project: Project, count: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(count):
        source(project, f"Outlet {n}")
    with django_assert_max_num_queries(6):  # one for the codebook, once a process
        assert len(names(as_ada, q="outlet")) == count
