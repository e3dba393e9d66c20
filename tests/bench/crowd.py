"""Many people at once: two processes of threads, each thread a person who sends one request after
the other.

Run as a program it is one of the processes. It reads from standard input, as JSON, the port and for
each person the key of the session and what is sent; says `ready` when all are connected, begins at
the next line, and then writes, as JSON, when it began and ended and each person's answers.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import NamedTuple

from tests.bench.client import Answer, Browser, Sent

PROCESSES = 2
WARM_UP = Sent("/floor/read/")


class Person(NamedTuple):
    session: str
    requests: list[Sent]


class Told(NamedTuple):
    """How long it took from the first request to the last answer, and what each was answered."""

    seconds: float
    answers: list[list[Answer]]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(map(len, self.answers)) / self.seconds


def together(rounds: Sequence[Told]) -> Told:
    """The rounds of the same people as one."""
    answers = [
        [answer for part in each for answer in part]
        for each in zip(*(it.answers for it in rounds), strict=True)
    ]
    return Told(sum(each.seconds for each in rounds), answers)


def act(port: int, people: Sequence[Person]) -> Told:
    """Let all of them begin at once; answers are in the order of the people."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.crowd"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for place, process in enumerate(processes):
        hear(process, json.dumps([port, people[place::PROCESSES]]))
    for process in processes:
        read(process)
    for process in processes:
        hear(process, "go")
    answers: list[list[Answer]] = [[] for _ in people]
    begins, ends = [], []
    for place, process in enumerate(processes):
        begun, ended, told = json.loads(read(process))
        answers[place::PROCESSES] = [[Answer(*answer) for answer in each] for each in told]
        begins.append(begun)
        ends.append(ended)
        process.communicate()
    return Told(max(ends) - min(begins), answers)


def hear(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line: str = process.stdout.readline()
    return line


def main() -> None:
    port, people = json.loads(sys.stdin.readline())
    browsers = [Browser(port, session) for session, _sent in people]
    requests = [[Sent(path, fields) for path, fields in sent] for _session, sent in people]
    for browser in browsers:
        browser.send(WARM_UP)
    say("ready")
    sys.stdin.readline()
    begun = monotonic()
    with ThreadPoolExecutor(len(browsers)) as threads:
        answers = list(threads.map(work, browsers, requests))
    say(json.dumps([begun, monotonic(), answers]))


def work(browser: Browser, requests: list[Sent]) -> list[Answer]:
    return [browser.send(sent) for sent in requests]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
