"""Withdraw day presences, for whoever registered them (check-in declarations §2.1, §2.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.brussels import brussels_date
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Cancellation
from domain.checkins.outcomes import Cancelled, Outcome, Refused
from domain.checkins.vocabulary import CancellationReason, Capacity, PresenceKind, PresenceStatus, Sector
from evidence.prepared import open_prepared
from registers.checkins.bringers import staffed_by, withdrawn_by
from registers.checkins.context import IntakeContext
from registers.checkins.locking import lock_and_number
from registers.checkins.merged_meanwhile import require_the_same
from registers.checkins.numbering import days_of
from registers.checkins.records import PresenceRecord, read_newest, registration_of
from registers.checkins.references import UsedReference, read_references
from registers.checkins.standing import companies_covered

_CANCEL = """
    WITH cancelled AS (
        UPDATE checkins_presence SET status = 'CANCELLED', slot = number * 100 + version,
            validated_at = greatest(%s::timestamptz, created_at, validated_at + interval '1 millisecond',
                remarked_at + interval '1 millisecond')
        FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS gone (gone_number, day, reason)
        WHERE number = gone_number AND registration_date = day AND next_date IS NULL AND environment = %s::varchar
        RETURNING environment, number, registration_date, validated_at, gone.reason
    ), steps AS (
        INSERT INTO checkins_presencestep (environment, number, registration_date, at, status, remarks, reason, sender,
            brought_by)
        SELECT environment, number, registration_date, validated_at, 'CANCELLED', '{}', reason, %s::varchar, %s::varchar
        FROM cancelled
    )
    SELECT number, validated_at FROM cancelled
"""
"""Cancellations with their steps, at one instant: behind the last verdict, also where that came while a file was filed."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """The receipt numbers that the caller may see, and those that are his to withdraw."""

    seen: frozenset[int]
    own: frozenset[int]


def cancel(items: Sequence[Cancellation], *, context: IntakeContext) -> list[Outcome]:
    """Withdraw each day presence, or say why not: 1, 7 to 11 or P307; in the running transaction.

    The company that registered it may withdraw it over any channel as long as it stands for the employer; the employer may
    withdraw what its worker registered himself, and what a company did that stands for it no more; a self-employed person
    his own. All that until the end of the days that its sector's rule gives after the registration
    date, in Brussels. What the caller may not see looks like what is not there.
    """
    numbers = _numbers_of(items, context=context)
    known = read_newest([number for number in numbers if number is not None], environment=context.environment)
    held = {record.person_id for record in known.values()}
    lock_and_number(held)
    known = read_newest(list(known), environment=context.environment)
    require_the_same(held, (record.person_id for record in known.values()))
    reach = _reach_among(known.values(), context=context)
    cancelled: dict[int, tuple[PresenceRecord, CancellationReason]] = {}
    judged: list[PresenceRecord | Refused] = []
    for item, number in zip(items, numbers, strict=True):
        record = known.get(number or 0)
        code = _code_against(item, number, record, reach=reach, done=cancelled, context=context)
        if code is not None or record is None or item.reason is None:
            judged.append(Refused((code or RefusalCode.REGISTRATION_NOT_FOUND,)))
            continue
        cancelled[record.number] = record, item.reason
        judged.append(record)
    instants = _write(list(cancelled.values()), context=context)
    return [
        one if isinstance(one, Refused) else _cancelled(item, one, at=instants[one.number], context=context)
        for item, one in zip(items, judged, strict=True)
    ]


def _cancelled(item: Cancellation, record: PresenceRecord, *, at: datetime, context: IntakeContext) -> Cancelled:
    gone = replace(record, status=PresenceStatus.CANCELLED.name, validated_at=at)
    registration = registration_of(gone, bringer=context.bringer)
    return Cancelled(replace(registration, reference=item.reference or registration.reference))


def _numbers_of(items: Sequence[Cancellation], *, context: IntakeContext) -> list[int | None]:
    """Return which registration each item names; None for a reference that names none."""
    references = {item.reference for item in items if item.registration_id is None}
    used = read_references(references, bringer=context.bringer, environment=context.environment)
    return [
        item.registration_id if item.registration_id is not None else _number_named(used.get(item.reference))
        for item in items
    ]


def _number_named(used: UsedReference | None) -> int | None:
    return None if used is None else used.number


def _code_against(
    item: Cancellation,
    number: int | None,
    record: PresenceRecord | None,
    *,
    reach: _Reach,
    done: Mapping[int, object],
    context: IntakeContext,
) -> RefusalCode | None:
    """Return the first code that stands against the cancellation."""
    if item.reason is None:
        return RefusalCode.CANCELLATION_REASON_INVALID
    if number is not None and days_of(number) is None:
        return RefusalCode.REGISTRATION_ID_UNKNOWN
    if record is None or record.number not in reach.seen:
        return RefusalCode.REGISTRATION_NOT_FOUND
    if record.number not in reach.own:
        return RefusalCode.NOT_YOURS_TO_CANCEL
    return _state_against(record, is_done=record.number in done, context=context)


def _state_against(record: PresenceRecord, *, is_done: bool, context: IntakeContext) -> RefusalCode | None:
    if record.kind == PresenceKind.EVENT:
        return RefusalCode.EVENT_NOT_CANCELLED
    if record.is_cancelled or is_done:
        return RefusalCode.ALREADY_CANCELLED
    return None if _is_in_time(record, context=context) else RefusalCode.TOO_LATE_TO_CANCEL


def _reach_among(records: Collection[PresenceRecord], *, context: IntakeContext) -> _Reach:
    if context.by.enterprise_number is None:
        own = frozenset(record.number for record in records if _is_of_himself(record, context=context))
        return _Reach(own, own)
    companies = companies_covered(context.by, at=context.received_at)
    own = withdrawn_by(records, companies, environment=context.environment, at=context.received_at)
    return _Reach(own | {record.number for record in records if staffed_by(record) in companies}, own)


def _is_of_himself(record: PresenceRecord, *, context: IntakeContext) -> bool:
    """Whether the caller registered it himself, self-employed (§3)."""
    is_himself = context.by.person_id is not None and record.person_id == context.by.person_id
    return is_himself and record.brought_by == "" and record.known_capacity == Capacity.SELF_EMPLOYED


def _is_in_time(record: PresenceRecord, *, context: IntakeContext) -> bool:
    rule = context.rules.on(Sector(record.sector) if record.sector else None, record.registration_date)
    days = 0 if rule is None else rule.cancel_days
    return brussels_date(context.received_at) <= record.registration_date + timedelta(days=days)


def _write(gone: Sequence[tuple[PresenceRecord, CancellationReason]], *, context: IntakeContext) -> dict[int, datetime]:
    """Withdraw the registrations, and return at which instant each of them, by its number."""
    if not gone:
        return {}
    with open_prepared() as cursor:
        cursor.execute(
            _CANCEL,
            [
                context.at,
                [record.number for record, _ in gone],
                [record.registration_date for record, _ in gone],
                [str(reason) for _, reason in gone],
                *(str(context.environment), context.by.sender, context.by.enterprise_number or ""),
            ],
        )
        return dict(cursor.fetchall())
