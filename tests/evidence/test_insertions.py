"""One row and several come into a table by two statements that say the same."""

import pytest
from django.db import IntegrityError, connection, transaction

from evidence.insertions import Insertion

pytestmark = pytest.mark.django_db

ROWS = Insertion.into(
    "insertion_of_a_test",
    {"name": "text", "words": "text"},
    expressions={"words": "string_to_array(words, chr(32))"},
    ending="ON CONFLICT (name) DO UPDATE SET words = excluded.words",
)


@pytest.fixture(autouse=True)
def _table():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE insertion_of_a_test (name text PRIMARY KEY, words text[] NOT NULL)")


def stored() -> list[tuple[str, list[str]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, words FROM insertion_of_a_test ORDER BY name")
        return cursor.fetchall()


def test_no_row_needs_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        ROWS.add([])


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"]])
def test_one_row_comes_in_as_several_do(names, django_assert_num_queries):
    with django_assert_num_queries(1):
        ROWS.add([(name, "x y") for name in names])
    assert stored() == [(name, ["x", "y"]) for name in names]


@pytest.mark.parametrize("names", [["a"], ["a", "b"]])
def test_what_stands_there_already_is_treated_as_the_ending_says(names):
    for words in ("x", "y"):
        ROWS.add([(name, words) for name in names])
    assert stored() == [(name, ["y"]) for name in names]


def test_a_refused_row_is_told_as_django_tells_it():
    with pytest.raises(IntegrityError), transaction.atomic():
        ROWS.add([("a", None)])
