"""What the bench of check-ins measures with: people who come a few times a day, and months that are indexed as others are."""

import ast
from pathlib import Path

import pytest
from django.db import connection

from commands.bench.checkins.filling import _INDEXES, _make_index
from commands.bench.checkins.people import enter_crowd, enter_people, enter_work_places
from commands.bench.checkins.present import bring_to_work
from commands.bench.checkins.queries import ask_all, measure_on_site
from commands.bench.checkins.questions import Asking, on_site_questions, questions
from commands.bench.checkins.scale import seconds_for
from commands.demo.installation import OWN_COMPANY
from commands.stack.home import REPOSITORY
from domain.environments import Environment
from evidence.clock import SystemClock
from registers.checkins.models import Spell
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


@pytest.fixture
def aliases(tmp_path) -> Aliases:
    path = tmp_path / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    return Aliases(PersonKeys.read(path), environment=Environment.PRODUCTION)


@pytest.fixture
def asking(aliases: Aliases) -> Asking:
    """A hundred people who are at work, in a register without a past."""
    now = SystemClock().now()
    people = enter_people(1, aliases=aliases, at=now)
    enter_work_places(people, at=now)
    own = [one for one in people if one.company == OWN_COMPANY]
    present = bring_to_work(own, events=1, sender="100202", aliases=aliases, at=now)
    return Asking.of(own, present, aliases=aliases, rounds=1)


def test_who_is_on_site_now_is_asked_where_people_are(asking: Asking):
    assert len(asking.present) == Spell.objects.filter(state="OPEN").count() == 100
    by_name, in_numbers, staff = (question.ask(1) for question in on_site_questions(asking))
    assert len(by_name) == in_numbers.present >= 40
    assert staff.present == 100


def test_check_outs_that_are_missing_are_there_to_be_found(asking: Asking):
    (missing,) = (one for one in questions(asking) if one.name.startswith("9"))
    assert missing.ask(0) == (5, 0)


def test_every_question_is_asked_and_told_with_its_goal(asking: Asking):
    asked = ask_all(questions(asking))
    assert {name for one in asked for name in one.name.partition(" ")[0].split(",")} >= set("12356789") | {"10", "11"}
    assert measure_on_site(on_site_questions(asking)) > 0


def imported_from_register(path: Path) -> set[tuple[str, str]]:
    """Return what a module imports from the check-in register: module and name."""
    imports = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    return {
        (node.module, each.name)
        for node in imports
        if (node.module or "").startswith("registers.checkins.")
        for each in node.names
    }


def test_what_is_measured_is_what_pages_the_web_service_the_intake_and_dags_call():
    rooms = ("portal", "ingest", "registers", "dags")
    used = {one for room in rooms for path in (REPOSITORY / room).rglob("*.py") for one in imported_from_register(path)}
    measured = imported_from_register(REPOSITORY / "commands/bench/checkins/questions.py")
    asks_of_the_bench = {("registers.checkins.validating", "ask_again")}
    assert len(measured) > 8
    assert measured - asks_of_the_bench <= used


def test_a_small_register_is_measured_for_a_short_time():
    assert (seconds_for(20_000_000), seconds_for(100_000_000), seconds_for(10_000)) == (600, 600, 5)


def test_the_crowd_are_those_with_a_past_and_others_at_the_same_places(aliases: Aliases):
    own = [one for one in enter_people(1, aliases=aliases, at=NOON) if one.company == OWN_COMPANY]
    crowd = enter_crowd(own, count=len(own) + 5, aliases=aliases, at=NOON)

    assert crowd[: len(own)] == own
    assert len({one.number for one in crowd}) == len({one.person_id for one in crowd}) == len(own) + 5
    assert {one.work_place for one in crowd} == {one.work_place for one in own}
