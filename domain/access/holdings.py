"""Who had what in a quality on a day: the answer of the register's view as of then. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldingKind(StrEnum):
    """What is held."""

    APPOINTMENT = "APPOINTMENT"
    ACCOUNT = "ACCOUNT"
    RIGHT = "RIGHT"


_FILE = "BATCH:"


def declaration_in(source: str) -> tuple[str, str] | None:
    """Return the file and the reference of the form that a source names; None for what no file declared."""
    if not source.startswith(_FILE):
        return None
    file, _slash, form = source.removeprefix(_FILE).partition("/")
    return file, form


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing a person held at the instant asked for, in the state it had since `since`, and by what it came so.

    `what` is the role, the user name, or service and right; `number` names the appointment, the account or the right.
    `source` is PORTAL, OPERATOR, SYNC or BATCH:file/form.
    """

    kind: HoldingKind
    number: int
    what: str
    person_id: int
    quality: str
    state: str
    since: datetime
    actor: str
    source: str
    valid_until: datetime | None = None
