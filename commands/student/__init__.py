"""`guichet student`: what an operator asks about student days; every answer is on record with its reason."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import date
from pathlib import Path

from commands.configuring.actions import carry_out
from commands.looking import answer_alone
from commands.reasons import add_reason_of_event, add_reason_of_look
from domain.environments import Environment
from domain.identifiers import is_period_id
from domain.languages import Language

_FIRST_YEAR, _LAST_YEAR = 1999, 2099
_LONGEST_PAGE = 500
_STATES = {
    "lock": "fix a period: its employer changes, ends and cancels it no more, and is answered 00913-362",
    "unlock": "give a locked period back to its employer",
    "block": "stop a period while something is looked into: its employer is answered 00913-357",
    "unblock": "give a blocked period back to its employer",
}
_BY_NUMBER = "the student's national number is read from standard input"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = (
        "Tells what the register of student days holds, and fixes or stops a period. Who asked, about whom, when and why is "
        "kept. A national number is read from standard input, never from the command line."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    balance = actions.add_parser("balance", help=f"what remains of a year; {_BY_NUMBER}")
    calendar = actions.add_parser("calendar", help=f"the periods of a year; {_BY_NUMBER}")
    attestation = actions.add_parser("attestation", help=f"print an attestation with its access code; {_BY_NUMBER}")
    recognise = actions.add_parser("recognise", help="say whether a paper is an attestation of this counter, unaltered")
    history = actions.add_parser("history", help="everything that made a period what it is")
    states = [actions.add_parser(name, help=told) for name, told in _STATES.items()]
    consult = actions.add_parser("consult", help="find periods, or declarations by reception, page by page")
    for action in (balance, calendar):
        action.add_argument("--year", type=_year, metavar="YEAR", help="default: the current one")
    for action in (calendar, attestation):
        _add_language(action)
    calendar.add_argument("--ical", type=Path, metavar="FILE", help="write the calendar there as iCalendar")
    attestation.add_argument("--to", type=Path, required=True, metavar="FILE", help="the PDF to make")
    attestation.add_argument("--name", default="", help="the student's name, to be printed; it is not kept")
    recognise.add_argument("file", type=Path, metavar="FILE", help="a PDF")
    for action in (history, *states):
        action.add_argument("period", type=_period, metavar="PERIOD", help="number of the period, twelve digits")
    _add_search(consult)
    for action in (balance, calendar, attestation, recognise, history, *states, consult):
        (add_reason_of_event if action in states else add_reason_of_look)(action)
        action.add_argument(
            "--environment",
            choices=[str(Environment.PRODUCTION), str(Environment.TEST)],
            default=str(Environment.PRODUCTION),
            help="R production (default) or T circuit test",
        )
        action.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    with answer_alone():
        return carry_out("commands.student.actions", arguments)


def _add_search(consult: ArgumentParser) -> None:
    by = consult.add_mutually_exclusive_group()
    by.add_argument("--period", type=_period, metavar="PERIOD", help="the period of this number")
    by.add_argument("--person", action="store_true", help=f"the periods of a student; {_BY_NUMBER}")
    by.add_argument("--employer", metavar="N", help="periods of the employer with this registration or company number")
    consult.add_argument(
        "--refused", action="store_true", help="with --employer: the refused declarations for it instead of its periods"
    )
    consult.add_argument(
        "--received-from", type=_day, metavar="DAY", help="received on this day or later, like 2026-07-01"
    )
    consult.add_argument("--received-until", type=_day, metavar="DAY", help="received on this day or earlier")
    consult.add_argument(
        "--limit", type=_page, default=50, metavar="N", help="rows on a page, at most 500 (default: 50)"
    )
    consult.add_argument("--after", metavar="PLACE", help="go on where the page before said")


def _add_language(action: ArgumentParser) -> None:
    action.add_argument(
        "--language", choices=[*map(str, Language)], default=str(Language.NL), help="of what is written (default: nl)"
    )


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and _FIRST_YEAR <= int(text[:5]) <= _LAST_YEAR):
        message = f"{text!r} is no year between {_FIRST_YEAR} and {_LAST_YEAR}"
        raise ArgumentTypeError(message)
    return int(text)


def _period(text: str) -> int:
    if not is_period_id(text):
        message = f"{text!r} is no number of a period: twelve digits, of which the last two check the others"
        raise ArgumentTypeError(message)
    return int(text)


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= _LONGEST_PAGE):
        message = f"{text!r} is no number from 1 to {_LONGEST_PAGE}"
        raise ArgumentTypeError(message)
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no day such as 2026-07-01"
        raise ArgumentTypeError(message) from None
