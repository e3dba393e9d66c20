"""`manage.py import_articles`: what goes in, what is refused, and how that is told."""

import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from annotate.exchange.articles import COLUMNS
from annotate.models import Article, Project, Sentence

REAL = Path(__file__).parents[2] / "shared/data/articles"
ARABIC = "قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر.\r\nونفى مسؤول ذلك 🚩.\r\n"

pytestmark = pytest.mark.usefixtures("project")


def run(*args: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_articles", *map(str, args), project="sahel", stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles in order, a row with two faults, a file that is no text, and one that is none
    of ours.
    """
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.txt").write_bytes(ARABIC.encode("cp1256", "ignore"))
    (tmp_path / "a.csv").write_text(
        "title,url,published,text\nOne,,2024-10,The first of the two texts that are here.\n"
        "Two,ftp://x,yesterday,The second.\nThree,,,The third of the texts that stand in it.\n"
    )
    (tmp_path / "c.txt").write_bytes(b"caf\xe9 \x81")
    (tmp_path / "notes.docx").write_bytes(b"PK")
    return tmp_path


def test_refusals_name_file_row_field_and_reason_and_the_rest_goes_in(folder: Path) -> None:
    code, out, err = run(folder)

    assert (code, out) == (1, "3 articles taken in, 4 sentences, 0 there already, 3 refused.\n")
    assert err.splitlines() == [
        f"{folder}/notes.docx: skipped, no .txt, .csv or .jsonl file",
        f"{folder}/deep/b.txt: read as Windows-1256, which is a guess. "
        "If the text looks wrong, name its encoding with --encoding.",
        f"{folder}/a.csv, row 3, url: This is not an address that begins with http:// or https://.",
        f"{folder}/a.csv, row 3, published: “yesterday” is not a date. "
        "Write YYYY-MM-DD, YYYY-MM or YYYY.",
        f"{folder}/c.txt: Byte 4 (0xE9) cannot be read as UTF-8. "
        "Save the file as UTF-8 or name its encoding.",
    ]


@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--strict"]])
def test_an_encoding_that_was_guessed_is_told_once_a_file(
    tmp_path: Path, options: list[str]
) -> None:
    rows = [f'"{n} {ARABIC.partition("🚩")[0]}"\n' for n in range(2)]
    (tmp_path / "a.csv").write_bytes("".join(["text\n", *rows]).encode("cp1256"))
    (tmp_path / "b.txt").write_text(ARABIC)
    code, _out, err = run(tmp_path, *options)
    assert (code, err) == (
        0,
        f"{tmp_path}/a.csv: read as Windows-1256, which is a guess. "
        "If the text looks wrong, name its encoding with --encoding.\n",
    )
    assert run(tmp_path / "a.csv", "--encoding", "cp1256")[2] == ""


def test_a_text_is_stored_as_it_was_decoded(folder: Path) -> None:
    run(folder / "deep")
    assert Article.objects.get().text == ARABIC.replace("🚩", "")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--strict"], "Nothing is taken in (--strict): 3 were refused.\n"),
        (
            ["--dry-run"],
            "Dry run, nothing is stored: "
            "3 articles taken in, 4 sentences, 0 there already, 3 refused.\n",
        ),
    ],
)
def test_strict_and_dry_runs_store_nothing(folder: Path, options: list[str], told: str) -> None:
    assert run(folder, *options)[:2] == (1, told)
    assert not Article.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_saves_during_a_dry_run_does_not_wait(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    (tmp_path / "a.txt").write_text(f"---\npublisher: RFI\n---\n{ARABIC}")
    with django_assert_max_num_queries(20) as asked:
        assert run(tmp_path, "--dry-run")[0] == 0
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}


def test_only_regular_files_are_read_and_folders_by_whatever_name(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "a.txt").write_text(ARABIC)
    (tmp_path / "b.txt").symlink_to(tmp_path / "folder.txt" / "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    code, out, err = run(tmp_path)
    assert (code, out) == (1, "1 article taken in, 2 sentences, 1 there already, 2 refused.\n")
    assert err.splitlines() == [
        f"{tmp_path}/gone.txt: No such file or directory",
        f"{tmp_path}/pipe.txt: This is no file but a pipe or a device, and it is not read.",
    ]


@pytest.mark.parametrize("options", [[], ["--strict"]])
def test_a_link_to_a_folder_is_told_and_not_followed(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "a.txt").write_text(ARABIC)
    (tmp_path / "loop").symlink_to(tmp_path)
    code, _out, err = run(tmp_path, *options)
    told = f"{tmp_path}/loop: A link to a folder is not followed: name the folder itself.\n"
    assert (code, err) == (1, told)
    assert Article.objects.count() == (0 if options else 1)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that whoever runs the test may not look into, in one that is open."""
    user = os.geteuid()
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a.txt").write_text(ARABIC)
        (folder / "closed").mkdir(mode=0)
        (folder / "listed").mkdir()
        (folder / "listed" / "b.txt").write_text(ARABIC)
        (folder / "listed").chmod(0o744 if user == 0 else 0o444)
        if user == 0:  # who may read everything
            os.seteuid(65534)
        yield folder
        os.seteuid(user)
        for each in ("closed", "listed"):
            (folder / each).chmod(0o755)


def test_what_may_not_be_read_is_told_and_keeps_no_other_out(closed: Path) -> None:
    code, out, err = run(closed, closed / "closed" / "c.txt", "--dry-run")
    assert code == 1
    assert "1 article taken in, 2 sentences, 0 there already, 3 refused." in out
    assert err.splitlines() == [
        f"{closed}/closed: Permission denied",
        f"{closed}/closed/c.txt: Permission denied",
        f"{closed}/listed/b.txt: Permission denied",
    ]
    assert run(closed, "--dry-run", "--strict")[0] == 1


def test_a_name_that_breaks_lines_does_not_break_that_of_its_refusal(tmp_path: Path) -> None:
    for name in ("a\nb.txt", "c\u2028\x1b[31m.docx", "نص\u200f.txt"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "t.csv").write_text('text,"a\nb"\n')
    assert run(tmp_path)[2].split("\n") == [
        f"{tmp_path}/c\\u2028\\x1b[31m.docx: skipped, no .txt, .csv or .jsonl file",
        f"{tmp_path}/a\\nb.txt, text: The text is empty.",
        f"{tmp_path}/t.csv, row 1, a\\nb: “a\\nb” is not read here. What is read is called: "
        f"{', '.join(COLUMNS)}.",
        f"{tmp_path}/نص\u200f.txt, text: The text is empty.",
        "",
    ]


def test_an_encoding_may_have_a_byte_order_mark_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARABIC, encoding="utf-8-sig", newline="")
    assert run(tmp_path, "--encoding", "utf-8-sig")[0] == 0
    assert Article.objects.get().text == ARABIC


def test_a_fault_in_the_head_of_a_text_is_told_with_its_line_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("---\ntitle: a\nkeywords: b\n---\ntext")
    _code, out, err = run(tmp_path, "--strict")
    assert out == "Nothing is taken in (--strict): 1 was refused.\n"
    assert err.startswith(f"{tmp_path}/a.txt: Line 3: “keywords” is not a key of the head.")


def test_a_language_that_is_not_certain_is_refused_by_file(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("123 456")
    code, _out, err = run(tmp_path)
    assert code == 1
    assert err == (
        f"{tmp_path}/short.txt, language: "
        "The language of this text is not certain: say which it is.\n"
    )


def test_what_the_line_says_fills_only_what_a_file_leaves_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"text": "123", "language": "fr"}\n{"text": "456", "publisher": "RFI"}\n'
    )
    run(tmp_path, "--language", "ar", "--publisher", "Madar")
    articles = Article.objects.order_by("position")
    assert [(a.language, str(a.publisher)) for a in articles] == [("fr", "Madar"), ("ar", "RFI")]


def test_importing_again_changes_nothing(folder: Path) -> None:
    run(folder)
    before = list(Article.objects.order_by("id").values())
    _code, out, _err = run(folder)
    assert out == "0 articles taken in, 0 sentences, 3 there already, 3 refused.\n"
    assert list(Article.objects.order_by("id").values()) == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--by", "ada"], "by a manager of the project"),
        (["--by", "nobody"], "by a manager of the project"),
        (["--language", "english text"], "--language: This is not a language tag"),
        (["--publisher", "A > B"], "--publisher: A source’s name may not contain “>”: A > B"),
        (["missing.txt"], "no file or folder missing.txt"),
        ([f"{__file__}/x"], "no file or folder"),
        (["--encoding", "nope"], "--encoding: The encoding “nope” is not known. Known are: utf-8,"),
    ],
)
def test_what_the_line_gets_wrong_is_said_before_anything_is_read(
    folder: Path, ada: User, options: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        run(folder, *options)
    assert not Article.objects.exists()


def test_an_unknown_project_is_answered_with_the_known_ones(folder: Path, dan: User) -> None:
    with pytest.raises(CommandError, match="Known are: ports, sahel"):
        call_command("import_articles", str(folder), project="mali")


def test_articles_are_taken_in_by_the_named_manager(folder: Path, project: Project) -> None:
    run(folder, "--by", "cora")
    assert {article.created_by.username for article in project.articles.all()} == {"cora"}


@pytest.mark.skipif(not REAL.is_dir(), reason="the five real articles are not here")
def test_five_real_articles_give_about_88_sentences() -> None:
    assert run(REAL)[0] == 0
    assert Article.objects.count() == 5
    assert 84 <= Sentence.objects.count() <= 92
