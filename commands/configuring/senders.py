"""`guichet senders`: add senders, show what is configured for them, move them through their life."""

from argparse import ArgumentParser, Namespace

from commands.configuring.actions import carry_out
from domain.languages import Language


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add a sender, as a draft")
    add.add_argument("company", metavar="COMPANY", help="company number of the entity that it belongs to")
    add.add_argument("--name", help="name of the entity, to enter it where it is not known yet")
    add.add_argument("--nsso", metavar="N", help="registration number of the entity, where it is an employer")
    add.add_argument("--contact", required=True, metavar="NAME", help="contact person with IT knowledge")
    add.add_argument("--mail", required=True, metavar="ADDRESS", help="e-mail address of that contact")
    add.add_argument("--phone", metavar="NUMBER", default="", help="telephone number of that contact")
    add.add_argument("--user", metavar="NAME", help="name of the technical user (default: EXP_ and the sender number)")
    add.add_argument("--number", metavar="N", help="sender number, six digits (default: a free one)")
    add.add_argument(
        "--language",
        choices=[*map(str, Language)],
        default=str(Language.EN),
        help="of its answers and letters (default: en)",
    )
    actions.add_parser("list", help="show every sender")
    for name, told in (
        ("show", "show all that is configured for a sender"),
        ("activate", "let a configured sender sign in and deliver"),
        ("resume", "let a suspended sender deliver again"),
        ("retire", "end a sender for ever; its number is never used again"),
        ("start-ebox-copies", "place notifications in the e-Box of its company too"),
        ("stop-ebox-copies", "place no further notification there"),
        ("waive-signatures", "let its sets come over the web service without FS files; those that come are verified"),
        ("require-signatures", "ask it for FS files over the web service again"),
    ):
        actions.add_parser(name, help=told).add_argument("sender", metavar="N", help="sender number, six digits")
    told = "let a sender collect, but deliver nothing; `guichet account suspend` stops all of its company"
    suspend = actions.add_parser("suspend", help=told)
    suspend.add_argument("sender", metavar="N", help="sender number, six digits")
    suspend.add_argument(
        "--reason",
        choices=["certificate", "manager", "operator"],
        default="operator",
        help="for the audit; its manager lets it go on himself, but not where it is the operator (default)",
    )


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.sender_actions", arguments)
