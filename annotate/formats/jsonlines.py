"""JSON lines: UTF-8, one object a line, LF."""

from __future__ import annotations

from typing import BinaryIO

from .dataset import Dataset


def write_annotations(stream: BinaryIO, dataset: Dataset) -> None:
    stream.writelines(dataset.lines("annotations"))


def write_articles(stream: BinaryIO, dataset: Dataset) -> None:
    stream.writelines(dataset.lines("articles"))


def write_raw(stream: BinaryIO, dataset: Dataset) -> None:
    stream.writelines(dataset.lines("raw"))
