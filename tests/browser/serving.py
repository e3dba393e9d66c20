"""The product's own server in a process of its own, on the test's database."""

import os
import socket
import subprocess
import sys
from signal import SIGKILL
from urllib.parse import urlsplit

from django.db import connection


class Server:
    """`config.serve` with these settings, which can be killed and started again."""

    def __init__(self, settings: str = "tests.settings") -> None:
        self.settings = settings
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.serve"],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": self.settings,
                "DATABASE_URL": database_url(),
                "PORT": str(self.port),
                "WORKERS": "1",
            },
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self.process.stdout
        assert next(line for line in self.process.stdout if self.url.encode() in line)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, SIGKILL)
            self.process.communicate()


def database_url() -> str:
    name = str(connection.settings_dict["NAME"])
    given = os.environ.get("DATABASE_URL", "")
    return urlsplit(given)._replace(path=f"/{name}").geturl() if given else f"sqlite:///{name}"
