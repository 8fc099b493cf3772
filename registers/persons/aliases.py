"""Find and create workers by any number they are registered under: national, bis or Limosa number (check-ins §5.1).

A Limosa number is kept as the others are, hidden; it finds its person apart from a national number of the same digits.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from domain.checkins.items import Worker
from domain.environments import Environment
from domain.identifiers import is_insz
from evidence.prepared import open_prepared
from registers.persons.models import IdentifierKind, PersonIdentifier
from registers.persons.numbers import PersonKeys

_LIMOSA = "LIMOSA:"
KNOWN = """
    SELECT lookup, id, person_id FROM persons_personidentifier
    WHERE environment = %(environment)s::varchar AND lookup = ANY(%(lookups)s::bytea[])
"""
"""The numbers that are known, by what `Aliases.lookups` hides them behind."""
_MAKE = """
    WITH named AS (
        INSERT INTO persons_personidentifier (person_id, environment, kind, lookup, key_id, ciphertext, valid_from)
        SELECT nextval(pg_get_serial_sequence('persons_person', 'id')), %(environment)s, kind, lookup, %(key)s,
            ciphertext, %(at)s
        FROM unnest(%(kinds)s::text[], %(lookups)s::bytea[], %(ciphertexts)s::bytea[]) AS fresh (kind, lookup, ciphertext)
        ON CONFLICT (environment, lookup) DO NOTHING
        RETURNING person_id
    )
    INSERT INTO persons_person (id, environment, created_at) OVERRIDING SYSTEM VALUE
    SELECT person_id, %(environment)s, %(at)s FROM named
"""


@dataclass(frozen=True, slots=True)
class Alias:
    """Whom a number finds, and the row that holds the number."""

    person_id: int
    identifier_id: int


_OF_WORKERS = (IdentifierKind.INSZ, IdentifierKind.LIMOSA)


class Aliases:
    """The workers of one environment, by number."""

    def __init__(self, keys: PersonKeys, *, environment: Environment) -> None:
        self._keys = keys
        self._environment = environment

    @property
    def environment(self) -> Environment:
        """The environment whose workers these are."""
        return self._environment

    def lookups(self, workers: Iterable[Worker]) -> dict[bytes, Worker]:
        """Return the workers by the 32 bytes under which each is found."""
        return {self._keys.lookup(number_text(worker)): worker for worker in workers}

    def find(self, workers: Collection[Worker]) -> dict[Worker, Alias]:
        """Return those who are known; one query, none for nobody."""
        if not workers:
            return {}
        by_lookup = self.lookups(workers)
        with open_prepared() as cursor:
            cursor.execute(KNOWN, {"environment": str(self._environment), "lookups": list(by_lookup)})
            rows = cursor.fetchall()
        return {by_lookup[bytes(lookup)]: Alias(person, identifier) for lookup, identifier, person in rows}

    def find_or_create(self, workers: Collection[Worker], *, at: datetime) -> dict[Worker, Alias]:
        """Return all of them, made where they are new; safe when others make the same at once."""
        known = self.find(workers)
        missing = sorted(set(workers) - set(known), key=number_text)
        if not missing:
            return known
        with connection.cursor() as cursor:
            cursor.execute(
                _MAKE,
                {
                    "environment": str(self._environment),
                    "at": at,
                    "key": self._keys.current,
                    "kinds": [_kind(worker) for worker in missing],
                    "lookups": [self._keys.lookup(number_text(worker)) for worker in missing],
                    "ciphertexts": [
                        self._keys.encrypt(number_text(worker), environment=self._environment) for worker in missing
                    ],
                },
            )
        return known | self.find(missing)

    def read(self, identifier_ids: Iterable[int]) -> dict[int, Worker]:
        """Return the numbers in those rows, by the row's id; OutageError when a key is missing."""
        return {row.pk: self._open(row) for row in PersonIdentifier.objects.filter(pk__in=set(identifier_ids))}

    def declared_and_newest(self, identifier_id: int, person_id: int) -> tuple[Worker | None, Worker | None]:
        """Return the number in that row, and what `last_known` returns of its person; one query."""
        of_person = Q(person_id=person_id, kind__in=_OF_WORKERS, valid_until__isnull=True)
        rows = list(PersonIdentifier.objects.filter(of_person | Q(pk=identifier_id)))
        declared = next((self._open(row) for row in rows if row.pk == identifier_id), None)
        living = [
            row for row in rows if row.person_id == person_id and row.valid_until is None and row.kind in _OF_WORKERS
        ]
        newest = sorted(living, key=lambda row: (row.valid_from, row.pk), reverse=True)
        first = min(newest, key=lambda row: row.kind, default=None)
        return declared, None if first is None else self._open(first)

    def last_known(self, person_ids: Iterable[int]) -> dict[int, Worker]:
        """Return the newest living number of each person, a national number before a Limosa number."""
        rows = PersonIdentifier.objects.filter(
            person_id__in=set(person_ids), kind__in=_OF_WORKERS, valid_until__isnull=True
        )
        newest: dict[int, PersonIdentifier] = {}
        for row in rows.order_by("kind", "-valid_from", "-pk"):
            newest.setdefault(row.person_id, row)
        return {person: self._open(row) for person, row in newest.items()}

    def _open(self, row: PersonIdentifier) -> Worker:
        text = self._keys.decrypt(bytes(row.ciphertext), key_id=row.key_id, environment=self._environment)
        if row.kind == IdentifierKind.LIMOSA:
            return Worker(limosa_id=text.removeprefix(_LIMOSA))
        return Worker(inss=text)


def is_nameable(worker: Worker) -> bool:
    """Whether somebody can be registered under the number: a sound national number, or a Limosa number."""
    return bool(worker.limosa_id) or is_insz(worker.inss or "")


def _kind(worker: Worker) -> str:
    return str(IdentifierKind.INSZ if worker.inss else IdentifierKind.LIMOSA)


def number_text(worker: Worker) -> str:
    """Return the number as it is hidden and found; a Limosa number never meets a national number of the same digits."""
    return worker.inss or f"{_LIMOSA}{worker.limosa_id}"
