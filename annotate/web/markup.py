"""HTML that is written in Python, where a template would take half of a page's time."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ..models import Assignment


def marked(text: str, classes: Iterable[str], first: Sequence[int]) -> str:
    """A stretch of a sentence: plain where it has no class; `first` are the numbers of the claims
    that begin there, which the style sheet draws.
    """
    names = " ".join(classes)
    if not names:
        return escape(text)
    numbers = f' data-n="{" ".join(map(str, first))}"' if first else ""
    return f'<mark class="{names}"{numbers}>{escape(text)}</mark>'


def how_far(assignment: Assignment, *, slug: str) -> SafeString:
    """How much of what it asks for is judged, and the way to hand it in while it is open; each save
    answers with it anew.
    """
    article = assignment.article_id if assignment.is_open else None
    total = assignment.sentence_count
    return _how_far(assignment.judged, total, slug, article, get_language())


@lru_cache(maxsize=1_000)
def _how_far(
    judged: int, total: int, slug: str, article: UUID | None, _language: str
) -> SafeString:
    """Kept, as most saves change none of it; `article` is the open one."""
    name = escape(_("Sentences judged"))
    said = _("%(judged)s of %(total)s sentences") % {"judged": judged, "total": total}
    meter = (
        f'<meter min="0" max="{total}" value="{judged}" aria-label="{name}"></meter>{escape(said)}'
    )
    submit = _submit(article, slug, judged == total) if article else ""
    return safe(f'<div id="progress" class="row"><span class="meter">{meter}</span>{submit}</div>')


def _submit(article: UUID, slug: str, is_done: bool) -> str:
    check = escape(reverse("submit-check", args=[slug, article]))
    submit = escape(pgettext("an article", "Submit"))
    look = escape(_("Look through it and submit"))
    return (
        f'<details class="menu" id="submit" data-check="{check}">'
        f'<summary class="button{" primary" * is_done}">{submit} '
        '<kbd data-action="submit">Ctrl ⏎</kbd></summary><div class="body">'
        f'<a class="button" href="{check}">{look}</a>'
        "</div></details>"
    )


def safe(html: str) -> SafeString:
    """For what is put together from literals and from people's words after `escape`."""
    return mark_safe(html)  # noqa: S308 - its callers have escaped what people wrote
