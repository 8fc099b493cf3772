"""`guichet init`: make a sender's configuration, keys and certificate request, and say what comes next."""

import json
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime, timedelta
from getpass import getpass
from pathlib import Path

from domain.environments import Environment
from sender.beginning import PRIVATE, NewFile, lay_down
from sender.configuration import DEFAULT_PORT, FILE_NAME, parse_environment, parse_port, parse_sender
from sender.name_choices import DEFAULT_PURPOSE
from sender.new_configuration import (
    CERTIFICATE,
    KNOWN_HOSTS,
    PLATFORM_CERTIFICATE,
    REQUEST,
    SIGNING_KEY,
    SSH_KEY,
    Beginning,
    render_configuration,
)
from sender.new_keys import (
    LONGEST_NAME,
    RSA_BITS,
    KeyKind,
    make_signing_key,
    make_ssh_key,
    render_request,
    render_self_signed,
    render_signing_key,
    render_ssh_key,
    render_ssh_public_key,
)
from sender.options import add_output_options
from sender.troubles import ExitCode, SenderError

_SELF_SIGNED_DAYS = 90
_NEXT_STEPS = """
Next:
  1. Have a certificate issued for {request} by an authority that the counter trusts;
     put it in {certificate}{tried_out}.
  2. Hand the access manager of your sender number {certificate} and {ssh_key}.pub.
     Never give away {key} or {ssh_key}.
  3. From the operator: host, technical user, host keys ({known_hosts}) and the certificate
     that signs the answers ({platform}). Fill in what {configuration} leaves open.
  4. guichet check FILE, guichet sign FILE, guichet send FI..., guichet collect
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet init`."""
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path(), metavar="DIR", help="where to begin (default: here)"
    )
    parser.add_argument(
        "--organisation", type=_parse_organisation, default="Sender", metavar="NAME", help="who signs, in the request"
    )
    parser.add_argument("--sender", type=parse_sender, metavar="N", help="your sender number, six digits")
    parser.add_argument("--host", help="name or address of the counter")
    parser.add_argument("--port", type=parse_port, help=f"its SFTP port (default: {DEFAULT_PORT})")
    parser.add_argument("--user", help="the technical user of your sender number")
    parser.add_argument(
        "--environment",
        type=parse_environment,
        default=Environment.TEST,
        metavar="R|T|S",
        help="production, circuit test (default) or simulation",
    )
    parser.add_argument(
        "--rsa", action="store_true", help=f"make an RSA key of {RSA_BITS} bits instead of one on P-256"
    )
    phrase = parser.add_mutually_exclusive_group()
    phrase.add_argument("--passphrase", action="store_true", help="protect both keys by a pass phrase; you are asked")
    phrase.add_argument(
        "--passphrase-env", metavar="NAME", help="protect both keys by the pass phrase in this environment variable"
    )
    parser.add_argument(
        "--self-signed",
        action="store_true",
        help=f"also make a certificate that the key signs itself, for {_SELF_SIGNED_DAYS} days of trying out",
    )
    add_output_options(parser)


def run(arguments: Namespace) -> int:
    """Write the files and print what is to be done with them."""
    passphrase = _passphrase(arguments)
    files = _files(arguments, passphrase)
    written = lay_down(arguments.folder, files)
    if arguments.json:
        sys.stdout.write(json.dumps([str(path) for path in written], indent=1) + "\n")
        return ExitCode.DONE
    sys.stdout.write("Written:\n" + "".join(f"  {path}\n" for path in written))
    sys.stdout.write(_next_steps(arguments.folder, is_self_signed=arguments.self_signed))
    return ExitCode.DONE


def _files(arguments: Namespace, passphrase: str | None) -> dict[str, NewFile]:
    signing = make_signing_key(KeyKind.RSA if arguments.rsa else KeyKind.P256)
    ssh = make_ssh_key()
    known = Beginning(
        host=arguments.host,
        port=arguments.port,
        user=arguments.user,
        sender=arguments.sender,
        environment=arguments.environment,
        purpose=DEFAULT_PURPOSE,
    )
    comment = arguments.user or "guichet"
    files = {
        FILE_NAME: NewFile(render_configuration(known).encode()),
        SIGNING_KEY: NewFile(render_signing_key(signing, passphrase=passphrase), PRIVATE),
        REQUEST: NewFile(render_request(signing, organisation=arguments.organisation, sender=arguments.sender)),
        SSH_KEY: NewFile(render_ssh_key(ssh, passphrase=passphrase), PRIVATE),
        f"{SSH_KEY}.pub": NewFile(render_ssh_public_key(ssh, comment=comment)),
    }
    if arguments.self_signed:
        files[CERTIFICATE] = NewFile(
            render_self_signed(
                signing,
                organisation=arguments.organisation,
                sender=arguments.sender,
                at=datetime.now(UTC),
                lifetime=timedelta(days=_SELF_SIGNED_DAYS),
            )
        )
    return files


def _passphrase(arguments: Namespace) -> str | None:
    if arguments.passphrase_env is not None:
        phrase = os.environ.get(arguments.passphrase_env)
        if not phrase:
            raise SenderError(
                f"The environment variable {arguments.passphrase_env} holds no pass phrase.", next_step="Set it."
            )
        return phrase
    if not arguments.passphrase:
        return None
    if not sys.stdin.isatty():
        raise SenderError("Nobody can be asked for a pass phrase.", next_step="Name a variable with --passphrase-env.")
    phrase = getpass("Pass phrase of the new keys: ")
    if not phrase or getpass("Once more: ") != phrase:
        raise SenderError("The two are not the same, or empty; nothing was written.", next_step="Try again.")
    return phrase


def _next_steps(folder: Path, *, is_self_signed: bool) -> str:
    return _NEXT_STEPS.format(
        request=folder / REQUEST,
        tried_out=", over the one that is there now to try things out" if is_self_signed else "",
        certificate=folder / CERTIFICATE,
        key=folder / SIGNING_KEY,
        ssh_key=folder / SSH_KEY,
        known_hosts=folder / KNOWN_HOSTS,
        platform=folder / PLATFORM_CERTIFICATE,
        configuration=folder / FILE_NAME,
    )


def _parse_organisation(text: str) -> str:
    if 1 <= len(text) <= LONGEST_NAME and text.isprintable():
        return text
    raise ArgumentTypeError(f"a name has 1 to {LONGEST_NAME} printable characters, got {text!r}")
