"""Every refusal of the API as one shape: `code` for machines, `message` for people, and details."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from ..errors import BUSY, RETRY_AFTER, Refusal, WorkflowError, is_contention
from .strict import TooLarge, printable

STATUS = {
    Refusal.STALE: HTTPStatus.CONFLICT,
    Refusal.CLOSED: HTTPStatus.CONFLICT,
    Refusal.GONE: HTTPStatus.CONFLICT,
    Refusal.INVALID: HTTPStatus.BAD_REQUEST,
    Refusal.REUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
}
CODES = {
    HTTPStatus.BAD_REQUEST: "invalid",
    HTTPStatus.UNAUTHORIZED: "signed_out",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception of a view: `{code, message, …}`; None passes a fault of ours on.

    A refusal of the workflow carries its details (`field`, `stored`, …); a body that breaks the
    schema carries the first `field` and all `faults`, each with `field` and `message`.
    """
    if isinstance(error, WorkflowError):
        body = {**error.details, "code": error.code, "message": error.message}
        return Response(body, status=STATUS[error.code])
    if is_contention(error):
        return Response(
            {"code": "busy", "message": _(BUSY)},
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": RETRY_AFTER},
        )
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        faults = list(_faults(error.detail))
        response.data = {"code": "invalid", **faults[0], "faults": faults}
    else:
        status = HTTPStatus(response.status_code)
        response.data = {"code": CODES[status], "message": _message(status, response)}
    return response


def _message(status: HTTPStatus, response: Response) -> str:
    if status == HTTPStatus.NOT_FOUND:
        return _("There is nothing here, or it is not shown to you.")
    return str(response.data["detail"])


def _faults(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """The errors of a serializer, nested as its fields are, as `annotations.0.spans` and a
    sentence.
    """
    if isinstance(detail, dict):
        for key, inner in detail.items():
            own = path if key == "non_field_errors" else f"{path}.{key}".strip(".")
            yield from _faults(inner, own)
    elif isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        for number, inner in enumerate(detail):
            yield from _faults(inner, f"{path}.{number}".strip("."))
    else:
        for message in detail if isinstance(detail, list) else [detail]:
            yield {"field": printable(path), "message": printable(str(message))}
