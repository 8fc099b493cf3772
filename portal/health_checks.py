"""Look whether the counter works: each check says ok or failing, and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, connection

from domain.refusals import OutageError
from evidence.unlinked_events import UNLINKED_EVENTS

LONGEST_WAIT = timedelta(minutes=5)
"""How long a submission may wait for its verdict before somebody should look."""

_UNFINISHED = """
    SELECT count(*) FILTER (WHERE state <> 'QUARANTINED'),
           min(received_at) FILTER (WHERE state <> 'QUARANTINED'),
           count(*) FILTER (WHERE state = 'QUARANTINED')
    FROM evidence_submission
    WHERE state IN ('SEALED', 'UNDECIDED', 'CLAIMED', 'RECEIVED', 'QUARANTINED')
"""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that was looked at. `next_step` is empty when `is_ok`."""

    name: str
    is_ok: bool
    told: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Submissions not finished (and since when the oldest is), those set apart, audit events not linked for a minute."""

    submissions: int
    oldest: datetime | None
    quarantined: int
    unlinked: int = 0


def look(*, now: datetime) -> tuple[HealthCheck, ...]:
    """Look at the database and at what waits in it; never raises for something that is down."""
    try:
        waiting = _read_waiting()
    except OutageError as missing:
        return (
            HealthCheck("Database", is_ok=True, told="answers"),
            HealthCheck(
                "Submissions", is_ok=False, told=str(missing), next_step="Run `guichet up`: it makes the tables."
            ),
        )
    except Error:
        next_step = (
            "See log/database.log and log/postgresql.log in GUICHET_HOME, or the server that DATABASE_URL names."
        )
        return (HealthCheck("Database", is_ok=False, told="does not answer", next_step=next_step),)
    return (HealthCheck("Database", is_ok=True, told="answers"), *judge_waiting(waiting, now=now))


def judge_waiting(waiting: Waiting, *, now: datetime) -> tuple[HealthCheck, ...]:
    """Judge what waits for its answers, what was set apart after failing again and again, and the audit chain."""
    age = timedelta(0) if waiting.oldest is None else max(now - waiting.oldest, timedelta(0))
    told = f"{waiting.submissions} waiting for their answers"
    if waiting.oldest is not None:
        told += f", the oldest for {_spell(age)}"
    moving = age <= LONGEST_WAIT
    look_at = "See log/airflow-scheduler.log in GUICHET_HOME, and the runs of `intake` in Airflow."
    replay = (
        "Read why in the task logs of `intake`, repair the cause, then run `guichet work --release` with their ids."
    )
    return (
        HealthCheck("Submissions", is_ok=moving, told=told, next_step="" if moving else look_at),
        HealthCheck(
            "Quarantine",
            is_ok=not waiting.quarantined,
            told=f"{waiting.quarantined} submissions set apart" if waiting.quarantined else "nothing is set apart",
            next_step=replay if waiting.quarantined else "",
        ),
        HealthCheck(
            "Audit chain",
            is_ok=not waiting.unlinked,
            told=f"{waiting.unlinked} events not linked" if waiting.unlinked else "every event is linked",
            next_step="See log/evidence.log in GUICHET_HOME." if waiting.unlinked else "",
        ),
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
        return Waiting(submissions, oldest, quarantined, *cursor.fetchone())


def _spell(age: timedelta) -> str:
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
