"""How people are called in lists of check-ins: by name, as their employer declared them, or by what is left of a number."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.sheets import masked
from registers.checkins.acquaintances import known_to_companies
from registers.persons.details import read_details
from registers.persons.told_names import read_told_names


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list: the receipt number that it is about, whose registration that is, and for which employer."""

    receipt: int
    person_id: int
    employer: str


class Naming(Protocol):
    """How people are called by person: `person_names`, or `staff_names`."""

    def __call__(self, people: Collection[int], *, employers: Mapping[int, str]) -> Mapping[int, str]:
        """Return how each is called; `employers` are the companies whose staff they are, by person."""


def person_names(people: Collection[int], *, employers: Mapping[int, str]) -> Mapping[int, str]:
    """Return how persons are called, to officials and to whoever they wrote to: by name, or by a masked number without one.

    `employers` are the companies, by person, whose word for a name counts where he has proved none.
    """
    return _with_nameless(people, _named(people, employers.items()))


def staff_names(people: Collection[int], *, employers: Mapping[int, str]) -> Mapping[int, str]:
    """Return how persons are called to companies: by a masked number also who is named, but whom his employer does not know."""
    return _with_nameless(people, _named_staff(employers.items()))


def names_by_receipt(lines: Iterable[Listed]) -> Mapping[int, str]:
    """Return how the persons of lines are called to officials, by receipt number.

    It stands behind masked numbers, which can be alike.
    """
    listed = list(lines)
    named = _named({one.person_id for one in listed}, {(one.person_id, one.employer) for one in listed})
    return _by_receipt(listed, named, own="")


def staff_by_receipt(lines: Iterable[Listed], *, own: str) -> Mapping[int, str]:
    """Return the same to companies; of the staff of the company `own`, which gave their numbers, with the last two digits."""
    listed = list(lines)
    return _by_receipt(listed, _named_staff({(one.person_id, one.employer) for one in listed}), own=own)


def _by_receipt(listed: Sequence[Listed], named: Mapping[int, str], *, own: str) -> Mapping[int, str]:
    nameless = {one.person_id for one in listed} - set(named)
    numbers = checkin_counter().numbers_of(nameless) if nameless else {}
    return {
        one.receipt: named.get(one.person_id)
        or _of_nameless(numbers.get(one.person_id), one, is_own=bool(own) and one.employer == own)
        for one in listed
    }


def _named(people: Collection[int], told_by: Collection[tuple[int, str]]) -> dict[int, str]:
    """Return the names of those who have one; two queries at most.

    One that a card, a provider or documents proved goes before what their employer called them, and that before one that
    nobody proved: another company may have entered it.
    """
    details = read_details(set(people))
    proved = {person: each.name for person, each in details.items() if each.is_name_proved}
    told = read_told_names([pair for pair in told_by if pair[0] not in proved and pair[1]])
    said = {person: each.name for person, each in details.items()}
    return said | {person: name for (person, _company), name in told.items()} | proved


def _named_staff(pairs: Collection[tuple[int, str]]) -> dict[int, str]:
    """Return the names of those whom their employers know; three queries at most."""
    known = known_to_companies(pairs, environment=Environment.PRODUCTION)
    return _named({person for person, _ in known}, known)


def _with_nameless(people: Collection[int], named: Mapping[int, str]) -> Mapping[int, str]:
    nameless = set(people) - set(named)
    numbers = _numbers_of(nameless)
    return {**named, **{person: numbers.get(person, "") or _("without a name") for person in nameless}}


def _numbers_of(people: Collection[int]) -> Mapping[int, str]:
    if not people:
        return {}
    return {person: masked(number) for person, number in checkin_counter().numbers_of(people).items()}


def _of_nameless(number: str | None, line: Listed, *, is_own: bool) -> str:
    called = masked(number)
    if number and is_own:
        called = f"{called[:-2]}{number[-2:]}"
    called = called or _("without a name")
    return _("%(who)s, receipt %(number)s") % {"who": called, "number": line.receipt}
