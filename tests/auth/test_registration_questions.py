"""The contact form that says neither yes nor no: sealed, read on record, answered by mail, forgotten."""

from datetime import date, timedelta

import pytest

from auth.desk import KeyDesk
from auth.models import RegistrationQuestion
from auth.purging import purge_signing_in
from auth.refusals import KeyRefusedError, TooManyAttemptsError
from auth.registration_letters import QuestionAnswer
from auth.registration_questions import (
    KEPT,
    OfficePlace,
    Question,
    answer_question,
    ask_whether_registered,
    count_question,
    read_question,
    waiting_questions,
)
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel
from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.written_dates import render_opening_hours
from evidence.models import AuditEvent
from tests.auth.builders import NOON, StandingClock, events
from tests.auth.test_registration_cases import an_officer

pytestmark = pytest.mark.django_db
ASKED = Question("El Fassi", "Amina", date(2004, 5, 1), "amina@example.org")
OFFICE = OfficePlace(
    addresses=dict.fromkeys(Language, "Place Victor Horta 11"),
    phone="+32 2 509 59 59",
    hours=OpeningHours.parse("2-4 13:30-17"),
)


def asked(desk: KeyDesk, language: Language = Language.FR) -> int:
    return ask_whether_registered(ASKED, language=language, desk=desk, at=NOON)


def answer(desk: KeyDesk, number: int, officer, found=QuestionAnswer.REGISTERED, note: str = "") -> None:
    answer_question(number, found, note=note, office=OFFICE, officer=officer, desk=desk, at=NOON)


def test_a_question_is_sealed_answered_by_mail_and_then_forgotten(desk: KeyDesk, clock: StandingClock):
    officer, number = an_officer(), asked(desk)
    assert read_question(number, officer=officer, desk=desk, at=NOON) == (ASKED, Language.FR)
    assert b"Amina" not in bytes(waiting_questions().get().sealed)

    answer(desk, number, officer, note="Bonne chance !")

    letter = OutboxMessage.objects.get()
    assert (letter.recipient, "Bonne chance" in letter.body) == ("amina@example.org", True)
    assert (list(waiting_questions()), RegistrationQuestion.objects.get().sealed) == ([], None)
    with pytest.raises(KeyRefusedError):
        answer(desk, number, officer)
    with pytest.raises(KeyRefusedError):
        read_question(number, officer=officer, desk=desk, at=NOON)


@pytest.mark.parametrize("found", list(QuestionAnswer))
@pytest.mark.parametrize("language", list(Language))
def test_an_answer_names_nobody_in_any_language(desk: KeyDesk, clock: StandingClock, found, language):
    answer(desk, asked(desk, language), an_officer(), found)

    letter = OutboxMessage.objects.get()
    assert [word for word in ("Fassi", "Amina", "2004", "$") if word in letter.subject + letter.body] == []
    told = (OFFICE.phone in letter.body, render_opening_hours(OFFICE.hours, language) in letter.body)
    assert told == (found is not QuestionAnswer.REGISTERED,) * 2


def test_who_looked_at_a_question_is_on_record_and_what_was_asked_is_not(desk: KeyDesk, clock: StandingClock):
    officer, number = an_officer(), asked(desk)
    read_question(number, officer=officer, desk=desk, at=NOON)

    looked = AuditEvent.objects.get(action="registration:question-read")
    assert looked.actor == f"login:{officer.login_id}"
    assert "Amina" not in str(looked.detail)


def test_whoever_is_signed_in_too_weakly_reads_no_question(desk: KeyDesk, clock: StandingClock):
    with pytest.raises(KeyRefusedError):
        read_question(asked(desk), officer=an_officer(AssuranceLevel.ITSME), desk=desk, at=NOON)


@pytest.mark.parametrize("name", ["", "a" * 201])
def test_a_question_has_a_name(desk: KeyDesk, name: str):
    with pytest.raises(KeyRefusedError):
        ask_whether_registered(
            Question(name, "Amina", date(2004, 5, 1), "a@example.org"), language=Language.NL, desk=desk, at=NOON
        )


def test_five_questions_an_hour_come_from_one_source(desk: KeyDesk):
    for _ in range(5):
        count_question("192.0.2.7", desk=desk, at=NOON)

    with pytest.raises(TooManyAttemptsError):
        count_question("192.0.2.7", desk=desk, at=NOON)


def test_a_question_that_nobody_answers_is_forgotten_after_90_days(desk: KeyDesk, clock: StandingClock):
    asked(desk)
    purge_signing_in(now=NOON + KEPT)
    assert waiting_questions().get().sealed is not None

    purge_signing_in(now=NOON + KEPT + timedelta(seconds=1))
    assert RegistrationQuestion.objects.get().sealed is None
    assert "registration:forgotten" in events()
