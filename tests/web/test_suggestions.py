"""Suggestions: off unless the project has them on, never another's proposals, and what is taken is
told.
"""

import json
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.models import Annotation, Article, Project, Sentence, Source
from annotate.workflow.sources import add_source, propose_source
from tests.builders import LABELS, give, sentence_at, source, take_in_text

HTMX = {"HX-Request": "true"}
TEXT = (
    "واستقبلت موسكو وفدا من مالي. وأعلنت حكومة مالي، وفقا للافروف، أن الدعم مستمر.\n"
    "ويعتقد مراقبون أن القوات قد تنسحب.\n"
)


@pytest.fixture
def on(project: Project) -> Project:
    project.suggestions = True
    project.save(update_fields=["suggestions"])
    return project


@pytest.fixture
def talks(project: Project, ada: User) -> Article:
    article = take_in_text(project, TEXT, "ar")
    give(article, ada)
    return article


@pytest.fixture
def lavrov(project: Project, cora: User) -> Source:
    names = {"en": "Sergey Lavrov", "ar": "سيرجي لافروف"}
    aliases = [("لافروف", "ar")]
    return add_source(project=project, by=cora, name=names, kind="official", aliases=aliases)


def chips(client: Client, sentence: Sentence) -> list[str]:
    """The ids of what is offered, in order."""
    answer = client.get(reverse("suggestions", args=["sahel", sentence.pk]), headers=HTMX)
    assert answer.status_code == 200
    return [part.split('"')[0] for part in answer.content.decode().split('data-suggestion="')[1:]]


def test_a_project_has_no_suggestions_unless_it_switches_them_on(
    as_ada: Client, talks: Article, lavrov: Source
) -> None:
    sentence = sentence_at(talks, "وأعلنت")
    answer = as_ada.get(reverse("suggestions", args=["sahel", sentence.pk]), headers=HTMX)
    assert answer.status_code == 404
    assert (
        "suggestions"
        not in as_ada.get(reverse("workbench", args=["sahel", talks.pk])).content.decode()
    )


def test_who_is_named_nearest_to_a_word_that_reports_comes_first_and_before_whom_others_name(
    as_ada: Client, on: Project, talks: Article, lavrov: Source
) -> None:
    mali, moscow = source(on, "حكومة مالي"), source(on, "موسكو")
    offered = chips(as_ada, sentence_at(talks, "وأعلنت"))
    at = TEXT.index("لافروف")
    assert offered[0] in (f"source:{lavrov.pk}@{at}-{at + 6}", f"source:{mali.pk}@36-46")
    assert [each.partition("@")[0] for each in sorted(offered[:2])] == sorted(
        [f"source:{lavrov.pk}", f"source:{mali.pk}"]
    )
    assert offered[2].startswith(f"source:{moscow.pk}@9-")
    assert [TEXT[slice(*map(int, each[4:].split("-")))] for each in offered[3:]] == [
        "وأعلنت",
        "وفقا",
    ]


def test_the_sentence_before_counts_only_in_its_paragraph(
    as_ada: Client, on: Project, talks: Article, lavrov: Source
) -> None:
    nobody = on.sources.get(kind="unspecified")
    offered = chips(as_ada, sentence_at(talks, "ويعتقد"))
    assert [each.partition("@")[0] for each in offered[:-1]] == [f"source:{nobody.pk}"]
    assert offered[-1].startswith("cue:")


def test_another_annotators_proposal_is_not_offered(
    as_ada: Client, on: Project, talks: Article, ada: User, ben: User
) -> None:
    give(talks, ben)
    propose_source(article=talks, by=ben, name="حكومة مالي", kind="institution")
    sentence = sentence_at(talks, "وأعلنت")
    assert [each for each in chips(as_ada, sentence) if each.startswith("source:")] == []
    mine = propose_source(article=talks, by=ada, name="حكومة مالي", kind="institution")
    assert chips(as_ada, sentence)[0].startswith(f"source:{mine.pk}")


@pytest.mark.parametrize("number", [1, 80])
def test_suggestions_take_as_many_queries_however_many_sources_there_are(
    as_ada: Client,
    on: Project,
    talks: Article,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for each in range(number):
        source(on, f"مالي {each}")
    source(on, "حكومة مالي")
    with django_assert_max_num_queries(10):
        assert chips(as_ada, sentence_at(talks, "وأعلنت"))


def test_a_sentence_without_end_has_suggestions_too(
    as_ada: Client, on: Project, ada: User, lavrov: Source
) -> None:
    endless = take_in_text(on, "Лаврову сказали " * 9_000, "ru")
    give(endless, ada)
    lavrov_ru = add_source(project=on, by=on.created_by, name={"ru": "Лавров"}, kind="official")
    first = chips(as_ada, endless.sentences.get(index=0))[0]
    assert first == f"source:{lavrov_ru.pk}@0-7"


def save(client: Client, sentence: Sentence, chain: list[Source], taken: str) -> int:
    """Save the whole sentence as a claim; tell the status of the answer."""
    data = {
        "revision": str(uuid4()),
        "annotation_id": str(uuid4()),
        "whole": "on",
        "chain": [str(link.pk) for link in chain],
        "suggested": taken,
        **{f"label_{key}": value for key, value in LABELS.items()},
    }
    return client.post(
        reverse("save-claim", args=["sahel", sentence.pk]), data, headers=HTMX
    ).status_code


def test_what_was_taken_is_kept_with_its_words_and_whether_it_was_changed(
    as_ada: Client, on: Project, talks: Article, lavrov: Source
) -> None:
    other = source(on, "Erem News")
    sentence = sentence_at(talks, "وأعلنت")
    (taken,) = [each for each in chips(as_ada, sentence) if str(lavrov.pk) in each]
    cue = chips(as_ada, sentence)[-1]
    sent = json.dumps({"id": f"{taken} {cue}", "changed": False})
    assert save(as_ada, sentence, [other, lavrov], sent) == 200
    row = Annotation.objects.get()
    assert row.suggested == {"id": f"{taken} {cue}", "changed": False}
    assert [talks.text[slice(*span)] for span in (row.source_span, row.cue_span) if span] == [
        "لافروف",
        "وفقا",
    ]
    assert save(as_ada, sentence_at(talks, "ويعتقد"), [other], sent) == 200
    changed = Annotation.objects.latest("seq")
    assert changed.suggested == {"id": f"{taken} {cue}", "changed": True}
    assert changed.source_span is None


def test_a_suggestion_of_another_tool_is_kept_as_it_is(
    as_ada: Client, on: Project, talks: Article
) -> None:
    told = {"id": "ner-7", "changed": True}
    assert save(as_ada, sentence_at(talks, "وأعلنت"), [], json.dumps(told)) == 200
    assert Annotation.objects.get().suggested == told


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[]",
        '"source"',
        '{"id": "cue\\u0000"}',
        '{"id": ["cue:1-2"]}',
        '{"id": "%s"}' % ("x" * 1_001),
        '{"id": "cue:9-99999"}',
        "[" * 9_999,
    ],
)
def test_what_is_no_suggestion_is_refused(
    as_ada: Client, on: Project, talks: Article, sent: str
) -> None:
    assert save(as_ada, sentence_at(talks, "وأعلنت"), [], sent) == 422
    assert not Annotation.objects.exists()
