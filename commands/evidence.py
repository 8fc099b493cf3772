"""`guichet evidence`: link audit events into their chain, and prove that nothing recorded was changed."""

import sys
import time
from argparse import ArgumentParser, Namespace

from commands.compose import set_up_django
from domain.refusals import OutageError


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what to do: link continuously, or verify."""
    parser.add_argument("action", choices=["link", "verify"], help="link new events, or verify the whole chain")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="link again and again, with this pause")


def run(arguments: Namespace) -> int:
    """Link or verify; 1 when the chain is broken or the database does not answer."""
    set_up_django()
    return _verify() if arguments.action == "verify" else _link(arguments.every)


def _link(pause: float | None) -> int:
    from django.db import close_old_connections  # noqa: PLC0415 - needs Django set up

    from evidence.audit import link_events  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415
    from evidence.outages import outages  # noqa: PLC0415

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
                sys.stdout.write(f"{linked} events linked\n")
                return 0
        time.sleep(pause)


def _verify() -> int:
    from evidence.audit import verify_chain  # noqa: PLC0415 - needs Django set up
    from evidence.outages import outages  # noqa: PLC0415

    with outages():
        report = verify_chain()
    sys.stdout.write(f"{report.linked} events in the chain, {report.unlinked} not linked yet\n")
    if report.broken_at is None:
        sys.stdout.write("the chain holds\n")
        return 0
    sys.stdout.write(f"the chain is broken at position {report.broken_at}\n")
    return 1
