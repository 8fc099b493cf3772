"""Complete an act that a phone kept: what it does not say is told by what stood at its instant, by nothing that began later."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from domain.checkins.limits import DayLimits
from portal.pages.checkins.acting import Act, ActRefusedError, KeptAct, Kind
from portal.pages.checkins.choices import ForWhom, Offered, is_going_on, whom_of
from portal.pages.checkins.forms import read_company, read_work_place
from registers.checkins.models import Presence

_CLOCKS_DIFFER = timedelta(minutes=2)
"""By as much a phone that knows the counter's clock leaves its own as it is."""


class NotSaidError(ActRefusedError):
    """Where or for whom was not said: `lacks` is `place` or `company`; who still stands there is asked."""

    def __init__(self, sentence: str, *, lacks: str) -> None:
        super().__init__(sentence)
        self.lacks = lacks


def completed(kept: KeptAct, offered: Offered, *, limits: DayLimits) -> Act:
    """Return the act; where the phone did not know place or company, or guessed them, those of what was going on then.

    What ends or interrupts work for one's own company is of it, too, where the phone named the company alone. NotSaidError
    where nothing tells it.
    """
    stood = _going_on(kept, offered.lately, limits=limits)
    if _is_looked_up(kept, stood):
        return Act(kept.kind, stood[0].work_place, whom_of(stood[0]), kept.at, kept.reference, kept.method)
    place = kept.place or _only({row.work_place for row in stood})
    if not place:
        raise NotSaidError(_("Say where you are."), lacks="place")
    place = _number(place, read_work_place, lacks="place")
    there = [row for row in offered.lately if row.work_place == place]
    whom = ForWhom.read(kept.employer) if kept.employer else _unsaid(kept, offered, place, there, limits=limits)
    if whom is None:
        raise NotSaidError(_("Say for whom you work here."), lacks="company")
    whom = ForWhom(_number(whom.number, read_company, lacks="company"), whom.capacity)
    if kept.kind is not Kind.IN:
        for_them = _going_on(kept, [row for row in there if row.employer == whom.number], limits=limits)
        whom = whom_of(for_them[0]) if for_them else whom
    return Act(kept.kind, place, whom, kept.at, kept.reference, kept.method)


def _going_on(kept: KeptAct, rows: Iterable[Presence], *, limits: DayLimits) -> list[Presence]:
    """Return which of them, the newest first, tell what was going on then: by the phone's clock, and by one that is a little slow.

    Two where these tell of different work: the phone's clock does not tell which of them it is.
    """
    events = [(row, row.event_at) for row in rows if row.event_at is not None]
    works: dict[tuple[str, str], Presence] = {}
    for slow in (timedelta(), _CLOCKS_DIFFER):  # nothing can be added to an instant at the end of the calendar
        last = next((row for row, at in events if at - slow <= kept.at), None)
        if last is not None and is_going_on(last, at=kept.at, limits=limits):
            works.setdefault((last.work_place, last.employer), last)
    return list(works.values())


def _is_looked_up(kept: KeptAct, stood: list[Presence]) -> bool:
    """Whether the register knows better than the phone where somebody was: he checked in with another device, for example."""
    if not kept.is_guessed or kept.kind is Kind.IN or len(stood) != 1:
        return False
    return stood[0].event_at is not None and stood[0].event_at <= kept.at


def _unsaid(
    kept: KeptAct, offered: Offered, place: str, there: Iterable[Presence], *, limits: DayLimits
) -> ForWhom | None:
    """Return for whom it is where the phone names nobody; None when it must be asked.

    A doubted own company, too, where its work goes on: it is chosen for none that begins.
    """
    stood = [] if kept.kind is Kind.IN else _going_on(kept, there, limits=limits)
    if not stood:
        return offered.for_whom_until(kept.at, place)
    return whom_of(stood[0]) if _only({row.employer for row in stood}) else None


def _only(names: set[str]) -> str:
    """Return the name where there is one; nothing where it must be asked."""
    return next(iter(names)) if len(names) == 1 else ""


def _number(text: str, read: Callable[[str], str], *, lacks: str) -> str:
    try:
        return read(text)
    except ValidationError as wrong:
        raise NotSaidError(str(wrong.message), lacks=lacks) from wrong
