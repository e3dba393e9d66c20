"""Everything in one ZIP, and the check sums of its files."""

from __future__ import annotations

import shutil
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .dataset import Dataset

# What a ZIP says of a file besides its bytes, always the same: 1980 is where its calendar begins.
EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16
UNIX = 3


def write_sums(stream: BinaryIO, dataset: Dataset) -> None:
    """One line a file, as `sha256sum --check` reads it."""
    for file in sorted(dataset.files, key=lambda file: file.name):
        stream.write(f"{file.sha256}  {file.name}\n".encode())


def write_zip(stream: BinaryIO, dataset: Dataset) -> None:
    with ZipFile(stream, "w") as archive:
        for file in sorted(dataset.files, key=lambda file: file.name):
            info = ZipInfo(file.name, EPOCH)
            info.compress_type = ZIP_DEFLATED
            info.create_system = UNIX
            info.external_attr = READABLE
            info.file_size = file.bytes  # known beforehand, it needs no extra field
            with (dataset.folder / file.name).open("rb") as data, archive.open(info, "w") as entry:
                shutil.copyfileobj(data, entry)
