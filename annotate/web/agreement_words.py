"""Figures of agreement in words and digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..domain.agreement import TEMPLATES, Code
from ..domain.codebook import Codebook

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
        params["dimension"] = f"“{dimension_title(key, codebook)}”"
    return _(TEMPLATES[Code(sentence["code"])]) % params


def percent(share: float | None) -> str:
    """A share in whole percents; '' for one that is not defined."""
    return "" if share is None else f"{share:.0%}"


def number(value: float | None) -> str:
    """A coefficient with two decimals, never rounded up to 1.00; '' for one that is not defined."""
    if value is None:
        return ""
    return "0.99" if 0.99 < value < 1 else f"{value:.2f}"
