"""Look whether the counter works: each check says ok or failing, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import Error, connection
from django.utils.translation import gettext_noop as _

from domain.brussels import brussels_date
from domain.refusals import OutageError
from evidence.unlinked_events import UNLINKED_EVENTS

LONGEST_WAIT = timedelta(minutes=5)
"""How long a submission may wait for its verdict before somebody should look."""

LONGEST_IDENTIFICATION = timedelta(days=10)
"""How long a declaration may wait for the identification of its worker: answers are due within ten working days."""

_UNIDENTIFIED = """
    SELECT count(*), min(received_at) FROM student_days_pendingform WHERE settled_at IS NULL
"""
_UNFINISHED = """
    SELECT count(*) FILTER (WHERE state <> 'QUARANTINED'),
           min(received_at) FILTER (WHERE state <> 'QUARANTINED'),
           count(*) FILTER (WHERE state = 'QUARANTINED')
    FROM evidence_submission
    WHERE state IN ('SEALED', 'UNDECIDED', 'CLAIMED', 'RECEIVED', 'QUARANTINED')
"""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that was looked at, in English, to be translated: `told` has places for `values`.

    `next_step` is empty when `is_ok`. `is_set` is False for what the settings leave out: nothing is wrong, and nothing works.
    """

    name: str
    is_ok: bool
    told: str
    next_step: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    is_set: bool = True

    @property
    def in_english(self) -> str:
        """What is told, its values filled in."""
        return self.told % dict(self.values)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Submissions not finished (and since when the oldest is), those set apart, audit events not linked for a minute.

    `unidentified` are declarations whose workers nobody identified yet, the oldest received at `unidentified_since`.
    """

    submissions: int
    oldest: datetime | None
    quarantined: int
    unlinked: int = 0
    unidentified: int = 0
    unidentified_since: datetime | None = None


def look(*, now: datetime) -> tuple[HealthCheck, ...]:
    """Look at the database and at what waits in it; never raises for something that is down."""
    try:
        waiting = _read_waiting()
    except OutageError:
        return (
            HealthCheck(_("Database"), is_ok=True, told=_("answers")),
            HealthCheck(
                _("Submissions"),
                is_ok=False,
                told=_("the tables are not made yet"),
                next_step=_("Run `guichet up`: it makes the tables."),
            ),
        )
    except Error:
        next_step = _(
            "See log/database.log and log/postgresql.log in GUICHET_HOME, or the server that DATABASE_URL names."
        )
        return (HealthCheck(_("Database"), is_ok=False, told=_("does not answer"), next_step=next_step),)
    return (HealthCheck(_("Database"), is_ok=True, told=_("answers")), *judge_waiting(waiting, now=now))


def judge_waiting(waiting: Waiting, *, now: datetime) -> tuple[HealthCheck, ...]:
    """Judge what waits for its answers, what was set apart after failing again and again, and the audit chain."""
    age = timedelta(0) if waiting.oldest is None else max(now - waiting.oldest, timedelta(0))
    told = _("%(number)s waiting for their answers")
    if waiting.oldest is not None:
        told = _("%(number)s waiting for their answers, the oldest for %(age)s")
    moving = age <= LONGEST_WAIT
    look_at = _("See log/airflow-scheduler.log in GUICHET_HOME, and the runs of `intake` in Airflow.")
    replay = _(
        "Read why in the task logs of `intake`, repair the cause, then run `guichet work --release` with their ids."
    )
    return (
        HealthCheck(
            _("Submissions"),
            is_ok=moving,
            told=told,
            next_step="" if moving else look_at,
            values={"number": waiting.submissions, "age": _spell(age)},
        ),
        HealthCheck(
            _("Quarantine"),
            is_ok=not waiting.quarantined,
            told=_told_set_apart(waiting.quarantined),
            next_step=replay if waiting.quarantined else "",
            values={"number": waiting.quarantined},
        ),
        HealthCheck(
            _("Audit chain"),
            is_ok=not waiting.unlinked,
            told=_told_unlinked(waiting.unlinked),
            next_step=_("See log/evidence.log in GUICHET_HOME.") if waiting.unlinked else "",
            values={"number": waiting.unlinked},
        ),
        _judge_identifications(waiting, now=now),
    )


def _told_set_apart(number: int) -> str:
    if number == 1:
        return _("1 submission set apart")
    return _("%(number)s submissions set apart") if number else _("nothing is set apart")


def _told_unlinked(number: int) -> str:
    if number == 1:
        return _("1 event not linked")
    return _("%(number)s events not linked") if number else _("every event is linked")


def _judge_identifications(waiting: Waiting, *, now: datetime) -> HealthCheck:
    since = waiting.unidentified_since
    if since is None:
        return HealthCheck(_("Identifications"), is_ok=True, told=_("nothing waits for the identification of a worker"))
    in_time = now - since <= LONGEST_IDENTIFICATION
    return HealthCheck(
        _("Identifications"),
        is_ok=in_time,
        told=_("%(number)s waiting for the identification of their workers, the oldest since %(day)s"),
        next_step="" if in_time else _("Identify or refuse those that `guichet identifications list` shows."),
        values={"number": waiting.unidentified, "day": brussels_date(since).isoformat()},
    )


def _read_waiting() -> Waiting:
    """Raises OutageError when there is no table yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('evidence_submission') IS NOT NULL")
        if not cursor.fetchone()[0]:
            raise OutageError("the tables are not made yet")
        cursor.execute(_UNFINISHED)
        submissions, oldest, quarantined = cursor.fetchone()
        cursor.execute(UNLINKED_EVENTS)
        (unlinked,) = cursor.fetchone()
        cursor.execute(_UNIDENTIFIED)
        return Waiting(submissions, oldest, quarantined, unlinked, *cursor.fetchone())


def _spell(age: timedelta) -> str:
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
