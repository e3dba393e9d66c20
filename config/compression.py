"""How answers travel: compressed where the browser takes that (docs/adr/0006)."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

ONE_PACKET = 1_200  # bytes; beside its headers so much travels at once, compressed or not


class CompressedAnswers(GZipMiddleware):
    """Pages, fragments and JSON are compressed, unless they are short; a released file is sent as
    it was written.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and len(response.content) > ONE_PACKET:
            return super().process_response(request, response)
        return response
