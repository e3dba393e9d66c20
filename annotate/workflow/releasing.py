"""Releasing: a frozen version of the dataset, whose files are written once and served as they are.

Reading and writing the files takes as long as the project is large, and nobody waits for it: it
happens in one state of the database, before the short transaction that publishes.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import __version__
from ..errors import Refusal, WorkflowError
from ..formats import FILES, Format, agreement
from ..formats.dataset import Dataset, Row, Written, as_line, rows_file
from ..formats.raw import raw_rows
from ..formats.rows import (
    Contents,
    annotation_rows,
    article_row,
    instant,
    sentence_rows,
)
from ..models import (
    ClaimGroup,
    CodebookVersion,
    Decision,
    Guidelines,
    Job,
    Project,
    Release,
    Ruling,
)
from .jobs import Progress, untold
from .reading import Known, contents_of, one_state
from .recording import record
from .work import scales_of

FIRST_VERSION = "1.0.0"
ROWS = ("annotations", "articles", "raw", "sentences")

_VERSION = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Preview:
    """What a release made now would hold."""

    counts: Row
    agreement: Row


def publish_release(
    *,
    project: Project,
    by: User,
    version: str,
    licence: str = "",
    notes: str = "",
    text_in_release: str | None = None,
    progress: Progress = untold,
) -> Release:
    """Publish what is agreed in the project's complete articles as a frozen version.

    `version` is three numbers, higher than the last release's. Every file is written once, under a
    folder of the release's own; if anything fails, neither files nor release stay.
    """
    text_mode = text_in_release or project.text_in_release
    last = check_release(project=project, version=version, text_in_release=text_mode)
    release = Release(
        id=uuid4(),
        created_by=by,
        project=project,
        version=version,
        codebook_version=_codebook(project),
        filter={"articles": "complete", "annotations": "agreed"},
        policy=_policy(project),
        scope=project.scope,
        text_in_release=text_mode,
        tool_version=__version__,
        licence=licence.strip(),
        notes=notes.strip(),
        supersedes=last,
        created_at=timezone.now(),
    )
    folder = release_folder(release)
    unfinished = folder.with_name(f".{folder.name}")
    unfinished.mkdir(parents=True)
    try:
        with TemporaryDirectory(dir=unfinished.parent, prefix=".rows-") as rows_folder:
            dataset = _read(release, Path(rows_folder), unfinished, by=by, progress=progress)
            _write_files(dataset, project.slug, version, progress)
        release.counts = dataset.release["counts"]
        release.agreement_report = dataset.agreement
        release.files = [file.as_data() for file in dataset.files]
        _publish(release, unfinished, folder, by=by)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return release


def check_release(*, project: Project, version: str, text_in_release: str) -> Release | None:
    """Refuse what publishing would refuse at its end; return the release that would be superseded.

    Nothing is stored.
    """
    if text_in_release not in Project.TextInRelease.values:
        raise WorkflowError(
            Refusal.INVALID, _("Choose how much text goes in."), field="text_in_release"
        )
    _codebook(project)
    return _check_version(project, version)


def preview_release(*, project: Project) -> Preview:
    """What a release made now would hold. Nothing is stored."""
    release = Release(
        project=project,
        codebook_version=_codebook(project),
        text_in_release=Project.TextInRelease.OFFSETS,
    )
    with TemporaryDirectory() as folder:
        dataset = _read(release, Path(folder), Path(folder), by=None)
    return Preview(counts=dataset.release["counts"], agreement=dataset.agreement)


def obstacle(project: Project) -> str:
    """Why nothing can be released yet, in words; '' if it can."""
    if project.codebook is None:
        return _("This project has no codebook yet.")
    if not project.articles.filter(completed_at__isnull=False).exists():
        return _("There is nothing to release yet: no article of this project is complete.")
    return ""


def suggested_version(project: Project) -> str:
    """The next minor version: a release usually adds articles."""
    last = _last_release(project)
    if last is None:
        return FIRST_VERSION
    major, minor, _patch = _numbers(last.version)
    return f"{major}.{minor + 1}.0"


def open_release_file(*, release: Release, name: str) -> BinaryIO:
    """The bytes of a published file, from the start; the caller closes it.

    A file that is missing or not the one that was published is refused: what is served is what the
    check sums say, or nothing.
    """
    known = next((file for file in release.files if file["name"] == name), None)
    if known is None:
        raise WorkflowError(
            Refusal.GONE, _("Release %(version)s has no file “%(name)s”.") % _named(release, name)
        )
    try:
        file = (release_folder(release) / name).open("rb")
    except FileNotFoundError as error:
        raise WorkflowError(
            Refusal.GONE,
            _(
                "The file “%(name)s” of release %(version)s is missing on the server. "
                "Restore the folder of releases from a backup."
            )
            % _named(release, name),
        ) from error
    if hashlib.file_digest(file, "sha256").hexdigest() != known["sha256"]:
        file.close()
        raise WorkflowError(
            Refusal.GONE,
            _(
                "The file “%(name)s” of release %(version)s is not the one that was published. "
                "Restore the folder of releases from a backup."
            )
            % _named(release, name),
        )
    file.seek(0)
    return file


def release_folder(release: Release) -> Path:
    return Path(settings.DATA_DIR) / "releases" / str(release.pk)


# -- conditions -----------------------------------------------------------------------------------


def _codebook(project: Project) -> CodebookVersion:
    if reason := obstacle(project):
        raise WorkflowError(Refusal.CLOSED, reason)
    assert project.codebook is not None, "without a codebook there is an obstacle"
    return project.codebook


def _check_version(project: Project, version: str) -> Release | None:
    """Take a version higher than the last release, and return that."""
    if not _VERSION.fullmatch(version):
        raise WorkflowError(
            Refusal.INVALID,
            _("Write the version as three numbers, such as %s.") % FIRST_VERSION,
            field="version",
        )
    last = _last_release(project)
    if last is not None and _numbers(version) <= _numbers(last.version):
        raise WorkflowError(
            Refusal.INVALID,
            _("The last release is %(last)s: choose a higher version than that.")
            % {"last": last.version},
            field="version",
        )
    return last


def _last_release(project: Project) -> Release | None:
    return max(project.releases.all(), key=lambda it: _numbers(it.version), default=None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _policy(project: Project) -> dict[str, Any]:
    return {
        "agreement_policy": project.agreement_policy,
        "annotators_per_article": project.annotators_per_article,
        "match_threshold": project.match_threshold,
        "boundary_threshold": project.boundary_threshold,
        "on_difference": dict(sorted(project.on_difference.items())),
    }


def _named(release: Release, name: str) -> dict[str, str]:
    return {"name": name, "version": release.version}


# -- files ----------------------------------------------------------------------------------------


def _write_files(dataset: Dataset, slug: str, version: str, progress: Progress) -> None:
    """Write each file of the registry, in its order, so that it is on the disk."""
    for number, file_format in enumerate(FILES):
        progress(Job.Step.WRITING, number, len(FILES))
        dataset.files.append(_write_file(dataset, file_format, file_format.name(slug, version)))
    _sync(dataset.folder)


def _write_file(dataset: Dataset, file_format: Format, name: str) -> Written:
    with (dataset.folder / name).open("x+b") as stream:
        file_format.write(stream, dataset)
        stream.flush()
        os.fsync(stream.fileno())
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        return Written(name, hashlib.file_digest(stream, "sha256").hexdigest(), size)


def _sync(folder: Path) -> None:
    """Put a folder's entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _publish(release: Release, unfinished: Path, folder: Path, *, by: User) -> None:
    """Give the finished files their place and the release its row: both, or neither."""
    published = False
    try:
        with transaction.atomic():
            _check_version(release.project, release.version)
            release.save(force_insert=True)
            record(
                "publish_release",
                release,
                by=by,
                project=release.project,
                after={"version": release.version},
            )
            unfinished.rename(folder)
            _sync(folder.parent)
        published = True
    except IntegrityError as error:
        raise WorkflowError(
            Refusal.STALE,
            _("Somebody has just published version %s of this project.") % release.version,
        ) from error
    finally:
        if not published:
            shutil.rmtree(folder, ignore_errors=True)


# -- reading --------------------------------------------------------------------------------------


def _read(
    release: Release,
    rows_folder: Path,
    folder: Path,
    *,
    by: User | None,
    progress: Progress = untold,
) -> Dataset:
    """Go once through the project: write its rows, count, and compute the figures."""
    project = release.project
    codebook = release.codebook_version.parsed()
    with one_state(), ExitStack() as stack:
        known = Known(release)
        counts = _Counts(project)
        complete = project.articles.filter(completed_at__isnull=False).count()
        files = {
            kind: stack.enter_context(rows_file(rows_folder, kind).open("wb")) for kind in ROWS
        }
        first = agreement.settings_row(codebook, scales_of(codebook), project.match_threshold)
        files["raw"].write(as_line(first))
        for contents in contents_of(project, known):
            contents.check()
            files["articles"].write(as_line(article_row(contents, known.references)))
            for row in annotation_rows(contents, known.references):
                files["annotations"].write(as_line(row))
            for row in sentence_rows(contents, known.references):
                files["sentences"].write(as_line(row))
                counts.sentences[row["status"]] += 1
            for row in raw_rows(contents, known.references):
                files["raw"].write(as_line(row))
                counts.raw[row["type"]] += bool(row.get("first_submitted"))
            counts.add(contents)
            progress(Job.Step.READING, counts.complete, complete)
        sources, claims = known.source_rows(), known.claim_rows()
        guidelines = _guidelines(project)
    dataset = Dataset(
        rows_folder=rows_folder,
        folder=folder,
        columns=known.references.columns,
        release=_about(release, counts.as_data()),
        created={"created_at": instant(release.created_at), "created_by": known.pseudonym(by)},
        codebook=release.codebook_version.content.encode(),
        guidelines=guidelines,
        sources=sources,
        claims=claims,
        agreement={},
    )
    progress(Job.Step.COMPUTING, 0, 0)
    dataset.agreement.update(agreement.report(dataset.rows("raw")))
    return dataset


def _guidelines(project: Project) -> str:
    """The guidelines that hold and below them the rulings that do, the oldest first; or nothing."""
    last = Guidelines.objects.of(project).first()
    rulings = Ruling.objects.filter(project=project).standing().reverse()
    dated = [_dated(ruling) for ruling in rulings]
    parts = [last.text.strip() if last else "", "## Rulings" if dated else "", *dated]
    return "\n\n".join(filter(None, parts)) + "\n" if any(parts) else ""


def _dated(ruling: Ruling) -> str:
    """One item of a Markdown list: the day, the label that it is about, and its words."""
    label = ": ".join(filter(None, (ruling.dimension, ruling.value)))
    about = " · ".join(filter(None, (f"{ruling.created_at:%Y-%m-%d}", label)))
    return f"- **{about}**\n\n{indent(ruling.text.strip(), '  ')}"


def _about(release: Release, counts: Row) -> Row:
    """What a release says of itself, without a time: the same contents give the same bytes."""
    return {
        "project": release.project.slug,
        "project_name": release.project.name,
        "version": release.version,
        "supersedes": release.supersedes.version if release.supersedes else None,
        "licence": release.licence or None,
        "notes": release.notes or None,
        "codebook": {
            "name": release.codebook_version.codebook.name,
            "version": release.codebook_version.version,
            "sha256": release.codebook_version.sha256,
        },
        "filter": release.filter,
        "policy": release.policy,
        "scope": release.scope,
        "text_in_release": release.text_in_release,
        "tool_version": release.tool_version,
        "counts": counts,
    }


_ONCE_DECIDED = (ClaimGroup.Status.STALE, ClaimGroup.Status.DECIDED)
"""A decided group whose decision may not be released rests on work that no longer counts."""


class _Counts:
    """How much a release holds, and how much of its articles is not settled."""

    def __init__(self, project: Project) -> None:
        self.articles = project.articles.count()
        self.complete = 0
        self.sentences: Counter[str] = Counter()
        self.agreed_by: Counter[str] = Counter()
        self.groups: Counter[str] = Counter()
        self.raw: Counter[str] = Counter()
        self.annotators: set[UUID] = set()

    def add(self, contents: Contents) -> None:
        self.complete += 1
        self.agreed_by.update(str(decision.agreed_by) for decision in contents.agreed)
        decided = {decision.group_id for decision in contents.decisions}
        self.groups.update(
            "stale" if group.status in _ONCE_DECIDED else "to_review"
            for group in contents.groups
            if group.pk not in decided
        )
        self.groups["rejected"] += len(contents.rejected)
        self.annotators.update(it.membership_id for it in contents.assignments)

    def as_data(self) -> Row:
        return {
            "articles": self.articles,
            "complete": self.complete,
            "annotators": len(self.annotators),
            "sentences": {
                status: self.sentences[status] for status in ("claims", "no_claim", "unresolved")
            },
            "annotations": self.agreed_by.total(),
            "agreed_by": {str(way): self.agreed_by[way] for way in Decision.AgreedBy.values},
            "rejected": self.groups["rejected"],
            "unresolved": self.groups["to_review"] + self.groups["stale"],
            "stale": self.groups["stale"],
            "raw_annotations": self.raw["annotation"],
            "raw_judgements": self.raw["judgement"],
        }
