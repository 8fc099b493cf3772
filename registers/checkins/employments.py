"""What employers declared of the work on the days of presences (Dimona), asked once for all who want to know."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from domain.environments import Environment
from registers.checkins.records import PresenceRecord

_DECLARED = """
    SELECT asked.number, period.worker_type, period.joint_commission, period.using_employer
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[]) AS asked (number, person_id, employer, day)
    JOIN access_entity entity ON entity.company_number = asked.employer AND entity.environment = %s
    JOIN student_days_period period ON period.person_id = asked.person_id AND period.employer_id = entity.id
        AND period.state <> 'CANCELLED' AND period.starting_date <= asked.day
        AND (period.ending_date IS NULL OR period.ending_date >= asked.day)
    ORDER BY asked.number, period.starting_date DESC, period.id DESC
"""


@dataclass(frozen=True, slots=True)
class DeclaredWork:
    """A period of work as its employer declared it; `using_employer` is the firm that uses a temporary worker, or empty."""

    worker_type: str
    joint_commission: str
    using_employer: str


def works_declared(
    records: Sequence[PresenceRecord], *, environment: Environment
) -> Mapping[int, Sequence[DeclaredWork]]:
    """Return what the employer of each declared of its person for its day, what began last first, by receipt number.

    Who is on no period is left out. One query, none where no Belgian employer is among them.
    """
    asked = [one for one in records if is_of_belgian_employer(one)]
    return _read([(one.number, one.person_id, one.employer, one.asked_day) for one in asked], environment=environment)


def is_work_declared(person_id: int, employer: str, *, environment: Environment, on: date) -> bool:
    """Whether the employer declared any work of the person for that day; one query."""
    return bool(_read([(0, person_id, employer, on)], environment=environment))


def employers_among(
    person_id: int, companies: Collection[str], *, environment: Environment, on: date
) -> frozenset[str]:
    """Return which of the companies declared any work of the person for that day; one query, none for no company."""
    asked = dict(enumerate(sorted(companies)))
    found = _read([(place, person_id, company, on) for place, company in asked.items()], environment=environment)
    return frozenset(asked[place] for place in found)


def _read(
    asked: Sequence[tuple[int, int, str, date]], *, environment: Environment
) -> Mapping[int, Sequence[DeclaredWork]]:
    """Return what is declared for each number, person, employer and day, by the number."""
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_DECLARED, [*map(list, zip(*asked, strict=True)), str(environment)])
        rows = cursor.fetchall()
    found: dict[int, list[DeclaredWork]] = defaultdict(list)
    for number, *facts in rows:
        found[number].append(DeclaredWork(*facts))
    return found


def is_of_belgian_employer(record: PresenceRecord) -> bool:
    """Whether its employer has a company number, and not a foreign VAT number or none."""
    return record.employer[:1].isdigit()
