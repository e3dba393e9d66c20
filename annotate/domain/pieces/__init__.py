"""Sentences into clause pieces: where the words of a claim are likely to begin and to end."""

from .cutting import closed, pieces

__all__ = ["closed", "pieces"]
