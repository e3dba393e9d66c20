"""The reviewer's table through the browser's eyes: order, blindness, settling, refusals."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from operator import methodcaller
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from annotate.domain.judgement import JudgementDraft
from annotate.domain.shortening import shortened
from annotate.models import (
    Annotation,
    Article,
    Assignment,
    Claim,
    ClaimGroup,
    Decision,
    Project,
)
from annotate.workflow.labelling import reopen_assignment, submit
from annotate.workflow.leaving import end_membership
from annotate.workflow.review import reading_of, settle
from tests.builders import give, hand_in, sentence_at, source, take_in_text, words, write
from tests.conftest import TEXT

QUEUE = "/p/sahel/review/"
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"


@pytest.fixture
def disputed(article: Article, ada: User, ben: User) -> Article:
    """Three sentences to settle, in reading order: major (kind), critical (stance), minor
    (certainty).
    """
    give(article, ada, ben)
    hand_in(article, ada, *(words(article, quote) for quote in (HALTED, DENIED, FORTY)))
    hand_in(
        article,
        ben,
        words(article, HALTED, kind="causal"),
        words(article, DENIED, stance="denies"),
        words(article, FORTY, certainty="probable"),
    )
    return article


def item(article: Article, quote: str, step: str = "") -> str:
    return f"{QUEUE}{sentence_at(article, quote).pk}/{step}"


def listed(client: Client, address: str = QUEUE) -> list[int]:
    """The numbers of the sentences in the queue, as shown."""
    queue = client.get(address).content.decode().partition('<ol class="queue">')[2]
    return [int(number) for number in re.findall(r"sentence (\d+)", queue)]


def shown_form(client: Client, article: Article, quote: str) -> dict[str, str]:
    """What the browser sends if nothing is filled in."""
    page = client.get(item(article, quote)).content.decode()
    return dict(re.findall(r'type="hidden" name="(seen-[^"]+|completed)" value="([^"]*)"', page))


def group_at(article: Article, quote: str) -> ClaimGroup:
    return ClaimGroup.objects.get(sentence=sentence_at(article, quote))


def member(group: ClaimGroup, number: int) -> str:
    return str(group.members.get(assignment__number=number).annotation.annotation_id)


def prefilled(client: Client, article: Article, quote: str) -> str:
    """What stands in the field for other words before anything is written there."""
    page = client.get(item(article, quote)).content.decode()
    field = re.search(r'name="written-[^"]+" value="([^"]*)"', page)
    assert field is not None
    return unescape(field[1])


def post(
    client: Client, article: Article, quote: str, sent: Mapping[str, object], query: str = ""
) -> Any:
    """Fill in the form as it is shown now, and send it."""
    form = {**shown_form(client, article, quote), **sent}
    return client.post(item(article, quote, "settle/") + query, form)


# -- the queue ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [2, 3, 4]),
        ("?order=level", [3, 2, 4]),
        ("?level=major", [2]),
        ("?level=none", []),
        ("?settled=1", []),
        ("?after=1-1", [3, 4]),
        ("?order=level&after=3-1-2", [2, 4]),
        ("?dimension=kind", [2]),
        ("?dimension=stance&values=supports,denies", [3]),
        ("?dimension=stance&values=supports,reports", []),
        ("?dimension=existence", []),
        ("?after=abc", [2, 3, 4]),
    ],
)
def test_the_queue_is_in_reading_order_or_worst_first(
    as_rita: Client, disputed: Article, query: str, numbers: list[int]
) -> None:
    assert disputed.position == 1
    assert listed(as_rita, QUEUE + query) == numbers


def test_the_queue_tells_level_words_and_what_differs(as_rita: Client, disputed: Article) -> None:
    page = as_rita.get(QUEUE).content.decode()
    for told in ("3 sentences", "1 critical, 1 major, 1 minor", "Source’s stance", "🚩 ونفى مسؤول"):
        assert told in page


@pytest.mark.parametrize("query", ["?", "?order=level&", "?settled=1&", "?settled=1&order=level&"])
def test_a_page_of_the_queue_leads_to_the_next(
    as_rita: Client, project: Project, ada: User, ben: User, query: str
) -> None:
    text = "\n".join(f"Sentence {n} claims that {n} trucks arrived." for n in range(1, 34))
    article = take_in_text(project, text, language="en")
    give(article, ada, ben)
    quotes = [f"{n} trucks arrived" for n in range(1, 34)]
    for reader in (ada, ben):
        agreed = reader == ada or "settled" in query
        hand_in(article, reader, *(words(article, f"that {it}") for it in quotes if agreed))
    assert listed(as_rita, QUEUE + query) == list(range(1, 31))
    after = re.search(r"after=([0-9-]+)", as_rita.get(QUEUE + query).content.decode())
    assert after is not None
    assert listed(as_rita, f"{QUEUE}{query}after={after[1]}") == [31, 32, 33]


def test_an_empty_queue_says_so(as_rita: Client, project: Project) -> None:
    shown = as_rita.get(QUEUE).content.decode()
    assert "Nothing is left to settle." in shown
    assert "Nothing waits for you" in shown


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"title": "Gao & Kidal"}, '<bdi lang="en">Gao &amp; Kidal</bdi>'),
        ({"title": "", "external_id": "n-7"}, '<bdi lang="en">n-7</bdi>'),
        ({"title": "", "external_id": ""}, f'<bdi lang="en">{shortened(TEXT)}</bdi>'),
    ],
)
@pytest.mark.parametrize("query", ["", "?level=major"])
def test_an_article_without_a_title_has_a_name_and_a_link_too(
    as_rita: Client, disputed: Article, columns: dict[str, str], name: str, query: str
) -> None:
    Article.objects.update(language="en", **columns)
    queue = as_rita.get(QUEUE + query).content.decode()
    assert re.search(rf'<a href="[^"]*article={disputed.pk}[^"]*" title="[^"]*">{name}</a>', queue)
    heading = as_rita.get(item(disputed, HALTED)).content.decode().partition("</h1>")[0]
    assert name in heading.partition("<h1")[2]


def test_an_article_alone_is_shown_by_its_filter(as_rita: Client, disputed: Article) -> None:
    assert listed(as_rita, f"{QUEUE}?article={disputed.pk}") == [2, 3, 4]
    assert listed(as_rita, f"{QUEUE}?article={uuid4()}") == []


def test_a_pair_of_annotators_is_a_filter(
    as_rita: Client, disputed: Article, ada: User, ben: User, chloe: User
) -> None:
    members = {it.user_id: it.pk for it in disputed.project.memberships.all()}
    pair = f"{QUEUE}?reader={members[ada.pk]}&other="
    assert listed(as_rita, f"{pair}{members[ben.pk]}") == [2, 3, 4]
    assert listed(as_rita, f"{pair}{members[chloe.pk]}") == []


def test_what_is_settled_is_filtered_by_how_it_was_agreed(
    as_rita: Client, disputed: Article, rita: User
) -> None:
    sentence = sentence_at(disputed, HALTED)
    settle(sentence=sentence, by=rita, choices=reading_of(sentence, 1), reason="slip")
    assert listed(as_rita, QUEUE + "?settled=1&way=adjudicated") == [2]
    assert listed(as_rita, QUEUE + "?settled=1&way=rule") == []


def test_a_failure_of_grouping_is_told_and_a_manager_tries_again(
    as_rita: Client, as_cora: Client, disputed: Article
) -> None:
    Article.objects.update(grouping_failure="KeyError: 'kind'")
    address = f"{QUEUE}articles/{disputed.pk}/regroup/"
    for client, other in ((as_rita, "Try again"), (as_cora, "A manager can try again")):
        for page in (QUEUE, "/p/sahel/progress/"):
            shown = client.get(page).content.decode()
            assert "something that this project does not know: “kind”" in shown
            assert (address in shown) is (client is as_cora)
            assert other not in shown
            before, _fold, folded = shown.partition("<summary>For whoever runs this server")
            assert "KeyError" not in before
            assert "KeyError" in folded
    told = as_cora.post(address, follow=True).content.decode()
    assert "The readings are compared" in told
    assert "KeyError" not in told


# -- who sees what -----------------------------------------------------------------------------


def test_incomplete_work_is_not_to_be_found(
    as_rita: Client, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED))
    assert listed(as_rita) == []
    assert as_rita.get(item(article, HALTED)).status_code == 404


def test_reopened_work_is_with_its_annotators_and_the_queue_is_a_click_away(
    as_rita: Client, disputed: Article, ada: User, cora: User
) -> None:
    assignment = Assignment.objects.get(membership__user=ada)
    reopen_assignment(assignment=assignment, by=cora, note="Look again.")
    assert listed(as_rita) == []
    answer = as_rita.get(item(disputed, HALTED))
    assert answer.status_code == 409
    page = answer.content.decode()
    for told in ("This article is with an annotator again", f'href="{QUEUE}?"'):
        assert told in page
    for told in (HALTED, "Cause or effect", "ada", "ben"):
        assert told not in page


def test_a_reviewer_at_work_on_an_article_that_went_back_does_not_find_its_sentence(
    as_rita: Client, own: Article, rita: User, cora: User
) -> None:
    assignment = Assignment.objects.get(membership__user=rita)
    reopen_assignment(assignment=assignment, by=cora, note="Look again.")
    assert as_rita.get(item(own, HALTED)).status_code == 404


def test_a_sentence_is_sent_back_to_those_who_can_answer_and_who_cannot_is_told(
    as_rita: Client, disputed: Article, project: Project, cora: User
) -> None:
    leaving = project.memberships.get(user__username="ben")
    end_membership(membership=leaving, by=cora, ended="left", reason="A new job.")
    page = as_rita.get(item(disputed, HALTED)).content.decode()
    assert re.findall(r'name="readers" value="(\d*)"', page) == ["", "1"]
    assert "because they no longer annotate in the project: B" in " ".join(page.split())
    to_ben = as_rita.post(item(disputed, HALTED, "back/"), {"note": "Who?", "readers": "2"})
    assert (to_ben.status_code, "cannot change it" in to_ben.content.decode()) == (409, True)
    leaving = project.memberships.get(user__username="ada")
    end_membership(membership=leaving, by=cora, ended="left", reason="A new job.")
    page = as_rita.get(item(disputed, HALTED)).content.decode()
    assert 'name="readers"' not in page
    assert "none of its annotators annotates in the project any more" in page


def test_a_split_of_which_a_part_is_settled_says_what_to_do_before_it_is_taken_back(
    as_rita: Client, disputed: Article
) -> None:
    group = group_at(disputed, HALTED)
    parts = {"group": str(group.pk), "member": member(group, 2), "why": "Two claims."}
    as_rita.post(item(disputed, HALTED, "split/"), parts)
    page = as_rita.get(item(disputed, HALTED)).content.decode()
    (address,) = re.findall(r'action="([^"]+/take-back/)', page)
    take = {f"take-{each.pk}": "none" for each in sentence_at(disputed, HALTED).groups.all()}
    assert post(as_rita, disputed, HALTED, {**take, "reason": "slip"}).status_code == 302
    page = as_rita.get(item(disputed, HALTED)).content.decode()
    assert ("take-back" in page, "Reopen what was decided" in page) == (False, True)
    answer = as_rita.post(address)
    assert answer.status_code == 409
    assert 'role="alert" id="message">Reopen what was decided' in answer.content.decode()


@pytest.mark.parametrize(
    ("step", "field"), [("split/", "why"), ("back/", "note"), ("reopen/", "note")]
)
def test_a_reason_that_is_too_long_comes_back_whole(
    as_rita: Client, disputed: Article, step: str, field: str
) -> None:
    group, long = group_at(disputed, HALTED), "ـ🚩" * 3000
    chosen = {"group": str(group.pk), "member": member(group, 2), "readers": ""}
    answer = as_rita.post(item(disputed, HALTED, step), {**chosen, "author": "rita", field: long})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This text has 6000 characters; at most 5000 are kept." in page
    assert re.search(rf'name="{field}"[^>]*(value="|>(&#10;)?){long}["<]', page)


@pytest.mark.parametrize("who", ["as_ada", "as_dan"])
def test_only_reviewers_come_here(
    disputed: Article, who: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    refused = 404 if who == "as_dan" else 403
    for address in (QUEUE, item(disputed, HALTED)):
        assert client.get(address).status_code == refused
    for step in ("settle/", "reopen/"):
        assert client.post(item(disputed, HALTED, step)).status_code == refused
    assert not Decision.objects.exists()


def test_after_signing_out_the_way_back_shows_neither_queue_nor_sentence(
    as_rita: Client, disputed: Article
) -> None:
    for address in (QUEUE, item(disputed, HALTED)):
        assert "no-store" in as_rita.get(address).headers["Cache-Control"]


def test_another_project_has_a_queue_of_its_own(
    as_rita: Client, as_dan: Client, dan: User, disputed: Article
) -> None:
    ports = Project.objects.get(slug="ports")
    ports.annotators_per_article = 1
    ports.agreement_policy = "adjudicate_all"
    ports.settle_own = True
    ports.save()
    theirs = take_in_text(ports, "The port is closed.", language="en")
    give(theirs, dan)
    hand_in(theirs, dan, words(theirs, "The port is closed"))
    assert listed(as_dan, "/p/ports/review/") == [1]
    assert listed(as_rita) == [2, 3, 4]
    foreign = sentence_at(theirs, "The port is closed").pk
    assert as_rita.get(f"{QUEUE}{foreign}/").status_code == 404
    assert (
        as_dan.post(f"/p/ports/review/{sentence_at(disputed, HALTED).pk}/settle/").status_code
        == 404
    )


def test_names_are_hidden_until_settled_or_asked_for(
    as_rita: Client, disputed: Article, rita: User
) -> None:
    names = re.compile(r"\b(ada|ben)\b")
    address = item(disputed, HALTED)
    assert not names.search(as_rita.get(address).content.decode())
    assert names.search(as_rita.get(address + "?names=1").content.decode())
    sentence = sentence_at(disputed, HALTED)
    settle(sentence=sentence, by=rita, choices=reading_of(sentence, 1), reason="slip")
    assert names.search(as_rita.get(address).content.decode())


@pytest.fixture
def own(article: Article, ada: User, rita: User) -> Article:
    """Rita annotated this one herself."""
    give(article, ada, rita)
    hand_in(article, ada, words(article, HALTED))
    hand_in(article, rita, words(article, HALTED, kind="causal"))
    return article


def test_what_one_annotated_somebody_else_settles(as_rita: Client, own: Article) -> None:
    assert "somebody else settles it" in as_rita.get(QUEUE).content.decode()
    page = as_rita.get(item(own, HALTED))
    assert "somebody else settles it" in page.content.decode()
    assert 'id="settle"' not in page.content.decode()
    for step in ("settle/", "reopen/"):
        assert as_rita.post(item(own, HALTED, step), {"reading": "1"}).status_code == 403


def test_a_project_may_let_people_settle_their_own(as_rita: Client, own: Article) -> None:
    Project.objects.update(settle_own=True)
    answer = post(as_rita, own, HALTED, {"reading": "2", "reason": "slip"})
    assert answer.status_code == 302
    assert Decision.objects.get().kind == "causal"


def test_the_next_sentence_is_never_one_that_only_others_may_settle(
    as_rita: Client, own: Article, ada: User, ben: User, project: Project
) -> None:
    other = take_in_text(project, "The border is a red line. Two men left.", language="en")
    give(other, ada, ben)
    hand_in(other, ada, words(other, "The border is a red line"))
    hand_in(other, ben)
    answer = post(as_rita, other, "The border", {"reading": "1"})
    assert answer.headers["Location"].startswith(QUEUE + "?")


# -- settling ----------------------------------------------------------------------------------


def test_one_click_takes_a_reading_and_leads_to_the_next(
    as_rita: Client, disputed: Article
) -> None:
    answer = post(as_rita, disputed, HALTED, {"reading": "2", "reason": "slip", "note": "a\r\nb"})
    assert answer.headers["Location"].startswith(item(disputed, DENIED))
    decision = Decision.objects.get()
    assert (decision.kind, decision.reason, decision.note) == ("causal", "slip", "a\nb")


def test_worst_first_leads_on_to_what_is_less_bad(as_rita: Client, disputed: Article) -> None:
    sent = {"reading": "2", "reason": "slip"}
    answer = post(as_rita, disputed, DENIED, sent, "?order=level")
    assert answer.headers["Location"].startswith(item(disputed, HALTED) + "?order=level")


def test_after_the_last_one_comes_what_was_passed_over(as_rita: Client, disputed: Article) -> None:
    answer = post(as_rita, disputed, FORTY, {"reading": "1"})
    assert answer.headers["Location"].startswith(item(disputed, HALTED))


def test_a_claim_is_settled_by_values_of_ones_own(as_rita: Client, disputed: Article) -> None:
    group = group_at(disputed, DENIED)
    source(disputed.project, "Le Monde")
    source(disputed.project, "Bamako", "institution")
    sent = {
        f"take-{group.pk}": member(group, 1),
        f"stance-{group.pk}": "questions",
        f"chain-{group.pk}": "named",
        f"named-{group.pk}": "le monde > BAMAKO",
        "reason": "guideline_unclear",
    }
    assert post(as_rita, disputed, DENIED, sent).status_code == 302
    decision = Decision.objects.get()
    assert (decision.stance, decision.attribution_type) == ("questions", "indirect")
    assert (str(decision.source), len(decision.source_chain)) == ("Bamako", 2)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("مسؤول", ["مسؤول"]),
        (" مسؤول … ذلك ", ["مسؤول", "ذلك"]),
        ("ونفى مسؤول في باماكو ذلك", ["ونفى مسؤول في باماكو ذلك"]),
    ],
)
def test_words_are_written_as_they_stand_in_the_sentence(
    as_rita: Client, disputed: Article, written: str, stored: list[str]
) -> None:
    group = group_at(disputed, DENIED)
    sent = {f"words-{group.pk}": "named", f"written-{group.pk}": written, "reason": "slip"}
    sent[f"stance-{group.pk}"] = "denies"
    assert post(as_rita, disputed, DENIED, sent).status_code == 302
    spans = Decision.objects.get().spans
    assert [disputed.text[start:end] for start, end in spans] == stored


SHUT = "Indeed the port is shut, they said… and the port is shut again."


@pytest.mark.parametrize(
    ("marked", "written", "stored"),
    [
        ([(40, 56)], "", [(40, 56)]),
        ([(40, 56)], "port is shut", [(44, 56)]),
        ([(11, 15), (40, 56)], "", [(11, 15), (40, 56)]),
        ([(25, 56)], "", [(25, 56)]),
        ([(25, 56)], "said… and the port", [(30, 48)]),
        ([(25, 56)], "they said… and … port is shut", [(25, 39), (44, 56)]),
        ([(25, 56)], "they said…the port", [(25, 34), (40, 48)]),
    ],
)
def test_words_that_stand_twice_are_those_that_were_marked(
    as_rita: Client,
    project: Project,
    ada: User,
    ben: User,
    marked: list[tuple[int, int]],
    written: str,
    stored: list[tuple[int, int]],
) -> None:
    article = take_in_text(project, SHUT, language="en")
    quotes = tuple(SHUT[start:end] for start, end in marked)
    claim = replace(words(article, *quotes), spans=tuple(marked), quotes=quotes)
    give(article, ada, ben)
    hand_in(article, ada, claim)
    other = {**claim.labels, "kind": "causal"}
    hand_in(article, ben, replace(claim, annotation_id=uuid4(), labels=other))
    group = group_at(article, "Indeed")
    sent = {f"words-{group.pk}": "named", f"take-{group.pk}": member(group, 2), "reason": "slip"}
    sent[f"written-{group.pk}"] = written or prefilled(as_rita, article, "Indeed")
    assert post(as_rita, article, "Indeed", sent).status_code == 302
    assert Decision.objects.get().spans == [list(span) for span in stored]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, "Choose for each claim"),
        ({"certainty": "probable"}, "“Kind of claim” is not decided"),
        ({"kind": "causal"}, "“Source” is not decided"),
        ({"kind": "causal", "chain": "author"}, "“Words” is not decided"),
        ({"kind": "causal", "chain": "author", "words": "named", "written": "he left"}, ""),
        ({"take": "1"}, ""),
        ({"take": "none"}, ""),
    ],
)
def test_without_a_reading_each_row_that_differs_is_answered(
    as_rita: Client, project: Project, ada: User, ben: User, sent: dict[str, str], status: str
) -> None:
    article = take_in_text(project, "Mali and Niger say that he left Kayes early.", language="en")
    give(article, ada, ben)
    hand_in(article, ada, words(article, "he left Kayes"))
    paper = source(project, "Le Monde")
    hand_in(article, ben, words(article, "he left Kayes early", kind="causal", chain=(paper,)))
    group = group_at(article, "Mali")
    filled = {f"{key}-{group.pk}": value for key, value in sent.items()}
    if sent.get("take") == "1":
        filled[f"take-{group.pk}"] = member(group, 1)
    answer = post(as_rita, article, "Mali", {**filled, "reason": "slip"})
    assert answer.status_code == (422 if status else 302)
    assert status in answer.content.decode()
    assert Decision.objects.exists() != bool(status)


def test_claims_that_readers_link_differently_are_shown_and_want_a_reading(
    as_rita: Client, disputed: Article
) -> None:
    group, by = group_at(disputed, DENIED), disputed.created_by
    shut = Claim.objects.create(project=disputed.project, created_by=by, text={"en": "It is shut."})
    mine = Annotation.objects.filter(place__group=group, assignment__number=1)
    mine.update(claim=shut, claim_relation="related")
    group.differences.append({"dimension": "claim", "level": "major", "sides": []})
    group.save()
    page = as_rita.get(item(disputed, DENIED)).content.decode()
    assert "It is shut. (related)" in page
    assert page.count("They link it to different claims") == 1
    answer = post(as_rita, disputed, DENIED, {f"stance-{group.pk}": "denies", "reason": "slip"})
    assert (answer.status_code, Decision.objects.count()) == (422, 0)
    assert "They link it to different claims" in answer.content.decode()
    taken = {f"take-{group.pk}": member(group, 1), "reason": "slip"}
    assert post(as_rita, disputed, DENIED, taken).status_code == 302
    assert Decision.objects.get().claim == shut


def test_the_page_knows_which_rows_want_an_answer_without_a_reading(
    as_rita: Client, disputed: Article
) -> None:
    page = as_rita.get(item(disputed, DENIED)).content.decode()
    assert re.findall(r'<tr class="row-(\w+)[^>]*data-wanting="([^"]+)"', page) == [
        ("stance", "“Source’s stance” is not decided: answer it too, or take a reading.")
    ]


def test_the_words_of_one_reading_go_with_the_labels_of_another(
    as_rita: Client, article: Article, ada: User, ben: User
) -> None:
    give(article, ada, ben)
    hand_in(article, ada, words(article, FORTY))
    hand_in(article, ben, words(article, "عنصرًا سيغادرون البلاد", kind="prediction"))
    group = group_at(article, FORTY)
    sent = {f"take-{group.pk}": member(group, 1), f"words-{group.pk}": member(group, 2)}
    assert post(as_rita, article, FORTY, {**sent, "reason": "slip"}).status_code == 302
    decision = Decision.objects.get()
    assert article.quote(decision.spans) == "عنصرًا سيغادرون البلاد"
    assert decision.kind == "event"


def test_a_sentence_can_be_rightly_empty(as_rita: Client, disputed: Article) -> None:
    page = as_rita.get(item(disputed, HALTED)).content.decode()
    living = dict(re.findall(r'name="(living-[^"]+|completed)" value="([^"]*)"', page))
    sent = {**living, "reason": "slip"}
    assert as_rita.post(item(disputed, HALTED, "empty/"), sent).status_code == 302
    assert [decision.outcome for decision in Decision.objects.all()] == ["rejected"]
    assert as_rita.post(item(disputed, HALTED, "empty/"), sent).status_code == 409


def test_a_page_that_shows_the_next_item_already_gets_what_stands_around_it(
    as_rita: Client, disputed: Article
) -> None:
    form = {**shown_form(as_rita, disputed, HALTED), "reading": "2", "reason": "slip"}
    done = as_rita.post(item(disputed, HALTED, "settle/"), form, headers={"HX-Request": "true"})
    told = done.content.decode()
    assert 'id="undo"' in told
    assert "2 sentences" in told
    assert "<html" not in told


def test_an_item_alone_names_the_one_behind_it(as_rita: Client, disputed: Article) -> None:
    for here, following in ((HALTED, DENIED), (FORTY, HALTED)):
        page = as_rita.get(item(disputed, here), headers={"HX-Request": "true"}).content.decode()
        assert f'data-next="{item(disputed, following)}' in page
        assert "<html" not in page


def test_none_is_right_is_one_click_or_one_choice(as_rita: Client, disputed: Article) -> None:
    post(as_rita, disputed, HALTED, {"none": "1", "reason": "slip"})
    group = group_at(disputed, DENIED)
    post(as_rita, disputed, DENIED, {f"take-{group.pk}": "none", "reason": "slip"})
    assert [d.outcome for d in Decision.objects.all()] == ["rejected", "rejected"]


def test_without_a_reason_the_form_comes_back_as_it_was_filled_in(
    as_rita: Client, disputed: Article
) -> None:
    answer = post(as_rita, disputed, DENIED, {"reading": "2", "note": "see <his> words"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why they differ" in page
    taken = member(group_at(disputed, DENIED), 2)
    assert f'value="{taken}" data-keys-act data-take="2" checked' in page
    assert "see &lt;his&gt; words</textarea>" in page
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose for each claim"),
        ({"take": "none of yours"}, "incomplete"),
        ({"take": str(uuid4())}, "does not belong"),
        ({"stance": "loves"}, "is not a value"),
        ({"chain": "named", "named": "Nobody"}, "No source is called “Nobody”"),
        ({"chain": "named", "named": "Paper > "}, "A source needs a name"),
        ({"chain": str(uuid4())}, "no such source"),
        ({"words": str(uuid4())}, "does not belong"),
        ({"words": "named", "written": "مسؤول … في لندن"}, "“في لندن” does not stand"),
        ({"words": "named", "written": " … "}, "Write the words"),
        ({"attribution_type": "direct"}, "author’s own"),
        ({"reason": "boredom"}, "one of the reasons"),
        ({"note": "a\0b"}, "cannot be stored"),
        ({"note": "a" * 5001}, "at most 5000"),
        ({"chain": "named", "named": "a\0b"}, "no control characters"),
        ({"reading": "9"}, "no such reading"),
        ({"reading": "two"}, "incomplete"),
        ({"completed": "yesterday"}, "incomplete"),
        ({"seen": "-1"}, "incomplete"),
    ],
)
def test_what_breaks_a_rule_is_told_and_stores_nothing(
    as_rita: Client, disputed: Article, sent: dict[str, str], told: str
) -> None:
    group = group_at(disputed, DENIED)
    source(disputed.project, "Paper")
    filled = {"reason": "slip", f"take-{group.pk}": member(group, 1) if sent else ""}
    whole = ("reason", "reading", "completed", "note")
    filled |= {key if key in whole else f"{key}-{group.pk}": sent[key] for key in sent}
    answer = post(as_rita, disputed, DENIED, filled)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Decision.objects.exists()


def test_what_was_settled_meanwhile_is_shown_afresh(
    as_rita: Client, as_cora: Client, disputed: Article
) -> None:
    form = shown_form(as_rita, disputed, HALTED)
    post(as_cora, disputed, HALTED, {"reading": "1", "reason": "slip"})
    sent = {**form, "reading": "2", "reason": "slip"}
    answer = as_rita.post(item(disputed, HALTED, "settle/"), sent)
    assert answer.status_code == 409
    assert "has changed since you opened it" in answer.content.decode()
    assert "settled by <bdi>cora</bdi>" in answer.content.decode()
    assert Decision.objects.count() == 1


def test_what_was_revised_meanwhile_is_refused_and_the_choice_is_kept(
    as_rita: Client, disputed: Article, ben: User, cora: User
) -> None:
    form = shown_form(as_rita, disputed, HALTED)
    sent = {**form, "reading": "2", "reason": "slip"}
    assignment = Assignment.objects.get(membership__user=ben)
    reopen_assignment(assignment=assignment, by=cora, note="Look again.")
    refused = as_rita.post(item(disputed, HALTED, "settle/"), sent)
    assert (refused.status_code, "with an annotator again" in refused.content.decode()) == (
        409,
        True,
    )
    sentence = sentence_at(disputed, HALTED)
    write(sentence, ben, methodcaller("with_annotation", words(disputed, "الجزائر")))
    write(sentence, ben, JudgementDraft.finished)
    submit(assignment=assignment, by=ben)
    answer = as_rita.post(item(disputed, HALTED, "settle/"), sent)
    assert answer.status_code == 409
    assert 'data-code="KeyS" checked' in answer.content.decode()
    assert not Decision.objects.exists()


# -- what is settled ---------------------------------------------------------------------------


def test_undo_reopens_what_the_click_settled(as_rita: Client, disputed: Article) -> None:
    answer = post(as_rita, disputed, HALTED, {"reading": "2", "reason": "slip"})
    page = as_rita.get(answer.headers["Location"]).content.decode()
    undo = re.search(r'id="undo" method="post" action="([^"]+)"', page)
    assert undo is not None
    groups = re.findall(r'name="group" value="([^"]+)"', page.partition('id="undo"')[2])[:1]
    back = as_rita.post(undo[1], {"group": groups})
    assert back.headers["Location"].startswith(item(disputed, HALTED))
    assert listed(as_rita) == [2, 3, 4]
    again = as_rita.get(answer.headers["Location"]).content.decode()
    assert 'id="undo"' not in again


def sent_by(page: str, address: str) -> dict[str, list[str]]:
    """The hidden fields of the form with this address."""
    (form,) = re.findall(rf'action="{re.escape(address)}".*?</form>', page, re.DOTALL)
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: [value for other, value in hidden if other == name] for name, _value in hidden}


def test_nothing_is_taken_back_in_the_name_of_who_signed_in_meanwhile(
    as_rita: Client, as_cora: Client, disputed: Article
) -> None:
    """The script of the page gives its forms the newest token, whoever's session that is of."""
    group = group_at(disputed, HALTED)
    parts = {"group": str(group.pk), "member": member(group, 2), "why": "Two claims."}
    as_rita.post(item(disputed, HALTED, "split/"), parts)
    answer = post(as_rita, disputed, DENIED, {"reading": "2", "reason": "slip"})
    for opened, found in (
        (answer.headers["Location"], r'id="undo" method="post" action="([^"]+)"'),
        (item(disputed, HALTED), r'action="([^"]+/take-back/[^"]*)"'),
    ):
        page = as_rita.get(opened).content.decode()
        (address,) = re.findall(found, page)
        assert as_cora.post(unescape(address), sent_by(page, address)).status_code == 401
        assert as_rita.post(unescape(address), sent_by(page, address)).status_code == 302


def test_a_settled_sentence_tells_who_decided_what_and_why(
    as_rita: Client, disputed: Article
) -> None:
    post(as_rita, disputed, DENIED, {"reading": "2", "reason": "truly_ambiguous", "note": "Hm."})
    assert listed(as_rita, QUEUE + "?settled=1") == [3]
    page = as_rita.get(item(disputed, DENIED)).content.decode()
    for told in ("settled by", "rita", "truly ambiguous", "Hm.", "Supports (A)", "Denies (B)"):
        assert told in page
    assert "Policy: unanimous" in page
    assert "default 1.0.0" in page


def test_a_reopened_claim_keeps_its_history_and_waits(as_rita: Client, disputed: Article) -> None:
    post(as_rita, disputed, DENIED, {"reading": "2", "reason": "slip"})
    group = group_at(disputed, DENIED)
    asked = {"group": [str(group.pk)]}
    reopened = as_rita.post(item(disputed, DENIED, "reopen/"), asked, follow=True)
    assert "Reopened: it waits for a new decision." in reopened.content.decode()
    post(as_rita, disputed, DENIED, {"reading": "1", "reason": "slip"})
    page = as_rita.get(item(disputed, DENIED)).content.decode()
    assert [decision.stance for decision in group.decisions.all()] == ["denies", "supports"]
    assert page.count('<li id="decision-') == 2


def history(client: Client, article: Article, quote: str) -> list[str]:
    """The lines of the history of the sentence's claim, as they are read."""
    page = client.get(item(article, quote)).content.decode()
    found = re.search(r'<ol class="history" reversed>(.*?)</ol>', page, re.DOTALL)
    assert found is not None
    lines = re.findall(r"<li.*?</li>", found[1], re.DOTALL)
    return [" ".join(unescape(re.sub("<[^>]*>", " ", line)).split()) for line in lines]


def test_history_tells_what_was_decided_and_who_reopened_it_why(
    as_rita: Client, as_cora: Client, disputed: Article
) -> None:
    group = group_at(disputed, DENIED)
    paper = source(disputed.project, "Le Monde")
    chain = {f"chain-{group.pk}": str(paper.pk), f"take-{group.pk}": member(group, 2)}
    post(as_rita, disputed, DENIED, {**chain, "reason": "slip"})
    asked = {"group": [str(group.pk)], "note": "<i>wrong</i>"}
    as_cora.post(item(disputed, DENIED, "reopen/"), asked)
    reopened, first = history(as_rita, disputed, DENIED)
    assert reopened.startswith("Reopened · cora · ")
    assert reopened.endswith("<i>wrong</i>")
    for told in (f"{DENIED} Le Monde Reported Event or state Denies", "reason: slip"):
        assert told in first
    page = as_rita.get(item(disputed, DENIED)).content.decode()
    assert page.index("<strong>Reopened</strong>") < page.index('class="table readings"')
    post(as_rita, disputed, DENIED, {"none": "1", "reason": "slip"})
    rejected, again, _first = history(as_rita, disputed, DENIED)
    assert (rejected.startswith("none is right"), again) == (True, reopened)
    assert DENIED not in rejected


def test_history_tells_who_took_back_and_whose_reading_changed_without_a_name(
    as_rita: Client, disputed: Article, ben: User, cora: User
) -> None:
    group = group_at(disputed, DENIED)
    post(as_rita, disputed, DENIED, {"reading": "2", "reason": "slip"})
    as_rita.post(item(disputed, DENIED, "undo/"), {"group": [str(group.pk)]})
    post(as_rita, disputed, DENIED, {"reading": "1", "reason": "slip"})
    assignment = Assignment.objects.get(membership__user=ben)
    reopen_assignment(assignment=assignment, by=cora, note="Look again.")
    claim = replace(words(disputed, DENIED), annotation_id=UUID(member(group, 2)))
    write(sentence_at(disputed, DENIED), ben, methodcaller("with_annotation", claim))
    write(sentence_at(disputed, DENIED), ben, JudgementDraft.finished)
    submit(assignment=assignment, by=ben)
    changed, _second, undone, _first = history(as_rita, disputed, DENIED)
    assert changed.startswith("Open again, because a reading that it rests on has changed · B · ")
    assert undone.startswith("Taken back · rita · ")
    assert "ben" not in as_rita.get(item(disputed, DENIED)).content.decode()


@pytest.mark.parametrize("sent", [{}, {"group": [str(uuid4())]}])
def test_what_is_not_decided_is_not_reopened(
    as_rita: Client, disputed: Article, sent: dict[str, list[str]]
) -> None:
    assert as_rita.post(item(disputed, DENIED, "reopen/"), sent).status_code == 409


def test_a_sentence_whose_claim_was_withdrawn_by_all_says_so(
    as_rita: Client, disputed: Article
) -> None:
    page = as_rita.get(item(disputed, "موسكو توقف الهجوم")).content.decode()
    assert "Nobody found a claim in this sentence" in page
    assert "no claim: nothing is claimed" in page


def test_the_articles_words_are_written_as_text(
    as_rita: Client, project: Project, ada: User, ben: User
) -> None:
    text = 'The <b>minister</b> & "he" said: it is <script>over</script>.'
    article = take_in_text(project, text, language="en")
    give(article, ada, ben)
    hand_in(article, ada, words(article, "it is <script>over</script>"))
    hand_in(article, ben)
    for address in (QUEUE, item(article, "it is")):
        page = as_rita.get(address).content.decode()
        assert "<script>over" not in page
        assert "&lt;script&gt;over" in page


# -- queries -----------------------------------------------------------------------------------


def test_neither_queue_nor_sentence_asks_more_with_more_to_show(
    as_rita: Client,
    project: Project,
    ada: User,
    ben: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    paper = source(project, "Le Monde")
    for count in (2, 12):
        text = " ".join(f"word{n} claim{n}," for n in range(count)) + " end."
        lines = "\n".join(f"Line {n} says it rained in place{n}." for n in range(count))
        article = take_in_text(project, f"{text}\n{lines}", language="en")
        quotes = [f"word{n} claim{n}" for n in range(count)]
        quotes += [f"it rained in place{n}."[:-1] for n in range(count)]
        give(article, ada, ben)
        hand_in(article, ada, *(words(article, quote, chain=(paper,)) for quote in quotes))
        hand_in(article, ben, *(words(article, quote, stance="denies") for quote in quotes))
        with django_assert_max_num_queries(11):
            as_rita.get(QUEUE)
        for screen in ("patterns/", "patterns/?pattern=|stance%3Ddenies/supports|", "spot-checks/"):
            with django_assert_max_num_queries(15):
                as_rita.get(QUEUE + screen)
        with django_assert_max_num_queries(17):
            as_rita.get(item(article, "word0"))


def test_an_observer_does_not_review(project: Project, olga: User, disputed: Article) -> None:
    client = Client()
    client.force_login(olga)
    assert client.get(QUEUE).status_code == 403


def test_a_manager_reviews_too(as_cora: Client, disputed: Article) -> None:
    assert listed(as_cora) == [2, 3, 4]
