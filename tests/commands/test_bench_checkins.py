"""What the bench of check-ins measures with: people who come a few times a day, and months that are indexed as others are."""

import pytest
from django.db import connection

from commands.bench.checkins.filling import _INDEXES, _make_index
from commands.bench.checkins.people import enter_crowd, enter_people
from commands.demo.installation import OWN_COMPANY
from domain.environments import Environment
from registers.persons.aliases import Aliases
from registers.persons.numbers import PersonKeys
from tests.counter_bench import NOON

pytestmark = pytest.mark.django_db


def indexes_of(table: str) -> set[str]:
    """The indexes of a table without their names."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [table])
        return {_make_index(text.replace("{", "{{").replace("}", "}}")) for (text,) in cursor.fetchall()}


@pytest.mark.parametrize("table", ["checkins_presence", "checkins_spell"])
def test_a_month_that_was_indexed_before_it_was_attached_has_no_index_twice(table):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE month_of_a_test (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        for statement in indexes_of(table):
            cursor.execute(statement.format(part="month_of_a_test"))
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION month_of_a_test FOR VALUES FROM ('1999-01-01') TO ('1999-02-01')"
        )
        cursor.execute("SELECT count(*) FROM pg_index WHERE indrelid = 'month_of_a_test'::regclass")
        assert cursor.fetchone() == (len(indexes_of(table)),)
    assert len(indexes_of(table)) > 5


def test_the_crowd_are_those_with_a_past_and_others_at_the_same_places(tmp_path):
    path = tmp_path / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    aliases = Aliases(PersonKeys.read(path), environment=Environment.PRODUCTION)
    own = [one for one in enter_people(1, aliases=aliases, at=NOON) if one.company == OWN_COMPANY]
    crowd = enter_crowd(own, count=len(own) + 5, aliases=aliases, at=NOON)

    assert crowd[: len(own)] == own
    assert len({one.number for one in crowd}) == len({one.person_id for one in crowd}) == len(own) + 5
    assert {one.work_place for one in crowd} == {one.work_place for one in own}
