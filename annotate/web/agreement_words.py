"""Figures of agreement in words and digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import floor
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain.agreement import DEPENDABLE, TEMPLATES, TENTATIVE, Code
from ..domain.codebook import Codebook
from .joining import quoted

ValueName = Callable[[str, Any], str]
"""Dimension, value -> the value's name."""


def dimension_title(key: str, codebook: Codebook | None) -> str:
    """What a dimension or another measure is called, as the head of a line."""
    known = codebook.dimension(key) if codebook else None
    if known is not None:
        return known.title_in(get_language() or "en")
    titles = {
        "finding": _("Finding the same claims"),
        "claim_or_not": _("Claim or no claim"),
        "source": _("Source"),
        "chain": _("Source with its relays"),
        "claim": _("Link to a claim"),
    }
    return titles.get(key, key)


def in_words(figure: Mapping[str, Any], codebook: Codebook | None, value_name: ValueName) -> str:
    """The sentence of a figure, in the reader's language."""
    sentence, key = figure["sentence"], figure.get("dimension", "")
    params = dict(sentence["params"])
    if "value" in params:
        params["value"] = value_name(key, params["value"])
    if "units" in params:
        params["units"] = _(params["units"])
    if "dimension" in params:
        params["dimension"] = quoted(dimension_title(key, codebook))
    return _(TEMPLATES[Code(sentence["code"])]) % params


def percent(share: float | None) -> str:
    """A share in whole percents, never rounded up to 100, nor down to 0; '' for one that is not
    defined.
    """
    if share is None:
        return ""
    if 0 < share < 0.01:
        return _("%s%%") % f"{max(100 * share, 0.01):.2g}"
    return _("%s%%") % _short_of(100 * share, (100,), least=0, most=2)


def number(value: float | None) -> str:
    """A coefficient with two decimals; '' for one that is not defined.

    It is never rounded up to a threshold or to 1.00 that it does not reach: there it has as many
    decimals as it takes, up to four, and those beyond are cut off.
    """
    return "" if value is None else _short_of(value, (TENTATIVE, DEPENDABLE, 1), least=2, most=4)


def _short_of(value: float, limits: Sequence[float], *, least: int, most: int) -> str:
    """The value rounded to so many decimals that it stays below the limits that it is below."""
    above = [limit for limit in limits if value < limit]
    for decimals in range(least, most + 1):
        text = f"{value:z.{decimals}f}"
        if all(float(text) < limit for limit in above):
            return text
    return f"{floor(value * 10**most) / 10**most:.{most}f}"
