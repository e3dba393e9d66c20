"""Sentences in which nothing speaks against the usual reading: a bare statement.

Nearly all claims are supported by their source and sure of themselves. Where no word of a sentence
hedges, negates, denies, doubts, tells what is only heard, or asks, a project may have these two
values chosen beforehand (`preset_unmarked`); what was left at them is stored with the claim, and
agreement is shown with and without.
"""

from __future__ import annotations

from collections.abc import Mapping

from annotate.domain.attribution import questions, unusual

PRESET: Mapping[str, str] = {"stance": "supports", "certainty": "certain"}


def preset_values(text: str, language: str) -> Mapping[str, str]:
    """The value to choose beforehand by dimension: `PRESET` in a bare statement, else none."""
    return {} if unusual(text, language) or questions(text, language) else PRESET
