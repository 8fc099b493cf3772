"""What a page finds in the register by the official criteria, with the words that a table has for it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from domain.checkins.asking import PresenceAsker
from domain.checkins.items import Worker
from domain.checkins.searches import MOST_DOWNLOADED, MOST_FOUND, FoundPage
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_title, places_of
from portal.pages.checkins.names import Listed, names_by_receipt, staff_by_receipt
from portal.pages.checkins.wanted import Wanted
from portal.pages.checkins.words import STATES, act_word
from portal.pages.listings import Listing, list_found
from registers.checkins.bringers import staffed_by
from registers.checkins.records import PresenceRecord
from registers.checkins.searching import FoundRecords, SearchRefusedError, find_records, walk_records
from registers.checkins.sight import EVERYBODY

PAGE_SIZE = 50


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
    """A search of the register; `is_capped` says afterwards whether there is more, `next_key` after which of them.

    `people` are those whom a file tells of.
    """

    wanted: Wanted
    asker: PresenceAsker
    at: datetime
    is_capped: bool = False
    next_key: str | None = None
    people: set[int] = field(default_factory=set)

    def show(self, first_row: int, size: int) -> tuple[int, Sequence[Shown]]:
        """Return how much is found, 500 at most, and the rows of a part of it; the look is on record."""
        found = self._find(self.wanted.part(first_row, size))
        return found.count, self._words_of(found.records)

    def show_after(self, key: str, size: int) -> Sequence[Shown] | None:
        """Return the rows after the key of a page, on record as well; None for a key that no page gave."""
        try:
            return self._words_of(self._find(self.wanted.part(0, size, after=key)).records)
        except SearchRefusedError:
            return None

    def walk(self) -> Iterator[Sequence[Shown]]:
        """Yield all that is found, some at a time, 50,000 at most; in one transaction, and each person on record once."""
        order, count = self.wanted.part(0, 1), 0
        aliases = checkin_counter().aliases
        for found in walk_records(self.wanted.criteria(), order, asker=self.asker, aliases=aliases, at=self.at):
            rows = found.records[: MOST_DOWNLOADED - count]
            count += len(rows)
            self.is_capped = len(rows) < len(found.records) or found.next_key is not None
            self.people.update(row.person_id for row in found.records)
            yield self._words_of(rows)
            if count == MOST_DOWNLOADED:
                return

    def _find(self, page: FoundPage) -> FoundRecords:
        aliases = checkin_counter().aliases
        found = find_records(self.wanted.criteria(), page, asker=self.asker, aliases=aliases, at=self.at)
        self.is_capped, self.next_key = found.is_capped, found.next_key
        return found

    def _words_of(self, rows: Sequence[PresenceRecord]) -> list[Shown]:
        """Return the rows with what a table shows of each; inspectors read every name."""
        if self.asker.kind in EVERYBODY:
            return _shown(rows, names_by_receipt(Listed(row.number, row.person_id, row.employer) for row in rows))
        (own,) = self.asker.companies
        return _shown(
            rows, staff_by_receipt((Listed(row.number, row.person_id, staffed_by(row)) for row in rows), own=own)
        )


@dataclass(frozen=True, slots=True)
class FoundPresences:
    """A page of what is found: one of those with numbers, or what comes after them, page by page, by the key of each.

    `further` is the address of the next page without a number, `first` that of the first of all; empty where there is none.
    `is_too_long` says that there are more than `most`, which pages with numbers reach.
    """

    rows: Sequence[Shown]
    listing: Listing | None
    is_too_long: bool
    further: str
    first: str = ""
    most: int = MOST_FOUND


def list_presences(request: HttpRequest, look: PresenceLookUp, *, word: str) -> FoundPresences:
    """Return the page that the query asks for, of the search that is this word; a key that no page gave asks for none."""
    key = request.GET.get("after", "")
    rows = look.show_after(key, PAGE_SIZE) if key else None
    if rows is not None:
        return FoundPresences(rows, None, look.is_capped, _after(look.next_key, word), f"?{urlencode({'c': word})}")
    listing = list_found(request, look.show, page_size=PAGE_SIZE)
    is_at_the_end = look.is_capped and listing.page == listing.pages
    further = _after(look.next_key, word) if is_at_the_end else ""
    return FoundPresences(listing.rows, listing, look.is_capped, further)  # type: ignore[arg-type]


def _after(key: str | None, word: str) -> str:
    return "" if key is None else f"?{urlencode({'c': word, 'after': key})}"


def whom(workers: Collection[Worker]) -> int | None:
    """Return the id of who has all of these numbers, 0 where that is nobody; None without a number."""
    if not workers:
        return None
    found = checkin_counter().aliases.find(workers)
    ids = {found[worker].person_id if worker in found else 0 for worker in workers}
    return ids.pop() if len(ids) == 1 else 0


def _shown(rows: Sequence[PresenceRecord], names: Mapping[int, str]) -> list[Shown]:
    places = {place.number: place for place in places_of({row.work_place for row in rows})}
    return [
        Shown(
            record=row,
            name=names[row.number],
            word=str(act_word(row.kind, row.event_type, row.reason)),
            place=place_title(places.get(row.work_place), row.work_place),
            state=str(STATES[row.status][0]),
            colour=STATES[row.status][1],
        )
        for row in rows
    ]
