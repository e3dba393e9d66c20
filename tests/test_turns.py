"""How the threads of a process share it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from config.turns import Turns


def start(_status: str, _headers: Any, _error: Any = None, /) -> Callable[[bytes], object]:
    """Nobody reads here what is answered."""
    return len


def test_short_answers_are_made_one_after_the_other() -> None:
    alone = Lock()
    met: list[bool] = []

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        met.append(not alone.acquire(blocking=False))
        sum(range(20_000))  # long enough for another thread to come in, if it may
        alone.release()
        return [b""]

    turns = Turns(application, patience=600)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: turns({}, start), range(400)))
    assert met == [False] * 400


def test_a_long_answer_does_not_hold_up_the_others() -> None:
    begun, released = Event(), Event()

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["long"]:
            begun.set()
            assert released.wait(10)
        return [b"short"]

    turns = Turns(application, patience=0.001)
    with ThreadPoolExecutor(1) as thread:
        long = thread.submit(turns, {"long": True}, start)
        begun.wait(10)
        assert [turns({"long": False}, start) for _ in range(3)] == [[b"short"]] * 3
        assert not long.done()
        released.set()
    assert long.result() == [b"short"]


def test_an_answer_that_fails_ends_its_turn() -> None:
    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        raise ValueError(environ["said"])

    turns = Turns(application, patience=600)
    with ThreadPoolExecutor(2) as threads:
        tried = [threads.submit(turns, {"said": number}, start) for number in range(4)]
    assert [str(each.exception()) for each in tried] == ["0", "1", "2", "3"]
