"""In which direction people's own words run: `dir="{{ note.text|direction }}"`."""

from django import template
from django.utils.translation import get_language_bidi

from ..domain.direction import Direction, prevailing_direction

register = template.Library()


@register.filter
def direction(text: str) -> Direction:
    """That of most of the letters; the reader's where there are none."""
    return prevailing_direction(text, "rtl" if get_language_bidi() else "ltr")
