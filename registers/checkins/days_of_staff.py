"""List the days of a company's staff as their events make them: spells of work at a place, breaks inside (§2.2, §5.1)."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from domain.checkins.searches import DayPeriod
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.models import Presence, Spell
from registers.checkins.presence_tables import OF_NO_COMPANY


def spells_of_staff(
    company: str,
    periods: Sequence[DayPeriod],
    *,
    environment: Environment,
    employer: str = "",
    work_place: str = "",
    person_id: int | None = None,
) -> QuerySet[Spell]:
    """Return the spells that began on those days, of the company's staff; of one employer, place or person where they are given.

    Its staff are also those whom it brought for a firm abroad or by a Limosa number alone. These are looked for first, by
    one query: a spell does not tell who brought it.
    """
    first, last = min(one.first for one in periods), max(one.last for one in periods)
    brought = Presence.objects.filter(
        OF_NO_COMPANY,
        environment=environment,
        brought_by=company,
        event_type=EventType.IN,
        registration_date__range=(first, last),
        next_date__isnull=True,
    )
    came = list(brought.values_list("person_id", "number"))
    whose = Q(employer=company)
    if came:
        people, numbers = {person for person, _ in came}, [number for _, number in came]
        whose |= OF_NO_COMPANY & Q(person_id__in=people, first_in__in=numbers)
    spells = Spell.objects.filter(whose, environment=environment, work_date__range=(first, last))
    if len(periods) > 1:
        days = Q()
        for one in periods:
            days |= Q(work_date__range=(one.first, one.last))
        spells = spells.filter(days)
    given = {"employer": employer or None, "work_place": work_place or None, "person_id": person_id}
    return spells.filter(**{name: value for name, value in given.items() if value is not None})
