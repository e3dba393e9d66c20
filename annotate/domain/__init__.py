"""Text, labels and agreement as plain values: no Django, no database, no clock, no network."""


class DomainError(ValueError):
    """A value that the domain does not take, with a sentence for the person who sent it.

    `template` is the English sentence with `%(name)s` places and the key of the catalogues,
    `params` fills the places: a door translates with `gettext(template) % params`.
    `message` is the English sentence, filled. What the sender wrote may hold lone surrogates,
    which no answer can carry: they are replaced.
    """

    def __init__(self, template: str, params: dict[str, object]) -> None:
        self.template = template
        self.params = {name: _printable(value) for name, value in params.items()}
        self.message = template % self.params
        super().__init__(self.message)


def gettext_noop(message: str) -> str:
    """Mark `message` for the catalogues; the door that shows it translates it."""
    return message


def _printable(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
