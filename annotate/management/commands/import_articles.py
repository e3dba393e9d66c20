"""`manage.py import_articles PATH… --project SLUG`: articles from files and folders."""

import os
import re
import stat
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...domain import DomainError
from ...domain.decoding import known_encoding
from ...errors import WorkflowError
from ...exchange.articles import SUFFIXES, Problem, Reading, encoding_name, read_articles
from ...exchange.candidates import candidate_from, candidate_of, summary
from ...models import Project
from ...workflow.intake import Candidate, Report, Trial, take_in_all
from ..lookup import manager_named, project_named

_BREAKS_LINES = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Command(BaseCommand):
    help = "Takes articles in from .txt, .csv and .jsonl files, and from folders of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--language", default="", help="of articles that do not say theirs")
        parser.add_argument("--publisher", default="", help="of articles that do not say theirs")
        parser.add_argument("--encoding", help="of all files; else each is looked at")
        parser.add_argument("--dry-run", action="store_true", help="tell, but store nothing")
        parser.add_argument("--strict", action="store_true", help="all or nothing")
        parser.add_argument("--by", metavar="USERNAME", help="else the project's first manager")

    def handle(self, *, paths: Sequence[Path], strict: bool, dry_run: bool, **options: Any) -> None:
        project = project_named(options["project"])
        by = manager_named(project, options["by"])
        batch = _Batch(
            encoding=_encoding(options["encoding"]),
            defaults=_defaults(project, options["language"], options["publisher"]),
        )
        for other in batch.look_for(paths):
            self.stderr.write(_("%s: skipped, no .txt, .csv or .jsonl file") % _shown(other))
        candidates: Iterable[Candidate] = batch.candidates()
        if strict:
            candidates = list(candidates)  # what cannot be read keeps all the others out, too
        report = take_in_all(
            project=project,
            by=by,
            candidates=candidates,
            strict=strict,
            dry_run=dry_run or bool(strict and batch.problems),
        )
        for file, encoding in batch.guessed.items():
            self.stderr.write(_guess(file, encoding))
        refusals = batch.refusals(report)
        for refusal in refusals:
            self.stderr.write(_line(refusal))
        if strict and refusals:
            told = ngettext(
                "Nothing is taken in (--strict): %(count)d was refused.",
                "Nothing is taken in (--strict): %(count)d were refused.",
                len(refusals),
            )
            self.stdout.write(told % {"count": len(refusals)})
        else:
            told = summary(report, refused=len(refusals))
            self.stdout.write(_("Dry run, nothing is stored: %s") % told if dry_run else told)
        if refusals:
            raise SystemExit(1)


@dataclass
class _Batch:
    """The articles of the files, read one file at a time, and what was met on the way: problems,
    and files in an encoding that was guessed, with that.
    """

    encoding: str | None
    defaults: Candidate
    files: list[Path] = field(default_factory=list)
    origins: list[tuple[str, int | None]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    guessed: dict[str, str] = field(default_factory=dict)

    def look_for(self, paths: Iterable[Path]) -> Iterator[Path]:
        """Find the files named, and those in the folders named; yield what else is in folders."""
        for path in paths:
            try:
                is_folder = stat.S_ISDIR(path.stat().st_mode)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise CommandError(_("There is no file or folder %s.") % _shown(path)) from error
            except OSError as error:
                self._tell(path, _reason(error))
                continue
            if not is_folder:
                self.files.append(path)
                continue
            for found in self._walk(path):
                if found.suffix.lower() in SUFFIXES:
                    self.files.append(found)
                else:
                    yield found

    def _walk(self, folder: Path) -> list[Path]:
        """All that is in a folder and in those inside it. What cannot be looked at is a problem,
        and so is a link to a folder: it may lead anywhere, also back.
        """

        def refuse(error: OSError) -> None:
            self._tell(error.filename, _reason(error))

        found = []
        for where, folders, names in os.walk(folder, onerror=refuse):
            for linked in (path for name in folders if (path := Path(where, name)).is_symlink()):
                self._tell(linked, _("A link to a folder is not followed: name the folder itself."))
            found += [Path(where, name) for name in names]
        return sorted(found)

    def candidates(self) -> Iterator[Candidate]:
        for file in self.files:
            reading = self._read(file)
            self.problems += reading.problems
            for draft in reading.articles:
                self.origins.append((draft.file, draft.row))
                if draft.guessed:
                    self.guessed[draft.file] = draft.encoding
                yield candidate_of(
                    draft, language=self.defaults.language, publisher=self.defaults.publisher
                )

    def refusals(self, report: Report) -> list[Problem]:
        """What was not read, and what was read and refused, by file and row."""
        refused = [
            Problem(
                file=self.origins[place][0],
                row=self.origins[place][1],
                field=error.details.get("field", ""),
                message=error.message,
            )
            for place, error in report.refused
        ]
        return sorted([*self.problems, *refused], key=lambda p: (p.file, p.row or 0))

    def _read(self, file: Path) -> Reading:
        try:
            if stat.S_ISREG(file.stat().st_mode):
                return read_articles(str(file), file.read_bytes(), encoding=self.encoding)
            self._tell(file, _("This is no file but a pipe or a device, and it is not read."))
        except OSError as error:
            self._tell(file, _reason(error))
        return Reading()

    def _tell(self, file: Path | str, message: str) -> None:
        self.problems.append(Problem(file=str(file), row=None, field="", message=message))


def _reason(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)


def _encoding(named: str | None) -> str | None:
    try:
        return known_encoding(named) if named is not None else None
    except DomainError as error:
        raise CommandError(f"--encoding: {_(error.template) % error.params}") from error


def _defaults(project: Project, language: str, publisher: str) -> Candidate:
    """What the line says of all articles, checked like what a file says."""
    try:
        said = candidate_from({"language": language, "publisher": publisher, "text": "—"})
        Trial(project).publisher(said)
    except WorkflowError as error:
        raise CommandError(f"--{error.details['field']}: {error.message}") from error
    return said


def _guess(file: str, encoding: str) -> str:
    return _(
        "%(file)s: read as %(encoding)s, which is a guess. "
        "If the text looks wrong, name its encoding with --encoding."
    ) % {"file": _shown(file), "encoding": encoding_name(encoding)}


def _line(problem: Problem) -> str:
    """`file, row 3, url: why`"""
    place = [problem.file]
    if problem.row is not None:
        place.append(_("row %d") % problem.row)
    if problem.field:
        place.append(problem.field)
    return _shown(f"{', '.join(place)}: {problem.message}")


def _shown(told: Path | str) -> str:
    """What names of files and columns are part of, on one line."""
    return _BREAKS_LINES.sub(lambda found: ascii(found[0])[1:-1], str(told))
