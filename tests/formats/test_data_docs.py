"""docs/data.md tells of every column and key that a release has, and its examples run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from annotate.formats.rows import ANNOTATION_COLUMNS, SENTENCE_COLUMNS
from annotate.models import Article, Release
from annotate.workflow.releasing import publish_release, release_folder
from tests.builders import give, hand_in, source, words

DOCS = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
FREE = {
    "votes",
    "confidences",
    "name",
    "text",
    "labels",
    "order",
    "title",
    "definition",
    "on_difference",
}
"""Objects whose keys are data: languages, pseudonyms, values, dimensions."""

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def release(article: Article, ada: User, ben: User, cora: User) -> Release:
    relay, holder = source(article.project, "Le Monde"), source(article.project, "Algeria")
    give(article, ada, ben)
    for reader in (ada, ben):
        hand_in(article, reader, words(article, "تحذيرات من الجزائر", chain=(relay, holder)))
    return publish_release(project=article.project, by=cora, version="1.0.0")


def keys(value: object) -> Iterator[str]:
    """All keys of the objects inside, but not those that are data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in FREE:
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def told() -> set[str]:
    """Every word in the documentation that stands as code, objects taken apart."""
    return set(re.findall(r"[A-Za-z_0-9]+", " ".join(re.findall(r"`([^`\n]+)`", DOCS))))


@pytest.mark.parametrize(
    "name",
    [
        "annotations.jsonl",
        "articles.jsonl",
        "raw.jsonl",
        "sources.json",
        "claims.json",
        "codebook.json",
        "agreement.json",
        "dataset.json",
        "manifest.json",
    ],
)
def test_every_key_is_told(release: Release, name: str) -> None:
    data = (release_folder(release) / name).read_bytes()
    documents = data.split(b"\n")[:-1] if name.endswith(".jsonl") else [data]
    found = {key for each in documents for key in keys(json.loads(each))}
    assert found <= told()


def test_every_column_is_told() -> None:
    assert {*ANNOTATION_COLUMNS, *SENTENCE_COLUMNS} <= told()


def test_every_file_is_told(release: Release) -> None:
    for file in release.files[:-1]:
        assert file["name"] in DOCS


def test_the_examples_run(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release_folder(release))
    names: dict[str, list[object]] = {}
    for example in re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL):
        exec(example, names)
    assert len(names["annotations"]) == 1
