"""The patterns by which pages write days and instants; the catalogue of every page has each language's own way.

A page writes a day by one of these, translated, or by one of Django's names, such as DATE_FORMAT. Months and days of the
week are written small in Dutch and French, and German has a point behind the day.
"""

from django.utils.translation import gettext_noop

PATTERNS = frozenset(
    {
        gettext_noop("M"),
        gettext_noop("j M"),
        gettext_noop("j M Y"),
        gettext_noop("D j M Y"),
        gettext_noop("D j M, H:i"),
        gettext_noop("j F Y"),
        gettext_noop("j F Y, H:i"),
        gettext_noop("j F Y, H:i:s"),
        gettext_noop("l j F Y"),
    }
)
"""Letters of Django's filter `date`: a month, a short day, with its year, its weekday or the time, then the long ones."""
