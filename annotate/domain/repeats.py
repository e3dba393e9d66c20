"""Which sentence of an article another one repeats: pull quotes stand in the text a second time."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from annotate.domain.normalise import fold

REPEATED_SHARE = 0.8
"""A pull quote drops a word or two; one that changes the claim is a mention of its own."""


def repeated(texts: Sequence[str], index: int) -> int | None:
    """The index of the sentence that holds nearly all pairs of neighbours of `texts[index]`.

    The one that holds most of them wins, the first where two are equal; None where none holds
    `REPEATED_SHARE` of them, or where there is but one word.
    """
    pairs = _pairs(texts[index])
    shares = {
        other: len(pairs & _pairs(text)) / len(pairs)
        for other, text in enumerate(texts)
        if other != index and pairs
    }
    best = max(shares, key=lambda other: shares[other], default=None)
    return best if best is not None and shares[best] >= REPEATED_SHARE else None


@lru_cache(maxsize=1024)  # each pull quote of an article asks for all its sentences
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(re.findall(r"\w+", fold(text))))
