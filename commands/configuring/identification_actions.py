"""What `guichet identifications` does to the tables."""

from argparse import Namespace
from dataclasses import asdict
from typing import cast

from commands.compose import open_counter
from commands.configuring.actions import ACTOR
from commands.looking import operator_asking, read_national_number
from domain.answers import FormResult
from evidence.clock import SystemClock
from ingest.dimona_message import DimonaMessage
from ingest.file_declarations import FilingDesk
from ingest.identify import identify, refuse_unidentified, show_details
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.pending_tables import PendingForm
from sender.tables import render_table


def list_waiting(_arguments: Namespace) -> str:
    """Show which forms wait."""
    rows = [
        (one.ticket, one.environment, str(one.submission_id), str(one.form_index), f"{one.received_at:%Y-%m-%d %H:%M}")
        for one in PendingForm.objects.filter(settled_at__isnull=True).order_by("received_at", "pk")
    ]
    return render_table(("ticket", "environment", "submission", "form", "received (UTC)"), rows)


def show(arguments: Namespace) -> str:
    """Show what a form tells of its worker."""
    message, _ = _desk()
    asker = operator_asking(arguments.reason)
    details = show_details(arguments.ticket, message=message, asker=asker, at=SystemClock().now())
    return "".join(f"{name.replace('_', ' ')}: {value}\n" for name, value in asdict(details).items() if value)


def file_identified(arguments: Namespace) -> str:
    """File a form for the number on standard input."""
    number = read_national_number()
    message, desk = _desk()
    result = identify(
        arguments.ticket,
        number,
        despite=frozenset(map(RegisterAnomaly, arguments.despite)),
        message=message,
        desk=desk,
        actor=ACTOR,
        at=SystemClock().now(),
    )
    return _tell(arguments.ticket, result)


def refuse(arguments: Namespace) -> str:
    """Refuse a form whose worker cannot be identified."""
    message, desk = _desk()
    result = refuse_unidentified(arguments.ticket, message=message, desk=desk, actor=ACTOR, at=SystemClock().now())
    return _tell(arguments.ticket, result)


def _tell(ticket: str, result: FormResult) -> str:
    codes = ", ".join(str(finding.code) for finding in result.findings)
    return f"{ticket}: {result.result.name.lower()}{f' ({codes})' if codes else ''}; its sender is notified\n"


def _desk() -> tuple[DimonaMessage, FilingDesk]:
    desk = open_counter().desk
    return cast("DimonaMessage", desk.messages["DIMN"]), desk


ACTIONS = {"list": list_waiting, "show": show, "identify": file_identified, "refuse": refuse}
