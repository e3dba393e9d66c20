"""A project of one's own, from the shell."""

import io

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from annotate.models import Guidelines, Project


def start(*arguments: str) -> str:
    out = io.StringIO()
    call_command("start_project", *arguments, stdout=out)
    return out.getvalue()


def test_a_project_starts_with_its_codebook_and_manager(cora: User) -> None:
    told = start("desk", "--name", "News desk", "--manager", "cora", "--languages", "ar, fr")
    project = Project.objects.get(slug="desk")
    assert told == "Project “News desk” is there, at /p/desk/.\n"
    assert (project.languages, project.annotators_per_article) == (["ar", "fr"], 2)
    assert project.memberships.get().user == cora
    assert project.codebook is not None
    assert project.sources.count() == 2


@pytest.mark.parametrize(
    ("languages", "guide"),
    [
        ("", "annotating.md"),
        ("ar, fr", "annotating.ar.md"),
        ("ru, fr-CA, ar", "annotating.fr.md"),
        ("en, ar", "annotating.md"),
        ("ru", "annotating.md"),
    ],
)
def test_the_guideline_is_in_the_first_of_the_languages_that_has_one(
    cora: User, languages: str, guide: str
) -> None:
    start("desk", "--name", "News desk", "--manager", "cora", "--languages", languages)
    text = (settings.BASE_DIR / "docs" / guide).read_text(encoding="utf-8")
    assert Guidelines.objects.get(project__slug="desk").text == text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["desk", "--manager", "nobody"], "nobody called nobody"),
        (["a desk", "--manager", "cora"], "is no slug"),
        (["desk", "--manager", "cora", "--codebook", "missing.json"], "cannot be read"),
        (["desk", "--manager", "cora", "--codebook", "README.md"], "is not JSON"),
        (["desk", "--manager", "cora", "--guidelines", "missing.md"], "cannot be read"),
        (["desk", "--manager", "cora", "--guidelines", "docs/workbench.png"], "cannot be read"),
        (["desk", "--manager", "cora", "--annotators", "0"], "at least one"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_there(
    arguments: list[str], words: str, cora: User
) -> None:
    with pytest.raises(CommandError, match=words):
        start(*arguments, "--name", "News desk")
    assert not Project.objects.exists()


def test_a_slug_is_taken_once(project: Project) -> None:
    with pytest.raises(CommandError, match="already a project"):
        start("sahel", "--name", "Again", "--manager", "cora")
