"""Write XML as text: elements in the order in which they are asked for, with what must be escaped escaped."""

import re
from datetime import date

_SPECIAL = re.compile(r"[&<>\r]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def element(tag: str, text: str | int | date) -> str:
    """Return an element with its text."""
    return f"<{tag}>{escape(str(text))}</{tag}>"


def optional(tag: str, text: str | int | date | None) -> str:
    """Return an element with its text, or nothing when there is none."""
    return "" if text is None else f"<{tag}>{escape(str(text))}</{tag}>"


def block(tag: str, *children: str) -> str:
    """Return an element that holds elements."""
    return f"<{tag}>{''.join(children)}</{tag}>"


def escape(text: str) -> str:
    """Return `text` as it stands between two tags."""
    return text if _SPECIAL.search(text) is None else text.translate(_ESCAPED)
