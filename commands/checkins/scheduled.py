"""What time asks of the check-in register, for who wires it; imports no table until Django is set up.

The log says what there was: whoever schedules it sees nothing else.
"""

import logging

from commands.compose import set_up_django

log = logging.getLogger(__name__)


def validate_now() -> str:
    """Validate what waits at this instant; OutageError when the database is away."""
    return _do("validate")


def find_missing_outs_now() -> str:
    """Flag missing check-outs and tell of them; OutageError when the database is away."""
    return _do("missing-outs")


def keep_now() -> str:
    """Make months ahead and forget what is old; OutageError when the database is away."""
    return _do("keep")


def _do(action: str) -> str:
    set_up_django()
    from argparse import Namespace  # noqa: PLC0415

    from commands.checkins.actions import ACTIONS  # noqa: PLC0415 - Django must be set up first
    from evidence.outages import outages  # noqa: PLC0415

    with outages():
        told = ACTIONS[action](Namespace(action=action))
    log.info("checkins %s: %s", action, ", ".join(told.splitlines()))
    return told
