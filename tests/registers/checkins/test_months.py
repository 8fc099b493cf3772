import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def parts_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s) WHERE isleaf ORDER BY 1", [table])
        return [name for (name,) in cursor.fetchall()]


def make_months(first: str, months: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT checkins_make_months(%s, %s)", [first, months])
        return cursor.fetchone()[0]


def test_months_are_made_of_every_table_that_grows():
    assert make_months("2031-05-17", 2) == 6
    assert {"checkins_presence_2031_05", "checkins_presence_2031_06"} <= set(parts_of("checkins_presence"))
    assert {"checkins_spell_2031_05", "checkins_spell_2031_06"} <= set(parts_of("checkins_spell"))


def test_a_month_is_made_once():
    make_months("2031-05-01", 1)
    assert make_months("2031-05-31", 1) == 0
