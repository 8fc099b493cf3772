"""Addresses at which a person is reached: e-mail and mobile telephone, as they are stored. Pure."""

import re

_EMAIL = re.compile(
    r"\A[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}\Z"
)
_MOBILE = re.compile(r"\A\+[1-9][0-9]{6,14}\Z")
_SEPARATORS = str.maketrans("", "", " ./-()")
_LONGEST_EMAIL = 254


def parse_email(text: str) -> str:
    """Return the address with its domain in lower case; ValueError when it is none."""
    stripped = text.strip()
    if len(stripped) > _LONGEST_EMAIL or not _EMAIL.match(stripped):
        message = "this is no e-mail address"
        raise ValueError(message)
    local, _, domain = stripped.rpartition("@")
    return f"{local}@{domain.lower()}"


def parse_mobile(text: str) -> str:
    """Return the number as + and digits; ValueError when it is none. One that begins with 0 is Belgian."""
    digits = text.strip().translate(_SEPARATORS)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+32{digits[1:]}"
    if not _MOBILE.match(digits):
        message = "this is no telephone number"
        raise ValueError(message)
    return digits
