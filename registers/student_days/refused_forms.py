"""Say which period and which employer a refused form speaks of, as far as its sender may see them.

What a sender may not see is kept of no form, so that nobody who reads the register is told it by a stranger's form.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from domain.student_declarations import JudgedForm
from registers.student_days.decisions.outcomes import Decision, Surroundings
from registers.student_days.models import Period
from registers.student_days.named_periods import number_named


class Concern(NamedTuple):
    """The period and the employer that a form speaks of; None for one that it does not name or its sender may not see."""

    period_id: int | None = None
    employer_id: int | None = None


def concerns_of(decisions: Sequence[Decision], surroundings: Surroundings) -> dict[int, Concern]:
    """Return what each refused form concerns, by its index. At most one query; none where all periods were read before."""
    refused = [decision.form for decision in decisions if not decision.is_accepted]
    named = {form.index: number for form in refused if (number := number_named(form.action)) is not None}
    employers = _employers_of(set(named.values()), surroundings)
    return {form.index: _concern(form, named.get(form.index), employers, surroundings) for form in refused}


def _concern(form: JudgedForm, number: int | None, employers: Mapping[int, int], surroundings: Surroundings) -> Concern:
    standing = None if form.employer is None else surroundings.employers.get(form.employer)
    of_period = None if number is None else employers.get(number)
    employer = standing.entity_id if standing is not None and standing.is_covered else of_period
    return Concern(None if of_period is None else number, employer)


def _employers_of(numbers: set[int], surroundings: Surroundings) -> dict[int, int]:
    """Return the employers of those of the periods that the sender declares for."""
    held = surroundings.holdings.periods
    found = {number: held[number].employer_id for number in numbers if number in held}
    if missing := numbers - found.keys():
        periods = Period.objects.filter(pk__in=missing, environment=surroundings.context.environment)
        found |= dict(periods.values_list("pk", "employer_id"))
    return {number: employer for number, employer in found.items() if employer in surroundings.covered}
