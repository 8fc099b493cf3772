"""Amounts and pictures of Student@work: `{% load student %}`."""

from collections.abc import Iterable

from django import template

from portal.pages.student.picture import Piece
from portal.pages.student.words import amount as said_amount

register = template.Library()


@register.filter
def amount(count: int, unit: str) -> str:
    """Say an amount in its unit, such as `30 hours`."""
    return said_amount(count, unit)


@register.inclusion_tag("student/bar.html")
def bar(pieces: Iterable[Piece], *, told: str = "") -> dict[str, object]:
    """Draw a bar; `told` is what it shows in words, empty where the words stand beside it."""
    return {"pieces": pieces, "told": told}
