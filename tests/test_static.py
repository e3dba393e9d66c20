"""The scripts stay small enough to be read: plain modules, one concern each."""

from pathlib import Path

from django.conf import settings

SCRIPTS = settings.BASE_DIR / "annotate" / "static" / "annotate"
WORKBENCH = ("keymap", "outbox", "pieces", "spans", "workbench")
ALL_OF_IT = 1300
ELSEWHERE = 250


def lines(script: Path) -> int:
    return len(script.read_text().splitlines())


def test_the_modules_of_the_workbench_stay_small_together() -> None:
    assert sum(lines(SCRIPTS / f"{name}.js") for name in WORKBENCH) <= ALL_OF_IT


def test_no_other_script_is_longer_than_can_be_read_at_once() -> None:
    others = {each: lines(each) for each in SCRIPTS.glob("*.js") if each.stem not in WORKBENCH}
    assert {each.name: count for each, count in others.items() if count > ELSEWHERE} == {}
