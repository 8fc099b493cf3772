"""Write presences, spells, remarks and references: one statement each, however many there are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.records import PresenceRecord, remarks_text

_TYPES = {
    "number": "bigint",
    "version": "smallint",
    "registration_date": "date",
    "kind": "text",
    "sector": "text",
    "person_id": "bigint",
    "identifier_id": "bigint",
    "employer": "text",
    "work_place": "text",
    "event_at": "timestamptz",
    "utc_offset": "smallint",
    "event_type": "text",
    "reason": "text",
    "capacity": "text",
    "reference": "text",
    "channel": "text",
    "sender": "text",
    "brought_by": "text",
    "submission_id": "bigint",
    "seq": "integer",
    "received_at": "timestamptz",
    "created_at": "timestamptz",
    "status": "text",
    "remarks": "text",
    "validated_at": "timestamptz",
    "origin": "text",
    "next_date": "date",
    "slot": "bigint",
    "capacity_source": "text",
    "address": "jsonb",
    "distance": "integer",
    "capture": "text",
    "device": "text",
    "brought_by_person": "bigint",
    "correction_id": "bigint",
}
_NAMES = list(_TYPES)
_INSERT = (
    f"INSERT INTO checkins_presence (environment, {', '.join(_NAMES)}) "  # noqa: S608 - our own names
    f"SELECT %s::varchar, {', '.join('string_to_array(remarks, chr(32))' if name == 'remarks' else name for name in _NAMES)} "
    f"FROM unnest({', '.join(f'%s::{kind}[]' for kind in _TYPES.values())}) AS fresh ({', '.join(_NAMES)})"
)
_WRITE_POSITIONS = """
    INSERT INTO checkins_position (environment, number, version, registration_date, latitude, longitude)
    SELECT %s::varchar, * FROM unnest(%s::bigint[], %s::smallint[], %s::date[], %s::numeric[], %s::numeric[])
"""


@dataclass(frozen=True, slots=True)
class PresenceDetails:
    """What a row holds beside its record: seldom read, never folded."""

    capacity_source: str = ""
    address: Mapping[str, str] | None = None
    distance: int | None = None
    capture: str = ""
    device: str = ""
    brought_by_person: int | None = None
    correction_id: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None


def write_presences(rows: Sequence[tuple[PresenceRecord, PresenceDetails]], *, environment: Environment) -> None:
    """Add versions of registrations; IntegrityError where one stands in the same place already. None for no rows."""
    if not rows:
        return
    columns = [[_value(name, record, details) for record, details in rows] for name in _NAMES]
    with open_prepared() as cursor:
        cursor.execute(_INSERT, [str(environment), *columns])
    _write_positions([row for row in rows if row[1].latitude is not None], environment=environment)


def _write_positions(rows: Sequence[tuple[PresenceRecord, PresenceDetails]], *, environment: Environment) -> None:
    if not rows:
        return
    with open_prepared() as cursor:
        cursor.execute(
            _WRITE_POSITIONS,
            [
                str(environment),
                [record.number for record, _ in rows],
                [record.version for record, _ in rows],
                [record.registration_date for record, _ in rows],
                [details.latitude for _, details in rows],
                [details.longitude for _, details in rows],
            ],
        )


def _value(name: str, record: PresenceRecord, details: PresenceDetails) -> object:
    match name:
        case "remarks":
            return remarks_text(record.remarks)
        case "address":
            return None if details.address is None else json.dumps(details.address)
        case "capacity_source" | "distance" | "capture" | "device" | "brought_by_person" | "correction_id":
            return getattr(details, name)
        case _:
            return getattr(record, name)
