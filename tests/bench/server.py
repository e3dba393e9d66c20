"""The product's own server, `config.serve`, on a free port of this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from time import monotonic, sleep

PATIENCE = 30


@contextmanager
def served(database: str) -> Iterator[int]:
    """Serve this database as `make run` would; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "config.serve"],
        env=os.environ | {"HOST": "", "PORT": str(port), "BENCH_DATABASE": database},
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # else it would take the terminal, and Ctrl-C with it
    )
    try:
        _wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    until = monotonic() + PATIENCE
    while server.poll() is None and monotonic() < until:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/sign-in/")
            if connection.getresponse().status == 200:
                return
        except ConnectionError:
            sleep(0.05)
    raise RuntimeError("The server did not answer.")
