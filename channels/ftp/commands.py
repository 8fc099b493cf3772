"""The commands that the door knows: what answers each, when it may come, whether it takes an argument."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from channels.ftp import file_commands, login_commands, session_commands, transfer_commands
from channels.ftp.sessions import Session, Steps

_TELNET_SIGNALS = b"\xff\xf4\xf2"

Answer: TypeAlias = Callable[[Session, str], Steps | None]


class Argument(Enum):
    """Whether a command takes an argument."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Command:
    """One command; those `after_login` wait for one."""

    answer: Answer
    argument: Argument
    after_login: bool


class MalformedLine(Exception):  # noqa: N818 - a refusal
    """The line is no command: control characters, a NUL, or no word of letters in front."""


def _before(answer: Answer, argument: Argument) -> Command:
    return Command(answer, argument, after_login=False)


def _after(answer: Answer, argument: Argument) -> Command:
    return Command(answer, argument, after_login=True)


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "AUTH": _before(login_commands.auth, Argument.REQUIRED),
        "PBSZ": _before(login_commands.pbsz, Argument.REQUIRED),
        "PROT": _before(login_commands.prot, Argument.REQUIRED),
        "USER": _before(login_commands.user, Argument.REQUIRED),
        "PASS": _before(login_commands.password, Argument.OPTIONAL),
        "QUIT": _before(session_commands.quit_session, Argument.NONE),
        "FEAT": _before(session_commands.feat, Argument.NONE),
        "SYST": _before(session_commands.syst, Argument.NONE),
        "NOOP": _before(session_commands.noop, Argument.NONE),
        "OPTS": _before(session_commands.opts, Argument.REQUIRED),
        "ABOR": _after(session_commands.abor, Argument.NONE),
        "ALLO": _after(session_commands.allo, Argument.REQUIRED),
        "TYPE": _after(session_commands.type_of_data, Argument.REQUIRED),
        "MODE": _after(session_commands.mode, Argument.REQUIRED),
        "STRU": _after(session_commands.stru, Argument.REQUIRED),
        "STAT": _after(session_commands.stat, Argument.OPTIONAL),
        "PWD": _after(file_commands.pwd, Argument.NONE),
        "XPWD": _after(file_commands.pwd, Argument.NONE),
        "CWD": _after(file_commands.cwd, Argument.REQUIRED),
        "XCWD": _after(file_commands.cwd, Argument.REQUIRED),
        "CDUP": _after(file_commands.cdup, Argument.NONE),
        "XCUP": _after(file_commands.cdup, Argument.NONE),
        "MKD": _after(file_commands.mkd, Argument.REQUIRED),
        "XMKD": _after(file_commands.mkd, Argument.REQUIRED),
        "RMD": _after(file_commands.rmd, Argument.REQUIRED),
        "XRMD": _after(file_commands.rmd, Argument.REQUIRED),
        "SIZE": _after(file_commands.size, Argument.REQUIRED),
        "MDTM": _after(file_commands.mdtm, Argument.REQUIRED),
        "MLST": _after(file_commands.mlst, Argument.OPTIONAL),
        "DELE": _after(file_commands.dele, Argument.REQUIRED),
        "RNFR": _after(file_commands.rnfr, Argument.REQUIRED),
        "RNTO": _after(file_commands.rnto, Argument.REQUIRED),
        "PASV": _after(transfer_commands.pasv, Argument.NONE),
        "EPSV": _after(transfer_commands.epsv, Argument.OPTIONAL),
        "PORT": _after(transfer_commands.port, Argument.REQUIRED),
        "EPRT": _after(transfer_commands.eprt, Argument.REQUIRED),
        "LIST": _after(partial(transfer_commands.list_directory, "LIST"), Argument.OPTIONAL),
        "NLST": _after(partial(transfer_commands.list_directory, "NLST"), Argument.OPTIONAL),
        "MLSD": _after(partial(transfer_commands.list_directory, "MLSD"), Argument.OPTIONAL),
        "REST": _after(transfer_commands.rest, Argument.REQUIRED),
        "STOR": _after(transfer_commands.stor, Argument.REQUIRED),
        "APPE": _after(transfer_commands.appe, Argument.REQUIRED),
        "RETR": _after(transfer_commands.retr, Argument.REQUIRED),
    }
)

NOT_OFFERED = frozenset(
    {"SITE", "STOU", "ACCT", "REIN", "SMNT", "HELP", "MFMT", "MFCT", "MFF", "CCC", "ADAT", "MIC", "CONF", "ENC"}
)
"""Commands of the RFCs that this door does without: 502, not 500."""


def parse_line(line: bytes) -> tuple[str, str]:
    """Return the command's word in capitals and its argument; MalformedLine where a line cannot be a command.

    The telnet signals that some clients send before ABOR are passed over; nothing else of telnet is known here.
    """
    text = _without_signals(line).decode("latin-1")
    word, _, argument = text.partition(" ")
    if not (word.isascii() and word.isalpha()) or any(letter < " " or letter == "\x7f" for letter in text):
        raise MalformedLine("a word and perhaps an argument are expected")
    return word.upper(), argument


def is_abort(line: bytes) -> bool:
    """Whether the line is the one command that is heeded before its turn."""
    return _without_signals(line).upper() == b"ABOR"


def _without_signals(line: bytes) -> bytes:
    return line.lstrip(_TELNET_SIGNALS)
