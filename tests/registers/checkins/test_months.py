from collections.abc import Iterable
from datetime import date

import pytest
from django.db import connection

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
