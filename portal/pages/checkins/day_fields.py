"""A day that a form takes: one of the calendar of today, so that every instant of it can be reckoned with."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


class CalendarDayField(forms.DateField):
    """A day in the browser's own field; it is optional where nothing is said when it is `missing`."""

    def __init__(self, *, missing: Any = "", **more: Any) -> None:  # noqa: ANN401 - Django's own arguments
        more.setdefault("required", bool(missing))
        more["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        more["error_messages"] = {"required": missing, "invalid": gettext_lazy("This is no day.")}
        super().__init__(validators=[_require_day_of_today], **more)


def _require_day_of_today(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("This is no day."))
