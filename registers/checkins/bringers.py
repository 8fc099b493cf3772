"""Whether whoever registered something for another employer still stands for him: as mandated, and no longer (§3)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.checkins.vocabulary import PresenceKind
from domain.environments import Environment
from registers.checkins.places import Place, read_places
from registers.checkins.records import is_company
from registers.checkins.standing import companies_of_each


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
    def brought_for(self) -> str | None:
        """In whose place that one brought somebody whom no company here employs; None for its own."""

    @property
    def work_place(self) -> str:
        """Where."""

    @property
    def registration_date(self) -> date:
        """Of which day."""

    @property
    def kind(self) -> str:
        """Whether it is a day or an event."""


def is_of_staff(row: Brought, company: str) -> bool:
    """Whether the row is of the company's staff: it is the employer, or no company here is, and he was brought for it.

    Nobody mandates for a firm abroad, nor where a Limosa number alone names somebody: that is of the company that brought it,
    or in whose place it did so (decision 0074).
    """
    return bool(company) and staffed_by(row) == company


def staffed_by(row: Brought) -> str:
    """Return the company of whose staff the row is, as `is_of_staff` says; empty where no company of this country brought it."""
    return row.employer if is_company(row.employer) else row.brought_for or row.brought_by


def company_concerned(row: Brought) -> str:
    """Return which company beside its employer knows of the row: who brought it, or in whose place that was done."""
    return row.brought_for or row.brought_by


def is_bringers(row: Brought, companies: frozenset[str], *, environment: Environment) -> bool:
    """Whether one of `companies`, its own and those that mandated it, brought the row and still stands for its employer.

    Of an employer abroad, or without one, it stands for who had it brought, if not for itself. A contractor needs no mandate
    for who works below it. One query, for a company of Belgium that is not among `companies`.
    """
    return _is_bringers(row, companies, places=_places_asked([(row, companies)], environment=environment))


def without_standing(rows: Collection[Brought], *, environment: Environment, at: datetime) -> frozenset[int]:
    """Return the numbers of the rows whose bringer, another company, no longer stands for the employer.

    One query for the bringers of rows of another company, and one for the places of all.
    """
    of_others = [row for row in rows if row.brought_by not in {"", row.employer}]
    standing = companies_of_each({row.brought_by for row in of_others}, environment=environment, at=at)
    return _without_standing(of_others, standing=standing, environment=environment)


def _without_standing(
    of_others: Collection[Brought], *, standing: Mapping[str, frozenset[str]], environment: Environment
) -> frozenset[int]:
    asked = [(row, standing[row.brought_by]) for row in of_others]
    places = _places_asked(asked, environment=environment)
    return frozenset(row.number for row, companies in asked if not _is_bringers(row, companies, places=places))


def withdrawn_by(
    rows: Collection[Brought], companies: frozenset[str], *, environment: Environment, at: datetime
) -> frozenset[int]:
    """Return the numbers of the rows that `companies` may withdraw: what they brought, as long as they stand for the employer.

    An employer withdraws what its worker registered himself, and what a company brought that stands for it no more.
    """
    bringers = {row.brought_by for row in _of_clients(rows, companies)}
    standing = companies_of_each(bringers, environment=environment, at=at)
    return _withdrawn(rows, companies, standing=standing, environment=environment)


def may_withdraw(row: Brought, company: str, *, environment: Environment, at: datetime) -> bool:
    """Whether the company may withdraw the row, as `withdrawn_by` says; for whom it and the bringer stand is one query."""
    standing = companies_of_each({company, row.brought_by} - {""}, environment=environment, at=at)
    return bool(_withdrawn([row], standing[company], standing=standing, environment=environment))


def _of_clients(rows: Iterable[Brought], companies: frozenset[str]) -> list[Brought]:
    """Return the rows of the companies' staff that somebody else brought."""
    return [row for row in rows if row.brought_by not in companies | {""} and staffed_by(row) in companies]


def _withdrawn(
    rows: Collection[Brought],
    companies: frozenset[str],
    *,
    standing: Mapping[str, frozenset[str]],
    environment: Environment,
) -> frozenset[int]:
    of_others = [row for row in _of_clients(rows, companies) if row.brought_by != row.employer]
    left = _without_standing(of_others, standing=standing, environment=environment)
    places = _places_asked([(row, companies) for row in rows], environment=environment)
    return left | {row.number for row in rows if _is_of(row, companies, places=places)}


def _is_of(row: Brought, companies: frozenset[str], *, places: Mapping[str, Place]) -> bool:
    if not row.brought_by:
        return row.employer in companies
    return _is_bringers(row, companies, places=places)


def _is_bringers(row: Brought, companies: frozenset[str], *, places: Mapping[str, Place]) -> bool:
    if row.brought_by not in companies:
        return False
    if not is_company(row.employer):
        return staffed_by(row) in companies
    if not _is_asked_of_its_place(row, companies):
        return True
    place = places.get(row.work_place)
    return place is not None and any(
        place.is_below(row.employer, company, day) for company in companies for day in _days_asked(row)
    )


def _days_asked(row: Brought) -> list[date]:
    """Return the days on one of which it has to stand: an event may have been taken as one of a spell of the day before.

    Whether it is of one would be a query more; what is at stake is what the company registered itself.
    """
    own = row.registration_date
    return [own] if row.kind != PresenceKind.EVENT else [own, own - timedelta(days=1)]


def _is_asked_of_its_place(row: Brought, companies: frozenset[str]) -> bool:
    """Whether the work place alone tells if one of the companies, which brought it, stands for the employer."""
    return row.brought_by in companies and row.employer not in companies and is_company(row.employer)


def _places_asked(rows: Iterable[tuple[Brought, frozenset[str]]], *, environment: Environment) -> Mapping[str, Place]:
    """Return the work places that tell it of those rows, each with the companies of its bringer; one query, none for none."""
    asked = {row.work_place for row, companies in rows if _is_asked_of_its_place(row, companies)}
    return read_places(asked, environment=environment)
