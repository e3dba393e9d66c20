"""The files of a release: one writer each, behind one registry.

A writer takes what a release holds and writes the bytes of one file. The order is that of writing:
the manifest lists the files before it, the sums those and the manifest, the archive all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import archive, documents, jsonlines, spreadsheet, tables
from .dataset import Dataset

CSV = "text/csv; charset=utf-8"
JSON = "application/json"
JSON_LINES = "application/jsonl"
MARKDOWN = "text/markdown; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class Format:
    """One file of a release: what it is called, what it is, and who writes it.

    `pattern` is the file's name, in which `{slug}` and `{version}` stand for the release's.
    """

    pattern: str
    content_type: str
    title: str | Promise
    write: Callable[[BinaryIO, Dataset], None]

    def name(self, slug: str, version: str) -> str:
        return self.pattern.format(slug=slug, version=version)

    @property
    def suffix(self) -> str:
        return self.pattern.rpartition(".")[2]


FILES: tuple[Format, ...] = (
    Format("annotations.csv", CSV, _("agreed annotations, a table"), tables.write_annotations),
    Format(
        "annotations-excel.csv",
        CSV,
        _("agreed annotations for Excel: formulas are disarmed, so do not read it back"),
        spreadsheet.write_annotations,
    ),
    Format(
        "annotations.jsonl",
        JSON_LINES,
        _("agreed annotations with votes and members"),
        jsonlines.write_annotations,
    ),
    Format(
        "sentences.csv",
        CSV,
        _("every sentence, also those without a claim"),
        tables.write_sentences,
    ),
    Format("articles.jsonl", JSON_LINES, _("the articles"), jsonlines.write_articles),
    Format("raw.jsonl", JSON_LINES, _("what each annotator said"), jsonlines.write_raw),
    Format("sources.json", JSON, _("sources with their aliases"), documents.write_sources),
    Format("claims.json", JSON, _("canonical claims"), documents.write_claims),
    Format("codebook.json", JSON, _("the codebook"), documents.write_codebook),
    Format(
        "guidelines.md", MARKDOWN, _("the guidelines, with rulings"), documents.write_guidelines
    ),
    Format("agreement.json", JSON, _("figures of agreement"), documents.write_agreement),
    Format(
        "dataset.json",
        JSON,
        _("the dataset as one document, without what each annotator said"),
        documents.write_dataset,
    ),
    Format("manifest.json", JSON, _("what this release is"), documents.write_manifest),
    Format("SHA256SUMS", TEXT, _("check sums of the files above"), archive.write_sums),
    Format("{slug}-{version}.zip", ZIP, _("all files in one"), archive.write_zip),
)
_BY_PATTERN = {each.pattern: each for each in FILES}
FORMATS: Mapping[str, Format] = {
    "csv": _BY_PATTERN["annotations.csv"],
    "csv-excel": _BY_PATTERN["annotations-excel.csv"],
    "json": _BY_PATTERN["dataset.json"],
    "jsonl": _BY_PATTERN["annotations.jsonl"],
    "zip": _BY_PATTERN["{slug}-{version}.zip"],
}
"""What a person asks for by name, and which file it is."""


def format_of(name: str, slug: str, version: str) -> Format | None:
    """The format of a release's file."""
    return next((each for each in FILES if each.name(slug, version) == name), None)
