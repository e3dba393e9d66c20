"""Two reviewers at once know of each other."""

from datetime import timedelta

from django.contrib.auth.models import User

from annotate.models import Article, Presence
from annotate.workflow.presence import LASTS, hold, leave, others_on
from tests.workflow.reviewing import disagree, take


def test_the_second_reviewer_sees_who_is_on_a_sentence(
    article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    assert hold(sentence=sentence, by=rita) == []
    assert hold(sentence=sentence, by=cora) == [rita]
    assert hold(sentence=sentence, by=rita) == [cora]
    assert Presence.objects.count() == 2


def test_who_settles_or_leaves_is_there_no_more(
    article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    for reviewer in (rita, cora):
        hold(sentence=sentence, by=reviewer)
    take(sentence, 1, rita)
    assert others_on(sentence, cora) == []
    leave(sentences=[sentence.pk], by=cora)
    assert others_on(sentence, rita) == []


def test_who_has_said_nothing_for_two_minutes_is_gone(
    article: Article, ada: User, ben: User, rita: User, cora: User
) -> None:
    sentence = disagree(article, ada, ben)
    hold(sentence=sentence, by=rita)
    held = Presence.objects.get()
    Presence.objects.update(seen_at=held.seen_at - LASTS - timedelta(seconds=1))
    assert hold(sentence=sentence, by=cora) == []
    assert Presence.objects.get().user == cora
