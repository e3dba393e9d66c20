"""How the threads of a process share it (docs/adr/0013)."""

from collections.abc import Iterable
from threading import Condition
from time import monotonic
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PATIENCE = 0.05  # seconds; most answers take a fifth of it


class Turns:
    """An application whose short answers are made one after the other.

    Only one thread runs Python at a time. Where several want to, they take it from one another at
    each statement of the database, and all of them are later than the last one would have been.
    That holds for SQLite, which works in this process; for another database one would wait. An
    answer that takes longer than `patience`, such as a release's, goes on beside the others.
    """

    def __init__(self, application: WSGIApplication, patience: float = PATIENCE) -> None:
        self._application = application
        self._patience = patience
        self._free = Condition()
        self._turn = 0.0  # when the answer began that is made now

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        turn = self._begin()
        try:
            return self._application(environ, start)
        finally:
            self._end(turn)

    def _begin(self) -> float:
        with self._free:
            while self._turn and (left := self._turn + self._patience - monotonic()) > 0:
                self._free.wait(left)
            self._turn = turn = monotonic()
        return turn

    def _end(self, turn: float) -> None:
        with self._free:
            if self._turn == turn:  # else it took too long, and another has begun
                self._turn = 0.0
                self._free.notify()
