"""Releases: what goes in, that it stays as it is, and that it can be checked and computed again."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from annotate.domain.agreement import ArticleWork, Undefined, figures
from annotate.domain.alignment import align
from annotate.errors import Refusal, WorkflowError
from annotate.formats import FILES, agreement
from annotate.formats.rows import ANNOTATION_COLUMNS, SENTENCE_COLUMNS
from annotate.models import (
    Article,
    Assignment,
    Claim,
    Decision,
    Membership,
    Project,
    Release,
    Ruling,
)
from annotate.models import Source as Holder
from annotate.workflow.asking import RulingDraft, rule, withdraw_ruling
from annotate.workflow.intake import Candidate, take_in
from annotate.workflow.labelling import reopen_assignment, submit
from annotate.workflow.projects import publish_codebook, publish_guidelines
from annotate.workflow.reading import one_state
from annotate.workflow.releasing import (
    open_release_file,
    preview_release,
    publish_release,
    release_folder,
    suggested_version,
)
from annotate.workflow.review import reading_of, reopen, settle
from annotate.workflow.sources import add_source, merge_source
from annotate.workflow.work import read_work, scales_of
from tests.builders import (
    CODEBOOK,
    give,
    hand_in,
    sentence_at,
    source,
    take_in_text,
    words,
    write,
)

Row = dict[str, Any]
T = TypeVar("T")

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
DENIED = "مسؤول في باماكو"
FORTY = "نحو ٤٠ عنصرًا سيغادرون البلاد"
# An emoji, a joined emoji, CRLF, a no-break space, and what a spreadsheet takes for a formula.
FRENCH = (
    "Bamako 🚩👩🏽‍🚒\r\n"
    "«\u00a0Le convoi est arrivé\u00a0», a annoncé RFI 🚩 mardi.\r\n"
    "=SOMME(A1) a été publié par la presse.\r\n"
    "Rien de plus.\r\n"
)
ARRIVED = "Le convoi est arrivé"
FORMULA = "=SOMME(A1) a été publié"

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def le_monde(project: Project) -> Holder:
    return add_source(
        project=project,
        by=project.created_by,
        name={"en": "Le Monde", "ar": "لوموند"},
        kind="media",
        aliases=[("لو موند", "ar")],
    )


@pytest.fixture
def french(project: Project) -> Article:
    candidate = Candidate(
        text=FRENCH,
        language="fr",
        publisher="RFI",
        url="https://rfi.example/1",
        published=date(2025, 11, 1),
        published_precision="month",
    )
    return take_in(project=project, by=project.created_by, candidate=candidate).article


@pytest.fixture
def work(
    article: Article, french: Article, ada: User, ben: User, rita: User, le_monde: Holder
) -> Project:
    """Two complete articles: three claims agreed, one taken by Rita, one left open."""
    rfi = Holder.objects.get(aliases__text="RFI")
    give(article, ada, ben)
    halted = partial(words, article, HALTED, chain=(le_monde,))
    hand_in(article, ada, halted(), words(article, FORTY, kind="quantity"), words(article, DENIED))
    hand_in(article, ben, halted(confidence="low"), words(article, FORTY))
    settle(
        sentence=sentence_at(article, FORTY),
        by=rita,
        choices=reading_of(sentence_at(article, FORTY), 1),
        reason="slip",
        note="A figure.",
    )
    give(french, ben, ada)
    for reader in (ben, ada):
        arrived = words(french, ARRIVED, chain=(le_monde, rfi))
        hand_in(french, reader, arrived, words(french, FORMULA), reason="boilerplate")
    return article.project


@pytest.fixture
def release(work: Project, cora: User) -> Release:
    return publish_release(project=work, by=cora, version="1.0.0", licence="CC BY 4.0")


def content(release: Release, name: str) -> bytes:
    with open_release_file(release=release, name=name) as file:
        return file.read()


def table(release: Release, name: str) -> list[dict[str, str]]:
    text = io.StringIO(content(release, name).decode(), newline="")
    return list(csv.DictReader(text, strict=True))


def lines(release: Release, name: str) -> list[Row]:
    return [json.loads(line) for line in content(release, name).split(b"\n")[:-1]]


def document(release: Release, name: str) -> Any:
    return json.loads(content(release, name))


def names(release: Release) -> list[str]:
    return [file["name"] for file in release.files]


def texts(release: Release) -> dict[str, str]:
    return {row["article_id"]: row["text"] for row in lines(release, "articles.jsonl")}


# -- what goes in ---------------------------------------------------------------------------------


def test_the_columns_come_in_their_order(release: Release) -> None:
    header = content(release, "annotations.csv").split(b"\r\n")[0].decode()
    assert header == (
        "release,annotation_id,article_id,article_title,article_publisher,article_url,"
        "article_language,article_published,article_sha256,sentence_index,block,sentence,start,end,"
        "quote,spans,claim_id,claim_text,claim_text_ar,claim_text_en,claim_text_fr,claim_relation,"
        "kind,source_id,source,source_kind,source_chain,attribution_type,cue,stance,certainty,"
        "confidence,n_annotators,n_agree,agreed_by,agreed_at,codebook_version,note"
    )


@pytest.mark.parametrize("name", ["annotations.csv", "sentences.csv"])
def test_tables_are_utf_8_without_a_bom_and_every_line_ends_in_crlf(
    release: Release, name: str
) -> None:
    data = content(release, name)
    assert data.startswith(b"release,")
    assert data.endswith(b"\r\n")
    header = SENTENCE_COLUMNS if name == "sentences.csv" else ANNOTATION_COLUMNS
    assert {len(row) for row in csv.reader(io.StringIO(data.decode(), newline=""))} == {len(header)}


def test_every_row_quotes_its_text(release: Release) -> None:
    text = texts(release)
    rows = table(release, "annotations.csv")
    assert {row["quote"] for row in rows} == {HALTED, FORTY, ARRIVED, FORMULA}
    for row in rows:
        assert text[row["article_id"]][int(row["start"]) : int(row["end"])] == row["quote"]
        assert row["quote"] in row["sentence"]


def test_every_raw_row_quotes_its_text_and_counts_its_letters(release: Release) -> None:
    text = texts(release)
    rows = [row for row in lines(release, "raw.jsonl") if row["type"] == "annotation"]
    assert len(rows) == 9
    for row in rows:
        assert text[row["article_id"]][row["start"] : row["end"]] == row["quote"]
        letters = "".join(text[row["article_id"]][a:b] for a, b in row["letters"])
        assert letters == "".join(c for c in row["quote"] if c.isalnum() or c == "\u064b")


def test_every_sentence_is_there_with_its_agreed_status(release: Release) -> None:
    text = texts(release)
    rows = table(release, "sentences.csv")
    for row in rows:
        assert text[row["article_id"]][int(row["start"]) : int(row["end"])] == row["sentence"]
    found = {row["sentence"]: (row["status"], row["reason"], row["n_annotations"]) for row in rows}
    assert found == {
        "موسكو توقف الهجوم": ("no_claim", "other", "0"),
        f"قالت صحيفة لوموند إن {HALTED}.": ("claims", "", "1"),
        "🚩 ونفى مسؤول في باماكو ذلك.": ("unresolved", "", "0"),
        f"وذكر التقرير أن {FORTY}.": ("claims", "", "1"),
        "Bamako 🚩👩🏽‍🚒": ("no_claim", "boilerplate", "0"),
        "«\u00a0Le convoi est arrivé\u00a0», a annoncé RFI 🚩 mardi.": ("claims", "", "1"),
        "=SOMME(A1) a été publié par la presse.": ("claims", "", "1"),
        "Rien de plus.": ("no_claim", "boilerplate", "0"),
    }


def test_a_sentence_whose_claims_are_all_rejected_holds_none(
    work: Project, article: Article, rita: User, cora: User
) -> None:
    sentence = sentence_at(article, DENIED)
    settle(sentence=sentence, by=rita, choices=reading_of(sentence, 2), reason="slip")
    release = publish_release(project=work, by=cora, version="1.0.0")
    (row,) = [r for r in table(release, "sentences.csv") if "باماكو" in r["sentence"]]
    assert (row["status"], row["reason"], row["n_claims"], row["n_no_claim"]) == (
        "no_claim",
        "other",
        "1",
        "1",
    )
    assert release.counts["rejected"] == 1
    assert release.counts["unresolved"] == 0


def test_the_manifest_counts_what_is_in_and_what_is_not(release: Release) -> None:
    manifest = document(release, "manifest.json")
    assert manifest["counts"] == release.counts
    assert release.counts["annotations"] == 4
    assert release.counts["agreed_by"]["unanimous"] == 3
    assert release.counts["agreed_by"]["adjudicated"] == 1
    assert release.counts["sentences"] == {"claims": 4, "no_claim": 3, "unresolved": 1}
    assert (release.counts["unresolved"], release.counts["stale"]) == (1, 0)
    assert [file["name"] for file in manifest["files"]] == names(release)[:-3]


def test_an_annotation_carries_its_provenance_and_leads_to_the_raw_ones(release: Release) -> None:
    raw = lines(release, "raw.jsonl")
    for row in lines(release, "annotations.jsonl"):
        members = {member["annotation_id"] for member in row["members"]}
        joined = {it["annotation_id"] for it in raw if it.get("group_id") == row["annotation_id"]
                  and it["type"] == "annotation"}  # fmt: skip
        assert members == joined
        assert set(row["confidences"]) == {member["annotator"] for member in row["members"]}
        assert row["n_annotators"] == 2
        assert row["votes"]["kind"]
    (settled,) = [row for row in raw if row["type"] == "decision" and row["decided_by"]]
    assert (settled["agreed_by"], settled["reason"], settled["note"]) == (
        "adjudicated",
        "slip",
        "A figure.",
    )


def test_json_lines_say_what_the_table_says_typed(release: Release) -> None:
    typed = lines(release, "annotations.jsonl")
    for row, cells in zip(typed, table(release, "annotations.csv"), strict=True):
        assert json.loads(cells["spans"]) == row["spans"]
        assert cells["source_chain"] == " > ".join(link["name"] for link in row["source_chain"])
        for column in set(ANNOTATION_COLUMNS) - {"spans", "source_chain"}:
            assert cells[column] == ("" if row[column] is None else str(row[column]))
        assert set(row) == {*ANNOTATION_COLUMNS, "votes", "members", "confidences"}


def test_a_source_is_named_in_the_articles_language_and_the_author_is_a_source(
    release: Release,
) -> None:
    rows = {row["quote"]: row for row in lines(release, "annotations.jsonl")}
    assert rows[HALTED]["source"] == "لوموند"
    assert [link["name"] for link in rows[ARRIVED]["source_chain"]] == ["Le Monde", "RFI"]
    assert (rows[FORTY]["source_kind"], rows[FORTY]["source_chain"]) == ("author", [])
    listed = {row["id"]: row for row in document(release, "sources.json")}
    assert {row["source_id"] for row in rows.values()} <= set(listed)
    assert listed[rows[HALTED]["source_id"]]["aliases"] == [{"text": "لو موند", "language": "ar"}]


def test_merged_sources_are_followed_and_their_old_ids_lead_to_the_new(
    work: Project, le_monde: Holder, cora: User
) -> None:
    into = source(work, "The newspaper")
    merge_source(source=le_monde, into=into, by=cora)
    release = publish_release(project=work, by=cora, version="1.0.0")
    rows = {row["quote"]: row for row in lines(release, "annotations.jsonl")}
    assert rows[HALTED]["source_id"] == str(into.pk)
    assert rows[HALTED]["votes"]["source"][0]["value"] == str(into.pk)
    redirect = {"id": str(le_monde.pk), "merged_into": str(into.pk)}
    assert redirect in document(release, "sources.json")


def test_a_linked_claim_is_given_in_its_languages(work: Project, cora: User) -> None:
    claim = Claim.objects.create(
        project=work, created_by=cora, text={"ar": "أوقفت روسيا الهجوم", "fr": "La Russie a cessé"}
    )
    Decision.objects.filter(source__name__ar="لوموند").update(claim=claim, claim_relation="same")
    release = publish_release(project=work, by=cora, version="1.0.0")
    (row,) = [row for row in table(release, "annotations.csv") if row["claim_id"]]
    assert (row["claim_text"], row["claim_text_fr"], row["claim_text_en"]) == (
        "أوقفت روسيا الهجوم",
        "La Russie a cessé",
        "",
    )
    assert [claim["id"] for claim in document(release, "claims.json")] == [str(claim.pk)]


def test_an_added_dimension_is_a_column(
    project: Project, article: Article, ada: User, ben: User, cora: User
) -> None:
    switched = [
        {**each, "enabled": each["enabled"] or each["key"] == "checkworthy"}
        for each in CODEBOOK["dimensions"]
    ]
    publish_codebook(
        project=project, by=cora, content={**CODEBOOK, "version": "1.1.0", "dimensions": switched}
    )
    give(article, ada, ben)
    value = next(d for d in switched if d["key"] == "checkworthy")["options"][0]["value"]
    for reader in (ada, ben):
        hand_in(article, reader, words(article, HALTED, checkworthy=value))
    release = publish_release(project=project, by=cora, version="1.0.0")
    (row,) = table(release, "annotations.csv")
    assert list(row)[-1] == "x_checkworthy"
    assert (row["x_checkworthy"], row["codebook_version"]) == (value, "1.1.0")


def test_only_complete_articles_enter(work: Project, ada: User, cora: User) -> None:
    secret = take_in_text(work, "Un texte en cours.\n", language="fr")
    give(secret, ada)
    hand_in(secret, ada, words(secret, "Un texte"))
    release = publish_release(project=work, by=cora, version="1.0.0")
    assert (release.counts["articles"], release.counts["complete"]) == (3, 2)
    for name in names(release)[:-1]:
        assert str(secret.pk).encode() not in content(release, name)
        assert b"Un texte" not in content(release, name)


def test_a_decision_that_is_stale_is_counted_and_not_exported(
    work: Project, article: Article, rita: User, cora: User
) -> None:
    reopen(sentence=sentence_at(article, FORTY), by=rita)
    release = publish_release(project=work, by=cora, version="1.0.0")
    assert FORTY not in {row["quote"] for row in table(release, "annotations.csv")}
    assert (release.counts["unresolved"], release.counts["stale"]) == (2, 1)


def test_work_of_an_excluded_member_and_what_rests_on_it_stay_out(
    work: Project, ben: User, cora: User
) -> None:
    excluded = Membership.objects.get(user=ben)
    Membership.objects.filter(pk=excluded.pk).update(ended=Membership.Ended.EXCLUDED)
    release = publish_release(project=work, by=cora, version="1.0.0")
    assert table(release, "annotations.csv") == []
    assert release.counts["stale"] == 4
    assert excluded.pseudonym.encode() not in content(release, "raw.jsonl")


def test_what_was_changed_after_the_first_submission_is_a_further_line(
    work: Project, article: Article, ada: User, cora: User
) -> None:
    assignment = Assignment.objects.get(article=article, membership__user=ada)
    reopen_assignment(assignment=assignment, by=cora, note="Look again.")
    gone = assignment.annotations.get(start=article.text.index(DENIED))
    sentence = sentence_at(article, DENIED)
    write(sentence, ada, lambda state: state.without_annotation(gone.annotation_id))
    write(sentence, ada, lambda state: state.as_no_claim("other"))
    submit(assignment=assignment, by=ada)
    release = publish_release(project=work, by=cora, version="1.0.0")
    rows = [
        row
        for row in lines(release, "raw.jsonl")
        if row.get("annotation_id") == str(gone.annotation_id)
    ]
    told = [(row["first_submitted"], row["stands"], row["deleted"]) for row in rows]
    assert told == [(True, False, False), (False, False, True)]


@pytest.mark.parametrize(
    ("mode", "text", "sentence", "quote"),
    [("full", True, True, True), ("quotes", False, False, True), ("offsets", False, False, False)],
)
def test_a_text_mode_says_how_much_text_goes_in(
    work: Project, cora: User, mode: str, text: bool, sentence: bool, quote: bool
) -> None:
    release = publish_release(project=work, by=cora, version="1.0.0", text_in_release=mode)
    assert all(bool(row["text"]) == text for row in lines(release, "articles.jsonl"))
    assert all(bool(row["sentence"]) == sentence for row in table(release, "sentences.csv"))
    for row in table(release, "annotations.csv"):
        assert (bool(row["sentence"]), bool(row["quote"])) == (sentence, quote)
    everything = b"".join(content(release, name) for name in names(release)[:-1])
    assert (b"Rien de plus" in everything) == text
    assert (ARRIVED.encode() in everything) == quote
    assert HALTED.encode() in everything or not quote


# -- no names -------------------------------------------------------------------------------------


@pytest.fixture
def renamed(work: Project) -> list[str]:
    """Names of all members that occur nowhere else, in the scripts people write them in."""
    found = []
    for number, membership in enumerate(work.memberships.select_related("user")):
        user = membership.user
        user.username = f"zqx-{number}-عائشة"
        user.first_name, user.last_name = f"Zqxfirst{number}", f"Žqxlást{number}"
        user.email = f"zqx{number}@people.example"
        user.save()
        found += [user.username, user.first_name, user.last_name, user.email]
    return found


def test_no_file_tells_who_worked(work: Project, renamed: list[str], cora: User) -> None:
    release = publish_release(project=work, by=cora, version="1.0.0")
    with ZipFile(io.BytesIO(content(release, "sahel-1.0.0.zip"))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(files) == set(names(release)[:-1])
    for name, text in files.items():
        assert not [it for it in renamed if it in text or json.dumps(it)[1:-1] in text], name


def test_no_file_holds_a_users_key(release: Release) -> None:
    keys = {"user", "user_id", "username", "email", "created_by_id", "decided_by_id", "pk"}

    def walk(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value
            for each in value.values():
                yield from walk(each)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each)

    rows: Sequence[object] = [
        document(release, "dataset.json"),
        document(release, "manifest.json"),
        *lines(release, "raw.jsonl"),
    ]
    assert not keys & {key for row in rows for key in walk(row)}


# -- the bytes ------------------------------------------------------------------------------------


def test_the_sums_are_those_of_the_files(release: Release) -> None:
    listed = content(release, "SHA256SUMS").decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in listed)}
    assert set(sums) == set(names(release)) - {"SHA256SUMS", "sahel-1.0.0.zip"}
    for file in release.files:
        data = (release_folder(release) / file["name"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file["sha256"]
        assert len(data) == file["bytes"]
        assert sums.get(file["name"], file["sha256"]) == file["sha256"]


def test_the_archive_holds_every_file_and_no_time(release: Release) -> None:
    with ZipFile(io.BytesIO(content(release, "sahel-1.0.0.zip"))) as archive:
        assert archive.namelist() == sorted(names(release)[:-1])
        for info in archive.infolist():
            assert archive.read(info) == content(release, info.filename)
            assert (info.date_time, info.extra) == ((1980, 1, 1, 0, 0, 0), b"")


def test_the_same_contents_give_the_same_bytes(release: Release, cora: User) -> None:
    again = publish_release(project=release.project, by=cora, version="1.0.1", licence="CC BY 4.0")
    assert again.supersedes == release
    told = {
        b'"release":"1.0.0"': b'"release":"1.0.1"',
        b"\r\n1.0.0,": b"\r\n1.0.1,",
        b'"version":"1.0.0","supersedes":null': b'"version":"1.0.1","supersedes":"1.0.0"',
    }
    for name in names(release)[:-3]:
        expected = content(release, name)
        for old, new in told.items():
            expected = expected.replace(old, new)
        assert content(again, name) == expected, name


def test_one_document_holds_the_whole(release: Release) -> None:
    whole = document(release, "dataset.json")
    assert list(whole) == [
        "release",
        "codebook",
        "sources",
        "claims",
        "articles",
        "sentences",
        "annotations",
    ]
    assert whole["annotations"] == lines(release, "annotations.jsonl")
    assert whole["articles"] == lines(release, "articles.jsonl")
    assert len(whole["sentences"]) == len(table(release, "sentences.csv"))
    assert whole["codebook"] == document(release, "codebook.json")
    assert whole["sources"] == document(release, "sources.json")


def test_the_guidelines_and_rulings_that_hold_are_in(work: Project, cora: User) -> None:
    def ruled(text: str, dimension: str = "") -> Ruling:
        draft = RulingDraft(text=text, dimension=dimension)
        return rule(pk=uuid4(), project=work, by=cora, draft=draft)

    publish_guidelines(project=work, by=cora, text="Old")
    publish_guidelines(project=work, by=cora, text="# دليل\r\n\r\n«أن» تبقى خارجها 🚩\n\n")
    withdraw_ruling(pk=uuid4(), ruling=ruled("Old too"), by=cora, text="Wrong")
    day = ruled("Two\nlines", "kind").created_at.date().isoformat()
    release = publish_release(project=work, by=cora, version="1.0.0")
    assert content(release, "guidelines.md").decode() == (
        f"# دليل\n\n«أن» تبقى خارجها 🚩\n\n## Rulings\n\n- **{day} · kind**\n\n  Two\n  lines\n"
    )


def test_without_guidelines_the_file_is_empty(release: Release) -> None:
    assert content(release, "guidelines.md") == b""


def test_the_codebooks_check_sum_is_that_of_its_file(release: Release) -> None:
    digest = hashlib.sha256(content(release, "codebook.json")).hexdigest()
    assert digest == document(release, "manifest.json")["codebook"]["sha256"]


def test_only_the_excel_file_disarms_formulas(release: Release) -> None:
    assert content(release, "annotations-excel.csv").startswith(b"\xef\xbb\xbfrelease,")
    excel = {row["quote"] for row in table(release, "annotations-excel.csv")}
    assert {f"'{FORMULA}", HALTED} < excel
    assert FORMULA in {row["quote"] for row in table(release, "annotations.csv")}


@pytest.mark.parametrize(
    "harm", [Path.unlink, lambda path: path.write_bytes(path.read_bytes().replace(b"1", b"2"))]
)
def test_a_missing_or_altered_file_is_refused_in_words(release: Release, harm: Any) -> None:
    harm(release_folder(release) / "annotations.csv")
    with pytest.raises(WorkflowError, match=r"annotations\.csv") as refused:
        open_release_file(release=release, name="annotations.csv")
    assert refused.value.code == Refusal.GONE
    assert content(release, "sentences.csv")


def test_a_file_outside_the_release_is_not_served(release: Release, data_dir: Path) -> None:
    (data_dir / "secret").write_text("s")
    for name in ("../../secret", "nothing.csv", ""):
        with pytest.raises(WorkflowError):
            open_release_file(release=release, name=name)


# -- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["full", "offsets"])
def test_the_figures_can_be_computed_from_the_raw_file_alone(
    work: Project, cora: User, mode: str
) -> None:
    release = publish_release(project=work, by=cora, version="1.0.0", text_in_release=mode)
    computed = agreement.report(lines(release, "raw.jsonl"))
    assert json.loads(json.dumps(computed)) == document(release, "agreement.json")
    assert release.agreement_report == document(release, "agreement.json")


def test_the_figures_are_those_of_the_stored_first_submissions(
    release: Release, article: Article, french: Article
) -> None:
    works = [_work(each) for each in sorted((article, french), key=lambda it: it.pk)]
    found = figures(works, scales=scales_of(release.codebook_version.parsed()))
    report = document(release, "agreement.json")
    assert report["claim_or_not"]["alpha"] == found.claim_or_not.alpha.value
    assert report["finding"]["f1"] == found.finding.f1.value
    for told, figure in zip(report["dimensions"], found.dimensions, strict=True):
        percent = None if isinstance(figure.percent.value, Undefined) else figure.percent.value
        assert (told["n_pairs"], told["percent"]) == (figure.n_pairs, percent)


def _work(article: Article) -> ArticleWork:
    """What is stored of an article, annotators counted from 0."""
    read = read_work(article, first_submission=True)
    mentions = [replace(it, annotator=it.annotator - 1) for it in read.mentions]
    return ArticleWork(
        id=str(article.pk),
        text=article.text,
        annotators=tuple(it.membership.pseudonym for it in read.assignments),
        mentions=mentions,
        readings={(index, rank - 1): reading for (index, rank), reading in read.readings.items()},
        groups=align(article.text, mentions),
    )


def test_a_later_change_leaves_the_figures_as_they_were(
    work: Project, article: Article, ben: User, cora: User
) -> None:
    before = _said_first(work)
    assignment = Assignment.objects.get(article=article, membership__user=ben)
    reopen_assignment(assignment=assignment, by=cora, note="Look again.")
    denied = words(article, DENIED)
    write(sentence_at(article, DENIED), ben, lambda state: state.with_annotation(denied))
    write(sentence_at(article, DENIED), ben, lambda state: state.finished())
    submit(assignment=assignment, by=ben)
    assert _said_first(work) == before


def _said_first(project: Project) -> dict[str, Any]:
    """The figures but for the calibration, which holds first submissions against today's result."""
    report = preview_release(project=project).agreement
    return {key: value for key, value in report.items() if key != "calibration"}


def test_a_figure_that_is_not_defined_says_why(release: Release) -> None:
    by_name = {it["dimension"]: it for it in document(release, "agreement.json")["dimensions"]}
    assert by_name["stance"]["alpha"] is None
    assert by_name["stance"]["not_defined"]["alpha"] == {
        "reason": "no_variation",
        "everyone_chose": "supports",
    }
    assert by_name["claim"]["not_defined"]["percent"]["reason"] == "no_pairs"
    assert by_name["kind"]["too_few"]


# -- versions and failures ------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1.0.0", "0.9.9", "1.0", "v2", "01.0.1", "1.0.1-rc", "", "²"])
def test_a_version_is_three_numbers_and_higher_than_the_last(
    release: Release, cora: User, version: str
) -> None:
    with pytest.raises(WorkflowError) as refused:
        publish_release(project=release.project, by=cora, version=version)
    assert refused.value.details["field"] == "version"
    assert Release.objects.count() == 1


def test_versions_are_compared_as_numbers(release: Release, cora: User) -> None:
    for version in ("1.9.0", "1.10.0"):
        last = publish_release(project=release.project, by=cora, version=version)
    assert last.supersedes is not None
    assert (last.supersedes.version, suggested_version(release.project)) == ("1.9.0", "1.11.0")


def test_two_projects_may_publish_the_same_version(release: Release, dan: User) -> None:
    ports = Project.objects.get(slug="ports")
    Project.objects.filter(pk=ports.pk).update(annotators_per_article=1)
    ports.refresh_from_db()
    quay = take_in_text(ports, "Le quai nord est fermé.\n", language="fr")
    give(quay, dan)
    hand_in(quay, dan, words(quay, "Le quai nord est fermé"))
    other = publish_release(project=ports, by=dan, version="1.0.0")
    (row,) = table(other, "annotations.csv")
    assert (row["agreed_by"], row["quote"]) == ("single", "Le quai nord est fermé")
    assert b"quai" not in content(release, "dataset.json")


def test_without_a_complete_article_there_is_nothing_to_release(
    article: Article, cora: User, data_dir: Path
) -> None:
    with pytest.raises(WorkflowError, match="no article of this project is complete"):
        publish_release(project=article.project, by=cora, version="1.0.0")
    assert not (data_dir / "releases").exists()


def test_without_a_codebook_there_is_nothing_to_release(work: Project, cora: User) -> None:
    work.codebook = None
    with pytest.raises(WorkflowError, match="codebook"):
        publish_release(project=work, by=cora, version="1.0.0")


def spoil_text(article: Article) -> None:
    Article.objects.filter(pk=article.pk).update(text=article.text.replace("روسيا", "فاغنر"))


def spoil_spans(article: Article) -> None:
    Decision.objects.filter(group__article=article).update(end=10**6, spans=[[3, 10**6]])


@pytest.mark.parametrize("spoil", [spoil_text, spoil_spans])
def test_what_does_not_fit_its_text_stops_the_release_and_nothing_stays(
    work: Project, article: Article, cora: User, data_dir: Path, spoil: Any
) -> None:
    spoil(article)
    with pytest.raises(WorkflowError, match=str(article.pk)):
        publish_release(project=work, by=cora, version="1.0.0")
    assert not Release.objects.exists()
    assert list((data_dir / "releases").iterdir()) == []


def test_where_the_row_cannot_be_stored_no_folder_stays(work: Project, data_dir: Path) -> None:
    with pytest.raises(ValueError, match="unsaved"):
        publish_release(project=work, by=User(username="nobody"), version="1.0.0")
    assert list((data_dir / "releases").iterdir()) == []


def test_a_release_tells_of_itself_in_the_audit_trail(release: Release) -> None:
    event = release.project.events.get(what="publish_release")
    assert (event.on_id, event.after) == (release.pk, {"version": "1.0.0"})


def test_a_preview_counts_like_the_release_and_stores_nothing(
    work: Project, cora: User, data_dir: Path
) -> None:
    preview = preview_release(project=work)
    assert not (data_dir / "releases").exists()
    release = publish_release(project=work, by=cora, version="1.0.0")
    assert (preview.counts, preview.agreement) == (release.counts, release.agreement_report)


def test_reading_costs_as_many_queries_for_two_articles_as_for_six(
    work: Project, ada: User, ben: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(30) as few:
        preview_release(project=work)
    for number in range(4):
        article = take_in_text(work, f"Le port numéro {number} est fermé.\n", language="fr")
        give(article, ada, ben)
        for reader in (ada, ben):
            hand_in(article, reader, words(article, "est fermé"))
    with django_assert_max_num_queries(30) as many:
        preview_release(project=work)
    assert len(many) <= len(few)


def test_every_file_of_the_registry_is_written(release: Release) -> None:
    assert names(release) == [each.name("sahel", "1.0.0") for each in FILES]
    assert Counter(names(release)).most_common(1)[0][1] == 1


# -- while others work ----------------------------------------------------------------------------


def elsewhere(call: Callable[[], T]) -> T:
    """What a call answers in a thread with a connection of its own."""

    def run() -> T:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


@pytest.mark.django_db(transaction=True)
def test_others_go_on_saving_while_a_release_is_read_and_it_sees_one_state(
    article: Article,
) -> None:
    project = article.project
    with one_state():
        assert project.articles.count() == 1
        elsewhere(lambda: take_in_text(project, "Un autre texte.\n", language="fr"))
        assert project.articles.count() == 1
    assert project.articles.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_the_same_version_at_once_one_does(
    work: Project, cora: User, data_dir: Path
) -> None:
    together = Barrier(2)

    def publish() -> str:
        together.wait()
        try:
            return publish_release(project=work, by=cora, version="1.0.0").version
        except WorkflowError as refused:
            return str(refused.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = [answer.result() for answer in [threads.submit(publish) for _ in range(2)]]
    assert sorted(answers) in (["1.0.0", "invalid"], ["1.0.0", "stale"])
    assert [path.name for path in (data_dir / "releases").iterdir()] == [
        str(Release.objects.get().pk)
    ]
