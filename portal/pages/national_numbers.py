"""Read a national number that somebody typed, and say what is wrong with it: its digits, or that they do not fit."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from domain.identifiers import is_insz

_BETWEEN = re.compile(r"[\W_]")
"""Dots, hyphens, blanks and whatever else groups digits on a card or in another program."""
_ELEVEN = re.compile(r"[0-9]{11}")


def read_national_number(text: str) -> str:
    """Return the eleven digits of a national or bis number; ValidationError says why it is none."""
    digits = _BETWEEN.sub("", text)
    if is_insz(digits):
        return digits
    if _ELEVEN.fullmatch(digits):
        raise ValidationError(_("This is no national number: its check digits do not fit."))
    raise ValidationError(_("This is no national number: it has eleven digits."))
