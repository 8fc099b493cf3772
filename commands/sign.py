"""`guichet sign`: give payloads their names, sign each, write the go-ahead file."""

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from domain.brussels import brussels_date
from sender.configuration import load_configuration, required
from sender.name_choices import DEFAULT_PURPOSE, names_given, names_made, remember_name, require_payloads
from sender.naming import SetNames, adopt_payloads, are_adopted
from sender.options import add_common_options, add_naming_options, add_passphrase_option, add_quiet_option
from sender.progress import open_meter
from sender.signing import load_signer, sign_set
from sender.troubles import ExitCode, SenderError


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet sign`."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="the payload; several are the parts of one set. A file that is named FI... keeps its name",
    )
    parser.add_argument("--key", type=Path, help="your private key (PEM)")
    parser.add_argument("--certificate", type=Path, help="the certificate of that key (PEM)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the set is written (default: beside FILE)")
    add_naming_options(parser, purpose=DEFAULT_PURPOSE)
    add_passphrase_option(parser)
    add_quiet_option(parser)
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Sign the set and print what was written."""
    configuration = load_configuration(arguments)
    now = datetime.now(UTC)
    today = brussels_date(now)
    files: list[Path] = arguments.files
    require_payloads(files)
    signer = load_signer(
        required(configuration.key, what="Your private key", option="--key"),
        required(configuration.certificate, what="Your certificate", option="--certificate"),
        passphrase_variable=arguments.passphrase_env,
        at=now,
    )
    folder: Path = arguments.out or files[0].parent
    folder.mkdir(parents=True, exist_ok=True)
    names = names_given(files, today=today)
    if names is None:
        folders = {folder, *(path.parent for path in files)}
        names = names_made(
            configuration,
            arguments,
            today=today,
            parts=len(files),
            folders=folders,
            repeated=lambda chosen: are_adopted(files, chosen, folder=folder),
        )
        sources = files
    else:
        _require_agreement(arguments, names)
        remember_name(configuration, names.key)
        sources = sorted(files, key=lambda path: path.name)
    payloads = adopt_payloads(sources, names, folder=folder)
    meter = open_meter(sys.stderr, quiet=arguments.quiet)
    written = (*payloads, *sign_set(payloads, names, signer, meter=meter))
    _print_result(arguments, names, written)
    return ExitCode.DONE


def _require_agreement(arguments: Namespace, names: SetNames) -> None:
    for element in ("sender", "purpose", "environment", "sequence"):
        given = getattr(arguments, element)
        if given is not None and given != getattr(names.key, element):
            raise SenderError(
                f"The file's name says {element} {getattr(names.key, element)}, the option says {given}.",
                next_step=f"Leave --{element} out, or rename the file.",
            )


def _print_result(arguments: Namespace, names: SetNames, written: tuple[Path, ...]) -> None:
    if arguments.json:
        document = {"set": str(names.key), "files": [str(path) for path in written]}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        return
    sys.stdout.write(f"Signed the set {names.key}. Written in {written[0].parent}:\n")
    sys.stdout.write("".join(f"  {path.name}\n" for path in written))
    sys.stdout.write(f"Next: guichet send {written[0]}\n")
