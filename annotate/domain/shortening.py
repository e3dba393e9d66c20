"""The beginning of a text, to name it by."""


def shortened(text: str, longest: int = 60) -> str:
    """The text in one line; of a longer one its first whole words and an ellipsis.

    A first word that is longer itself, as a text without spaces is, is cut.
    """
    begin = text.strip()
    line = " ".join(begin[: 4 * longest].split())  # no long article is read for its first words
    if len(line) <= longest and len(begin) <= 4 * longest:
        return line
    words, _, _ = line[: longest + 1].rpartition(" ")
    return f"{words or line[:longest]}…"
