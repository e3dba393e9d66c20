"""Signing in and out, and the first page after it."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..models import Project
from ..signing_in import SignInForm
from .guards import UserRequest, signed_in
from .unsent import Unsent, kept, of_another_session


class SignIn(LoginView):
    """Django's own sign-in; a form filled in wrongly is answered with 422, one sent too often with
    429.

    The form that the workbench lays over itself (htmx) is told in a word who signed in, or why not.
    A form that was sent without a session goes along (unsent.py), and its author can send it then.
    """

    request: UserRequest
    template_name = "registration/sign_in.html"
    form_class = SignInForm

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.unsent = Unsent.of(request)
        self.redirect_authenticated_user = not self.request.htmx and not self.unsent

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        if self.request.htmx:
            return HttpResponse(form.get_user().get_username(), content_type="text/plain")
        if self.unsent is None:
            return answer
        if self.unsent.author != form.get_user().get_username():
            return of_another_session(self.request, self.unsent, 401)
        message = _("You are signed in. What you typed is still here, and has not been sent yet.")
        return kept(self.request, self.unsent, message, 200)

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(**context, unsent=self.unsent)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        if self.request.htmx:
            wrong = " ".join(str(message) for errors in form.errors.values() for message in errors)
            return HttpResponse(wrong, content_type="text/plain", status=422)
        status = 429 if form.has_error("__all__", "wait") else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)


class Invitation(PasswordResetConfirmView):
    """The link that a new member was sent: choose a password, and be signed in."""

    template_name = "registration/invitation.html"
    success_url = reverse_lazy("desk-home")
    post_reset_login = True


sign_in = require_http_methods(["GET", "POST"])(SignIn.as_view())
invitation = require_http_methods(["GET", "POST"])(Invitation.as_view())
sign_out = LogoutView.as_view()


@require_safe
@signed_in
def home(request: UserRequest) -> HttpResponse:
    """The only project's desk, or the list of projects."""
    projects = list(Project.objects.visible_to(request.user).order_by("name"))
    if len(projects) == 1:
        return redirect("desk", projects[0].slug)
    return render(request, "annotate/desk_home.html", {"projects": projects})
