"""Carry out one action of a command that configures: in one transaction, with a reason and a next step when refused."""

import contextlib
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, TypeAlias, cast

from commands.compose import set_up_django
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment

ACTOR = "operator"
Action: TypeAlias = Callable[[Namespace], str]
_LONGEST_FILE = 64 * 1024


class ActionModule(Protocol):
    """What a module of actions offers: each returns what is to be told."""

    ACTIONS: Mapping[str, Action]


def carry_out(module: str, arguments: Namespace) -> int:
    """Run the action of that module which `arguments` names; 1 when it is refused.

    What it tells is printed once its changes are durable. Raises OutageError when the database does not answer.
    """
    set_up_django()
    from django.db import transaction  # noqa: PLC0415 - Django must be set up first

    return _carry_out(module, arguments, within=transaction.atomic())


def carry_out_in_parts(module: str, arguments: Namespace) -> int:
    """Run an action that commits part after part by itself, as `carry_out` runs others: what a failure leaves done stays."""
    set_up_django()
    return _carry_out(module, arguments, within=contextlib.nullcontext())


def _carry_out(module: str, arguments: Namespace, *, within: contextlib.AbstractContextManager[object]) -> int:
    from evidence.outages import outages  # noqa: PLC0415 - Django must be set up first

    action = cast("ActionModule", import_module(module)).ACTIONS[arguments.action]
    try:
        with outages(), within:
            told = action(arguments)
    except ConfigurationRefusedError as refusal:
        sys.stderr.write(f"{refusal.what}\n{refusal.next_step}\n")
        return 1
    sys.stdout.write(told)
    return 0


def add_sender_option(parser: ArgumentParser) -> None:
    """Declare the option that names a sender."""
    parser.add_argument("--sender", required=True, metavar="N", help="sender number, six digits")


def add_environments_option(parser: ArgumentParser) -> None:
    """Declare the option that names environments; all by default."""
    parser.add_argument(
        "--environments",
        type=environments,
        default=tuple(Environment),
        metavar="RTS",
        help="R production, T circuit test, S simulation (default: all three)",
    )


def add_registers_option(parser: ArgumentParser) -> None:
    """Declare the option that names environments with registers of their own; both by default."""
    parser.add_argument(
        "--environments",
        type=registers,
        default=(Environment.PRODUCTION, Environment.TEST),
        metavar="RT",
        help="R production, T circuit test, against which simulations are judged, too (default: both)",
    )


def registers(text: str) -> tuple[Environment, ...]:
    """Return the environments with registers of their own that the letters in `text` name."""
    named = environments(text)
    if Environment.SIMULATION in named:
        message = "a simulation has no registers of its own; it is judged against those of T, so name T"
        raise ArgumentTypeError(message)
    return named


def environments(text: str) -> tuple[Environment, ...]:
    """Return the environments that the letters in `text` name."""
    letters = text.upper().replace(",", "")
    if not letters or set(letters) - {str(environment) for environment in Environment}:
        message = f"{text!r} names no environments; some of the letters R, T and S are expected"
        raise ArgumentTypeError(message)
    return tuple(environment for environment in Environment if environment in letters)


def read_file(path: Path) -> bytes:
    """Return what is in a small file; ConfigurationRefusedError when it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_FILE + 1)
    except OSError as trouble:
        raise ConfigurationRefusedError(
            f"{path} cannot be opened: {trouble.strerror}.", next_step="Give the path of a file that you may read."
        ) from trouble
    if len(content) > _LONGEST_FILE:
        raise ConfigurationRefusedError(
            f"{path} has more than {_LONGEST_FILE} bytes.", next_step="Give the file of one public key or certificate."
        )
    return content
