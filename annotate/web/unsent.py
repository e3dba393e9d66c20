"""What was sent by a form and not taken: the answer shows what was typed, to be sent once more.

A form into which one types names its author in the field `author`. Where it is refused, is sent in
no session, or in somebody else's, the answer holds all its fields; its author alone can send them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from urllib.parse import quote, unquote, urlsplit

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Decision
from ..signing_in import SignInForm
from .reopening import address_to_reopen

AUTHOR = "author"
ADDRESS = "unsent"
"""The field that tells, while one signs in, where the form goes."""
CARRIED = "unsent-"
"""What its fields are called meanwhile: this and their name."""
PAGE = "unsent_page"
"""The field that tells where the form stood."""
TYPED = {
    "note": gettext_lazy("Note"),
    "skip_reason": gettext_lazy("Why it cannot be judged"),
    "words": gettext_lazy("Words"),
    "source_name": gettext_lazy("Name of the source"),
    "through_name": gettext_lazy("reported through"),
    "text": gettext_lazy("Text"),
    "why": gettext_lazy("Why"),
    "reason": gettext_lazy("Why"),
    "ruling": gettext_lazy("The ruling"),
    "version": gettext_lazy("Version"),
    "licence": gettext_lazy("Licence"),
    "notes": gettext_lazy("Notes"),
    "title": gettext_lazy("Title"),
    "publisher": gettext_lazy("Publisher"),
    "username": gettext_lazy("User name"),
    "count": gettext_lazy("How many read each article"),
    "match_threshold": gettext_lazy("Same claim: how much of the marked text must overlap?"),
    "boundary_threshold": gettext_lazy(
        "Same words: how much must overlap so that nobody has to look?"
    ),
}
"""The fields into which one types, by name, and what their pages call them."""
_WRITTEN_IF = {"written": "words", "named": "chain"}
"""What the review table fills in itself, and the choice that leaves it to the reviewer."""
_MAY_BE_TYPED = re.compile(r"(label|about)_|.*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_FOR_A_PROGRAM = re.compile(r"[\[{]|[0-9a-f]{8}-|[0-9]{4}-")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form as it was sent: its address, that of its page, and its fields by name, several of one
    name apart.
    """

    address: str
    page: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: HttpRequest) -> Unsent | None:
        """What the request sends, or carries along while one signs in; None without an author or
        anything beside, and from a script, which keeps it itself.
        """
        sent = request.POST
        prefix = CARRIED if ADDRESS in sent else ""
        address = sent.get(ADDRESS) or request.get_full_path()
        page = sent.get(PAGE) or address_to_reopen(request)
        fields = tuple(
            (name.removeprefix(prefix), value)
            for name, values in sent.lists()
            for value in values
            if name.startswith(prefix) and name not in ("csrfmiddlewaretoken", PAGE)
        )
        found = cls(address, page, fields)
        is_ours = all(url_has_allowed_host_and_scheme(each, None) for each in (address, page))
        is_page = "HX-Request" not in request.headers
        return found if found.author and len(fields) > 1 and is_ours and is_page else None

    @property
    def author(self) -> str:
        """The name of the author, empty where the form names none."""
        return unquote(dict(self.fields).get(AUTHOR, ""))

    @property
    def typed(self) -> list[tuple[str, str, str]]:
        """What a person wrote: name, value and title of each field, numbered where alike."""
        sent = dict(self.fields)
        found = [each for each in self.fields if _is_typed(*each, sent)]
        titles = [str(TYPED.get(name) or _("What you typed")) for name, _value in found]
        numbers = {title: count(1) for title, times in Counter(titles).items() if times > 1}
        return [
            (name, value, f"{title} {next(numbers[title])}" if title in numbers else title)
            for (name, value), title in zip(found, titles, strict=True)
        ]

    @property
    def others(self) -> list[tuple[str, str]]:
        """What was chosen, and what the page gave along."""
        sent = dict(self.fields)
        return [each for each in self.fields if not _is_typed(*each, sent)]


def _is_typed(name: str, value: str, sent: Mapping[str, str]) -> bool:
    if name in TYPED:
        return bool(value.strip()) and value not in Decision.Reason.values
    place, _dash, claim = name.partition("-")
    if place in _WRITTEN_IF:
        return sent.get(f"{_WRITTEN_IF[place]}-{claim}") == "named"
    may_be = " " in value.strip() and _MAY_BE_TYPED.match(name)
    return bool(may_be) and not _FOR_A_PROGRAM.match(value)


def name_in_forms(user: AbstractBaseUser | AnonymousUser) -> str:
    """The name as the field `author` and the header `X-Author` have it: in ASCII."""
    return quote(user.get_username(), safe="")


def kept(request: HttpRequest, unsent: Unsent, message: str, status: int) -> HttpResponse:
    """The page that says why nothing was done and what was typed: for the author with the button
    that sends it once more, for anybody else with the form to sign in. No browser stores it.
    """
    context: dict[str, object] = {"message": message, "unsent": unsent}
    template = "error.html"
    if unsent.author != request.user.get_username():
        template = "registration/sign_in.html"
        context["form"] = form = SignInForm(request, initial={"username": unsent.author})
        del form.fields["username"].widget.attrs["autofocus"]
        form.fields["password"].widget.attrs["autofocus"] = True
    answer = render(request, template, context, status=status)
    add_never_cache_headers(answer)
    return answer


def of_another_session(request: HttpRequest, unsent: Unsent | None, status: int) -> HttpResponse:
    """The answer to a form from a page that was opened in another session than this."""
    if not request.user.is_authenticated:
        message = _("You are signed out, so nothing was done. What you typed is still here.")
    elif unsent and unsent.author == request.user.get_username():
        message = _(
            "You have signed in again since this page was opened, so nothing was done. "
            "What you typed is still here."
        )
    else:
        message = _(
            "Somebody else has signed in since this page was opened. "
            "Nothing was done in their name."
        )
    if unsent:
        return kept(request, unsent, message, status)
    return render(request, "error.html", {"message": message}, status=status)


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a page of ours sent this: else what it holds was perhaps written by somebody else
    than who would send it again by a click.
    """
    source = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(source)[:2] == (request.scheme, request.get_host())
