"""Keep the marks that French sets apart on the line of the word before them. Pure."""

import re

_SPACES = re.compile(" (?=[:;?!»])|(?<=«) ")


def keep_marks(text: str) -> str:
    """Return a French text whose spaces before `:;?!»` and after `«` break no line."""
    return _SPACES.sub("\N{NO-BREAK SPACE}", text)
