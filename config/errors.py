"""The pages for what goes wrong before or outside a view; all are templates/error.html."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from annotate.errors import BUSY, RETRY_AFTER, is_contention
from annotate.web.unsent import Unsent, comes_from_here, kept, of_another_session


def page(request: HttpRequest | None, status: int, message: str) -> HttpResponse:
    """error.html with `message` (a sentence that says what to do next), answered as `status`."""
    answer = render_to_string("error.html", {"message": message}, request)
    return HttpResponse(answer, status=status)


def _keeping(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """The same, with what was typed."""
    unsent = _unsent(request)
    return kept(request, unsent, message, status) if unsent else page(request, status, message)


def _unsent(request: HttpRequest) -> Unsent | None:
    """Only of a page of ours: what another site sends, its reader did not write."""
    return Unsent.of(request) if comes_from_here(request) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(
        request, HTTPStatus.BAD_REQUEST, _("This request cannot be read. Go back and try again.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _keeping(
        request,
        HTTPStatus.FORBIDDEN,
        _("You may not do this. Ask a manager of the project if you should be able to."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer brings a token that holds, so that a script, or the author by a click, can send
    the same once more: whoever signs in has a new one; a page that was opened before, the old.
    """
    get_token(request)
    if unsent := _unsent(request):
        answer = of_another_session(request, unsent, HTTPStatus.FORBIDDEN)
    else:
        told = _(
            "This page was open too long or your browser sent no cookie. Reload it and try again."
        )
        answer = page(request, HTTPStatus.FORBIDDEN, told)
    answer["X-Refusal"] = "csrf"
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _keeping(
        request, HTTPStatus.NOT_FOUND, _("There is nothing here, or it is not shown to you.")
    )


class Busy:
    """Middleware: a request for whose writing the database found no time is told to come again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_contention(error):
            return None
        answer = _keeping(request, HTTPStatus.SERVICE_UNAVAILABLE, _(BUSY))
        answer.headers["Retry-After"] = RETRY_AFTER
        return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: its user may be what cannot be read."""
    return page(
        None,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Something went wrong here; what you saved before is kept. Try again in a moment."),
    )
