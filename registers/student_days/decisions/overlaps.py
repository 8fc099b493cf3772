"""Say which periods of one employer and worker may stand beside each other (student declarations §3.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from domain.identifiers import is_company_number, normalise_company_number
from domain.student_declarations import STUDENT
from registers.student_days.records import PeriodRecord


class Beside(Enum):
    """Whether two periods of one worker may share days at one employer."""

    ALLOWED = "whatever their days"
    FOR_ANOTHER_USER = "when the student works for another user"
    REFUSED = "never"


_COUNTRY = "be"
SAME_TYPE = {STUDENT: Beside.FOR_ANOTHER_USER}
"""Two periods of the same worker type: refused, but for these types."""
OTHER_TYPE = Beside.ALLOWED
"""Two periods of different worker types."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The periods with which one collides: `identical` ones have its commission and days, too."""

    identical: tuple[PeriodRecord, ...]
    overlapping: tuple[PeriodRecord, ...]


def find_conflict(candidate: PeriodRecord, others: Iterable[PeriodRecord], *, users_apart: bool) -> Conflict | None:
    """Return what `candidate` collides with among the living periods of its employer and worker, itself left out.

    `users_apart`: whether a student may work for two users of one agency at the same time.
    """
    colliding = tuple(
        other
        for other in others
        if other.number != candidate.number
        and _beside(candidate, other, users_apart=users_apart) is Beside.REFUSED
        and (_overlap(candidate, other) or candidate.place == other.place)
    )
    if not colliding:
        return None
    return Conflict(tuple(other for other in colliding if _is_identical(candidate, other)), colliding)


def _beside(one: PeriodRecord, other: PeriodRecord, *, users_apart: bool) -> Beside:
    if one.worker_type != other.worker_type:
        return OTHER_TYPE
    beside = SAME_TYPE.get(one.worker_type, Beside.REFUSED)
    if beside is Beside.FOR_ANOTHER_USER:
        is_allowed = users_apart and user_compared(one.using_employer) != user_compared(other.using_employer)
        return Beside.ALLOWED if is_allowed else Beside.REFUSED
    return beside


def user_compared(user: str) -> str:
    """Return the number or name of a user as it is compared: neither case, blanks nor dots make another user of one.

    A company number may stand where a name is meant, as people write it.
    """
    folded = "".join(user.replace(".", " ").split()).casefold()
    number = folded.removeprefix(_COUNTRY)
    return normalise_company_number(number) if is_company_number(number) else folded


def _is_identical(one: PeriodRecord, other: PeriodRecord) -> bool:
    """Whether they are the same to the message, or to the table, which does not ask when the last day ends."""
    return one.place == other.place or (one.span, one.joint_commission) == (other.span, other.joint_commission)


def _overlap(one: PeriodRecord, other: PeriodRecord) -> bool:
    """Whether an hour belongs to both."""
    (first, last), (other_first, other_last) = one.span, other.span
    return first < other_last and other_first < last
