"""What the corpus pages need said: names of languages and of encodings."""

from django import template

from ..web.corpus_forms import language_name

register = template.Library()

ENCODINGS = {
    "cp1256": "Windows-1256",
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
    "cp1254": "Windows-1254",
}


@register.filter
def language(code: str) -> str:
    """The language's name in the reader's."""
    return language_name(code)


@register.filter
def encoding(name: str) -> str:
    """The encoding as people know it."""
    return ENCODINGS.get(name, name.upper())
