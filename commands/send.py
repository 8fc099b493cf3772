"""`guichet send`: deliver signed sets to the counter, over the channel of your choice."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from domain.brussels import brussels_date
from domain.channels import Channel
from sender.configuration import load_configuration
from sender.options import add_common_options, add_connection_options, add_quiet_option
from sender.progress import open_meter
from sender.sending import Outcome, OutgoingSet, Repeat, deliver, gather_sets
from sender.sessions.opening import connection_of
from sender.signatures import Signatures
from sender.signed_channels import SETTING, channels_signed_by_themselves
from sender.troubles import ExitCode, SenderError

_SENTENCES = {
    Outcome.DELIVERED: "The set {key} is delivered; its acknowledgement follows in {out}.",
    Outcome.TAKEN_OVER_EARLIER: "The counter had taken over the set {key} when the connection was lost; "
    "its acknowledgement follows in {out}.",
    Outcome.DELIVERED_EARLIER: "The set {key} was delivered before; nothing was sent (--again sends it once more).",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet send`."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="FI files as written by `guichet sign`; FS and GO go along"
    )
    parser.add_argument(
        "--again", action="store_true", help="send a set from its beginning, although it was delivered before"
    )
    parser.add_argument(
        "--unsigned",
        action="store_true",
        help="send sets without FS files: over the web where the counter's operator waived your signatures, and over a "
        "channel that carries a signature of its own",
    )
    add_connection_options(parser)
    add_quiet_option(parser)
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Deliver each set in turn and print what was done."""
    configuration = load_configuration(arguments)
    signatures = _signatures_over(configuration.chosen_channel, arguments)
    connection = connection_of(configuration)
    now = datetime.now(UTC)
    sets = gather_sets(arguments.files, today=brussels_date(now), signatures=signatures)
    repeat = Repeat.ON_DEMAND if arguments.again else Repeat.NEVER
    meter = open_meter(sys.stderr, quiet=arguments.quiet)
    outcomes: dict[str, str] = {}
    with connection.connected(passphrase_variable=arguments.passphrase_env) as session:
        for outgoing in sets:
            outcome = deliver(
                session,
                outgoing,
                counter=str(connection),
                at=datetime.now(UTC),
                repeat=repeat,
                report=_ignore if arguments.json else _print_progress,
                meter=meter,
            )
            outcomes[str(outgoing.key)] = outcome.value
            if not arguments.json:
                sys.stdout.write(_sentence(outgoing, outcome))
    if arguments.json:
        sys.stdout.write(json.dumps(outcomes, indent=1) + "\n")
    return ExitCode.DONE


def _signatures_over(channel: Channel, arguments: Namespace) -> Signatures:
    """Return whether FS files go along over that channel; SenderError where the counter would refuse what was asked."""
    if channel in channels_signed_by_themselves(os.environ):
        if not arguments.unsigned:
            raise SenderError(
                f"The counter takes no FS files over {channel}, which carries a signature of its own ({SETTING}): it would "
                "refuse the set (ACRF-121).",
                next_step="Add --unsigned: FS files then stay here.",
            )
        return Signatures.FORBIDDEN
    if arguments.unsigned and channel is not Channel.WEB_SERVICE:
        raise SenderError(
            "Signatures are waived over the web service alone.",
            next_step="Add --channel web, or give the FI files to `guichet sign` and leave --unsigned out. Where the counter's "
            f"operator told you that {channel} carries a signature of its own, run it with {SETTING}={channel}.",
        )
    return Signatures.WAIVED if arguments.unsigned else Signatures.NEEDED


def _sentence(outgoing: OutgoingSet, outcome: Outcome) -> str:
    out = outgoing.tray.value.replace("IN", "OUT", 1)
    return _SENTENCES[outcome].format(key=outgoing.key, out=out) + "\n"


def _print_progress(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def _ignore(line: str) -> None:
    del line
