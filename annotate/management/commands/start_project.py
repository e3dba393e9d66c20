"""`manage.py start_project SLUG --name NAME --manager USERNAME`: a project of one's own."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.forms import ValidationError
from django.utils.translation import gettext as _

from ...errors import WorkflowError
from ...workflow.projects import start_project

DOCS = settings.BASE_DIR / "docs"


class Command(BaseCommand):
    help = "Starts a project with its codebook; people are taken in on its page People."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its name in addresses, such as sahel")
        parser.add_argument("--name", required=True, help="its name on the pages")
        parser.add_argument("--manager", required=True, metavar="USERNAME")
        parser.add_argument("--languages", default="", help="such as ar,fr,en")
        parser.add_argument("--annotators", type=int, default=2, help="how many read an article")
        parser.add_argument(
            "--codebook",
            type=Path,
            default=settings.BASE_DIR / "seeds" / "codebook.json",
            help="a JSON file; without it, the default codebook",
        )
        parser.add_argument(
            "--guidelines",
            type=Path,
            help="a Markdown file; without it, docs/annotating.md in the first of the languages in "
            "which there is one",
        )

    def handle(self, *, slug: str, name: str, annotators: int, **options: Any) -> str:
        languages = [tag.strip() for tag in options["languages"].split(",") if tag.strip()]
        try:
            validate_slug(slug)
            content = json.loads(_text(options["codebook"]))
            project = start_project(
                by=_user(options["manager"]),
                name=name,
                slug=slug,
                codebook=content,
                languages=languages,
                guidelines=_text(options["guidelines"] or _guideline_in(languages)),
                annotators_per_article=annotators,
            )
        except WorkflowError as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError(_("“%s” is no slug: letters, digits, - and _.") % slug) from error
        except ValueError as error:
            raise CommandError(_("The codebook is not JSON: %s") % error) from error
        return _("Project “%(name)s” is there, at /p/%(slug)s/.") % {
            "name": project.name,
            "slug": project.slug,
        }


def _guideline_in(languages: Iterable[str]) -> Path:
    """The guideline in the first of these languages in which there is one, else in English."""
    guidelines = {"en": DOCS / "annotating.md"}
    for path in DOCS.glob("annotating.*.md"):
        guidelines[path.suffixes[0].removeprefix(".")] = path
    known = (guidelines.get(tag.lower().partition("-")[0]) for tag in languages)
    return next(filter(None, known), guidelines["en"])


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            _("%(file)s cannot be read: %(error)s") % {"file": path, "error": error}
        ) from error


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(
            _("There is nobody called %s: make them in the admin, or with createsuperuser.")
            % username
        )
    return user
