"""`make bench` in little: its table has every row, and nothing was lost, doubled or refused."""

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).with_name("run.py")
ROWS = [
    "save a claim",
    "workbench, 60 sentences",
    "next of 400, new",
    "next of 2,000, new",
    "next of 400, 90 % ahead",
    "next of 2,000, 90 % ahead",
    "review queue, 400 open",
    "review item, 400 open",
    "8 people save at once",
    "32 people save at once",
    "agreement of 200 articles",
]


def test_the_bench_prints_its_rows_and_finds_nothing_wrong() -> None:
    done = subprocess.run(
        [sys.executable, RUN, "--quick"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [line.strip("|").split("|") for line in done.stdout.splitlines() if "|" in line]
    assert [row[0].strip() for row in rows[2:]] == ROWS
