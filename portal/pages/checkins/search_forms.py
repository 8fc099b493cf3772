"""The official search criteria as a form, and the same as a word that an address can carry; no national number is in it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.brussels import BRUSSELS
from domain.checkins.codes import Remark
from domain.checkins.searches import DayPeriod, Direction, FoundPage, SearchCriteria, SortedBy
from domain.checkins.vocabulary import PresenceStatus, Sector
from domain.identifiers import is_insz
from portal.pages.checkins.forms import read_work_place
from portal.pages.checkins.words import SECTORS, STATES
from portal.pages.forms import CounterForm

WITH_SUBCONTRACTORS = "all"
LONGEST_PERIOD = timedelta(days=31)
_INSTANT = timedelta(microseconds=1)
_SALT = "portal.pages.checkins.search"
_ANY = ("", gettext_lazy("any"))
_DAY = {"type": "date"}
_SORTS = (
    (f"{SortedBy.REGISTRATION_DATE}|{Direction.DESCENDING}", gettext_lazy("newest day first")),
    (f"{SortedBy.REGISTRATION_DATE}|{Direction.ASCENDING}", gettext_lazy("oldest day first")),
    (f"{SortedBy.WORK_PLACE}|{Direction.ASCENDING}", gettext_lazy("work place")),
    (f"{SortedBy.STATUS}|{Direction.ASCENDING}", gettext_lazy("state")),
    (f"{SortedBy.CREATION_DATE}|{Direction.DESCENDING}", gettext_lazy("last received first")),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched: days in Brussels, both included; empty texts mean any. A worker is named by the person's id."""

    first: date
    last: date
    place: str = ""
    status: str = ""
    remark: str = ""
    sector: str = ""
    created_first: date | None = None
    created_last: date | None = None
    person_id: int | None = None
    sort: str = str(_SORTS[0][0])
    staff: str = ""

    @classmethod
    def on(cls, day: date) -> Self:
        """Return the search that a page begins with: everything of a day."""
        return cls(day, day)

    @property
    def word(self) -> str:
        """The search as a signed word."""
        told = {name: str(value) for name, value in self._told().items() if value not in {"", None}}
        return signing.dumps(told, salt=_SALT, compress=True)

    @classmethod
    def read(cls, word: str) -> Self | None:
        """Return what a word says; None for what we did not write."""
        try:
            told: dict[str, str] = signing.loads(word, salt=_SALT)
        except signing.BadSignature:
            return None
        days = {name: date.fromisoformat(told.pop(name)) for name in _DAYS if name in told}
        person = told.pop("person_id", None)
        return cls(**days, **told, person_id=int(person) if person else None)  # type: ignore[arg-type]

    @property
    def has_more(self) -> bool:
        """Whether anything is wanted besides days, work place and state."""
        return any(
            (self.remark, self.sector, self.created_first, self.created_last, self.person_id is not None, self.staff)
        )

    def of_person(self, person_id: int) -> Self:
        """Return the same search for one person."""
        return replace(self, person_id=person_id)

    def as_initial(self) -> dict[str, object]:
        """Return what a form begins with; the worker is not told again."""
        return {name: value for name, value in self._told().items() if name != "person_id"}

    def created(self) -> tuple[datetime | None, datetime | None]:
        """Return the instants (UTC) between which it was received: the first included, the second not."""
        first = _midnight(self.created_first) if self.created_first else None
        return first, _midnight(self.created_last + timedelta(days=1)) if self.created_last else None

    def criteria(self, employer: str | None) -> SearchCriteria:
        """Return the search as the register is asked it, for the staff of one company or of all."""
        first, until = self.created()
        return SearchCriteria(
            periods=(DayPeriod(self.first, self.last),),
            enterprise_number=employer,
            person_id=self.person_id,
            work_place_id=self.place or None,
            statuses=(PresenceStatus[self.status],) if self.status else (),
            remarks=(Remark[self.remark],) if self.remark else (),
            sector=Sector(self.sector) if self.sector else None,
            created_from=first,
            created_until=None if until is None else until - _INSTANT,
        )

    @property
    def is_of_own_staff(self) -> bool:
        """Whether subcontractors' staff is left out."""
        return self.staff != WITH_SUBCONTRACTORS

    def part(self, first_row: int, size: int) -> FoundPage:
        """Return which part of what is found is shown, in the order that is wanted."""
        by, _bar, direction = self.sort.partition("|")
        return FoundPage(first_row, size, sorted_by=SortedBy(by), direction=Direction(direction))

    def _told(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


_DAYS = ("first", "last", "created_first", "created_last")


class SearchForm(CounterForm):
    """Days and what else must hold; `wanted` once it is valid, without the worker."""

    first = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the first day."), "invalid": gettext_lazy("This is no day.")},
    )
    last = forms.DateField(
        label=gettext_lazy("Until and including"),
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the last day."), "invalid": gettext_lazy("This is no day.")},
    )
    place = forms.CharField(label=gettext_lazy("Number of the work place"), required=False, max_length=20)
    status = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[_ANY, *((status.name, STATES[status.name][0]) for status in PresenceStatus if status.name in STATES)],
    )
    number = forms.CharField(
        label=gettext_lazy("National number of a worker"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    remark = forms.ChoiceField(
        label=gettext_lazy("Remark"), required=False, choices=[_ANY, *((each.name, str(each)) for each in Remark)]
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        required=False,
        choices=[_ANY, *((str(each), SECTORS[each]) for each in Sector)],
    )
    created_first = forms.DateField(
        label=gettext_lazy("Received from"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("This is no day.")},
    )
    created_last = forms.DateField(
        label=gettext_lazy("Received until and including"),
        required=False,
        widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("This is no day.")},
    )
    sort = forms.ChoiceField(label=gettext_lazy("Sorted by"), required=False, choices=_SORTS)

    def clean_place(self) -> str:
        """Read the work place, if one is given."""
        text = self.cleaned_data["place"].strip()
        return read_work_place(text) if text else ""

    def clean_number(self) -> str:
        """Read the national number, if one is given."""
        digits = "".join(letter for letter in self.cleaned_data["number"] if letter.isdigit())
        if self.cleaned_data["number"].strip() and not is_insz(digits):
            raise ValidationError(_("This is no national number: eleven digits."))
        return digits

    def clean(self) -> dict[str, Any]:
        """Let no period be longer than a month, or run backwards."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first and last and last - first >= LONGEST_PERIOD:
            self.add_error("last", _("A search covers 31 days at most."))
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "number" and value}
        return Wanted(**told)


class StaffSearchForm(SearchForm):
    """The same for a company, which may ask for its subcontractors' staff where the setting lets contractors see it."""

    staff = forms.ChoiceField(
        label=gettext_lazy("Whose staff"),
        required=False,
        choices=[
            ("", gettext_lazy("our own")),
            (WITH_SUBCONTRACTORS, gettext_lazy("our own and that of our subcontractors")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        if not settings.GUICHET.check_ins.subcontractor_staff_visible:
            del self.fields["staff"]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BRUSSELS).astimezone(UTC)
