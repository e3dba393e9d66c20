"""Work that was there before a migration is found again after it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from annotate.models import Annotation, Article, ClaimGroup, ReviewItem
from tests.workflow.reviewing import disagree

existing = import_module("annotate.migrations.0009_existing_work")


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Article:
    disagree(article, ada, ben)
    return article


def test_the_queue_of_earlier_work_is_that_of_new_work(disputed: Article) -> None:
    columns = ("sentence", "position", "index", "status", "severity")
    before = set(ReviewItem.objects.values_list(*columns))
    ReviewItem.objects.all().delete()
    existing.fill_queue(apps, None)
    assert set(ReviewItem.objects.values_list(*columns)) == before


def test_differences_of_earlier_work_are_found_by_their_dimension(disputed: Article) -> None:
    differing = ClaimGroup.objects.exclude(pattern="")
    before = {pk: pattern.strip("|") for pk, pattern in differing.values_list("pk", "pattern")}
    ClaimGroup.objects.update(pattern="")
    existing.name_patterns(apps, None)
    for pk, pattern in before.items():
        for part in pattern.split("|"):
            dimension = part.partition("=")[0]
            assert ClaimGroup.objects.differing_in(dimension, []).filter(pk=pk).exists()


def test_words_of_earlier_claims_are_searched_like_those_of_new_ones(disputed: Article) -> None:
    before = dict(Annotation.objects.values_list("pk", "folded"))
    Annotation.objects.update(folded="")
    existing.fold_words(apps, None)
    assert dict(Annotation.objects.values_list("pk", "folded")) == before
