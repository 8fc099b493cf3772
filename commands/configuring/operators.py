"""`guichet operator`: who works at the counter itself; the first one is made here, by a link that works once."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser(
        "create",
        help="make an operator and show the link by which he sets up his keys, once",
        description="There is no default account: this makes one that nobody can use before its link was opened, within "
        "24 hours. A registration officer signs in with an eID, "
        "an inspector with itsme or an eID: the national number is read from standard input.",
    )
    create.add_argument("user_name", metavar="NAME", help="the user name to be")
    beside = create.add_mutually_exclusive_group()
    beside.add_argument(
        "--registrar",
        action="store_true",
        help="also a registration officer; reads the national number from standard input",
    )
    beside.add_argument(
        "--inspector",
        action="store_true",
        help="an inspector, who looks at presences and nothing else; reads the national number from standard input",
    )
    link = actions.add_parser("link", help="show a new link for an operator who lost his keys; the one before ends")
    end = actions.add_parser("end", help="take an operator's roles away and end his sessions")
    for action in (link, end):
        action.add_argument("user_name", metavar="NAME", help="the operator")
    actions.add_parser("list", help="show the operators and their roles")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.operator_actions", arguments)
