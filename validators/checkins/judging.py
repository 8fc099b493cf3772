"""Judge one check-in by its shapes, check digits and dates: the same rules for files, calls and pages.

Pure: what needs a register (mandates, sectors, references, ids, windows of correction) is the register's to refuse.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from domain.brussels import BRUSSELS, brussels_date
from domain.checkins.codes import RefusalCode
from domain.checkins.items import (
    Cancellation,
    CorrectionRequest,
    DayPresence,
    Employer,
    Item,
    MissingEvent,
    PresenceEvent,
    Worker,
)
from domain.checkins.limits import TimeLimits
from validators.checkins.shapes import (
    is_digest,
    is_employer_number,
    is_foreign_vat_number,
    is_limosa_number,
    is_registration_id,
    is_work_place_number,
    is_worker_number,
)

MOST_EVIDENCE = 5
_EARLIEST = datetime(2000, 1, 1, tzinfo=BRUSSELS)
"""No correction is about an earlier instant: receipt numbers begin with that month."""


def judge_item(item: Item, *, received_at: datetime, rules: TimeLimits) -> tuple[RefusalCode, ...]:
    """Return why the item is refused, each code once in the order of its fields; empty when nothing is wrong with it.

    `received_at` is aware: the instant of reception, never that of processing. What is called today or tomorrow is a day
    in Brussels at that instant (check-in declarations §0.7, §2.3, §2.5).
    """
    match item:
        case DayPresence():
            found = _judge_day(item, received_at, rules)
        case PresenceEvent():
            found = _judge_event(item, received_at, rules)
        case Cancellation():
            found = _judge_cancellation(item)
        case CorrectionRequest():
            found = _judge_correction(item, received_at, rules)
        case _:
            assert_never(item)
    return tuple(dict.fromkeys(found))


def _judge_day(item: DayPresence, received_at: datetime, rules: TimeLimits) -> Iterator[RefusalCode]:
    """Today or tomorrow, or as far ahead as the rule of a sector may say; without a date, today (§1.1)."""
    today = brussels_date(received_at)
    if item.date is not None and not today <= item.date <= today + timedelta(
        days=max(rules.days_ahead, rules.most_days_ahead)
    ):
        yield RefusalCode.DATE_NOT_TODAY_OR_TOMORROW
    yield from _judge_who_and_where(item.worker, item.employer, item.work_place_id)


def _judge_event(item: PresenceEvent, received_at: datetime, rules: TimeLimits) -> Iterator[RefusalCode]:
    """Not ahead of the clock by more than a tolerance, and not older than a day: then a correction is asked for (§2.5)."""
    yield from _judge_instant(item.at, received_at, rules)
    if item.at < received_at - rules.oldest_event:
        yield RefusalCode.TOO_OLD
    yield from _judge_who_and_where(item.worker, item.employer, item.work_place_id)


def _judge_cancellation(item: Cancellation) -> Iterator[RefusalCode]:
    """A reason of the list; an id that this register may have given, or a reference."""
    if item.registration_id is None:
        if not item.reference:
            yield RefusalCode.REGISTRATION_ID_UNKNOWN
    elif not is_registration_id(item.registration_id):
        yield RefusalCode.REGISTRATION_ID_UNKNOWN
    if item.reason is None:
        yield RefusalCode.CANCELLATION_REASON_INVALID


def _judge_correction(item: CorrectionRequest, received_at: datetime, rules: TimeLimits) -> Iterator[RefusalCode]:
    """A target, something to correct, and evidence (§2.6); the window is the register's to judge.

    A malformed id has the code that it has in any item (7, §2.3): the structure of a file refuses it with that one.
    """
    if (item.registration_id is None) == (item.missing is None):
        yield RefusalCode.CORRECTION_TARGET_UNKNOWN
    if item.registration_id is not None and not is_registration_id(item.registration_id):
        yield RefusalCode.REGISTRATION_ID_UNKNOWN
    if item.missing is not None:
        yield from _judge_missing(item.missing)
    yield from _judge_corrected(item, received_at, rules)
    if not 1 <= len(item.evidence) <= MOST_EVIDENCE or not all(is_digest(one.sha256) for one in item.evidence):
        yield RefusalCode.EVIDENCE_MISSING


def _judge_missing(missing: MissingEvent) -> Iterator[RefusalCode]:
    yield from _judge_who_and_where(missing.worker, missing.employer, missing.work_place_id)


def _judge_corrected(item: CorrectionRequest, received_at: datetime, rules: TimeLimits) -> Iterator[RefusalCode]:
    """A missing event needs its instant; anything else at least one corrected field. Nothing will have happened yet."""
    needed = (item.corrected_at,) if item.missing is not None else (item.corrected_at, item.corrected_work_place)
    if not any(value is not None for value in needed):
        yield RefusalCode.NOTHING_TO_CORRECT
    if item.corrected_at is not None:
        yield from _judge_instant(item.corrected_at, received_at, rules)
        if item.corrected_at < _EARLIEST:
            yield RefusalCode.CORRECTION_WINDOW_CLOSED
    if item.corrected_work_place is not None and not is_work_place_number(item.corrected_work_place):
        yield RefusalCode.WORK_PLACE_INVALID


def _judge_instant(instant: datetime, received_at: datetime, rules: TimeLimits) -> Iterator[RefusalCode]:
    if instant > received_at + rules.future_tolerance:
        yield RefusalCode.IN_THE_FUTURE


def _judge_who_and_where(worker: Worker, employer: Employer | None, work_place: str) -> Iterator[RefusalCode]:
    """A worker and an employer, or the Limosa number alone, which ties both; a work place of the right shape (§1.1, §1.3)."""
    if worker.limosa_id is not None:
        if worker.inss is not None or employer is not None or not is_limosa_number(worker.limosa_id):
            yield RefusalCode.LIMOSA_ID_INVALID
    else:
        if not is_worker_number(worker.inss or ""):
            yield RefusalCode.INSS_INVALID
        if not _is_employer_sound(employer):
            yield RefusalCode.EMPLOYER_INVALID
    if not is_work_place_number(work_place):
        yield RefusalCode.WORK_PLACE_INVALID


def _is_employer_sound(employer: Employer | None) -> bool:
    match employer:
        case Employer(enterprise_number=str() as number, foreign_vat=None):
            return is_employer_number(number)
        case Employer(enterprise_number=None, foreign_vat=str() as number):
            return is_foreign_vat_number(number)
        case _:
            return False
