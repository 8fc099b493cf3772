"""The requests for corrections about one registration, as its page lists them, and those that wait for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from domain.checkins.vocabulary import CorrectionState, EventType, PresenceKind
from portal.pages.checkins.words import CORRECTION_STATES
from portal.pages.parts import Action
from registers.checkins.missing_beside import Beside
from registers.checkins.models import Correction, Presence
from registers.checkins.pending_corrections import find_beside

_PENDING = [state for state in CorrectionState if state.is_pending]


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A request about a registration, as the page of the registration names it."""

    number: str
    path: str
    state: str
    colour: str


def look_at_request(number: str, page_name: str) -> Action:
    """Return what leads to a request that waits, at its page of that name."""
    return Action(_("Look at request %(number)s, which waits") % {"number": number}, reverse(page_name, args=[number]))


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What was asked for about a registration, the newest first, also while it waits.

    `missing` are those that wait for an event that is missing, of the same person, employer and place.
    """

    about: Sequence[Correction]
    missing: Sequence[Correction]

    @classmethod
    def read(cls, row: Presence, *, among: QuerySet[Correction]) -> Self:
        """Read them out of those that the reader may see; one query, none for a day, which is never corrected."""
        if row.kind == PresenceKind.DAY:
            return cls((), ())
        of_it = Q(target=row.number) | Q(made_number=row.number)
        of_missing = Q(target=None, employer=row.employer, work_place=row.work_place, state__in=_PENDING)
        asked = among.filter(of_it | of_missing, person_id=row.person_id).order_by("-asked_at", "-pk")
        about: list[Correction] = []
        missing: list[Correction] = []
        for one in asked:
            (about if row.number in {one.target, one.made_number} else missing).append(one)
        return cls(about, missing)

    def lines(self, page_name: str) -> list[CorrectionLine]:
        """Return them with the links to their pages of that name."""
        return [
            CorrectionLine(
                one.number,
                reverse(page_name, args=[one.number]),
                str(CORRECTION_STATES[one.state][0]),
                CORRECTION_STATES[one.state][1],
            )
            for one in self.about
        ]

    @property
    def waiting(self) -> Correction | None:
        """The one that waits for a decision on the registration itself; None for none."""
        return next((one for one in self.about if CorrectionState(one.state).is_pending), None)

    def waiting_beside(self, beside: Beside) -> Correction | None:
        """Return the one that waits for the event that is missing beside it, so that another is refused (P305); None for none."""
        return find_beside(beside.event, beside.there, self.missing, limits=beside.limits)

    def waiting_farther(self, beside: Beside) -> list[Correction]:
        """Return those that wait for an event that may be the missing one, yet is nearer to another that is like it."""
        other = EventType.OUT if beside.event.type is EventType.IN else EventType.IN
        return [
            one
            for one in self.missing
            if one.event_type == other and one.corrected_at is not None and beside.misfit(one.corrected_at) is None
        ]
