"""Validate registrations afterwards, in many transactions: what is new, and what changed sources and upgrades ask for (§2.1).

One at which it fails is set aside and holds up no other.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolAnd
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Min, Q

from domain.brussels import brussels_date
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.isolating import act_in_halves
from registers.checkins.judging import Validated, ValidationSource, judge
from registers.checkins.models import RevalidationRequest
from registers.checkins.records import SELECTED, record_of
from registers.checkins.setting_aside import Aside, RowKey, come_back, set_aside, take_back
from registers.checkins.taking_turns import keep_sources

OLDEST_VALIDATED = timedelta(days=60)
"""How far back a registration that was found right is looked at again; one that was not, however old it is."""
PARTS_BETWEEN = 100
"""After how many transactions of one long answer what is new has its turn, so that it waits for minutes at most."""
_WAITING = "status = 'REGISTERED' AND next_date IS NULL"
_LOCKED = f"""
    SELECT {SELECTED} FROM checkins_presence WHERE environment = %s::varchar AND {{where}}
        AND number = ANY(%s::bigint[]) AND registration_date BETWEEN %s::date AND %s::date
    ORDER BY registration_date, number FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - our own names
_UNLOCKED = """
    SELECT number, person_id, registration_date FROM checkins_presence WHERE environment = %s::varchar AND {where}
        AND registration_date >= %s::date AND (registration_date, number) > (%s::date, %s::bigint)
        AND number <> ALL(%s::bigint[])
    ORDER BY registration_date, number LIMIT %s
"""
"""The day stands there alone as well, so that no month before it is looked at."""


def ask_again(
    *,
    environment: Environment,
    at: datetime,
    work_places: Collection[str] = (),
    employers: Collection[str] = (),
    person_ids: Collection[int] = (),
) -> int:
    """Ask for another validation of what concerns those, in the running transaction; return how many requests that makes."""
    requests = [
        *(RevalidationRequest(environment=environment, work_place=one, asked_at=at) for one in work_places),
        *(RevalidationRequest(environment=environment, employer=one, asked_at=at) for one in employers),
        *(RevalidationRequest(environment=environment, person_id=one, asked_at=at) for one in person_ids),
    ]
    return len(RevalidationRequest.objects.bulk_create(requests))


def ask_after_upgrade(*, environment: Environment, at: datetime, person_ids: Collection[int]) -> None:
    """Ask for another validation of persons of whom an upgrade made something else; changed sources are not to wait for it."""
    RevalidationRequest.objects.bulk_create(
        RevalidationRequest(environment=environment, person_id=one, is_of_upgrade=True, asked_at=at)
        for one in person_ids
    )


def count_requests(environment: Environment) -> int:
    """Return how many requests for another validation wait."""
    return RevalidationRequest.objects.filter(environment=environment, done_at__isnull=True).count()


def first_day_validated(at: datetime) -> date:
    """Return the first day in Brussels whose right registrations are validated anew at that instant."""
    return brussels_date(at) - OLDEST_VALIDATED


@dataclass(frozen=True, slots=True)
class _Asked:
    """Requests that are answered together, and the condition on the rows that they are of, with its value."""

    condition: str
    value: object
    requests: list[int]


@dataclass(frozen=True, slots=True)
class _Part:
    """What came of some rows, and of whom some were held by somebody else."""

    done: Validated
    held: frozenset[int]


def _is_never_over() -> bool:
    return False


@dataclass(slots=True)
class Validation:
    """A validation of an environment. What it cannot judge, or somebody else holds, it leaves, and comes to it no second time.

    `is_over` is asked between two answers: what is left then waits for the next validation.
    """

    sources: Sequence[ValidationSource]
    environment: Environment
    at: datetime
    is_over: Callable[[], bool] = _is_never_over
    limit: int = 1000
    unjudged: list[RowKey] = field(default_factory=list)
    _aside: Aside = field(init=False)
    _held: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Come back to what earlier ones could not judge."""
        self._aside = come_back(environment=self.environment, first_validated=first_day_validated(self.at), at=self.at)

    def of_all(self) -> Validated:
        """Validate what is new, and by turns with it what is asked for, until nothing is left or the time is over."""
        done = self.of_waiting()
        while not self.is_over() and (asked := self._read_requests()):
            done += self._answer_all(asked)
            done += self.of_waiting()
        return done

    def of_waiting(self) -> Validated:
        """Validate registrations that were not looked at yet."""
        done = Validated()
        for part in self._judge(_WAITING, []):
            done += part.done
            if self.is_over():
                break
        return done

    def of_requests(self) -> Validated:
        """Do what the first requests ask for: all that failed, and what was right in the last 60 days.

        Work places and companies come before persons, and those of an upgrade after all of changed sources. One for which
        several changes wait is asked about once: each was made before the sources are asked. What somebody else holds
        meanwhile is not waited for: another validation of its person is asked for.
        """
        return self._answer_all(self._read_requests())

    def _answer_all(self, asked: Sequence[_Asked]) -> Validated:
        done = Validated()
        for one in asked:
            done += self._answer(one)
            if self.is_over():
                break
        return done

    def _read_requests(self) -> list[_Asked]:
        """Return the next requests: each place and company for itself, all persons among them at once."""
        concerned = (
            RevalidationRequest.objects.filter(environment=self.environment, done_at__isnull=True)
            .exclude(person_id__in=self._held)
            .annotate(is_of_person=ExpressionWrapper(Q(person_id__isnull=False), output_field=BooleanField()))
            .values("person_id", "work_place", "employer", "is_of_person")
            .annotate(requests=ArrayAgg("id"), can_wait=BoolAnd("is_of_upgrade"), first=Min("id"))
            .order_by("can_wait", "is_of_person", "first")
        )
        found = list(concerned[: self.limit])
        asked = [
            _Asked("work_place = %s::varchar", one["work_place"], one["requests"])
            if one["work_place"]
            else _Asked("employer = %s::varchar", one["employer"], one["requests"])
            for one in found
            if not one["is_of_person"]
        ]
        if persons := [one for one in found if one["is_of_person"]]:
            ids, requests = [one["person_id"] for one in persons], [pk for one in persons for pk in one["requests"]]
            asked.append(_Asked("person_id = ANY(%s::bigint[])", ids, requests))
        return asked

    def _answer(self, asked: _Asked) -> Validated:
        """Validate anew by each index: failed registrations of all days, right ones of the last 60."""
        failed = f"status = 'FAILED' AND {asked.condition} AND next_date IS NULL"
        right = f"status = 'VALIDATED' AND {asked.condition} AND registration_date >= %s::date AND next_date IS NULL"
        done, held = Validated(), set[int]()
        for where, values in ((failed, [asked.value]), (right, [asked.value, first_day_validated(self.at)])):
            for count, part in enumerate(self._judge(where, values), start=1):
                done += part.done
                held |= part.held
                if count % PARTS_BETWEEN == 0:
                    done += self.of_waiting()
        with transaction.atomic():
            ask_again(environment=self.environment, at=self.at, person_ids=held)
            RevalidationRequest.objects.filter(pk__in=asked.requests).update(done_at=self.at)
        self._held |= held
        return done

    def _judge(self, where: str, values: list[Any]) -> Iterator[_Part]:
        """Judge the rows of the condition, `limit` in a transaction, those apart at which that fails."""
        after: tuple[date, int] | None = (date.min, 0)
        while after and (there := self._read_keys(where, values, after)):
            before = len(self.unjudged)
            parts = act_in_halves(
                there,
                partial(self._judge_locked, where, values),
                left=self.unjudged,
                name=lambda one: f"registration {one.number}",
            )
            if unjudged := self.unjudged[before:]:
                set_aside(unjudged, environment=self.environment, at=self.at)
            yield from parts or [_Part(Validated(), frozenset())]
            after = (there[-1].day, there[-1].number) if len(there) == self.limit else None

    def _judge_locked(self, where: str, values: list[Any], keys: Sequence[RowKey]) -> _Part:
        """Judge those of the rows that are still so and that nobody holds, in the running transaction."""
        keep_sources(self.environment)
        numbers, days = [one.number for one in keys], [one.day for one in keys]
        with open_prepared() as cursor:
            cursor.execute(_LOCKED.format(where=where), [str(self.environment), *values, numbers, min(days), max(days)])
            records = [record_of(row) for row in cursor.fetchall()]
        done = judge(records, self.sources, environment=self.environment, at=self.at)
        free = {record.number for record in records}
        if judged := free & self._aside.due:
            take_back(judged, environment=self.environment)
        return _Part(done, frozenset(one.person_id for one in keys if one.number not in free))

    def _read_keys(self, where: str, values: list[Any], after: tuple[date, int]) -> list[RowKey]:
        """Return the first rows behind some, also those among them that somebody else holds."""
        left = [*self._aside.left, *(one.number for one in self.unjudged)]
        with open_prepared() as cursor:
            asked = [str(self.environment), *values, after[0], *after, left, self.limit]
            cursor.execute(_UNLOCKED.format(where=where), asked)
            return [RowKey(*row) for row in cursor.fetchall()]
