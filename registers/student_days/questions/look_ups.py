"""Answer an employer who has a student's access code: what remains, and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q

from domain.environments import Environment
from domain.student_day_questions import Asker, RemainingAmount, TooManyLookUpsError
from registers.student_days.models import Attestation
from registers.student_days.question_tables import ConsultationLog, Question
from registers.student_days.questions.access_codes import AccessCode, CodeKey
from registers.student_days.questions.balances import balance_of
from registers.student_days.questions.consultations import note_look

log = structlog.get_logger()

_HOUR = timedelta(hours=1)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7302001))"


@dataclass(frozen=True, slots=True)
class LookUpLimits:
    """How many codes one asking party may try in an hour, and how many of them may open nothing."""

    tries: int = 600
    failures: int = 30


def look_up(
    text: str, *, environment: Environment, key: CodeKey, limits: LookUpLimits, asker: Asker, at: datetime
) -> RemainingAmount | None:
    """Return what remains for the student who gave this code; None for a wrong, an expired or a withdrawn one, or no code at all.

    They are not told apart. Every try is recorded and counted for its asking party, in every process alike; those of
    one party wait for each other. What can be no code guesses at none, and is no try. At most six queries, whatever has
    been tried before. Raises TooManyLookUpsError when the party tried too many, ValueError without a reason.
    """
    code = AccessCode.parse(text)
    if code is None:
        return None
    with transaction.atomic():
        _require_room(asker, limits=limits, at=at)
        attestation = _open(key.hash(code), environment=environment, at=at)
        if attestation is None:
            note_look(Question.REMAINING, [None], environment=environment, asker=asker, at=at)
            return None
        note_look(
            Question.REMAINING,
            [attestation.person_id],
            environment=environment,
            asker=asker,
            at=at,
            about=attestation.number,
        )
        Attestation.objects.filter(pk=attestation.pk).update(uses=F("uses") + 1, last_used_at=at)
        balance = balance_of(attestation.person_id, attestation.year, environment=environment, at=at)
    return RemainingAmount(
        remaining=balance.remaining,
        unit=balance.unit,
        limit=balance.limit,
        year=balance.year,
        at=at,
        attestation=attestation.number,
        issued_at=attestation.issued_at,
    )


def _open(code_hash: bytes, *, environment: Environment, at: datetime) -> Attestation | None:
    """Return the attestation whose code it is, while it is valid and its student has not withdrawn it."""
    return Attestation.objects.filter(
        environment=environment, code_hash=code_hash, issued_at__lte=at, expires_at__gt=at, withdrawn_at__isnull=True
    ).first()


def _require_room(asker: Asker, *, limits: LookUpLimits, at: datetime) -> None:
    """Raise TooManyLookUpsError unless the party may try once more; one after the other, so that none slips through."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"{asker.kind}:{asker.name}"])
    failed = Q(person__isnull=True)
    tried = ConsultationLog.objects.filter(
        asker_kind=asker.kind, asker=asker.name, question=Question.REMAINING, asked_at__gt=at - _HOUR
    ).aggregate(
        tries=Count("pk"),
        failures=Count("pk", filter=failed),
        oldest=Min("asked_at"),
        oldest_failure=Min("asked_at", filter=failed),
    )
    if tried["tries"] >= limits.tries:
        since = tried["oldest"]
    elif tried["failures"] >= limits.failures:
        since = tried["oldest_failure"]
    else:
        return
    log.warning("throttle:access-codes", asker_kind=str(asker.kind), asker=asker.name, failures=tried["failures"])
    raise TooManyLookUpsError(max(1, int((since + _HOUR - at).total_seconds())))
