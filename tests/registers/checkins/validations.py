"""Validations of one kind: of what is new, or of the first requests."""

from collections.abc import Sequence
from datetime import datetime

from domain.environments import Environment
from registers.checkins.judging import Validated, ValidationSource
from registers.checkins.validating import Validation


def validate_waiting(
    sources: Sequence[ValidationSource], *, environment: Environment, at: datetime, limit: int = 1000
) -> Validated:
    return Validation(sources, environment, at, limit=limit).of_waiting()


def validate_again(
    sources: Sequence[ValidationSource], *, environment: Environment, at: datetime, limit: int = 1000
) -> Validated:
    return Validation(sources, environment, at, limit=limit).of_requests()
