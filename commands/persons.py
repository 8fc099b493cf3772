"""`guichet persons`: let a replaced national number and the new one find the same person, and see what overlaps then."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import add_registers_option, carry_out


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    change = actions.add_parser(
        "change-number",
        help="read the old number and the new one from standard input, and merge what is known of both",
        description="The two numbers are read from standard input, the old one first, so that no list of processes and "
        "no history of commands shows them. Filing stands still while contingents are recomputed; nobody is notified.",
    )
    add_registers_option(change)
    overlaps = actions.add_parser(
        "overlaps",
        help="show periods that overlap since their persons became one",
        description="Periods that were declared under two numbers of one person stay as they are, even where they overlap "
        "at one employer: only the employer knows which is right. Ask it to end or cancel one; it then leaves this list.",
    )
    add_registers_option(overlaps)


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.person_actions", arguments)
