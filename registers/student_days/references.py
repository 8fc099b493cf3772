"""Declare references between large tables, whose check and index are made apart (decision 0022)."""

from typing import Any

from django.db import models


def large_reference(to: str, *, related_name: str, null: bool = False) -> "models.ForeignKey[Any, Any]":
    """Return a reference that a trigger checks once for each statement; what it refers to is never deleted."""
    return models.ForeignKey(
        to, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name=related_name, null=null
    )
