"""Join a company: what was offered is taken up, and where the company takes no passwords, stays that began with one end."""

from datetime import datetime

from django.db import transaction

from auth.session_life import SessionEnder
from domain.access.actors import Actor
from registers.access.appointing import accept
from registers.access.company_rules import takes_passwords
from registers.access.models import Appointment, UserAccount
from registers.access.user_accounts import activate_user


@transaction.atomic
def join_as_user(account_id: int, *, by: Actor, at: datetime) -> None:
    """Take up a user account; AccessRefusedError as the register does."""
    _keep_to_the_switch(activate_user(account_id, by=by, at=at), by=by, at=at)


@transaction.atomic
def join_as_manager(appointment_id: int, *, by: Actor, at: datetime) -> None:
    """Accept an appointment; AccessRefusedError as the register does."""
    _keep_to_the_switch(accept(appointment_id, by=by, at=at), by=by, at=at)


def _keep_to_the_switch(row: UserAccount | Appointment, *, by: Actor, at: datetime) -> None:
    """Let the switch bind at once who joins, in other browsers too (access and login §4.3)."""
    if not takes_passwords(row.entity_id):
        SessionEnder(actor=by.name).end_password_stays([row.person_id], at)
