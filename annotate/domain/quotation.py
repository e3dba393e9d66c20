"""What stands between quotation marks, and so whether a claim is quoted or reported."""

from __future__ import annotations

from collections.abc import Sequence

from annotate.domain.alignment import Span, chars


def derived_attribution_type(text: str, spans: Sequence[Span], chain: Sequence[str]) -> str:
    """``author`` for an empty chain; ``direct`` when at least 90 % of the letters, digits and marks of
    the spans stand inside quotation marks; else ``indirect``."""
    raise NotImplementedError
