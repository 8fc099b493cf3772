"""What the registers of this counter can say about a presence: employments, work places and companies (§2.4).

What sources outside it say, `reference_sources` asks.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta

from domain.brussels import end_of_day
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import Capacity
from domain.environments import Environment
from registers.access.models import Entity, EntityAccount
from registers.checkins.capacities import founders_among, posted_among
from registers.checkins.doubles import Doubles
from registers.checkins.employments import is_of_belgian_employer, works_declared
from registers.checkins.places import Place, read_places
from registers.checkins.records import PresenceRecord

_MAYBE_TEMPORARY = frozenset({"", str(Capacity.TEMP_WORKER)})


class DeclaredEmployments:
    """The periods of work that employers declared here (Dimona)."""

    name = "employments"
    answers = frozenset({Remark.DIMONA_NOT_OK})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Remark those who are on no period of their employer that day; of a Belgian employer's workers alone.

        The official messages name no capacity: who is known as a founder of the company is taken for self-employed then.
        Who is registered as posted needs a period like anybody, unless Limosa knows him for that day. Three queries at most.
        """
        asked = [one for one in records if _needs_period(one)]
        declared = works_declared(asked, environment=self._environment)
        undeclared = [one for one in asked if one.number not in declared]
        founders = founders_among([one for one in undeclared if not one.capacity], environment=self._environment)
        posted = posted_among(
            [one for one in undeclared if one.capacity == Capacity.POSTED], environment=self._environment
        )
        return {one.number: (Remark.DIMONA_NOT_OK,) for one in undeclared if one.number not in founders | posted}


def _needs_period(record: PresenceRecord) -> bool:
    return is_of_belgian_employer(record) and record.capacity != Capacity.SELF_EMPLOYED


class DeclaredWorks:
    """The work places and their parties, as they are entered here."""

    name = "work-places"
    answers = frozenset(
        {
            *(Remark.WORK_PLACE_NOT_EXISTING, Remark.WORK_PLACE_NOT_ACTIVE, Remark.SITE_NOT_SUBJECT),
            *(Remark.COMPANY_NOT_IN_WORK_PLACE, Remark.CONTRACT_NOT_ACTIVE),
        }
    )

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Remark places that are unknown, over or not subject, and companies that have no part in them that day.

        The agency that employs a temporary worker needs no part: the firm that uses him does, which the period of work
        names. Where nobody can say which firm that is, nothing is remarked. Two queries at most.
        """
        places = read_places({one.work_place for one in records}, environment=self._environment)
        using = self._firms_using(
            [one for one in records if one.work_place in places and _is_stranger(one, places[one.work_place])]
        )
        found = {one.number: tuple(_about_place(one, places.get(one.work_place), using)) for one in records}
        return {number: remarks for number, remarks in found.items() if remarks}

    def _firms_using(self, strangers: Sequence[PresenceRecord]) -> Mapping[int, Collection[str]]:
        """Return the firms, by number or else by name, for which the agency declared its temporary workers that day."""
        asked = [one for one in strangers if one.capacity in _MAYBE_TEMPORARY]
        firms = {
            number: {work.using_employer for work in works if work.using_employer}
            for number, works in works_declared(asked, environment=self._environment).items()
        }
        return {number: named for number, named in firms.items() if named}


def _is_stranger(record: PresenceRecord, place: Place) -> bool:
    """Whether the employer does nothing of the works of that day; a mere client does not, either."""
    return bool(record.employer) and not place.has_builder(record.employer, record.asked_day)


def _about_place(record: PresenceRecord, place: Place | None, using: Mapping[int, Collection[str]]) -> Iterator[Remark]:
    if place is None:
        yield Remark.WORK_PLACE_NOT_EXISTING
        return
    day = record.asked_day
    if not place.is_active_on(day):
        yield Remark.WORK_PLACE_NOT_ACTIVE
    if not place.is_subject:
        yield Remark.SITE_NOT_SUBJECT
    if _is_stranger(record, place):
        yield from _about_parties(_who_needs_a_part(record, using), place, day)


def _who_needs_a_part(record: PresenceRecord, using: Mapping[int, Collection[str]]) -> Collection[str]:
    """Return the companies of which one must have a part; none for a temporary worker whose firm has no number here."""
    firms = using.get(record.number, ())
    if not firms and record.capacity != Capacity.TEMP_WORKER:
        return (record.employer,)
    return firms if all(firm.isdigit() for firm in firms) else ()


def _about_parties(companies: Collection[str], place: Place, day: date) -> Iterator[Remark]:
    """Tell companies whose part is over, or has not begun, from those that have none; one that has a part is enough."""
    if not companies or any(place.has_builder(one, day) for one in companies):
        return
    known = any(party.enterprise in companies and party.is_builder for party in place.parties)
    yield Remark.CONTRACT_NOT_ACTIVE if known else Remark.COMPANY_NOT_IN_WORK_PLACE


class KnownCompanies:
    """The companies of the access register; who is not in it may exist all the same."""

    name = "companies-here"
    answers = frozenset({Remark.EMPLOYER_NOT_ACTIVE})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Remark companies that had ended by the end of that day or were suspended then, or their account here. One query."""
        rows = Entity.objects.filter(
            environment=self._environment, company_number__in={one.employer for one in records if one.employer}
        ).select_related("account")
        by_number: dict[str, list[Entity]] = {}
        for row in rows:
            by_number.setdefault(row.company_number, []).append(row)
        return {
            one.number: (Remark.EMPLOYER_NOT_ACTIVE,)
            for one in records
            if one.employer in by_number and not any(_was_active(row, one.asked_day) for row in by_number[one.employer])
        }


def _was_active(row: Entity, day: date) -> bool:
    """Whether the company stood, and its account here, when that day ended: what came later makes nothing of it wrong."""
    account: EntityAccount | None = getattr(row, "account", None)
    last = end_of_day(day) - timedelta.resolution
    return row.was_active(last) and (account is None or not account.was_stopped(last))


def sources_of(environment: Environment) -> tuple[DeclaredEmployments, DeclaredWorks, KnownCompanies, Doubles]:
    """Return the registers of this counter that know something; they are always open."""
    return (
        DeclaredEmployments(environment),
        DeclaredWorks(environment),
        KnownCompanies(environment),
        Doubles(environment),
    )
