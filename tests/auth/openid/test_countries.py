"""Which countries have an active means of electronic identification, by day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from auth.models import ActiveCountry
from auth.openid.countries import active_countries, close_country, enter_country
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.models import AuditEvent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def no_country(db: None) -> None:
    ActiveCountry.objects.all().delete()


def enter(country: str = "FI", first_day: date = DAY) -> bool:
    return enter_country(country, first_day=first_day, actor="operator", at=NOW)


def close(on: date, country: str = "FI") -> bool:
    return close_country(country, on=on, actor="operator", at=NOW)


@pytest.mark.parametrize(
    ("days", "listed"), [(-1, []), (0, ["FI"]), (29, ["FI"]), (30, [])], ids=["before", "first", "last", "closed"]
)
def test_a_country_is_active_from_its_first_day_until_it_is_closed(days: int, listed: list[str]):
    enter()
    close(DAY + timedelta(days=30))

    assert active_countries(on=DAY + timedelta(days=days)) == listed


def test_what_was_entered_and_closed_is_on_record():
    enter()
    close(DAY)

    events = AuditEvent.objects.filter(action__startswith="country:").order_by("pk")
    assert [(event.action, event.actor, event.detail) for event in events] == [
        ("country:entered", "operator", {"country": "FI", "first_day": "2026-12-01"}),
        ("country:closed", "operator", {"country": "FI", "closed_on": "2026-12-01"}),
    ]


def test_the_same_entry_again_changes_nothing():
    assert (enter(), enter()) == (True, False)
    assert (close(DAY), close(DAY)) == (True, False)
    assert AuditEvent.objects.filter(action__startswith="country:").count() == 2


@pytest.mark.parametrize("country", ["BE", "GB", "UK", "EL", "fi", ""])
def test_what_is_no_other_country_of_eidas_is_refused(country: str):
    with pytest.raises(ConfigurationRefusedError, match="European Economic Area"):
        enter(country)


@pytest.mark.parametrize("first_day", [DAY - timedelta(days=1), DAY + timedelta(days=1)])
def test_a_country_is_not_entered_twice_for_a_day(first_day: date):
    enter()

    with pytest.raises(ConfigurationRefusedError, match="FI is active from 2026-12-01 on already"):
        enter(first_day=first_day)


def test_a_country_that_was_closed_is_entered_anew():
    enter()
    close(DAY + timedelta(days=9))

    assert enter(first_day=DAY + timedelta(days=9))
    assert active_countries(on=DAY + timedelta(days=9)) == ["FI"]


def test_a_mistake_is_closed_on_its_first_day_and_was_never_active():
    enter()
    close(DAY)

    assert active_countries(on=DAY) == []
    assert enter()


def test_a_first_day_that_was_typed_too_late_is_mended():
    mistaken = DAY + timedelta(days=365)
    enter(first_day=mistaken)
    with pytest.raises(ConfigurationRefusedError, match="active from 2027-12-01") as refused:
        enter()
    assert "close it on its own first day, 2027-12-01" in refused.value.next_step
    assert (close(mistaken), close(mistaken)) == (True, False)

    assert enter()
    assert close(mistaken - timedelta(days=1))
    assert active_countries(on=DAY) == ["FI"]
    assert active_countries(on=mistaken) == []


@pytest.mark.parametrize("entered", [False, True], ids=["nothing entered", "begins later"])
def test_what_does_not_begin_until_then_is_not_closed(entered: bool):
    if entered:
        enter()

    with pytest.raises(ConfigurationRefusedError, match="begins on 2026-11-30 or before"):
        close(DAY - timedelta(days=1))


def test_closing_later_never_makes_a_country_active_again():
    enter()
    close(DAY + timedelta(days=9))

    with pytest.raises(ConfigurationRefusedError, match="closed on 2026-12-10 already"):
        close(DAY + timedelta(days=10))


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        ({"country": "FI"}, "country_is_active_once"),
        ({"country": "fi"}, "active_country_is_a_code"),
        ({"country": "SE", "closed_on": DAY - timedelta(days=1)}, "active_country_not_backwards"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_refuses_what_the_rules_exclude(row: dict[str, object], constraint: str):
    enter()

    with pytest.raises(IntegrityError, match=constraint):
        ActiveCountry.objects.create(**{"first_day": DAY, **row})
