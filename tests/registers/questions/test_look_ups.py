"""An employer asks by access code: what remains, and nothing for any code that does not open."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from structlog.testing import capture_logs

from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.languages import Language
from domain.student_day_questions import RemainingAmount, TooManyLookUpsError
from registers.persons.models import Person
from registers.persons.numbers import PersonKeys
from registers.student_days.models import Attestation, ConsultationLog
from registers.student_days.questions.access_codes import AccessCode, CodeKey
from registers.student_days.questions.attestation_paper import Holder
from registers.student_days.questions.attestations import (
    AttestationDesk,
    IssuedAttestation,
    give_attestations,
    issue_attestation,
)
from registers.student_days.questions.look_ups import LookUpLimits, look_up
from tests.registers.conftest import OTHER, Filer, an_action
from tests.registers.questions.conftest import AN_EMPLOYER, NOW, NUMBER, Counted, ask, looks

WRONG = "0000-0000-0000-0000"


@pytest.fixture
def issued(filer: Filer, person, desk: AttestationDesk) -> IssuedAttestation:
    filer(an_action(planned_hours=240))
    return issue_attestation(person(), Holder(NUMBER), language=Language.NL, desk=desk, **ask())


def try_code(code: AccessCode | str, desk: AttestationDesk, **deviation: object) -> RemainingAmount | None:
    words = {"key": desk.key, "limits": LookUpLimits(tries=8, failures=3), "asker": AN_EMPLOYER} | deviation
    return look_up(str(code), **(ask() | words))


def test_a_code_tells_what_remains_of_which_limit_and_when(issued: IssuedAttestation, desk: AttestationDesk):
    answer = try_code(issued.code, desk)

    assert answer == RemainingAmount(
        410, QuotaUnit.HOURS, limit=650, year=2026, at=NOW, attestation=issued.number, issued_at=NOW
    )


def test_a_code_tells_how_it_stands_now_and_not_when_it_was_issued(
    filer: Filer, issued: IssuedAttestation, desk: AttestationDesk
):
    filer(an_action(planned_hours=100, employer=OTHER))

    answer = try_code(issued.code, desk, at=NOW + timedelta(days=2))
    assert answer is not None
    assert (answer.remaining, answer.issued_at) == (310, NOW)


def test_a_code_answers_as_often_as_it_is_asked_and_every_use_is_counted(
    issued: IssuedAttestation, desk: AttestationDesk
):
    for second in range(3):
        try_code(issued.code, desk, at=NOW + timedelta(seconds=second))
    row = Attestation.objects.get()

    assert (row.uses, row.last_used_at) == (3, NOW + timedelta(seconds=2))


def test_a_code_answers_in_the_next_month_too(issued: IssuedAttestation, desk: AttestationDesk):
    assert try_code(issued.code, desk, at=datetime(2026, 8, 20, tzinfo=UTC)) is not None


def test_a_code_answers_to_the_end_of_its_last_day(issued: IssuedAttestation, desk: AttestationDesk):
    assert try_code(issued.code, desk, at=issued.expires_at - timedelta(seconds=1)) is not None


def test_an_expired_code_answers_nothing(issued: IssuedAttestation, desk: AttestationDesk):
    assert try_code(issued.code, desk, at=issued.expires_at) is None


def test_a_code_of_the_year_before_answers_nothing(somebody: int, desk: AttestationDesk):
    december = datetime(2026, 12, 30, 9, tzinfo=UTC)
    issued = issue_attestation(somebody, Holder(NUMBER), language=Language.NL, desk=desk, **ask(at=december))

    assert try_code(issued.code, desk, at=december) is not None
    assert try_code(issued.code, desk, at=datetime(2026, 12, 31, 23, tzinfo=UTC)) is None


@pytest.mark.parametrize("code", [WRONG, "", "x" * 10_000, "7Q4M", "\x00", "'; DROP TABLE persons_person; --"])
def test_a_wrong_code_answers_nothing(issued: IssuedAttestation, desk: AttestationDesk, code: str):
    assert try_code(code, desk) is None


def test_a_code_that_is_one_letter_off_answers_nothing(issued: IssuedAttestation, desk: AttestationDesk):
    last = issued.code.value[-1]

    assert try_code(issued.code.value[:-1] + ("0" if last != "0" else "1"), desk) is None


def test_a_code_of_another_installation_answers_nothing(issued: IssuedAttestation, desk: AttestationDesk):
    assert try_code(issued.code, desk, key=CodeKey(b"another")) is None


def test_a_code_of_another_environment_answers_nothing(issued: IssuedAttestation, desk: AttestationDesk):
    assert try_code(issued.code, desk, environment=Environment.TEST) is None


def test_wrong_and_expired_codes_leave_the_same_record(issued: IssuedAttestation, desk: AttestationDesk):
    before = len(looks())
    try_code(WRONG, desk)
    try_code(issued.code, desk, at=issued.expires_at)

    wrong, expired = looks()[before:]
    assert wrong == expired == ("REMAINING", AN_EMPLOYER.name, None, "")


def test_a_code_that_opens_is_on_record_with_its_attestation(issued: IssuedAttestation, person, desk):
    try_code(issued.code, desk)

    assert looks()[-1] == ("REMAINING", AN_EMPLOYER.name, person(), issued.number)


def test_who_guesses_in_bulk_is_made_to_wait_before_anything_is_looked_up(
    issued: IssuedAttestation, desk: AttestationDesk
):
    for _ in range(3):
        assert try_code(WRONG, desk) is None
    with pytest.raises(TooManyLookUpsError) as refused:
        try_code(issued.code, desk, at=NOW + timedelta(minutes=10))

    assert refused.value.retry_after == 50 * 60
    assert Attestation.objects.get().uses == 0


@pytest.mark.parametrize("text", ["", "hello", "2026-WZAVK2X6"])
def test_what_can_be_no_code_costs_no_try(issued: IssuedAttestation, desk: AttestationDesk, text: str):
    before = looks()
    for _ in range(9):
        assert try_code(text, desk) is None

    assert looks() == before
    assert try_code(issued.code, desk) is not None


def test_who_waited_an_hour_may_try_again(issued: IssuedAttestation, desk: AttestationDesk):
    for _ in range(3):
        try_code(WRONG, desk)

    assert try_code(issued.code, desk, at=NOW + timedelta(hours=1)) is not None


def test_right_codes_are_bounded_too(issued: IssuedAttestation, desk: AttestationDesk):
    for _ in range(8):
        assert try_code(issued.code, desk) is not None
    with pytest.raises(TooManyLookUpsError):
        try_code(issued.code, desk)


def test_one_party_that_guesses_keeps_nobody_else_from_asking(issued: IssuedAttestation, desk: AttestationDesk):
    for _ in range(3):
        try_code(WRONG, desk)

    assert try_code(issued.code, desk, asker=replace(AN_EMPLOYER, name="0400767772")) is not None


def test_guesses_that_are_refused_grow_no_table(issued: IssuedAttestation, desk: AttestationDesk):
    for _ in range(3):
        try_code(WRONG, desk)
    before = ConsultationLog.objects.count()
    for _ in range(5):
        with pytest.raises(TooManyLookUpsError):
            try_code(WRONG, desk)

    assert ConsultationLog.objects.count() == before


def test_a_look_up_takes_six_queries_however_many_codes_there_are(
    issued: IssuedAttestation, person, desk: AttestationDesk
):
    for _ in range(5):
        issue_attestation(person(), Holder(NUMBER), language=Language.NL, desk=desk, **ask())
    with Counted() as counted:
        try_code(issued.code, desk)

    assert counted.count == 6


def test_a_code_follows_a_person_who_turns_out_to_be_another(filer: Filer, person, keys: PersonKeys, desk):
    other = Person.objects.create(environment="R", created_at=NOW).pk
    issued = issue_attestation(other, Holder(NUMBER), language=Language.NL, desk=desk, **ask())
    filer(an_action(planned_hours=240))
    give_attestations(of=other, to=person())

    answer = try_code(issued.code, desk)
    assert answer is not None
    assert answer.remaining == 410


def test_no_log_line_tells_code_person_or_number(issued: IssuedAttestation, person, desk: AttestationDesk):
    with capture_logs() as lines:
        try_code(issued.code, desk)
        for _ in range(3):
            try_code(WRONG, desk)
        with pytest.raises(TooManyLookUpsError):
            try_code(WRONG, desk)

    assert [line["event"] for line in lines] == ["student days consulted"] * 4 + ["throttle:access-codes"]
    secrets = (issued.code.value, str(issued.code), NUMBER, issued.number, WRONG)
    assert [line for line in lines if any(secret in str(line) for secret in secrets)] == []
    assert {frozenset(line) for line in lines[:4]} == {
        frozenset({"event", "log_level", "question", "asker_kind", "asker", "people"})
    }


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_time_are_counted_one_after_the_other(keys: PersonKeys):
    key, limits = CodeKey.derive(keys), LookUpLimits(tries=8, failures=3)

    def guess(_: int) -> bool:
        try:
            look_up(WRONG, key=key, limits=limits, **ask(asker=AN_EMPLOYER))
        except TooManyLookUpsError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(guess, range(24)))

    assert (taken.count(True), ConsultationLog.objects.count()) == (3, 3)
