"""What stands for a thing in the address of its page, where it is no number: letters, digits and `-._~`."""


class NameInAddress:
    """A name as we give it; whatever has other signs is no address of ours, and missing before anybody looks for it."""

    regex = r"[0-9A-Za-z._~-]+"

    def to_python(self, value: str) -> str:
        """Return the name as it stands there."""
        return value

    def to_url(self, value: str) -> str:
        """Return the name as it is written there."""
        return value
