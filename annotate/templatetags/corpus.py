"""What the corpus pages need said: names of languages and of encodings."""

from django import template

from ..exchange.articles import encoding_name
from ..web.corpus_forms import language_name

register = template.Library()


@register.filter
def language(code: str) -> str:
    """The language's name in the reader's."""
    return language_name(code)


@register.filter
def encoding(name: str) -> str:
    """The encoding as people know it."""
    return encoding_name(name)
