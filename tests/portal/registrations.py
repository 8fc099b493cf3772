"""What a worker and a company registered, and asked to correct, with the numbers that pages are looked at by."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from domain.brussels import brussels_date
from domain.checkins.items import (
    CorrectionRequest,
    DayPresence,
    Employer,
    Evidence,
    Item,
    MissingEvent,
    PresenceEvent,
    Worker,
)
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import Capacity, ClockingChannel, EventType, ReportOutcome
from domain.environments import Environment
from domain.identifiers import Sex, bis_number
from registers.checkins.bringers import staffed_by
from registers.checkins.deciding import accept
from registers.checkins.intake import take_items
from registers.checkins.models import Correction, ErrorReport, Presence, WorkPlace, WorkPlaceParty
from registers.persons.aliases import Aliases
from registers.persons.models import PersonIdentifier
from registers.persons.numbers import PersonKeys
from registers.persons.told_names import NameTold, note_told_names
from tests.portal.browser.pages import (
    BRIDGE,
    COLLEAGUE,
    DECIDED,
    DOCK,
    HALL,
    OWN_ASKED,
    OWN_EVENT,
    STAFF,
    STAFF_ASKED,
    STAFF_TOLD,
    YARD,
)

COMPANY, OTHER = "0412345614", "0400767772"
WORKER = Worker(inss=bis_number(date(1999, 3, 14), Sex.FEMALE, 996))
ONE_OF_THE_STAFF = Worker(inss=bis_number(date(1985, 1, 1), Sex.FEMALE, 998))
_BEFORE = STAFF % 10**11 - 1
_EVIDENCE = (Evidence("badge-log.pdf", "9f" * 32),)


def settle_registrations(person_id: int, keys: PersonKeys) -> None:
    """Let the person have a number, check in as an employee and as self-employed, and register a day.

    The person and the company each ask for a correction; what the company asks for is handed in. `keys` are those by which the
    pages read numbers. The manager's company has two work places, with staff of its own.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    aliases = Aliases(keys, environment=Environment.PRODUCTION)
    made = aliases.find_or_create({WORKER}, at=now)[WORKER]
    PersonIdentifier.objects.filter(pk=made.identifier_id).update(person_id=person_id)
    for number, company, sector, name in (
        (HALL, COMPANY, "CLEANING", "Rathaus"),
        (YARD, OTHER, "CLEANING", "Bauhof"),
        (BRIDGE, OTHER, "CONSTRUCTION", "Maasbrug"),
        (DOCK, COMPANY, "CONSTRUCTION", "Kai"),
    ):
        _place(number, company, sector, name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('checkins_presence_number', %s)", [_BEFORE])
    employer, early = Employer(enterprise_number=OTHER), now - timedelta(minutes=2)
    for item in (
        PresenceEvent(early, EventType.IN, WORKER, employer, YARD, capacity=Capacity.EMPLOYEE),
        PresenceEvent(now, EventType.IN, WORKER, employer, YARD, capacity=Capacity.SELF_EMPLOYED),
        DayPresence(WORKER, employer, BRIDGE, capacity=Capacity.SELF_EMPLOYED),
    ):
        _take(item, aliases, person_id=person_id)
    forgotten = MissingEvent(EventType.OUT, WORKER, employer, YARD)
    for asked, number, asking in (
        (CorrectionRequest(OWN_EVENT, None, "Zu spät", early, evidence=_EVIDENCE), OWN_ASKED, person_id),
        (CorrectionRequest(None, forgotten, "Zu spät", now, evidence=_EVIDENCE), DECIDED, None),
    ):
        made = _take(asked, aliases, person_id=asking)
        Correction.objects.filter(number=made.correction_id).update(number=number)
    Correction.objects.filter(number=DECIDED).update(state="SUBMITTED", submitted_at=now)
    _told(STAFF, at=now, answer="Gut", outcome=ReportOutcome.PUT_RIGHT, handled_at=now)
    _settle_staff(aliases, at=now)


def _settle_staff(aliases: Aliases, *, at: datetime) -> None:
    """Let the manager's company register somebody at HALL and at DOCK; the first was corrected, and is to be once more."""
    employer, early = Employer(enterprise_number=COMPANY), at - timedelta(minutes=2)
    for item in (
        PresenceEvent(at, EventType.IN, ONE_OF_THE_STAFF, employer, HALL),
        DayPresence(ONE_OF_THE_STAFF, employer, DOCK),
    ):
        _take(item, aliases, company=COMPANY)
    asked = CorrectionRequest(COLLEAGUE, None, "Zu spät", early, evidence=_EVIDENCE)
    first = _take(asked, aliases, company=COMPANY).correction_id
    Correction.objects.filter(number=first).update(state="SUBMITTED", submitted_at=at)
    accept(first, environment=Environment.PRODUCTION, by="login:0", note="Gut", limits=CheckInLimits(), at=at)
    anew = CorrectionRequest(COLLEAGUE, None, "Zu spät", early - timedelta(minutes=1), evidence=_EVIDENCE)
    made = _take(anew, aliases, company=COMPANY)
    Correction.objects.filter(number=made.correction_id).update(number=STAFF_ASKED)
    person_id = aliases.find([ONE_OF_THE_STAFF])[ONE_OF_THE_STAFF].person_id
    note_told_names([NameTold(person_id, COMPANY, "Nowak", "Z")], environment=Environment.PRODUCTION, at=at)
    _told(COLLEAGUE, at=at, pk=STAFF_TOLD)
    _told(COLLEAGUE, at=at, answer="Gut", outcome=ReportOutcome.NOTHING_WRONG, handled_at=at)


def _told(number: int, *, at: datetime, **deviation: Any) -> None:
    """Let the worker of a registration tell of an error in it."""
    row = Presence.objects.get(number=number, next_date__isnull=True)
    ErrorReport.objects.create(
        environment="R",
        person_id=row.person_id,
        registration=number,
        registration_date=row.registration_date,
        employer=row.employer,
        company=staffed_by(row),
        work_place=row.work_place,
        message="TIME: Zu spät",
        reported_at=at,
        **deviation,
    )


def _place(number: str, company: str, sector: str, name: str) -> None:
    now = datetime.now(UTC)
    place = WorkPlace.objects.create(
        environment="R",
        number=number,
        sector=sector,
        name=name,
        declarant=company,
        valid_from=brussels_date(now).replace(day=1),
        changed_at=now,
    )
    WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise=company, role="CONTRACTOR", valid_from=place.valid_from
    )


def _take(item: Item, aliases: Aliases, *, person_id: int | None = None, company: str = OTHER) -> Any:
    """Let the person bring it, or the company for nobody."""
    now = datetime.now(UTC)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.PORTAL, person_id=person_id)
    if person_id is None:
        by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=company)
    (taken,) = take_items([item], by=by, received_at=now, at=now, aliases=aliases, limits=CheckInLimits())
    return taken
