"""The official search criteria as a form: 1 to 31 periods, states, remarks, and the eight orders (check-in declarations §1.1)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domain.checkins.codes import Remark
from domain.checkins.items import Worker
from domain.checkins.searches import LONGEST_SEARCH, MOST_PERIODS, DayPeriod, Direction, SortedBy
from domain.checkins.vocabulary import EventType, PresenceKind, PresenceStatus, Sector
from portal.pages.checkins.day_fields import CalendarDayField
from portal.pages.checkins.forms import read_company, read_work_place
from portal.pages.checkins.sealed_ids import open_id
from portal.pages.checkins.wanted import WITH_SUBCONTRACTORS, Wanted, day_field
from portal.pages.checkins.words import REMARKS, SECTORS, STATES, act_word
from portal.pages.forms import CounterForm
from portal.pages.national_numbers import read_national_number
from validators.checkins.shapes import is_limosa_number

MOST_REMARKS = 17
ANOTHER_PERIOD = "another_period"
"""The name of the button that asks for room for one more period."""
_KEPT = "worker"
"""The field by which a search stays that of the worker of the one before; no number is told again."""
_ANY = ("", gettext_lazy("any"))
_STATES = (PresenceStatus.REGISTERED, PresenceStatus.VALIDATED, PresenceStatus.FAILED, PresenceStatus.CANCELLED)
_BY_INSTANT = (str(SortedBy.INSTANT), gettext_lazy("day and time"))
_SORTS = (
    (str(SortedBy.REGISTRATION_DATE), gettext_lazy("day")),
    (str(SortedBy.ID), gettext_lazy("receipt number")),
    (str(SortedBy.CREATION_DATE), gettext_lazy("when it was received")),
    (str(SortedBy.STATUS), gettext_lazy("state")),
    (str(SortedBy.WORK_PLACE), gettext_lazy("work place")),
    (str(SortedBy.EMPLOYER), gettext_lazy("employer")),
    (str(SortedBy.CHANNEL), gettext_lazy("channel")),
    (str(SortedBy.SENDER), gettext_lazy("sender")),
)
_KINDS = (
    (str(PresenceKind.DAY), act_word(PresenceKind.DAY, "", "")),
    (str(EventType.IN), act_word(PresenceKind.EVENT, EventType.IN, "")),
    (str(EventType.OUT), act_word(PresenceKind.EVENT, EventType.OUT, "")),
)
_DIRECTIONS = (
    (str(Direction.DESCENDING), gettext_lazy("descending")),
    (str(Direction.ASCENDING), gettext_lazy("ascending")),
)


class SearchForm(CounterForm):
    """Days and what else must hold; `wanted` once it is valid, without the worker."""

    first = CalendarDayField(label=gettext_lazy("From"), missing=gettext_lazy("Give the first day."))
    last = CalendarDayField(label=gettext_lazy("Until and including"), missing=gettext_lazy("Give the last day."))
    place = forms.CharField(label=gettext_lazy("Number of the work place"), required=False, max_length=20)
    company = forms.CharField(label=gettext_lazy("Number of the company"), required=False, max_length=18)
    statuses = forms.MultipleChoiceField(
        label=gettext_lazy("State"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(status.name, STATES[status.name][0]) for status in _STATES],
    )
    number = forms.CharField(
        label=gettext_lazy("National number of a worker"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    limosa = forms.CharField(
        label=gettext_lazy("Limosa number of a worker"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    what = forms.ChoiceField(label=gettext_lazy("What"), required=False, choices=[_ANY, *_KINDS])
    remarks = forms.MultipleChoiceField(
        label=gettext_lazy("Remarks"),
        help_text=gettext_lazy("Registrations with at least one of them, of at most 17."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(each.name, REMARKS[each]) for each in Remark],
    )
    sector = forms.ChoiceField(
        label=gettext_lazy("Sector"),
        required=False,
        choices=[_ANY, *((str(each), SECTORS[each]) for each in Sector)],
    )
    created_first = CalendarDayField(label=gettext_lazy("Received from"))
    created_last = CalendarDayField(label=gettext_lazy("Received until and including"))
    sort = forms.ChoiceField(label=gettext_lazy("Sorted by"), required=False, choices=_SORTS)
    direction = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=_DIRECTIONS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments
        super().__init__(*args, **kwargs)
        told = self.data or self.initial
        for place in range(1, _periods_in(told)):
            self.fields[day_field("first", place)] = CalendarDayField(label=_("From"))
            self.fields[day_field("last", place)] = CalendarDayField(label=_("Until and including"))
        sealed = self.data.get(_KEPT) or "".join(self.initial.get(_KEPT, ()))
        self._kept = open_id(sealed)
        self._is_unreadable = bool(sealed) and self._kept is None
        if self._kept is not None:
            self.fields[_KEPT] = _kept_field(sealed)

    @classmethod
    def with_room(cls, told: QueryDict) -> "SearchForm":
        """Return the form as it was filled in, not judged, with room for one more period."""
        lists = {name: told.getlist(name) for name in ("statuses", "remarks", _KEPT)}
        place = min(_periods_in(told), MOST_PERIODS - 1)
        return cls(initial={**told.dict(), **lists, day_field("first", place): told.get(day_field("first", place), "")})

    @property
    def more_periods(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The fields of every period but the first."""
        for place in range(1, MOST_PERIODS):
            if day_field("first", place) in self.fields:
                yield self[day_field("first", place)], self[day_field("last", place)]

    @property
    def has_room(self) -> bool:
        """Whether another period can be added."""
        return day_field("first", MOST_PERIODS - 1) not in self.fields

    def clean_place(self) -> str:
        """Read the work place, if one is given."""
        text = self.cleaned_data["place"].strip()
        return read_work_place(text) if text else ""

    def clean_number(self) -> str:
        """Read the national number, if one is given."""
        text = self.cleaned_data["number"].strip()
        return read_national_number(text) if text else ""

    def clean_company(self) -> str:
        """Read the number of the company, if one is given."""
        text = self.cleaned_data["company"].strip()
        return read_company(text) if text else ""

    def clean_limosa(self) -> str:
        """Read the Limosa number, if one is given."""
        text: str = self.cleaned_data["limosa"].strip()
        if text and not is_limosa_number(text):
            raise ValidationError(_("This is no Limosa number."))
        return text

    def clean_remarks(self) -> list[str]:
        """Take no more remarks than the official message does."""
        remarks: list[str] = self.cleaned_data["remarks"]
        if len(remarks) > MOST_REMARKS:
            raise ValidationError(_("Choose 17 remarks at most."))
        return remarks

    def clean(self) -> dict[str, Any]:
        """Add `periods`; none runs backwards, and together they are no longer than a month."""
        cleaned: dict[str, Any] = super().clean() or {}
        periods = []
        for place in range(MOST_PERIODS):
            first, last = cleaned.get(day_field("first", place)), cleaned.get(day_field("last", place))
            if first and last and last < first:
                self.add_error(day_field("last", place), _("The last day lies before the first."))
            elif first and last:
                periods.append(DayPeriod(first, last))
            elif (first or last) and place:
                self._ask_for_the_other(place, first)
        if sum((one.length for one in periods), timedelta()) > LONGEST_SEARCH:
            self.add_error("last", _("A search covers 31 days at most."))
        cleaned["periods"] = tuple(periods)
        if self._is_unreadable and not self.workers:
            self.add_error("number", _("Give the number of the worker again."))
        return cleaned

    def _ask_for_the_other(self, place: int, first: date | None) -> None:
        """Say which end of a period is missing, unless what is there is no day."""
        end, said = ("last", _("Give the last day.")) if first else ("first", _("Give the first day."))
        if day_field(end, place) not in self.errors:
            self.add_error(day_field(end, place), said)

    @property
    def workers(self) -> set[Worker]:
        """The numbers by which a worker is asked for; `wanted` does not tell them."""
        national, limosa = self.cleaned_data.get("number"), self.cleaned_data.get("limosa")
        return {*([Worker(inss=national)] if national else []), *([Worker(limosa_id=limosa)] if limosa else [])}

    @property
    def kept_worker(self) -> int | None:
        """The id of the worker of the search before, 0 for one whom nobody knows; None once he was given up."""
        return self._kept if self.cleaned_data.get(_KEPT) else None

    @property
    def wanted(self) -> Wanted:
        """What was asked for."""
        told = {name: self.cleaned_data[name] for name in _ONE_BY_ONE if self.cleaned_data.get(name)}
        return Wanted(
            periods=self.cleaned_data["periods"],
            statuses=tuple(self.cleaned_data["statuses"]),
            remarks=tuple(self.cleaned_data["remarks"]),
            **told,
        )


_ONE_BY_ONE = ("place", "company", "what", "sector", "created_first", "created_last", "sort", "direction", "staff")


class StaffSearchForm(SearchForm):
    """The same for a company: first by day and time, and of its subcontractors' staff where the setting lets contractors see it."""

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
        self.fields["sort"].choices = [_BY_INSTANT, *_SORTS]  # type: ignore[attr-defined]
        if not settings.GUICHET.check_ins.subcontractor_staff_visible:
            del self.fields["staff"]

    @property
    def wanted(self) -> Wanted:
        """What was asked for; by day and time where no order was chosen."""
        wanted = super().wanted
        return wanted if self.cleaned_data["sort"] else replace(wanted, sort=_BY_INSTANT[0])


def _kept_field(sealed: str) -> forms.MultipleChoiceField:
    """Return the field that keeps the worker as long as it is ticked."""
    return forms.MultipleChoiceField(
        label=_("Worker"),
        help_text=_(
            "The number is not shown again. Without the tick all workers are searched; another number takes its place."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(sealed, _("only the one whose number was given"))],
    )


def _periods_in(told: Mapping[str, object]) -> int:
    """Return for how many periods there is room in what a form was sent, or begins with."""
    return next((place for place in range(1, MOST_PERIODS) if day_field("first", place) not in told), MOST_PERIODS)
