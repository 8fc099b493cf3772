"""The log of looks: only added to, in the transaction of the read, forgotten after its years."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from registers.persons.merging import change_number
from registers.persons.numbers import PersonDirectory
from registers.student_days.models import ConsultationLog
from registers.student_days.question_tables import Question
from registers.student_days.questions.balances import read_balance
from registers.student_days.questions.consultations import forget_looks, looks_at, note_look
from tests.registers.conftest import Filer, an_action
from tests.registers.questions.conftest import AN_OPERATOR, NOW, NUMBER, R, an_asker, ask

DATABASE_SAYS_NO = (InternalError, IntegrityError)
YEAR = timedelta(days=366)
OTHER_NUMBER = "06020300277"


def look(at: datetime) -> None:
    with transaction.atomic():
        note_look(Question.BALANCE, [None], environment=R, asker=an_asker(), at=at)


@pytest.mark.django_db(transaction=True)
def test_a_look_outside_a_transaction_is_a_mistake():
    with pytest.raises(ValueError, match="transaction"):
        note_look(Question.BALANCE, [None], environment=R, asker=an_asker(), at=NOW)


def test_a_read_that_is_taken_back_leaves_no_record(somebody: int):
    with transaction.atomic():
        read_balance(somebody, 2026, **ask())
        transaction.set_rollback(True)

    assert not ConsultationLog.objects.exists()


def test_who_whom_what_when_and_why_are_on_record(somebody: int):
    read_balance(somebody, 2026, **ask())
    row = ConsultationLog.objects.get()

    assert (row.asker_kind, row.asker, row.person_id, row.question, row.about) == (
        *("STUDENT", "own page", somebody, "BALANCE"),
        "2026",
    )
    assert (row.asked_at, row.reason, row.environment) == (NOW, "looked at the own balance", "R")


def test_a_person_sees_who_looked_under_the_number_before(filer: Filer, person, keys):
    filer(an_action(), an_action(insz=OTHER_NUMBER))
    read_balance(person(), 2026, **ask(asker=AN_OPERATOR))

    change_number(NUMBER, OTHER_NUMBER, persons=PersonDirectory(keys, environment=R), at=NOW)

    assert [look.asker for look in looks_at(person(OTHER_NUMBER), environment=R)] == [AN_OPERATOR.name]


def test_a_long_reason_is_cut(db: None):
    read_balance(None, 2026, **ask(asker=an_asker(reason="x" * 300)))

    assert len(ConsultationLog.objects.get().reason) == 200


def test_a_record_cannot_be_changed(db: None):
    look(NOW)
    with pytest.raises(DATABASE_SAYS_NO), transaction.atomic():
        ConsultationLog.objects.update(reason="another")


def test_a_young_record_cannot_be_deleted(db: None):
    look(datetime.now(UTC) - 4 * YEAR)
    with pytest.raises(DATABASE_SAYS_NO), transaction.atomic():
        ConsultationLog.objects.all().delete()


def test_the_records_cannot_be_emptied(db: None):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'never_emptied' AND tgrelid = %s::regclass",
            ["student_days_consultationlog"],
        )
        assert cursor.fetchone() == (1,)


def test_old_records_are_forgotten_in_batches(db: None):
    now = datetime.now(UTC)
    for years in (6, 7, 8):
        look(now - years * YEAR)
    look(now)

    assert forget_looks(before=now - 5 * YEAR, rows_at_once=2) == 3
    assert ConsultationLog.objects.count() == 1
