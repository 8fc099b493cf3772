"""The command-line options that several of the sender's commands share."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

from sender.configuration import DEFAULT_PORT, FILE_NAME, parse_environment, parse_port, parse_sender
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


def add_connection_options(parser: ArgumentParser) -> None:
    """Add what is needed to reach the counter over SFTP."""
    group = parser.add_argument_group("connection")
    group.add_argument("--host", help="name or address of the counter")
    group.add_argument("--port", type=parse_port, help=f"its SFTP port (default: {DEFAULT_PORT})")
    group.add_argument("--user", help="the technical user of your sender number")
    group.add_argument("--identity", type=Path, metavar="KEY", help="private SSH key of the technical user")
    group.add_argument(
        "--known-hosts",
        type=Path,
        metavar="FILE",
        help="file with the counter's host keys (default: ~/.ssh/known_hosts)",
    )
    group.add_argument(
        "--host-key-fingerprint",
        dest="host_key_fingerprints",
        action="append",
        metavar="SHA256:...",
        help="trust exactly this host key, in place of a known-hosts file; may be repeated",
    )
    add_passphrase_option(parser)
