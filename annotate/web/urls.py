"""The addresses of the pages; each line is one click: URL → view → one workflow function."""

from django.urls import path
from django.views.i18n import set_language

from . import session

urlpatterns = [
    path("", session.home, name="desk-home"),
    path("sign-in/", session.sign_in, name="sign-in"),
    path("sign-out/", session.sign_out, name="sign-out"),
    path("language/", set_language, name="set-language"),
]
