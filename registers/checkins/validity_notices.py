"""Note what senders of files are to be told of a registration: its status, with all its remarks (FO.CIAV, §1.5)."""

from collections.abc import Sequence
from datetime import datetime

from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.records import PresenceRecord

_NOTICES = """
    INSERT INTO checkins_validitynotice (environment, sender, number, registration_date, status, remarks, at)
    SELECT %s::varchar, sender, number, day, status, string_to_array(remarks, chr(32)), %s::timestamptz
    FROM unnest(%s::text[], %s::bigint[], %s::date[], %s::text[], %s::text[])
        AS fresh (sender, number, day, status, remarks)
"""


def note_validities(rows: Sequence[tuple[PresenceRecord, str, str]], *, environment: Environment, at: datetime) -> None:
    """Note those that a file brought, each with its status and its remarks as one text; one statement, none for nobody."""
    told = [row for row in rows if row[0].channel == ClockingChannel.BATCH and row[0].sender]
    if not told:
        return
    with open_prepared() as cursor:
        cursor.execute(
            _NOTICES,
            [
                str(environment),
                at,
                [record.sender for record, _, _ in told],
                [record.number for record, _, _ in told],
                [record.registration_date for record, _, _ in told],
                [status for _, status, _ in told],
                [remarks for _, _, remarks in told],
            ],
        )
