"""`guichet name`: give payloads the next free names, or only show them."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime
from pathlib import Path

from domain.brussels import brussels_date
from domain.filenames import MAX_PARTS, FileName
from domain.refusals import Refusal
from sender.configuration import load_configuration
from sender.name_choices import DEFAULT_PURPOSE, names_made, require_payloads
from sender.naming import SetNames, Taking, adopt_payloads, rename_payloads
from sender.options import add_common_options, add_naming_options
from sender.troubles import ExitCode, SenderError


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the options of `guichet name`."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="the payload; several are the parts of one set. One that is named FI... gets a new name of the same kind",
    )
    parser.add_argument(
        "--parts", type=_parse_parts, metavar="N", help="how many parts the set has, when no FILE is given (default: 1)"
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--rename", action="store_true", help="rename each FILE where it stands")
    action.add_argument("--out", type=Path, metavar="DIR", help="copy each FILE to this folder under its name")
    action.add_argument("--look", action="store_true", help="only show the names; the number stays free")
    add_naming_options(parser, purpose=DEFAULT_PURPOSE)
    add_common_options(parser)


def run(arguments: Namespace) -> int:
    """Print one name a part, or the path of the file that now bears it."""
    configuration = load_configuration(arguments)
    today = brussels_date(datetime.now(UTC))
    files: list[Path] = arguments.files
    require_payloads(files)
    if not files and (arguments.rename or arguments.out):
        raise SenderError("There is no file to name.", next_step="Give the FILE, or leave --rename and --out out.")
    if files and arguments.parts is not None:
        raise SenderError("The files given are the parts.", next_step="Leave --parts out.")
    folders = {path.parent for path in files} | ({arguments.out} if arguments.out else set())
    names = names_made(
        configuration,
        arguments,
        today=today,
        parts=len(files) or arguments.parts or 1,
        folders=folders,
        taking=Taking.LOOK if arguments.look else Taking.TAKE,
        like=_earlier_name(files),
    )
    _print(arguments, names, _named(arguments, names))
    return ExitCode.DONE


def _earlier_name(files: list[Path]) -> FileName | None:
    """Return the name that the first file bears already, whenever it was given."""
    elements = files[0].name.split(".") if files else []
    try:
        written = datetime.strptime(elements[3], "%Y%m%d").replace(tzinfo=UTC)
        return FileName.parse(files[0].name, today=written.date())
    except (IndexError, ValueError, Refusal):
        return None


def _named(arguments: Namespace, names: SetNames) -> tuple[Path, ...]:
    if arguments.rename:
        return rename_payloads(arguments.files, names)
    if arguments.out:
        return adopt_payloads(arguments.files, names, folder=arguments.out)
    return tuple(Path(str(name)) for name in names.payloads)


def _print(arguments: Namespace, names: SetNames, paths: tuple[Path, ...]) -> None:
    if arguments.json:
        document = {
            "set": str(names.key),
            "payloads": [str(path) for path in paths],
            "signatures": [str(name) for name in names.signatures],
            "go_ahead": str(names.go_ahead),
        }
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        return
    sys.stdout.write("".join(f"{path}\n" for path in paths))


def _parse_parts(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_PARTS:
        return int(text)
    raise ArgumentTypeError(f"a set has 1 to {MAX_PARTS} parts, got {text!r}")
