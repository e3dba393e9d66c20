"""`manage.py export_release`: the published bytes in a file, or why not."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from annotate.formats import FORMATS
from annotate.models import Article, Release
from annotate.workflow.releasing import publish_release, release_folder
from tests.builders import give, hand_in, words

pytestmark = pytest.mark.usefixtures("data_dir")


@pytest.fixture
def release(article: Article, ada: User, ben: User, cora: User) -> Release:
    give(article, ada, ben)
    for reader in (ada, ben):
        hand_in(article, reader, words(article, "مسؤول في باماكو"))
    return publish_release(project=article.project, by=cora, version="1.0.0")


def export(
    output: Path, *more: str, kind: str = "csv", project: str = "sahel", release: str = "1.0.0"
) -> str:
    told = io.StringIO()
    where = ("--project", project, "--release", release, "--format", kind, "--output", str(output))
    call_command("export_release", *where, *more, stdout=told)
    return told.getvalue()


@pytest.mark.parametrize("kind", list(FORMATS))
def test_each_format_gives_the_published_bytes(release: Release, tmp_path: Path, kind: str) -> None:
    name = FORMATS[kind].name("sahel", "1.0.0")
    told = export(tmp_path / "out", kind=kind)
    assert (tmp_path / "out").read_bytes() == (release_folder(release) / name).read_bytes()
    size = (tmp_path / "out").stat().st_size
    assert told == f"{tmp_path / 'out'}: {name} of release 1.0.0, {size} bytes.\n"


def test_standard_output_is_given_the_bytes_alone(
    release: Release, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    told = export(Path("-"), kind="zip")
    published = release_folder(release) / FORMATS["zip"].name("sahel", "1.0.0")
    out, err = capsysbinary.readouterr()
    assert (out, told) == (published.read_bytes(), "")
    assert err.startswith(b"-: sahel-1.0.0.zip of release 1.0.0, ")
    assert not Path("-").exists()


def test_a_file_that_is_there_is_overwritten_only_by_force(
    release: Release, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(CommandError, match="--force"):
        export(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"
    export(tmp_path / "out", "--force")
    assert (tmp_path / "out").read_text().startswith("release,")


@pytest.mark.parametrize(
    ("slug", "version", "said"),
    [
        ("sahel", "2.0.0", "Project sahel has no release 2.0.0. Published are: 1.0.0."),
        ("nothing", "1.0.0", "There is no project nothing. Known are: sahel."),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    release: Release, tmp_path: Path, slug: str, version: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        export(tmp_path / "out", project=slug, release=version)
    assert not (tmp_path / "out").exists()


def test_an_altered_file_is_refused_and_nothing_is_overwritten(
    release: Release, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    (release_folder(release) / "annotations.csv").write_text("other")
    with pytest.raises(CommandError, match="not the one that was published"):
        export(tmp_path / "out", "--force")
    assert (tmp_path / "out").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_said(release: Release, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        export(tmp_path / "no" / "such" / "folder")
