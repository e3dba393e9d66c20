"""The API's labelling: next, a sentence's judgement, handing in."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.api.serializers import AnnotationBody, JudgementBody, JudgementOut
from annotate.models import Article, Judgement, Project, Sentence
from tests.builders import LABELS, give, hand_in, mark, sentence_at, source, take_in_text, words

QUOTE = "روسيا أوقفت الهجوم"


@pytest.fixture
def sentence(article: Article, ada: User) -> Sentence:
    """A sentence of Ada's article that holds QUOTE."""
    give(article, ada)
    return sentence_at(article, QUOTE)


def url(sentence: Sentence, slug: str = "sahel") -> str:
    return f"/api/p/{slug}/sentences/{sentence.pk}/judgement/"


def claim(article: Article, quote: str = QUOTE, **changes: Any) -> dict[str, Any]:
    start = article.text.index(quote)
    return {
        "annotation_id": str(uuid4()),
        "spans": [[start, start + len(quote)]],
        "quotes": [quote],
        "labels": LABELS,
        **changes,
    }


def body(*claims: dict[str, Any], parent: object = None, **changes: Any) -> dict[str, Any]:
    status = "claims" if claims else "no_claim"
    return {
        "revision": str(uuid4()),
        "parent": parent,
        "status": status,
        "annotations": list(claims),
        **({} if claims else {"no_claim_reason": "other"}),
        **changes,
    }


def put(client: Client, sentence: Sentence, sent: object) -> Any:
    return client.put(url(sentence), json.dumps(sent), content_type="application/json")


def test_a_sentence_that_was_not_read_has_neither_revision_nor_status(
    as_ada: Client, sentence: Sentence
) -> None:
    answer = as_ada.get(url(sentence)).json()
    assert (answer["revision"], answer["status"], answer["annotations"]) == (None, None, [])


def test_a_write_answers_201_and_is_what_is_read_back(as_ada: Client, sentence: Sentence) -> None:
    sent = body(claim(sentence.article), seconds=40)
    answer = put(as_ada, sentence, sent)

    assert answer.status_code == 201
    assert answer.json()["revision"] == sent["revision"]
    assert answer.json()["annotations"][0]["quotes"] == [QUOTE]
    assert answer.json()["annotations"][0]["labels"]["attribution_type"] == "author"
    assert as_ada.get(url(sentence)).json() == answer.json()


def test_what_is_read_can_be_sent_back(as_ada: Client, sentence: Sentence) -> None:
    first = put(as_ada, sentence, body(claim(sentence.article))).json()
    again = {**first, "parent": first["revision"], "revision": str(uuid4())}
    del again["sentence"]
    answer = put(as_ada, sentence, again)
    assert (answer.status_code, answer.json()["annotations"]) == (201, first["annotations"])


def test_the_documented_keys_are_those_that_are_answered(
    as_ada: Client, sentence: Sentence
) -> None:
    answer = put(as_ada, sentence, body(claim(sentence.article))).json()
    assert set(answer) == set(JudgementOut().fields)
    assert set(answer["annotations"][0]) == set(AnnotationBody().fields)
    assert set(answer) - {"sentence", "revision"} == set(JudgementBody().fields)


def test_the_same_write_again_answers_200_and_stores_nothing(
    as_ada: Client, sentence: Sentence
) -> None:
    sent = body(claim(sentence.article))
    first, second = put(as_ada, sentence, sent), put(as_ada, sentence, sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Judgement.objects.count() == 1


def test_another_write_under_the_same_revision_is_refused(
    as_ada: Client, sentence: Sentence
) -> None:
    sent = body(claim(sentence.article))
    put(as_ada, sentence, sent)
    answer = put(as_ada, sentence, {**sent, "status": "open"})
    assert (answer.status_code, answer.json()["code"]) == (422, "reused")
    assert answer.json()["field"] == "revision"
    assert Judgement.objects.count() == 1


def test_a_stale_write_is_answered_with_both_versions_and_the_head(
    as_ada: Client, sentence: Sentence
) -> None:
    stored, mine = body(), body(claim(sentence.article))
    put(as_ada, sentence, stored)
    answer = put(as_ada, sentence, mine)

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert answer.json()["head"] == stored["revision"]
    assert answer.json()["stored"]["status"] == "no_claim"
    assert answer.json()["mine"]["annotations"][0]["quotes"] == [QUOTE]
    assert Judgement.objects.count() == 1


CLAIM_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"spans": [[5, 2]]}, "spans"),
    ({"spans": [[0, 10**9]]}, "spans"),
    ({"spans": [[-1, 2]]}, "spans"),
    ({"spans": [["3", 4]]}, "annotations.0.spans.0.0"),
    ({"spans": [[True, 4]]}, "annotations.0.spans.0.0"),
    ({"spans": [[1.0, 4]]}, "annotations.0.spans.0.0"),
    ({"spans": [[1, 2, 3]]}, "annotations.0.spans.0"),
    ({"spans": []}, "spans"),
    ({"quotes": ["other words"]}, "spans"),
    ({"quotes": []}, "spans"),
    ({"quotes": [7]}, "annotations.0.quotes.0"),
    ({"labels": {**LABELS, "stance": "agrees"}}, "stance"),
    ({"labels": {**LABELS, "mood": "good"}}, "mood"),
    ({"labels": {"kind": "event"}}, "stance"),
    ({"labels": {**LABELS, "kind": True}}, "annotations.0.labels.kind"),
    ({"labels": {**LABELS, "kind": {}}}, "annotations.0.labels.kind"),
    ({"labels": {**LABELS, "attribution_type": "direct"}}, "attribution_type"),
    ({"source_chain": [str(uuid4())]}, "source_chain"),
    ({"source_chain": ["me"]}, "annotations.0.source_chain.0"),
    ({"source_chain": [7]}, "annotations.0.source_chain.0"),
    ({"source_span": [3]}, "annotations.0.source_span"),
    ({"cue_span": [9, 3]}, "cue_span"),
    ({"note": "a\0b"}, "annotations.0.note"),
    ({"note": "n" * 5_001}, "note"),
    ({"annotation_id": 7}, "annotations.0.annotation_id"),
    ({"certainly": "certain"}, "annotations.0.certainly"),
]


@pytest.mark.parametrize(("changes", "field"), CLAIM_FAULTS)
def test_a_claim_that_breaks_a_rule_is_refused_by_field_and_stores_nothing(
    as_ada: Client, sentence: Sentence, changes: dict[str, Any], field: str
) -> None:
    answer = put(as_ada, sentence, body(claim(sentence.article, **changes)))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["field"] == field
    assert not Judgement.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"revision": "7"}, "revision"),
        ({"revision": None}, "revision"),
        ({"parent": 7}, "parent"),
        ({"status": "done"}, "status"),
        ({"status": None}, "status"),
        ({"no_claim_reason": "boring"}, "no_claim_reason"),
        ({"no_claim_reason": ""}, "no_claim_reason"),
        ({"no_claim_reason": "duplicate"}, "duplicate_of"),
        ({"skip_reason": "why not"}, "skip_reason"),
        ({"labels": {"mood": "good"}}, "mood"),
        ({"seconds": "7"}, "seconds"),
        ({"seconds": -7}, "seconds"),
        ({"annotations": {}}, "annotations"),
        ({"anotations": []}, "anotations"),
    ],
)
def test_a_judgement_that_breaks_a_rule_is_refused_by_field_and_stores_nothing(
    as_ada: Client, sentence: Sentence, changes: dict[str, Any], field: str
) -> None:
    answer = put(as_ada, sentence, body(**changes))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["field"] == field
    assert not Judgement.objects.exists()


def test_a_chain_holds_sources_outermost_first_and_never_the_author(
    as_ada: Client, sentence: Sentence, project: Project
) -> None:
    relay, holder = source(project, "Le Monde"), source(project, "Algeria", "institution")
    chain = [str(relay.pk), str(holder.pk)]
    answer = put(as_ada, sentence, body(claim(sentence.article, source_chain=chain)))
    assert answer.json()["annotations"][0]["source_chain"] == chain

    author = str(project.sources.get(kind="author").pk)
    sent = body(claim(sentence.article, source_chain=[author]), parent=answer.json()["revision"])
    assert put(as_ada, sentence, sent).json()["field"] == "source_chain"


def test_the_first_missing_field_is_named(as_ada: Client, sentence: Sentence) -> None:
    answer = put(as_ada, sentence, {})
    assert {fault["field"] for fault in answer.json()["faults"]} == {"revision", "parent", "status"}


def test_next_gives_the_open_article_until_it_is_handed_in_and_then_says_that_there_is_none(
    as_ada: Client, ada: User, article: Article
) -> None:
    first, second = (as_ada.post("/api/p/sahel/next/") for _ in range(2))
    assert first.json() == second.json() == {"article": str(article.pk), "state": "assigned"}

    hand_in(article, ada)
    answer = as_ada.post("/api/p/sahel/next/")
    assert (answer.status_code, answer.json()["code"]) == (409, "gone")


def test_an_observer_is_given_no_article(olga: User, article: Article) -> None:
    client = Client()
    client.force_login(olga)
    assert client.post("/api/p/sahel/next/").status_code == 403


def test_handing_in_names_what_is_unfinished_and_is_answered_the_same_again(
    as_ada: Client, ada: User, article: Article
) -> None:
    give(article, ada)
    path = f"/api/p/sahel/articles/{article.pk}/submit/"
    early = as_ada.post(path)
    assert (early.status_code, early.json()["code"]) == (409, "closed")
    assert len(early.json()["sentences"]) == 4

    hand_in(article, ada)
    first, second = as_ada.post(path), as_ada.post(path)
    assert (first.status_code, first.json()["number"]) == (200, 1)
    assert first.json() == second.json()
    closed = put(as_ada, article.sentences.get(index=0), body())
    assert (closed.status_code, closed.json()["code"]) == (409, "stale")


def test_nothing_that_ben_does_changes_a_byte_of_what_ada_reads(
    as_ada: Client, ada: User, ben: User, article: Article, sentence: Sentence
) -> None:
    paths = [
        "/api/p/sahel/articles/",
        f"/api/p/sahel/articles/{article.pk}/",
        url(sentence),
        "/api/p/sahel/sources/",
    ]
    before = [as_ada.get(path).content for path in paths]
    give(article, ben)
    mark(article, ben, words(article, QUOTE))
    hand_in(article, ben)
    assert [as_ada.get(path).content for path in paths] == before


@pytest.mark.parametrize(("who", "status"), [("ben", 404), ("dan", 404), ("cora", 404)])
def test_whoever_does_not_hold_the_article_has_no_judgement_in_it(
    sentence: Sentence, who: str, status: int, request: pytest.FixtureRequest
) -> None:
    client = Client()
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(sentence)).status_code == status
    assert not Judgement.objects.exists()


def test_a_sentence_is_found_in_its_own_project_only(
    as_dan: Client, dan: User, project: Project, sentence: Sentence
) -> None:
    assert as_dan.get(url(sentence, "ports")).status_code == 404
    assert as_dan.get(url(sentence)).status_code == 404


@pytest.mark.parametrize("length", [4, 60])
def test_an_article_takes_the_same_queries_however_long_it_is(
    as_ada: Client, ada: User, project: Project, length: int, django_assert_max_num_queries: Any
) -> None:
    text = "".join(f"Sentence number {n} of them.\n" for n in range(length))
    article = take_in_text(project, text, language="en")
    give(article, ada)
    mark(article, ada, *(words(article, f"number {n} of") for n in range(length)))
    with django_assert_max_num_queries(9):
        answer = as_ada.get(f"/api/p/sahel/articles/{article.pk}/").json()
    assert [s["judgement"]["status"] for s in answer["sentences"]] == ["claims"] * length


def test_a_save_takes_few_queries(
    as_ada: Client, sentence: Sentence, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        assert put(as_ada, sentence, body(claim(sentence.article))).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"suggested": {"kind": float("1e308") * 10}}, "suggested.kind"),
        ({"suggested": {"\0": "event"}}, "suggested"),
        ({"suggested": {"\ud800": "event"}}, "suggested"),
        ({"suggested": {"kind": "x" * 5_001}}, "suggested.kind"),
        ({"labels": {"\ud800": "event"}}, "labels"),
        ({"preset": ["x" * 101]}, "preset.0"),
    ],
)
def test_what_cannot_be_stored_or_has_no_end_is_refused_wherever_it_stands(
    as_ada: Client, sentence: Sentence, changes: dict[str, Any], field: str
) -> None:
    sent = json.dumps(body(claim(sentence.article, **changes))).replace("Infinity", "1e999")
    answer = as_ada.put(url(sentence), sent, content_type="application/json")
    assert (answer.status_code, answer.json()["field"]) == (400, f"annotations.0.{field}")
    assert not Judgement.objects.exists()


def test_a_status_that_no_answer_could_repeat_is_refused(
    as_ada: Client, sentence: Sentence
) -> None:
    answer = put(as_ada, sentence, body(status="\ud800"))
    assert (answer.status_code, answer.json()["field"]) == (400, "status")
