"""Constraints that several rooms' tables share, so that the database knows every closed list."""

from collections.abc import Iterable

from django.db.models import CheckConstraint, Q


def one_of(field: str, values: Iterable[str], *, name: str) -> CheckConstraint:
    """Return the constraint that `field` holds one of `values`."""
    return CheckConstraint(condition=Q(**{f"{field}__in": [str(value) for value in values]}), name=name)


def in_an_environment(table: str) -> CheckConstraint:
    """Return the constraint that a row of `table` belongs to R, T or S."""
    return one_of("environment", "RTS", name=f"{table}_environment_known")
