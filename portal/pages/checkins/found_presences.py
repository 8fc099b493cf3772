"""What a page finds in the register by the official criteria, with the words that a table has for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.checkins.asking import PresenceAsker
from domain.checkins.items import Worker
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_title, places_of
from portal.pages.checkins.names import Naming, person_names, staff_names
from portal.pages.checkins.wanted import Wanted
from portal.pages.checkins.words import STATES, act_word
from registers.checkins.records import PresenceRecord
from registers.checkins.searching import find_records
from registers.checkins.sight import EVERYBODY


@dataclass(frozen=True, slots=True)
class Shown:
    """A registration with the words that a table has for it."""

    record: PresenceRecord
    name: str
    word: str
    place: str
    state: str
    colour: str


@dataclass(slots=True)
class PresenceLookUp:
    """A search of the register; `is_capped` says afterwards whether there is more."""

    wanted: Wanted
    asker: PresenceAsker
    at: datetime
    is_capped: bool = False

    def read(self, first_row: int, size: int) -> tuple[int, Sequence[PresenceRecord]]:
        """Return how much is found, 500 at most, and the rows of a part of it; the look is on record."""
        found = find_records(
            self.wanted.criteria(),
            self.wanted.part(first_row, size),
            asker=self.asker,
            aliases=checkin_counter().aliases,
            at=self.at,
        )
        self.is_capped = found.is_capped
        return found.count, found.records

    def show(self, first_row: int, size: int) -> tuple[int, Sequence[Shown]]:
        """Return the same with the words of a table."""
        count, rows = self.read(first_row, size)
        return count, self.words_of(rows)

    def words_of(self, rows: Sequence[PresenceRecord]) -> list[Shown]:
        """Return the rows with what a table shows of each; inspectors read every name."""
        return _shown(rows, person_names if self.asker.kind in EVERYBODY else staff_names)


def whom(workers: Collection[Worker]) -> int | None:
    """Return the id of who has all of these numbers, 0 where that is nobody; None without a number."""
    if not workers:
        return None
    found = checkin_counter().aliases.find(workers)
    ids = {found[worker].person_id if worker in found else 0 for worker in workers}
    return ids.pop() if len(ids) == 1 else 0


def _shown(rows: Sequence[PresenceRecord], naming: Naming) -> list[Shown]:
    names = naming({row.person_id for row in rows}, employers={row.person_id: row.employer for row in rows})
    places = {place.number: place for place in places_of({row.work_place for row in rows})}
    return [
        Shown(
            record=row,
            name=str(names[row.person_id]),
            word=str(act_word(row.kind, row.event_type, row.reason)),
            place=place_title(places.get(row.work_place), row.work_place),
            state=str(STATES[row.status][0]),
            colour=STATES[row.status][1],
        )
        for row in rows
    ]
