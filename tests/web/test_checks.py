"""The check before handing in: it asks, and never stands in the way."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Assignment, Project
from tests.builders import give, mark, sentence_at, take_in_text, words, write

TEXT = "وأكدت الجزائر أن الهجوم توقف.\nوتوقف الهجوم."
QUOTE = "الهجوم توقف"


@pytest.fixture
def article(project: Project, ada: User) -> Article:
    """Ada left out who confirmed it."""
    article = take_in_text(project, TEXT, "ar")
    give(article, ada)
    mark(article, ada, words(article, QUOTE))
    return article


@pytest.fixture
def client(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def address(article: Article, step: str = "check") -> str:
    return f"/p/sahel/articles/{article.pk}/{step}/"


def finish(article: Article, ada: User) -> None:
    write(sentence_at(article, "وتوقف"), ada, lambda state: state.as_no_claim("other"))


def test_a_finding_leads_to_its_sentence_in_words(client: Client, article: Article) -> None:
    answer = client.get(address(article)).text
    assert f"?sentence={sentence_at(article, QUOTE).pk}#sentence-" in answer
    assert "وأكدت" in answer
    assert "no claim here has a source" in answer


def test_what_was_found_can_be_handed_in_all_the_same(
    client: Client, article: Article, ada: User
) -> None:
    finish(article, ada)
    answer = client.get(address(article)).text
    assert "Submit all the same" in answer
    assert client.post(address(article, "submit")).status_code == 302
    assert article.assignments.get().state == Assignment.State.SUBMITTED


def test_an_unfinished_article_says_how_much_is_left(client: Client, article: Article) -> None:
    answer = client.get(address(article), headers={"HX-Request": "true"}).text
    assert "1 of 2 are" in answer
    assert "disabled" in answer
    assert "<html" not in answer


def test_what_is_handed_in_has_no_button(client: Client, article: Article, ada: User) -> None:
    finish(article, ada)
    client.post(address(article, "submit"))
    assert '<button type="submit" class="primary"' not in client.get(address(article)).text


def test_the_form_names_its_author_and_hands_in_for_nobody_else(
    client: Client, article: Article, ada: User, ben: User
) -> None:
    finish(article, ada)
    give(article, ben)
    for sentence in article.sentences.select_related("article__project"):
        write(sentence, ben, lambda state: state.as_no_claim("other"))
    assert 'name="author" value="ada"' in client.get(address(article)).text
    client.force_login(ben)
    refused = client.post(address(article, "submit"), {"author": "ada"})
    assert refused.status_code == 401
    assert "Somebody else has signed in" in refused.text
    assert not article.assignments.filter(state=Assignment.State.SUBMITTED).exists()
    assert client.post(address(article, "submit"), {"author": "ben"}).status_code == 302


@pytest.mark.parametrize("sentences", [2, 40])
def test_its_queries_do_not_grow_with_the_article(
    client: Client,
    project: Project,
    ada: User,
    sentences: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    article = take_in_text(
        project, "\n".join(f"وأكدت الجزائر {n}." for n in range(sentences)), "ar"
    )
    give(article, ada)
    mark(article, ada, *(words(article, f"الجزائر {n}.") for n in range(sentences)))
    with django_assert_max_num_queries(10):
        assert client.get(address(article)).text.count("no claim here has a source") == sentences
