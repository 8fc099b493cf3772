"""Constraints that several rooms' tables share, so that the database knows every closed list, and which was violated."""

from collections.abc import Iterable

import psycopg
from django.db import IntegrityError
from django.db.models import CheckConstraint, F, Index, Q
from django.db.models.expressions import Combinable

from domain.stops import StoppedBy


def one_of(field: str, values: Iterable[str], *, name: str) -> CheckConstraint:
    """Return the constraint that `field` holds one of `values`."""
    return CheckConstraint(condition=Q(**{f"{field}__in": [str(value) for value in values]}), name=name)


def all_of(field: str, values: Iterable[str], *, name: str) -> CheckConstraint:
    """Return the constraint that the array `field`, where there is one, holds only `values`."""
    return CheckConstraint(condition=Q(**{f"{field}__contained_by": [str(value) for value in values]}), name=name)


def tells_who_stopped(field: str, *, stopped: str, over: str = "", name: str) -> CheckConstraint:
    """Return the constraint that `field` says by whom where the state is `stopped`, may keep it where it is `over`, and is empty else."""
    may_say_so = Q(state__in=[stopped, over]) if over else Q(state=stopped)
    by_somebody = Q(**{f"{field}__in": [str(one) for one in StoppedBy]})
    by_nobody = ~Q(state=stopped) & Q(**{field: ""})
    return CheckConstraint(condition=(may_say_so & by_somebody) | by_nobody, name=name)


def in_an_environment(table: str) -> CheckConstraint:
    """Return the constraint that a row of `table` belongs to R, T or S."""
    return one_of("environment", "RTS", name=f"{table}_environment_known")


OF_AN_ACCOUNT = Q(action__regex="^(account|session|user|appointment):")
"""What is told of the account of a person; other events, by far the most, cost an index of these nothing."""


def of_accounts(whose: str | Combinable, *, name: str) -> Index:
    """Return the index that finds the events of an account, the newest first, by whose it is."""
    return Index(whose, F("id").desc(), condition=OF_AN_ACCOUNT, name=name)


def violated(trouble: IntegrityError) -> str:
    """Return the name of the constraint that the database did not let be violated; empty where it names none."""
    cause = trouble.__cause__
    return (cause.diag.constraint_name or "") if isinstance(cause, psycopg.Error) else ""
