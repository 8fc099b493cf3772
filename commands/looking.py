"""Who asks by a command that shows personal data, about which national number, and how it answers."""

import getpass
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import is_insz
from domain.student_day_questions import Asker, AskerKind

_LONGEST_LINE = 64
_LONGEST_ASKER = 64


@contextmanager
def answer_alone() -> Iterator[None]:
    """Keep lines of the log out of the answer: a look is on record as a row and a change as an audit event.

    Only warnings are shown, on stderr.
    """
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def operator_asking(reason: str) -> Asker:
    """Return the operator who asks, by the account of this machine."""
    return Asker(AskerKind.OPERATOR, _account(), reason)


def read_national_number() -> str:
    """Return the national number that stands on standard input; what was typed is never repeated.

    Raises ConfigurationRefusedError for anything else.
    """
    typed = sys.stdin.isatty()
    line = getpass.getpass("national number: ") if typed else sys.stdin.readline(_LONGEST_LINE)
    digits = line.strip().translate(str.maketrans("", "", " .-"))
    if not is_insz(digits):
        raise ConfigurationRefusedError(
            "That is no national or bis number.",
            next_step="Give its eleven digits on standard input; the last two check the others.",
        )
    return digits


def _account() -> str:
    try:
        return getpass.getuser()[:_LONGEST_ASKER]
    except (KeyError, OSError):
        return f"account {os.getuid()}"
