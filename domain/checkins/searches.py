"""What is asked of the check-in register and what is told: the official search criteria, and a registration as it is seen.

Instants are aware, dates are those of Brussels. Only a registration as its own declarant, its worker or an inspector sees
it names a person by number; no other value does.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from domain.checkins.codes import Remark
from domain.checkins.items import Capture, Place
from domain.checkins.outcomes import Registration
from domain.checkins.vocabulary import (
    CancellationReason,
    EventType,
    PresenceKind,
    PresenceOrigin,
    PresenceStatus,
    Sector,
)

MOST_PERIODS = 31
LONGEST_SEARCH = timedelta(days=31)
"""How long the periods of a search are together: a month, so that one is answered soon whoever asks (§5.2)."""

MOST_FOUND = 500
"""The most registrations in one answer; the count beside them stops there too, and says so, unless a row number reaches more (§5.2)."""

MOST_DOWNLOADED = 50_000
"""The most registrations in one file that a page gives: the month of a site of some hundred people."""

MOST_REACHED = 100_000
"""How many a search counts and reaches by row numbers where it gives no key, as over SOAP (§1.1)."""

DEFAULT_FOUND = 50


class SortedBy(StrEnum):
    """By what a list is put in order, as the official message writes it (§1.1).

    INSTANT is ours, for pages alone: by day, and within a day by the instant, day presences first.
    """

    ID = "ID"
    REGISTRATION_DATE = "REGISTRATION DATE"
    CREATION_DATE = "CREATION DATE"
    STATUS = "STATUS"
    WORK_PLACE = "PLACE OF WORK"
    EMPLOYER = "COMPANY ID"
    CHANNEL = "CHANNEL"
    SENDER = "SENDER ID"
    INSTANT = "INSTANT"


class Direction(StrEnum):
    """Which way a list runs."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"


@dataclass(frozen=True, slots=True)
class DayPeriod:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.last - self.first + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """Which registrations: every criterion that is given must hold; `periods` are 1 to 31, of 31 days together at most.

    `person_id` names a worker where no number may be told again, as in an address of a page.
    """

    periods: tuple[DayPeriod, ...]
    inss: str | None = None
    enterprise_number: str | None = None
    work_place_id: str | None = None
    statuses: tuple[PresenceStatus, ...] = ()
    remarks: tuple[Remark, ...] = ()
    created_from: datetime | None = None
    created_until: datetime | None = None
    sector: Sector | None = None
    kind: PresenceKind | None = None
    event_type: EventType | None = None
    sender: str | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Which part of what is found, in which order; with a key, what comes after it, wherever `first_row` is.

    `reach` is how far row numbers reach and the count goes; where `is_all_or_nothing`, a search that finds more is refused.
    Where it `ends_with_last`, a first row behind all that is found is taken for that of the last part.
    """

    first_row: int = 0
    size: int = DEFAULT_FOUND
    after: str = ""
    sorted_by: SortedBy = SortedBy.ID
    direction: Direction = Direction.ASCENDING
    reach: int = MOST_FOUND
    is_all_or_nothing: bool = False
    ends_with_last: bool = False

    def among(self, count: int) -> Self:
        """Return the part that is read where so many are found."""
        if not self.ends_with_last:
            return self
        last = max(min(count, self.reach) - 1, 0) // self.size * self.size
        return replace(self, first_row=min(self.first_row, last))


@dataclass(frozen=True, slots=True)
class ValidationSeen:
    """One validation, or the cancellation, of a registration; `at` is None for the registration itself."""

    status: PresenceStatus
    at: datetime | None = None
    remarks: tuple[Remark, ...] = ()
    reason: CancellationReason | None = None


@dataclass(frozen=True, slots=True)
class RegistrationSeen:
    """A registration as whoever may see its person sees it.

    `inss_submitted` and `limosa_id` are what was sent, `inss` the person's newest number; each None where there is none.
    `validations` are its history, oldest first, `earlier` the versions it superseded; both empty in lists, as is `place`.
    `distance` is in metres, from the work place. `sender` and `sender_company` are who brought it.
    """

    registration: Registration
    inss_submitted: str | None = None
    limosa_id: str | None = None
    inss: str | None = None
    validations: tuple[ValidationSeen, ...] = ()
    sender: str = ""
    sender_company: str = ""
    place: Place | None = None
    distance: int | None = None
    capture: Capture | None = None
    origin: PresenceOrigin = PresenceOrigin.SENT
    earlier: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found; `count` is of all that was found within reach, `is_capped` says that there are more than it.

    `next_key` goes on after the last row (`FoundPage.after`), None at the end.
    """

    count: int
    registrations: tuple[RegistrationSeen, ...]
    is_capped: bool = False
    next_key: str | None = None
