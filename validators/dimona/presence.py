"""Say which zones an IN has, may have and must not have, by its kind of worker; one table, read cell by cell."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from validators.dimona.statements import (
    CARDS,
    DAYS,
    ENDING_DATE,
    ENDING_HOUR,
    HOURS,
    PERSON_INSS,
    PLACE,
    STARTING_HOUR,
    STATUTES,
    SUB_ENTITY,
    USER,
)


class Presence(StrEnum):
    """What a cell of the table says."""

    MANDATORY = "M"
    OPTIONAL = "O"
    FORBIDDEN = "F"
    BY_YEAR = "Y"
    """Mandatory or forbidden by the year of the start: days until 2016, hours from 2017 on."""
    BY_COMMISSION = "C"
    """Decided by the joint commission: 322 is temporary work, 124 is construction."""


class Zone(StrEnum):
    """A zone or block whose presence depends on the kind of worker; the value is its path in the action."""

    ENDING_DATE = ENDING_DATE
    STARTING_HOUR = STARTING_HOUR
    ENDING_HOUR = ENDING_HOUR
    HOURS = HOURS
    DAYS = DAYS
    INSS = PERSON_INSS
    SUB_ENTITY = SUB_ENTITY
    USER = USER
    CARDS = CARDS
    PLACE = PLACE
    STATUTES = STATUTES


# One column for each Zone, in its order. Where the published rules are silent about a kind of worker, a zone may be
# there and may be left out: only what a source forbids is forbidden (student declarations §1.3, §3.1, §6.7).
_TABLE = """
      end  from till hours days inss sub user cards place statutes
A17   C    O    O    O     O    O    O   C    C     F     O
ALT   C    O    O    O     O    O    O   C    C     F     O
BCW   C    O    O    O     O    O    O   C    C     F     O
DWD   C    O    O    O     O    O    O   C    C     F     O
EXT   M    O    O    O     O    M    O   C    C     F     O
FLX   C    O    O    O     O    O    O   C    C     F     O
IVT   M    O    O    O     O    O    O   C    C     F     O
O17   C    O    O    O     O    O    O   C    C     F     O
OTH   C    O    O    F     O    O    O   C    C     F     O
PMP   C    O    O    O     O    O    O   C    C     F     O
RTA   C    O    O    O     O    O    O   C    C     F     O
S17   C    O    O    O     O    O    O   C    C     F     O
STG   C    O    O    O     O    O    O   C    C     F     O
STU   M    F    F    Y     Y    O    O   C    C     O     O
T17   C    O    O    O     O    O    O   C    C     F     O
TEA   C    O    O    O     O    O    O   C    C     F     O
TRI   C    O    O    O     O    O    O   C    C     F     O
"""


def _read_table(text: str) -> Mapping[str, Mapping[Zone, Presence]]:
    rows = (line.split() for line in text.strip().splitlines()[1:])
    return MappingProxyType(
        {
            worker_type: MappingProxyType(dict(zip(Zone, map(Presence, cells), strict=True)))
            for worker_type, *cells in rows
        }
    )


PRESENCE = _read_table(_TABLE)
"""The cells by kind of worker; every kind of the code list has a row."""


def presence_of(worker_type: str | None, zone: Zone) -> Presence:
    """Return whether an IN of this kind of worker has `zone`; an IN that does not say its kind may have anything."""
    return Presence.OPTIONAL if worker_type is None else PRESENCE[worker_type][zone]
