"""Operators of the counter: who holds which role, and how surely they must be signed in to use it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from auth.models import OFFICERS, Login, LoginState, Operator, OperatorRole, Session
from auth.refusals import KeyRefusedError
from auth.session_life import EndReason, end_for_login
from domain.assurance import AssuranceLevel
from evidence.audit import append_event

ROLE_LEVELS = {
    OperatorRole.SUPPORT: AssuranceLevel.APP_CODE,
    OperatorRole.REGISTRAR: AssuranceLevel.EID,
    OperatorRole.INSPECTOR: AssuranceLevel.ITSME,
}


def give_role(login: Login, role: OperatorRole, *, at: datetime, actor: str) -> None:
    """Give a role; harmless when it is held already."""
    try:
        with transaction.atomic():
            Operator.objects.create(login=login, role=role, given_by=actor, given_at=at)
            append_event("operator:role:given", at=at, actor=actor, login=login.pk, role=str(role))
    except IntegrityError:
        return


def end_roles(login: Login, *, at: datetime, actor: str) -> int:
    """Take every role away and end the stays; return how many roles there were."""
    with transaction.atomic():
        ended = Operator.objects.filter(login=login, ended_at__isnull=True).update(ended_at=at)
        if ended:
            append_event("operator:role:ended", at=at, actor=actor, login=login.pk, roles=ended)
            end_for_login(login.pk, reason=EndReason.BLOCKED, at=at, actor=actor)
    return ended


def roles_of(login_id: int) -> frozenset[OperatorRole]:
    """Return the roles that a login holds, however it signs in."""
    held = Operator.objects.filter(login_id=login_id, ended_at__isnull=True).values_list("role", flat=True)
    return frozenset(map(OperatorRole, held))


def roles_in(stay: Session) -> frozenset[OperatorRole]:
    """Return the roles that may be used in this stay: those held for which it is sure enough."""
    if stay.login_id is None:
        return frozenset()
    return usable(roles_of(stay.login_id), stay)


def usable(roles: Iterable[OperatorRole], stay: Session) -> frozenset[OperatorRole]:
    """Return those of the roles for which the stay is sure enough."""
    return frozenset(role for role in roles if stay.level_for(None) >= ROLE_LEVELS[role])


def require_operator(stay: Session) -> int:
    """Return the login of an officer who may use the role in this stay; KeyRefusedError for anybody else."""
    if stay.login_id is None or not roles_in(stay) & OFFICERS:
        raise KeyRefusedError("Only an operator of the counter does this.", next_step="Sign in as an operator.")
    return stay.login_id


def require_registrar(stay: Session) -> int:
    """Return the login of a registration officer signed in with an eID; KeyRefusedError for anybody else."""
    if stay.login_id is None or OperatorRole.REGISTRAR not in roles_in(stay):
        raise KeyRefusedError(
            "Only a registration officer does this.", next_step="Sign in with your eID as a registration officer."
        )
    return stay.login_id


def find_operator(user_name: str) -> Login:
    """Return the login of an operator; KeyRefusedError when nobody of that name is one, or is one no more."""
    holding = Operator.objects.filter(ended_at__isnull=True)
    found = Login.objects.filter(user_name=user_name.lower(), pk__in=holding.values("login")).first()
    if found is None or found.state == LoginState.REMOVED:
        raise KeyRefusedError(f"There is no operator {user_name!r}.", next_step="See `guichet operator list`.")
    return found
