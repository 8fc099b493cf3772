"""Count how much of what an employer's staff registered on some days is complete, right and in time (check-in declarations §4)."""

from dataclasses import dataclass
from fractions import Fraction

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from domain.checkins.codes import Remark
from domain.checkins.searches import LONGEST_SEARCH, DayPeriod
from domain.checkins.vocabulary import EventType, PresenceKind, PresenceStatus
from domain.environments import Environment
from registers.checkins.days_of_staff import spells_begun
from registers.checkins.models import Presence, SpellState
from registers.checkins.presence_tables import BROUGHT_FOR, OF_NO_COMPANY

STANDING = (PresenceStatus.REGISTERED, PresenceStatus.VALIDATED, PresenceStatus.FAILED)
"""The statuses of what is counted: what was cancelled, or corrected since, stands no more."""
_FAILED = Q(status=PresenceStatus.FAILED.name)
_LATE = Q(remarks__contains=[Remark.LATE.name])
_WITHOUT_OUT = Q(remarks__contains=[Remark.MISSING_OUT.name])
_WITHOUT_IN = Q(remarks__contains=[Remark.OUT_WITHOUT_IN.name])
_BROUGHT_IN = OF_NO_COMPANY & Q(event_type=EventType.IN)


@dataclass(frozen=True, slots=True)
class Compliance:
    """What the register knows of an employer's staff on some days, and nothing else: who never registered is not in it.

    Of the spells of work that were `begun` on these days, so many `ended` by a check-out, also one that a correction added.
    Of the `registrations` of these days - each check-in, each check-out and each presence on a day, `days` of them of the last
    kind - so many are check-ins whose check-out is missing (R05), are check-outs whose check-in is missing (R03), are `remarked`
    officially (FAILED), or came `late` (R01). One may be several of these; `sound` are those that are none, whatever other remarks
    of the counter they have.
    """

    begun: int
    ended: int
    registrations: int
    days: int
    without_out: int
    without_in: int
    remarked: int
    late: int
    sound: int

    @property
    def rate(self) -> Fraction | None:
        """The part of the registrations that is sound, from 0 to 1; None where there are none, of which nothing can be said."""
        return Fraction(self.sound, self.registrations) if self.registrations else None


def read_compliance(company: str, days: DayPeriod, *, environment: Environment) -> Compliance:
    """Return it of the company's staff, also of whom it brought for a firm abroad or by a Limosa number alone; two queries.

    What is not validated yet counts as not remarked, and whose check-out is still waited for lacks none. Raises ValueError for
    more than 31 days: the months of these alone are planned.
    """
    if days.length > LONGEST_SEARCH:
        message = f"the rate is of {LONGEST_SEARCH.days} days at most, got {days.length.days}"
        raise ValueError(message)
    registered = Presence.objects.alias(whose=BROUGHT_FOR).filter(
        Q(employer=company) | (OF_NO_COMPANY & Q(whose=company)),
        environment=environment,
        registration_date__range=(days.first, days.last),
        status__in=[status.name for status in STANDING],
        next_date__isnull=True,
    )
    told = registered.aggregate(
        registrations=Count("number"),
        days=Count("number", filter=Q(kind=PresenceKind.DAY)),
        without_out=Count("number", filter=_WITHOUT_OUT),
        without_in=Count("number", filter=_WITHOUT_IN),
        remarked=Count("number", filter=_FAILED),
        late=Count("number", filter=_LATE),
        sound=Count("number", filter=~_FAILED & ~_LATE & ~_WITHOUT_OUT & ~_WITHOUT_IN),
        people=ArrayAgg("person_id", filter=_BROUGHT_IN, default=[]),
        numbers=ArrayAgg("number", filter=_BROUGHT_IN, default=[]),
    )
    brought = list(zip(told.pop("people"), told.pop("numbers"), strict=True))
    spells = spells_begun(company, days, brought=brought, environment=environment)
    return Compliance(
        **told, **spells.aggregate(begun=Count("first_in"), ended=Count("first_in", filter=Q(state=SpellState.ENDED)))
    )
