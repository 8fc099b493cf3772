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


class SiteStanding(StrEnum):
    """With what word somebody is on the list of a work place (decision 0071); the surest first."""

    AT_WORK = "AT_WORK"
    ON_BREAK = "ON_BREAK"
    FOR_THE_DAY = "FOR_THE_DAY"
    MAY_HAVE_LEFT = "MAY_HAVE_LEFT"


@dataclass(frozen=True, slots=True)
class OnSiteFor:
    """For whom somebody is at a work place, and by which registration.

    `brought_for` is the company for which he was registered where `employer` is no company here; empty where he did so himself.
    """

    employer: str
    brought_for: str
    registration_id: int

    @property
    def company(self) -> str:
        """Whose staff he is (decision 0074): the employer's, or of the company for which he was brought."""
        return self.brought_for or self.employer


@dataclass(frozen=True, slots=True)
class PersonOnSite:
    """Somebody who is at a work place now, once, for each company that says so; what is surest comes first.

    `since` is the instant of the IN, or of the OUT for a break; None by a day presence of today.
    """

    person_id: int
    since: datetime | None
    standing: SiteStanding
    of: tuple[OnSiteFor, ...]


@dataclass(frozen=True, slots=True)
class StaffOnSite:
    """Somebody of an employer's staff who is at a work place now, or at several by day presences; otherwise as above."""

    person_id: int
    since: datetime | None
    standing: SiteStanding
    registration_id: int
    work_place_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteCount:
    """How many people of one company are at a work place now."""

    company: str
    present: int


@dataclass(frozen=True, slots=True)
class SiteNumbers:
    """How many people are at a work place now, how many of them are on a break, and how many of each company.

    Who is there for two companies is one of each, and one of all. It is all that a client is shown.
    """

    present: int
    on_break: int
    by_company: tuple[SiteCount, ...]


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
