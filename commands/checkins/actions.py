"""What `guichet checkins` does to the tables."""

import logging
from argparse import Namespace
from collections.abc import Mapping
from datetime import datetime, timedelta

from auth.models import LoginState
from auth.operators import find_operator
from commands.checkins.limits import read_limits
from commands.checkins.persons import read_person_keys
from commands.compose import years_before
from commands.configuring.actions import ACTOR
from domain.brussels import BRUSSELS
from domain.configuration_refusals import ConfigurationRefusedError
from domain.counted_words import counted
from domain.refusals import OutageError
from evidence.audit import append_event
from evidence.blobs import LocalBlobStore
from evidence.clock import SystemClock
from evidence.spool import Spool
from ingest.evidence_files import EvidenceDesk, TakeFilesUnscannedForDevelopment
from registers.checkins.correction_lists import environment_of, waiting_corrections
from registers.checkins.deciding import accept, name_decider, reject, take_up
from registers.checkins.entering_rules import EnteredRule, drop_sector_rule, enter_sector_rule
from registers.checkins.evidence_of_corrections import forget_evidence
from registers.checkins.keeping import forget_old, keep_months_ahead
from registers.checkins.looks import forget_presence_looks
from registers.checkins.models import Correction, Registrant, SectorRule
from registers.checkins.unnamed_evidence import forget_unnamed, needed_among
from registers.checkins.upkeep import KEPT_UP, find_missing_outs, validate_all
from sender.tables import render_table

log = logging.getLogger(__name__)

_UNTOUCHED = timedelta(days=1)
"""Whatever is handed in was noted, or refused, long before."""

_DAYS = ("days_ahead", "cancel_days", "correction_days", "keep_years", "keep_position_days")


def show_rules(_arguments: Namespace) -> str:
    """Show every rule, with the day from which it holds."""
    rows = [
        (
            *(row.environment, row.sector, row.valid_from.isoformat(), ",".join(row.kinds), ",".join(row.registrants)),
            *(str(getattr(row, name)) for name in _DAYS),
        )
        for row in SectorRule.objects.order_by("environment", "sector", "valid_from")
    ]
    titles = (
        "environment",
        "sector",
        "from",
        "kinds",
        "registrants",
        "ahead",
        "cancel",
        "correct",
        "years",
        "GPS days",
    )
    return render_table(titles, rows)


def set_rule(arguments: Namespace) -> str:
    """Put a rule in force, in each environment asked for."""
    days = {name: value for name in _DAYS if (value := getattr(arguments, name)) is not None}
    told = ""
    for environment in arguments.environments:
        entered = enter_sector_rule(
            arguments.sector,
            valid_from=arguments.start,
            kinds=arguments.kinds,
            registrants=None if arguments.registrants is None else _registrants(arguments.registrants),
            days=days,
            environment=environment,
            actor=ACTOR,
            at=SystemClock().now(),
        )
        told += f"{environment}: the rule of {arguments.sector} from {arguments.start} on is {_became(entered)}\n"
    return told


def drop_rule(arguments: Namespace) -> str:
    """Take away a rule that is not in force yet, in each environment asked for."""
    told = ""
    for environment in arguments.environments:
        drop_sector_rule(
            arguments.sector, valid_from=arguments.start, environment=environment, actor=ACTOR, at=SystemClock().now()
        )
        told += f"{environment}: the rule of {arguments.sector} from {arguments.start} on is dropped\n"
    return told


def _became(entered: EnteredRule) -> str:
    """Return what became of a rule, until when it holds and what it changes of days that are over."""
    told = "in force" if entered.is_new else "changed"
    if entered.last_day is not None:
        told += f", until {entered.last_day}, when a later one takes over"
    if entered.otherwise:
        said = ", ".join(
            f"{name.replace('_', ' ')} {','.join(value) if isinstance(value, list) else value}"
            for name, value in entered.otherwise.items()
        )
        told += f" that says {said}"
    if entered.concerned is not None:
        told += (
            f"\n   it reaches back: of days that are over, it holds for "
            f"{counted(entered.concerned, 'registration, which is', 'registrations, which are')} "
            "cancelled, corrected and kept as long as it says from now on"
        )
    return told


def _registrants(text: str) -> frozenset[Registrant]:
    try:
        return frozenset(Registrant(one) for one in text.upper().split(","))
    except ValueError:
        raise ConfigurationRefusedError(
            f"{text!r} does not say who may register.", next_step=f"Give some of {', '.join(Registrant)}."
        ) from None


def show_corrections(_arguments: Namespace) -> str:
    """Show the requests that wait, those that are due first; no person can be told from it."""
    rows = [
        (
            *(row.environment, row.number, row.state, row.deadline.isoformat(), row.asked_for or "self-employed"),
            *(str(row.target or ""), row.event_type, row.work_place),
            _in_brussels(row.corrected_at),
            row.corrected_work_place,
        )
        for environment in KEPT_UP
        for row in waiting_corrections(environment)
    ]
    return render_table(
        (
            "environment",
            "request",
            "state",
            "until",
            "asked for",
            "registration",
            "type",
            "work place",
            "new instant",
            "new place",
        ),
        rows,
    )


def show_one(arguments: Namespace) -> str:
    """Show what is asked, why, and where the documents lie; whose event it is, the portal tells and puts on record."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    row = Correction.objects.filter(environment=environment_of(arguments.number), number=arguments.number).first()
    if row is None:
        raise ConfigurationRefusedError(
            f"There is no request {arguments.number}.", next_step="`guichet checkins corrections` shows what waits."
        )
    blobs = LocalBlobStore(settings.GUICHET.home / "checkin-evidence")
    facts = (
        (
            "request",
            f"{row.number}, {row.state}, asked {_in_brussels(row.asked_at)} for {row.asked_for or 'self-employed'}",
        ),
        ("about", f"registration {row.target}" if row.target else f"a missing {row.event_type} at {row.work_place}"),
        ("day", f"{row.registration_date}, until {row.deadline}{', asked late' if row.is_late else ''}"),
        ("new instant", _in_brussels(row.corrected_at)),
        ("new place", row.corrected_work_place),
        ("reason", row.justification),
        ("decision", row.decision),
    )
    told = "".join(f"{name:<12}{value}\n" for name, value in facts if value)
    for file in row.evidence.order_by("pk"):
        is_there = file.stored_at is not None and file.erased_at is None
        told += f"{'evidence':<12}{file.file_name}: {blobs.locate(file.sha256) if is_there else 'not here'}\n"
    return told


def take_up_one(arguments: Namespace) -> str:
    """Note that a request is looked at."""
    environment = environment_of(arguments.number)
    take_up(arguments.number, environment=environment, by=_decider(arguments), at=SystemClock().now())
    return f"{arguments.number} is under review\n"


def accept_one(arguments: Namespace) -> str:
    """Add the version that a request asks for."""
    number = accept(
        arguments.number,
        environment=environment_of(arguments.number),
        by=_decider(arguments),
        note=arguments.note,
        limits=read_limits(),
        at=SystemClock().now(),
    )
    is_new = Correction.objects.filter(made_number=number, made_version=1).exists()
    made = "was missing and is new" if is_new else "has a new version"
    return f"{arguments.number} is accepted: registration {number} {made}\n"


def _decider(arguments: Namespace) -> str:
    """Return how the register calls the operator in whose name it is done, so that four eyes are two people's here, too.

    ConfigurationRefusedError for who is none, is blocked, or never signed in: he decides nothing at the pages either.
    """
    login = find_operator(arguments.by)
    if not login.is_active:
        why = "is blocked" if login.state == LoginState.BLOCKED else "has not activated the login yet"
        raise ConfigurationRefusedError(
            f"The operator {login.user_name} {why}.", next_step="Let another operator decide."
        )
    return name_decider(login.pk, person_id=login.person_id)


def _in_brussels(at: datetime | None) -> str:
    """Return the instant as the portal tells it, with its offset, which tells the two hours of a clock change apart."""
    return "" if at is None else at.astimezone(BRUSSELS).isoformat(timespec="seconds")


def reject_one(arguments: Namespace) -> str:
    """Refuse what a request asks for."""
    reject(
        arguments.number,
        environment=environment_of(arguments.number),
        by=_decider(arguments),
        note=arguments.note,
        at=SystemClock().now(),
    )
    return f"{arguments.number} is rejected\n"


def validate(_arguments: Namespace) -> str:
    """Validate what waits."""
    return _tell(validate_all(keys=read_person_keys, now=SystemClock().now))


def missing_outs(_arguments: Namespace) -> str:
    """Flag missing check-outs and tell of them."""
    return _tell(find_missing_outs(limits=read_limits(), at=SystemClock().now()))


def keep(_arguments: Namespace) -> str:
    """Make months ahead and forget what is old."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    configuration, at = settings.GUICHET, SystemClock().now()
    made = keep_months_ahead(days_ahead=configuration.check_ins.days_ahead, at=at)
    if made.lacking:
        log.warning("not made, for too much was registered before: %s", ", ".join(made.lacking))
    forgotten = forget_old(at=at)
    years = configuration.keep_consultations_years
    looks = forget_presence_looks(before=years_before(at, years)) if years else 0
    desk = EvidenceDesk(
        configuration.home / "checkin-evidence",
        max_bytes=configuration.evidence.max_bytes,
        scanner=TakeFilesUnscannedForDevelopment(),  # nothing is taken here
        spool=Spool.below(configuration.home),
    )
    if swept := desk.sweep(needed_among, untouched_since=at - _UNTOUCHED):
        append_event("evidence:swept", at=at, actor=ACTOR, files=swept)
    documents = forget_evidence(decided_before=at - timedelta(days=configuration.evidence.keep_days), at=at)
    unnamed = forget_unnamed(at=at)
    told = _tell(
        {
            "parts of tables made ahead": len(made.new),
            "parts of tables not made, for too much was registered before": len(made.lacking),
            "exact coordinates forgotten": forgotten.positions,
            "references forgotten": forgotten.references,
            "registrations of sectors that keep less forgotten": forgotten.of_sectors,
            "rows of months that were never made forgotten": forgotten.of_rest,
            "parts of tables dropped": len(forgotten.months),
            "reports, requests, means and notices forgotten": forgotten.papers,
            "records of looks forgotten": looks,
            "documents of corrections let go": documents,
            "documents that no request named forgotten": unnamed,
            "files that nobody needs erased": swept,
        }
    )
    if held := [*made.held, *forgotten.held]:
        raise OutageError(
            f"{told}in use by others, and left to the next run: {', '.join(held)}\n"
            "A backup or a forgotten session reads these tables. Run it when nothing does."
        )
    return told


def _tell(done: Mapping[str, int]) -> str:
    return "".join(f"{what}: {count}\n" for what, count in done.items())


ACTIONS = {
    "rules": show_rules,
    "set-rule": set_rule,
    "drop-rule": drop_rule,
    "corrections": show_corrections,
    "show": show_one,
    "take-up": take_up_one,
    "accept": accept_one,
    "reject": reject_one,
    "validate": validate,
    "missing-outs": missing_outs,
    "keep": keep,
}
