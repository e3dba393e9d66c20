"""Text into sentences, and what each line of an article is."""

from .blocks import BLOCK_RULES, Block
from .cutting import Sentence, spans, split
from .recognising import Recognised, recognise_language
from .rules import RULES, Rule

__all__ = [
    "BLOCK_RULES",
    "RULES",
    "SEGMENTER",
    "Block",
    "Recognised",
    "Rule",
    "Sentence",
    "recognise_language",
    "spans",
    "split",
]

# Name and version; stored with each sentence. Any change of a result is a new version.
SEGMENTER = "isnad 1.0.0"
