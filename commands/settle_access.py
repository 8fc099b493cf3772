"""`guichet access-declarations`: see what waits for a day or a manager, and settle what is due."""

import sys
from argparse import ArgumentParser, Namespace

from commands.compose import open_access_desk
from evidence.clock import SystemClock


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = (
        "Access declarations that wait: those of a later day, those that a manager or the person has to confirm, and whole "
        "files that would shut out many users. Managers decide in the portal; time is what is settled here."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show what waits, without names")
    actions.add_parser(
        "settle",
        help="apply what is due, let lapse what is late, notify the senders, send first codes to invited users",
    )


def run(arguments: Namespace) -> int:
    """Do the action. Raises OutageError when something could not be settled."""
    sys.stdout.write(_list() if arguments.action == "list" else settle())
    return 0


def settle() -> str:
    """Settle what is due now, send first codes to users whom a file invited, and return what was done."""
    desk = open_access_desk()
    from commands.company_accounts.invited_by_file import send_first_codes  # noqa: PLC0415 - Django must be set up first
    from evidence.outages import outages  # noqa: PLC0415

    with outages():
        report = desk.settle(at=SystemClock().now())
        sent = send_first_codes(at=SystemClock().now())
    return f"applied {report.applied}, decided {report.decided}, lapsed {report.lapsed}, codes sent {sent}\n"


def _list() -> str:
    open_access_desk()
    from domain.access_states import DeclaredState  # noqa: PLC0415 - Django must be set up first
    from registers.access.models import DeclaredAccess  # noqa: PLC0415
    from sender.tables import render_table  # noqa: PLC0415

    waiting = (DeclaredState.RECEIVED, DeclaredState.PENDING_CONFIRMATION, DeclaredState.SCHEDULED)
    rows = DeclaredAccess.objects.filter(state__in=waiting).select_related("form").order_by("pk")
    headings = ("ticket", "environment", "sender", "company", "quality", "action", "of a", "state", "until or on")
    return render_table(
        headings,
        [
            (
                row.ticket,
                row.environment,
                row.form.sender,
                row.form.company,
                row.form.quality,
                row.action,
                row.subject,
                row.state,
                f"{row.due_on or row.expires_at:%Y-%m-%d}",
            )
            for row in rows
        ],
    )
