"""`guichet logins`: how a person signs in, and whether: show, block, unblock, and lift the lock of a password."""

from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter

from commands.configuring.actions import carry_out
from commands.reasons import add_reason_of_event

_NUMBER = (
    "Whom it concerns is named by the user name, or by the national or bis number on standard input, so that no list of "
    "processes and no history of commands shows it. On a terminal the number is asked for, and not shown."
)
_EXAMPLES = """\
examples:
  guichet logins show els.peeters
  guichet logins unlock els.peeters
  guichet logins block els.peeters --reason "lost the telephone, called back"
  guichet logins show                 asks for the national number, or reads it from standard input

`guichet logins ACTION --help` tells more about one."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.epilog, parser.formatter_class = _EXAMPLES, RawDescriptionHelpFormatter
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, told in (
        ("show", "show a login: its state, its keys, its lock and how many sessions live"),
        ("block", "let nobody sign in with any key of a person, and end the sessions at once; everything is kept"),
        ("unblock", "take that block away; a lock of wrong tries stays"),
        ("unlock", "let a password that is locked after wrong tries be tried again at once; a block stays"),
    ):
        action = actions.add_parser(name, help=told, description=_NUMBER)
        whom = action.add_mutually_exclusive_group()
        whom.add_argument("name", nargs="?", metavar="NAME", help="the user name (default: a number is asked for)")
        whom.add_argument("--user", metavar="NAME", help="the same, as other commands name it")
        if name in {"block", "unblock"}:
            add_reason_of_event(action)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.login_actions", arguments)
