"""`guichet sign`: give payloads their names, sign each, write the go-ahead file."""

import json
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, date, datetime
from pathlib import Path

from domain.brussels import brussels_date
from sender.configuration import Configuration, load_configuration, parse_environment, parse_sender, required
from sender.naming import (
    SetNames,
    adopt_payloads,
    names_beside,
    names_of_set,
    next_key,
    parse_payload_name,
    require_key,
)
from sender.options import add_common_options, add_passphrase_option
from sender.signing import load_signer, sign_set
from sender.troubles import ExitCode, SenderError

DEFAULT_PURPOSE = "DIMN"


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
    parser.add_argument("--sender", type=parse_sender, metavar="N", help="your sender number, six digits")
    parser.add_argument("--purpose", metavar="CODE", help=f"four capitals (default: {DEFAULT_PURPOSE})")
    parser.add_argument(
        "--environment", type=parse_environment, metavar="R|T|S", help="production, circuit test or simulation"
    )
    parser.add_argument("--sequence", metavar="NNNNN", help="five digits or capitals (default: the next that is free)")
    add_passphrase_option(parser)
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Sign the set and print what was written."""
    configuration = load_configuration(arguments)
    now = datetime.now(UTC)
    today = brussels_date(now)
    files: list[Path] = arguments.files
    _require_files(files)
    signer = load_signer(
        required(configuration.key, what="Your private key", option="--key"),
        required(configuration.certificate, what="Your certificate", option="--certificate"),
        passphrase_variable=arguments.passphrase_env,
        at=now,
    )
    folder: Path = arguments.out or files[0].parent
    folder.mkdir(parents=True, exist_ok=True)
    names = _names_given(files, today=today)
    if names is None:
        names = _names_made(arguments, configuration, folder, today=today, parts=len(files))
        sources = files
    else:
        _require_agreement(arguments, names)
        sources = sorted(files, key=lambda path: path.name)
    payloads = adopt_payloads(sources, names, folder=folder)
    written = (*payloads, *sign_set(payloads, names, signer))
    _print_result(arguments, names, written)
    return ExitCode.DONE


def _require_files(files: list[Path]) -> None:
    for path in files:
        if not path.is_file():
            raise SenderError(f"There is no file {path}.", next_step="Check the name.")
        if path.stat().st_size == 0:
            raise SenderError(f"{path} is empty.", next_step="Sign a file with declarations: the counter refuses it.")


def _names_given(files: list[Path], *, today: date) -> SetNames | None:
    """Return the set that the files' own FI names make, or None when none of them has such a name."""
    given = [name for path in files if (name := parse_payload_name(path, today=today)) is not None]
    if not given:
        return None
    names = names_beside(given[0])
    if len(given) != len(files) or set(given) != set(names.payloads):
        expected = ", ".join(str(name) for name in names.payloads)
        raise SenderError(
            "The files given are not the parts of one set.", next_step=f"Give exactly these together: {expected}."
        )
    return names


def _require_agreement(arguments: Namespace, names: SetNames) -> None:
    for element in ("sender", "purpose", "environment", "sequence"):
        given = getattr(arguments, element)
        if given is not None and given != getattr(names.key, element):
            raise SenderError(
                f"The file's name says {element} {getattr(names.key, element)}, the option says {given}.",
                next_step=f"Leave --{element} out, or rename the file.",
            )


def _names_made(
    arguments: Namespace, configuration: Configuration, folder: Path, *, today: date, parts: int
) -> SetNames:
    sender = required(configuration.sender, what="Your sender number", option="--sender")
    environment = required(configuration.environment, what="The environment", option="--environment")
    purpose = configuration.purpose or DEFAULT_PURPOSE
    sequence: str | None = arguments.sequence
    if sequence is not None:
        key = require_key(purpose=purpose, sender=sender, today=today, environment=environment, sequence=sequence)
    else:
        key = next_key(purpose=purpose, sender=sender, today=today, environment=environment, workspace=folder)
    return names_of_set(key, parts=parts)


def _print_result(arguments: Namespace, names: SetNames, written: tuple[Path, ...]) -> None:
    if arguments.json:
        document = {"set": str(names.key), "files": [str(path) for path in written]}
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        return
    sys.stdout.write(f"Signed the set {names.key}. Written in {written[0].parent}:\n")
    sys.stdout.write("".join(f"  {path.name}\n" for path in written))
    sys.stdout.write(f"Next: guichet send {written[0]}\n")
