"""`guichet account`: register the accounts of companies, issue codes, show who has what, and stop access."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from datetime import date

from commands.configuring.actions import carry_out
from commands.reasons import add_reason_of_event
from domain.access.qualities import Quality
from domain.languages import Language

_NUMBER = (
    "The national or bis number is read from standard input, so that no list of processes and no history of commands "
    "shows it."
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_registering(actions)
    _add_qualities(actions)
    _add_showing(actions)
    _add_stopping(actions)
    actions.add_parser("lapse", help="note what was not accepted in time, and write the tasks that are due")


def _add_registering(actions: "_SubParsersAction[ArgumentParser]") -> None:
    register = actions.add_parser(
        "register", help="open the account of a company, with its first main access manager", description=_NUMBER
    )
    _add_company(register)
    register.add_argument("--name", help="name of the company, to enter it where it is not known yet")
    register.add_argument("--nsso", metavar="N", help="its registration number, where it is an employer")
    register.add_argument(
        "--quality",
        type=Quality,
        choices=[*Quality],
        default=Quality.EMPLOYER,
        help=f"its standard quality: {', '.join(Quality)} (default: {Quality.EMPLOYER})",
    )
    replace = actions.add_parser(
        "replace-chief",
        help="name another main access manager, as the legal representative asked; the present one stays until he accepts",
        description=_NUMBER,
    )
    _add_company(replace)
    add_reason_of_event(replace)
    for action in (register, replace):
        _add_person(action)
    codes = actions.add_parser(
        "new-codes",
        help="send the main access manager new codes, as the legal representative asked; an account that waits for its "
        "activation begins its 30 days anew",
    )
    _add_company(codes)
    add_reason_of_event(codes)
    codes.add_argument("--mail", metavar="ADDRESS", help="another e-mail address, for the user name")
    codes.add_argument("--mobile", metavar="NUMBER", help="another mobile number, for the temporary password")
    allow = actions.add_parser(
        "allow-passwords",
        help="let a company sign in with passwords again, as the legal representative asked: before new codes for a main "
        "access manager who switched them off and lost his other keys",
    )
    _add_company(allow)
    add_reason_of_event(allow)
    for name, told in (
        ("confirm-chief", "confirm whom the main access manager proposed in his place"),
        ("refuse-chief", "refuse whom he proposed"),
    ):
        _add_company(actions.add_parser(name, help=f"{told}, as the legal representative asked"))


def _add_qualities(actions: "_SubParsersAction[ArgumentParser]") -> None:
    add = actions.add_parser(
        "add-quality",
        help="let a company act in a further quality, one that no company gives itself too, as the authentic source says it",
    )
    add.add_argument("--registration-number", metavar="N", default="", help="its number in that quality, if it has one")
    end = actions.add_parser(
        "end-quality", help="end a quality, with its managers, users, rights, senders and leased lines"
    )
    for action in (add, end):
        _add_company(action)
        action.add_argument("--quality", type=Quality, choices=[*Quality], required=True, help=", ".join(Quality))
        add_reason_of_event(action)


def _add_showing(actions: "_SubParsersAction[ArgumentParser]") -> None:
    actions.add_parser("list", help="show every account in a line")
    actions.add_parser(
        "resigned", help="show the companies whose main access manager resigned; he stays until another accepts"
    )
    show = actions.add_parser("show", help="show who has what in a company, now or as of a day")
    _add_company(show)
    show.add_argument("--quality", type=Quality, choices=[*Quality], help="in this quality only")
    show.add_argument("--user", metavar="NAME", help="the account, rights and appointments of this user alone")
    show.add_argument("--at", type=_day, metavar="YYYY-MM-DD", help="as of the end of that day in Brussels")


def _add_stopping(actions: "_SubParsersAction[ArgumentParser]") -> None:
    for name, told in (
        ("block", "stop a user or manager at once, and end the sessions"),
        ("unblock", "take that block away; a lock of wrong tries runs out by itself"),
    ):
        action = actions.add_parser(name, help=told)
        _add_company(action)
        whom = action.add_mutually_exclusive_group(required=True)
        whom.add_argument("--user", metavar="NAME", help="the user name that `show` tells")
        whom.add_argument("--appointment", metavar="N", type=int, help="the number that `show` tells")
        if name == "block":
            add_reason_of_event(action)
    for name, told in (
        ("suspend", "stop everything in a company's account, with its programs"),
        ("close", "end a company's account for ever, with all that is in it and its senders"),
    ):
        action = actions.add_parser(name, help=told)
        _add_company(action)
        add_reason_of_event(action)
    _add_company(actions.add_parser("resume", help="let a suspended account work again"))


def _add_company(parser: ArgumentParser) -> None:
    parser.add_argument("company", metavar="COMPANY", help="company number, ten digits")


def _add_person(parser: ArgumentParser) -> None:
    parser.add_argument("--family-name", required=True, metavar="NAME", help="of the main access manager")
    parser.add_argument("--first-name", default="", metavar="NAME", help="of the main access manager")
    parser.add_argument("--mail", required=True, metavar="ADDRESS", help="where the user name goes")
    parser.add_argument("--mobile", required=True, metavar="NUMBER", help="where the temporary password goes, by SMS")
    parser.add_argument(
        "--language", type=Language, choices=[*Language], default=Language.EN, help="of the letters (default: en)"
    )
    parser.add_argument("--user", metavar="NAME", help="user name (default: a new one)")
    parser.add_argument(
        "--without-number",
        action="store_true",
        help="the person has no Belgian number: nothing is read from standard input",
    )
    parser.add_argument(
        "--without-codes", action="store_true", help="send nothing: the person signs in with eID, itsme or an app code"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} is no day written YYYY-MM-DD"
        raise ArgumentTypeError(message) from None


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.company_accounts.actions", arguments)
