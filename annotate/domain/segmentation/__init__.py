"""Text into sentences, and what each line of an article is."""

from .cutting import spans
from .rules import RULES, Rule

__all__ = ["RULES", "SEGMENTER", "Rule", "spans"]

# Name and version; stored with each sentence. Any change of a result is a new version.
SEGMENTER = "isnad 1.0.0"
