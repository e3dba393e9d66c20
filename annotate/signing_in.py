"""The form with which people sign in, at the pages and at the admin: passwords are not guessed by
trying.

Ten failures within ten minutes under one name, from one address, and that name has to wait there.
They are counted in the cache; two requests at the same moment may count as one.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from time import time
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import ngettext

MOST_FAILURES = 10
WINDOW = timedelta(minutes=10).total_seconds()


def seconds_to_wait(name: str, address: str, now: float) -> float:
    """How long this name has to wait at this address; 0 if it may be tried."""
    failures = _failures(name, address, now)
    return failures[-MOST_FAILURES] + WINDOW - now if len(failures) >= MOST_FAILURES else 0


def note_failure(name: str, address: str, now: float) -> None:
    failures = [*_failures(name, address, now), now]
    cache.set(_key(name, address), failures[-MOST_FAILURES:], WINDOW)


def forget_failures(name: str, address: str) -> None:
    cache.delete(_key(name, address))


def _failures(name: str, address: str, now: float) -> list[float]:
    """The moments of the last failures within the window, in seconds since 1970."""
    stored: list[float] = cache.get(_key(name, address), [])
    return [moment for moment in stored if moment > now - WINDOW]


def _key(name: str, address: str) -> str:
    same = User.normalize_username(name).casefold()
    return "sign-in-" + sha256(f"{address}\n{same}".encode(errors="replace")).hexdigest()


class SignInForm(AuthenticationForm):
    """Django's own; a name that failed too often is told how long to wait, unread."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        name, address = self.cleaned_data.get("username"), self.request.META["REMOTE_ADDR"]
        if not name or not self.cleaned_data.get("password"):
            return self.cleaned_data
        if seconds := seconds_to_wait(name, address, time()):
            raise ValidationError(_wait(seconds), code="wait")
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failure(name, address, time())
            raise
        forget_failures(name, address)
        return cleaned


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The same for the admin, which lets in staff only."""


def _wait(seconds: float) -> str:
    minutes = int(seconds // 60) + 1
    told = ngettext(
        "Too many sign-ins under this name have failed. Wait %(count)d minute, then try again.",
        "Too many sign-ins under this name have failed. Wait %(count)d minutes, then try again.",
        minutes,
    )
    return told % {"count": minutes}
