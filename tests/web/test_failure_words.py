"""Why readings could not be compared, in words."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.models import Annotation, Article
from annotate.web.failure_words import failure_words
from tests.builders import give, hand_in, words
from tests.workflow.reviewing import HALTED


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (
            "KeyError: 'weird'",
            "One of them holds something that this project does not know: “weird”.",
        ),
        ("WorkflowError: A source needs a name.", "A source needs a name."),
        ("WorkflowError: Not so: choose another.", "Not so: choose another."),
        ("OperationalError: database is locked", "The database did not take the result."),
        ("ValueError: span 3: too long", "Something in them does not fit together."),
        ("IndexError", "Something in them does not fit together."),
    ],
)
def test_a_failure_is_told_in_words(failure: str, told: str) -> None:
    assert failure_words(failure) == told


def test_a_failure_that_lasts_is_told_in_words_after_each_attempt(
    as_cora: Client, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    Annotation.objects.filter(assignment__article=article).update(confidence="weird")
    hand_in(article, ben, words(article, HALTED))
    page = as_cora.post(f"/p/sahel/review/articles/{article.pk}/regroup/", follow=True).text
    assert "It failed again: One of them holds something" in page
    assert "does not know: “weird”." in page
