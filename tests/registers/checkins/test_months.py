from collections.abc import Iterable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from registers.checkins.keeping import following_month

pytestmark = pytest.mark.django_db
GROWING = {
    "checkins_presence": "registration_date",
    "checkins_presencestep": "registration_date",
    "checkins_spell": "work_date",
}


def parts_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s) WHERE isleaf ORDER BY 1", [table])
        return [name for (name,) in cursor.fetchall()]


def make_months(first: str, months: int, *, most_moved: int = 0, tables: Iterable[str] = GROWING) -> int:
    """Make the parts of some months from that one on; return how many are new."""
    month, made = date.fromisoformat(first).replace(day=1), 0
    with connection.cursor() as cursor:
        for _ in range(months):
            for table in tables:
                cursor.execute("SELECT checkins_make_part(%s, %s, %s, %s)", [table, GROWING[table], month, most_moved])
                made += cursor.fetchone()[0]
            month = following_month(month)
    return made


def test_months_are_made_of_every_table_that_grows():
    assert make_months("2031-05-17", 2) == 6
    assert {"checkins_presence_2031_05", "checkins_presence_2031_06"} <= set(parts_of("checkins_presence"))
    assert {"checkins_spell_2031_05", "checkins_spell_2031_06"} <= set(parts_of("checkins_spell"))


def test_a_month_is_made_once():
    make_months("2031-05-01", 1)
    assert make_months("2031-05-31", 1) == 0


@pytest.mark.parametrize("table", ["checkins_presence", "checkins_presencestep"])
def test_no_part_of_what_was_registered_is_emptied_at_one_stroke(table: str):
    make_months("2031-05-01", 1)
    parts = parts_of(table)
    assert {f"{table}_2031_05", f"{table}_rest"} < set(parts)
    for part in parts:
        assert is_refused(f"ALTER TABLE {part} ENABLE TRIGGER never_emptied; TRUNCATE {part}")
    assert not is_refused(f"DROP TABLE {table}_2031_05")


def test_what_is_folded_from_what_was_registered_may_be_emptied():
    make_months("2031-05-01", 1)
    assert not is_refused("TRUNCATE checkins_spell_2031_05")


def is_refused(statement: str) -> bool:
    """Whether the database refuses to empty a table of facts."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as refusal:
        return "append-only: TRUNCATE" in str(refusal)
    return False
