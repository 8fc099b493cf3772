"""A date of birth that a form takes: of somebody who may live today."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from domain.brussels import brussels_date
from domain.identifiers import is_birth_date
from evidence.clock import SystemClock


def require_birth_date(day: date) -> None:
    """Raise ValidationError for a day that is to come, or on which nobody was born who lives."""
    if not is_birth_date(day, on=brussels_date(SystemClock().now())):
        raise ValidationError(_("Nobody who lives was born on that day. Look at the year again."))
