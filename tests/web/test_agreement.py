"""The agreement page: figures with their age and their words, who is named, and every table as
CSV."""

import csv
import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from http import HTTPStatus
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from annotate.models import Article, Claim, Job, Project, StoredFigures
from annotate.models.jobs import LOST_AFTER
from annotate.web.agreement_downloads import TABLES, as_csv
from annotate.web.agreement_names import Names
from annotate.web.agreement_tables import Shown
from annotate.web.agreement_words import in_words, number, percent
from annotate.workflow.figures import compute_figures
from annotate.workflow.labelling import reopen_assignment
from annotate.workflow.leaving import end_membership
from annotate.workflow.projects import publish_codebook
from annotate.workflow.sources import merge_source
from tests.builders import (
    CODEBOOK,
    TONE,
    give,
    hand_in,
    sentence_at,
    source,
    take_in_text,
    words,
)
from tests.workflow.reviewing import take

HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
LEAVING = "نحو ٤٠ عنصرًا سيغادرون البلاد"

PAGE = "/p/sahel/agreement/"


def labelled(project: Project, number: int, *people: User) -> Article:
    """A complete article, in which the last one calls an event an evaluation."""
    article = take_in_text(
        project, f"{HALTED}.\nوذكر التقرير {number} أن {LEAVING}.\n", language="ar"
    )
    give(article, *people)
    for person in people:
        kind = "evaluation" if person == people[-1] else "event"
        claims = [words(article, HALTED, kind=kind), words(article, LEAVING)]
        hand_in(article, person, *claims)
    return article


@pytest.fixture
def stored(project: Project, ada: User, ben: User, cora: User) -> StoredFigures:
    labelled(project, 1, ada, ben)
    return compute_figures(project=project, by=cora)


def text_of(answer: Any) -> str:
    """What a person reads, without marks and line breaks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def shown(client: Client, query: str = "") -> str:
    return text_of(client.get(PAGE + query))


def test_before_anything_is_complete_the_page_says_so(article: Article, as_rita: Client) -> None:
    page = as_rita.get(PAGE).content.decode()
    assert "no article of this project is complete" in page
    assert reverse("compute-figures", args=["sahel"]) not in page


def test_computing_is_a_job_that_leads_back_to_the_page(
    project: Project, ada: User, ben: User, as_rita: Client
) -> None:
    labelled(project, 1, ada, ben)
    assert "No figures are computed yet." in shown(as_rita)
    asked = as_rita.post(reverse("compute-figures", args=["sahel"]))
    as_rita.post(reverse("run-job", args=["sahel", Job.objects.get().pk]))
    answer = as_rita.get(asked["Location"], follow=True)
    assert answer.redirect_chain == [(PAGE, HTTPStatus.FOUND)]
    assert "The figures are computed." in answer.content.decode()
    assert "1 complete article, 2 annotators." in text_of(answer)


def test_figures_that_are_being_computed_are_not_asked_for_twice(
    stored: StoredFigures, as_rita: Client
) -> None:
    as_rita.post(reverse("compute-figures", args=["sahel"]))
    page = as_rita.get(PAGE).content.decode()
    assert reverse("job", args=["sahel", Job.objects.get().pk]) in page
    assert reverse("compute-figures", args=["sahel"]) not in page


def test_after_a_job_that_died_the_page_offers_to_compute_again(
    stored: StoredFigures, as_rita: Client
) -> None:
    as_rita.post(reverse("compute-figures", args=["sahel"]))
    long_ago = timezone.now() - 2 * LOST_AFTER
    Job.objects.update(state=Job.State.RUNNING, beat_at=long_ago)
    assert reverse("compute-figures", args=["sahel"]) in as_rita.get(PAGE).content.decode()
    Job.objects.update(state=Job.State.FAILED, problem="The disk is full.")
    assert "in vain" in shown(as_rita)


def test_the_page_says_how_old_the_figures_are_and_what_has_come_since(
    stored: StoredFigures, project: Project, ada: User, ben: User, as_rita: Client
) -> None:
    assert "They are up to date" in shown(as_rita)
    labelled(project, 2, ada, ben)
    page = shown(as_rita)
    assert "1 article was completed since." in page
    assert "up to date" not in page


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=59), "Computed just now by cora"),
        (timedelta(seconds=61), "Computed 1 minute ago by cora"),
        (timedelta(hours=3), "Computed 3 hours ago by cora"),
    ],
)
def test_the_age_of_figures_is_told_as_people_say_it(
    stored: StoredFigures, as_rita: Client, age: timedelta, told: str
) -> None:
    StoredFigures.objects.update(created_at=timezone.now() - age)
    assert told in shown(as_rita).replace("\xa0", " ")


def exclude(project: Project, person: User, by: User) -> None:
    member = project.memberships.get(user=person)
    end_membership(membership=member, by=by, ended="excluded", reason="Random clicks.")


def test_excluded_work_is_told_at_once_and_its_figures_are_folded_away(
    stored: StoredFigures, project: Project, ada: User, cora: User, as_rita: Client
) -> None:
    assert "<details" not in main_of(as_rita)
    exclude(project, ada, cora)
    page = shown(as_rita)
    assert "2 of the 2 readings that were compared count no more." in page
    assert "The work of 1 person was excluded." in page
    assert "1 article is not complete any more" in page
    assert "There is nothing to compare now" in page
    assert "Compute again" not in page
    above, folded = main_of(as_rita).split('<details class="outdated">')
    assert "Claim or no claim" not in above
    assert "Claim or no claim" in folded
    assert "out-of-date" in as_rita.get(f"{PAGE}figures.csv")["Content-Disposition"]


def main_of(client: Client) -> str:
    return client.get(PAGE).content.decode().partition("<main")[2]


def test_where_something_is_left_figures_without_the_excluded_can_be_computed(
    stored: StoredFigures, project: Project, ada: User, ben: User, chloe: User, cora: User
) -> None:
    as_cora = Client()
    as_cora.force_login(cora)
    labelled(project, 2, ben, chloe)
    exclude(project, ada, cora)
    assert "Compute again" in shown(as_cora)
    compute_figures(project=project, by=cora)
    page = shown(as_cora)
    assert "They are up to date" in page
    assert "(ada)" not in page


def test_work_that_was_sent_back_leaves_the_figures_open_and_says_so(
    stored: StoredFigures, project: Project, ada: User, ben: User, cora: User, as_rita: Client
) -> None:
    labelled(project, 2, ada, ben)
    compute_figures(project=project, by=cora)
    back = project.articles.order_by("position")[0].assignments.get(membership__user=ada)
    reopen_assignment(assignment=back, by=cora, note="Look again.")
    page = shown(as_rita)
    assert "2 of the 4 readings that were compared count no more." in page
    assert "excluded" not in page
    assert "Compute again" in page
    assert "<details" not in main_of(as_rita)


def test_sources_merged_since_are_told_and_open_the_way_to_other_figures(
    project: Project, ada: User, ben: User, cora: User, as_rita: Client
) -> None:
    article = take_in_text(project, f"{HALTED}.\n", language="ar")
    radio, station = source(project, "RFI"), source(project, "Radio France int.")
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED, chain=(radio,)))
    hand_in(article, ben, words(article, HALTED, chain=(station,)))
    compute_figures(project=project, by=cora)
    merge_source(source=station, into=radio, by=cora)
    page = shown(as_rita)
    assert "1 source that was named there was merged with another since" in page
    assert "up to date" not in page
    compute_figures(project=project, by=cora)
    assert "merged" not in shown(as_rita)


def test_another_codebook_and_what_is_settled_since_are_told(
    stored: StoredFigures, project: Project, rita: User, cora: User, as_rita: Client
) -> None:
    assert "settled since" not in shown(as_rita)
    take(sentence_at(project.articles.get(), HALTED), 1, rita)
    assert "They are up to date" in shown(as_rita)
    assert "1 claim of these articles was settled since" in shown(as_rita)
    further = {**TONE, "scope": "annotation", "agreement": True, "required": False}
    dimensions = [*CODEBOOK["dimensions"], further]
    content = {**CODEBOOK, "version": "1.1.0", "dimensions": dimensions}
    publish_codebook(project=project, by=cora, content=content)
    assert "Another version of the codebook has changed since" in shown(as_rita)


@pytest.mark.parametrize(
    "said",
    [
        "Claim or no claim",
        "Finding the same claims",
        "Not defined: everyone chose “Supports”.",
        "Too few to tell: 2 of the 30 units that are needed.",
        "Not defined: no two annotators answered this for the same thing.",
        "Event or state, 75%",
        "2 2 pairs, 0 missing",
    ],
)
def test_every_figure_is_told_in_words(stored: StoredFigures, as_rita: Client, said: str) -> None:
    assert said in shown(as_rita)


def test_finding_claims_stands_above_what_depends_on_it(
    stored: StoredFigures, as_rita: Client
) -> None:
    page = shown(as_rita)
    assert page.index("Finding the same claims") < page.index("Given the same claim")


def test_a_manager_reads_names_and_a_reviewer_numbers(
    stored: StoredFigures, as_cora: Client, as_rita: Client
) -> None:
    assert "Annotator 1 (ada)" in shown(as_cora)
    page = shown(as_rita)
    assert "Annotator 1" in page
    assert not re.search(r"\b(ada|ben)\b", page)


def test_charts_show_the_measure_that_the_address_names(
    stored: StoredFigures, as_rita: Client
) -> None:
    for asked, chosen in (("kind", "kind"), ("", "finding"), ("nonsense", "finding")):
        page = as_rita.get(PAGE, {"on": asked}).content.decode()
        assert re.findall(r'on=(\w+)&[^"]*" aria-current="true"', page) == [chosen]


def test_an_outlet_and_a_source_are_shown_by_their_names(
    project: Project, ada: User, ben: User, cora: User, as_rita: Client
) -> None:
    article = take_in_text(project, f"{HALTED}.\n", language="ar", publisher="Al-Difaa")
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED, chain=(source(project, "Jeune Afrique"),)))
    hand_in(article, ben, words(article, HALTED))
    compute_figures(project=project, by=cora)
    page = shown(as_rita)
    assert "Al-Difaa" in page
    assert "Jeune Afrique / the author" in page or "the author / Jeune Afrique" in page


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_asks_the_database_as_often_however_much_there_is(
    project: Project,
    ada: User,
    ben: User,
    chloe: User,
    cora: User,
    as_rita: Client,
    count: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for place in range(count):
        labelled(project, place, *((ada, ben), (ben, chloe))[place % 2])
    compute_figures(project=project, by=cora)
    with django_assert_max_num_queries(16):
        as_rita.get(PAGE)


# -- downloads -------------------------------------------------------------------------------------


def rows(client: Client, table: str) -> list[dict[str, str]]:
    answer = client.get(f"{PAGE}{table}.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_figures_are_read_back_from_their_table(stored: StoredFigures, as_rita: Client) -> None:
    read = {(row["dimension"], row["figure"]): row for row in rows(as_rita, "figures")}
    for figure in stored.report["dimensions"]:
        row = read[figure["dimension"], "alpha"]
        assert row["value"] == ("" if figure["alpha"] is None else str(figure["alpha"]))
        assert (row["n"], row["too_few"]) == (str(figure["n"]), "yes")
    assert read["stance", "alpha"]["not_defined"] == "no_variation"
    assert read["stance", "alpha"]["everyone_chose"] == "supports"
    assert read["finding", "f1"]["value"] == "1.0"


@pytest.mark.parametrize(
    ("settled", "told", "few"),
    [
        ({"n": 2, "equal": 1, "share": 0.5, "n_articles": 2, "too_few": True}, "(50%)", "yes"),
        ({"n": 30, "equal": 3, "share": 0.1, "n_articles": 9, "too_few": True}, "(10%)", "yes"),
        ({"n": 30, "equal": 3, "share": 0.1, "n_articles": 10, "too_few": False}, "10%", "no"),
        ({"n": 29, "equal": 0, "share": 0.0}, "(0%)", "yes"),
        ({"n": 30, "equal": 3, "share": 0.1}, "10%", "no"),
    ],
)
def test_calibration_on_too_little_stands_in_brackets_and_its_table_says_so(
    stored: StoredFigures, as_rita: Client, settled: dict[str, Any], told: str, few: str
) -> None:
    stored.report["calibration"] = [{"confidence": "high", **settled}]
    stored.save()
    assert f"</meter> <bdi>{told}</bdi>" in as_rita.get(PAGE).text
    (high,) = (row for row in rows(as_rita, "confidence") if row["confidence"] == "high")
    assert (high["settled"], high["too_few"]) == (str(settled["n"]), few)
    assert high["n_articles"] == str(settled.get("n_articles", ""))


def test_a_level_that_was_never_settled_has_no_share(
    stored: StoredFigures, as_rita: Client
) -> None:
    stored.report.update(calibration=[], confidence=[["high", 4]])
    stored.save()
    (high,) = rows(as_rita, "confidence")
    assert (high["settled"], high["equal"], high["share"], high["too_few"]) == ("0", "0", "", "yes")


def test_confusions_and_pairs_are_read_back(stored: StoredFigures, as_rita: Client) -> None:
    kind = [row for row in rows(as_rita, "confusion") if row["dimension"] == "kind"]
    assert [(row["one"], row["other"], row["pairs"]) for row in kind] == [
        ("evaluation", "event", "1"),
        ("event", "event", "1"),
    ]
    (pair,) = {(row["one"], row["other"]) for row in rows(as_rita, "pair")}
    assert all(name.startswith("a-") for name in pair)


def test_what_has_an_id_has_its_name_beside_it(
    project: Project, ada: User, ben: User, cora: User, as_rita: Client
) -> None:
    article = take_in_text(project, f"{HALTED}.\n", language="ar", publisher="=Al-Difaa")
    paper, agency = source(project, "Jeune Afrique"), source(project, "AFP", "agency")
    give(article, ada, ben)
    hand_in(article, ada, words(article, HALTED, chain=(agency, paper)))
    hand_in(article, ben, words(article, HALTED, chain=(paper,), kind="causal"))
    stored = compute_figures(project=project, by=cora)
    (outlet,) = {(row["outlet"], row["outlet_name"]) for row in rows(as_rita, "outlet")}
    assert outlet == (str(article.publisher_id), "'=Al-Difaa")
    told = {row["dimension"]: row for row in rows(as_rita, "confusion")}
    assert told["source"]["one"] == told["source"]["other"] == str(paper.pk)
    assert told["source"]["one_name"] == told["source"]["other_name"] == "Jeune Afrique"
    both = {told["chain"]["one_name"], told["chain"]["other_name"]}
    assert both in (
        {"Jeune Afrique", "AFP · Jeune Afrique"},
        {"Jeune Afrique", "Jeune Afrique · AFP"},
    )
    assert told["kind"]["one_name"] == "Cause or effect"
    prevalence = {row["dimension"]: row["value_name"] for row in rows(as_rita, "prevalence")}
    assert prevalence["source"] == "Jeune Afrique"
    alphas = (row for row in rows(as_rita, "figures") if row["figure"] == "alpha")
    chosen = {row["dimension"]: row["everyone_chose_name"] for row in alphas}
    assert chosen["source"] == "Jeune Afrique"
    assert stored.report["articles"] == 1


def test_a_table_asks_for_names_as_often_however_many_there_are(
    project: Project,
    ada: User,
    ben: User,
    cora: User,
    as_rita: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for place in range(3):
        article = take_in_text(
            project, f"{place}: {HALTED}.\n", language="ar", publisher=f"P{place}"
        )
        give(article, ada, ben)
        said = words(article, HALTED, chain=(source(project, f"Agency {place}"),))
        hand_in(article, ada, said)
        hand_in(article, ben, words(article, HALTED))
    compute_figures(project=project, by=cora)
    with django_assert_max_num_queries(14):
        assert len(rows(as_rita, "confusion")) > 3


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_as_many_cells_in_each_row(
    stored: StoredFigures, as_cora: Client, table: str
) -> None:
    assert all(None not in row and None not in row.values() for row in rows(as_cora, table))


def test_what_is_no_table_is_not_found(stored: StoredFigures, as_rita: Client) -> None:
    assert as_rita.get(f"{PAGE}secrets.csv").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("value", "cell"),
    [("=1+1", "'=1+1"), ("@a", "'@a"), (-0.5, "-0.5"), (["-a", "b"], "'-a b"), (None, "")],
)
def test_a_text_is_no_formula_and_a_number_stays_one(value: Any, cell: str) -> None:
    assert as_csv((["a", "n"], [[value, 1]])) == f"\ufeffa,n\r\n{cell},1\r\n"


# -- how figures are shown -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.5, "0.50"),
        (-0.126, "-0.13"),
        (-0.004, "0.00"),
        (0.794, "0.79"),
        (0.7956, "0.796"),
        (0.7998, "0.7998"),
        (0.79999, "0.7999"),
        (0.8, "0.80"),
        (0.804, "0.80"),
        (0.666, "0.666"),
        (0.66695, "0.6669"),
        (0.667, "0.67"),
        (0.996, "0.996"),
        (0.999999, "0.9999"),
        (1.0, "1.00"),
    ],
)
def test_no_figure_is_rounded_up_to_what_it_does_not_reach(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, ""),
        (0.0, "0%"),
        (0.000001, "0.01%"),
        (0.0025, "0.25%"),
        (0.005, "0.5%"),
        (0.014, "1%"),
        (0.994, "99%"),
        (0.996, "99.6%"),
        (0.99999, "99.99%"),
        (1.0, "100%"),
    ],
)
def test_not_quite_all_is_not_all_nor_hardly_any_none(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_the_sign_of_a_figure_is_that_of_its_digits(stored: StoredFigures) -> None:
    values = {"2026-01": 0.7998, "2026-02": 0.8, "2026-03": 0.6669, "2026-04": 0.667}
    codebook = stored.project.codebook
    assert codebook is not None
    page = Shown(stored.project, by_month(stored, values), codebook.parsed(), names=False)
    cells = [month.cells[0] for month in page.months]
    told = [(cell.level.sign, cell.text) for cell in cells]
    assert told == [("◐", "0.7998"), ("●", "0.80"), ("○", "0.6669"), ("◐", "0.67")]


def test_claims_that_were_confused_are_shown_by_their_text(
    stored: StoredFigures, cora: User
) -> None:
    claims = [
        Claim.objects.create(project=stored.project, created_by=cora, text={"en": text})
        for text in ("Russia halted it.", "Russia stopped it.")
    ]
    report: dict[str, Any] = deepcopy(stored.report)
    linked = next(each for each in report["dimensions"] if each["dimension"] == "claim")
    linked["confusion"] = [[*([str(claim.pk), "same"] for claim in claims), 3]]
    codebook = stored.project.codebook
    assert codebook is not None
    page = Shown(stored.project, report, codebook.parsed(), names=False)
    (pair,) = next(each for each in page.confusions if each.key == "claim").pairs
    assert pair.values == ("Russia halted it. (same)", "Russia stopped it. (same)")
    assert pair.count == 3
    assert pair.address.startswith("/p/sahel/agreement/items/?version=1&dimension=claim&one=")


def test_figures_without_presets_stand_beside_those_with_them(stored: StoredFigures) -> None:
    report: dict[str, Any] = deepcopy(stored.report)
    unset = {"dimension": "stance", "n": 0, "percent": None, "alpha": None, "confusion": []}
    finding = {"n": 4, "f1": 1.0}
    report["slices"].append(
        {
            "by": "presets",
            "of": ["without"],
            "n_articles": 1,
            "finding": finding,
            "figures": [unset],
        }
    )
    codebook = stored.project.codebook
    assert codebook is not None
    page = Shown(stored.project, report, codebook.parsed(), names=False)
    (presets,) = (parts for parts in page.parts if parts.by == "presets")
    stance = page.measures.index("stance")
    shown = [(part.name, part.cells[stance].n) for part in presets.parts]
    assert shown == [("with them", 2), ("without them", 0)]


def test_a_sentence_has_the_codebooks_words_in_the_readers_language(project: Project) -> None:
    assert project.codebook is not None
    codebook = project.codebook.parsed()
    names = Names(project, codebook, sources=(), claims=(), names=False)
    params = {"dimension": "stance", "share": 94, "units": "claims", "value": "supports"}
    sentence = {"code": "dependable_lopsided", "params": {**params, "n": 14, "total": 233}}
    stance = {"dimension": "stance", "sentence": sentence}
    told = in_words(stance, codebook, names.value)
    assert "on “Source’s stance” well beyond chance" in told
    assert "are “Supports”, so the figure rests on 14 of 233 claims." in told
    with override("ar"):
        names = Names(project, codebook, sources=(), claims=(), names=False)
        told = in_words(stance, codebook, names.value)
        assert "«موقف المصدر»" in told
        assert "«يؤيد»" in told


def by_month(stored: StoredFigures, values: Mapping[str, float | None]) -> dict[str, Any]:
    report: dict[str, Any] = deepcopy(stored.report)
    part = next(each for each in report["slices"] if each["by"] == "month")
    report["slices"] = [
        {**part, "of": [month], "n_articles": 10, "finding": {"n": 30, "f1": value}}
        for month, value in values.items()
    ]
    report["finding"] |= {"n": 90, "n_articles": 30}
    return report


def test_months_run_as_the_script_does_and_an_undefined_one_is_left_out(
    stored: StoredFigures,
) -> None:
    report = by_month(stored, {"2026-03": 0.5, "2026-01": 1.0, "2026-02": None})
    codebook = stored.project.codebook
    assert codebook is not None
    places = {}
    for language in ("en", "ar"):
        with override(language):
            page = Shown(stored.project, report, codebook.parsed(), names=False)
            places[language] = [(point.x, point.y) for point in page.drift.points]
    assert places == {
        "en": [(100.0, 0.0), (500.0, 60.0)],
        "ar": [(500.0, 0.0), (100.0, 60.0)],
    }


def test_a_figure_that_rests_on_enough_gets_a_sign(stored: StoredFigures) -> None:
    values = {"2026-01": 0.8, "2026-02": 0.7, "2026-03": 0.6}
    codebook = stored.project.codebook
    assert codebook is not None
    page = Shown(stored.project, by_month(stored, values), codebook.parsed(), names=False)
    assert [month.cells[0].level.sign for month in page.months] == ["●", "◐", "○"]


@pytest.mark.parametrize(
    ("by", "n", "marked", "whole", "sign"),
    [
        ("language", 30, 60, (30, 10), "●"),
        ("language", 30, 60, (30, 9), ""),  # of ten articles one has no such claim
        ("person", 58, 29, (29, 10), ""),  # each with the answers of two others
        ("person", 58, 29, (90, 10), ""),
        ("person", 60, 30, (90, 10), "●"),
        ("suggestions", 30, 60, (29, 9), "●"),  # with those that the whole leaves out
    ],
)
def test_no_part_rests_on_more_than_was_marked_in_it_or_than_the_whole(
    stored: StoredFigures, by: str, n: int, marked: int, whole: tuple[int, int], sign: str
) -> None:
    report = deepcopy(stored.report)
    kind = next(it for it in report["dimensions"] if it["dimension"] == "kind")
    kind |= {"n": whole[0], "n_articles": whole[1]}
    part = next(each for each in report["slices"] if each["by"] == "person")
    figure = {"dimension": "kind", "n": n, "alpha": 0.8}
    found = {"n": marked, "f1": 0.8}
    part = {**part, "by": by, "n_articles": 10, "finding": found, "figures": [figure]}
    report["slices"] = [part | ({} if by == "person" else {"of": ["ar"]})]
    codebook = stored.project.codebook
    assert codebook is not None
    page = Shown(stored.project, report, codebook.parsed(), names=False)
    cell = page.parts[0].parts[-1].cells[page.measures.index("kind")]
    assert (cell.n, cell.level.sign, cell.few) == (n, sign, not sign)


def test_a_figure_without_a_range_says_why(stored: StoredFigures) -> None:
    report = deepcopy(stored.report)
    kind = next(it for it in report["dimensions"] if it["dimension"] == "kind")
    kind |= {"n": 220, "n_articles": 10, "too_few": False, "alpha": -0.002}
    codebook = stored.project.codebook
    assert codebook is not None
    page = Shown(stored.project, report, codebook.parsed(), names=False)
    (line,) = (each for each in page.labelled if each.key == "kind")
    assert (line.interval, "No range" in line.words) == ("", True)
    assert "No range" not in " ".join(each.words for each in page.found)
