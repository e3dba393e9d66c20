"""Two reviewers at once, each with a connection of its own: the database decides."""

from functools import partial

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal
from annotate.models import Article, Decision, ReviewItem
from annotate.workflow.review import reading_of, settle
from annotate.workflow.second_look import answer_second_look
from tests.workflow.reviewing import disagree
from tests.workflow.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_two_reviewers_settle_at_once_is_settled_once(
    article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    calls = [
        partial(
            settle,
            sentence=sentence,
            by=reviewer,
            choices=reading_of(sentence, number),
            reason="slip",
        )
        for number, reviewer in enumerate((rita, cora), start=1)
    ]
    answers = at_once(calls)
    assert answers.count(Refusal.STALE) == 1
    assert Decision.objects.filter(group__sentence=sentence).count() == 1


def test_two_annotators_who_answer_their_second_look_at_once_are_both_heard(
    article: Article, ada: User, ben: User
) -> None:
    article.project.second_look = True
    article.project.save()
    sentence = disagree(article, ada, ben)
    at_once(
        [
            partial(answer_second_look, sentence=sentence, by=ada, answer="keep"),
            partial(answer_second_look, sentence=sentence, by=ben, answer="take"),
        ]
    )
    assert ReviewItem.objects.get(sentence=sentence).status == "settled"
    assert Decision.objects.get(group__sentence=sentence).agreed_by == "reconciled"
