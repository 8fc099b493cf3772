"""Write presences, spells, remarks and references: one statement each, however many there are."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from domain.environments import Environment
from evidence.insertions import Insertion
from registers.checkins.records import PresenceRecord, remarks_text

_OF_RECORD = {
    "number": "bigint",
    "version": "integer",
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
    "capacity_source": "text",
    "reference": "text",
    "channel": "text",
    "sender": "text",
    "brought_by": "text",
    "submission_id": "bigint",
    "seq": "integer",
    "received_at": "timestamptz",
    "created_at": "timestamptz",
    "status": "text",
    "validated_at": "timestamptz",
    "origin": "text",
    "next_date": "date",
    "slot": "bigint",
    "remarked_at": "timestamptz",
    "brought_for": "text",
}
_OF_DETAILS = {
    "distance": "integer",
    "capture": "text",
    "device": "text",
    "brought_by_person": "bigint",
    "correction_id": "bigint",
}
_WRITTEN = {"environment": "text", "remarks": "text", "address": "jsonb"}
_PRESENCES = Insertion.into(
    "checkins_presence",
    {**_WRITTEN, **_OF_RECORD, **_OF_DETAILS},
    expressions={"remarks": "string_to_array(remarks, chr(32))"},
)
_POSITIONS = Insertion.into(
    "checkins_position",
    {
        "environment": "text",
        "number": "bigint",
        "version": "integer",
        "registration_date": "date",
        "latitude": "numeric",
        "longitude": "numeric",
    },
)
_of_record = attrgetter(*_OF_RECORD)
_of_details = attrgetter(*_OF_DETAILS)
_of_position = attrgetter("number", "version", "registration_date")


@dataclass(frozen=True, slots=True)
class PresenceDetails:
    """What a row holds beside its record: seldom read, never folded."""

    address: Mapping[str, str] | None = None
    distance: int | None = None
    capture: str = ""
    device: str = ""
    brought_by_person: int | None = None
    correction_id: int | None = None
    latitude: Decimal | None = None
    longitude: Decimal | None = None

    @property
    def capturing(self) -> tuple[object, ...]:
        """At which address and by what it was captured."""
        return self.address, self.capture, self.device

    @property
    def point(self) -> tuple[Decimal | None, Decimal | None]:
        """Where exactly it was captured, as long as that is kept."""
        return self.latitude, self.longitude


def write_presences(rows: Sequence[tuple[PresenceRecord, PresenceDetails]], *, environment: Environment) -> None:
    """Add versions of registrations; IntegrityError where one stands in the same place already. None for no rows."""
    _PRESENCES.add([_row(record, details, environment) for record, details in rows])
    _POSITIONS.add(
        [
            (str(environment), *_of_position(record), details.latitude, details.longitude)
            for record, details in rows
            if details.latitude is not None
        ]
    )


def _row(record: PresenceRecord, details: PresenceDetails, environment: Environment) -> Sequence[object]:
    address = None if details.address is None else json.dumps(details.address)
    written = (str(environment), remarks_text(record.remarks), address)
    return *written, *_of_record(record), *_of_details(details)
