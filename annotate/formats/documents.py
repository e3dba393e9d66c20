"""Documents of one value: JSON in UTF-8, indented by two, keys in a fixed order, LF at the end;
and the guidelines, which are Markdown.
"""

from __future__ import annotations

from typing import Any, BinaryIO

import orjson

from .agreement import headlines
from .dataset import Dataset


def as_document(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def write_codebook(stream: BinaryIO, dataset: Dataset) -> None:
    """The canonical form, so that the file's check sum is the codebook's."""
    stream.write(dataset.codebook)


def write_guidelines(stream: BinaryIO, dataset: Dataset) -> None:
    """As they were typed; nothing where a project has none."""
    stream.write(dataset.guidelines.encode())


def write_sources(stream: BinaryIO, dataset: Dataset) -> None:
    stream.write(as_document(dataset.sources))


def write_claims(stream: BinaryIO, dataset: Dataset) -> None:
    stream.write(as_document(dataset.claims))


def write_agreement(stream: BinaryIO, dataset: Dataset) -> None:
    stream.write(as_document(dataset.agreement))


def write_manifest(stream: BinaryIO, dataset: Dataset) -> None:
    """What the release is, who made it when, how far people agree, and the files of the data."""
    agreement = headlines(dataset.agreement)
    files = [file.as_data() for file in dataset.files]
    about = {**dataset.release, **dataset.created, "agreement": agreement, "files": files}
    stream.write(as_document(about))


def write_dataset(stream: BinaryIO, dataset: Dataset) -> None:
    """One document of everything but the raw annotations; long lists one row a line."""
    stream.write(b'{"release": %s,\n' % orjson.dumps(dataset.release))
    stream.write(b'"codebook": %s,\n' % dataset.codebook)
    stream.write(b'"sources": %s,\n' % orjson.dumps(dataset.sources))
    stream.write(b'"claims": %s,\n' % orjson.dumps(dataset.claims))
    for place, kind in enumerate(("articles", "sentences", "annotations")):
        stream.write(b'%s"%s": [' % (b",\n" if place else b"", kind.encode()))
        for number, line in enumerate(dataset.lines(kind)):
            stream.write((b",\n" if number else b"\n") + line.rstrip(b"\n"))
        stream.write(b"]")
    stream.write(b"}\n")
