"""Read and change the limits of the yearly contingent and the days that do not count in it (student declarations §3.3)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from domain.configuration_refusals import ConfigurationRefusedError
from domain.contingent import LIMITS, ContingentRules, NeutralisedDays, YearlyLimit, unit_declared_in
from domain.environments import Environment
from domain.findings import QuotaUnit
from evidence.audit import append_event
from registers.student_days.holdings import hold_off_merging
from registers.student_days.models import Neutralisation, QuotaAccount, QuotaLimit

_LOCK_LIMITS = "LOCK TABLE student_days_quotalimit IN ACCESS EXCLUSIVE MODE"
_END_OF_TIME = 9999


def read_rules(environment: Environment) -> ContingentRules:
    """Return limits and neutralisations; two queries. They stay as they are until the transaction ends.

    Where no limit is written, those that this version knows are in force.
    """
    limits = tuple(
        YearlyLimit(one.first_year, one.amount, QuotaUnit(one.unit))
        for one in QuotaLimit.objects.filter(environment=environment).order_by("first_year")
    )
    neutralised = tuple(
        NeutralisedDays(one.first_day, one.last_day, one.joint_commission, one.employer_id, one.most_hours)
        for one in Neutralisation.objects.filter(environment=environment).order_by("first_day", "pk")
    )
    return ContingentRules(limits or LIMITS, neutralised)


def set_limit(
    limit: YearlyLimit, *, environments: Sequence[Environment], actor: str, at: datetime
) -> dict[Environment, int]:
    """Put `limit` in force from its year until the next one, for accounts that exist too; return how many it changed.

    Filing stands still meanwhile. Raises ConfigurationRefusedError when more than the new limit was granted already, or
    declarations of that year plan in another unit; then nothing changes.
    """
    declared = unit_declared_in(limit.first_year)
    if limit.unit is not declared:
        raise ConfigurationRefusedError(
            f"Declarations of {limit.first_year} plan {declared}, so a limit in {limit.unit} could not be compared with them.",
            next_step=f"Give the limit in {declared}.",
        )
    changed = {}
    with _limits_held():
        for environment in environments:
            changed[environment] = _set_limit(limit, environment)
            append_event(
                "contingent:limit-set",
                at=at,
                actor=actor,
                environment=str(environment),
                year=limit.first_year,
                amount=limit.amount,
                unit=str(limit.unit),
                accounts=changed[environment],
            )
    return changed


def _set_limit(limit: YearlyLimit, environment: Environment) -> int:
    known = QuotaLimit.objects.filter(environment=environment)
    if not known.exists():
        QuotaLimit.objects.bulk_create(
            QuotaLimit(environment=environment, first_year=one.first_year, amount=one.amount, unit=one.unit)
            for one in LIMITS
        )
    accounts = _accounts_under(limit.first_year, environment)
    _require_room(limit.amount, accounts, environment)
    known.update_or_create(
        environment=environment,
        first_year=limit.first_year,
        defaults={"amount": limit.amount, "unit": limit.unit},
    )
    return accounts.update(limit=limit.amount)


def remove_limit(
    first_year: int, *, environments: Sequence[Environment], actor: str, at: datetime
) -> dict[Environment, int]:
    """Take back the limit that begins in that year: the one before goes on; return how many accounts it changed.

    Filing stands still meanwhile. Raises ConfigurationRefusedError when no limit begins then, when none in the same unit
    comes before, or when more than that was granted already; then nothing changes.
    """
    changed = {}
    with _limits_held():
        for environment in environments:
            changed[environment] = _remove_limit(first_year, environment)
            append_event(
                "contingent:limit-removed",
                at=at,
                actor=actor,
                environment=str(environment),
                year=first_year,
                accounts=changed[environment],
            )
    return changed


def _remove_limit(first_year: int, environment: Environment) -> int:
    known = QuotaLimit.objects.filter(environment=environment)
    limit = known.filter(first_year=first_year).first()
    if limit is None:
        raise ConfigurationRefusedError(
            f"In {environment}, no limit begins in {first_year}.", next_step="`guichet contingent limits` shows them."
        )
    before = known.filter(first_year__lt=first_year, unit=limit.unit).order_by("-first_year").first()
    if before is None:
        raise ConfigurationRefusedError(
            f"In {environment}, no limit in {limit.unit} comes before that of {first_year}, which could go on.",
            next_step="Set another amount for that year instead.",
        )
    accounts = _accounts_under(first_year, environment)
    _require_room(before.amount, accounts, environment)
    limit.delete()
    return accounts.update(limit=before.amount)


@contextmanager
def _limits_held() -> Iterator[None]:
    """Let filing and merging stand still until the limits of all environments are changed, or of none."""
    with transaction.atomic(), connection.cursor() as cursor:
        hold_off_merging()
        cursor.execute(_LOCK_LIMITS)
        yield


def _accounts_under(first_year: int, environment: Environment) -> QuerySet[QuotaAccount]:
    """Return the accounts of the years for which the limit of `first_year` is or would be in force."""
    limits = QuotaLimit.objects.filter(environment=environment, first_year__gt=first_year).order_by("first_year")
    following = limits.first()
    end = _END_OF_TIME if following is None else following.first_year
    return QuotaAccount.objects.filter(environment=environment, year__gte=first_year, year__lt=end)


def _require_room(amount: int, accounts: QuerySet[QuotaAccount], environment: Environment) -> None:
    most = accounts.aggregate(most=Max("granted"))["most"] or 0
    if most > amount:
        raise ConfigurationRefusedError(
            f"In {environment}, {most} were granted to somebody already, more than {amount}.",
            next_step="A limit is not lowered below what was granted.",
        )


def neutralise(
    first_day: date,
    last_day: date,
    *,
    environment: Environment,
    joint_commission: str = "",
    employer_id: int | None = None,
    most_hours: int | None = None,
    actor: str,
    at: datetime,
) -> None:
    """Let hours of those days count nowhere: of everyone, of a joint commission or of an employer; all or the first few.

    What is filed already stays as it is until its employer changes it.
    """
    days = Neutralisation.objects.create(
        environment=environment,
        first_day=first_day,
        last_day=last_day,
        joint_commission=joint_commission,
        employer_id=employer_id,
        most_hours=most_hours,
    )
    _note("contingent:neutralised", days, actor=actor, at=at)


def end_neutralisation(number: int, *, actor: str, at: datetime) -> None:
    """Let hours of those days count again, of what is filed or changed from now on.

    Raises ConfigurationRefusedError when no neutralised days have that number.
    """
    with transaction.atomic():
        days = Neutralisation.objects.select_for_update().filter(pk=number).first()
        if days is None:
            raise ConfigurationRefusedError(
                f"No neutralised days have the number {number}.", next_step="`guichet contingent limits` shows them."
            )
        days.delete()
        _note("contingent:neutralisation-ended", days, actor=actor, at=at)


def _note(action: str, days: Neutralisation, *, actor: str, at: datetime) -> None:
    append_event(
        action,
        at=at,
        actor=actor,
        environment=str(days.environment),
        first_day=days.first_day.isoformat(),
        last_day=days.last_day.isoformat(),
        joint_commission=days.joint_commission,
        employer=days.employer_id,
        most_hours=days.most_hours,
    )
