"""The links to the screens of a project. They stand on every page, and so are written in Python."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ..models import Membership, Project
from ..models.hot_review import questions_open
from ..permissions import MANAGING, READING_CORPUS, READING_RELEASES, REVIEWING
from ..web import reopening
from ..web.markup import safe

register = template.Library()


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen by the name of its address, and who has a link to it."""

    name: str
    title: object
    roles: Collection[str] = tuple(Membership.Role)


SCREENS = (
    Screen("desk", gettext_lazy("Desk")),
    Screen("review", gettext_lazy("Review"), REVIEWING),
    Screen("questions", gettext_lazy("Questions"), REVIEWING),
    Screen("agreement", gettext_lazy("Agreement"), REVIEWING),
    Screen("progress", gettext_lazy("Progress"), REVIEWING),
    Screen("settings", gettext_lazy("Settings"), MANAGING),
    Screen("corpus", gettext_lazy("Corpus"), READING_CORPUS),
    Screen("releases", gettext_lazy("Releases"), READING_RELEASES),
    Screen("guidelines", gettext_lazy("Guidelines")),
    Screen("rulings", gettext_lazy("Rulings")),
)


@register.simple_tag(takes_context=True)
def project_nav(context: Mapping[str, Any]) -> SafeString:
    """The screens of the project that the member may open, with how many questions wait for an
    answer. The workbench, where there is an `assignment`, has its own link to the guidelines.
    """
    project, role = context["project"], context["membership"].role
    addresses, path = _addresses(project.slug), context["request"].path
    left_out = "guidelines" if context.get("assignment") else ""
    links = "".join(
        f'<a href="{escape(addresses[it.name])}"{_current(it.name, addresses[it.name], path)}>'
        f"{escape(str(it.title))}{_waiting(it.name, context['user'], project)}</a>"
        for it in SCREENS
        if role in it.roles and it.name != left_out
    )
    return safe(f'<nav class="nav" aria-label="{escape(_("Project"))}">{links}</nav>')


@register.simple_tag(takes_context=True)
def address_to_reopen(context: Mapping[str, Any]) -> str:
    """Where the page can be opened again, in another language."""
    return reopening.address_to_reopen(context["request"])


@lru_cache(maxsize=1024)
def _addresses(slug: str) -> Mapping[str, str]:
    return {screen.name: reverse(screen.name, args=[slug]) for screen in SCREENS}


def _current(name: str, address: str, path: str) -> str:
    """Whether the page is this screen, or one that belongs to it. All belong to the desk, which is
    therefore named on its own page alone.
    """
    if path == address:
        return ' aria-current="page"'
    return ' aria-current="true"' if name != "desk" and path.startswith(address) else ""


def _waiting(name: str, user: User, project: Project) -> str:
    count = questions_open(user, project) if name == "questions" else 0
    if not count:
        return ""
    told = escape(pgettext("questions", "open"))
    return f' <b class="count">{count}<span class="unseen"> {told}</span></b>'
