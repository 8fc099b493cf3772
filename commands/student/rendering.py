"""Show what was found about student days, as tables to read aloud or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.brussels import BRUSSELS
from sender.tables import printable, render_table

if TYPE_CHECKING:
    from domain.student_day_questions import Balance, Calendar, EmployerSeen
    from registers.student_days.questions.attestations import IssuedAttestation, KnownAttestation
    from registers.student_days.questions.histories import Attempt, Movement, OperatorHistory, Origin
    from registers.student_days.questions.searches import DeclarationsFound, PeriodsFound, Place

_NOTHING = "nothing was found\n"
_ORIGIN = ("declaration", "action", "codes", "form", "submission", "file", "sender", "channels")


def render_json(found: object, **more: object) -> str:
    """Return a value, a mapping or nothing as one JSON document; a place in a list as the word that --after takes."""
    told: Any = found
    if is_dataclass(found) and not isinstance(found, type):
        told = asdict(found) | more
        following = getattr(found, "following", None)
        if following is not None:
            told["following"] = str(following)
    return json.dumps(told, default=_jsonable, indent=2, ensure_ascii=False) + "\n"


def render_balance(balance: "Balance") -> str:
    """Return the balance of a year, an amount a line."""
    unit = balance.unit.lower()
    amounts = {
        "limit": balance.limit,
        "granted": balance.granted,
        "remaining": balance.remaining,
        "exceeding": balance.exceeding,
        "late": balance.late,
    }
    return _lines({"year": str(balance.year)} | {name: f"{amount} {unit}" for name, amount in amounts.items()})


def render_calendar(calendar: "Calendar") -> str:
    """Return the periods of a year, one a line, and the other years that there are."""
    rows = [
        (
            period.number,
            *_employer(period.employer),
            _day(period.starting_date),
            _day(period.ending_date),
            str(period.planned),
            str(period.granted),
            str(period.exceeding),
            str(period.neutralised),
            _amount(period.actual),
            "late" if period.is_late else "",
            period.state,
        )
        for period in calendar.periods
    ]
    amounts = ("planned", "granted", "exceeding", "neutralised", "worked")
    head = ("period", "employer", "number", "from", "to", *amounts, "late", "state")
    table = render_table(head, rows) if rows else f"no period in {calendar.year}\n"
    years = ", ".join(map(str, calendar.years)) or "none"
    return f"{table}\nyears with student work: {years}\n"


def render_issued(issued: "IssuedAttestation", path: Path) -> str:
    """Return what was printed, without the code: that is on the paper alone."""
    return (
        _lines({"attestation": issued.number, "paper": str(path), "valid until": _last_day(issued.expires_at)})
        + "the access code stands on the paper and is shown nowhere else\n"
    )


def render_known(known: "KnownAttestation | None") -> str:
    """Return which attestation a paper is."""
    if known is None:
        return "this paper was not issued here, or it was altered, or its time is long over\n"
    return _lines(
        {
            "attestation": known.number,
            "year": str(known.year),
            "remaining": f"{known.remaining} of {known.limit}",
            "issued": _minute(known.issued_at),
            "valid until": _last_day(known.expires_at),
            "uses": str(known.uses),
        }
        | ({"withdrawn": _minute(known.withdrawn_at)} if known.withdrawn_at else {})
    )


def render_history(history: "OperatorHistory | None", *, as_json: bool) -> str:
    """Return the period as it stands, its versions, the declarations behind them and what came again."""
    if as_json:
        return render_json(None if history is None else _history_told(history))
    if history is None:
        return _NOTHING
    period = history.period
    name, number = _employer(history.employer)
    state = _lines(
        {
            "period": period.number,
            "state": period.state,
            "person": str(period.person_id),
            "employer": f"{name} ({number})",
            "worker type": f"{period.worker_type}, joint commission {period.joint_commission}",
            "using employer": period.using_employer,
            "worked": _amount(period.actual),
            "locked by DmfA": "yes" if period.locked_by_dmfa else "no",
        }
    )
    more = [_refused(history.refused), _replays(history)]
    parts = [state, _versions(history.movements), _origins(history.movements), *filter(None, more)]
    return "\n".join(parts)


def render_periods(found: "PeriodsFound") -> str:
    """Return a page of periods."""
    if not found.rows:
        return _NOTHING
    rows = [
        (
            row.number,
            str(row.person_id),
            *_employer(row.employer),
            _day(row.starting_date),
            _day(row.ending_date),
            _amount(row.planned),
            str(row.granted),
            "late" if row.is_late else "",
            row.state,
            _minute(row.first_declared_at),
        )
        for row in found.rows
    ]
    head = ("period", "person", "employer", "number", "from", "to", "planned", "granted", "late", "state", "declared")
    return render_table(head, rows) + _more(found.following)


def render_declarations(found: "DeclarationsFound") -> str:
    """Return a page of declarations."""
    if not found.rows:
        return _NOTHING
    rows = [
        (
            row.ticket,
            _minute(row.received_at),
            row.action,
            "accepted" if row.is_accepted else "refused",
            row.period or "",
            " ".join(row.codes),
        )
        for row in found.rows
    ]
    head = ("declaration", "received", "action", "result", "period", "codes")
    return render_table(head, rows) + _more(found.following)


def _versions(movements: "Sequence[Movement]") -> str:
    rows = [
        (
            str(one.version.number),
            one.version.reason,
            _day(one.version.starting_date),
            _day(one.version.ending_date),
            _amount(one.version.planned),
            str(one.version.granted),
            str(one.exceeding),
            str(one.version.neutralised),
            f"{one.version.change:+d}",
            "late" if one.version.is_late else "",
            one.version.state,
            _second(one.version.received_at),
            _second(one.version.filed_at),
        )
        for one in movements
    ]
    amounts = ("planned", "granted", "exceeding", "neutralised", "moved")
    return render_table(("version", "reason", "from", "to", *amounts, "late", "state", "received", "filed"), rows)


def _origins(movements: "Sequence[Movement]") -> str:
    rows = [(str(one.version.number), *_declaration(one.origin)) for one in movements if one.origin is not None]
    return render_table(("version", *_ORIGIN), rows)


def _refused(attempts: "Sequence[Attempt]") -> str:
    """Return what was refused of the period."""
    rows = [(_second(one.received_at), *_declaration(one.origin)) for one in attempts]
    return render_table(("refused, received", *_ORIGIN), rows) if rows else ""


def _declaration(origin: "Origin") -> tuple[str, ...]:
    return (
        origin.ticket,
        origin.action,
        " ".join(origin.codes),
        str(origin.form_index),
        origin.submission,
        origin.file_name,
        origin.sender,
        " ".join(origin.channels),
    )


def _replays(history: "OperatorHistory") -> str:
    """Return the sets that came again, each once, though it made several versions."""
    origins = [one.origin for one in history.movements if one.origin is not None]
    origins += [one.origin for one in history.refused]
    replays = {
        (origin.submission, replay.name, _second(replay.received_at)) for origin in origins for replay in origin.replays
    }
    return render_table(("submission", "came again as", "received"), sorted(replays)) if replays else ""


def _history_told(history: "OperatorHistory") -> dict[str, object]:
    period = history.period
    versions = [
        {
            "number": one.version.number,
            "reason": one.version.reason,
            "starting_date": one.version.starting_date,
            "ending_date": one.version.ending_date,
            "planned": one.version.planned,
            "granted": one.version.granted,
            "exceeding": one.exceeding,
            "neutralised": one.version.neutralised,
            "change": one.version.change,
            "is_late": one.version.is_late,
            "state": one.version.state,
            "received_at": one.version.received_at,
            "filed_at": one.version.filed_at,
            "declaration": None if one.origin is None else asdict(one.origin),
        }
        for one in history.movements
    ]
    return {
        "number": period.number,
        "environment": period.environment,
        "person_id": period.person_id,
        "employer": asdict(history.employer),
        "worker_type": period.worker_type,
        "joint_commission": period.joint_commission,
        "using_employer": period.using_employer,
        "actual": period.actual,
        "locked_by_dmfa": period.locked_by_dmfa,
        "state": period.state,
        "versions": versions,
        "refused": [{"received_at": one.received_at, "declaration": asdict(one.origin)} for one in history.refused],
    }


def _lines(told: Mapping[str, str]) -> str:
    width = max(map(len, told))
    return "".join(f"{name:<{width}}  {printable(value) or '-'}\n" for name, value in told.items())


def _more(following: "Place | None") -> str:
    return "" if following is None else f"more follow: the same with --after {following}\n"


def _employer(employer: "EmployerSeen") -> tuple[str, str]:
    return employer.name, employer.number


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _amount(amount: int | None) -> str:
    return "" if amount is None else str(amount)


def _minute(instant: datetime) -> str:
    return f"{instant.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


def _last_day(end: datetime) -> str:
    """Return the last day before an end at midnight."""
    return f"{(end - timedelta(seconds=1)).astimezone(BRUSSELS):%Y-%m-%d}, that day included"


def _second(instant: datetime) -> str:
    return f"{instant.astimezone(BRUSSELS):%Y-%m-%d %H:%M:%S}"


def _jsonable(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)
