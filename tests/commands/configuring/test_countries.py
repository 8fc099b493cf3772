"""`guichet countries` as an operator types it."""

from datetime import UTC, datetime

import pytest

from auth.models import ActiveCountry
from domain.brussels import brussels_date
from tests.commands.configuring.hand_ins import Run

pytestmark = pytest.mark.django_db


def test_those_that_are_known_for_certain_are_entered_from_the_start(run: Run):
    code, told = run("countries list")

    assert code == 0
    assert [line.split()[0] for line in told.splitlines()[2:]] == [
        *("CZ", "DE", "DK", "EE", "ES", "HR", "IT", "LT", "LU", "LV", "NL", "PT", "SK")
    ]
    assert "DE       Germany      2022-05-11  -" in told


def test_a_country_is_entered_and_closed_by_day(run: Run):
    assert run("countries enter fr --from 2026-12-01") == (0, "FR is active from 2026-12-01 on\n")
    assert run("countries close FR --on 2027-01-01") == (0, "FR is active no more from 2027-01-01 on\n")

    assert "FR       France       2026-12-01  2027-01-01" in run("countries list")[1]


def test_without_a_day_it_is_today_in_brussels(run: Run):
    today = brussels_date(datetime.now(UTC))

    assert run("countries enter FR") == (0, f"FR is active from {today} on\n")
    assert run("countries close FR") == (0, f"FR is active no more from {today} on\n")


def test_what_is_so_already_is_told(run: Run):
    run("countries enter FR --from 2026-12-01")
    assert (
        run("countries enter FR --from 2026-12-01")[1] == "nothing changed: FR is active from 2026-12-01 on already\n"
    )
    run("countries close FR --on 2027-01-01")
    assert run("countries close FR --on 2027-01-01")[1] == "nothing changed: FR is closed on 2027-01-01 already\n"


def test_what_is_refused_is_told_with_what_to_give(run: Run):
    code, told = run("countries enter UK")

    assert code == 1
    assert "Give one of AT, BG" in told


def test_an_empty_list_says_how_to_fill_it(run: Run):
    ActiveCountry.objects.all().delete()

    assert "enter one with `guichet countries enter COUNTRY`" in run("countries list")[1]


def test_what_is_no_date_is_refused(run: Run, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        run("countries enter FR --from tomorrow")

    assert "is not a date written YYYY-MM-DD" in capsys.readouterr().err
