"""How people are called in lists of check-ins: by name, as their employer declared them, or by what is left of a number."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext as _

from portal.checkin_counter import checkin_counter
from portal.pages.checkins.sheets import masked
from registers.persons.details import read_details
from registers.persons.told_names import read_told_names

_NOBODYS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list: the receipt number that it is about, whose registration that is, and for which employer."""

    receipt: int
    person_id: int
    employer: str


def person_names(people: Collection[int], *, employers: Mapping[int, str] = _NOBODYS) -> Mapping[int, str]:
    """Return how persons are called: by name, or by a masked number where no name is known.

    `employers` are the companies, by person, whose word for a name counts: each sees what it declared itself.
    """
    named = _named(people, [(person, company) for person, company in employers.items()])
    numbers = _numbers_of(set(people) - set(named))
    return named | {person: numbers.get(person, "") or _("without a name") for person in set(people) - set(named)}


def names_by_receipt(lines: Iterable[Listed], *, own: str = "") -> Mapping[int, str]:
    """Return how the persons of lines are called, by receipt number, which stands behind masked numbers: they can be alike.

    Of the staff of the company `own`, which declared their numbers, the last two digits are told too.
    """
    listed = list(lines)
    named = _named({one.person_id for one in listed}, [(one.person_id, one.employer) for one in listed])
    nameless = [one for one in listed if one.person_id not in named]
    numbers = checkin_counter().numbers_of({one.person_id for one in nameless}) if nameless else {}
    return {
        one.receipt: named.get(one.person_id)
        or _of_nameless(numbers.get(one.person_id), one, is_own=bool(own) and one.employer == own)
        for one in listed
    }


def _named(people: Collection[int], told_by: Collection[tuple[int, str]]) -> dict[int, str]:
    """Return the names of those who have one: their own, or else what their employer called them. Two queries at most."""
    named = {person: each.name for person, each in read_details(set(people)).items()}
    told = read_told_names([pair for pair in told_by if pair[0] not in named and pair[1]])
    return {person: name for (person, _company), name in told.items()} | named


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
