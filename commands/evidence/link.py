"""Link the audit events that are settled, once or again and again."""

import sys
import time

from django.db import close_old_connections

from domain.counted_words import counted
from domain.refusals import OutageError
from evidence.audit import link_events
from evidence.clock import SystemClock
from evidence.outages import outages


def link(pause: float | None) -> int:
    """Link what is settled, and with a `pause` (seconds) go on for ever; 1 when the database does not answer."""
    while True:
        close_old_connections()
        try:
            with outages():
                linked = link_events(now=SystemClock().now())
        except OutageError as outage:
            sys.stderr.write(f"{outage}\n")
            if pause is None:
                return 1
        else:
            if pause is None:
                sys.stdout.write(f"{counted(linked, 'event', 'events')} linked\n")
                return 0
        time.sleep(pause)
