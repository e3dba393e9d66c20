"""Sessions and the people behind them, which every page asks for: Django's own, read by SQL that is
not composed anew each time (docs/adr/0007).
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.utils import timezone

from .models.hot import account, session_data


class SessionStore(db.SessionStore):
    """Sessions in the database; settings name this module as `SESSION_ENGINE`."""

    def load(self) -> dict[str, Any]:
        """What the session holds. An unknown or expired key is forgotten, so that none that was
        guessed is ever taken into use.
        """
        stored = session_data(self.session_key, timezone.now()) if self.session_key else None
        if stored is None:
            self._session_key = None
            return {}
        return self.decode(stored)


class Accounts(ModelBackend):
    """Signing in by name and password."""

    def get_user(self, user_id: int) -> User | None:
        user = account(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
