"""Say that the database was restored from a backup, before the counter is started on it."""

import sys

from channels.models import Sender
from commands.configuring.actions import ACTOR
from domain.counted_words import counted
from evidence.clock import SystemClock
from evidence.outages import outages
from evidence.restored import NumbersUsedUpError, skip_given_numbers


def restored(*, ahead: int) -> int:
    """Skip the numbers that were given since the backup; 1 where there are not so many left."""
    try:
        with outages():
            senders = Sender.objects.values_list("number", flat=True)
            sequences = skip_given_numbers(ahead=ahead, recipients=senders, actor=ACTOR, at=SystemClock().now())
    except NumbersUsedUpError as fault:
        sys.stderr.write(
            f"Nothing was skipped: {fault}.\nGive a lower --ahead, above what was given since the backup.\n"
        )
        return 1
    sys.stdout.write(
        f"{counted(ahead, 'number is', 'numbers are')} skipped in each of {sequences} sequences, and names of "
        "today's answers: "
        "none that was given since the backup is given again\n"
        "now start the counter: `guichet up`\n"
    )
    return 0
