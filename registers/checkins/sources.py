"""What the registers of this counter can say about a presence: employments, work places and companies (§2.4).

What sources outside it say, `reference_sources` asks.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from django.db import connection

from domain.access.states import EntityAccountState
from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import Capacity
from domain.environments import Environment
from registers.access.models import Entity, EntityAccount, EntityState
from registers.checkins.models import SourceName
from registers.checkins.places import Place, read_places
from registers.checkins.records import PresenceRecord

_EMPLOYED = """
    SELECT asked.number FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::text[])
        AS asked (number, person_id, employer, day, capacity)
    WHERE EXISTS (
        SELECT FROM student_days_period period JOIN access_entity entity ON entity.id = period.employer_id
        WHERE period.person_id = asked.person_id AND entity.company_number = asked.employer AND entity.environment = %s
            AND period.state <> 'CANCELLED' AND period.starting_date <= asked.day
            AND (period.ending_date IS NULL OR period.ending_date >= asked.day)
    ) OR asked.capacity = '' AND EXISTS (
        SELECT FROM persons_personidentifier identifier
        JOIN persons_sourcednumber founder USING (environment, lookup)
        WHERE identifier.person_id = asked.person_id AND identifier.environment = %s AND founder.source = %s
            AND founder.about = asked.employer AND founder.valid_from <= asked.day
            AND (founder.valid_until IS NULL OR founder.valid_until >= asked.day)
    )
"""
_USING = """
    SELECT asked.number, array_agg(DISTINCT period.using_employer)
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[]) AS asked (number, person_id, employer, day)
    JOIN student_days_period period ON period.person_id = asked.person_id AND period.using_employer <> ''
        AND period.state <> 'CANCELLED' AND period.starting_date <= asked.day
        AND (period.ending_date IS NULL OR period.ending_date >= asked.day)
    JOIN access_entity entity ON entity.id = period.employer_id AND entity.company_number = asked.employer
        AND entity.environment = %s
    GROUP BY asked.number
"""
_MAYBE_TEMPORARY = frozenset({"", str(Capacity.TEMP_WORKER)})
_WITHOUT_DIMONA = frozenset({str(Capacity.SELF_EMPLOYED), str(Capacity.POSTED)})


class DeclaredEmployments:
    """The periods of work that employers declared here (Dimona)."""

    name = "employments"
    answers = frozenset({Remark.DIMONA_NOT_OK})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Remark those who are on no period of their employer that day; of a Belgian employer's employees alone. One query.

        The official messages name no capacity: who is known as a founder of the company is taken for self-employed then.
        """
        asked = [one for one in records if _needs_period(one)]
        if not asked:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                _EMPLOYED,
                [
                    [one.number for one in asked],
                    [one.person_id for one in asked],
                    [one.employer for one in asked],
                    [one.registration_date for one in asked],
                    [one.capacity for one in asked],
                    *(str(self._environment), str(self._environment), str(SourceName.FOUNDERS)),
                ],
            )
            employed = {number for (number,) in cursor.fetchall()}
        return {one.number: (Remark.DIMONA_NOT_OK,) for one in asked if one.number not in employed}


def _needs_period(record: PresenceRecord) -> bool:
    return record.employer[:1].isdigit() and record.capacity not in _WITHOUT_DIMONA


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
        if not asked:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                _USING,
                [
                    [one.number for one in asked],
                    [one.person_id for one in asked],
                    [one.employer for one in asked],
                    [one.registration_date for one in asked],
                    str(self._environment),
                ],
            )
            return dict(cursor.fetchall())


def _is_stranger(record: PresenceRecord, place: Place) -> bool:
    """Whether the employer has no part in the works of that day."""
    return bool(record.employer) and not place.has_party(record.employer, record.registration_date)


def _about_place(record: PresenceRecord, place: Place | None, using: Mapping[int, Collection[str]]) -> Iterator[Remark]:
    if place is None:
        yield Remark.WORK_PLACE_NOT_EXISTING
        return
    day = record.registration_date
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
    if not companies or any(place.has_party(one, day) for one in companies):
        return
    known = any(party.enterprise in companies for party in place.parties)
    yield Remark.CONTRACT_NOT_ACTIVE if known else Remark.COMPANY_NOT_IN_WORK_PLACE


class KnownCompanies:
    """The companies of the access register; who is not in it may exist all the same."""

    name = "companies-here"
    answers = frozenset({Remark.EMPLOYER_NOT_ACTIVE})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Remark companies that ended or were suspended, or whose account here is suspended or closed. One query."""
        rows = Entity.objects.filter(
            environment=self._environment, company_number__in={one.employer for one in records if one.employer}
        ).select_related("account")
        by_number: dict[str, list[Entity]] = {}
        for row in rows:
            by_number.setdefault(row.company_number, []).append(row)
        return {
            one.number: (Remark.EMPLOYER_NOT_ACTIVE,)
            for one in records
            if one.employer in by_number
            and not any(_is_active(row, one.registration_date) for row in by_number[one.employer])
        }


def _is_active(row: Entity, day: date) -> bool:
    account: EntityAccount | None = getattr(row, "account", None)
    ends = [row.valid_until, None if account is None else account.closed_at]
    if any(end is not None and brussels_date(end) <= day for end in ends):
        return False
    return row.state == EntityState.ACTIVE and (account is None or account.state != EntityAccountState.SUSPENDED)


def sources_of(environment: Environment) -> tuple[DeclaredEmployments, DeclaredWorks, KnownCompanies]:
    """Return the registers of this counter that know something; they are always open."""
    return DeclaredEmployments(environment), DeclaredWorks(environment), KnownCompanies(environment)
