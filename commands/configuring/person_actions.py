"""What `guichet persons` does to the tables."""

import sys
from argparse import Namespace

from auth.logins import give_login
from commands.configuring.actions import ACTOR
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import is_insz
from evidence.audit import append_event
from evidence.clock import SystemClock
from registers.access.merging import GivenStandings, give_standings
from registers.persons.merging import NumberChange, change_number
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.contingent_rules import read_rules
from registers.student_days.merging import MergeOutcome, hold_off_filing, merge_periods

_LONGEST_INPUT = 200


def change(arguments: Namespace) -> str:
    """Merge what is known of two numbers; what is told holds neither."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    old, new = _read_numbers()
    keys = PersonKeys.read(settings.GUICHET.home / "keys" / "persons.json")
    hold_off_filing()
    told = [_change(old, new, environment=environment, keys=keys) for environment in arguments.environments]
    if not any(told):
        raise ConfigurationRefusedError(
            "Neither number is known.", next_step="Check both; a number becomes known with its first declaration."
        )
    return "".join(told)


def _change(old: str, new: str, *, environment: Environment, keys: PersonKeys) -> str:
    at = SystemClock().now()
    changed = change_number(old, new, persons=PersonDirectory(keys, environment=environment), at=at)
    if changed is None:
        return ""
    outcome, standings = MergeOutcome(0, 0, 0), GivenStandings(0, 0)
    if changed.absorbed_id is not None:
        rules = read_rules(environment)
        outcome = merge_periods(changed.absorbed_id, changed.person_id, environment=environment, rules=rules, at=at)
        standings = give_standings(of=changed.absorbed_id, to=changed.person_id)
        give_login(of=changed.absorbed_id, to=changed.person_id, at=at, actor=ACTOR)
    append_event(
        "person:number-changed",
        at=at,
        actor=ACTOR,
        environment=str(environment),
        person=changed.person_id,
        absorbed=changed.absorbed_id,
        moved=outcome.moved,
        regranted=outcome.regranted,
        doubled=outcome.doubled,
        standings=standings.moved,
        standings_left=standings.left,
    )
    return _tell(changed, outcome, standings, environment)


def _tell(changed: NumberChange, outcome: MergeOutcome, standings: GivenStandings, environment: Environment) -> str:
    if changed.absorbed_id is None:
        return f"{environment}: both numbers find the same person\n"
    return (
        f"{environment}: two persons became one; {outcome.moved} periods moved, {outcome.regranted} got another grant, "
        f"{outcome.doubled} were declared under both numbers and cancelled once\n"
    ) + _tell_standings(standings, environment)


def _tell_standings(standings: GivenStandings, environment: Environment) -> str:
    told = ""
    if standings.moved:
        told += f"{environment}: {standings.moved} appointments and user accounts follow\n"
    if standings.left:
        told += (
            f"{environment}: {standings.left} appointments or user accounts were held under both numbers; the access "
            "managers of their companies remove the one too many\n"
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


ACTIONS = {"change-number": change}
