"""Folding for matching and search: the same word however it was typed, with a map back."""


def fold(text: str) -> str:
    """Return `text` folded for matching."""
    return fold_with_map(text)[0]


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """Return folded text and, for each folded character and the end, its offset in `text`."""
    raise NotImplementedError


def search_key(text: str) -> str:
    """Return the key under which a name or alias is stored: folded, without outer white space."""
    return fold(text).strip()
