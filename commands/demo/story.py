"""The demo from its first process to its last line; every step has a name, and the one that fails is told."""

import json
import os
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands.authority import utc_now
from commands.compose import set_up_django
from commands.demo.answers import AnswerInbox, AnswersWrongError, DemoOutcome, kind_of, lay_side_by_side
from commands.demo.cards import PIN, settings_of_the_cards
from commands.demo.companies import CLIENT_CHIEF, OWN_CHIEF, register_demo_accounts
from commands.demo.declarations import DemoFile, invent_files, render_dimona, tamper
from commands.demo.delivery import names_for, send, sending_program, sign, signing_program
from commands.demo.installation import USER_NAME, DemoKeys, install_demo_sender
from commands.demo.outbox_page import outbox_page
from commands.demo.providers import settings_of_the_mock
from commands.demo.student import STUDENT, WORK_PLACE, WORK_PLACE_NAME, register_demo_student
from commands.stack.airflow_environment import OPERATOR, password_file
from commands.stack.configuration import StackConfiguration, StackError
from commands.stack.home import guichet_home
from commands.stack.supervisor import running_stack
from domain.answers import AnswerKind
from domain.brussels import BRUSSELS, brussels_date
from sender.collecting import CollectedAnswer

EXPECTED = {AnswerKind.ACKNOWLEDGEMENT: 3, AnswerKind.NOTIFICATION: 2}
_ANSWER_SECONDS = 120.0
_LOOK_SECONDS = 1.0


class StepFailedError(Exception):
    """A step of the demo did not do what it is for; the message names the step and the reason."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One file of the demo on its way: what it holds and the name its answers will carry."""

    file: DemoFile
    go_ahead: str


def add_arguments(parser: ArgumentParser) -> None:
    """Declare whether the stack goes down again after the answers."""
    parser.add_argument("--exit", action="store_true", help="stop everything once the answers are printed")


def run(arguments: Namespace) -> int:
    """Tell the whole story; 0 when every answer is as it should be, else 1 and the step that failed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with step("start the stack"):
            os.environ.update(settings_of_the_mock(os.environ, guichet_home()))
            os.environ.update(settings_of_the_cards(os.environ, guichet_home(), at=utc_now()))
            configuration = StackConfiguration.from_environment()
        with running_stack(configuration, tell=tell) as supervisor:
            verdict = _deliver_and_wait(configuration)
            tell(f"the answers lie in {_beside(configuration.home)}/demo/answers/")
            if not arguments.exit:
                with outbox_page(configuration.home / "outbox", _outbox_port()) as messages:
                    _print_addresses(configuration, messages)
                    tell(verdict)
                    tell("everything stays up; stop with Ctrl-C")
                    while True:
                        time.sleep(_LOOK_SECONDS)
                        supervisor.require_running()
    except KeyboardInterrupt:
        return 0 if not arguments.exit else 130
    except (StackError, StepFailedError) as failure:
        sys.stderr.write(f"demo failed: {failure}\n")
        return 1
    tell(verdict)
    return 0


def tell(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tell which step failed, whatever it failed of."""
    try:
        yield
    except (StackError, StepFailedError, KeyboardInterrupt):
        raise
    except Exception as trouble:
        said = getattr(trouble, "stderr", None)
        reason = said.decode(errors="replace").strip() if isinstance(said, bytes) and said else trouble
        raise StepFailedError(f"{name}: {reason}") from trouble


def _deliver_and_wait(configuration: StackConfiguration) -> str:
    at = utc_now()
    os.umask(0o077)  # what is written from here on holds keys and national numbers
    home = configuration.home
    keys = DemoKeys(home / "demo")
    with step("register the demo's sender"):
        set_up_django()
        install_demo_sender(keys, home=home, sftp_port=configuration.sftp_port, at=at)
    with step("open the company accounts"):
        register_demo_accounts(at=at)
    with step("enter the student and the work place"):
        student = register_demo_student(at=at)
    delivered = _deliver(keys, configuration, student=student, at=at)
    with step("collect and verify the answers"):
        folder = home / "demo" / "answers" / f"{at:%Y%m%dT%H%M%S}"
        own = [one.go_ahead for one in delivered]
        inbox = AnswerInbox(folder, keys, home / "keys", configuration.sftp_port, own)
        answers = _wait_for_answers(inbox)
    with step("compare the answers with the declarations"):
        outcome = lay_side_by_side([(one.file, one.go_ahead) for one in delivered], answers)
        tell("")
        tell(outcome.render())
        return _verdict(outcome, answers)


def _deliver(
    keys: DemoKeys, configuration: StackConfiguration, *, student: str | None, at: datetime
) -> list[Delivered]:
    local = at.astimezone(BRUSSELS)
    moment = local.hour * 3600 + local.minute * 60 + local.second
    folder = configuration.home / "demo" / "sets" / f"{at:%Y%m%dT%H%M%S}"
    folder.mkdir(parents=True)
    tell(f"signing by {signing_program()}, sending by {sending_program()}")
    delivered = []
    files = invent_files(at=at, seed=int(at.timestamp()), known=student)
    for number, file in enumerate(files, start=1):
        names = names_for(number, today=brussels_date(at), moment=moment)
        with step(f"sign and send file {number}"):
            payload = render_dimona(file, at=at)
            path = folder / str(names.payloads[0])
            path.write_bytes(payload)
            sign(path, folder / str(names.signatures[0]), keys=keys)
            if file.is_tampered:
                path.write_bytes(tamper(payload))
            (folder / str(names.go_ahead)).touch()
            send(folder, names, keys=keys, port=configuration.sftp_port, at=at)
        tell(f"sent {path.name}: {len(file.work)} declarations ({file.title})")
        delivered.append(Delivered(file, str(names.go_ahead)))
    return delivered


def _wait_for_answers(inbox: AnswerInbox, *, clock: Callable[[], float] = time.monotonic) -> list[CollectedAnswer]:
    began, answers, shown = clock(), list[CollectedAnswer](), ""
    while True:
        answers += inbox.collect()
        seen = _count(answers)
        progress = ", ".join(f"{kind} {seen[kind]} of {expected}" for kind, expected in EXPECTED.items())
        elapsed = clock() - began
        if progress != shown:
            tell(f"answers after {elapsed:.0f} s: {progress}")
            shown = progress
        if all(seen[kind] >= expected for kind, expected in EXPECTED.items()):
            return answers
        if elapsed > _ANSWER_SECONDS:
            raise AnswersWrongError(f"not all answers came within {_ANSWER_SECONDS:.0f} s: {progress}")
        time.sleep(_LOOK_SECONDS)


def _count(answers: list[CollectedAnswer]) -> Counter[str]:
    return Counter(kind_of(answer) for answer in answers)


def _verdict(outcome: DemoOutcome, answers: list[CollectedAnswer]) -> str:
    seen = _count(answers)
    if any(seen[kind] != expected for kind, expected in EXPECTED.items()):
        raise AnswersWrongError(f"expected {EXPECTED}, got {dict(seen)}")
    counts = ", ".join(f"{kind} {seen[kind]}" for kind in EXPECTED)
    return f"demo ok: {outcome.filed} filed, {outcome.refused} refused, {counts}, all signatures verified"


def _print_addresses(configuration: StackConfiguration, messages: str) -> None:
    keys = DemoKeys(configuration.home / "demo")
    password = json.loads(password_file(configuration.home).read_text(encoding="utf-8"))[OPERATOR]
    where, portal = _beside(configuration.home), f"https://localhost:{configuration.portal_port}"
    tell("walk on:")
    tell(f"  portal     {portal}/  (your browser warns: trust {where}/keys/authority.cert.pem, or go on)")
    tell(
        f"  first user {OWN_CHIEF.name} is to manage {OWN_CHIEF.company_name}, which delivered just now: "
        f"sign in with itsme (a mock plays it) and choose {OWN_CHIEF.person.given_name}"
    )
    tell(
        f"  by codes   {CLIENT_CHIEF.name} is to manage {CLIENT_CHIEF.company_name}: {portal}/activate, "
        f"user name and temporary password among the messages, national number {CLIENT_CHIEF.national_number}"
    )
    tell(
        f"  student    {STUDENT.given_name} {STUDENT.family_name} works for both: sign in with itsme, choose "
        f"{STUDENT.given_name} and open Student@work; her e-Box has letters about it"
    )
    tell(f"  worker     {STUDENT.given_name} checks in at {WORK_PLACE_NAME}: {portal}/check-in/at/{WORK_PLACE}")
    tell(f"  messages   {messages} shows e-mail and SMS to people, new users' too")
    tell("look at it:")
    tell(f"  state      {portal}/health")
    tell(f"  Airflow    http://127.0.0.1:{configuration.airflow_port}/  user {OPERATOR}, password {password}")
    tell(
        f"  SFTP door  sftp -P {configuration.sftp_port} -i {where}/demo/{keys.ssh_key.name} "
        f"-o UserKnownHostsFile={where}/demo/{keys.known_hosts.name} {USER_NAME}@127.0.0.1",
    )
    tell(
        f"  FTP door   127.0.0.1 port {configuration.ftp_port}, once `guichet channels open` has opened it for a sender"
    )
    tell(f"  web        {portal}/api/v1/docs describes the web service")
    tell(
        f"  card       --demo-card {where}/demo/cards/an.json --authority {where}/keys/authority.cert.pem  "
        f"for `guichet eid-agent login`, PIN {PIN}"
    )


def _outbox_port() -> int:
    return int(os.environ.get("GUICHET_DEMO_OUTBOX_PORT") or "8445")


def _beside(home: Path) -> str:
    """Return the home as the person's shell may write it: relative where it lies below the present folder."""
    return str(home.relative_to(Path.cwd())) if home.is_relative_to(Path.cwd()) else str(home)
