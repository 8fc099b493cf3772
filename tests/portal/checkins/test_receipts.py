"""The receipt is the proof: it says of which day and hour, where, for whom, and by which number."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

from domain.brussels import BRUSSELS, brussels_date
from portal.pages.checkins.choices import company_names
from portal.pages.instants import time_told
from tests.portal.checkins.acting import COMPANY, did, newest
from tests.portal.people import settle_manager


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (datetime(2026, 11, 26, 5, 58, tzinfo=UTC), "06:58"),
        (datetime(2026, 11, 25, 21, 0, tzinfo=UTC), "Wed 25 Nov, 22:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sun 25 Oct, 02:30 CEST"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sun 25 Oct, 02:30 CET"),
    ],
    ids=["today", "another day", "the first of the two hours", "the second of the two hours"],
)
def test_a_time_says_its_day_where_it_is_not_today_and_its_zone_where_it_is_twice(at: datetime, told: str):
    with override("en"):
        assert time_told(at, on=date(2026, 11, 26)) == told


@pytest.mark.django_db
def test_a_receipt_says_for_whom(worker, place):
    settle_manager(company=COMPANY)
    did(worker, "in")
    page = worker.text(f"/check-in/receipts/{newest().number}")
    assert f"for {company_names({COMPANY})[COMPANY]}" in page


@pytest.mark.django_db
@pytest.mark.parametrize("days_ago", [0, 3], ids=["today", "another day"])
def test_a_receipt_says_its_day_with_the_year_and_its_time(worker, place, days_ago: int):
    did(worker, "in")
    row = newest()
    row.number, row.event_at = row.number + 90, row.event_at - timedelta(days=days_ago, minutes=1)
    row.registration_date = brussels_date(row.event_at)
    row.save(force_insert=True)
    page = " ".join(worker.text(f"/check-in/receipts/{row.number}").split())
    assert f"<p>{date_format(row.registration_date, 'l j F Y')}</p>" in page
    assert f">{row.event_at.astimezone(BRUSSELS):%H:%M}</time>" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", f"voor {COMPANY}, mijn eigen onderneming"),
        ("fr", f"pour {COMPANY}, ma propre entreprise"),
        ("de", f"für {COMPANY}, mein eigenes Unternehmen"),
        ("en", f"for {COMPANY}, my own company"),
    ],
)
@pytest.mark.parametrize("act", ["in", "out"])
def test_a_receipt_says_that_the_company_was_told_to_be_ones_own(worker, place, act: str, language: str, told: str):
    did(worker, *["in", "out"][: ["in", "out"].index(act) + 1], employer=f"{COMPANY}/SELF_EMPLOYED")
    assert told in worker.text(f"/check-in/receipts/{newest().number}?language={language}")


@pytest.mark.django_db
def test_a_receipt_of_an_employee_says_nothing_of_an_own_company(worker, place):
    did(worker, "in")
    page = worker.text(f"/check-in/receipts/{newest().number}")
    assert f"<p>for {COMPANY}</p>" in page
