"""`guichet applications`: other applications that send people to the common sign-in page and receive them signed in."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from commands.configuring.actions import carry_out
from domain.assurance import AssuranceLevel

_LEVELS = tuple(str(int(level)) for level in AssuranceLevel)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the actions."""
    parser.description = (
        "An application signs people in here by OpenID Connect: authorization code with PKCE, at the address that "
        "/.well-known/openid-configuration describes. People come back to addresses registered here, letter by letter."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register an application; shows its client id and, once, its secret")
    add.add_argument("name", metavar="NAME", help="as people know it; they are shown it")
    add.add_argument(
        "--redirect-uri",
        action="append",
        required=True,
        metavar="URL",
        help="a whole https address to which people come back; give the option again for more",
    )
    add.add_argument(
        "--keys", type=Path, metavar="FILE", help="its public JWK Set: it then signs assertions, and has no secret"
    )
    add.add_argument(
        "--level",
        choices=_LEVELS,
        default="300",
        help="how surely people must be signed in at least (default: 300, a password and a code)",
    )
    add.add_argument(
        "--algorithm",
        choices=("RS256", "ES256"),
        default="RS256",
        help="what its id tokens are signed by (default: RS256)",
    )
    add.add_argument("--tell-names", action="store_true", help="tell it name and language when it asks for `profile`")
    actions.add_parser("list", help="show the applications")
    withdraw = actions.add_parser("withdraw", help="let an application receive nobody any more, at once")
    withdraw.add_argument("client_id", metavar="CLIENT", help="its client id")


def run(arguments: Namespace) -> int:
    """Do the action; 1 when it is refused, with the reason."""
    return carry_out("commands.configuring.application_actions", arguments)
