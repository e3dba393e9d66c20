"""Intake: what an article is, when it is the same, and what waits in an upload."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User

from annotate.domain.segmentation import SEGMENTER
from annotate.errors import Refusal, WorkflowError
from annotate.models import Article, Event, Project, Sentence, Source, Upload
from annotate.workflow.intake import (
    Candidate,
    Draft,
    already_there,
    choose_block,
    confirm_upload,
    discard_upload,
    examine,
    held_drafts,
    hold_upload,
    take_in,
    take_in_all,
)
from annotate.workflow.sources import add_alias
from tests.builders import take_in_text
from tests.patience import elsewhere

TEXT = (
    "موسكو توقف الهجوم\n12 نوفمبر 2024\n"
    "قالت صحيفة لوموند إن روسيا أوقفت الهجوم. 🚩 ونفى مسؤول ذلك.\n"
)
CANDIDATE = Candidate(text=TEXT, publisher="لوموند", url="https://example.net/1")


def test_what_a_candidate_does_not_say_is_recognised_from_its_text() -> None:
    found = examine(CANDIDATE)
    assert (found.candidate.language, found.direction) == ("ar", "rtl")
    assert found.candidate.title == "موسكو توقف الهجوم"
    assert (found.candidate.published, found.candidate.published_precision) == (
        date(2024, 11, 12),
        "day",
    )


def test_what_a_candidate_says_is_not_recognised_again() -> None:
    said = replace(CANDIDATE, title="Other", language="fa", published=date(2020, 1, 1))
    assert examine(said).candidate == said


@pytest.mark.parametrize(
    ("text", "field"),
    [("", "text"), ("\u200f \n", "text"), ("a\0", "text"), ("\udc00", "text"), ("123", "language")],
)
def test_a_text_that_cannot_be_an_article_is_refused(text: str, field: str) -> None:
    with pytest.raises(WorkflowError) as refused:
        examine(Candidate(text=text))
    assert (refused.value.code, refused.value.details["field"]) == (Refusal.INVALID, field)


def test_the_stored_text_is_the_one_that_was_sent_and_its_sentences_cover_it(
    project: Project, cora: User
) -> None:
    text = "\u00a0  Title\r\n\r\nOne\u0640 🚩 two.  Three!\u200f\r\n"
    taken = take_in(project=project, by=cora, candidate=Candidate(text=text, language="en"))
    article = Article.objects.get()
    assert article.text == text
    assert taken.sentences == article.sentences.count()
    covered = "".join(sentence.text for sentence in article.sentences.select_related("article"))
    assert covered.replace(" ", "") == "".join(text.split())


def test_a_text_of_very_many_sentences_is_stored_whole(project: Project, cora: User) -> None:
    text = "".join(f"Line {n} of them.\n" for n in range(501))
    taken = take_in(project=project, by=cora, candidate=Candidate(text=text, language="en"))
    stored = Sentence.objects.select_related("article").order_by("index")
    assert [each.text for each in stored] == text.splitlines()
    assert taken.sentences == 501


@pytest.mark.parametrize(
    ("change", "articles"),
    [
        ({}, 1),
        ({"title": "Other", "published": date(2020, 1, 1)}, 1),
        ({"text": TEXT + " "}, 2),
        ({"publisher": "RFI"}, 2),
        ({"publisher": ""}, 2),
        ({"url": ""}, 2),
    ],
)
def test_the_same_article_is_the_same_text_publisher_and_address(
    project: Project, cora: User, change: dict[str, object], articles: int
) -> None:
    again = replace(CANDIDATE, **change)  # type: ignore[arg-type]
    take_in(project=project, by=cora, candidate=CANDIDATE)
    known = already_there(project, [CANDIDATE, again])
    take_in(project=project, by=cora, candidate=again)
    assert Article.objects.count() == articles
    assert known[0] is not None
    assert (known[1] is not None) == (articles == 1)


def test_a_publisher_is_found_under_every_spelling_of_its_name(
    project: Project, cora: User
) -> None:
    for n, name in enumerate(["لوموند", " لُومـوند ", "لوموند"]):
        take_in(project=project, by=cora, candidate=Candidate(text=f"{TEXT}{n}", publisher=name))
    assert Source.objects.filter(kind="media").count() == 1


def test_the_same_text_belongs_to_each_project_apart(
    project: Project, cora: User, dan: User
) -> None:
    take_in(project=project, by=cora, candidate=CANDIDATE)
    ports = Project.objects.get(slug="ports")
    assert already_there(ports, [CANDIDATE]) == [None]
    assert take_in(project=ports, by=dan, candidate=CANDIDATE).created


@pytest.mark.parametrize(
    ("strict", "dry_run", "stored"),
    [(False, False, 2), (True, False, 0), (False, True, 0), (True, True, 0)],
)
def test_a_batch_tells_what_became_of_each(
    project: Project, cora: User, strict: bool, dry_run: bool, stored: int
) -> None:
    batch = [CANDIDATE, Candidate(text="123"), CANDIDATE, Candidate(text="One.", language="en")]
    report = take_in_all(project=project, by=cora, candidates=batch, strict=strict, dry_run=dry_run)
    assert (report.created, report.existing) == (2, 1)
    assert [place for place, _error in report.refused] == [1]
    assert Article.objects.count() == stored


@pytest.mark.parametrize(
    ("publisher", "url", "created"),
    [
        ("لُومـوند", "https://example.net/1", 0),
        ("Le Monde", "https://example.net/1", 0),
        ("RFI", "https://example.net/1", 1),
        ("r.f.i", "https://example.net/1", 1),
        ("", "", 1),
        ("a > b", "", 0),
    ],
)
@pytest.mark.parametrize("again", [1, 2])
def test_a_dry_run_tells_what_taking_in_does(
    project: Project, cora: User, publisher: str, url: str, created: int, again: int
) -> None:
    outlet = take_in(project=project, by=cora, candidate=CANDIDATE).article.publisher
    assert outlet is not None
    add_alias(source=outlet, by=cora, text="Le Monde")
    batch = [replace(CANDIDATE, publisher=publisher, url=url)] * again
    told = [
        take_in_all(project=project, by=cora, candidates=batch, dry_run=dry_run)
        for dry_run in (True, True, False)
    ]
    seen = [(r.created, r.existing, r.sentences, [str(e) for _, e in r.refused]) for r in told]
    assert seen[0] == seen[1] == seen[2]
    assert told[0].created == created


def arriving(somebody_saves: Callable[[], object]) -> Iterator[Candidate]:
    """A batch, in the middle of which somebody saves."""
    yield Candidate(text=TEXT, publisher="RFI")
    somebody_saves()
    yield Candidate(text="One.", language="en")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("options", [{}, {"strict": True}, {"dry_run": True}])
def test_whoever_saves_while_a_batch_is_examined_does_not_wait(
    project: Project, cora: User, options: dict[str, bool]
) -> None:
    saves = partial(elsewhere, partial(take_in_text, project, "Le port est fermé.", "fr"))
    report = take_in_all(project=project, by=cora, candidates=arriving(saves), **options)
    assert (report.created, report.refused) == (2, [])
    assert Article.objects.filter(language="fr").exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_saves_while_an_upload_is_read_does_not_wait(project: Project, cora: User) -> None:
    saves = partial(elsewhere, partial(take_in_text, project, "Le port est fermé.", "fr"))
    drafts = (Draft(candidate=each, file="a.csv") for each in arriving(saves))
    upload = hold_upload(project=project, by=cora, drafts=drafts, problems=[])
    assert len(upload.drafts) == 2
    assert Article.objects.filter(language="fr").exists()


def draft(text: str, **fields: str) -> Draft:
    return Draft(candidate=Candidate(text=text, **fields), file="a.txt")  # type: ignore[arg-type]


def test_what_waits_comes_back_as_it_was_read(project: Project, cora: User) -> None:
    read = Draft(
        candidate=Candidate(text=TEXT, published=date(2024, 10, 1), published_precision="month"),
        file="ملف.csv",
        row=7,
        encoding="cp1256",
        guessed=True,
    )
    upload = hold_upload(project=project, by=cora, drafts=[read], problems=[{"file": "b.txt"}])
    (held,) = held_drafts(Upload.objects.get())

    assert (held.file, held.row, held.encoding, held.guessed) == ("ملف.csv", 7, "cp1256", True)
    assert held.candidate == replace(read.candidate, language="ar", title="موسكو توقف الهجوم")
    assert TEXT[slice(*held.sentences[0][:2])] == "موسكو توقف الهجوم"
    assert upload.problems == [{"file": "b.txt"}]
    assert not Sentence.objects.exists()


def test_what_is_refused_keeps_waiting_with_its_reason_until_it_can_go_in(
    project: Project, cora: User
) -> None:
    drafts = [draft("One.", language="en"), draft("123"), draft("456")]
    upload = hold_upload(project=project, by=cora, drafts=drafts, problems=[])
    report = confirm_upload(upload=upload, by=cora, languages={2: "fr"})
    assert (report.created, len(report.refused)) == (2, 1)

    left = Upload.objects.get()
    (held,) = held_drafts(left)
    assert held.candidate.text == "123"
    assert "say which it is" in held.refusal
    confirm_upload(upload=left, by=cora, languages={0: "ru"})
    assert not Upload.objects.exists()
    assert {article.language for article in Article.objects.all()} == {"en", "fr", "ru"}


def test_an_upload_confirmed_in_two_windows_goes_in_once(project: Project, cora: User) -> None:
    upload = hold_upload(project=project, by=cora, drafts=[draft(TEXT)], problems=[])
    other_window = Upload.objects.get()
    confirm_upload(upload=upload, by=cora, languages={})
    report = confirm_upload(upload=other_window, by=cora, languages={})
    assert (report.created, report.existing) == (0, 1)
    assert Article.objects.count() == 1


def test_what_was_done_with_an_upload_is_recorded(project: Project, cora: User) -> None:
    upload = hold_upload(project=project, by=cora, drafts=[draft(TEXT)], problems=[])
    discard_upload(upload=upload, by=cora)
    done = Event.objects.filter(on="upload").order_by("at").values_list("what", "by__username")
    assert list(done) == [("hold_upload", "cora"), ("discard_upload", "cora")]


def test_a_block_chosen_before_a_text_goes_in_is_stored_with_it(
    project: Project, cora: User
) -> None:
    upload = hold_upload(project=project, by=cora, drafts=[draft("1."), draft(TEXT)], problems=[])
    start, end, _found = held_drafts(upload)[1].sentences[1]
    choose_block(upload=upload, by=cora, place=1, start=start, block="caption")
    waiting = Upload.objects.get()
    assert held_drafts(waiting)[1].sentences[1] == (start, end, "caption")
    confirm_upload(upload=waiting, by=cora, languages={})
    sentence = Sentence.objects.get(article__language="ar", start=start)
    assert (sentence.block, sentence.segmenter) == ("caption", f"{SEGMENTER} +hand")
    assert Sentence.objects.filter(segmenter__contains="hand").count() == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"place": 7}, Refusal.GONE),
        ({"start": 1}, Refusal.INVALID),
        ({"block": "poem"}, Refusal.INVALID),
    ],
)
def test_a_block_is_chosen_for_a_sentence_that_waits(
    wrong: dict[str, object], code: Refusal, project: Project, cora: User
) -> None:
    upload = hold_upload(project=project, by=cora, drafts=[draft(TEXT)], problems=[])
    choice: dict[str, Any] = {"place": 0, "start": 0, "block": "heading", **wrong}
    with pytest.raises(WorkflowError) as refused:
        choose_block(upload=upload, by=cora, **choice)
    assert refused.value.code == code
