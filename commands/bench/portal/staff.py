"""Let the largest company have staff at work, one of whose check-ins was corrected and is to be once more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commands.bench.national_numbers import national_number
from domain.brussels import brussels_date
from domain.checkins.items import CorrectionRequest, DayPresence, Employer, Evidence, Item, PresenceEvent, Worker
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import CorrectionTaken, Declarant, Outcome, Registered
from domain.checkins.vocabulary import ClockingChannel, EventType, Sector
from domain.environments import Environment

if TYPE_CHECKING:
    from registers.persons.aliases import Aliases

_STAFF = 150
"""Three pages of a search."""

_CLEANED, _BUILT = "1Y1003BENCHA1", "1Y1003BENCHB2"
_SENDER = "100202"


def register_staff(company: str, *, aliases: "Aliases", at: datetime) -> None:
    """Register everybody at a work place of the company with that number, and the first as a day too."""
    for number, sector in ((_CLEANED, Sector.CLEANING), (_BUILT, Sector.CONSTRUCTION)):
        _enter_place(number, sector, company, at=at)
    employer = Employer(enterprise_number=company)
    workers = [Worker(inss=national_number(count)) for count in range(_STAFF)]
    items: list[Item] = [
        PresenceEvent(at - timedelta(minutes=place), EventType.IN, worker, employer, _CLEANED)
        for place, worker in enumerate(workers)
    ]
    first, *_others = _take([*items, DayPresence(workers[0], employer, _BUILT)], company, aliases=aliases, at=at)
    if not isinstance(first, Registered):
        raise TypeError(f"staff of the bench is not registered: {first}")
    asked = CorrectionRequest(
        first.registration.id,
        None,
        "The reader was slow.",
        at - timedelta(minutes=1),
        evidence=(Evidence("badge-log.pdf", "9f" * 32),),
    )
    (made,) = _take([asked], company, aliases=aliases, at=at)
    _accept(made, at=at)
    _take([replace(asked, corrected_at=at - timedelta(minutes=2))], company, aliases=aliases, at=at)


def _enter_place(number: str, sector: Sector, company: str, *, at: datetime) -> None:
    from registers.checkins.work_places import WorkPlaceFacts, enter_work_place  # noqa: PLC0415 - Django is set up by then

    facts = WorkPlaceFacts(number, sector, f"Site {number}", company, brussels_date(at))
    enter_work_place(facts, environment=Environment.PRODUCTION, actor="bench", at=at)


def _take(items: Sequence[Item], company: str, *, aliases: "Aliases", at: datetime) -> list[Outcome]:
    from registers.checkins.intake import take_items  # noqa: PLC0415 - Django is set up by then

    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender=_SENDER, enterprise_number=company)
    return take_items(items, by=by, received_at=at, at=at, aliases=aliases, limits=CheckInLimits())


def _accept(made: Outcome, *, at: datetime) -> None:
    """Decide as an official does once the evidence is there."""
    from registers.checkins.deciding import accept  # noqa: PLC0415 - Django is set up by then
    from registers.checkins.models import Correction  # noqa: PLC0415

    if not isinstance(made, CorrectionTaken):
        raise TypeError(f"a correction of the bench is not taken: {made}")
    Correction.objects.filter(number=made.correction_id).update(state="SUBMITTED", submitted_at=at)
    limits = CheckInLimits()
    accept(made.correction_id, environment=Environment.PRODUCTION, by="bench", note="", limits=limits, at=at)
