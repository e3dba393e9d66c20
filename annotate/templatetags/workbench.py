"""What the templates of desk and workbench need said: marked sentences, keys, dates, times."""

from django import template
from django.template.defaultfilters import date as formatted
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..models import Article, Source
from ..web.rows import Piece

register = template.Library()

FORMATS = {"day": "DATE_FORMAT", "month": "YEAR_MONTH_FORMAT", "year": "Y"}


@register.filter
def marked(pieces: tuple[Piece, ...]) -> SafeString:
    """The sentence with a `<mark>` round each piece that belongs to a claim.

    Nothing else stands between the pieces, no space and no number, so that the browser counts
    the same characters as the server and Arabic letters stay joined; the style sheet draws
    `data-n`, the numbers of the claims that begin there.
    """
    return mark_safe("".join(map(_piece, pieces)))  # noqa: S308 - each piece is escaped


def _piece(piece: Piece) -> str:
    if not piece.layers:
        return str(conditional_escape(piece.text))
    classes = " ".join(f"l{layer}" for layer in piece.layers)
    if not piece.first:
        return format_html('<mark class="{}">{}</mark>', classes, piece.text)
    numbers = " ".join(map(str, piece.first))
    return format_html('<mark class="{}" data-n="{}">{}</mark>', classes, numbers, piece.text)


@register.filter
def keycap(code: str) -> str:
    """The letter of a `KeyboardEvent.code` on a Latin keyboard: `KeyQ` → `Q`, `Digit1` → `1`."""
    return code.removeprefix("Key").removeprefix("Digit").removeprefix("Numpad")


@register.filter
def published_on(article: Article) -> str:
    """The day, month or year of publication, as precisely as it is known."""
    if article.published is None:
        return ""
    return formatted(article.published, FORMATS.get(article.published_precision, "DATE_FORMAT"))


@register.filter
def in_words(source: Source) -> str:
    """The source's name in the reader's language."""
    return source.name_in(get_language() or "en")


@register.filter
def duration(seconds: int) -> str:
    """Hours and minutes in words."""
    hours, minutes = divmod(seconds // 60, 60)
    said = ngettext("%d minute", "%d minutes", minutes) % minutes
    if not hours:
        return said
    return _("%(hours)s and %(minutes)s") % {
        "hours": ngettext("%d hour", "%d hours", hours) % hours,
        "minutes": said,
    }


@register.simple_tag
def source_kinds() -> list[tuple[str, str]]:
    """The kinds of source that can be proposed; the built-in ones cannot."""
    built_in = (Source.Kind.AUTHOR, Source.Kind.UNSPECIFIED)
    return [(kind.value, str(kind.label)) for kind in Source.Kind if kind not in built_in]
