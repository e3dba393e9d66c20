"""The workbench: what a save may say and answers, and that nobody else’s work is in it."""

import html
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.models import (
    Annotation,
    Article,
    Assignment,
    Judgement,
    Membership,
    Project,
    Sentence,
    Source,
)
from annotate.workflow.intake import Candidate, take_in
from annotate.workflow.projects import add_member, start_project
from annotate.workflow.sources import propose_source
from tests.builders import (
    CODEBOOK,
    LABELS,
    TONE,
    give,
    hand_in,
    head,
    mark,
    sentence_at,
    source,
    take_in_text,
    words,
)
from tests.web.test_desk import shown

HTMX = {"HX-Request": "true"}
HALTED = "روسيا أوقفت الهجوم"
DENIED = "نفى مسؤول في باماكو ذلك"
LONG = "قالت الحكومة اليوم إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر ومالي.\n"


@pytest.fixture
def mine(article: Article, ada: User) -> Article:
    """Ada's article."""
    give(article, ada)
    return article


def page(article: Article) -> str:
    return reverse("workbench", args=[article.project.slug, article.pk])


def claim(article: Article, *quotes: str, **fields: Any) -> dict[str, Any]:
    """What the browser sends for a claim on these words."""
    starts = [article.text.index(each) for each in quotes]
    return {
        "annotation_id": str(uuid4()),
        "spans": json.dumps([[s, s + len(q)] for s, q in zip(starts, quotes, strict=True)]),
        "quotes": json.dumps(quotes),
        **{f"label_{key}": value for key, value in LABELS.items()},
        "label_attribution_type": "",
        **fields,
    }


def told(answer: Any) -> dict[str, Any]:
    """What a write is answered with."""
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = json.loads(answer.content)
    return found


def step(client: Client, article: Article, act: str, **data: Any) -> Any:
    """Undo or redo; without a parent, what the page says comes first."""
    if "parent" not in data:
        tops = re.search(r'data-tops="([^"]*)"', shown(client, page(article)))
        assert tops
        changes = json.loads(html.unescape(tops[1]))[act]
        data["parent"] = changes[-1][0] if changes else ""
    path = reverse(act, args=[article.project.slug, article.pk])
    return client.post(path, {"revision": uuid4(), **data}, headers=HTMX)


def post(
    client: Client, sentence: Sentence, act: str, data: dict[str, Any] | None = None, **extra: Any
) -> Any:
    """A write by Ada on top of what she has; htmx unless it says otherwise."""
    sent = {"revision": uuid4(), **(data or {})}
    if "parent" not in sent:
        sent["parent"] = head(sentence, User.objects.get(username="ada")) or ""
    path = reverse(act, args=[sentence.article.project.slug, sentence.pk, *extra.pop("args", ())])
    return client.post(path, sent, headers=extra.pop("headers", HTMX), **extra)


def test_a_save_answers_with_what_it_changed_and_the_progress(
    as_ada: Client, mine: Article
) -> None:
    sentence = sentence_at(mine, HALTED)
    sent = claim(mine, HALTED, seconds="7", label_certainty="possible")
    answer = told(post(as_ada, sentence, "save-claim", sent))
    assert answer["sentence"] == str(sentence.pk)
    assert answer["head"] == str(Judgement.objects.get().revision)
    assert answer["count"] == 1
    assert answer["claim"]["spans"] == json.loads(sent["spans"])
    assert answer["claim"]["labels"] == {
        **{k: [v] for k, v in LABELS.items()},
        "certainty": ["possible"],
    }
    assert "0 of 4 sentences" in answer["progress"]
    assert Assignment.objects.get().seconds_active == 7


def test_the_row_of_a_sentence_holds_all_that_its_form_needs(
    as_ada: Client, ada: User, mine: Article
) -> None:
    paper = source(mine.project, "Le Monde")
    stored = words(mine, HALTED, chain=(paper,))
    mark(mine, ada, stored)
    row = re.search(
        rf'id="sentence-{sentence_at(mine, HALTED).pk}"[^>]*', shown(as_ada, page(mine))
    )
    assert row
    kept = re.search(r"data-judgement='([^']*)'", row[0])
    assert kept
    judgement = json.loads(html.unescape(kept[1]))
    assert judgement["status"] == "claims"
    assert judgement["claims"] == [
        {
            "annotation_id": str(stored.annotation_id),
            "spans": [list(span) for span in stored.spans],
            "source_chain": [[str(paper.pk), "Le Monde"]],
            "labels": {key: [value] for key, value in LABELS.items()},
            "note": "",
            "preset": [],
            "suggested": None,
        }
    ]
    assert 'data-reason="other"' in row[0]


def test_a_save_moves_under_4_kb_even_where_forty_claims_stand(
    as_ada: Client, ada: User, project: Project
) -> None:
    text = " ".join(f"ونفى الوزير رقم {n} أن تكون بلاده أوقفت الهجوم" for n in range(40)) + "."
    article = take_in_text(project, text, "ar")
    give(article, ada)
    chain = [source(project, name) for name in ("Le Monde", "Government of Mali")]
    labels = {"stance": "denies", "certainty": "possible", "confidence": "low"}
    quotes = [f"{n} أن تكون بلاده أوقفت الهجوم" for n in range(10, 40)]
    mark(article, ada, *(words(article, each, chain=tuple(chain), **labels) for each in quotes))
    sent = claim(
        article,
        "0 أن تكون بلاده",
        chain=[str(each.pk) for each in chain],
        **{f"label_{key}": value for key, value in labels.items()},
    )
    answer = post(as_ada, sentence_at(article, "0 أن"), "save-claim", sent)
    assert answer.json()["count"] == 31
    assert len(answer.content) < 2_000  # and as much for what was sent


def test_a_save_takes_twelve_queries_at_most(as_ada: Client, ada: User, mine: Article) -> None:
    chain = [str(source(mine.project, name).pk) for name in ("Le Monde", "Algeria")]
    sentence = sentence_at(mine, HALTED)
    post(as_ada, sentence, "save-claim", claim(mine, HALTED))
    data = claim(mine, HALTED, chain=chain, parent=head(sentence, ada))
    with CaptureQueriesContext(connection) as queries:
        assert post(as_ada, sentence, "save-claim", data).status_code == 200
    statements = [q["sql"] for q in queries if not re.match("SAVEPOINT|RELEASE", q["sql"])]
    assert len(statements) <= 12


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"label_stance": "agrees"}, "is not a value of"),
        ({"label_stance": ""}, "Choose a value for"),
        ({"label_mood": "dark"}, "does not ask for"),
        ({"spans": "[[30, 20]]"}, "ends before it begins"),
        ({"spans": "[[0, 999999]]"}, "reaches outside the text"),
        ({"spans": '[["0", "4"]]'}, "not a pair of whole numbers"),
        ({"spans": "[[true, 4]]"}, "not a pair of whole numbers"),
        ({"spans": "[[0.0, 4.0]]"}, "not a pair of whole numbers"),
        ({"spans": "[[0, NaN]]"}, "not a pair of whole numbers"),
        ({"spans": "7"}, "Mark at least one piece"),
        ({"spans": "{", "quotes": "["}, "cannot be read"),
        ({"spans": "[" * 100_000}, "cannot be read"),
        ({"spans": "", "quotes": ""}, "Mark at least one piece"),
        ({"quotes": '["روسيا بدأت الهجوم"]'}, "but its quote is"),
        ({"annotation_id": "7"}, "is not an id"),
        ({"revision": ""}, "form is incomplete"),
        ({"revision": "x"}, "is not an id"),
        ({"parent": "x"}, "is not an id"),
        ({"chain": "x"}, "is not an id"),
        ({"chain": str(uuid4())}, "no such source"),
        ({"label_attribution_type": "direct"}, "without a source is the author"),
        ({"note": "a\0b"}, "cannot be stored"),
    ],
)
def test_a_save_that_breaks_a_rule_stores_nothing_and_says_why(
    as_ada: Client, mine: Article, changed: dict[str, str], said: str
) -> None:
    sentence = sentence_at(mine, HALTED)
    answer = post(as_ada, sentence, "save-claim", claim(mine, HALTED) | changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Judgement.objects.exists()
    assert not Annotation.objects.exists()


def test_a_span_stays_in_its_paragraph_and_begins_in_its_sentence(
    as_ada: Client, mine: Article
) -> None:
    sentence = sentence_at(mine, DENIED)
    across = post(as_ada, sentence, "save-claim", claim(mine, "ذلك.\nوذكر"))
    elsewhere = post(as_ada, sentence, "save-claim", claim(mine, HALTED))
    assert (across.status_code, elsewhere.status_code) == (422, 422)
    assert "crosses a line break" in across.content.decode()
    assert "begins in another sentence" in elsewhere.content.decode()


def test_neither_the_author_nor_a_foreign_source_stands_in_a_chain(
    as_ada: Client, mine: Article, ben: User, dan: User
) -> None:
    author = mine.project.sources.get(kind="author")
    foreign = source(Project.objects.get(slug="ports"), "Port authority")
    hidden = propose_source(article=mine, by=ben, name="Ben's source", kind="media")
    for each, said in ((author, "author never"), (foreign, "no such"), (hidden, "no such")):
        data = claim(mine, HALTED, chain=[str(each.pk)])
        answer = post(as_ada, sentence_at(mine, HALTED), "save-claim", data)
        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_sent_again_a_save_answers_the_same_and_stores_nothing(
    as_ada: Client, mine: Article
) -> None:
    sentence, data = sentence_at(mine, HALTED), claim(mine, HALTED)
    sent = data | {"revision": str(uuid4()), "parent": "", "seconds": "9"}
    first = post(as_ada, sentence, "save-claim", sent)
    second = post(as_ada, sentence, "save-claim", sent)
    assert told(second)["head"] == told(first)["head"]
    assert told(second)["claim"] == told(first)["claim"]
    assert Judgement.objects.count() == 1
    assert Assignment.objects.get().seconds_active == 9
    other = post(as_ada, sentence, "save-claim", sent | {"label_stance": "denies"})
    assert (other.status_code, other.headers["X-Refusal"]) == (422, "reused")
    typed = sent | {"note": "Seen twice."}
    again = post(as_ada, sentence, "save-claim", typed, headers={})
    assert (again.status_code, "Seen twice." in again.content.decode()) == (422, True)


def test_a_stale_save_is_told_both_versions_and_the_head_to_build_on(
    as_ada: Client, mine: Article
) -> None:
    sentence = sentence_at(mine, HALTED)
    post(as_ada, sentence, "save-claim", claim(mine, HALTED))
    late = claim(mine, HALTED, label_stance="denies", note="a < b", parent="")
    stale = post(as_ada, sentence, "save-claim", late)
    assert (stale.status_code, stale.headers["X-Refusal"]) == (409, "stale")
    assert Judgement.objects.count() == 1
    assert "Denies" in stale.content.decode()
    assert "Only in mine" in stale.content.decode()
    again = late | {"parent": stale.headers["X-Head"]}
    assert told(post(as_ada, sentence, "save-claim", again))["count"] == 2


def test_without_a_script_a_stale_save_can_be_put_on_top(as_ada: Client, mine: Article) -> None:
    sentence = sentence_at(mine, HALTED)
    post(as_ada, sentence, "save-claim", claim(mine, HALTED))
    late = claim(mine, HALTED, label_stance="denies", note="a < b", parent="")
    text = post(as_ada, sentence, "save-claim", late, headers={}).content.decode()
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
    again = {name: html.unescape(value) for name, value in sent.items()}
    assert again["note"] == "a < b"
    assert post(as_ada, sentence, "save-claim", again, headers={}).status_code == 302
    assert Annotation.objects.current().count() == 2


def test_a_change_keeps_what_the_form_does_not_show(
    as_ada: Client, ada: User, mine: Article
) -> None:
    start = mine.text.index("إن روسيا")
    stored = words(mine, HALTED)
    cued = type(stored)(
        **{
            **{name: getattr(stored, name) for name in stored.__slots__},
            "cue_span": (start, start + 2),
            "claim_text": "Russia halted it.",
        }
    )
    mark(mine, ada, cued)
    data = claim(mine, HALTED, annotation_id=str(cued.annotation_id), label_kind="causal")
    post(as_ada, sentence_at(mine, HALTED), "save-claim", data)
    row = Annotation.objects.current().get()
    assert (row.kind, row.cue_span, row.claim_text) == (
        "causal",
        [start, start + 2],
        "Russia halted it.",
    )


def test_delete_finish_no_claim_and_skip_are_one_click_each(as_ada: Client, mine: Article) -> None:
    sentence = sentence_at(mine, HALTED)
    steps: list[tuple[str, dict[str, str], str]] = [
        ("no-claim", {"no_claim_reason": "question"}, "no_claim"),
        ("skip-sentence", {"skip_reason": "torn"}, "skipped"),
        ("save-claim", claim(mine, HALTED), "open"),
        ("finish-sentence", {}, "claims"),
    ]
    for act, data, status in steps:
        told(post(as_ada, sentence, act, data))
        assert Judgement.objects.latest("seq").status == status
    made = Annotation.objects.current().get().annotation_id
    assert told(post(as_ada, sentence, "delete-claim", args=[made]))["count"] == 0
    assert not Annotation.objects.current().exists()


def test_undo_and_redo_go_from_sentence_to_sentence_and_say_what_stands(
    as_ada: Client, mine: Article
) -> None:
    first, second = sentence_at(mine, HALTED), sentence_at(mine, DENIED)
    post(as_ada, first, "save-claim", claim(mine, HALTED))
    post(as_ada, second, "no-claim", {"no_claim_reason": "question"})
    undone = told(step(as_ada, mine, "undo"))
    assert (undone["sentence"], undone["judgement"]["status"]) == (str(second.pk), "open")
    undone = told(step(as_ada, mine, "undo"))
    assert (undone["sentence"], undone["judgement"]["claims"]) == (str(first.pk), [])
    assert undone["undo"] == []
    redone = told(step(as_ada, mine, "redo"))
    assert [each["labels"]["kind"] for each in redone["judgement"]["claims"]] == [["event"]]
    assert redone["redo"] == [[str(Judgement.objects.get(seq=2).revision), str(second.pk)]]


def test_undo_of_what_is_not_the_last_change_any_more_is_stale(
    as_ada: Client, mine: Article
) -> None:
    early = told(post(as_ada, sentence_at(mine, HALTED), "save-claim", claim(mine, HALTED)))
    post(as_ada, sentence_at(mine, DENIED), "no-claim", {"no_claim_reason": "other"})
    late = step(as_ada, mine, "undo", parent=early["head"])
    assert (late.status_code, late.headers["X-Refusal"]) == (409, "stale")
    assert Judgement.objects.count() == 2


def test_an_undo_sent_again_answers_the_same(as_ada: Client, mine: Article) -> None:
    saved = told(post(as_ada, sentence_at(mine, HALTED), "save-claim", claim(mine, HALTED)))
    sent = {"revision": str(uuid4()), "parent": saved["head"]}
    first, second = (told(step(as_ada, mine, "undo", **sent)) for _ in range(2))
    assert first["judgement"] == second["judgement"]
    assert Judgement.objects.count() == 2


def test_with_nothing_done_there_is_nothing_to_undo(as_ada: Client, mine: Article) -> None:
    for parent in ("", str(uuid4())):
        answer = step(as_ada, mine, "undo", parent=parent)
        assert answer.status_code == 409
        assert "nothing left to undo" in answer.content.decode()


def test_a_page_sends_nothing_in_another_persons_name(as_ada: Client, mine: Article) -> None:
    theirs = HTMX | {"X-Author": "ben"}
    sentence = sentence_at(mine, HALTED)
    assert (
        post(as_ada, sentence, "save-claim", claim(mine, HALTED), headers=theirs).status_code == 401
    )
    own = HTMX | {"X-Author": "ada"}
    told(post(as_ada, sentence, "save-claim", claim(mine, HALTED), headers=own))


def test_a_sentence_that_is_gone_is_told_in_words(as_ada: Client, mine: Article) -> None:
    sentence = sentence_at(mine, DENIED)
    sent = {"revision": uuid4(), "no_claim_reason": "other"}
    address = reverse("no-claim", args=["sahel", sentence.pk])
    sentence.delete()
    gone = as_ada.post(address, sent, headers=HTMX)
    assert (gone.status_code, gone.headers["X-Refusal"]) == (404, "gone")
    assert "not here any more" in gone.content.decode()


@pytest.mark.parametrize(
    ("act", "data", "status", "said"),
    [
        ("finish-sentence", {}, 422, "holds at least one claim"),
        ("no-claim", {"no_claim_reason": "bored"}, 422, "Choose why"),
        ("no-claim", {"no_claim_reason": "duplicate"}, 422, "Give the number"),
        ("no-claim", {"no_claim_reason": "duplicate", "duplicate_of": "99"}, 422, "no sentence"),
        ("no-claim", {"no_claim_reason": "duplicate", "duplicate_of": "2"}, 422, "another one"),
        ("skip-sentence", {"skip_reason": " "}, 422, "Say why"),
        ("skip-sentence", {"skip_reason": "a" * 5000 + " "}, 422, "at most 5000"),
    ],
)
def test_a_verdict_that_cannot_stand_is_refused_in_words(
    as_ada: Client, mine: Article, act: str, data: dict[str, str], status: int, said: str
) -> None:
    answer = post(as_ada, sentence_at(mine, HALTED), act, data)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("act", ["no-claim", "save-claim"])
def test_without_a_script_a_refused_verdict_comes_back_as_it_was_chosen(
    as_ada: Client, mine: Article, act: str
) -> None:
    verdict = {"no_claim_reason": "duplicate", "duplicate_of": "99", "skip_reason": "<cut>"}
    data = claim(mine, HALTED, label_kind="none") | verdict
    answer = post(as_ada, sentence_at(mine, HALTED), act, data, headers={})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert '<option value="duplicate" selected>' in text
    assert 'name="duplicate_of" inputmode="numeric" size="4" value="99"' in text
    assert '<details class="skip-menu" open>' in text
    assert 'name="skip_reason" value="&lt;cut&gt;"' in text


def test_a_repeated_sentence_names_the_one_it_repeats(as_ada: Client, mine: Article) -> None:
    sentence = sentence_at(mine, HALTED)
    data = {"no_claim_reason": "duplicate", "duplicate_of": "1"}
    assert post(as_ada, sentence, "no-claim", data).status_code == 200
    assert Judgement.objects.get().duplicate_of == mine.sentences.get(index=0)


@pytest.fixture
def toned(cora: User, ada: User) -> Sentence:
    """A sentence of which the codebook asks its tone, and may be told a year."""
    year = {**TONE, "key": "year", "type": "number", "required": False, "options": []}
    old = {"value": "old", "title": {"en": "Old"}, "deprecated": True}
    tone = {**TONE, "options": [*TONE["options"], old]}
    asked = {**CODEBOOK, "dimensions": [*CODEBOOK["dimensions"], tone, year]}
    project = start_project(by=cora, name="Tones", slug="tones", codebook=asked)
    add_member(project=project, by=cora, user=ada, role="annotator", languages=[])
    article = take_in_text(project, "Moscow halted it.", "en")
    give(article, ada)
    return sentence_at(article, "Moscow")


@pytest.mark.parametrize(
    ("act", "sent"), [("no-claim", {"no_claim_reason": "other"}), ("finish-sentence", {})]
)
def test_what_the_codebook_asks_of_a_sentence_is_asked_when_it_is_done(
    as_ada: Client, toned: Sentence, act: str, sent: dict[str, str]
) -> None:
    if act == "finish-sentence":
        opened = claim(toned.article, "Moscow halted it") | {"about_year": "2024"}
        assert post(as_ada, toned, "save-claim", opened).status_code == 200
        assert Judgement.objects.get().labels == {"year": 2024.0}
    refused = post(as_ada, toned, act, sent)
    assert refused.status_code == 422
    assert f"Choose a value for “{TONE['title']['en']}”" in refused.content.decode()
    assert post(as_ada, toned, act, sent | {"about_tone": "calm"}).status_code == 200
    assert Judgement.objects.latest("number").labels == {"tone": "calm"}


def test_what_was_said_of_a_sentence_stands_in_its_form_and_in_a_comparison(
    as_ada: Client, toned: Sentence
) -> None:
    said = {"no_claim_reason": "other", "about_tone": "heated", "about_year": "2024"}
    post(as_ada, toned, "no-claim", said)
    form = shown(as_ada, page(toned.article))
    assert re.search(r'name="about_tone" value="heated" checked', form)
    assert 'name="about_year" value="2024"' in form
    assert 'value="old"' not in form
    stale = post(as_ada, toned, "no-claim", said | {"about_tone": "calm", "parent": ""})
    assert stale.status_code == 409
    assert "<p>Tone: Calm</p>" in stale.content.decode()


def test_an_article_is_handed_in_only_when_every_sentence_is_judged(
    as_ada: Client, ada: User, mine: Article
) -> None:
    submit = reverse("submit-article", args=["sahel", mine.pk])
    early = as_ada.post(submit)
    assert early.status_code == 409
    assert "the first is number 1" in early.content.decode()
    for sentence in mine.sentences.select_related("article__project"):
        post(as_ada, sentence, "no-claim", {"no_claim_reason": "other"})
    assert as_ada.post(submit).headers["Location"] == "/p/sahel/"
    assert "Handed in. Thank you." in shown(as_ada, "/p/sahel/")
    late = post(as_ada, sentence_at(mine, HALTED), "save-claim", claim(mine, HALTED))
    assert late.status_code == 409
    assert "submitted this article" in late.content.decode()
    assert "not change it" in shown(as_ada, page(mine))


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ({"words": "قرار"}, ["قرار"]),
        ({"words": "قرار صـعب … الرئيس"}, ["قرار\xa0صـعب", "الرئيس"]),
        ({"words": "قرار صـعب\r\nالرئيس"}, ["قرار\xa0صـعب", "الرئيس"]),
        ({"whole": "on"}, ["🚩🏽 اتخذ الرئيس قرار\xa0صـعب."]),
    ],
)
def test_without_a_script_the_words_are_typed(
    as_ada: Client, ada: User, project: Project, typed: dict[str, str], spans: list[str]
) -> None:
    article = take_in_text(project, "عنوان\r\n🚩🏽 اتخذ الرئيس قرار\xa0صـعب.\r\nنهاية\r\n", "ar")
    give(article, ada)
    sentence = sentence_at(article, "اتخذ")
    data = claim(article, "اتخذ") | {"spans": "", "quotes": ""} | typed
    answer = post(as_ada, sentence, "save-claim", data, headers={})
    row = Annotation.objects.get()
    assert answer.headers["Location"].startswith(page(article))
    assert sorted(article.text[start:end] for start, end in row.spans) == sorted(spans)


@pytest.mark.parametrize(
    ("words_typed", "said"), [("غائب", "does not stand"), ("ا", "more than once")]
)
def test_typed_words_that_are_not_found_once_come_back_with_the_whole_form(
    as_ada: Client, mine: Article, words_typed: str, said: str
) -> None:
    data = claim(mine, HALTED, words=words_typed, note="kept") | {"spans": "", "quotes": ""}
    answer = post(as_ada, sentence_at(mine, HALTED), "save-claim", data, headers={})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert f'name="words" dir="auto" value="{words_typed}"' in text
    assert 'name="note" dir="auto" data-most="5000" value="kept"' in text
    assert re.search(r'name="label_kind" value="event" checked', text)


def test_without_a_script_a_source_is_named(as_ada: Client, mine: Article) -> None:
    relay, holder = source(mine.project, "Le Monde"), source(mine.project, "Algeria")
    data = claim(mine, HALTED, source_name="algeria", through_name="LE MONDE")
    post(as_ada, sentence_at(mine, HALTED), "save-claim", data, headers={})
    assert Annotation.objects.get().source_chain == [str(relay.pk), str(holder.pk)]
    unknown = post(
        as_ada,
        sentence_at(mine, HALTED),
        "save-claim",
        claim(mine, HALTED, source_name="Nobody"),
        headers={},
    )
    assert "No source is called “Nobody”" in unknown.content.decode()


@pytest.mark.parametrize(
    ("named", "chain"),
    [
        ({"source_name": " إذاعة \xa0الساحل"}, ["RFI", "إذاعة الساحل"]),
        ({"through_name": "إذاعة الساحل"}, ["إذاعة الساحل", "RFI"]),
        ({"source_name": "mali", "through_name": "Radio & Co"}, ["Radio & Co", "RFI", "Mali"]),
        ({"source_name": "Radio & Co", "through_name": "mali"}, ["Mali", "RFI", "Radio & Co"]),
    ],
)
def test_without_a_script_a_missing_source_is_proposed_and_nothing_typed_is_lost(
    as_ada: Client, mine: Article, named: dict[str, str], chain: list[str]
) -> None:
    rfi, _mali = source(mine.project, "RFI"), source(mine.project, "Mali")
    sentence = sentence_at(mine, HALTED)
    typed = {"words": HALTED, "spans": "", "quotes": "", "note": "kept", "chain": [str(rfi.pk)]}
    data = claim(mine, HALTED, label_kind="causal", source_kind="institution") | typed | named
    answer = post(as_ada, sentence, "propose-named-source", data, headers={})
    assert answer.status_code == 200
    assert not Judgement.objects.exists()
    made = Source.objects.get(status="proposed")
    assert made.kind == "institution"
    text = answer.content.decode()
    assert f"“{html.escape(str(made))}” stands in the chain of the claim now" in text
    saved = post(as_ada, sentence, "save-claim", sent_by(text), headers={})
    assert saved.status_code == 302, re.search(r'id="message".*', saved.content.decode())
    stored = Annotation.objects.get()
    assert [str(Source.objects.get(pk=link)) for link in stored.source_chain] == chain
    assert (mine.quote(stored.spans), stored.note, stored.kind) == (HALTED, "kept", "causal")


def sent_by(page: str) -> dict[str, list[str]]:
    """What the claim's form on this page sends."""
    page = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    form = re.search(r'<form id="claim".*?</form>', page, re.DOTALL)
    assert form
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        kept = dict(re.findall(r'(name|value|type)="([^"]*)"', tag))
        chosen = kept["type"] not in ("radio", "checkbox") or " checked" in tag
        if chosen and "name" in kept:
            fields.setdefault(kept["name"], []).append(html.unescape(kept.get("value", "on")))
    return fields


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"source_name": "Radio", "source_kind": ""}, "Choose what kind"),
        ({"source_name": " ", "source_kind": "media"}, "needs a name"),
        ({"source_name": "A > B", "source_kind": "media"}, "may not contain"),
    ],
)
def test_without_a_script_a_refused_proposal_leaves_what_was_typed(
    as_ada: Client, mine: Article, sent: dict[str, str], said: str
) -> None:
    data = claim(mine, HALTED, note="kept", **sent)
    answer = post(as_ada, sentence_at(mine, HALTED), "propose-named-source", data, headers={})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    again = sent_by(text)
    assert (again["note"], again["source_name"]) == (["kept"], [sent["source_name"]])
    if sent["source_kind"]:
        assert f'<option value="{sent["source_kind"]}" selected>' in text


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("🚩👩🏽‍💻 Moscow halted it.", "Moscow halted it"),
        ("قال\xa0إن روسيا\xa0أوقفتـه.", "روسيا\xa0أوقفتـه"),
        ("Titre\r\nMoscou a cédé.\r\n", "Moscou a cédé"),
    ],
)
def test_offsets_count_code_points_of_the_text_as_it_is(
    as_ada: Client, ada: User, project: Project, text: str, quote: str
) -> None:
    article = take_in_text(project, text, "ar")
    give(article, ada)
    answer = post(as_ada, sentence_at(article, quote), "save-claim", claim(article, quote))
    assert answer.status_code == 200
    row = Annotation.objects.get()
    assert article.text[row.start : row.end] == quote


def test_overlapping_and_nested_claims_are_drawn_apart_and_the_text_stays_whole(
    as_ada: Client, ada: User, mine: Article
) -> None:
    mark(
        mine,
        ada,
        words(mine, "روسيا أوقفت الهجوم بعد تحذيرات"),
        words(mine, "الهجوم بعد تحذيرات من الجزائر"),
        words(mine, "تحذيرات"),
    )
    shown_page = shown(as_ada, page(mine))
    start = sentence_at(mine, HALTED).start
    paragraph = re.search(rf'data-start="{start}">(.*?)</p>', shown_page)
    assert paragraph
    assert re.sub("<[^>]+>", "", paragraph[1]) == sentence_at(mine, HALTED).text
    assert 'class="l0 l1 l2" data-n="3">تحذيرات<' in paragraph[1]


def test_each_sentence_has_its_language_and_direction_and_marks_up_nothing(
    as_ada: Client, ada: User, project: Project
) -> None:
    text = "قالت <b>روسيا</b> & مالي.\nRFI said so.\nΤο είπε το RFI.\nΤο είπε.\n12/11\n"
    article = take_in_text(project, text, "ar")
    give(article, ada)
    text = shown(as_ada, page(article))
    assert "&lt;b&gt;روسيا&lt;/b&gt; &amp; مالي." in text
    assert re.findall(r'<p lang="(\w*)" dir="(\w*)"[^>]* data-start', text) == [
        ("ar", "rtl"),
        ("", "ltr"),
        ("", "ltr"),
        ("el", "ltr"),
        ("ar", "rtl"),
    ]
    assert '<blockquote id="words" lang="ar" dir="rtl"' in text


@pytest.mark.parametrize(
    ("candidate", "heading"),
    [
        (
            Candidate(text=LONG),
            '<h1 class="unseen">قالت الحكومة اليوم إن روسيا أوقفت الهجوم بعد تحذيرات من…</h1>',
        ),
        (Candidate(text=LONG, title="هدنة"), "<h1>هدنة</h1>"),
        (Candidate(text=LONG, external_id="a-7"), "<h1>a-7</h1>"),
    ],
)
def test_an_article_without_a_title_is_not_headed_by_its_own_first_words(
    as_ada: Client, ada: User, project: Project, candidate: Candidate, heading: str
) -> None:
    article = take_in(project=project, by=ada, candidate=candidate).article
    give(article, ada)
    assert heading in shown(as_ada, page(article))


def test_nothing_that_ben_does_changes_a_byte_of_adas_pages(
    as_ada: Client, ada: User, ben: User, mine: Article
) -> None:
    give(mine, ben)
    mark(mine, ada, words(mine, HALTED))
    sentence = sentence_at(mine, HALTED)
    form = reverse("sentence-state", args=["sahel", sentence.pk])
    looks = ["/p/sahel/", page(mine), form, "/p/sahel/sources/?q=b", "/p/sahel/sources/?q="]
    before = [without_new_ids(shown(as_ada, look)) for look in looks]
    theirs = propose_source(article=mine, by=ben, name="Ben's source", kind="media")
    hand_in(mine, ben, words(mine, HALTED, chain=(theirs,)), words(mine, DENIED))
    assert [without_new_ids(shown(as_ada, look)) for look in looks] == before


def without_new_ids(text: str) -> str:
    """Without what each showing of a form draws anew: ids for the next write, tokens."""
    new = "revision|annotation_id|csrfmiddlewaretoken"
    return re.sub(rf'name=\\?"({new})\\?" value=\\?"[^"\\]*', "", text)


def test_nobody_opens_anothers_workbench(
    as_ben: Client, as_dan: Client, as_rita: Client, mine: Article
) -> None:
    sentence = sentence_at(mine, HALTED)
    for client in (as_ben, as_dan):
        assert client.get(page(mine)).status_code == 404
        assert post(client, sentence, "save-claim", claim(mine, HALTED)).status_code == 404
    assert as_rita.get(page(mine)).status_code == 404
    assert post(as_rita, sentence, "save-claim", claim(mine, HALTED)).status_code == 409
    assert not Judgement.objects.exists()


def test_who_only_observes_today_writes_nothing_more(as_ada: Client, mine: Article) -> None:
    Membership.objects.filter(user__username="ada").update(role=Membership.Role.OBSERVER)
    answer = post(as_ada, sentence_at(mine, HALTED), "save-claim", claim(mine, HALTED))
    assert answer.status_code == 403
    assert not Judgement.objects.exists()


@pytest.mark.parametrize("sentences", [4, 60])
def test_the_page_takes_the_same_queries_at_any_length(
    as_ada: Client,
    ada: User,
    project: Project,
    sentences: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    text = "".join(f"Minister number {n} denied the report. " for n in range(sentences))
    article = take_in_text(project, text, "en")
    give(article, ada)
    paper = source(project, "Le Monde")
    claims = [words(article, f"number {n} denied", chain=(paper,)) for n in range(sentences)]
    mark(article, ada, *claims)
    with django_assert_max_num_queries(14):
        answer = as_ada.get(page(article))
    assert answer.content.decode().count("<mark") == sentences


def test_the_form_of_a_claim_shows_what_is_stored(as_ada: Client, ada: User, mine: Article) -> None:
    paper = source(mine.project, "Le Monde")
    stored = words(mine, HALTED, chain=(paper,), kind="causal")
    mark(mine, ada, stored)
    looks = [f"{page(mine)}?claim={stored.annotation_id}"]
    for look in looks:
        text = as_ada.get(look).content.decode()
        assert f'name="annotation_id" value="{stored.annotation_id}"' in text
    assert re.search(r'name="label_kind" value="causal" checked', text)
    assert re.search(r'name="label_attribution_type" value="" checked', text)
    assert f'name="chain" value="{paper.pk}" checked' in text
    assert HALTED in text


@pytest.mark.parametrize(
    ("quote", "reason", "number"),
    [
        ("◄ المدينة لن تسقط ما دام أهلها صامدين", "duplicate", "2"),
        ("◄ العاصمة لن تسقط إن رحل أهلها غدا", "other", ""),
    ],
)
def test_a_pull_quote_offers_the_sentence_that_it_repeats_and_a_changed_one_offers_none(
    quote: str, reason: str, number: str, as_ada: Client, ada: User, project: Project
) -> None:
    body = "قال المتحدث إن المدينة لن تسقط ما دام أهلها صامدين، وأضاف أن الوقود يصل."
    article = take_in_text(project, f"الحصار\n{body}\n{quote}\n{body[:40]}.\n", language="ar")
    give(article, ada)
    sentence = sentence_at(article, quote)
    shown = as_ada.get(f"{page(article)}?sentence={sentence.pk}").content.decode()
    assert f'<option value="{reason}" selected>' in shown
    assert re.search(rf'name="duplicate_of"[^>]* value="{number}"', shown)


@pytest.mark.parametrize(("sent", "kept"), [("7", 7), ("9" * 5_000, 0), ("-1", 0), ("٣", 0)])
def test_seconds_that_are_no_number_of_seconds_never_cost_a_save(
    as_ada: Client, mine: Article, sent: str, kept: int
) -> None:
    address = f"/p/sahel/sentences/{sentence_at(mine, HALTED).pk}/no-claim/"
    said = {"revision": str(uuid4()), "no_claim_reason": "other", "seconds": sent}
    assert as_ada.post(address, said, headers=HTMX).status_code == 200
    assert mine.assignments.get().seconds_active == kept


PRESET = 'data-preset=\'{"stance"'


@pytest.mark.parametrize(("wanted", "rows"), [(True, 2), (False, 0)])
def test_values_are_chosen_beforehand_where_the_project_wants_it_in_bare_statements(
    as_ada: Client, ada: User, project: Project, wanted: bool, rows: int
) -> None:
    project.preset_unmarked = wanted
    project.save()
    bare, denied = "Moscow halted it.", "Moscow did not halt it."
    article = take_in_text(project, f"{bare} {denied} RFI confirmed this.", "en")
    give(article, ada)
    assert shown(as_ada, page(article)).count(PRESET) == rows
    for text in (bare, denied):
        sent = claim(article, text, preset=["stance", "certainty", "kind"])
        told(post(as_ada, sentence_at(article, text), "save-claim", sent))
    kept = ["certainty", "stance"] if wanted else []
    assert [each.preset for each in Annotation.objects.order_by("start")] == [kept, []]
