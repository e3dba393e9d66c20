"""The API's boundaries: what a manager's program changes, and what it is refused."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from annotate.domain.segmentation import SEGMENTER
from annotate.models import Article, Sentence
from tests.builders import give, hand_in, sentence_at

API = "/api/p/sahel"
FIRST = "قالت صحيفة لوموند"
AFTER = "بعد تحذيرات"


def post(client: Client, path: str, body: object = None) -> Any:
    return client.post(f"{API}/{path}/", json.dumps(body), content_type="application/json")


def change(client: Client, sentence: Sentence, step: str, body: object = None) -> Any:
    return post(client, f"sentences/{sentence.pk}/{step}", body)


def test_offsets_count_code_points_of_the_stored_text(as_cora: Client, article: Article) -> None:
    second = sentence_at(article, "🚩")
    at = article.text.index("ونفى")
    answer = change(as_cora, second, "split", {"at": at}).json()
    spans = [(s["start"], s["end"]) for s in answer["sentences"]]
    assert [article.text[slice(*span)] for span in spans][2:4] == [
        "🚩",
        "ونفى مسؤول في باماكو ذلك.",
    ]


def test_each_answer_holds_all_sentences_and_the_history(as_cora: Client, article: Article) -> None:
    first = sentence_at(article, FIRST)
    change(as_cora, first, "block", {"block": "lede"})
    change(as_cora, first, "join")
    post(as_cora, f"articles/{article.pk}/boundaries/undo")
    shown = as_cora.get(f"{API}/articles/{article.pk}/boundaries/").json()
    assert [s["segmenter"] for s in shown["sentences"]] == [
        SEGMENTER,
        f"{SEGMENTER} +hand",
        SEGMENTER,
        SEGMENTER,
    ]
    joined, named = shown["history"]
    assert (joined["what"], joined["undone_by"]) == ("join_with_next", "cora")
    assert (named["before"][0]["block"], named["after"][0]["block"]) == ("body", "lede")
    assert named["undone_at"] is None


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("split", {}, "at"),
        ("split", {"at": "30"}, "at"),
        ("split", {"at": True}, "at"),
        ("split", {"at": 0}, "at"),
        ("split", {"at": 10**30}, "at"),
        ("split", {"at": 30, "to": 40}, "to"),
        ("block", {"block": "poem"}, "block"),
        ("block", {}, "block"),
    ],
)
def test_what_is_filled_in_wrongly_is_refused_by_field(
    step: str, body: object, field: str, as_cora: Client, article: Article
) -> None:
    before = list(article.sentences.order_by("index").values())
    answer = change(as_cora, sentence_at(article, FIRST), step, body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert list(article.sentences.order_by("index").values()) == before


def test_a_sentence_that_was_split_is_not_there_any_more(as_cora: Client, article: Article) -> None:
    first = sentence_at(article, FIRST)
    change(as_cora, first, "split", {"at": article.text.index(AFTER)})
    assert change(as_cora, first, "join").status_code == 404


def test_after_the_first_judgement_changes_are_closed(
    as_cora: Client, article: Article, ada: User
) -> None:
    give(article, ada)
    hand_in(article, ada)
    for step, body in (("split", {"at": 30}), ("join", None), ("block", {"block": "lede"})):
        answer = change(as_cora, sentence_at(article, FIRST), step, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    assert as_cora.get(f"{API}/articles/{article.pk}/boundaries/").json()["open"] is False
