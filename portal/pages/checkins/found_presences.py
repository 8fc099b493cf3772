"""What a page finds in the register by the official criteria, with the words that a table has for it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from urllib.parse import urlencode

from django.http import HttpRequest

from domain.checkins.asking import PresenceAsker
from domain.checkins.items import Worker
from domain.checkins.searches import MOST_DOWNLOADED, MOST_FOUND, FoundPage
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import place_title, places_by_number
from portal.pages.checkins.names import KnownStaff, Listed, names_by_receipt
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

    `people` are those whom a file tells of, `staff` how they are called to a company.
    """

    wanted: Wanted
    asker: PresenceAsker
    at: datetime
    is_capped: bool = False
    next_key: str | None = None
    people: set[int] = field(default_factory=set)
    staff: KnownStaff = field(init=False)
    _places: dict[str, str] = field(default_factory=dict)
    _act: Callable[[str, str, str], str] = field(default_factory=lambda: cache(_act_told))
    _state: Callable[[str], tuple[str, str]] = field(default_factory=lambda: cache(_state_told))

    def __post_init__(self) -> None:
        self.staff = KnownStaff("" if self._sees_everybody else next(iter(self.asker.companies)))

    @property
    def _sees_everybody(self) -> bool:
        return self.asker.kind in EVERYBODY

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
        criteria, order, aliases = self.wanted.criteria(), self.wanted.part(0, 1), checkin_counter().aliases
        most = MOST_DOWNLOADED
        for found in walk_records(criteria, order, most=most, asker=self.asker, aliases=aliases, at=self.at):
            self.is_capped = found.is_capped
            self.people.update(row.person_id for row in found.records)
            yield self._words_of(found.records)

    def _find(self, page: FoundPage) -> FoundRecords:
        aliases = checkin_counter().aliases
        found = find_records(self.wanted.criteria(), page, asker=self.asker, aliases=aliases, at=self.at)
        self.is_capped, self.next_key = found.is_capped, found.next_key
        return found

    def _words_of(self, rows: Sequence[PresenceRecord]) -> list[Shown]:
        """Return the rows with what a table shows of each; inspectors read every name."""
        if self._sees_everybody:
            names = names_by_receipt(Listed(row.number, row.person_id, row.employer) for row in rows)
        else:
            names = self.staff.by_receipt(Listed(row.number, row.person_id, staffed_by(row)) for row in rows)
        if unread := {row.work_place for row in rows} - self._places.keys():
            known = places_by_number(unread)
            self._places |= {number: place_title(known.get(number), number) for number in unread}
        return [
            Shown(
                row,
                names[row.number],
                self._act(row.kind, row.event_type, row.reason),
                self._places[row.work_place],
                *self._state(row.status),
            )
            for row in rows
        ]


def _act_told(kind: str, event_type: str, reason: str) -> str:
    return str(act_word(kind, event_type, reason))


def _state_told(status: str) -> tuple[str, str]:
    word, colour = STATES[status]
    return str(word), colour


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


def whom(workers: Collection[Worker], *, otherwise: int | None) -> int | None:
    """Return the id of who has all of these numbers, 0 where that is nobody; `otherwise` without a number."""
    if not workers:
        return otherwise
    found = checkin_counter().aliases.find(workers)
    ids = {found[worker].person_id if worker in found else 0 for worker in workers}
    return ids.pop() if len(ids) == 1 else 0
