"""The whole cast over a whole corpus in the browser: three annotators label it by keys alone, a
reviewer settles it by keys alone, a manager follows and publishes, and the release is read back.

`CAST=all` plays whole corpora, otherwise two articles of each.
"""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotate.models import Annotation, Article, ClaimGroup, GroupMember, Project, ReviewItem
from annotate.workflow.projects import add_member, start_project
from tests.browser.arriving import ready
from tests.builders import CODEBOOK

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared/data/articles"
CORPORA = {"demo": ROOT / "seeds/articles", "real": REAL}
ARTICLES = None if os.environ.get("CAST") == "all" else 2
LANGUAGES = ["ar", "en", "fr", "ru"]
ANNOTATORS = ["ada", "ben", "chloe"]
ITEM = re.compile(r"/review/[0-9a-f-]{36}/")
HERE = re.compile(r"\bhere\b")
DONE = re.compile(r"\bis-(claims|no_claim)\b")

OwnWindow = Callable[[str], Page]


@pytest.fixture
def project(db: None) -> Project:
    """Three readers an article; all of the cast are members."""
    cora = User.objects.create_user("cora", password="secret of cora")
    project = start_project(
        by=cora,
        name="Sahel",
        slug="sahel",
        codebook=CODEBOOK,
        languages=LANGUAGES,
        annotators_per_article=len(ANNOTATORS),
    )
    for name in (*ANNOTATORS, "rita"):
        user = User.objects.create_user(name, password=f"secret of {name}")
        role = "annotator" if name in ANNOTATORS else "reviewer"
        add_member(project=project, by=cora, user=user, role=role, languages=LANGUAGES)
    return project


@pytest.mark.parametrize("corpus", CORPORA)
def test_three_annotators_a_reviewer_and_a_manager_make_a_dataset(
    corpus: str, own_window: OwnWindow, project: Project, data_dir: Path
) -> None:
    if not CORPORA[corpus].is_dir():
        pytest.skip("the real articles are not beside this clone")
    cora = own_window("cora")
    upload(cora, sorted(CORPORA[corpus].glob("*.txt"))[:ARTICLES])
    for place, name in enumerate(ANNOTATORS):
        annotate(own_window(name), project, place)
    settle(own_window("rita"), project)
    follow(cora)
    read_back(publish(cora), project)


def upload(page: Page, files: list[Path]) -> None:
    page.goto("/p/sahel/corpus/")
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Read the files").click()
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_role("rowheader")).to_have_count(len(files))


def annotate(page: Page, project: Project, place: int) -> None:
    """Label all articles; each leaves out other sentences and calls other claims causal."""
    for _ in range(project.articles.count()):
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/articles/**")
        ready(page)
        expect(page.locator("#panel")).to_have_attribute("data-claims", "0")
        rows = page.locator("li.sentence")
        for number in range(rows.count()):
            row = rows.nth(number)
            expect(row).to_have_class(HERE)
            if row.get_attribute("data-reason") != "other" or number % 7 == place:
                say_no_claim(page)
            else:
                label(page, further=number % 5 == place, causal=number % 4 == place)
            expect(row).to_have_class(DONE)
        hand_in(page)


def say_no_claim(page: Page) -> None:
    page.keyboard.press("n")
    if page.locator("[name=duplicate_of]").evaluate("field => field === document.activeElement"):
        page.keyboard.type("1")
        page.keyboard.press("Escape")
        page.keyboard.press("n")


def label(page: Page, *, further: bool, causal: bool) -> None:
    """The first piece as a claim of the author, perhaps a word longer; then on to the next."""
    keys = ["Space", "a", "a", *(["ArrowLeft"] if further else []), "3" if causal else "1"]
    for key in (*keys, "q", "d", "o", "ArrowDown"):
        page.keyboard.press(key)


def hand_in(page: Page) -> None:
    expect(page.locator(".is-unsaved, .is-unread, .is-open")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    page.locator("#check").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Desk")).to_be_visible()


def settle(page: Page, project: Project) -> None:
    """Take the first reading of all that waits; each annotation is in one group by now."""
    assert Annotation.objects.count() == GroupMember.objects.count()
    waiting = ReviewItem.objects.waiting(project).count()
    assert waiting
    page.goto("/p/sahel/review/")
    page.locator("a.open").first.click()
    page.wait_for_url(ITEM)  # and loaded: the keys' module has run
    for left in range(waiting, 0, -1):
        item = page.locator("#item")
        expect(item).to_be_visible()
        settled = page.locator("h1").inner_text()
        for key in ("1", "s", "Enter"):
            page.keyboard.press(key)
        if left > 1:
            expect(page.locator("h1")).not_to_have_text(settled, use_inner_text=True)
    expect(page.get_by_text("Nothing is left to settle.")).to_be_visible()
    assert not ClaimGroup.objects.waiting().exists()


def follow(page: Page) -> None:
    """The manager sees that all is done, and how far they agreed."""
    page.goto("/p/sahel/progress/")
    expect(page.get_by_text("0 sentences wait for a reviewer")).to_be_visible()
    page.goto("/p/sahel/agreement/")
    page.get_by_role("button", name="Compute").click()
    expect(page.get_by_role("heading", name="Kind of claim").first).to_be_visible()


def publish(page: Page) -> zipfile.ZipFile:
    page.goto("/p/sahel/releases/")
    page.get_by_role("button", name="Publish").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="sahel-1.0.0.zip").click()
    return zipfile.ZipFile(download.value.path())


def read_back(archive: zipfile.ZipFile, project: Project) -> None:
    """Every row's words stand where it says, and every decision tells where it comes from."""
    names = {Path(name).name: name for name in archive.namelist()}
    texts = {str(article.pk): article.text for article in Article.objects.in_project(project)}
    table = io.StringIO(archive.read(names["annotations.csv"]).decode(), newline="")
    rows = list(csv.DictReader(table))
    assert {row["article_id"] for row in rows} == texts.keys()
    for row in rows:
        assert texts[row["article_id"]][int(row["start"]) : int(row["end"])] == row["quote"]
    for line in map(json.loads, archive.read(names["annotations.jsonl"]).decode().splitlines()):
        assert line["members"]
        assert line["votes"]
        assert line["agreed_by"] in {"unanimous", "rule", "adjudicated"}
