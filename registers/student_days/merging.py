"""Move the periods of a person who turned out to be another one, and recompute the contingents (student declarations §4.3).

The balance is recomputed by going through all versions in the order of reception; nobody is told of what exceeds now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from django.db import connection

from domain.contingent import ContingentRules
from domain.environments import Environment
from domain.findings import QuotaUnit
from registers.student_days.daily_tables import DailyRegistration
from registers.student_days.decisions.overlaps import user_compared
from registers.student_days.decisions.reserving import reserve, reserve_again
from registers.student_days.holdings import read_periods_of
from registers.student_days.models import Period, PeriodState, PeriodVersion, QuotaAccount, VersionReason
from registers.student_days.official_states import OFFICIAL
from registers.student_days.questions.attestations import give_attestations
from registers.student_days.records import Account, Holdings, PeriodRecord

_HOLD_OFF_FILING = "LOCK TABLE student_days_quotaaccount IN SHARE ROW EXCLUSIVE MODE"
_MERGED_FIELDS = ("granted", "neutralised", "state", "version", "last_changed_at")


Pair: TypeAlias = tuple[int, int]
"""The numbers of two periods, the one that was declared first before the other."""


class Inheritance(StrEnum):
    """What a period that stays took over from the one that is cancelled."""

    LOCKED = "LOCKED"
    BLOCKED = "BLOCKED"
    DMFA_LOCK = "DMFA_LOCK"
    ACTUAL_AMOUNT = "ACTUAL_AMOUNT"
    DAILY_REGISTRATIONS = "DAILY_REGISTRATIONS"


@dataclass(frozen=True, slots=True)
class MergeOutcome:
    """How many periods were moved, how many of all got another grant, and which were declared under both numbers.

    `doubled`: the number that stays and the one that is cancelled, of each two that are alike; `differing`: both numbers of
    each two that are alike but for the amount that they plan, which both stay. `taken_over`: what those that stay have from
    those that are cancelled, under whose numbers its reasons are on record.
    """

    moved: int
    regranted: int
    doubled: tuple[Pair, ...] = ()
    differing: tuple[Pair, ...] = ()
    taken_over: Mapping[Pair, Sequence[Inheritance]] = field(default_factory=dict)


def hold_off_filing() -> None:
    """Wait for the filings that run, and keep others waiting until the transaction ends; the first lock to be taken."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_OFF_FILING)


def merge_periods(
    absorbed_id: int, person_id: int, *, environment: Environment, rules: ContingentRules, at: datetime
) -> MergeOutcome:
    """Give all periods of the absorbed person to the other and recompute what is granted, in the running transaction.

    Filing must be held off. A living period that both had alike is cancelled where it was declared later; two that plan
    different amounts contradict each other, and only their employer knows which is right: both stay and count.
    """
    doubled, differing, taken_over = _settle_doubles(absorbed_id, person_id, at=at)
    give_attestations(of=absorbed_id, to=person_id)
    moved = Period.objects.filter(person_id=absorbed_id).update(person_id=person_id)
    QuotaAccount.objects.filter(person_id=absorbed_id).update(granted=0)
    before = {record.number: record for record in read_periods_of(person_id, environment=environment)}
    holdings = _replay(before, rules=rules)
    after = [_with_grant(record, holdings, at=at) for record in before.values()]
    regranted = [record for record in after if record != before[record.number]]
    _write_accounts(holdings, environment=environment)
    _write(regranted, before, environment=environment, at=at)
    return MergeOutcome(moved, len(regranted), doubled, differing, taken_over)


def _settle_doubles(
    absorbed_id: int, person_id: int, *, at: datetime
) -> tuple[tuple[Pair, ...], tuple[Pair, ...], dict[Pair, Sequence[Inheritance]]]:
    """Cancel the later of each two living periods alike, and set those apart that differ in their plan.

    Returns both, and what was taken over from those that are cancelled.
    """
    places: dict[tuple[object, ...], list[Period]] = {}
    living = Period.objects.exclude(state=PeriodState.CANCELLED).filter(person_id__in=(absorbed_id, person_id))
    for period in living.order_by("first_declared_at", "pk"):
        places.setdefault(_place(period), []).append(period)
    doubled: list[Pair] = []
    differing: list[Pair] = []
    taken_over: dict[Pair, Sequence[Inheritance]] = {}
    for candidates in places.values():
        standing: list[Period] = []
        for period in candidates:
            same = next((one for one in standing if one.planned == period.planned), None)
            if same is not None:
                if inherited := _hand_over(period, kept=same, at=at):
                    taken_over[same.pk, period.pk] = inherited
                _cancel(period, at=at)
                doubled.append((same.pk, period.pk))
                continue
            differing += [(standing[0].pk, period.pk)] if standing else []
            standing.append(period)
        _set_apart(standing, beyond=max(one.doublet for one in candidates))
    return tuple(doubled), tuple(differing), taken_over


def _place(period: Period) -> tuple[object, ...]:
    return (
        period.employer_id,
        period.starting_date,
        period.starting_hour,
        period.ending_date,
        period.joint_commission,
        period.worker_type,
        user_compared(period.using_employer),
    )


def _hand_over(double: Period, *, kept: Period, at: datetime) -> Sequence[Inheritance]:
    """Let what stays have what others than a start said of its double, since they said it of the same employment.

    Daily registrations go over, the lock of the quarterly declaration, and an agent's state and the amount really worked
    where what stays has none of its own. Returns what that was.
    """
    inherited = []
    if double.state in OFFICIAL and kept.state not in OFFICIAL:
        kept.state = double.state
        inherited.append(Inheritance(double.state))
    if double.locked_by_dmfa and not kept.locked_by_dmfa:
        kept.locked_by_dmfa = True
        inherited.append(Inheritance.DMFA_LOCK)
    if double.actual is not None and kept.actual is None:
        kept.actual = double.actual
        inherited.append(Inheritance.ACTUAL_AMOUNT)
    if inherited:
        kept.version, kept.last_changed_at = kept.version + 1, at
        _version_of(kept, change=0, at=at).save(force_insert=True)
        kept.save(update_fields=[*_MERGED_FIELDS, "actual", "locked_by_dmfa"])
    if DailyRegistration.objects.filter(period=double).update(period=kept):
        inherited.append(Inheritance.DAILY_REGISTRATIONS)
    return inherited


def _cancel(period: Period, *, at: datetime) -> None:
    change, period.granted, period.neutralised = -period.granted, 0, 0
    period.state, period.version, period.last_changed_at = PeriodState.CANCELLED, period.version + 1, at
    _version_of(period, change=change, at=at).save(force_insert=True)
    period.save(update_fields=_MERGED_FIELDS)


def _set_apart(standing: Sequence[Period], *, beyond: int) -> None:
    """Let the table hold all of them in one place; `beyond` is the highest doublet that any there has or had."""
    taken: set[int] = set()
    for period in standing:
        if period.doublet in taken:
            beyond += 1
            period.doublet = beyond
            period.save(update_fields=["doublet"])
        taken.add(period.doublet)


def _replay(periods: dict[int, PeriodRecord], *, rules: ContingentRules) -> Holdings:
    """Return what everything would have been granted, had all been declared of one person, so that doubles were refused."""
    years = {record.year for record in periods.values() if record.has_contingent}
    person_id = next((record.person_id for record in periods.values()), 0)
    limits = {year: rules.limit_of(year) for year in years}
    holdings = Holdings({(person_id, year): Account(one.unit, one.amount, 0) for year, one in limits.items()})
    counted = set(periods) - _doubles_among(periods)
    versions = PeriodVersion.objects.filter(period__in=counted).order_by(
        "received_at", "filed_at", "declaration_id", "period_id", "number"
    )
    for version in versions:
        record = periods[version.period_id]
        if record.has_contingent:
            _apply(version, record, holdings, rules)
    return holdings


def _doubles_among(numbers: Iterable[int]) -> set[int]:
    """Return those of the periods that this merge or an earlier one cancelled, since another one is the same."""
    cancelled = PeriodVersion.objects.filter(
        period__in=list(numbers), reason=VersionReason.MERGED, state=PeriodState.CANCELLED
    )
    return set(cancelled.values_list("period_id", flat=True))


def _apply(version: PeriodVersion, record: PeriodRecord, holdings: Holdings, rules: ContingentRules) -> None:
    """Do again what a version did, with the contingent as it is by now."""
    before = holdings.periods.get(record.number)
    state = PeriodState(version.state)
    after = replace(
        record,
        starting_date=version.starting_date,
        ending_date=version.ending_date,
        planned=version.planned,
        is_late=version.is_late,
        state=state,
        granted=0 if before is None else before.granted,
        neutralised=0 if before is None else before.neutralised,
    )
    if state is PeriodState.CANCELLED:
        after = replace(after, granted=0, neutralised=0)
    elif before is None:
        grant = reserve(after, holdings=holdings, rules=rules)
        after = replace(after, granted=grant.granted, neutralised=grant.neutralised)
    elif version.reason == VersionReason.UPDATED:
        grant = reserve_again(before, after, holdings=holdings, rules=rules)
        after = replace(after, granted=grant.granted, neutralised=grant.neutralised)
    holdings.exchange(before, after)


def _with_grant(record: PeriodRecord, holdings: Holdings, *, at: datetime) -> PeriodRecord:
    """Return the period with its new grant, as a new version where that differs."""
    held = holdings.periods.get(record.number)
    if held is None or (held.granted, held.neutralised) == (record.granted, record.neutralised):
        return record
    return replace(
        record,
        granted=held.granted,
        neutralised=held.neutralised,
        version=record.version + 1,
        last_changed_at=at,
    )


def _write_accounts(holdings: Holdings, *, environment: Environment) -> None:
    accounts = [
        QuotaAccount(
            environment=environment,
            person_id=person_id,
            year=year,
            unit=QuotaUnit(account.unit),
            limit=account.limit,
            granted=account.granted,
        )
        for (person_id, year), account in sorted(holdings.accounts.items())
    ]
    QuotaAccount.objects.bulk_create(
        accounts, update_conflicts=True, unique_fields=["person", "year"], update_fields=["granted"]
    )


def _write(
    regranted: Iterable[PeriodRecord], before: dict[int, PeriodRecord], *, environment: Environment, at: datetime
) -> None:
    rows = []
    for record in regranted:
        period = Period.objects.get(pk=record.number, environment=environment)
        period.granted, period.neutralised, period.version = record.granted, record.neutralised, record.version
        period.last_changed_at = at
        change = record.granted - before[record.number].granted
        _version_of(period, change=change, at=at).save(force_insert=True)
        rows.append(period)
    Period.objects.bulk_update(rows, _MERGED_FIELDS)


def _version_of(period: Period, *, change: int, at: datetime) -> PeriodVersion:
    """Return the newest version of the period; no declaration made it."""
    return PeriodVersion(
        environment=period.environment,
        period_id=period.pk,
        number=period.version,
        declaration=None,
        reason=VersionReason.MERGED,
        starting_date=period.starting_date,
        starting_hour=period.starting_hour,
        ending_date=period.ending_date,
        ending_hour=period.ending_hour,
        planned=period.planned,
        granted=period.granted,
        neutralised=period.neutralised,
        change=change,
        state=period.state,
        is_late=period.is_late,
        received_at=at,
        filed_at=at,
    )
