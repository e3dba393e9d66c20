"""Text, labels and agreement as plain values: no Django, no database, no clock, no network."""
