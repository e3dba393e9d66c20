"""Serves Isnad with granian: `python -m config.serve`, told by HOST, PORT, WORKERS and THREADS."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from django.core.handlers.wsgi import WSGIHandler
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

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
    with own_foreground() as alone:
        server.on_startup(Thread(target=announce, args=(host, port), daemon=True).start)
        if alone:  # granian takes the closing of a terminal for the wish to reload
            server.on_startup(lambda: on_hangup(server.signal_handler_interrupt))
        server.serve(target_loader=loaded, wrap_loader=False)


def loaded() -> WSGIHandler:
    """The application, for a worker: loaded before the fork, so that none is deaf while it loads.

    Ctrl-C reaches every process of the terminal. A worker that hears both it and the order to stop
    that follows from granian may hang, so it hears the order alone.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    return application


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
        time.sleep(0.05)
    shown = f"[{host}]" if ":" in host else host
    os.write(1, f"\nIsnad: http://{shown}:{port}/  (Ctrl-C stops it)\n".encode())


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def on_hangup(handler: Callable[..., None]) -> None:
    signal.signal(signal.SIGHUP, handler)


@contextmanager
def own_foreground() -> Iterator[bool]:
    """Takes the terminal's foreground, so that Ctrl-C stops the server and not the `make` above it.

    make answers an interrupt with an error of its own, however well its recipe ended.
    Yields whether there was a foreground to take.
    """
    caller = os.getpgrp()
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        yield False
        return
    if os.getpid() == caller or os.tcgetpgrp(terminal) != caller:
        yield False
        return
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else giving the terminal back would stop us
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # no shell would be there to wake us up
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    try:
        yield True
    finally:
        with suppress(OSError):
            os.tcsetpgrp(terminal, caller)


if __name__ == "__main__":
    main()
