"""National numbers of persons made up for a bench: one for each place, all of days that exist."""

from domain.identifiers import insz

_SERIALS = 998
_DAYS = 28
"""Every month has so many."""
_MONTHS = 12


def national_number(place: int, *, born_from_2000: bool = True) -> str:
    """Return the number of the person at `place`, from 0 on: 335,000 for each year of birth, of a hundred years."""
    days, serial = divmod(place, _SERIALS)
    months, day = divmod(days, _DAYS)
    year, month = divmod(months, _MONTHS)
    return insz(((year * 100 + month + 1) * 100 + day + 1) * 1000 + serial + 1, born_from_2000=born_from_2000)
