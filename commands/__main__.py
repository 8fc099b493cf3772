"""The `guichet` command: find the sub-command in one table, import that one alone, run it."""

import importlib
import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, cast

from domain.refusals import OutageError
from sender.troubles import ExitCode, SenderError

SHOW_TRACEBACK = "GUICHET_TRACEBACK"


class Audience(Enum):
    """Who runs a command; the help is divided so."""

    SENDERS = "for senders (needs no server, no database)"
    CARD_HOLDERS = "for people who sign in (needs no server, no database)"
    OPERATORS = "for operators"


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the table: `module` is imported only when the command is called."""

    name: str
    module: str
    help: str
    audience: Audience


class CommandModule(Protocol):
    """What a module of a command offers."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's own options."""
        ...

    def run(self, arguments: Namespace) -> int:
        """Do the work and return the exit code."""
        ...


COMMANDS = (
    Command("init", "commands.init", "make a configuration, keys and a certificate request", Audience.SENDERS),
    Command("check", "commands.check", "judge by the counter's own rules what is about to be sent", Audience.SENDERS),
    Command("name", "commands.name", "give payloads the next free names", Audience.SENDERS),
    Command("sign", "commands.sign", "name payloads, sign them and write the go-ahead file", Audience.SENDERS),
    Command("send", "commands.send", "deliver signed sets over SFTP, FTP or the web service", Audience.SENDERS),
    Command("collect", "commands.collect", "fetch, verify and show the answers", Audience.SENDERS),
    Command(
        "eid-agent",
        "commands.eid_agent",
        "sign in with the eID or foreigner's card in this machine's reader",
        Audience.CARD_HOLDERS,
    ),
    Command("demo", "commands.demo", "start everything, deliver and print real answers", Audience.OPERATORS),
    Command("up", "commands.up", "run the whole stack until Ctrl-C", Audience.OPERATORS),
    Command("ftp-door", "commands.ftp_door", "run the FTP door; the stack keeps it running", Audience.OPERATORS),
    Command("keys", "commands.keys", "make the keys of this installation that are missing", Audience.OPERATORS),
    Command("trust", "commands.trust", "refresh or show trusted authorities and revocation data", Audience.OPERATORS),
    Command(
        "certificates", "commands.certificates", "register, show or withdraw senders' certificates", Audience.OPERATORS
    ),
    Command(
        "operator", "commands.configuring.operators", "make, list and end operators of the counter", Audience.OPERATORS
    ),
    Command(
        "logins",
        "commands.configuring.logins",
        "how a person signs in: show, block at once, unblock, lift a lock",
        Audience.OPERATORS,
    ),
    Command("senders", "commands.configuring.senders", "add, show, activate and suspend senders", Audience.OPERATORS),
    Command(
        "account",
        "commands.company_accounts",
        "company accounts: register, send codes, show who has what, stop access",
        Audience.OPERATORS,
    ),
    Command("channels", "commands.configuring.openings", "open and close channels for a sender", Audience.OPERATORS),
    Command("services", "commands.configuring.services", "say what a sender may deliver where", Audience.OPERATORS),
    Command("mandates", "commands.configuring.mandates", "say for whom a sender may declare", Audience.OPERATORS),
    Command(
        "employers",
        "commands.configuring.employers",
        "registration numbers of companies: give the first or the final one, withdraw, show",
        Audience.OPERATORS,
    ),
    Command(
        "identifications",
        "commands.identifications",
        "say who the workers of waiting declarations are",
        Audience.OPERATORS,
    ),
    Command(
        "access-declarations",
        "commands.settle_access",
        "access declarations that wait for a day or a manager",
        Audience.OPERATORS,
    ),
    Command(
        "identities",
        "commands.configuring.identities",
        "match people of other countries who signed in for the first time",
        Audience.OPERATORS,
    ),
    Command(
        "countries",
        "commands.configuring.countries",
        "countries whose keys are active here (eIDAS), as help lists them",
        Audience.OPERATORS,
    ),
    Command(
        "applications",
        "commands.configuring.applications",
        "other applications that sign people in at the common page",
        Audience.OPERATORS,
    ),
    Command(
        "persons",
        "commands.persons",
        "let a replaced national number find the same person, correct a name",
        Audience.OPERATORS,
    ),
    Command(
        "contingent", "commands.contingent", "limits of student work, and days that count in none", Audience.OPERATORS
    ),
    Command("work-places", "commands.work_places", "work places and the companies at each", Audience.OPERATORS),
    Command(
        "checkins",
        "commands.checkins",
        "check-ins: rules of sectors, corrections, validation, missing check-outs",
        Audience.OPERATORS,
    ),
    Command(
        "sources",
        "commands.sources",
        "Limosa, companies, founders, national register: what says whether check-ins are right",
        Audience.OPERATORS,
    ),
    Command("ssh-keys", "commands.configuring.ssh_keys", "register and revoke keys for SFTP", Audience.OPERATORS),
    Command(
        "ftp-logins", "commands.configuring.ftp_logins", "passwords and login certificates for FTP", Audience.OPERATORS
    ),
    Command("networks", "commands.configuring.networks", "closed networks and who uses them", Audience.OPERATORS),
    Command(
        "web-clients",
        "commands.configuring.web_clients",
        "programs at the web service and their keys",
        Audience.OPERATORS,
    ),
    Command(
        "student",
        "commands.student",
        "student days: balances, attestations, periods and their history",
        Audience.OPERATORS,
    ),
    Command("notices", "commands.notices", "tell senders that answers are ready", Audience.OPERATORS),
    Command("work", "commands.work", "judge, answer and file what waits, without Airflow", Audience.OPERATORS),
    Command(
        "evidence",
        "commands.evidence",
        "link and sign the audit chain, verify everything, export one submission",
        Audience.OPERATORS,
    ),
    Command(
        "mock-identity-provider",
        "commands.mock_identity_provider",
        "imitate itsme and eIDAS on loopback, for demos and tests",
        Audience.OPERATORS,
    ),
    Command("bench", "commands.bench", "measure intake, signature check and doors here", Audience.OPERATORS),
    Command("soak", "commands.soak", "see for an hour whether anything grows at the doors", Audience.OPERATORS),
)
"""One line a command; a server's command is added here together with its module."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: that of this process) and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = _find(words[0]) if words else None
    if command is None:
        _render_overview().parse_args(words or ["--help"])
        return ExitCode.WRONG_USE
    module = cast("CommandModule", importlib.import_module(command.module))
    parser = ArgumentParser(
        prog=f"guichet {command.name}", description=f"{_sentence(command.help)}", allow_abbrev=False
    )
    module.add_arguments(parser)
    arguments = parser.parse_args(words[1:])
    if command.audience is Audience.OPERATORS:
        return _run_for_an_operator(module.run, arguments)
    return _run_for_a_person(module.run, arguments)


def _run_for_an_operator(run: Callable[[Namespace], int], arguments: Namespace) -> int:
    """Tell an outage in one sentence; a fault of the program keeps its traceback, for the log of the supervisor."""
    try:
        return run(arguments)
    except OutageError as outage:
        sys.stderr.write(f"{outage}\n")
        return ExitCode.REFUSED
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def _run_for_a_person(run: Callable[[Namespace], int], arguments: Namespace) -> int:
    try:
        return run(arguments)
    except SenderError as trouble:
        return _tell(trouble.what, trouble.next_step, trouble.exit_code)
    except KeyboardInterrupt:
        return _tell("Stopped at your request.", "Run the same command again to go on.", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INTERRUPTED
    except OSError as trouble:
        where = f" ({trouble.filename})" if trouble.filename else ""
        return _tell(f"{trouble.strerror or trouble}{where}.", "Repair that, then try again.", ExitCode.WRONG_USE)
    except Exception as trouble:
        if os.environ.get(SHOW_TRACEBACK):
            raise
        return _tell(
            f"The command failed in a way that was not foreseen: {type(trouble).__name__}: {trouble}.",
            f"Run it again with {SHOW_TRACEBACK}=1 and report what it prints.",
            ExitCode.INTERRUPTED,
        )


def _tell(what: str, next_step: str, exit_code: ExitCode) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"{what}\n{next_step}\n")
    return exit_code


def _find(name: str) -> Command | None:
    return next((command for command in COMMANDS if command.name == name), None)


def _render_overview() -> ArgumentParser:
    width = max(len(command.name) for command in COMMANDS)
    parts = []
    for audience in Audience:
        lines = [f"  {command.name:<{width}}  {command.help}" for command in COMMANDS if command.audience is audience]
        if lines:
            parts.append("\n".join([f"commands {audience.value}:", *lines]))
    parser = ArgumentParser(
        prog="guichet",
        usage="guichet COMMAND [options]",
        description="Intake counter for signed social-security declarations.",
        epilog="\n\n".join([*parts, "`guichet COMMAND --help` tells more about one."]),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"guichet {_version()}")
    parser.add_argument("command", choices=[command.name for command in COMMANDS], metavar="COMMAND", help="see below")
    return parser


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - no command needs it

    try:
        return version("guichet")
    except PackageNotFoundError:
        return "(not installed)"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


if __name__ == "__main__":
    sys.exit(main())
