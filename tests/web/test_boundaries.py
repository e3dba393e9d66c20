"""The page on which a manager corrects how an article is cut: with and without a script."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Project, Sentence, Upload
from annotate.workflow.intake import held_drafts
from tests.builders import give, hand_in, sentence_at, take_in_text

FIRST = "قالت صحيفة لوموند"
AFTER = "بعد تحذيرات"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(article: Article) -> str:
    return f"/p/sahel/corpus/{article.pk}/"


def cut(article: Article) -> list[str]:
    return [s.text for s in article.sentences.select_related("article").order_by("index")]


def send(client: Client, address: str, sentence: Sentence, **fields: object) -> Any:
    return client.post(address, {"sentence": sentence.pk, **fields}, headers=HTMX)


def focus(html: str) -> list[str]:
    return re.findall(r'value="([-\w]+)" checked', html)


def test_the_corpus_leads_managers_to_the_sentences_of_an_article(
    as_cora: Client, as_rita: Client, page: str
) -> None:
    assert page in as_cora.get("/p/sahel/corpus/").content.decode()
    assert page not in as_rita.get("/p/sahel/corpus/").content.decode()
    shown = as_cora.get(page).content.decode()
    assert shown.count('<li class="unit') == 4
    assert ">title</span>" in shown


def test_a_split_answers_with_the_new_sentence_in_focus(
    as_cora: Client, article: Article, page: str
) -> None:
    at = article.text.index(AFTER)
    answer = send(as_cora, f"{page}split/", sentence_at(article, FIRST), at=at)
    html = answer.content.decode()
    assert html.lstrip().startswith('<div id="boundaries"')
    assert focus(html) == [str(sentence_at(article, AFTER).pk)]
    assert "split before “\u2068بعد تحذيرات من الجزائر.\u2069”" in html
    assert len(cut(article)) == 5


def test_join_block_and_undo_do_what_they_say(as_cora: Client, article: Article, page: str) -> None:
    first = sentence_at(article, FIRST)
    send(as_cora, f"{page}block/", first, block="lede")
    assert sentence_at(article, FIRST).block == "lede"
    send(as_cora, f"{page}join/", first)
    assert len(cut(article)) == 3
    html = as_cora.post(f"{page}undo/", headers=HTMX).content.decode()
    assert len(cut(article)) == 4
    assert "undone by <bdi>cora</bdi>" in html


def test_without_a_script_a_word_is_chosen_from_a_list(
    as_cora: Client, article: Article, page: str
) -> None:
    first = sentence_at(article, FIRST)
    shown = as_cora.get(page, {"sentence": str(first.pk)}).content.decode()
    assert f'<option value="{article.text.index(AFTER)}">{AFTER} من الجزائر.</option>' in shown
    answer: Any = as_cora.post(
        f"{page}split/", {"sentence": first.pk, "at": article.text.index(AFTER)}
    )
    behind = sentence_at(article, AFTER)
    assert answer.url == f"{page}?sentence={behind.pk}#unit-{behind.pk}"


@pytest.mark.parametrize("at", ["", "x", "-1", "٣", "1" * 30, "0"])
def test_a_place_that_is_none_is_refused_in_words(
    at: str, as_cora: Client, article: Article, page: str
) -> None:
    answer = send(as_cora, f"{page}split/", sentence_at(article, FIRST), at=at)
    assert answer.status_code == 422
    assert 'id="message" data-field="at"' in answer.content.decode()
    assert len(cut(article)) == 4


def test_a_sentence_of_another_article_is_not_touched(
    as_cora: Client, project: Project, article: Article, page: str
) -> None:
    other = take_in_text(project, "Un. Deux.", "fr")
    answer = send(as_cora, f"{page}join/", sentence_at(other, "Un"))
    assert (answer.status_code, cut(other)) == (409, ["Un.", "Deux."])


def test_once_judged_the_page_is_for_reading_and_says_why(
    as_cora: Client, article: Article, ada: User, page: str
) -> None:
    first = sentence_at(article, FIRST)
    send(as_cora, f"{page}block/", first, block="lede")
    give(article, ada)
    hand_in(article, ada)
    shown = as_cora.get(page).content.decode()
    assert "take the text in again" in shown
    assert not re.search(r'type="radio"|id="split"|id="undo"', shown)
    assert "is lede, not body" in shown
    for step in ("join", "block", "undo"):
        assert send(as_cora, f"{page}{step}/", first, block="body").status_code == 409


def test_the_page_asks_as_much_for_a_long_text_as_for_a_short_one(
    as_cora: Client, project: Project, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (3, 60):
        article = take_in_text(project, "Le pont est fermé. " * count, "fr")
        page = f"/p/sahel/corpus/{article.pk}/"
        for _ in range(count // 3):
            send(as_cora, f"{page}block/", article.sentences.latest("index"), block="lede")
            send(as_cora, f"{page}undo/", article.sentences.latest("index"))
        with django_assert_max_num_queries(10):
            as_cora.get(page)


def upload(client: Client, text: str) -> Any:
    return client.post("/p/sahel/corpus/paste/", {"text": text, "language": "ar"})


@pytest.mark.usefixtures("project")
def test_the_preview_shows_each_sentences_block_and_keeps_the_one_that_is_chosen(
    as_cora: Client,
) -> None:
    waiting = upload(as_cora, "موسكو توقف الهجوم\n🚩 قالت لوموند ذلك. ونفى مسؤول.\n")
    ((start, _end, found), *_others) = held_drafts(Upload.objects.get())[0].sentences
    assert found == "title"
    answer = as_cora.post(
        f"{waiting.url}0/block/", {"start": start, "block": "heading"}, headers=HTMX
    )
    html = answer.content.decode()
    assert (focus(html), html.count(">heading</span>")) == (["0"], 1)
    as_cora.post(f"{waiting.url}confirm/")
    assert Sentence.objects.get(index=0).block == "heading"


@pytest.mark.usefixtures("project")
def test_without_a_script_the_block_is_chosen_on_a_page_of_its_own(as_cora: Client) -> None:
    waiting = upload(as_cora, "قالت لوموند ذلك. ونفى مسؤول.")
    start = held_drafts(Upload.objects.get())[0].sentences[1][0]
    answer: Any = as_cora.post(f"{waiting.url}0/block/", {"start": start, "block": "caption"})
    assert answer.url == f"{waiting.url}0/?start={start}#unit-0-{start}"
    assert focus(as_cora.get(answer.url).content.decode()) == [str(start)]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("fields", "status"), [({}, 422), ({"start": "x"}, 422), ({"start": 0, "block": "poem"}, 422)]
)
def test_a_block_that_is_none_is_refused(
    fields: dict[str, object], status: int, as_cora: Client
) -> None:
    waiting = upload(as_cora, "قالت لوموند ذلك.")
    assert as_cora.post(f"{waiting.url}0/block/", fields, headers=HTMX).status_code == status
    assert as_cora.post(f"{waiting.url}7/block/", fields, headers=HTMX).status_code == 409
