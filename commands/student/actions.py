"""What `guichet student` reads from the register of student days."""

import os
import secrets
from argparse import Namespace
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from commands.configuring.actions import Action
from commands.looking import operator_asking, read_national_number
from commands.student.rendering import (
    render_balance,
    render_calendar,
    render_declarations,
    render_history,
    render_issued,
    render_json,
    render_known,
    render_periods,
)
from domain.brussels import brussels_date
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from domain.student_day_questions import Asker
from evidence.clock import SystemClock
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.models import PeriodState
from registers.student_days.official_states import give_back, set_official_state
from registers.student_days.questions.access_codes import CodeKey
from registers.student_days.questions.attestation_paper import Holder
from registers.student_days.questions.attestations import AttestationDesk, issue_attestation, recognise_paper
from registers.student_days.questions.balances import read_balance
from registers.student_days.questions.calendars import read_calendar
from registers.student_days.questions.histories import read_history
from registers.student_days.questions.ical import render_ical
from registers.student_days.questions.searches import (
    Page,
    PeriodsFound,
    Place,
    Reception,
    find_declarations,
    find_employer,
    find_period,
    find_periods_of_employer,
    find_periods_of_person,
    find_refused_of_employer,
)

_LONGEST_PAPER = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Desk:
    """One operator's question: in which environment, by whom, why and when."""

    environment: Environment
    asker: Asker
    at: datetime


def balance(arguments: Namespace) -> str:
    """Show what remains of a year."""
    desk = _desk(arguments)
    person = _find_person(read_national_number(), desk)
    found = read_balance(person, _year(arguments, desk), environment=desk.environment, asker=desk.asker, at=desk.at)
    return render_json(found, remaining=found.remaining) if arguments.json else render_balance(found)


def calendar(arguments: Namespace) -> str:
    """Show the periods of a year, and write them as iCalendar."""
    desk = _desk(arguments)
    person = _find_person(read_national_number(), desk)
    found = read_calendar(person, _year(arguments, desk), environment=desk.environment, asker=desk.asker, at=desk.at)
    if arguments.ical is not None:
        _write(arguments.ical, render_ical(found, Language(arguments.language), at=desk.at))
    return render_json(found) if arguments.json else render_calendar(found)


def attestation(arguments: Namespace) -> str:
    """Print an attestation; a student whom the register does not know yet becomes known."""
    desk, number = _desk(arguments), read_national_number()
    keys = _keys()
    person = PersonDirectory(keys, environment=desk.environment).find_or_create([number], at=desk.at)[number]
    issued = issue_attestation(
        person,
        Holder(number, arguments.name),
        language=Language(arguments.language),
        environment=desk.environment,
        desk=AttestationDesk(
            CodeKey.derive(keys), secrets.token_bytes, f"{settings.GUICHET.web.public_url.rstrip('/')}/code"
        ),
        asker=desk.asker,
        at=desk.at,
    )
    _write(arguments.to, issued.pdf)
    if arguments.json:
        told = {"number": issued.number, "file": str(arguments.to), "expires_at": issued.expires_at}
        return render_json(told)
    return render_issued(issued, arguments.to)


def recognise(arguments: Namespace) -> str:
    """Say which attestation a paper is."""
    desk = _desk(arguments)
    paper = _read_paper(arguments.file)
    known = recognise_paper(paper, environment=desk.environment, asker=desk.asker, at=desk.at)
    return render_json(known) if arguments.json else render_known(known)


def history(arguments: Namespace) -> str:
    """Show everything that made a period what it is."""
    desk = _desk(arguments)
    found = read_history(arguments.period, environment=desk.environment, asker=desk.asker, at=desk.at)
    return render_history(found, as_json=arguments.json)


def lock(arguments: Namespace) -> str:
    """Fix a period."""
    return _set_state(arguments, PeriodState.LOCKED)


def block(arguments: Namespace) -> str:
    """Stop a period."""
    return _set_state(arguments, PeriodState.BLOCKED)


def unlock(arguments: Namespace) -> str:
    """Give a locked period back."""
    return _give_back(arguments, PeriodState.LOCKED)


def unblock(arguments: Namespace) -> str:
    """Give a blocked period back."""
    return _give_back(arguments, PeriodState.BLOCKED)


def _set_state(arguments: Namespace, state: PeriodState) -> str:
    desk = _desk(arguments)
    set_official_state(
        arguments.period,
        state,
        environment=desk.environment,
        actor=desk.asker.name,
        reason=desk.asker.kept_reason,
        at=desk.at,
    )
    return _tell_state(arguments, state)


def _give_back(arguments: Namespace, state: PeriodState) -> str:
    desk = _desk(arguments)
    before = give_back(
        arguments.period,
        state,
        environment=desk.environment,
        actor=desk.asker.name,
        reason=desk.asker.kept_reason,
        at=desk.at,
    )
    return _tell_state(arguments, before)


def _tell_state(arguments: Namespace, state: PeriodState) -> str:
    told = {"period": f"{arguments.period:012d}", "state": str(state)}
    return render_json(told) if arguments.json else f"period {told['period']} is {told['state']}\n"


def consult(arguments: Namespace) -> str:
    """Show a page of periods, or of declarations: refused ones of an employer, or all where only days of reception are given."""
    desk = _desk(arguments)
    page = Page(arguments.limit, _place(arguments.after))
    reception = Reception(arguments.received_from, arguments.received_until)
    if arguments.refused:
        return _consult_refused(arguments, desk, page, reception)
    if arguments.period is None and not arguments.person and arguments.employer is None:
        if reception == Reception():
            raise ConfigurationRefusedError(
                "Nothing says what to look for.",
                next_step="Give --period, --person, --employer, --received-from or --received-until.",
            )
        declarations = find_declarations(reception, page, environment=desk.environment, asker=desk.asker, at=desk.at)
        return render_json(declarations) if arguments.json else render_declarations(declarations)
    found = _find_periods(arguments, desk, page, reception)
    return render_json(found) if arguments.json else render_periods(found)


def _consult_refused(arguments: Namespace, desk: Desk, page: Page, reception: Reception) -> str:
    if arguments.employer is None:
        raise ConfigurationRefusedError(
            "Refused declarations are looked up for an employer.",
            next_step="Give --employer; the history of a period tells what was refused of it.",
        )
    employer = _find_employer(arguments.employer, desk.environment)
    found = find_refused_of_employer(
        employer, reception, page, environment=desk.environment, asker=desk.asker, at=desk.at
    )
    return render_json(found) if arguments.json else render_declarations(found)


def _find_periods(arguments: Namespace, desk: Desk, page: Page, reception: Reception) -> PeriodsFound:
    environment, asker, at = desk.environment, desk.asker, desk.at
    if arguments.period is not None:
        return find_period(arguments.period, environment=environment, asker=asker, at=at)
    if arguments.person:
        person = _find_person(read_national_number(), desk)
        return find_periods_of_person(person, page, environment=environment, asker=asker, at=at)
    employer = _find_employer(arguments.employer, environment)
    return find_periods_of_employer(employer, reception, page, environment=environment, asker=asker, at=at)


def _find_employer(number: str, environment: Environment) -> int:
    employer = find_employer(number, environment=environment)
    if employer is None:
        raise ConfigurationRefusedError(
            f"No employer has the number {number!r} in environment {environment}.",
            next_step="Give a registration number or a company number, digits alone.",
        )
    return employer


def _desk(arguments: Namespace) -> Desk:
    return Desk(Environment(arguments.environment), operator_asking(arguments.reason), SystemClock().now())


def _year(arguments: Namespace, desk: Desk) -> int:
    return arguments.year or brussels_date(desk.at).year


def _keys() -> PersonKeys:
    return PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")


def _find_person(number: str, desk: Desk) -> int | None:
    return PersonDirectory(_keys(), environment=desk.environment).find([number]).get(number)


def _place(text: str | None) -> Place | None:
    try:
        return None if text is None else Place.parse(text)
    except ValueError:
        raise ConfigurationRefusedError(
            f"{text!r} is no place in a list.", next_step="Copy it from the last line of the page before."
        ) from None


def _write(path: Path, content: bytes) -> None:
    """Write a new file that nobody else can read."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as trouble:
        raise ConfigurationRefusedError(
            f"{path} cannot be made: {trouble.strerror}.", next_step="Give the path of a file that is not there yet."
        ) from trouble
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _read_paper(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_PAPER + 1)
    except OSError as trouble:
        raise ConfigurationRefusedError(
            f"{path} cannot be opened: {trouble.strerror}.", next_step="Give the path of a PDF that you may read."
        ) from trouble
    return content


ACTIONS: dict[str, Action] = {
    "balance": balance,
    "calendar": calendar,
    "attestation": attestation,
    "recognise": recognise,
    "history": history,
    "lock": lock,
    "unlock": unlock,
    "block": block,
    "unblock": unblock,
    "consult": consult,
}
