"""Numbers as people type them: in the digits and with the separators of their own keyboard."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = ".,٫،"
"""The last two are the Arabic decimal separator, and the Arabic comma that stands in for it."""
_DECIMAL = re.compile(rf"\d+(?:[{_SEPARATORS}]\d*)?|[{_SEPARATORS}]\d+")
_PERHAPS_THOUSANDS = re.compile(r"[-−+]?(?![0٠۰])\d{1,3}[,،]\d{3}")


def read_decimal(typed: str) -> float | None:
    """The number that is meant, None where none is: `0.5`, `0,5`, `.5`, `٠٫٥` and `۰٫۵` are a half.

    Digits may be those of any script. Invisible marks of direction, which come along where text is
    copied, do not count. There are no signs, exponents or separators of thousands.
    """
    text = _visible(typed)
    return _with_point(text) if _DECIMAL.fullmatch(text) else None


def read_number(typed: str) -> float | None:
    """The number that is meant where it may be any, None where that is none or not certain: `1,234`
    is a thousand in English and little more than one in French.
    """
    text = _visible(typed)
    if _PERHAPS_THOUSANDS.fullmatch(text):
        return None
    try:
        return _with_point(text.replace("−", "-"))
    except ValueError:
        return None


def _visible(typed: str) -> str:
    return "".join(each for each in typed if unicodedata.category(each) != "Cf").strip()


def _with_point(text: str) -> float:
    return float(re.sub(f"[{_SEPARATORS}]", ".", text))
