"""The bound on a whole request; Django bounds its parts, but not the sum of uploaded files."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from config import errors

Handler = Callable[[HttpRequest], HttpResponse]


def refuse_large_bodies(get_response: Handler) -> Handler:
    """Answers 413 to a request that announces more than `MAX_BODY_BYTES` bytes, before it is read.

    A request that announces no length has no body for WSGI, so it cannot get past this.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) > settings.MAX_BODY_BYTES:
            return errors.page(
                request, 413, _("This is too much for one upload. Send fewer files at a time.")
            )
        return get_response(request)

    return handle
