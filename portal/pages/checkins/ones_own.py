"""Whether somebody may have said by mistake that a company is his own: one that knows him as its staff."""

from datetime import datetime

from domain.brussels import brussels_date
from domain.checkins.vocabulary import Capacity
from domain.environments import Environment
from portal.pages.checkins.choices import ForWhom, Offered, OwnNow
from registers.checkins.known_staff import staffed_among
from registers.checkins.models import Presence


def is_doubted(whom: ForWhom, person_id: int, *, place: str, now: OwnNow, at: datetime) -> bool:
    """Whether the company that is said to be his own knows the person as staff; not where he is there as such already.

    Whoever says so once more is taken as he says. Two queries at most, none where he says nothing of it.
    """
    if whom.capacity is not Capacity.SELF_EMPLOYED or (place, whom) == (now.place, now.for_whom):
        return False
    return bool(staffed_among(person_id, {whom.number}, environment=Environment.PRODUCTION, on=brussels_date(at)))


def may_be_a_slip(row: Presence) -> bool:
    """Whether a registration says that the company is the person's own, which knew him as staff on its day. Two queries at most."""
    if row.capacity != Capacity.SELF_EMPLOYED:
        return False
    return bool(
        staffed_among(row.person_id, {row.employer}, environment=Environment.PRODUCTION, on=row.registration_date)
    )


def now_may_be_a_slip(offered: Offered) -> bool:
    """Whether what says how things stand now may be one by its own day, as the page tells to which is led. Two queries at most."""
    return any(may_be_a_slip(row) for row in offered.lately if row.number == offered.now.number)
