"""Words put together for people, with the marks between them that the reader's language has."""

from collections.abc import Iterable
from functools import reduce

from django.utils.translation import gettext as _


def listed(items: Iterable[object]) -> str:
    """The items with a comma between them, which in Arabic is another one."""
    return _(", ").join(map(str, items))


def parted(items: Iterable[object]) -> str:
    """Items that may hold lists themselves, so that no comma tells them apart."""
    texts = map(str, items)
    return reduce(lambda one, other: _("%(one)s; %(other)s") % {"one": one, "other": other}, texts)


def quoted(words: object) -> str:
    """Words that are those of somebody, or of a codebook, in quotation marks."""
    return _("“%s”") % words


def headed(title: object, value: object) -> str:
    """What is said under a title; in French a space stands before the colon."""
    return _("%(title)s: %(value)s") % {"title": title, "value": value}


def colon() -> str:
    """What stands between the two where a script or a template puts them together."""
    return headed("", "")


def turned(before: object, after: object) -> str:
    """What a thing was and what it became; the arrow points the way the language is read."""
    return _("%(before)s → %(after)s") % {"before": before, "after": after}
