"""Work that was there before a migration is found again after it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from annotate.models import Annotation, Article, ClaimGroup, Membership, Project, ReviewItem
from annotate.workflow.assigning import next_article
from tests.builders import take_in_text
from tests.workflow.reviewing import disagree

existing = import_module("annotate.migrations.0009_existing_work")
languages = import_module("annotate.migrations.0014_languages")


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


def test_languages_of_earlier_work_take_the_form_of_new_ones(
    project: Project, article: Article, ada: User
) -> None:
    sentences = article.sentences.order_by("index").values_list("direction", flat=True)
    directions = list(sentences)
    article.sentences.update(direction="ltr")
    Article.objects.update(language="ara", direction="ltr")
    Project.objects.update(languages=["AR", "fr", "ara"])
    Membership.objects.update(languages=["AR", "ara", "en"], cursor=article.position + 5)
    languages.name_languages(apps, None)
    languages.put_cursors_back(apps, None)
    article.refresh_from_db()
    assert (article.language, article.direction) == ("ar", "rtl")
    assert list(sentences.all()) == directions
    assert Project.objects.get(slug="sahel").languages == ["ar", "fr"]
    member = project.memberships.get(user=ada)
    assert member.languages == ["ar", "en"]
    assert next_article(membership=member, by=ada).article == article


def test_who_passed_nothing_by_stays_where_one_is_in_the_queue(
    project: Project, article: Article, ada: User
) -> None:
    take_in_text(project, "Le port a fermé.", "fr")
    Membership.objects.update(languages=["ar-DZ", "ru"], cursor=9)
    languages.put_cursors_back(apps, None)
    assert project.memberships.get(user=ada).cursor == 9
