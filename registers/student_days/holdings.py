"""Read and lock what a set of forms touches: accounts first, in one order, then the periods behind them."""

from collections.abc import Collection

from django.db.models import Q

from domain.contingent import limit_of
from domain.environments import Environment
from registers.student_days.decisions import Holdings, account_year
from registers.student_days.models import Period, PeriodState, QuotaAccount


def lock_holdings(
    *,
    environment: Environment,
    person_years: Collection[tuple[int, int]],
    cancelled_numbers: Collection[str],
) -> Holdings:
    """Return the accounts of `person_years` and of the cancelled periods, locked until the transaction ends.

    The accounts are the locks for everything of a person and year, periods included; they are always taken in the
    order of person and year, so two submissions can wait for each other but never in a circle. Four queries.
    """
    keys = set(person_years) | {
        (period.person_id, account_year(period.starting_date))
        for period in Period.objects.filter(environment=environment, number__in=cancelled_numbers)
    }
    holdings = Holdings(accounts=_lock_accounts(environment, keys))
    people = {person_id for person_id, _ in keys}
    years = {year for _, year in keys}
    touched = Q(person_id__in=people, starting_date__year__in=years) & ~Q(state=PeriodState.CANCELLED)
    for period in Period.objects.filter(touched | Q(number__in=cancelled_numbers), environment=environment):
        holdings.add(period)
    return holdings


def _lock_accounts(environment: Environment, keys: set[tuple[int, int]]) -> dict[tuple[int, int], QuotaAccount]:
    if not keys:
        return {}
    ordered = sorted(keys)
    QuotaAccount.objects.bulk_create(
        [_new_account(environment, person_id, year) for person_id, year in ordered],
        ignore_conflicts=True,
    )
    locked = (
        QuotaAccount.objects.select_for_update()
        .filter(
            environment=environment,
            person_id__in={person_id for person_id, _ in ordered},
            year__in={year for _, year in ordered},
        )
        .order_by("person_id", "year")
    )
    return {(account.person_id, account.year): account for account in locked}


def _new_account(environment: Environment, person_id: int, year: int) -> QuotaAccount:
    limit = limit_of(year)
    return QuotaAccount(
        environment=environment,
        person_id=person_id,
        year=year,
        unit=limit.unit,
        limit=limit.amount,
    )
