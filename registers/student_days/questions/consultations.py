"""Write down every look at personal data, in the transaction of the read, and forget it after its years (§4.4)."""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from domain.environments import Environment
from domain.student_day_questions import Asker, AskerKind
from registers.persons.models import Person
from registers.student_days.question_tables import ConsultationLog, Question

log = structlog.get_logger()

_NOTE = """
    INSERT INTO student_days_consultationlog
        (environment, asked_at, asker_kind, asker, asker_user, question, about, reason, person_id)
    SELECT %s, %s, %s, %s, %s, %s, %s, %s, person FROM unnest(%s::bigint[]) AS person
"""
_TICKETS = """
    SELECT declaration.ticket
    FROM (
        SELECT id FROM student_days_period WHERE person_id = %(person)s AND state <> 'CANCELLED'
        UNION ALL
        SELECT id FROM student_days_period WHERE person_id = %(person)s AND state = 'CANCELLED') period
    JOIN student_days_periodversion version ON version.period_id = period.id AND version.number = 1
    JOIN student_days_declaration declaration ON declaration.id = version.declaration_id
"""
"""Living and cancelled periods of a person have an index each."""
_ROWS_AT_ONCE = 10_000


def note_look(
    question: Question,
    people: Iterable[int | None],
    *,
    environment: Environment,
    asker: Asker,
    at: datetime,
    about: str = "",
) -> None:
    """Record that `asker` looked at each of `people`, or for somebody without finding any (None, or none at all); one query.

    Raises ValueError without a reason, so that nothing is read for none, and outside a transaction: the record and the
    read belong together.
    """
    if not asker.reason.strip():
        message = "whoever looks at personal data says why"
        raise ValueError(message)
    if not transaction.get_connection().in_atomic_block:
        message = "a look is recorded in the transaction of its read"
        raise ValueError(message)
    looked_at = list(people) or [None]
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            _NOTE,
            [
                *(environment, at, asker.kind, asker.name, asker.user),
                *(question, about, asker.kept_reason, looked_at),
            ],
        )
    log.info(
        "student days consulted",
        question=str(question),
        asker_kind=str(asker.kind),
        asker=asker.name,
        people=len(looked_at),
    )


def looks_at(person_id: int, *, environment: Environment) -> "QuerySet[ConsultationLog]":
    """Return who looked at a person's student days, except the person; the order is the caller's.

    Looks at a person whom this one absorbed count: the log keeps the ids of then. So do looks at a declaration before
    anybody had said whose it is: the log knows its ticket. For the person alone, whose right it is to know (§4.4): looking
    at it is no look at more than that. Two queries before that of the caller, which then finds everything by key.
    """
    selves = Person.objects.filter(Q(pk=person_id) | Q(merged_into_id=person_id)).values_list("pk", flat=True)
    before = Q(person__isnull=True, question=Question.DECLARATION, about__in=_tickets_of(person_id))
    looked_at = Q(person_id__in=list(selves)) | before
    return ConsultationLog.objects.filter(looked_at, environment=environment).exclude(asker_kind=AskerKind.STUDENT)


def _tickets_of(person_id: int) -> list[str]:
    """Return the tickets of the declarations that made the person's periods, cancelled ones too."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_TICKETS, {"person": person_id})
        return [ticket for (ticket,) in cursor.fetchall()]


def looks_of_company(company_number: str, *, environment: Environment) -> "QuerySet[ConsultationLog]":
    """Return what the company looked up by codes and papers of students; the order is the caller's."""
    return ConsultationLog.objects.filter(
        environment=environment,
        asker_kind=AskerKind.EMPLOYER,
        asker=company_number,
        question__in=(Question.REMAINING, Question.ATTESTATION),
    )


def forget_looks(*, before: datetime, rows_at_once: int = _ROWS_AT_ONCE) -> int:
    """Delete what was recorded before that instant, in batches that commit for themselves; return how many rows went.

    The database itself refuses to delete what is younger than five years.
    """
    forgotten = 0
    while oldest := list(
        ConsultationLog.objects.filter(asked_at__lt=before).order_by("asked_at").values_list("pk")[:rows_at_once]
    ):
        count, _ = ConsultationLog.objects.filter(pk__in=[pk for (pk,) in oldest]).delete()
        forgotten += count
    return forgotten
