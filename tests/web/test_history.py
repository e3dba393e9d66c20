"""How did I label this before: like words of one's own, and nobody else's."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Project
from annotate.workflow.labelling import send_back
from tests.builders import give, hand_in, mark, source, take_in_text, words

ADDRESS = "/p/sahel/history/"
SAID = "قالت الصحيفة إن روسيا أوقفت الهجومَ الكبير بضغط من الجزائر"
ALIKE = "وأوقفت روسيا هجوما كبيرا"

Asked = Callable[..., str]


@pytest.fixture
def asked(ada: User) -> Asked:
    hers = Client()
    hers.force_login(ada)

    def ask(like: str, by: User = ada) -> str:
        client = hers if by == ada else Client()
        if client is not hers:
            client.force_login(by)
        return client.get(ADDRESS, {"words": like}, headers={"HX-Request": "true"}).text

    return ask


@pytest.fixture
def before(project: Project, ada: User, ben: User) -> Article:
    """An article in which Ada marked the offensive and Ben something else."""
    article = take_in_text(project, f"🚩 {SAID}.\nوأغلقت المتاجر أبوابها.", "ar")
    give(article, ada, ben)
    paper = source(project, "Le Monde")
    halted = words(article, "روسيا أوقفت الهجومَ الكبير بضغط من الجزائر", chain=(paper,))
    mark(article, ada, halted)
    mark(article, ben, words(article, "المتاجر أبوابها"))
    return article


@pytest.mark.parametrize("like", [ALIKE, "أوقفت روسيا الهجوم", "اوقفت روســيا الهجوم الكبير ضد"])
def test_like_words_are_found_however_they_are_written(
    asked: Asked, before: Article, like: str
) -> None:
    answer = asked(like)
    assert "روسيا أوقفت الهجومَ الكبير بضغط من الجزائر" in answer
    assert "Le Monde" in answer
    assert f"?claim={before.assignments.get(number=1).annotations.get().annotation_id}" in answer


@pytest.mark.parametrize("like", ["المتاجر أبوابها", "باماكو", "", "🚩", "%", "_" * 600])
def test_other_peoples_claims_and_unlike_words_are_not(
    asked: Asked, before: Article, like: str
) -> None:
    assert "?claim=" not in asked(like)


def test_without_a_script_it_is_a_page_with_a_heading(asked: Asked, as_ada: Client) -> None:
    asks = "How did I label this before?</h"
    page = as_ada.get(ADDRESS, {"words": ALIKE}).text
    assert (page.count(f"<h1>{asks}1>"), page.count(asks)) == (1, 1)
    assert f"{asks}2>" in asked(ALIKE)


def test_nobody_finds_what_another_marked(asked: Asked, before: Article, ben: User) -> None:
    assert "?claim=" not in asked(ALIKE, by=ben)
    assert "?claim=" in asked("أبواب المتاجر", by=ben)


def test_what_was_deleted_is_not_found_and_what_was_revised_once(
    asked: Asked, before: Article, ada: User, cora: User
) -> None:
    first = before.assignments.get(number=1).annotations.get()
    hand_in(before, ada)
    send_back(article=before, by=cora, note="Again, please.", annotators=[1])
    again = words(before, "روسيا أوقفت الهجومَ الكبير", kind="causal")
    mark(before, ada, again)
    assert asked(ALIKE).count("?claim=") == 2
    assert asked(ALIKE).count(str(first.annotation_id)) == 1


@pytest.mark.parametrize("claims", [1, 8])
def test_finding_them_takes_as_many_queries_as_finding_one(
    asked: Asked,
    project: Project,
    ada: User,
    claims: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(claims):
        article = take_in_text(project, f"{SAID} {number}.", "ar")
        give(article, ada)
        paper = source(project, f"Paper {number}")
        mark(article, ada, words(article, "أوقفت الهجومَ الكبير", chain=(paper,)))
    with django_assert_max_num_queries(9):  # of which two find the claims and name their sources
        assert asked(ALIKE).count("?claim=") == claims
