"""What `guichet persons` does to the tables."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import datetime

from auth.logins import give_login
from auth.session_life import SessionEnder
from commands.configuring.actions import ACTOR
from commands.looking import operator_asking
from correspondence.ebox_alerts import give_ebox
from domain.access.actors import Actor
from domain.configuration_refusals import ConfigurationRefusedError
from domain.counted_words import counted
from domain.environments import Environment
from domain.identifiers import is_insz
from domain.student_declarations import EmployerId
from evidence.audit import append_event
from evidence.clock import SystemClock
from registers.access.employers import read_numbers
from registers.access.merging import GivenStandings, give_standings, hold_companies
from registers.checkins.merging import GivenPresences, give_presences
from registers.checkins.validating import ask_again
from registers.persons.merging import NumberChange, change_number, list_merged, make_both_known
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.contingent_rules import read_rules
from registers.student_days.merging import Inheritance, MergeOutcome, Pair, hold_off_filing, merge_periods
from registers.student_days.overlapping import overlaps_of
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look
from registers.student_days.records import PeriodRecord
from sender.tables import render_table

_LONGEST_INPUT = 200


def change(arguments: Namespace) -> str:
    """Merge what is known of two numbers; what is told holds neither."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    old, new = _read_numbers()
    keys = PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")
    directories = {
        environment: PersonDirectory(keys, environment=environment) for environment in arguments.environments
    }
    at = SystemClock().now()
    hold_off_filing()
    known = [make_both_known(old, new, persons=persons, at=at) for persons in directories.values()]
    hold_companies([found[old] for found in known if found and found[old] != found[new]])
    told = [
        _change(old, new, environment=environment, persons=persons, at=at)
        for environment, persons in directories.items()
    ]
    if not any(told):
        raise ConfigurationRefusedError(
            "Neither number is known.", next_step="Check both; a number becomes known with its first declaration."
        )
    return "".join(told)


def _change(old: str, new: str, *, environment: Environment, persons: PersonDirectory, at: datetime) -> str:
    changed = change_number(old, new, persons=persons, at=at)
    if changed is None:
        return ""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    outcome, standings, overlapping = MergeOutcome(0, 0), GivenStandings(0, 0), 0
    presences = GivenPresences(0)
    if changed.absorbed_id is not None:
        rules = read_rules(environment)
        outcome = merge_periods(changed.absorbed_id, changed.person_id, environment=environment, rules=rules, at=at)
        standings = give_standings(
            of=changed.absorbed_id,
            to=changed.person_id,
            by=Actor.operator(),
            at=at,
            sessions=SessionEnder(actor=ACTOR),
        )
        presences = give_presences(
            of=changed.absorbed_id,
            to=changed.person_id,
            environment=environment,
            limits=settings.GUICHET.check_ins.limits,
            at=at,
        )
        give_login(of=changed.absorbed_id, to=changed.person_id, at=at, actor=ACTOR)
        give_ebox(of=changed.absorbed_id, to=changed.person_id)
        overlapping = sum(1 for _ in _overlaps(changed.person_id, environment))
    ask_again(environment=environment, at=at, person_ids=[changed.person_id])
    append_event(
        "person:number-changed",
        at=at,
        actor=ACTOR,
        environment=str(environment),
        person=changed.person_id,
        absorbed=changed.absorbed_id,
        moved=outcome.moved,
        regranted=outcome.regranted,
        doubled=_written(outcome.doubled),
        differing=_written(outcome.differing),
        taken_over=[f"{_pair(pair)} {what}" for pair, all_of_it in outcome.taken_over.items() for what in all_of_it],
        standings=standings.moved,
        standings_left=standings.left,
        standings_blocked=standings.blocked,
        overlapping=overlapping,
        presences=presences.moved,
    )
    return (
        _tell(changed, outcome, standings, environment)
        + _tell_presences(presences, environment)
        + _tell_overlaps(overlapping, environment)
    )


def _tell_presences(presences: GivenPresences, environment: Environment) -> str:
    moved = counted(presences.moved, "registration", "registrations")
    return f"{environment}: {moved} of check-ins moved\n" if presences.moved else ""


def show_overlaps(arguments: Namespace) -> str:
    """Show the periods that overlap of everyone who absorbed somebody; the look at each of them is on record."""
    asker, at = operator_asking(arguments.reason), SystemClock().now()
    pairs = []
    for environment in arguments.environments:
        found = [pair for person_id in list_merged(environment) for pair in _overlaps(person_id, environment)]
        people = sorted({one.person_id for one, _ in found})
        note_look(Question.SEARCH, people, environment=environment, asker=asker, at=at)
        pairs += [(environment, one, other) for one, other in found]
    employers = read_numbers({one.employer_id for _, one, _ in pairs})
    rows = [
        (str(environment), _name(employers[one.employer_id]), *_days(one), *_days(other))
        for environment, one, other in pairs
    ]
    return render_table(("environment", "employer", "period", "from", "until", "and period", "from", "until"), rows)


def _overlaps(person_id: int, environment: Environment) -> Iterator[tuple[PeriodRecord, PeriodRecord]]:
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    return overlaps_of(person_id, environment=environment, users_apart=settings.GUICHET.dimona.student_users_apart)


def _name(employer: EmployerId) -> str:
    return employer.company or employer.nsso or employer.provisional_nsso or ""


def _days(period: PeriodRecord) -> tuple[str, str, str]:
    end = period.ending_date
    return f"{period.number:012d}", period.starting_date.isoformat(), "" if end is None else end.isoformat()


def _tell_overlaps(count: int, environment: Environment) -> str:
    if not count:
        return ""
    return f"{environment}: pairs of periods that overlap at one employer: {count}; `guichet persons overlaps` shows them\n"


def _tell(changed: NumberChange, outcome: MergeOutcome, standings: GivenStandings, environment: Environment) -> str:
    if changed.absorbed_id is None:
        return f"{environment}: both numbers find the same person\n"
    return (
        f"{environment}: two persons became one; {counted(outcome.moved, 'period', 'periods')} moved, "
        f"{outcome.regranted} got another grant, "
        f"{counted(len(outcome.doubled), 'was', 'were')} declared under both numbers and cancelled once\n"
        + "".join(
            f"{environment}: {_number(one)} stays, {_number(other)} is cancelled{_inheritance((one, other), outcome)}\n"
            for one, other in outcome.doubled
        )
        + "".join(
            f"{environment}: {_number(one)} and {_number(other)} are the same but for what they plan; both stay until "
            "their employer cancels one\n"
            for one, other in outcome.differing
        )
        + _tell_standings(standings, environment)
    )


_INHERITED = {
    Inheritance.LOCKED: "the lock of an agent",
    Inheritance.BLOCKED: "the block of an agent",
    Inheritance.DMFA_LOCK: "the lock of the quarterly declaration",
    Inheritance.ACTUAL_AMOUNT: "the amount really worked",
    Inheritance.DAILY_REGISTRATIONS: "the daily registrations",
}


def _inheritance(pair: Pair, outcome: MergeOutcome) -> str:
    inherited = outcome.taken_over.get(pair, ())
    return f"; the first takes over {', '.join(_INHERITED[one] for one in inherited)}" if inherited else ""


def _written(pairs: Sequence[Pair]) -> list[str]:
    return [_pair(pair) for pair in pairs]


def _pair(pair: Pair) -> str:
    one, other = pair
    return f"{_number(one)}/{_number(other)}"


def _number(period: int) -> str:
    return f"{period:012d}"


def _tell_standings(standings: GivenStandings, environment: Environment) -> str:
    told = ""
    if standings.moved:
        follow = counted(
            standings.moved, "appointment or user account follows", "appointments and user accounts follow"
        )
        told += f"{environment}: {follow}\n"
    if standings.left:
        were = counted(standings.left, "appointment or user account was", "appointments or user accounts were")
        told += (
            f"{environment}: {were} held under both numbers; the access managers of their companies remove the one too "
            "many\n"
        )
    if standings.blocked:
        told += (
            f"{environment}: of one number, blocked too: {standings.blocked}, since an operator blocked the other one in the "
            "same company\n"
        )
    return told


def _read_numbers() -> tuple[str, str]:
    words = sys.stdin.read(_LONGEST_INPUT).split()
    if len(words) != len(("old", "new")) or words[0] == words[1] or not all(is_insz(word) for word in words):
        raise ConfigurationRefusedError(
            "Standard input does not hold two different national numbers with sound check digits.",
            next_step="Write the old number, a space or a new line, and the new number.",
        )
    return words[0], words[1]


ACTIONS = {"change-number": change, "overlaps": show_overlaps}
