"""Remind a company, 10 and 3 days before, that its account is not activated yet (access and login §10)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from correspondence.ebox import Posting, publish
from correspondence.models import EboxDocument, EboxKind
from domain.access.deadlines import end_of_days
from domain.access.roles import Role
from domain.access.states import AppointmentState, EntityAccountState
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.written_values import DaysAhead
from registers.access.account_letters import AccountLetter, write_to
from registers.access.lapsing import days_of_activation_left
from registers.access.models import Appointment, EntityAccount

REMINDED_WITH_DAYS_LEFT = (10, 3)
"""On day 20 and on day 27 of 30."""
_EARLIEST = timedelta(days=19)


def remind_of_activation(*, at: datetime, limit: int = 1000) -> int:
    """Write to each chief who is expected, and put the task into the e-Box of the company; return how many are new.

    Nobody reads an e-Box of a company that is not active: the letter is what reaches the chief.
    """
    new = 0
    for account in _waiting(at)[:limit]:
        left = days_of_activation_left(account, at=at)
        reached = [days for days in REMINDED_WITH_DAYS_LEFT if 0 <= left <= days]
        if reached:
            new += _remind(account, min(reached), left, at=at)
    return new


def _waiting(at: datetime) -> QuerySet[EntityAccount]:
    waiting = EntityAccount.objects.filter(state=EntityAccountState.REGISTERED, codes_issued_at__lte=at - _EARLIEST)
    return waiting.order_by("codes_issued_at")


@transaction.atomic
def _remind(account: EntityAccount, step: int, left: int, *, at: datetime) -> bool:
    end = end_of_days(account.codes_issued_at)
    occasion = f"activation of account {account.pk} of {account.codes_issued_at:%Y%m%d%H%M%S}, {step} days"
    if EboxDocument.objects.filter(environment=account.environment, occasion=occasion).exists():
        return False
    last_day = brussels_date(end - timedelta(seconds=1))
    chief = Appointment.objects.filter(
        entity_id=account.entity_id, role=Role.CHIEF, state=AppointmentState.PROPOSED
    ).values_list("person_id", flat=True)
    if account.environment == Environment.PRODUCTION:
        write_to(chief, AccountLetter.ACTIVATION_WAITS, occasion=occasion, at=at, values={"date": last_day})
    publish(
        Posting(
            kind=EboxKind.ACTIVATION_LAPSES,
            environment=Environment(account.environment),
            entity_id=account.entity_id,
            values={"days": DaysAhead(left), "date": last_day},
            publisher="access register",
            occasion=occasion,
            due_at=end,
        ),
        at=at,
    )
    return True
