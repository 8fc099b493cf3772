"""The references that bringers gave their registrations: what each was used for, for as long as the registration stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from domain.environments import Environment
from evidence.insertions import Insertion
from evidence.prepared import open_prepared

_READ = """
    SELECT reference, digest, number, registration_date FROM checkins_bringerreference
    WHERE environment = %s::varchar AND bringer = %s::varchar AND reference = ANY(%s::varchar[])
"""
_REFERENCES = Insertion.into(
    "checkins_bringerreference",
    {
        "environment": "text",
        "bringer": "text",
        "reference": "text",
        "digest": "bytea",
        "number": "bigint",
        "registration_date": "date",
    },
)


@dataclass(frozen=True, slots=True)
class UsedReference:
    """A reference, the digest of what it was used for first, and the registration it names."""

    reference: str
    digest: bytes
    number: int
    registration_date: date


def read_references(references: Collection[str], *, bringer: str, environment: Environment) -> dict[str, UsedReference]:
    """Return those that the bringer used before, by reference; one query, none for none."""
    if not references:
        return {}
    with open_prepared() as cursor:
        cursor.execute(_READ, [str(environment), bringer, list(references)])
        rows = cursor.fetchall()
    return {row[0]: UsedReference(row[0], bytes(row[1]), row[2], row[3]) for row in rows}


def write_references(rows: Sequence[UsedReference], *, bringer: str, environment: Environment) -> None:
    """Note what a bringer's references are used for; the caller holds them (`lock_and_number`)."""
    own = str(environment), bringer
    _REFERENCES.add([(*own, row.reference, row.digest, row.number, row.registration_date) for row in rows])
