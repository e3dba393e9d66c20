"""How words that run otherwise than those around them are shown: their `dir` and `lang`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from ..domain.direction import Direction, prevailing_direction
from ..models import Article, Sentence

register = template.Library()


@register.filter
def direction(text: str) -> Direction:
    """That of most of the letters; the reader's where there are none."""
    return prevailing_direction(text, "rtl" if get_language_bidi() else "ltr")


@register.filter
def language_in(sentence: Sentence, article: Article) -> str:
    """That of the article, unless the sentence runs the other way; '' where it is not known."""
    return article.language_of(sentence)


@register.filter
def isolated(name: object) -> SafeString:
    """A name within a sentence, which runs its own way and does not turn what stands beside it."""
    return format_html("<bdi>{}</bdi>", name)
