"""The schema, and what it says of every address: the refusals that any may answer with."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response

ANYWHERE = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
TO_A_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
WHY = {
    HTTPStatus.BAD_REQUEST: "Filled in wrongly.",
    HTTPStatus.UNAUTHORIZED: "No sign-in, or a token that is not known.",
    HTTPStatus.FORBIDDEN: "You may not do this in this project.",
    HTTPStatus.NOT_FOUND: "There is nothing here, or it is not shown to you.",
    HTTPStatus.NOT_ACCEPTABLE: "The answer is JSON, which the request does not take.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not said to be JSON.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Others write for too long: send it again after `Retry-After`.",
}
JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}}
RETRY_AFTER = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}


class Schema(SpectacularJSONAPIView):
    """In English whoever asks: programs are made from it."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        with override(settings.LANGUAGE_CODE):
            answer: Response = super().get(request)  # type: ignore[no-untyped-call]  # it has no types
            return answer


def declare_refusals(result: dict[str, Any], **_settings: Any) -> dict[str, Any]:
    """Declare, for each operation, the refusals that it does not declare itself: those that any may
    answer with, and those that only a body or an answer in JSON can meet.
    """
    for operations in result["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            for status in _refusals(operation):
                responses.setdefault(str(status.value), _refusal(status))
    return result


def _refusals(operation: dict[str, Any]) -> list[HTTPStatus]:
    done = [
        operation["responses"][code] for code in ("200", "201") if code in operation["responses"]
    ]
    in_json = all(list(answer["content"]) == list(JSON) for answer in done)
    return [
        *ANYWHERE,
        *(TO_A_BODY if "requestBody" in operation else ()),
        *([HTTPStatus.NOT_ACCEPTABLE] if in_json else ()),
    ]


def _refusal(status: HTTPStatus) -> dict[str, Any]:
    refusal: dict[str, Any] = {"description": WHY[status], "content": JSON}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        refusal["headers"] = RETRY_AFTER
    return refusal
