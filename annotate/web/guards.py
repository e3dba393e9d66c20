"""What stands around a view: sign-in, a permission in the project, and the workflow's refusals in
words.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from ..errors import Refusal, WorkflowError
from ..models import Project
from ..models.hot import members_project
from ..permissions import Actor
from .reopening import address_to_reopen
from .unsent import AUTHOR, Unsent, name_in_forms, of_another_session

View = Callable[..., HttpResponseBase]

STATUS = {
    Refusal.STALE: 409,
    Refusal.CLOSED: 409,
    Refusal.GONE: 409,
    Refusal.INVALID: 422,
    Refusal.REUSED: 422,
}


class UserRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


def signed_in(view: View) -> View:
    """Let only signed-in people through: a page asks them to sign in, an htmx request gets 401.

    A request that names its author, in `X-Author` or in the field `author` of its form, is let
    through for nobody else: a page outlives the session in which it was opened. A form is refused
    in words then, with 401, and what was typed is kept. A refusal of the workflow is answered with
    its sentence, and 409 or 422.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        authors = {request.headers.get("X-Author"), request.POST.get(AUTHOR)} - {None}
        if not request.user.is_authenticated or not authors <= {name_in_forms(request.user)}:
            if getattr(request, "htmx", None):
                return render(request, "annotate/_signed_out.html", status=401)
            unsent = Unsent.of(request)
            if unsent or (request.user.is_authenticated and request.method == "POST"):
                return of_another_session(request, unsent, 401)
            return redirect_to_login(address_to_reopen(request))
        try:
            return view(request, *args, **kwargs)
        except WorkflowError as error:
            return problem(request, error)

    return guarded


def in_project(allowed: Callable[[Actor, Project], bool] | None = None) -> Callable[[View], View]:
    """For views under `p/<slug>/`: a stranger finds nothing (404), a member who may not is told so
    (403).

    The view gets the project in the place of the slug.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: UserRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            project = members_project(request.user, slug)
            if project is None:
                raise Http404
            if allowed is not None and not allowed(request.user, project):
                raise PermissionDenied
            return view(request, project, *args, **kwargs)

        return signed_in(guarded)

    return decorate


def problem(request: HttpRequest, error: WorkflowError) -> HttpResponse:
    """The refusal in words: a fragment for htmx, a page else; its code stands in a header."""
    status = STATUS[error.code]
    template = "annotate/_problem.html" if getattr(request, "htmx", None) else "error.html"
    context = {"message": error.message, "error": error, "unsent": Unsent.of(request)}
    answer = render(request, template, context, status=status)
    add_never_cache_headers(answer)  # it may hold what was typed
    answer.headers["X-Refusal"] = error.code.value  # WSGI takes no enumeration
    return answer
