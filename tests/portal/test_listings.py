"""Long lists: searched, sorted and cut into pages by the query, whatever the query says."""

import pytest
from django.test import RequestFactory

from auth.models import Login
from evidence.clock import SystemClock
from portal.pages.listings import Column, Listing, list_rows

pytestmark = pytest.mark.django_db
COLUMNS = (
    Column("name", "Name", ("user_name",)),
    Column("since", "Since", ("created_at", "user_name")),
    Column("x", "X"),
)


@pytest.fixture(autouse=True)
def logins() -> None:
    now = SystemClock().now()
    Login.objects.bulk_create(Login(user_name=f"user{number:03d}", created_at=now) for number in range(60))


def ask(**query: str) -> Listing:
    return list_rows(
        RequestFactory().get("/people", query),
        Login.objects.all(),
        columns=COLUMNS,
        order="name",
        search=lambda rows, words: rows.filter(user_name__contains=words),
    )


def names(listing: Listing) -> list[str]:
    return [row.user_name for row in listing.rows]


def test_the_first_page_comes_first_in_the_usual_order():
    found = ask()
    assert names(found) == [f"user{number:03d}" for number in range(25)]
    assert (found.total, found.page, found.pages) == (60, 1, 3)
    assert (found.previous, found.following) == ("", "/people?page=2")


@pytest.mark.parametrize(("rows", "pages", "queries"), [(24, 1, 1), (25, 1, 1), (26, 2, 2)])
def test_a_list_is_counted_where_it_goes_on_behind_its_first_page(
    rows: int, pages: int, queries: int, django_assert_num_queries
):
    kept = Login.objects.order_by("user_name").values_list("pk", flat=True)[:rows]
    Login.objects.exclude(pk__in=list(kept)).delete()
    with django_assert_num_queries(queries):
        found = ask()
    assert (len(found.rows), found.total, found.pages) == (min(rows, 25), rows, pages)


def test_the_last_page_holds_the_rest():
    found = ask(page="3")
    assert names(found)[-1] == "user059"
    assert len(found.rows) == 10
    assert found.following == ""


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "", "٣", "9" * 30, "1e3"])
def test_a_page_that_is_none_is_the_first(page):
    assert ask(page=page).page == 1


def test_a_page_behind_the_last_is_the_last():
    assert ask(page="999").page == 3


def test_a_column_sorts_and_sorts_the_other_way_round():
    assert names(ask(sort="-name"))[0] == "user059"
    by_name, by_since, other = ask(sort="name").headings
    assert (by_name.path, by_name.direction) == ("/people?sort=-name", "ascending")
    assert (by_since.path, by_since.direction) == ("/people?sort=since", "none")
    assert other.path == ""


@pytest.mark.parametrize(
    ("sort", "first", "direction", "path"),
    [
        ("newest", "user059", "descending", "/people?sort=-newest"),
        ("-newest", "user000", "ascending", "/people?sort=newest"),
    ],
)
def test_a_column_that_shows_the_newest_first_says_that_it_falls(sort: str, first: str, direction: str, path: str):
    found = list_rows(
        RequestFactory().get("/people", {"sort": sort}),
        Login.objects.all(),
        columns=(*COLUMNS, Column("newest", "Newest", ("-user_name",))),
        order="name",
    )
    assert names(found)[0] == first
    assert (found.headings[-1].direction, found.headings[-1].path) == (direction, path)


@pytest.mark.parametrize("sort", ["password", "-login__password", "x", "--name", "user_name", "name;drop"])
def test_what_is_no_column_sorts_nothing(sort):
    assert names(ask(sort=sort)) == names(ask())


def test_a_search_keeps_its_words_and_its_order_on_every_page():
    found = ask(q="user0", sort="-name")
    assert found.total == 60
    assert "q=user0" in found.following
    assert "sort=-name" in found.following
    assert ask(q="04").total == 11


@pytest.mark.parametrize("words", ["nobody", "%", "'; --", "\x00", "a" * 500])
def test_a_search_that_finds_nothing_is_an_empty_list(words):
    found = ask(q=words)
    assert found.total in {0, 60}
    assert found.pages >= 1


def test_pages_left_out_are_a_gap():
    found = list_rows(
        RequestFactory().get("/people", {"page": "10"}), Login.objects.all(), columns=COLUMNS, order="name", page_size=3
    )
    assert [link.number for link in found.links] == [1, None, 9, 10, 11, None, 20]


def test_a_page_costs_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        ask(q="user", sort="-since", page="2")
