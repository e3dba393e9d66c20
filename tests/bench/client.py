"""What a browser is to the server: a connection that stays open, a session, forms that are sent.

Only the standard library, so that the processes of `crowd` start at once and cost little.
"""

from http.client import HTTPConnection
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlencode

SECRET = "b" * 32  # any 32 letters: what counts is that cookie and header agree


Fields = dict[str, str]


class Sent(NamedTuple):
    """A request: of a page, or of a form with its fields."""

    path: str
    fields: Fields | None = None


class Answer(NamedTuple):
    """What came back, after how many seconds, and where it sends the browser to, if anywhere."""

    status: int
    location: str
    seconds: float


class Browser:
    """One person's connection; `session` is the key of a session that is signed in, if any."""

    def __init__(self, port: int, session: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {
            "Cookie": f"sessionid={session}; csrftoken={SECRET}",
            "X-CSRFToken": SECRET,
            "Accept-Encoding": "gzip",
        }

    def send(self, sent: Sent) -> Answer:
        method, headers, body = "GET", self._headers, b""
        if sent.fields is not None:
            method, body = "POST", urlencode(sent.fields).encode()
            headers = {
                **headers,
                "Content-Type": "application/x-www-form-urlencoded",
                "HX-Request": "true",
            }
        begun = perf_counter()
        self._connection.request(method, sent.path, body, headers)
        response = self._connection.getresponse()
        response.read()
        seconds = perf_counter() - begun
        return Answer(response.status, response.headers.get("Location", ""), seconds)
