"""Another connection that writes, or that does not let others write, while a test goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet

T = TypeVar("T")
IMPATIENT = {"sqlite": "PRAGMA busy_timeout = 0", "postgresql": "SET lock_timeout = '10ms'"}


def be_impatient() -> None:
    """From now on this thread's connection gives up at once where others write."""
    with connection.cursor() as cursor:
        cursor.execute(IMPATIENT[connection.vendor])


def be_patient() -> None:
    """End that: a pool would hand the connection on as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    connection.close()


def elsewhere(call: Callable[[], T]) -> T:
    """What the call answers over a connection of its own, which does not wait."""

    def run() -> T:
        try:
            be_impatient()
            return call()
        finally:
            be_patient()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


@contextmanager
def held_by_others(rows: QuerySet[Any]) -> Iterator[None]:
    """Somebody else is in the middle of changing these rows."""
    holding, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                list(rows.select_for_update())
                holding.set()
                done.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        held = thread.submit(hold)
        holding.wait(timeout=30)
        try:
            yield
        finally:
            done.set()
            held.result()
