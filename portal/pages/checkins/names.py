"""How people are called in lists of check-ins: by name, as their employer declared them, or by what is left of a number."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.translation import gettext as _

from domain.checkins.items import Worker
from domain.environments import Environment
from domain.identifiers import is_insz
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.cells import masked
from portal.pages.checkins.shown import WorkerNumbers
from registers.checkins.acquaintances import names_of_known
from registers.checkins.models import Presence
from registers.persons.told_names import read_names


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
    return _with_nameless(people, _by_person(read_names({(person, employers.get(person, "")) for person in people})))


def staff_names(people: Collection[int], *, employers: Mapping[int, str]) -> Mapping[int, str]:
    """Return how persons are called to companies: by a masked number also who is named, but whom his employer does not know."""
    return _with_nameless(people, _by_person(_names_of_staff(employers.items())))


def numbered_by(company: str, people: Collection[int]) -> Mapping[int, str]:
    """Return how persons are called to who gave their numbers: by the names that the company knows, or with the last two digits.

    No company (empty) knows none.
    """
    named = _by_person(_names_of_staff({(person, company) for person in people}))
    nameless = set(people) - set(named)
    numbers = checkin_counter().numbers_of(nameless) if nameless else {}
    return {**named, **{person: _with_last_digits(numbers.get(person)) for person in nameless}}


def name_of_staff(row: Presence, numbers: WorkerNumbers | None) -> str:
    """Return how the person of one registration is called to a company; `numbers`, where known, are not read again."""
    called = _names_of_staff({(row.person_id, row.employer)}).get((row.person_id, row.employer))
    if called or numbers is None:
        return called or _with_nameless({row.person_id}, {})[row.person_id]
    return masked(numbers.newest.inss) or _("without a name")


def names_by_receipt(lines: Iterable[Listed]) -> Mapping[int, str]:
    """Return how the persons of lines are called to officials, by receipt number.

    It stands behind masked numbers, which can be alike.
    """
    listed = list(lines)
    named = read_names({(one.person_id, one.employer) for one in listed})
    return _by_receipt(listed, named, own="", workers_of=checkin_counter().aliases.last_known)


def staff_by_receipt(lines: Iterable[Listed], *, own: str) -> Mapping[int, str]:
    """Return the same to companies; of the staff of the company `own` with the last two digits of the number."""
    return KnownStaff(own).by_receipt(lines)


@dataclass(slots=True)
class KnownStaff:
    """How the persons of a long list are called to the company `own`, one part of the list after the other: nobody is read twice."""

    own: str
    _names: dict[tuple[int, str], str] = field(default_factory=dict)
    _workers: dict[int, Worker | None] = field(default_factory=dict)

    def by_receipt(self, lines: Iterable[Listed]) -> Mapping[int, str]:
        """Return what `staff_by_receipt` does, of a part of the list."""
        listed = list(lines)
        pairs = {(one.person_id, one.employer) for one in listed}
        if unread := pairs - self._names.keys():
            self._names |= {**dict.fromkeys(unread, ""), **_names_of_staff(unread)}
        named = {pair: name for pair in pairs if (name := self._names[pair])}
        return _by_receipt(listed, named, own=self.own, workers_of=self.workers_of)

    def workers_of(self, people: Collection[int]) -> Mapping[int, Worker]:
        """Return the newest living number of each, as `Aliases.last_known` does."""
        if unread := set(people) - self._workers.keys():
            self._workers |= {**dict.fromkeys(unread), **checkin_counter().aliases.last_known(unread)}
        return {person: worker for person in people if (worker := self._workers[person]) is not None}


def _by_receipt(
    listed: Sequence[Listed],
    named: Mapping[tuple[int, str], str],
    *,
    own: str,
    workers_of: Callable[[Collection[int]], Mapping[int, Worker]],
) -> Mapping[int, str]:
    """Call each as the employer of the line does, and where that one has no word for him, as another in the list does."""
    anyhow = _by_person(named)
    nameless = {one.person_id for one in listed} - set(anyhow)
    workers = workers_of(nameless) if nameless else {}
    return {
        one.receipt: named.get((one.person_id, one.employer))
        or anyhow.get(one.person_id)
        or _of_nameless(workers.get(one.person_id), one, is_own=bool(own) and one.employer == own)
        for one in listed
    }


def _names_of_staff(pairs: Collection[tuple[int, str]]) -> Mapping[tuple[int, str], str]:
    """Return the names of those whom their employers know; one query at most."""
    return names_of_known(pairs, environment=Environment.PRODUCTION)


def _by_person(named: Mapping[tuple[int, str], str]) -> Mapping[int, str]:
    return {person: name for (person, _company), name in sorted(named.items())}


def _with_nameless(people: Collection[int], named: Mapping[int, str]) -> Mapping[int, str]:
    nameless = set(people) - set(named)
    numbers = _numbers_of(nameless)
    return {**named, **{person: numbers.get(person, "") or _("without a name") for person in nameless}}


def _numbers_of(people: Collection[int]) -> Mapping[int, str]:
    if not people:
        return {}
    return {person: masked(number) for person, number in checkin_counter().numbers_of(people).items()}


def _of_nameless(worker: Worker | None, line: Listed, *, is_own: bool) -> str:
    """Call somebody by what is left of the number, or by the Limosa number, which names nobody: who has him work checks it."""
    if worker is not None and worker.limosa_id:
        return _("Limosa number %(number)s") % {"number": worker.limosa_id}
    called = told_number(worker, is_own=is_own) or _("without a name")
    return _("%(who)s, receipt %(number)s") % {"who": called, "number": line.receipt}


def _with_last_digits(number: str | None) -> str:
    return f"{masked(number)[:-2]}{number[-2:]}" if number else _("without a name")


def told_number(worker: Worker | None, *, is_own: bool) -> str:
    """Return what a file tells of a worker's number: a Limosa number whole, a national number masked; empty for none.

    Of one's own staff, whose whole number the page of each registration tells, with the last two digits: two of one birth day
    are told apart.
    """
    if worker is None:
        return ""
    if worker.inss is None:
        return worker.limosa_id or ""
    if not is_insz(worker.inss):
        return ""
    return _with_last_digits(worker.inss) if is_own else masked(worker.inss)
