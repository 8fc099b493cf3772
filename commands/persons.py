"""`guichet persons`: let a replaced national number and the new one find the same person, and correct a name."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import add_registers_option, carry_out
from commands.looking import answer_alone
from commands.reasons import add_reason_of_event, add_reason_of_look
from domain.kept_reasons import without_national_numbers


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
    add_reason_of_look(overlaps)
    rename = actions.add_parser(
        "rename",
        help="correct the name of a person; the national number is read from standard input",
        description="The national number is read from standard input, so that no list of processes and no history of commands "
        "shows it; somebody without one is named by --user. The person is written to where an address is known. A name "
        "that a card, a provider or documents proved stays unless --source says what proves another one.",
    )
    rename.add_argument("--family-name", required=True, metavar="NAME", help="the right family name")
    rename.add_argument("--first-name", required=True, metavar="NAME", help="the right first name; '' for none")
    add_reason_of_event(rename)
    rename.add_argument(
        "--source",
        type=without_national_numbers,
        metavar="WHAT",
        help="what proves the name, such as 'extract of the national register'; it then counts as proved",
    )
    rename.add_argument("--user", metavar="NAME", help="the user name of somebody without a national number")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    module = "renaming_actions" if arguments.action == "rename" else "person_actions"
    with answer_alone():
        return carry_out(f"commands.configuring.{module}", arguments)
