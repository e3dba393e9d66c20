"""Sources that a reviewer names at the table: added where they are typed, and nothing is lost."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotate.models import Article, Assignment, ClaimGroup, Decision, Event, Source
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.sources import propose_source
from tests.builders import give, hand_in, sentence_at, source, take_in_text, words

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"
HTMX = {"HX-Request": "true"}
LONG = "ß" * 101  # looked up as 202 letters


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Article:
    """Two sentences to settle."""
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED), words(article, DENIED))
    hand_in(
        article,
        ben,
        words(article, HALTED, kind="causal"),
        words(article, DENIED, stance="denies"),
    )
    return article


def group_in(article: Article, quote: str = DENIED) -> ClaimGroup:
    return ClaimGroup.objects.get(sentence=sentence_at(article, quote))


def address(name: str, article: Article, quote: str = DENIED) -> str:
    return reverse(name, args=["sahel", sentence_at(article, quote).pk])


def typed(article: Article, chain: str, name: str = "", kind: str = "media") -> dict[str, str]:
    """The form of the sentence, filled in, with this chain; `name` is added as this kind."""
    group = group_in(article)
    article.refresh_from_db()
    return {
        "completed": article.completed_at.isoformat() if article.completed_at else "",
        f"seen-{group.pk}": "0",
        f"take-{group.pk}": str(group.members.all()[0].annotation.annotation_id),
        f"stance-{group.pk}": "questions",
        f"chain-{group.pk}": "named",
        f"named-{group.pk}": chain,
        "reason": "slip",
        "note": "see <his> 😀",
        "adds": str(group.pk),
        f"new-source-{group.pk}": name or chain,
        f"new-kind-{group.pk}": kind,
    }


def added(
    client: Client, article: Article, chain: str, name: str = "", kind: str = "media", **more: Any
) -> Any:
    return client.post(address("name-source", article), typed(article, chain, name, kind), **more)


def offered(page: str) -> list[str]:
    """The names that a page offers to add."""
    return [
        html.unescape(each) for each in re.findall(r'name="new-source-[^"]+" value="([^"]*)"', page)
    ]


def test_a_name_that_no_source_has_is_offered_where_it_is_typed(
    as_rita: Client, disputed: Article
) -> None:
    source(disputed.project, "Le Monde")
    chain = typed(disputed, 'le monde > Radio\xa0 "Sahel" > مصدر')
    answer = as_rita.post(address("settle", disputed), chain)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert offered(page) == ['Radio "Sahel"']
    assert "or add it in the row" in page
    assert f'formaction="{address("name-source", disputed)}?"' in page


def test_the_browser_cuts_nothing_of_a_chain_and_a_name_too_long_is_told(
    as_rita: Client, disputed: Article
) -> None:
    table = as_rita.get(address("review-sentence", disputed)).content.decode()
    fields = re.findall(r'<input type="text" class="named"[^>]*>', table)
    assert [each for each in fields if 'list="sources"' in each]
    assert [each for each in fields if "maxlength" in each] == []
    chain = typed(disputed, " > ".join(["ص" * 201] + ["Radio"] * 400))
    answer = as_rita.post(address("settle", disputed), chain)
    assert (answer.status_code, "has 201." in answer.content.decode()) == (422, True)


def test_without_a_script_it_is_added_and_nothing_that_was_chosen_is_lost(
    as_rita: Client, disputed: Article, rita: User
) -> None:
    answer = added(as_rita, disputed, "Radio Sahel > الناطق", "Radio Sahel")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "“Radio Sahel” is a source now, as media. The sentence is not settled yet." in page
    assert offered(page) == ["الناطق"]
    for kept in (
        'value="Radio Sahel &gt; الناطق"',
        '<option value="named" selected>',
        '<option value="questions" data-code="KeyE" selected>',
        'data-take="1" checked',
        'value="slip" required data-keys-act data-code="KeyS" checked',
        "see &lt;his&gt; 😀</textarea>",
    ):
        assert kept in page
    assert not Decision.objects.exclude(decided_by=None).exists()
    assert added(as_rita, disputed, "Radio Sahel > الناطق", "الناطق", "person").status_code == 200
    settled = as_rita.post(address("settle", disputed), typed(disputed, "radio sahel > الناطِق"))
    assert settled.status_code == 302
    decision = Decision.objects.get(decided_by=rita)
    names = [str(Source.objects.get(pk=link)) for link in decision.source_chain]
    assert names == ["Radio Sahel", "الناطق"]


def test_a_reviewers_source_is_accepted_and_there_for_all(
    as_rita: Client, as_ada: Client, disputed: Article, rita: User
) -> None:
    added(as_rita, disputed, " Radio\xa0 Sahel ", " Radio\xa0 Sahel ")
    made = Source.objects.get(created_by=rita)
    assert (made.status, made.kind, made.name) == ("accepted", "media", {"ar": "Radio Sahel"})
    assert made.aliases.get().accepted
    assert Event.objects.filter(what="add_source", by=rita).count() == 1
    found = as_ada.get(reverse("sources", args=["sahel"]), {"q": "radio"}).content.decode()
    assert str(made.pk) in found


def test_an_anonymous_source_of_a_reviewer_belongs_to_its_article(
    as_rita: Client, as_cora: Client, disputed: Article, rita: User, cora: User
) -> None:
    assert added(as_rita, disputed, "مصدر رفيع", kind="anonymous").status_code == 200
    made = Source.objects.get(created_by=rita)
    assert (made.status, made.shared, made.article) == ("proposed", True, disputed)
    assert (
        as_cora.post(address("settle", disputed), typed(disputed, "مصدر رفيع")).status_code == 302
    )
    other = take_in_text(disputed.project, "Another text.", language="en")
    assert propose_source(article=other, by=cora, name="مصدر رفيع", kind="anonymous") != made


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("Radio", "", "Choose what kind of source this is"),
        ("Radio", "author", "Choose what kind of source this is"),
        ("Radio", "unspecified", "Choose what kind of source this is"),
        (" \xa0", "media", "A source needs a name"),
        (LONG, "media", "at most 200 characters"),
        ("a\0b", "media", "no control characters"),
        ("A > B", "media", "may not contain"),
        ("كاتب المقال", "person", "is the article’s author"),
        ("Author", "person", "is the article’s author"),
        ("LE MONDE", "institution", "“LE MONDE” is there already, as media"),
        ("مصدر غير محدّد", "group", "is there already, as unspecified"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_a_source_is_refused_in_words_and_nothing_is_lost(
    as_rita: Client, disputed: Article, headers: dict[str, str], name: str, kind: str, said: str
) -> None:
    source(disputed.project, "Le Monde")
    before = Source.objects.count()
    answer = added(as_rita, disputed, "Radio", name, kind, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert Source.objects.count() == before
    if not headers:
        assert "see &lt;his&gt; 😀</textarea>" in page
        assert offered(page) == ["Radio"]


@pytest.mark.parametrize(
    ("chain", "missing"),
    [
        ("le monde", []),
        ("Le Monde > Radio", ["Radio"]),
        ("Radio > Le Monde", ["Radio"]),
        ("", []),
        ("Le Monde > ", []),
        (f"Radio > {LONG}", ["Radio"]),
        (LONG, []),
        ("Article author", []),
        ('<i Radio & Co"', ['<i Radio & Co"']),
    ],
)
def test_a_script_is_told_what_is_missing_in_a_chain(
    as_rita: Client, disputed: Article, chain: str, missing: list[str]
) -> None:
    source(disputed.project, "Le Monde")
    answer = as_rita.get(address("missing-source", disputed), typed(disputed, chain), headers=HTMX)
    assert answer.status_code == 200
    assert offered(answer.content.decode()) == missing


def test_a_script_gets_what_is_missing_next(as_rita: Client, disputed: Article) -> None:
    chain = "Radio > Daily > Le Monde"
    first = added(as_rita, disputed, chain, "Radio", headers=HTMX).content.decode()
    assert ("“Radio” is a source now, as media." in first, offered(first)) == (True, ["Daily"])
    added(as_rita, disputed, chain, "Daily", headers=HTMX)
    last = added(as_rita, disputed, chain, "Le Monde", headers=HTMX).content.decode()
    assert offered(last) == []


def test_the_same_source_added_twice_is_one(
    as_rita: Client, as_cora: Client, disputed: Article
) -> None:
    for client in (as_rita, as_cora, as_rita):
        assert added(client, disputed, "Radio Sahel").status_code == 200
    assert Source.objects.filter(aliases__folded="radio sahel").count() == 1


def test_anothers_hidden_proposal_is_neither_told_nor_in_the_way(
    as_rita: Client, disputed: Article, ben: User, rita: User
) -> None:
    other = take_in_text(disputed.project, "Another text.", language="en")
    give(other, ben)
    theirs = propose_source(article=other, by=ben, name="Radio Sahel", kind="media")
    page = as_rita.post(
        address("settle", disputed), typed(disputed, "Radio Sahel")
    ).content.decode()
    assert offered(page) == ["Radio Sahel"]
    added(as_rita, disputed, "Radio Sahel")
    assert Source.objects.get(created_by=rita) != theirs
    hand_in(other, ben, words(other, "Another text", chain=(theirs,)))
    theirs.refresh_from_db()
    assert theirs.merged_into is None  # until the article is complete


def test_an_accepted_source_is_meant_before_a_proposal_of_its_name(
    as_rita: Client, disputed: Article, rita: User
) -> None:
    old = propose_source(article=disputed, by=rita, name="Radio Sahel", kind="person")
    accepted = source(disputed.project, "Radio Sahel")
    assert (
        as_rita.post(address("settle", disputed), typed(disputed, "Radio Sahel")).status_code == 302
    )
    assert Decision.objects.get(decided_by=rita).source == accepted != old


def test_while_an_annotator_has_the_article_again_no_source_is_added(
    as_rita: Client, disputed: Article, rita: User
) -> None:
    filled = typed(disputed, "Radio Sahel")
    reopen_assignment(assignment=Assignment.objects.all()[0], by=rita, note="once more")
    for headers in ({}, HTMX):
        answer = as_rita.post(address("name-source", disputed), filled, headers=headers)
        assert answer.status_code == 409
        assert "with an annotator again" in answer.content.decode()
    assert not Source.objects.filter(aliases__folded="radio sahel").exists()


def test_who_annotated_the_article_adds_no_source_while_settling_is_left_to_others(
    as_cora: Client, article: Article, ada: User, cora: User
) -> None:
    give(article, ada, cora)
    hand_in(article, ada, words(article, DENIED))
    hand_in(article, cora, words(article, DENIED, stance="denies"))
    assert added(as_cora, article, "Radio Sahel").status_code == 403
