"""Asking: remarks, answers, rulings and notices, and who reads which of them."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from annotate.errors import Refusal, WorkflowError
from annotate.models import (
    Answer,
    Article,
    Assignment,
    Event,
    Judgement,
    Notice,
    Project,
    Remark,
    Ruling,
    Sentence,
)
from annotate.workflow.asking import RulingDraft, answer, rule, withdraw_ruling
from annotate.workflow.assigning import withdraw
from annotate.workflow.labelling import judge, reopen_assignment, send_back
from annotate.workflow.resplitting import split_sentence
from tests.builders import ask, give, hand_in, sentence_at, take_in_text, words, write

HALTED = "روسيا أوقفت الهجوم"
DOUBT = "Is «وذكر التقرير» a source? 🚩\u200f"


@pytest.fixture
def sentence(article: Article, ada: User, ben: User) -> Sentence:
    """A sentence of an article that Ada and Ben read."""
    give(article, ada, ben)
    return sentence_at(article, HALTED)


@pytest.fixture
def other_article(project: Project) -> Article:
    return take_in_text(project, "Le port a fermé.", "fr")


def refusal(act: Callable[[], object]) -> Refusal:
    with pytest.raises(WorkflowError) as raised:
        act()
    return raised.value.code


def seen_by(user: User) -> list[str]:
    return list(Remark.objects.visible_to(user).values_list("text", flat=True))


def test_a_question_is_read_by_its_asker_and_the_reviewers_alone(
    sentence: Sentence, ada: User, ben: User, rita: User, cora: User, olga: User, dan: User
) -> None:
    ask(sentence, ada, DOUBT)
    assert [seen_by(user) for user in (ada, rita, cora)] == [[DOUBT]] * 3
    assert [seen_by(user) for user in (ben, olga, dan)] == [[]] * 3


def test_a_comment_waits_until_the_article_is_complete(
    sentence: Sentence, ada: User, ben: User, rita: User
) -> None:
    ask(sentence, ada, "The quote is cut.", wants_answer=False)
    assert seen_by(rita) == []
    hand_in(sentence.article, ada)
    hand_in(sentence.article, ben)
    assert seen_by(rita) == ["The quote is cut."]
    assert seen_by(ben) == []


def test_no_question_is_read_about_an_article_on_ones_own_desk(
    article: Article, ada: User, rita: User
) -> None:
    _, own = give(article, ada, rita)
    ask(sentence_at(article, HALTED), ada, DOUBT)
    assert seen_by(rita) == []
    withdraw(assignment=own, by=rita)
    assert seen_by(rita) == [DOUBT]


def test_sent_twice_a_question_is_there_once(sentence: Sentence, ada: User) -> None:
    pk = uuid4()
    first, again = (ask(sentence, ada, DOUBT, pk=pk) for _ in range(2))
    assert first == again
    assert refusal(lambda: ask(sentence, ada, "Another one.", pk=pk)) == Refusal.REUSED
    assert Remark.objects.count() == 1


@pytest.mark.parametrize("text", ["", " \n ", "a\0b", "\ud800", "x" * 5001, f" {'x' * 5000}"])
def test_a_question_without_words_or_with_unstorable_ones_is_refused(
    sentence: Sentence, ada: User, text: str
) -> None:
    assert refusal(lambda: ask(sentence, ada, text)) == Refusal.INVALID


def test_only_who_has_the_article_asks(sentence: Sentence, chloe: User, ada: User) -> None:
    assert refusal(lambda: ask(sentence, chloe, DOUBT)) == Refusal.GONE
    withdraw(assignment=Assignment.objects.get(membership__user=ada), by=ada)
    assert refusal(lambda: ask(sentence, ada, DOUBT)) == Refusal.GONE


def test_a_sentence_somebody_asked_about_is_not_split(
    sentence: Sentence, ada: User, cora: User
) -> None:
    ask(sentence, ada, DOUBT)
    at = sentence.start + len("قالت صحيفة")
    assert refusal(lambda: split_sentence(sentence=sentence, by=cora, at=at)) == Refusal.CLOSED


def answered(
    question: Remark, by: User, text: str = "Yes.", *, seen: int = 0, pk: UUID | None = None
) -> Answer:
    return answer(pk=pk or uuid4(), question=question, by=by, text=text, seen=seen)


def test_the_last_answer_stands_and_an_overtaken_one_is_refused(
    sentence: Sentence, ada: User, rita: User, cora: User
) -> None:
    question = ask(sentence, ada, DOUBT)
    answered(question, rita)
    assert refusal(lambda: answered(question, cora, "No.")) == Refusal.STALE
    answered(question, cora, "No: unspecified.", seen=1)
    told = Remark.objects.with_answers().get().answer
    assert told is not None
    assert told.text == "No: unspecified."


def test_sent_twice_an_answer_and_its_ruling_are_there_once(
    sentence: Sentence, ada: User, rita: User
) -> None:
    question, pk = ask(sentence, ada, DOUBT), uuid4()
    draft = RulingDraft(text="A report without a name is unspecified.", dimension="kind")
    for _ in range(2):
        answer(pk=pk, question=question, by=rita, text="No.", seen=0, ruling=draft)
    assert (Answer.objects.count(), Ruling.objects.count()) == (1, 1)
    assert Ruling.objects.get().question == question


def test_nobody_answers_their_own_question_or_a_comment(
    article: Article, ada: User, rita: User
) -> None:
    give(article, ada, rita)
    own = ask(sentence_at(article, HALTED), rita, DOUBT)
    comment = ask(sentence_at(article, HALTED), ada, "Cut.", wants_answer=False)
    assert refusal(lambda: answered(own, rita)) == Refusal.CLOSED
    assert refusal(lambda: answered(comment, rita)) == Refusal.CLOSED
    assert not Remark.objects.addressed_to(rita).exists()


def test_every_member_reads_a_ruling_and_no_stranger(
    project: Project, rita: User, ada: User, olga: User, dan: User
) -> None:
    rule(pk=uuid4(), project=project, by=rita, draft=RulingDraft(text="Titles count."))
    counts = [Ruling.objects.visible_to(user).count() for user in (rita, ada, olga, dan)]
    assert counts == [1, 1, 1, 0]


def test_a_ruling_is_replaced_then_withdrawn_and_nothing_of_it_is_lost(
    project: Project, rita: User
) -> None:
    draft = RulingDraft(text="Titles count.", dimension="kind", value="event")
    first = rule(pk=uuid4(), project=project, by=rita, draft=draft)
    newer = RulingDraft(text="Titles never count.")
    second = rule(pk=uuid4(), project=project, by=rita, draft=newer, supersedes=first)
    assert list(Ruling.objects.standing()) == [second]
    late = refusal(
        lambda: rule(pk=uuid4(), project=project, by=rita, draft=draft, supersedes=first)
    )
    assert late == Refusal.STALE
    withdraw_ruling(pk=uuid4(), ruling=second, by=rita, text="They count in headlines.")
    assert not Ruling.objects.standing().exists()
    assert [each.text for each in Ruling.objects.superseded()] == [newer.text, draft.text]


def test_sent_twice_a_ruling_is_replaced_once(project: Project, rita: User) -> None:
    first = rule(pk=uuid4(), project=project, by=rita, draft=RulingDraft(text="Titles count."))
    pk, newer = uuid4(), RulingDraft(text="Titles never count.")
    for _ in range(2):
        rule(pk=pk, project=project, by=rita, draft=newer, supersedes=first)
    assert Ruling.objects.count() == 2


@pytest.mark.parametrize(("dimension", "value"), [("mood", ""), ("kind", "song"), ("", "event")])
def test_a_ruling_is_about_something_of_the_codebook(
    project: Project, rita: User, dimension: str, value: str
) -> None:
    draft = RulingDraft(text="So it is.", dimension=dimension, value=value)
    act = lambda: rule(pk=uuid4(), project=project, by=rita, draft=draft)  # noqa: E731
    assert refusal(act) == Refusal.INVALID


def test_a_complete_article_goes_back_to_all_or_to_those_named(
    sentence: Sentence, ada: User, ben: User, rita: User
) -> None:
    article = sentence.article
    for annotator in (ada, ben):
        hand_in(article, annotator)
    back = send_back(article=article, by=rita, note="Who?", sentences=[sentence], annotators=[2])
    assert [each.membership.user for each in back] == [ben]
    article.refresh_from_db()
    assert article.completed_at is None
    notice = Notice.objects.get()
    assert (notice.text, list(notice.sentences.all())) == ("Who?", [sentence])
    send_back(article=article, by=rita, note="You too.")
    assert not Assignment.objects.filter(state="submitted").exists()


def test_what_is_not_handed_in_is_not_sent_back(sentence: Sentence, ada: User, rita: User) -> None:
    hand_in(sentence.article, ada)
    both = refusal(
        lambda: send_back(article=sentence.article, by=rita, note="Both.", annotators=[1, 2])
    )
    assert both == Refusal.CLOSED
    send_back(article=sentence.article, by=rita, note="Again.")
    none = refusal(lambda: send_back(article=sentence.article, by=rita, note="Again."))
    assert none == Refusal.CLOSED
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("note", ["", "  \n"])
def test_nothing_is_sent_back_without_a_reason(
    sentence: Sentence, ada: User, rita: User, note: str
) -> None:
    hand_in(sentence.article, ada)
    assignment = Assignment.objects.get(membership__user=ada)
    act = lambda: reopen_assignment(assignment=assignment, by=rita, note=note)  # noqa: E731
    assert refusal(act) == Refusal.INVALID
    assignment.refresh_from_db()
    assert assignment.state == "submitted"


def test_a_notice_names_sentences_of_its_own_article(
    sentence: Sentence, project: Project, ada: User, rita: User, other_article: Article
) -> None:
    hand_in(sentence.article, ada)
    elsewhere = other_article.sentences.all()
    act = lambda: send_back(  # noqa: E731
        article=sentence.article, by=rita, note="Here.", sentences=elsewhere
    )
    assert refusal(act) == Refusal.INVALID
    assert not Notice.objects.exists()


def test_a_notice_is_read_by_its_annotator_and_those_who_run_the_project(
    sentence: Sentence, ada: User, ben: User, cora: User, dan: User, rita: User
) -> None:
    hand_in(sentence.article, ada)
    send_back(article=sentence.article, by=rita, note="Who?")
    counts = [Notice.objects.visible_to(user).count() for user in (ada, cora, ben, dan)]
    assert counts == [1, 1, 0, 0]


def test_an_event_tells_which_notice_went_with_a_change(
    sentence: Sentence, ada: User, cora: User
) -> None:
    assignment = Assignment.objects.get(membership__user=ada)
    withdraw(assignment=assignment, by=cora, note="Too long away.", sentences=[sentence])
    event = Event.objects.get(what="withdraw")
    assert event.after == {"state": "withdrawn", "notice": str(Notice.objects.get().pk)}


def test_the_seconds_of_a_save_are_kept_once_with_it(sentence: Sentence, ada: User) -> None:
    revision = uuid4()
    for _ in range(2):
        judge(
            sentence=sentence,
            by=ada,
            revision=revision,
            parent=None,
            change=lambda state: state.as_no_claim("other"),
            seconds=90,
        )
    write(sentence, ada, lambda state: state.with_annotation(words(sentence.article, HALTED)))
    assert list(Judgement.objects.order_by("seq").values_list("seconds", flat=True)) == [90, 0]
    assert Assignment.objects.get(membership__user=ada).seconds_active == 90
