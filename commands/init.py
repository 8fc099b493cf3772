"""`guichet init`: make a sender's configuration, keys and certificate request, and say what comes next."""

import json
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime, timedelta
from getpass import getpass
from pathlib import Path

from domain.channels import Channel
from domain.environments import Environment
from sender.beginning import PRIVATE, NewFile, lay_down
from sender.configuration import FILE_NAME, parse_environment, parse_sender
from sender.name_choices import DEFAULT_PURPOSE
from sender.new_configuration import (
    AUTHORITY,
    CERTIFICATE,
    CLIENT_KEY,
    CLIENT_PUBLIC_KEY,
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
    render_public_key,
    render_request,
    render_self_signed,
    render_signing_key,
    render_ssh_key,
    render_ssh_public_key,
)
from sender.options import add_channel_options, add_output_options
from sender.troubles import ExitCode, SenderError

_SELF_SIGNED_DAYS = 90
_NEXT_STEPS = """
Next:
  1. Have a certificate issued for {request} by an authority that the counter trusts;
     put it in {certificate}{tried_out}.
  2. Hand the access manager of your sender number {handed}.
     Never give away {kept}.
  3. From the operator: {published} and the certificate
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
    add_channel_options(parser, default="sftp")
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
    phrase.add_argument("--passphrase", action="store_true", help="protect the keys by a pass phrase; you are asked")
    phrase.add_argument(
        "--passphrase-env", metavar="NAME", help="protect the keys by the pass phrase in this environment variable"
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
    sys.stdout.write(_next_steps(arguments.folder, arguments.channel, is_self_signed=arguments.self_signed))
    return ExitCode.DONE


def _files(arguments: Namespace, passphrase: str | None) -> dict[str, NewFile]:
    signing = make_signing_key(KeyKind.RSA if arguments.rsa else KeyKind.P256)
    known = Beginning(
        channel=arguments.channel,
        host=arguments.host,
        port=arguments.port,
        user=arguments.user,
        sender=arguments.sender,
        environment=arguments.environment,
        purpose=DEFAULT_PURPOSE,
    )
    files = {
        FILE_NAME: NewFile(render_configuration(known).encode()),
        SIGNING_KEY: NewFile(render_signing_key(signing, passphrase=passphrase), PRIVATE),
        REQUEST: NewFile(render_request(signing, organisation=arguments.organisation, sender=arguments.sender)),
        **_login_files(arguments, passphrase),
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


def _login_files(arguments: Namespace, passphrase: str | None) -> dict[str, NewFile]:
    """Return the keys that log in over the channel; over FTP the operator gives a password."""
    match arguments.channel:
        case Channel.SFTP:
            ssh = make_ssh_key()
            comment = arguments.user or "guichet"
            return {
                SSH_KEY: NewFile(render_ssh_key(ssh, passphrase=passphrase), PRIVATE),
                f"{SSH_KEY}.pub": NewFile(render_ssh_public_key(ssh, comment=comment)),
            }
        case Channel.WEB_SERVICE:
            client = make_signing_key(KeyKind.P256)
            return {
                CLIENT_KEY: NewFile(render_signing_key(client, passphrase=passphrase), PRIVATE),
                CLIENT_PUBLIC_KEY: NewFile(render_public_key(client)),
            }
        case _:
            return {}


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


def _next_steps(folder: Path, channel: Channel, *, is_self_signed: bool) -> str:
    handed, kept = [folder / CERTIFICATE], [folder / SIGNING_KEY]
    match channel:
        case Channel.SFTP:
            handed.append(folder / f"{SSH_KEY}.pub")
            kept.append(folder / SSH_KEY)
            published = f"host, technical user, host keys ({folder / KNOWN_HOSTS})"
        case Channel.FTP:
            published = f"host, technical user, password, the authority of its TLS ({folder / AUTHORITY})"
        case Channel.WEB_SERVICE:
            handed.append(folder / CLIENT_PUBLIC_KEY)
            kept.append(folder / CLIENT_KEY)
            published = f"host, client id, the authority of its TLS ({folder / AUTHORITY})"
    return _NEXT_STEPS.format(
        request=folder / REQUEST,
        tried_out=", over the one that is there now to try things out" if is_self_signed else "",
        certificate=folder / CERTIFICATE,
        handed=" and ".join(map(str, handed)),
        kept=" or ".join(map(str, kept)),
        published=published,
        platform=folder / PLATFORM_CERTIFICATE,
        configuration=folder / FILE_NAME,
    )


def _parse_organisation(text: str) -> str:
    if 1 <= len(text) <= LONGEST_NAME and text.isprintable():
        return text
    raise ArgumentTypeError(f"a name has 1 to {LONGEST_NAME} printable characters, got {text!r}")
