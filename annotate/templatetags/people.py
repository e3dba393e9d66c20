"""What the page of a person needs said: what was done to a membership."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Event, Membership
from ..web.corpus_forms import language_name
from ..web.joining import listed

register = template.Library()


@register.filter
def told(event: Event) -> str:
    """The event in a sentence."""
    after: Mapping[str, Any] = event.after or {}
    if event.what == "add_member":
        return _("Taken in as %s.") % Membership.Role(after["role"]).label
    if event.what == "invite":
        return _("The account was made.")
    if event.what == "end_membership":
        return _("Ended: %s.") % Membership.Ended(after["ended"]).label
    return " ".join(_change(name, value) for name, value in after.items())


def _change(name: str, value: Any) -> str:
    if name == "role":
        return _("Role: %s.") % Membership.Role(value).label
    if name == "languages":
        names = listed(map(language_name, value)) or pgettext("languages", "all")
        return _("Languages: %s.") % names
    return _("The membership is now %s.") % Membership.Ended(value).label
