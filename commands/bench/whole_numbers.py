"""Read how much a bench measures from the environment."""

import os

from domain.refusals import OutageError


def whole_number(name: str, default: int) -> int:
    """Return the variable of that name, or the default; OutageError when it is no whole number above 0."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise OutageError(f"{name} is {text!r}; a whole number above 0 is expected")
    return int(text)
