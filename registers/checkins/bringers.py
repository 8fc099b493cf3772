"""Whether whoever registered something for another employer still stands for him: as mandated, and no longer (§3)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from domain.environments import Environment
from registers.checkins.places import read_places
from registers.checkins.standing import companies_of


class Brought(Protocol):
    """A registration, as who brought it matters."""

    @property
    def number(self) -> int:
        """Its receipt number."""

    @property
    def employer(self) -> str:
        """Whose staff it is of; empty for nobody."""

    @property
    def brought_by(self) -> str:
        """The other company that brought it; empty for none."""

    @property
    def work_place(self) -> str:
        """Where."""

    @property
    def registration_date(self) -> date:
        """Of which day."""


def is_bringers(row: Brought, companies: frozenset[str], *, environment: Environment) -> bool:
    """Whether one of `companies`, its own and those that mandated it, brought the row and still stands for its employer.

    Nobody mandates for an employer abroad or for a registration without one, and a contractor needs no mandate for who
    works below it. One query, for a company of Belgium that is not among `companies`.
    """
    if not row.brought_by or row.brought_by not in companies:
        return False
    if row.employer in companies or not row.employer[:1].isdigit():
        return True
    place = read_places([row.work_place], environment=environment).get(row.work_place)
    return place is not None and any(
        place.is_below(row.employer, company, row.registration_date) for company in companies
    )


def withdrawn_by(
    rows: Collection[Brought], companies: frozenset[str], *, environment: Environment, at: datetime
) -> frozenset[int]:
    """Return the numbers of the rows that `companies` may withdraw: what they brought, as long as they stand for the employer.

    An employer withdraws what its worker registered himself, and what a company brought that stands for it no more.
    """
    left = _left_to_employers(rows, companies, environment=environment, at=at)
    return left | {row.number for row in rows if _is_of(row, companies, environment=environment)}


def _is_of(row: Brought, companies: frozenset[str], *, environment: Environment) -> bool:
    if not row.brought_by:
        return row.employer in companies
    return is_bringers(row, companies, environment=environment)


def _left_to_employers(
    rows: Collection[Brought], companies: frozenset[str], *, environment: Environment, at: datetime
) -> frozenset[int]:
    brought = [row for row in rows if row.brought_by not in companies | {""} and row.employer in companies]
    standing = {
        bringer: companies_of(bringer, environment=environment, at=at)
        for bringer in sorted({row.brought_by for row in brought})
    }
    return frozenset(
        row.number for row in brought if not is_bringers(row, standing[row.brought_by], environment=environment)
    )
