"""What stands in the addresses of pages and API beside slugs and ids."""


class VersionConverter:
    """Three numbers between stops; anything else names no release and asks the database nothing."""

    regex = r"[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
