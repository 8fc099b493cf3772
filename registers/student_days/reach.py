"""Say which persons, days and periods a set of forms may concern, so that all of it is locked before anything is decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.student_declarations import (
    STUDENT,
    DailyRegistration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    JudgedForm,
)

NO_END = date(9999, 12, 31)
"""The last day of a period without an end; an update that names it takes the end away (student declarations §1.3)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a person that a new period would take; `uses_contingent` for a student's."""

    person_id: int
    first: date
    last: date
    uses_contingent: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What a set of forms may concern: new periods, the days that the named ones might extend to, daily registrations.

    A period that is changed, closed or cancelled takes the registrations with it that are outside its days then.
    """

    spans: frozenset[Span]
    numbers: Mapping[int, tuple[date, ...]]
    registrations: frozenset[int] = frozenset()
    concerns_registrations: bool = False


def reach_of(forms: Iterable[JudgedForm], *, people: Mapping[str, int]) -> Reach:
    """Return what the forms may concern; `people` are the persons by national number."""
    spans: set[Span] = set()
    numbers: dict[int, tuple[date, ...]] = {}
    registrations: set[int] = set()
    presences = False
    for form in forms:
        match form.action:
            case DimonaIn(insz=str(insz)) as action:
                uses_contingent = action.worker_type == STUDENT
                last = action.ending_date or NO_END
                spans.add(Span(people[insz], action.starting_date, last, uses_contingent))
            case DimonaOut() | DimonaUpdate() | DimonaCancel() as action:
                presences = True
                number = int(action.period_id)
                numbers[number] = numbers.get(number, ()) + _days_named(action)
            case DailyRegistration() as action:
                presences = True
                if action.period_id is not None:
                    numbers.setdefault(int(action.period_id), ())
                if action.registration_id is not None:
                    registrations.add(int(action.registration_id))
            case _:
                pass
    return Reach(frozenset(spans), numbers, frozenset(registrations), presences)


def _days_named(action: DimonaOut | DimonaUpdate | DimonaCancel) -> tuple[date, ...]:
    match action:
        case DimonaCancel():
            return ()
        case DimonaOut():
            return (action.ending_date,)
        case DimonaUpdate():
            return tuple(day for day in (action.starting_date, action.ending_date) if day is not None)
