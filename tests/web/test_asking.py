"""Asking in the browser’s forms: a question, the reviewers’ page of questions, rulings."""

import html
import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Answer, Article, Project, Remark, Ruling, Sentence
from annotate.web import asking
from annotate.workflow.asking import RulingDraft, rule
from annotate.workflow.labelling import send_back
from tests.builders import ask, give, hand_in, sentence_at, words

QUESTIONS = "/p/sahel/questions/"
RULINGS = "/p/sahel/rulings/"
HALTED = "روسيا أوقفت الهجوم"
DOUBT = "Is «وذكر التقرير» a source? 🚩"


def shown(client: Client, address: str) -> str:
    """The words on the page, white space made one."""
    page = client.get(address).content.decode().partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def sentence(article: Article, ada: User, ben: User) -> Sentence:
    """A sentence of an article that Ada and Ben read."""
    give(article, ada, ben)
    return sentence_at(article, HALTED)


@pytest.fixture
def address(sentence: Sentence) -> str:
    return f"/p/sahel/sentences/{sentence.pk}/ask/"


def test_a_question_is_kept_and_leads_back_to_its_sentence(
    as_ada: Client, address: str, sentence: Sentence
) -> None:
    sent = {"revision": str(uuid4()), "text": DOUBT, "wants_answer": "1"}
    answer = as_ada.post(address, sent)
    assert answer.headers["Location"].endswith(f"#sentence-{sentence.pk}")
    assert "The reviewers read your question" in shown(as_ada, answer.headers["Location"])
    assert Remark.objects.get().text == DOUBT


def test_a_script_is_answered_with_what_stands_beside_the_sentence(
    as_ada: Client, address: str, sentence: Sentence
) -> None:
    sent = {"revision": str(uuid4()), "text": "<b>?", "wants_answer": "0"}
    answers = [as_ada.post(address, sent, headers={"HX-Request": "true"}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["sentence"] == str(sentence.pk)
    assert "&lt;b&gt;?" in answers[0]["remark"]
    assert Remark.objects.count() == 1


@pytest.mark.parametrize("field", ["revision", "text"])
def test_an_incomplete_question_is_refused_in_words(
    as_ada: Client, address: str, field: str
) -> None:
    sent = {"revision": str(uuid4()), "text": DOUBT, field: ""}
    assert as_ada.post(address, sent).status_code == 422
    assert not Remark.objects.exists()


def test_a_reviewer_reads_the_question_but_neither_who_asks_nor_a_label(
    as_rita: Client, sentence: Sentence, ada: User
) -> None:
    ask(sentence, ada, DOUBT)
    page = shown(as_rita, QUESTIONS)
    assert DOUBT in page
    assert sentence.text in page
    assert "ada" not in page
    assert "Questions <b" in as_rita.get(QUESTIONS).content.decode()


def answered(client: Client, question: Remark, **sent: str) -> int:
    values = {"revision": str(uuid4()), "seen": "0", "text": "No: unspecified.", **sent}
    return client.post(f"{QUESTIONS}{question.pk}/answer/", values).status_code


def test_an_answered_question_moves_to_the_answered_ones(
    as_rita: Client, sentence: Sentence, ada: User
) -> None:
    question = ask(sentence, ada, DOUBT)
    assert answered(as_rita, question) == 302
    assert "No question waits" in shown(as_rita, QUESTIONS)
    page = shown(as_rita, f"{QUESTIONS}?show=answered")
    assert "rita answered: No: unspecified." in page


def test_an_answer_becomes_a_ruling_that_every_member_reads(
    as_rita: Client, as_ben: Client, sentence: Sentence, ada: User
) -> None:
    question = ask(sentence, ada, DOUBT)
    sent = {"rule": "on", "about": "kind=event", "ruling": "A report alone is no source."}
    assert answered(as_rita, question, **sent) == 302
    page = shown(as_ben, RULINGS)
    assert "Kind of claim: Event or state A report alone is no source." in page
    assert DOUBT not in page


def test_without_words_of_its_own_a_ruling_has_those_of_the_answer(
    as_rita: Client, sentence: Sentence, ada: User
) -> None:
    answered(as_rita, ask(sentence, ada, DOUBT), rule="on")
    assert Ruling.objects.get().text == "No: unspecified."


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"text": " "}, 422),
        ({"seen": "7"}, 409),
        ({"revision": "x"}, 422),
        ({"rule": "on", "about": "kind=song"}, 422),
    ],
)
def test_a_refused_answer_stores_nothing_and_keeps_what_was_typed(
    as_rita: Client, sentence: Sentence, ada: User, sent: dict[str, str], status: int
) -> None:
    question = ask(sentence, ada, DOUBT)
    values = {"revision": str(uuid4()), "seen": "0", "text": "No.", "ruling": "Never.", **sent}
    answer = as_rita.post(f"{QUESTIONS}{question.pk}/answer/", values)
    assert answer.status_code == status
    assert "Never.</textarea>" in answer.content.decode()
    assert (Answer.objects.count(), Ruling.objects.count()) == (0, 0)


def test_a_question_on_ones_own_desk_is_not_there(
    as_rita: Client, article: Article, ada: User, rita: User
) -> None:
    give(article, ada, rita)
    question = ask(sentence_at(article, HALTED), ada, DOUBT)
    assert DOUBT not in shown(as_rita, QUESTIONS)
    assert answered(as_rita, question) == 404


def test_a_page_of_questions_leads_to_the_next(
    as_rita: Client, sentence: Sentence, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PAGE", 2)
    asked = [ask(sentence, ada, f"Question {n}?") for n in range(5)]
    address, seen = QUESTIONS, list[str]()
    while address:
        page = as_rita.get(address).content.decode()
        seen += re.findall(r'id="remark-([\w-]+)"', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"{QUESTIONS}{html.unescape(further[1])}" if further else ""
    assert seen == [str(each.pk) for each in asked]


@pytest.mark.parametrize("after", ["x", "2026-01-01_x", "2026-01-01T00:00:00_" + "0" * 32, "_"])
def test_a_place_that_no_page_gave_is_not_there(
    as_rita: Client, project: Project, after: str
) -> None:
    assert as_rita.get(QUESTIONS, {"after": after}).status_code == 404


def test_more_questions_take_no_more_queries(
    as_rita: Client,
    sentence: Sentence,
    ada: User,
    rita: User,
    project: Project,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (2, 10):
        for n in range(count):
            answered(as_rita, ask(sentence, ada, f"{count}-{n}?"), rule="on")
        for address in (f"{QUESTIONS}?show=answered", RULINGS):
            with django_assert_max_num_queries(10):
                as_rita.get(address)


def test_a_ruling_stands_where_its_option_is_explained(
    as_ada: Client, sentence: Sentence, project: Project, rita: User
) -> None:
    for dimension, value, text in (
        ("kind", "causal", "A pressure is a cause."),
        ("kind", "", "Headlines count."),
    ):
        draft = RulingDraft(text=text, dimension=dimension, value=value)
        rule(pk=uuid4(), project=project, by=rita, draft=draft)
    page = shown(as_ada, f"/p/sahel/articles/{sentence.article_id}/")
    cause, whole = page.index("A pressure is a cause."), page.index("Headlines count.")
    assert page.index("Cause or effect") < cause < whole < page.index("Source’s stance")


def test_why_an_article_is_back_stands_on_top_and_beside_the_sentence_until_it_is_handed_in(
    as_ada: Client, as_ben: Client, sentence: Sentence, ada: User, ben: User, rita: User
) -> None:
    bench = f"/p/sahel/articles/{sentence.article_id}/"
    hand_in(sentence.article, ada)
    send_back(article=sentence.article, by=rita, note="Who says so?", sentences=[sentence])
    page = shown(as_ada, bench)
    assert page.index("This article was sent back to you.") < page.index("Sent back: Who says so?")
    assert f"Claim in sentence {sentence.index + 1} " in page
    assert b'<p class="sent-back" dir="ltr">' in as_ada.get(bench).content
    assert "Who says so?" not in shown(as_ben, bench)
    hand_in(sentence.article, ada)
    assert "This article was sent back to you." not in shown(as_ada, bench)


def test_a_reviewer_writes_replaces_and_withdraws_a_ruling(as_rita: Client, as_ada: Client) -> None:
    def post(address: str, **sent: str) -> int:
        return as_rita.post(address, {"revision": str(uuid4()), **sent}).status_code

    assert post(f"{RULINGS}make/", ruling="Titles count.", about="kind") == 302
    first = Ruling.objects.get()
    assert post(f"{RULINGS}make/", ruling="Titles never count.", supersedes=str(first.pk)) == 302
    second = Ruling.objects.standing().get()
    assert post(f"{RULINGS}{second.pk}/withdraw/", text="") == 422
    assert post(f"{RULINGS}{second.pk}/withdraw/", text="They count again.") == 302
    page = shown(as_ada, RULINGS)
    assert "There is no ruling yet" in page
    assert page.index("They count again.") < page.index("Titles count.")


def test_a_refused_ruling_keeps_its_words(as_rita: Client, project: Project) -> None:
    sent = {"revision": str(uuid4()), "ruling": "Titles count.", "about": "kind=song"}
    answer = as_rita.post(f"{RULINGS}make/", sent)
    assert answer.status_code == 422
    assert "Titles count.</textarea>" in answer.content.decode()


def test_what_is_typed_is_counted_with_its_blank_edges_as_the_page_counts_it(
    as_rita: Client, project: Project
) -> None:
    for ruling, status in (("a" * 4999 + " ", 302), (" " + "a" * 5000, 422)):
        sent = {"revision": str(uuid4()), "ruling": ruling}
        assert as_rita.post(f"{RULINGS}make/", sent).status_code == status


def test_a_ruling_of_another_project_is_not_replaced(
    as_dan: Client, project: Project, rita: User
) -> None:
    theirs = rule(pk=uuid4(), project=project, by=rita, draft=RulingDraft(text="Titles count."))
    sent = {"revision": str(uuid4()), "ruling": "Never.", "text": "Never."}
    replaced = as_dan.post("/p/ports/rulings/make/", {**sent, "supersedes": str(theirs.pk)})
    ended = as_dan.post(f"/p/ports/rulings/{theirs.pk}/withdraw/", sent)
    assert [replaced.status_code, ended.status_code] == [404, 404]


def test_the_reviewer_who_settles_reads_what_was_told(
    as_rita: Client, sentence: Sentence, ada: User, ben: User
) -> None:
    ask(sentence, ada, "The quote is cut.", wants_answer=False)
    hand_in(sentence.article, ada, words(sentence.article, HALTED))
    hand_in(sentence.article, ben, words(sentence.article, HALTED, kind="causal"))
    page = shown(as_rita, f"/p/sahel/review/{sentence.pk}/")
    assert "The quote is cut." in page
