"""An act of a worker: read from a form or from what a phone kept, and brought to the register in his own name."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from domain.brussels import BRUSSELS, brussels_date
from domain.checkins.codes import RefusalCode
from domain.checkins.items import Capture, DayPresence, PresenceEvent, Worker
from domain.checkins.outcomes import Declarant, Refused, Registered, Registration
from domain.checkins.vocabulary import CaptureMethod, ClockingChannel, EventReason, EventType, PresenceKind
from domain.environments import Environment
from evidence.audit import append_event
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import ForWhom, kinds_at
from portal.pages.checkins.forms import read_company, read_work_place
from portal.pages.checkins.own_presences import is_cancelled
from portal.pages.checkins.words import OWN_REFUSALS, OWN_REFUSALS_OF_THE_PAST, told_refusals
from registers.checkins.context import bringer_of
from registers.checkins.models import Presence
from registers.checkins.references import read_references

LONGEST_ACT = 2000
"""Bytes of one act that a phone kept."""
_REFERENCE = re.compile(r"\A[0-9a-f]{16,24}\Z")
_METHODS = {"QR": CaptureMethod.QR, "APP": CaptureMethod.APP}


class Kind(StrEnum):
    """What a worker can do; the register knows a break as an OUT and an IN."""

    IN = "in"
    OUT = "out"
    BREAK = "break"
    BACK = "back"

    @property
    def event(self) -> tuple[EventType, EventReason]:
        """The event that it is."""
        reason = EventReason.BREAK if self in {Kind.BREAK, Kind.BACK} else EventReason.WORK
        return (EventType.IN if self in {Kind.IN, Kind.BACK} else EventType.OUT), reason


@dataclass(frozen=True, slots=True)
class Act:
    """What was tapped, where, for whom and when (aware, with the offset of the device); sent again, it is the same act."""

    kind: Kind
    place: str
    for_whom: ForWhom
    at: datetime
    reference: str
    method: CaptureMethod = CaptureMethod.APP


class ActRefusedError(Exception):
    """The register did not take the act; the message is a whole sentence for the worker, `codes` are its reasons."""

    def __init__(self, sentence: str, codes: tuple[RefusalCode, ...] = ()) -> None:
        super().__init__(sentence)
        self.codes = codes


class MalformedActError(ValueError):
    """What was sent is no act."""


def register(act: Act, person_id: int, *, at: datetime) -> Registration:
    """Bring the act to the register as the person's own, and return what stands there; ActRefusedError says why not."""
    counter = checkin_counter()
    inss = counter.number_of(person_id)
    if inss is None:
        raise ActRefusedError(_("You have no Belgian number yet. Open “Check in” once more: there you ask for one."))
    item = _item(act, Worker(inss=inss))
    (outcome,) = counter.desk.take([item], by=_declarant(person_id), received_at=at, at=at)
    match outcome:
        case Registered(registration):
            return registration
        case Refused(codes):
            is_past = brussels_date(act.at) < brussels_date(at)
            words = OWN_REFUSALS_OF_THE_PAST if is_past else OWN_REFUSALS
            raise ActRefusedError(told_refusals(codes, words=words), tuple(codes))
        case _:
            raise TypeError(type(outcome).__name__)


def note_refused(refused: ActRefusedError, person_id: int, *, at: datetime) -> None:
    """Record which codes an act of the person was refused with; outside of what the refusal undoes."""
    if refused.codes:
        codes = [str(code) for code in refused.codes]
        append_event("checkin:refused", at=at, actor=f"person:{person_id}", codes=codes)


@dataclass(frozen=True, slots=True)
class KeptAct:
    """An act as a phone kept it: place and employer may be empty; `sure` is a place that the worker confirmed.

    `own` is what `employer` was where he confirmed that it is his own company; None of a page that cannot ask that.
    `is_guessed`: the phone took both from what it knew last, and the worker said neither.
    """

    kind: Kind
    place: str
    employer: str
    at: datetime
    reference: str
    method: CaptureMethod
    sure: str
    own: str | None = None
    is_guessed: bool = False


def read_act(raw: bytes) -> KeptAct:
    """Return an act that a phone kept, out of its JSON; MalformedActError for what is none."""
    try:
        told = json.loads(raw) if len(raw) <= LONGEST_ACT else None
    except (ValueError, RecursionError):
        told = None
    names = ("act", "place", "employer", "at", "reference", "method", "sure")
    if not isinstance(told, dict) or not all(isinstance(told.get(name), str) for name in names):
        raise MalformedActError("seven texts are expected")
    if not all(told[name].isprintable() for name in names):
        raise MalformedActError("a text has a sign that nobody types")
    try:
        at = datetime.fromisoformat(told["at"])
        at.astimezone(BRUSSELS)  # whose day it is of
        kind, method = Kind(told["act"]), _METHODS[told["method"]]
    except (ValueError, OverflowError, KeyError) as trouble:
        raise MalformedActError("an instant, an act or a method is none") from trouble
    if at.tzinfo is None or not _REFERENCE.match(told["reference"]):
        raise MalformedActError("an instant has its offset, a reference 16 to 24 digits")
    own = told["own"] if isinstance(told.get("own"), str) else None  # an act that an older page kept says neither
    is_guessed = told.get("guessed") == "yes"
    return KeptAct(kind, told["place"], told["employer"], at, told["reference"], method, told["sure"], own, is_guessed)


def registered_before(kept: KeptAct, person_id: int) -> int | None:
    """Return the receipt number of the act where it was taken already, and only its answer was lost; None where it was not.

    What the phone left open was completed then from how things stood, so that alone is compared which the phone says.
    Raises ActRefusedError where it was cancelled since: nobody is asked in vain for what it lacks, and no receipt hides it.
    """
    bringer = bringer_of(_declarant(person_id))
    used = read_references([kept.reference], bringer=bringer, environment=Environment.PRODUCTION).get(kept.reference)
    if used is None:
        return None
    row = (
        Presence.objects.filter(
            environment=Environment.PRODUCTION, number=used.number, registration_date=used.registration_date
        )
        .order_by("version")
        .first()
    )
    if row is None or not _is_told_by(kept, row):
        return None
    if is_cancelled(row):
        codes = (RefusalCode.REFERENCE_CANCELLED,)
        raise ActRefusedError(told_refusals(codes, words=OWN_REFUSALS), codes)
    return used.number


def captured_at(now: datetime) -> datetime:
    """Return the instant of an act that is taken while its form is sent: to the second, in Brussels."""
    return now.astimezone(BRUSSELS).replace(microsecond=0)


def _declarant(person_id: int) -> Declarant:
    return Declarant(environment=Environment.PRODUCTION, channel=ClockingChannel.PORTAL, person_id=person_id)


def _is_told_by(kept: KeptAct, row: Presence) -> bool:
    """Whether the registration is of what the phone says, in whatever it does not leave to the register."""
    if row.kind == PresenceKind.DAY:
        is_same_act = kept.kind is Kind.IN and row.registration_date == brussels_date(kept.at)
    else:
        is_same_act = (row.event_type, row.reason, row.event_at) == (*kept.kind.event, kept.at)
    if not is_same_act or kept.is_guessed:
        return is_same_act
    company = ForWhom.read(kept.employer).number
    return _is_named(kept.place, row.work_place, read_work_place) and _is_named(company, row.employer, read_company)


def _is_named(typed: str, number: str, read: Callable[[str], str]) -> bool:
    """Whether what somebody typed is the number, or nothing."""
    try:
        return not typed or read(typed) == number
    except ValidationError:
        return False


def _item(act: Act, worker: Worker) -> PresenceEvent | DayPresence:
    employer, capacity = act.for_whom.employer, act.for_whom.capacity
    if act.kind is Kind.IN and PresenceKind.EVENT not in kinds_at(act.place, on=act.at):
        return DayPresence(worker, employer, act.place, brussels_date(act.at), capacity, act.reference)
    event, reason = act.kind.event
    return PresenceEvent(
        at=act.at,
        type=event,
        worker=worker,
        employer=employer,
        work_place_id=act.place,
        reason=reason,
        capacity=capacity,
        capture=Capture(act.method),
        reference=act.reference,
    )
