"""Who looks at presences, and what the register tells of spells, work places and who is there now."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.checkins.items import Address
from domain.checkins.vocabulary import Sector


class PresenceAskerKind(StrEnum):
    """In which role somebody looks at presences (check-in declarations §3)."""

    WORKER = "WORKER"
    EMPLOYER = "EMPLOYER"
    CONTRACTOR = "CONTRACTOR"
    CLIENT = "CLIENT"
    SENDER = "SENDER"
    INSPECTOR = "INSPECTOR"
    OPERATOR = "OPERATOR"


class PresenceQuestion(StrEnum):
    """What somebody looked at."""

    OWN = "OWN"
    ONE = "ONE"
    SEARCH = "SEARCH"
    PERIOD = "PERIOD"
    SITE = "SITE"
    ON_SITE = "ON_SITE"
    MISSING_OUT = "MISSING_OUT"
    CORRECTION = "CORRECTION"
    REPORT = "REPORT"


@dataclass(frozen=True, slots=True)
class PresenceAsker:
    """Who asks, and why.

    `name` is a login, a company or sender number, never a person's name or national number. `companies` are the numbers
    whose staff may be seen: the asker's own and those that mandated it. `person_id` is set for a worker's own look. Staff
    of subcontractors is seen where the setting `GUICHET_CHECKIN_SUBCONTRACTOR_STAFF_VISIBLE` says so: then `sees_subcontractors`.
    """

    kind: PresenceAskerKind
    name: str
    reason: str
    companies: frozenset[str] = frozenset()
    person_id: int | None = None
    sees_subcontractors: bool = False

    @property
    def bringer(self) -> str:
        """Whose references are told: those of the sender whose program asks; empty for anybody else, who sent none."""
        return self.name if self.kind is PresenceAskerKind.SENDER else ""


class SpellStanding(StrEnum):
    """Where somebody's work at one place stands (§2.2)."""

    OPEN = "OPEN"
    ENDED = "ENDED"
    MISSING_OUT = "MISSING_OUT"


@dataclass(frozen=True, slots=True)
class PersonOnSite:
    """Somebody who is at a work place now: since an IN, or by a day presence of today (`since` None).

    `may_have_left` says that he was checked in elsewhere since, for another employer, and was not checked out here.
    """

    person_id: int
    employer: str
    since: datetime | None
    registration_id: int
    may_have_left: bool = False


@dataclass(frozen=True, slots=True)
class StaffOnSite:
    """Somebody of an employer's staff who is at a work place now: since an IN, or by a day presence (`since` None)."""

    person_id: int
    work_place_id: str
    since: datetime | None
    registration_id: int


@dataclass(frozen=True, slots=True)
class SiteCount:
    """How many of one employer are at a work place now; all that a client is shown."""

    employer: str
    present: int


@dataclass(frozen=True, slots=True)
class WorkPlaceSeen:
    """A work place and where it lies."""

    number: str
    name: str
    sector: Sector
    declarant: str
    responsible: str
    is_subject: bool
    valid_from: date
    valid_until: date | None
    address: Address | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    parties: tuple["PartySeen", ...] = field(default=())


@dataclass(frozen=True, slots=True)
class PartySeen:
    """A company at a work place; `parent` is the number of the company that subcontracted to it, empty for none."""

    enterprise: str
    role: str
    parent: str
    valid_from: date
    valid_until: date | None
