"""Isnad: claims in news articles, who holds them, and what several readers agree on."""

__version__ = "0.1.0"
