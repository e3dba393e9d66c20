"""Numbers as people type them: in the digits and with the separators of their own keyboard."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = ".,٫،"
"""The last two are the Arabic decimal separator, and the Arabic comma that stands in for it."""
_DECIMAL = re.compile(rf"\d+(?:[{_SEPARATORS}]\d*)?|[{_SEPARATORS}]\d+")


def read_decimal(typed: str) -> float | None:
    """The number that is meant, None where none is: `0.5`, `0,5`, `.5`, `٠٫٥` and `۰٫۵` are a half.

    Digits may be those of any script. Invisible marks of direction, which come along where text is
    copied, do not count. There are no signs, exponents or separators of thousands.
    """
    text = "".join(each for each in typed if unicodedata.category(each) != "Cf").strip()
    if not _DECIMAL.fullmatch(text):
        return None
    return float(re.sub(f"[{_SEPARATORS}]", ".", text))
