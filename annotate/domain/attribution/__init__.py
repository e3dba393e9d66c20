"""Who may be speaking here: names of known sources and words that report, found in a sentence.

What is found is offered and never taken for an answer: see docs/workbench.md.
"""

from .cues import cues, negations, questions, reporting, unusual
from .names import Found, mentions, names_table, possible_names
from .reading import Cue
from .suggesting import Suggestions, Taken, read_taken, suggestions

__all__ = [
    "Cue",
    "Found",
    "Suggestions",
    "Taken",
    "cues",
    "mentions",
    "names_table",
    "negations",
    "possible_names",
    "questions",
    "read_taken",
    "reporting",
    "suggestions",
    "unusual",
]
