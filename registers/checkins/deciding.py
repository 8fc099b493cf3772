"""Let officials decide on corrections, and those who asked take them back (check-in declarations §2.6)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from domain.checkins.codes import Remark
from domain.checkins.limits import CheckInLimits
from domain.checkins.vocabulary import CorrectionState
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from evidence.prepared import open_prepared
from registers.checkins.capacities import enter_capacities
from registers.checkins.corrected_versions import missing_event, next_version
from registers.checkins.correction_notes import tell_of_decision
from registers.checkins.event_reading import Concerned, PersonHistory, clocking_of, read_around
from registers.checkins.locking import lock_and_number
from registers.checkins.merged_meanwhile import PersonMergedError, require_the_same
from registers.checkins.models import Correction
from registers.checkins.presence_writing import write_presences
from registers.checkins.projecting import write_changes
from registers.checkins.records import PresenceRecord, read_newest
from registers.checkins.registered_meanwhile import RegisteredMeanwhileError, require_missing
from registers.checkins.windows import change

_OPEN = (CorrectionState.SUBMITTED, CorrectionState.UNDER_REVIEW)
LONGEST_NOTE = 500
"""Characters of what is told of a decision."""
_SUPERSEDE = """
    UPDATE checkins_presence SET status = 'SUPERSEDED', next_date = %s::date
    WHERE number = %s::bigint AND version = %s::integer AND registration_date = %s::date
"""


def name_decider(login: int, *, person_id: int | None) -> str:
    """Return how who decides is called: the same as when the same person asks, so that four eyes are told."""
    return f"login:{login}" if person_id is None else f"person:{person_id}"


@transaction.atomic
def take_up(number: str, *, environment: Environment, by: str, at: datetime) -> None:
    """Note that an official looks at the request, as who may decide on it does; raises ConfigurationRefusedError."""
    row = _decidable(number, environment=environment, by=by)
    row.state = CorrectionState.UNDER_REVIEW
    row.save(update_fields=["state"])
    _note("correction:taken-up", row, by=by, at=at)


def accept(number: str, *, environment: Environment, by: str, note: str, limits: CheckInLimits, at: datetime) -> int:
    """Add the version that was asked for, or the missing event, and return its receipt number.

    The original stays as it was, superseded. ConfigurationRefusedError when the request is not to be decided, when `by` is
    the one who asked or the one it is about, or when the note is too long; RegisteredMeanwhileError when another registration stands where this one
    would, or fills since then the gap that it is asked for.
    """
    try:
        return _accept(number, environment=environment, by=by, note=note, limits=limits, at=at)
    except PersonMergedError:
        return _accept(number, environment=environment, by=by, note=note, limits=limits, at=at)


@transaction.atomic
def _accept(number: str, *, environment: Environment, by: str, note: str, limits: CheckInLimits, at: datetime) -> int:
    """Hold the person before the request, as whoever merges two persons does, and accept."""
    of = Correction.objects.filter(environment=environment, number=number).values_list("person_id", flat=True)
    held = set(of)
    (serial,) = lock_and_number(held, serials=1)
    row = _decidable(number, environment=environment, by=by)
    require_the_same(held, {row.person_id})
    made = _correct(row, serial=serial, limits=limits, at=at)
    row.made_number, row.made_version = made.number, made.version
    _decide(row, CorrectionState.ACCEPTED, by=by, note=note, at=at)
    return made.number


@transaction.atomic
def reject(number: str, *, environment: Environment, by: str, note: str, at: datetime) -> None:
    """Refuse the request, with a reason; ConfigurationRefusedError as for accepting, and without a reason."""
    if not note.strip():
        raise ConfigurationRefusedError("A rejection needs a reason.", next_step="Say why the request is rejected.")
    _decide(_decidable(number, environment=environment, by=by), CorrectionState.REJECTED, by=by, note=note, at=at)


@transaction.atomic
def withdraw(number: str, *, environment: Environment, companies: frozenset[str], person_id: int, at: datetime) -> None:
    """Take the request back, for the company that asked, the employer it is of, or oneself.

    ConfigurationRefusedError for anybody else, and once it is decided.
    """
    row = _locked(number, environment=environment)
    own = bool({row.asked_for, row.staffed_by} & companies) if row.asked_for else row.person_id == person_id
    if not own or not CorrectionState(row.state).is_pending:
        raise ConfigurationRefusedError(
            "There is no such request that waits.", next_step="Look at the list of your requests."
        )
    row.state, row.decided_at = CorrectionState.WITHDRAWN, at
    row.save(update_fields=["state", "decided_at"])
    _note("correction:withdrawn", row, by=f"person:{person_id}", at=at)


def _decidable(number: str, *, environment: Environment, by: str) -> Correction:
    row = _locked(number, environment=environment)
    if row.state not in _OPEN:
        raise ConfigurationRefusedError(
            f"Request {number} is {row.state}.", next_step="Decide on requests that are submitted."
        )
    if row.asked_by == by:
        raise ConfigurationRefusedError(
            f"Request {number} was made by the same person.", next_step="Let somebody else decide on it."
        )
    if is_about(row, by):
        raise ConfigurationRefusedError(
            f"Request {number} is about the same person.", next_step="Let somebody else decide on it."
        )
    return row


def is_about(row: Correction, actor: str) -> bool:
    """Whether it is a registration of that very person that would be corrected, whoever asked for it."""
    return actor == f"person:{row.person_id}"


def _locked(number: str, *, environment: Environment) -> Correction:
    row = Correction.objects.select_for_update().filter(environment=environment, number=number).first()
    if row is None:
        raise ConfigurationRefusedError(
            f"There is no request {number}.", next_step="Look at the list of waiting requests."
        )
    return row


def _decide(row: Correction, state: CorrectionState, *, by: str, note: str, at: datetime) -> None:
    length = len(note.strip())
    if length > LONGEST_NOTE:
        raise ConfigurationRefusedError(
            f"A note has at most {LONGEST_NOTE} characters, this one has {length}.", next_step="Shorten it."
        )
    row.state, row.decided_by, row.decided_at, row.decision = state, by, at, note.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "decision", "made_number", "made_version"])
    _note(f"correction:{state.lower()}", row, by=by, at=at)
    tell_of_decision(row, at=at)


def _note(action: str, row: Correction, *, by: str, at: datetime) -> None:
    append_event(
        action,
        at=at,
        actor=by,
        environment=row.environment,
        correction=row.number,
        registration=row.target or row.made_number,
        version=row.made_version,
    )


def _correct(row: Correction, *, serial: int, limits: CheckInLimits, at: datetime) -> PresenceRecord:
    """Write the new version, and what it makes of the person's days; the person is held."""
    environment = Environment(row.environment)
    old = None if row.target is None else read_newest([row.target], environment=environment).get(row.target)
    fresh, details = missing_event(row, serial=serial, at=at) if old is None else next_version(old, row, at=at)
    if old is not None and (fresh.event_at, fresh.work_place) == (old.event_at, old.work_place):
        raise RegisteredMeanwhileError(f"Registration {old.number} is as it is asked for already.", number=old.number)
    instants = [one.event_at for one in (old, fresh) if one is not None and one.event_at is not None]
    concerned = {row.person_id: Concerned(instants=instants)}
    history = read_around(concerned, environment=environment, limits=limits.days)[row.person_id]
    fresh = _in_a_free_place(fresh, history)
    event = clocking_of(fresh)
    if old is None:
        require_missing(fresh, event, history, limits=limits.days)
    removed = () if old is None else (old.number,)
    changed = change(history.bearing, added=[event], removed=removed, limits=limits.days, at=at)
    said = set(changed.after.remarks_of(event.number))
    if details.distance is not None and details.distance > limits.far_metres:
        said.add(Remark.FAR_FROM_WORK_PLACE)
    fresh = replace(fresh, remarks=[remark.name for remark in said])
    if old is not None:
        with open_prepared() as cursor:
            cursor.execute(_SUPERSEDE, [fresh.registration_date, old.number, old.version, old.registration_date])
    write_presences([(fresh, details)], environment=environment)
    write_changes({row.person_id: changed}, {row.person_id: history}, environment=environment, at=at)
    enter_capacities([fresh], environment=environment)
    return fresh


def _in_a_free_place(fresh: PresenceRecord, history: PersonHistory) -> PresenceRecord:
    """Return it with its slot: 0 in a free place, its own where an earlier version of itself stands."""
    there = next((one for one in history.records if one.slot == 0 and one.key == fresh.key), None)
    if there is None:
        return fresh
    if there.number != fresh.number:
        raise RegisteredMeanwhileError(
            f"Registration {there.number} is of the same person, place, instant and kind.", number=there.number
        )
    return replace(fresh, slot=fresh.number * 100 + fresh.version)
