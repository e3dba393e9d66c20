"""Serves Isnad with granian: `python -m config.serve`, told by HOST, PORT, WORKERS and THREADS."""

import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from wsgiref.types import WSGIApplication

from django.db import connection
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from config.turns import Turns
from config.wsgi import application


def main() -> None:
    host = os.environ.get("HOST") or "127.0.0.1"
    port = number("PORT", 8000)
    if reason := refusal(host, port):
        sys.exit(f"Isnad cannot serve on {host}, port {port}: {reason}. Try another: PORT=8001")
    server = Server(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=number("WORKERS", 2),
        blocking_threads=number("THREADS", 4),
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    )
    os.register_at_fork(after_in_child=hear_one_order_to_stop)
    with own_foreground() as terminal:
        server.on_startup(Thread(target=announce, args=(host, port), daemon=True).start)
        if terminal is not None:
            server.on_startup(lambda: stop_with(terminal))
        server.serve(target_loader=loaded, wrap_loader=False)


def loaded() -> WSGIApplication:
    """The application, for a worker; loaded before the fork, so that each is up at once."""
    hear_one_order_to_stop()
    collect_seldom()
    return Turns(application) if connection.vendor == "sqlite" else application


def collect_seldom() -> None:
    """Leaves what is loaded out of the search for garbage, and searches after as many new objects
    as a few answers make; by default each answer is interrupted for it several times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def hear_one_order_to_stop() -> None:
    """Leaves a worker with granian's SIGTERM as the only order to stop.

    Ctrl-C reaches every process of the terminal, and a worker that is told twice may hang. Until a
    worker handles SIGTERM itself it would hand it to what it inherited, where it is lost.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def number(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        sys.exit(f"{name}={value} is not a number from 1 to 65535.")
    return int(value)


def refusal(host: str, port: int) -> str | None:
    """Why the address cannot be served on, or None; granian would share a port that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)
    return None


def announce(host: str, port: int) -> None:
    """Prints the address as soon as it answers; granian listens only once a worker is up."""
    while not answers(host, port):
        time.sleep(0.05)  # granian tells nobody when it listens
    shown = f"[{host}]" if ":" in host else host
    os.write(1, f"\nIsnad: http://{shown}:{port}/  (Ctrl-C stops it)\n".encode())


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def stop_with(terminal: int) -> None:
    """Stops this process once the terminal is closed.

    The hangup is watched for, because its signal does not reach every foreground, and because
    granian takes that signal for the wish to reload.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    closed = select.poll()
    closed.register(terminal, 0)  # no event but the hangup

    def wait() -> None:
        closed.poll()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, daemon=True).start()


@contextmanager
def own_foreground() -> Iterator[int | None]:
    """Takes the terminal's foreground, so that Ctrl-C stops the server and not the `make` above it.

    make answers an interrupt with an error of its own, however well its recipe ended.
    Yields the terminal, or None where there is no foreground to take.
    """
    caller = os.getpgrp()
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        yield None
        return
    if os.getpid() == caller or os.tcgetpgrp(terminal) != caller:
        yield None
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else giving the terminal back would stop us
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # no shell would be there to wake us up
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield terminal
    finally:
        with suppress(OSError):
            os.tcsetpgrp(terminal, caller)


if __name__ == "__main__":
    main()
