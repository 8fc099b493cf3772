"""What a worker looks for among his own registrations: a day, a receipt number or a work place."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Self
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from auth.models import Session
from domain.brussels import brussels_date
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.day_fields import CalendarDayField
from portal.pages.checkins.looks import asker_of_oneself
from portal.pages.checkins.own_presences import first_day_shown
from portal.pages.forms import CounterForm
from registers.checkins.page_keys import PageKeyError
from registers.checkins.reading import OwnRecords, own_records

_LONGEST = 30
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class OwnWanted:
    """What is looked for: the words of a number, a day, both, or neither, which is everything."""

    words: str = ""
    day: date | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words) or self.day is not None

    def query(self, *, after: str = "") -> str:
        """Return the address of what is found, relative to the page: the first part, or the one after a key."""
        told = {"q": self.words, "day": "" if self.day is None else f"{self.day}", "after": after}
        return f"?{urlencode({name: value for name, value in told.items() if value})}"


class OwnSearchForm(CounterForm):
    """The two fields above the list; what is no day is said, and nothing is left out for it."""

    q = forms.CharField(
        label=_("Receipt number, or number of the work place"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": f"{_LONGEST}", "autocomplete": "off"}),
    )
    day = CalendarDayField(label=_("Day"))

    @classmethod
    def read(cls, told: QueryDict) -> Self:
        """Return the form as an address fills it in; what is not printable stands in no number."""
        words = "".join(filter(str.isprintable, told.get("q", ""))).strip()[:_LONGEST]
        return cls({"q": words, "day": told.get("day", "")}, auto_id="own-%s")

    @property
    def wanted(self) -> OwnWanted:
        """What is looked for, as far as it was understood."""
        self.full_clean()
        return OwnWanted(self.cleaned_data["q"], self.cleaned_data.get("day"))


def read_own(stay: Session, wanted: OwnWanted, *, after: str, size: int) -> OwnRecords:
    """Read the page after a key, of what is looked for; the first one for a key that is none."""
    now = SystemClock().now()
    first = first_day_shown(brussels_date(now))
    last = brussels_date(now) + timedelta(days=checkin_counter().limits.times.most_days_ahead)
    number = wanted.words.replace(" ", "")
    is_number = number.isascii() and number.isdigit()
    read = partial(
        own_records,
        first=first if wanted.day is None else max(first, wanted.day),
        last=last if wanted.day is None else min(last, wanted.day),
        asker=asker_of_oneself(stay),
        environment=Environment.PRODUCTION,
        at=now,
        size=size,
        number=int(number[:_DIGITS]) if is_number else None,
        work_place=number.upper() if number and not is_number else None,
    )
    try:
        return read(after=after)
    except PageKeyError:
        return read()
