"""All that time and other registers ask of the check-in register, for who wires it into a schedule."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from domain.checkins.limits import CheckInLimits
from domain.environments import Environment
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.checkins.missing_outs import TOLD_OF, flag_missing_outs, persons_to_tell, tell_of_missing_outs
from registers.checkins.older_capacities import derive_older
from registers.checkins.reference_sources import OpenSources
from registers.checkins.refolding import refold_ahead, refold_older
from registers.checkins.source_changes import notice_employments
from registers.checkins.sources import sources_of
from registers.checkins.taking_turns import validating_alone
from registers.checkins.validating import ValidationSource, validate_again, validate_waiting
from registers.persons.numbers import PersonKeys

KEPT_UP = (Environment.PRODUCTION, Environment.TEST)
_OLDER = "earlier ones asked about for their capacity"
_ANOTHER_RUNS = "environments left to another validation that runs"


def validate_all(*, keys: Callable[[], PersonKeys], at: datetime) -> Mapping[str, int]:
    """Validate what is new and what a changed source concerns, in every environment; return how much there was.

    A registration counts as often as it was asked about: once for its person, its work place and its company each.

    After an upgrade, go on deriving the capacities of earlier days until it is done. Where somebody else validates an
    environment at the same time, that one is left to him.

    `keys` of the persons register are read when a source outside this counter must see a number.
    """
    done = {"validations of registrations": 0, "of these that changed something": 0}
    for environment in KEPT_UP:
        with validating_alone(environment) as is_alone:
            if is_alone:
                _validate_one(environment, done, keys=keys, at=at)
            else:
                done[_ANOTHER_RUNS] = done.get(_ANOTHER_RUNS, 0) + 1
    return done


def _validate_one(
    environment: Environment, done: dict[str, int], *, keys: Callable[[], PersonKeys], at: datetime
) -> None:
    sources: list[ValidationSource] = [*sources_of(environment), OpenSources(environment, keys=keys)]
    notice_employments(environment=environment, at=at)
    new = validate_waiting(sources, environment=environment, at=at)
    again = validate_again(sources, environment=environment, at=at)
    done["validations of registrations"] += new.seen + again.seen
    done["of these that changed something"] += new.changed + again.changed
    if (asked := derive_older(environment=environment)) is not None:
        done[_OLDER] = done.get(_OLDER, 0) + asked


def find_missing_outs(*, limits: CheckInLimits, at: datetime) -> Mapping[str, int]:
    """Flag missing check-outs and tell of them, and let drafts of corrections run out; return how much there was.

    After an upgrade that folds events otherwise, go on folding the days of before until it is done: first of whom something
    would be told, so that nobody is written to about a check-out that is there. Whose days cannot be folded is told of later.
    """
    done = {"missing check-outs": 0, "told of": 0, "drafts of corrections run out": expire_drafts(at=at)}
    for environment in KEPT_UP:
        done["missing check-outs"] += flag_missing_outs(environment=environment, limits=limits, at=at)
    ahead = refold_ahead(partial(persons_to_tell, at=at), environment=TOLD_OF, limits=limits, at=at)
    done["told of"] += tell_of_missing_outs(at=at, but_of=ahead.left)
    older = [refold_older(environment=environment, limits=limits, at=at) for environment in KEPT_UP]
    if any(folded is not None for folded in older):
        done["persons whose days were folded anew"] = ahead.became_others + sum(folded or 0 for folded in older)
    if ahead.left:
        done["persons to be told once their days are folded anew"] = len(ahead.left)
    return done
