"""Who may be speaking here: names of known sources and words that report, found in a sentence.

What is found is offered and never taken for an answer: see docs/workbench.md.
"""

from .cues import cues, hedges, negations, questions, reporting
from .reading import Cue

__all__ = ["Cue", "cues", "hedges", "negations", "questions", "reporting"]
