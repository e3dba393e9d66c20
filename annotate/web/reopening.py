"""Where a page can be opened again: not at the address of a form, which takes what is sent only."""

from __future__ import annotations

from inspect import getclosurevars
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse


def address_to_reopen(request: HttpRequest) -> str:
    """The address of this page; for the answer to a form that of the page with the form, and where
    that was such an answer too, the desk.
    """
    if request.method != "POST":
        return request.get_full_path()
    sent_from = urlsplit(request.headers.get("Referer", ""))
    if sent_from.netloc == request.get_host() and _can_be_opened(sent_from.path):
        return sent_from._replace(scheme="", netloc="", fragment="").geturl()
    found = request.resolver_match
    if found and "slug" in found.kwargs:
        return reverse("desk", args=[found.kwargs["slug"]])
    return reverse("desk-home")


def _can_be_opened(path: str) -> bool:
    """Whether GET is among the methods that Django's `require_http_methods` lets through there."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return "GET" in getclosurevars(view).nonlocals.get("request_method_list", ["GET"])
