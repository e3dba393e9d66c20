"""`manage.py export_release --project SLUG --release V --format F --output FILE`: its bytes."""

import shutil
import sys
from argparse import ArgumentParser
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ...errors import WorkflowError
from ...formats import FORMATS
from ...models import Project, Release
from ...workflow.releasing import open_release_file

STANDARD_OUTPUT = Path("-")


class Command(BaseCommand):
    help = "Copies a file of a published release: the very bytes that were published."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--release", required=True, metavar="VERSION")
        parser.add_argument("--format", required=True, choices=list(FORMATS))
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE", help="- is standard output"
        )
        parser.add_argument("--force", action="store_true", help="overwrite FILE")

    def handle(self, *, output: Path, force: bool, **options: Any) -> None:
        release = _release(options["project"], options["release"])
        name = FORMATS[options["format"]].name(release.project.slug, release.version)
        size = _copy(release, name, output, force=force)
        told = self.stderr if output == STANDARD_OUTPUT else self.stdout
        told.write(
            _("%(output)s: %(name)s of release %(version)s, %(size)d bytes.")
            % {"output": output, "name": name, "version": release.version, "size": size}
        )


def _release(slug: str, version: str) -> Release:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(
            _("There is no project %(slug)s. Known are: %(known)s.")
            % {"slug": slug, "known": _listed(Project.objects.order_by("slug"), "slug")}
        )
    release = project.releases.select_related("project").filter(version=version).first()
    if release is None:
        raise CommandError(
            _("Project %(slug)s has no release %(version)s. Published are: %(known)s.")
            % {
                "slug": slug,
                "version": version,
                "known": _listed(project.releases.order_by("created_at"), "version"),
            }
        )
    return release


def _listed(rows: Any, field: str) -> str:
    return ", ".join(rows.values_list(field, flat=True)) or "—"


def _copy(release: Release, name: str, output: Path, *, force: bool) -> int:
    """Copy the published bytes and return how many they are."""
    try:
        with (
            open_release_file(release=release, name=name) as published,
            _opened(output, force=force) as copy,
        ):
            shutil.copyfileobj(published, copy)
            return published.tell()
    except WorkflowError as error:
        raise CommandError(error.message) from error
    except FileExistsError as error:
        raise CommandError(
            _("%s is there already. Choose another name, or overwrite it with --force.") % output
        ) from error
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from error


def _opened(output: Path, *, force: bool) -> AbstractContextManager[IO[bytes]]:
    if output == STANDARD_OUTPUT:
        return nullcontext(sys.stdout.buffer)
    return output.open("wb" if force else "xb")
