"""The command-line options that several of the sender's commands share."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from argparse import _ArgumentGroup as ArgumentGroup  # argparse gives the type of its groups no other name
from pathlib import Path

from sender.configuration import (
    CHANNELS,
    DEFAULT_PORTS,
    FILE_NAME,
    parse_channel,
    parse_environment,
    parse_port,
    parse_sender,
)
from sender.troubles import EXIT_CODES


def add_common_options(parser: ArgumentParser) -> None:
    """Add --config and what `add_output_options` adds."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help=f"configuration file (default: {FILE_NAME} here, if it exists)"
    )
    add_output_options(parser)


def add_output_options(parser: ArgumentParser) -> None:
    """Add --json, and the exit codes at the end of the help."""
    parser.epilog = EXIT_CODES
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def add_quiet_option(parser: ArgumentParser) -> None:
    """Add --quiet."""
    parser.add_argument(
        "--quiet", action="store_true", help="show no progress (none is shown where nobody looks at a terminal)"
    )


def add_naming_options(parser: ArgumentParser, *, purpose: str) -> None:
    """Add what the names of a set are made of; `purpose` is the one by default."""
    parser.add_argument("--sender", type=parse_sender, metavar="N", help="your sender number, six digits")
    parser.add_argument("--purpose", metavar="CODE", help=f"four capitals (default: {purpose})")
    parser.add_argument(
        "--environment", type=parse_environment, metavar="R|T|S", help="production, circuit test or simulation"
    )
    parser.add_argument("--sequence", metavar="NNNNN", help="five digits or capitals (default: the next that is free)")
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="where the numbers that were used are remembered (default: ~/.local/state/guichet)",
    )


def add_passphrase_option(parser: ArgumentParser) -> None:
    """Add --passphrase-env."""
    parser.add_argument(
        "--passphrase-env",
        metavar="NAME",
        help="environment variable that holds the pass phrase of the key (default: you are asked)",
    )


def add_channel_options(parser: ArgumentParser | ArgumentGroup, *, default: str | None = None) -> None:
    """Add the channel, and where the counter is."""
    parser.add_argument(
        "--channel",
        type=parse_channel,
        default=default,
        metavar="|".join(CHANNELS),
        help="how to reach the counter (default: sftp)",
    )
    parser.add_argument("--host", help="name or address of the counter")
    ports = ", ".join(f"{DEFAULT_PORTS[channel]} for {word}" for word, channel in CHANNELS.items())
    parser.add_argument("--port", type=parse_port, help=f"its port for that channel (default: {ports})")
    parser.add_argument("--user", help="the technical user of your sender number (sftp, ftp)")


def add_connection_options(parser: ArgumentParser) -> None:
    """Add what is needed to reach the counter over any channel."""
    group = parser.add_argument_group("connection")
    add_channel_options(group)
    group.add_argument("--identity", type=Path, metavar="KEY", help="sftp: private SSH key of the technical user")
    group.add_argument(
        "--known-hosts",
        type=Path,
        metavar="FILE",
        help="sftp: file with the counter's host keys (default: ~/.ssh/known_hosts)",
    )
    group.add_argument(
        "--host-key-fingerprint",
        dest="host_key_fingerprints",
        action="append",
        metavar="SHA256:...",
        help="sftp: trust exactly this host key, in place of a known-hosts file; may be repeated",
    )
    group.add_argument(
        "--authority",
        type=Path,
        metavar="PEM",
        help="ftp, web: authority of the counter's TLS certificate (default: those that this system trusts)",
    )
    group.add_argument(
        "--password-env",
        metavar="NAME",
        help="ftp: environment variable that holds the password of the technical user (default: you are asked)",
    )
    group.add_argument(
        "--login-certificate", type=Path, metavar="PEM", help="ftp: certificate that logs in, in place of a password"
    )
    group.add_argument("--login-key", type=Path, metavar="PEM", help="ftp: private key of that certificate")
    group.add_argument(
        "--without-tls",
        action="store_const",
        const=True,
        help="ftp: send everything readably, the password too; only on a closed network that is listed for you",
    )
    group.add_argument("--client", metavar="ID", help="web: your client id")
    group.add_argument("--client-key", type=Path, metavar="PEM", help="web: private key of the client")
    group.add_argument(
        "--client-key-name", metavar="KID", help="web: name of that key at the counter (default: its thumbprint)"
    )
    add_passphrase_option(parser)
