"""Readers: a foreign file → plain drafts that a door hands to the workflow."""
