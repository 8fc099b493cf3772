"""Instants in templates: `{% load instants %}`; in the hour that October has twice they say their zone, which `date` does not."""

from datetime import date, datetime

from django import template

from domain.brussels import brussels_date
from portal.pages import instants

register = template.Library()


@register.filter
def instant(at: datetime, form: str) -> str:
    """Tell an instant in a form of dates, such as `H:i`."""
    return instants.told_instant(at, form)


@register.filter
def time_told(at: datetime, on: date) -> str:
    """Tell a time of day, with its day where that is not `on`, a day or an instant of it."""
    return instants.time_told(at, on=brussels_date(on) if isinstance(on, datetime) else on)
