"""How answers travel: compressed where the browser takes that (docs/adr/0006)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedAnswers(GZipMiddleware):
    """Pages, fragments and JSON are compressed; a released file is sent as it was written."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)
