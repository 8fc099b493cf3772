"""No number that was given since the backup is given again by a database that was restored from it."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from commands.__main__ import main
from evidence.models import AnswerCounter, AuditEvent
from evidence.restored import NumbersUsedUpError, skip_given_numbers
from tests.checkin_items import an_event
from tests.registers.checkins.conftest import Counter, counter, keys

__all__ = ["counter", "keys"]
NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()"
pytestmark = pytest.mark.django_db


def ask(statement: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def restore(before: dict[str, int | None]) -> None:
    """Have the sequences as the restore leaves them: where the backup found them."""
    for name, last in before.items():
        ask("SELECT setval(%s::regclass, %s, %s)", name, last or 1, last is not None)


def test_a_receipt_that_was_given_since_the_backup_is_nobody_elses(counter: Counter, capsys):
    counter(an_event())
    backup = dict(ask(SEQUENCES))
    (given,) = counter(an_event(reference="since"), sender="200777")
    ask("SELECT nextval('checkins_presence_number')")
    restore(backup)
    assert main(["evidence", "restored", "--ahead", "1000"]) == 0
    assert "1,000 numbers are skipped in each of" in capsys.readouterr().out
    ((following,),) = ask("SELECT nextval('checkins_presence_number')")
    assert following == backup["checkins_presence_number"] + 1001
    assert following > given.registration.id % 10**11


def test_every_sequence_goes_on_later_and_the_trail_tells_it():
    before = dict(ask(SEQUENCES))
    count = skip_given_numbers(ahead=7, recipients=[], actor="test", at=NOW)
    after = dict(ask(SEQUENCES))
    assert count == len(before) > 50
    assert all(after[name] - (last or 0) >= 7 for name, last in before.items())
    event = AuditEvent.objects.get(action="database:restored")
    assert (event.actor, event.detail) == ("test", {"ahead": 7, "sequences": count})


def test_the_names_of_a_days_answers_go_on_where_nobody_has_one():
    AnswerCounter.objects.create(recipient="200001", environment="R", day=NOW.date(), last=3)
    skip_given_numbers(ahead=7, recipients=["200001", "200002"], actor="test", at=NOW)
    last = dict(AnswerCounter.objects.filter(environment="R", day=NOW.date()).values_list("recipient", "last"))
    assert last == {"200001": 50_003, "200002": 50_000}


def test_where_one_sequence_has_not_so_many_left_none_is_touched(capsys):
    ask("CREATE SEQUENCE nearly_full MAXVALUE 1000")
    before = dict(ask(SEQUENCES))
    with pytest.raises(NumbersUsedUpError, match="nearly_full"):
        skip_given_numbers(ahead=1000, recipients=[], actor="test", at=NOW)
    assert dict(ask(SEQUENCES)) == before
    assert main(["evidence", "restored", "--ahead", "1000"]) == 1
    assert "Nothing was skipped: fewer than 1,000 numbers are left in nearly_full" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ahead", "sequence"), [(10**8, "checkins_correction_number"), (10**11, "checkins_presence_number")]
)
def test_more_than_the_digits_of_a_number_are_not_skipped(ahead: int, sequence: str):
    with pytest.raises(NumbersUsedUpError, match=sequence):
        skip_given_numbers(ahead=ahead, recipients=[], actor="test", at=NOW)


@pytest.mark.parametrize("ahead", ["0", "-1", "many"])
def test_how_many_are_skipped_is_a_number_above_nothing(ahead: str):
    with pytest.raises(SystemExit, match="2"):
        main(["evidence", "restored", "--ahead", ahead])
