"""Receipt numbers of check-ins: 15 digits, of which the first four tell the month of the registration (decision 0034)."""

from datetime import date, timedelta

PER_MONTH = 10**11
FIRST_MONTH = 1000
"""What January 2000 is called."""
LAST_MONTH = 9999
_YEAR_ZERO = 2000
_MONTHS = 12


def number_of(day: date, serial: int) -> int:
    """Return the receipt number of a registration of that day; `serial` comes from the one sequence."""
    return month_code(day) * PER_MONTH + serial


def month_code(day: date) -> int:
    """Return the four digits that stand for the month of the day."""
    return FIRST_MONTH + (day.year - _YEAR_ZERO) * _MONTHS + day.month - 1


def days_of(number: int) -> tuple[date, date] | None:
    """Return the first and last day of the month that a receipt number tells of; None for a number that never is one."""
    code = number // PER_MONTH
    if not FIRST_MONTH <= code <= LAST_MONTH:
        return None
    year, month = divmod(code - FIRST_MONTH, _MONTHS)
    first = date(_YEAR_ZERO + year, month + 1, 1)
    following = date(first.year + first.month // _MONTHS, first.month % _MONTHS + 1, 1)
    return first, following - timedelta(days=1)
