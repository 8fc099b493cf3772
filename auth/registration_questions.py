"""Questions of the contact form, "am I registered?": kept sealed, read by an officer, answered by mail, forgotten.

The form itself says neither yes nor no.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from string import Template

from django.db import transaction
from django.db.models import QuerySet

from auth.desk import KeyDesk
from auth.locksmith import Sealed
from auth.models import RegistrationQuestion, Session
from auth.operators import require_registrar
from auth.refusals import KeyRefusedError
from auth.registration_letters import QuestionAnswer, question_letter
from auth.throttles import Claim, reserve, source_of
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.sign_in_limits import Scope
from domain.written_dates import render_opening_hours
from evidence.audit import append_event

KEPT = timedelta(days=90)
"""How long a question waits at most; then what was asked is forgotten."""

_PURPOSE = "registration-question"
_LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked through the contact form."""

    family_name: str = field(repr=False)
    first_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    mail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OfficePlace:
    """Where the social-security office is, as each language writes it, its telephone, and when it is open."""

    addresses: Mapping[Language, str]
    phone: str
    hours: OpeningHours


def count_question(address: str, *, desk: KeyDesk, at: datetime) -> None:
    """Count one question of that source; TooManyAttemptsError after five an hour. Call it outside a transaction."""
    reserve([Claim(Scope.QUESTION_SOURCE, source_of(address))], locksmith=desk.locksmith, at=at)


def ask_whether_registered(question: Question, *, language: Language, desk: KeyDesk, at: datetime) -> int:
    """Keep a question for the officers and return its number; `count_question` comes first. KeyRefusedError for no name."""
    if not all(0 < len(name) <= _LONGEST_TEXT for name in (question.family_name, question.first_name)):
        raise KeyRefusedError("A name has 1 to 200 characters.", next_step="Give it as in your papers.")
    content = {
        "family_name": question.family_name,
        "first_name": question.first_name,
        "birth_date": question.birth_date.isoformat(),
        "mail": question.mail,
    }
    sealed = desk.locksmith.seal(json.dumps(content).encode(), purpose=_PURPOSE)
    with transaction.atomic():
        asked = RegistrationQuestion.objects.create(
            key_id=sealed.key_id, sealed=sealed.content, language=language, asked_at=at
        )
        append_event("registration:asked", at=at, actor="nobody", question=asked.pk)
    return asked.pk


def waiting_questions() -> QuerySet[RegistrationQuestion]:
    """Return the questions that wait, the oldest first; nothing of a person is read."""
    return RegistrationQuestion.objects.filter(answered_at__isnull=True).order_by("asked_at", "pk")


def open_question(row: RegistrationQuestion, *, desk: KeyDesk) -> Question:
    """Return what was asked; OutageError when it does not open."""
    text = desk.locksmith.open(Sealed(row.key_id, bytes(row.sealed or b"")), purpose=_PURPOSE)
    content = json.loads(text)
    return Question(
        content["family_name"], content["first_name"], date.fromisoformat(content["birth_date"]), content["mail"]
    )


def read_question(question_id: int, *, officer: Session, desk: KeyDesk, at: datetime) -> tuple[Question, Language]:
    """Return what was asked, and in which language; that look is on record. KeyRefusedError when it waits no more."""
    officer_id = require_registrar(officer)
    row = waiting_questions().filter(pk=question_id).first()
    if row is None:
        raise _answered()
    append_event("registration:question-read", at=at, actor=f"login:{officer_id}", question=row.pk)
    return open_question(row, desk=desk), Language(row.language)


def answer_question(
    question_id: int,
    answer: QuestionAnswer,
    *,
    note: str,
    office: OfficePlace,
    officer: Session,
    desk: KeyDesk,
    at: datetime,
) -> None:
    """Mail the answer, followed by the officer's own words if any, and forget what was asked.

    KeyRefusedError when it was answered already.
    """
    officer_id = require_registrar(officer)
    with transaction.atomic():
        row = waiting_questions().select_for_update().filter(pk=question_id).first()
        if row is None:
            raise _answered()
        asked = open_question(row, desk=desk)
        language = Language(row.language)
        subject, body = question_letter(answer, language)
        hours = render_opening_hours(office.hours, language)
        told = Template(body).substitute(address=office.addresses[language], phone=office.phone, hours=hours)
        post(
            carrier=Carrier.MAIL,
            recipient=asked.mail,
            subject=subject,
            body=f"{told}\n{note.strip()}\n" if note.strip() else told,
            occasion=f"registration-question:{row.pk}",
            at=at,
        )
        RegistrationQuestion.objects.filter(pk=row.pk).update(answered_at=at, answered_by=officer_id, sealed=None)
        append_event("registration:answered", at=at, actor=f"login:{officer_id}", question=row.pk, answer=str(answer))


def forget_old_questions(*, now: datetime) -> int:
    """Forget what was asked more than KEPT ago and never answered; return how many."""
    old = waiting_questions().filter(asked_at__lt=now - KEPT)
    numbers = list(old.values_list("pk", flat=True))
    with transaction.atomic():
        for number in numbers:
            RegistrationQuestion.objects.filter(pk=number).update(answered_at=now, sealed=None)
            append_event("registration:forgotten", at=now, actor="retention", question=number)
    return len(numbers)


def _answered() -> KeyRefusedError:
    return KeyRefusedError("This question is answered already.", next_step="Take the next one.")
