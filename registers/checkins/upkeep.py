"""All that time and other registers ask of the check-in register, for who wires it into a schedule."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from domain.checkins.limits import CheckInLimits
from domain.environments import Environment
from registers.checkins.awaited_evidence import tell_of_awaited_evidence
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.checkins.isolating import Troubles
from registers.checkins.judging import ValidationSource
from registers.checkins.missing_outs import TOLD_OF, flag_missing_outs, persons_to_tell, tell_of_missing_outs
from registers.checkins.older_capacities import derive_older
from registers.checkins.reference_sources import OpenSources
from registers.checkins.refolding import refold_ahead, refold_older
from registers.checkins.source_changes import notice_employments
from registers.checkins.sources import sources_of
from registers.checkins.taking_turns import searching_alone, validating_alone
from registers.checkins.validating import Validation, count_requests
from registers.persons.numbers import PersonKeys

KEPT_UP = (Environment.PRODUCTION, Environment.TEST)
_VALIDATED_UNTIL = {Environment.PRODUCTION: timedelta(minutes=20), Environment.TEST: timedelta(minutes=25)}
"""How long after its begin a validation begins nothing else in each; who schedules it gives it half an hour."""
_SEEN, _CHANGED = "validations of registrations", "of these that changed something"
_WAITING = "requests for another validation that wait"
_UNJUDGED = "registrations that could not be judged"
_OLDER = "earlier ones asked about for their capacity"
_ANOTHER_RUNS = "environments left to another validation that runs"
_ALWAYS_TOLD = (_SEEN, _CHANGED, _WAITING)
_MISSING, _TOLD = "missing check-outs", "missing check-outs told of"
_WORKERS, _EMPLOYERS = "letters about them to workers", "letters about them to employers"
_RUN_OUT = "drafts of corrections run out"
_UNFLAGGED = "persons whose days could not be folded"
_FOLDED = "persons whose days were folded anew"
_TOLD_LATER = "persons to be told once their days are folded anew"
_ANOTHER_SEARCHES = "searches left to another that runs"
_ALWAYS_FOUND = (_MISSING, _TOLD, _WORKERS, _EMPLOYERS, _RUN_OUT)


def validate_all(*, keys: Callable[[], PersonKeys], now: Callable[[], datetime]) -> Mapping[str, int]:
    """Validate what is new and what a changed source concerns, in every environment; return how much there was, and is left.

    A registration counts as often as it was asked about: once for its person, its work place and its company each.

    After an upgrade, go on deriving the capacities of earlier days until it is done. Where somebody else validates an
    environment at the same time, that one is left to him. One that fails keeps no other from its turn, and is raised then.

    `keys` of the persons register are read when a source outside this counter must see a number.
    """
    at, done, troubles = now(), Counter[str](dict.fromkeys(_ALWAYS_TOLD, 0)), Troubles()
    for environment in KEPT_UP:
        with troubles.kept_for_later(), validating_alone(environment) as is_alone:
            if is_alone:
                until = at + _VALIDATED_UNTIL[environment]
                done.update(_validate(environment, keys=keys, at=at, is_over=partial(_is_past, until, now)))
            else:
                done[_ANOTHER_RUNS] += 1
    troubles.tell()
    done[_WAITING] = sum(count_requests(environment) for environment in KEPT_UP)
    return done


def _is_past(until: datetime, now: Callable[[], datetime]) -> bool:
    return now() >= until


def _validate(
    environment: Environment, *, keys: Callable[[], PersonKeys], at: datetime, is_over: Callable[[], bool]
) -> Mapping[str, int]:
    notice_employments(environment=environment, at=at)
    sources: list[ValidationSource] = [*sources_of(environment), OpenSources(environment, keys=keys)]
    validation = Validation(sources, environment, at, is_over)
    validated = validation.of_all()
    done = {_SEEN: validated.seen, _CHANGED: validated.changed}
    if validation.unjudged:
        done[_UNJUDGED] = len(validation.unjudged)
    if (asked := derive_older(environment=environment)) is not None:
        done[_OLDER] = asked
    return done


def find_missing_outs(*, limits: CheckInLimits, at: datetime) -> Mapping[str, int]:
    """Flag missing check-outs and tell of them, and let drafts of corrections run out, or tell that they wait; return how much there was.

    After an upgrade that folds events otherwise, go on folding the days of before until it is done: first of whom something
    would be told, so that nobody is written to about a check-out that is there. Whose days cannot be folded is told of later.
    Where somebody else searches at the same time, all is left to him. What fails keeps nothing else from its turn, and is
    raised then.
    """
    done, troubles = Counter[str](dict.fromkeys(_ALWAYS_FOUND, 0)), Troubles()
    with searching_alone() as is_alone:
        if is_alone:
            _search(done, troubles, limits=limits, at=at)
        else:
            done[_ANOTHER_SEARCHES] = 1
    troubles.tell()
    return done


def _search(done: Counter[str], troubles: Troubles, *, limits: CheckInLimits, at: datetime) -> None:
    with troubles.kept_for_later():
        done[_RUN_OUT] = expire_drafts(at=at)
    with troubles.kept_for_later():
        tell_of_awaited_evidence(at=at)
    for environment in KEPT_UP:
        with troubles.kept_for_later():
            flagged = flag_missing_outs(environment=environment, limits=limits, at=at)
            done.update({_MISSING: flagged.spells, **({_UNFLAGGED: flagged.left} if flagged.left else {})})
    with troubles.kept_for_later():
        ahead = refold_ahead(partial(persons_to_tell, limits=limits, at=at), environment=TOLD_OF, limits=limits, at=at)
        told = tell_of_missing_outs(limits=limits, at=at, but_of=ahead.left)
        done.update({_TOLD: told.spells, _WORKERS: told.workers, _EMPLOYERS: told.employers})
        if ahead.left:
            done[_TOLD_LATER] = len(ahead.left)
        if ahead.became_others:
            done[_FOLDED] += ahead.became_others
    for environment in KEPT_UP:
        with troubles.kept_for_later():
            folded = refold_older(environment=environment, limits=limits, at=at)
            if folded is not None:
                done[_FOLDED] += folded
