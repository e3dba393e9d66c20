"""The whole line in the browser: two annotators and a manager, from a dropped file to the release
that is read back.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Locator, Page, expect

from annotate.workflow.projects import add_member, start_project
from annotate.workflow.sources import add_source
from tests.browser.arriving import ready
from tests.builders import CODEBOOK

TITLE = "موسكو توقف الهجوم وباماكو تنفي"
HALTED = "روسيا أوقفت الهجوم بعد تحذيرات من الجزائر"
LEAVING = "نحو ٤٠ عنصرًا سيغادرون\u00a0البلاد"
TEXT = f"{TITLE}\r\n🚩🚩 قالت صحيفة لوموند إن {HALTED}.\r\nوذكر مصدر أن {LEAVING}.\r\n"

SignedIn = Callable[[str], Page]


@pytest.fixture
def signed_in(db: None, own_window: SignedIn) -> SignedIn:
    """A browser window of one's own for each person of a project with nothing in it."""
    cora = User.objects.create_user("cora", password="secret of cora")
    project = start_project(by=cora, name="Sahel", slug="sahel", codebook=CODEBOOK)
    add_source(project=project, by=cora, name={"en": "Le Monde", "ar": "لوموند"}, kind="media")
    for name in ("ada", "ben"):
        user = User.objects.create_user(name, password=f"secret of {name}")
        add_member(project=project, by=cora, user=user, role="annotator", languages=["ar"])
    return own_window


def test_two_annotators_and_a_manager_make_a_dataset(signed_in: SignedIn, tmp_path: Path) -> None:
    cora, ada, ben = signed_in("cora"), signed_in("ada"), signed_in("ben")
    upload(cora, tmp_path)
    annotate(ada, confident="High", by_author=False)
    annotate(ben, confident="Low", by_author=True)
    settle(cora)
    archive = publish(cora)
    read_back(archive)


def upload(page: Page, folder: Path) -> None:
    """Drop a file with CRLF, emoji and a no-break space; look at it; take it in."""
    (folder / "halted.txt").write_bytes(TEXT.encode())
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00")
    page.goto("/p/sahel/corpus/")
    page.locator("input[type=file]").set_input_files([folder / "halted.txt", folder / "broken.txt"])
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_role("heading", name="1 problem")).to_be_visible()
    expect(page.get_by_text("3 sentences")).to_be_visible()
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_role("rowheader", name=TITLE)).to_be_visible()


def annotate(page: Page, *, confident: str, by_author: bool) -> None:
    """Label two claims on selected words, say of the title that it holds none, submit."""
    page.get_by_role("button", name="Continue").click()
    ready(page)
    rows = page.locator("li.sentence")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="No claim").click()
    expect(rows.nth(0)).to_have_class("sentence is-no_claim")  # and saved: not is-unsaved
    claim(page, rows.nth(1), HALTED, source="لوموند", kind="Cause", confident=confident)
    claim(
        page,
        rows.nth(2),
        LEAVING,
        source="" if by_author else "لوموند",
        kind="Figure",
        confident=confident,
    )
    page.locator("#submit > summary").click()
    page.locator("#check").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Desk")).to_be_visible()


def claim(page: Page, row: Locator, words: str, *, source: str, kind: str, confident: str) -> None:
    row.locator("a.state").click()
    expect(page.locator("#panel")).to_have_attribute("data-sentence", row.get_attribute("id") or "")
    drag(page, row.locator("> p"), words)
    expect(page.locator("#words")).to_have_text(words)
    if source:
        page.locator("#source").fill(source)
        options = page.locator("#sources [data-source]")
        expect(options).to_have_count(1)
        options.click()
    for option in (kind, "Supports", "Certain", confident):
        page.locator("#panel label.choice", has_text=option).first.click()
    page.get_by_role("button", name="Save").click()
    expect(row.locator("ol.claims > li")).to_have_count(1)
    page.get_by_role("button", name="Finish sentence").click()
    expect(page.locator(".is-unsaved")).to_have_count(0)


def drag(page: Page, paragraph: Locator, words: str) -> None:
    """Select the words with the mouse, from their first letter to their last."""
    first, last = paragraph.evaluate(
        """(p, words) => {
            const at = p.textContent.indexOf(words);
            const box = (offset) => {
                const range = document.createRange();
                range.setStart(p.firstChild, offset);
                range.setEnd(p.firstChild, offset + 1);
                const { x, y, width, height } = range.getBoundingClientRect();
                return { x, y: y + height / 2, width };
            };
            return [box(at), box(at + words.length - 1)];
        }""",
        words,
    )
    page.mouse.move(first["x"] + first["width"] - 1, first["y"])
    page.mouse.down()
    page.mouse.move(last["x"] + 1, last["y"], steps=5)
    page.mouse.up()


def settle(page: Page) -> None:
    """One sentence waits, because one annotator named a source and the other none."""
    page.goto("/p/sahel/review/")
    page.locator("a.open").click()
    expect(page.locator("#item")).to_be_visible()
    page.wait_for_load_state()  # without its script a button settles at once
    page.get_by_role("radio", name="Slip").check()
    page.get_by_role("button", name="Take B whole").click()
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_text("Nothing is left to settle.")).to_be_visible()


def publish(page: Page) -> zipfile.ZipFile:
    page.goto("/p/sahel/releases/")
    page.get_by_role("button", name="Publish").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="sahel-1.0.0.zip").click()
    return zipfile.ZipFile(download.value.path())


def read_back(archive: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in archive.namelist()}
    sums = archive.read(names["SHA256SUMS"]).decode().splitlines()
    for digest, name in (line.split(maxsplit=1) for line in sums):
        assert hashlib.sha256(archive.read(names[name.lstrip("*")])).hexdigest() == digest

    table = io.StringIO(archive.read(names["annotations.csv"]).decode(), newline="")
    rows = {row["quote"]: row for row in csv.DictReader(table)}
    assert set(rows) == {HALTED, LEAVING}
    for quote, row in rows.items():
        assert TEXT[int(row["start"]) : int(row["end"])] == quote
    assert (rows[HALTED]["agreed_by"], rows[HALTED]["confidence"]) == ("unanimous", "low")
    assert (rows[LEAVING]["agreed_by"], rows[LEAVING]["source_kind"]) == ("adjudicated", "author")

    lines = archive.read(names["annotations.jsonl"]).decode().splitlines()
    for line in map(json.loads, lines):
        assert len(line["members"]) == 2
        assert line["votes"]["kind"][0]["value"] == line["kind"]
        assert line["agreed_at"]
    assert b'"ada"' not in archive.read(names["raw.jsonl"])
