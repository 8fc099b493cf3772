"""Which months of the tables that grow some statements look into, as their plans tell."""

import re
from datetime import date, timedelta

_PARTS = re.compile(r"\bon (checkins_(?:presence|presencestep|spell)_(?:\d{4}_\d\d|rest))\b")


def parts_read(texts: list[str]) -> set[str]:
    """Return the parts of the tables that grow by the month which the plans look into."""
    return {part for text in texts for part in _PARTS.findall(text)}


def parts(first: date, last: date, *tables: str) -> set[str]:
    """Return the parts of those tables for the months from one day to another."""
    days = (first + timedelta(days=later) for later in range((last - first).days + 1))
    return {f"{table}_{day:%Y_%m}" for day in days for table in tables}
