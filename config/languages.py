"""Which language an answer speaks."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate

ASKED = "X-Language"
"""The header in which a script tells the language of its page."""


class LanguageOfThePage(LocaleMiddleware):
    """An answer to a script speaks the language of the page that shows it, though another may have
    been chosen in another tab meanwhile; a page, the one that was chosen, or the browser's.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        asked = request.headers.get(ASKED)
        if asked in dict(settings.LANGUAGES):
            activate(asked)
            request.LANGUAGE_CODE = asked

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        patch_vary_headers(response, [ASKED])
        return super().process_response(request, response)
