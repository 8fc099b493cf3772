"""Check-outs of the staff that are missing: which of them wait, until when they can be asked for, and which are asked for."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils.formats import date_format

from domain.brussels import BRUSSELS, brussels_date
from registers.checkins.models import Correction, Presence, SectorRule, Spell, SpellState, WorkPlace
from registers.checkins.numbering import PER_MONTH, number_of
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import COMPANY, PLACE, Visitor, a_place
from tests.portal.checkins.test_corrections import ask

pytestmark = pytest.mark.django_db


def test_a_check_out_is_asked_for_within_the_time_allowed_alone(employer: Visitor, worker: Visitor, place):
    """Who came late in the day may have left on the next one."""
    did(worker, "in")
    spell = Spell.objects.get()
    for days, sentence in ((29, "Ask for the check-out"), (32, "Too late")):
        earlier = timedelta(days=days)
        Spell.objects.update(
            state=SpellState.MISSING_OUT,
            work_date=spell.work_date - earlier,
            started_at=spell.started_at - earlier,
            last_in_at=spell.last_in_at - earlier,
        )
        assert sentence in employer.text("/presences/missing"), days


def missing_since(days: int, *, work_place: str = PLACE, hour: int = 7) -> Spell:
    """Return the spell of who came in that many days ago, so that he left on that day at the latest, and never checked out."""
    return missed(datetime.now(BRUSSELS).replace(hour=hour) - timedelta(days=days), work_place=work_place)


def figure(shown: str, title: str) -> str:
    """Return the number above a title at the head of the company's page."""
    found = re.search(rf"<dt>{re.escape(title)}</dt><dd>(.*?)</dd>", shown)
    assert found, title
    return found[1]


@pytest.mark.parametrize(("days", "count"), [(30, "1"), (31, "0")])
def test_a_missing_check_out_waits_on_the_last_day_of_its_correction_and_no_longer(
    days: int, count: str, employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    missing_since(days)
    assert figure(employer.text("/presences"), "Missing check-outs still in time") == count


def test_a_missing_check_out_waits_as_long_as_the_rule_of_its_sector_on_its_day_lets_it(
    employer: Visitor, worker: Visitor, place
):
    """Of three places of 20 days ago: one without a rule, one with 20 days, one whose 19 days hold since its day."""
    did(worker, "in")
    for sector, number, correction_days in (("MEAT", "1Y1003TESTE3Z", 20), ("SECURITY", "1Y1003TESTF2Z", 19)):
        a_place(number, sector=sector)
        SectorRule.objects.filter(sector=sector).update(correction_days=correction_days)
        missing_since(20, work_place=number)
    missing_since(20, work_place="1Y1003TESTC9Z")
    assert figure(employer.text("/presences"), "Missing check-outs still in time") == "2"


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (0, "In time until {last}."),
        (30, "In time until {last}."),
        (31, "Too late: it could be asked for until {last}."),
    ],
)
def test_a_line_of_a_missing_check_out_tells_until_when_a_correction_can_be_asked(
    days: int, sentence: str, employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    spell = missing_since(days)
    last = date_format(spell.work_date + timedelta(days=30), "j F Y")
    assert sentence.format(last=last) in employer.text("/presences/missing")


@pytest.mark.parametrize("days", [31, 32])
def test_a_check_out_of_the_night_is_in_time_as_long_as_the_register_takes_it(
    days: int, employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    spell = missing_since(days, hour=22)
    last = spell.work_date + timedelta(days=31)
    is_open = days == 31
    assert figure(employer.text("/presences"), "Missing check-outs still in time") == str(int(is_open))
    path, shown = f"/presences/missing/{spell.last_in}", employer.text("/presences/missing")
    sentence = "If it was after midnight: until {}." if is_open else "Too late: it could be asked for until {}."
    assert sentence.format(date_format(last, "j F Y")) in shown
    assert (f'href="{path}"' in shown) is is_open
    if not is_open:
        employer.get(path, status=404)
        return
    left = spell.last_in_at + timedelta(hours=8)
    ask(employer, path, day=f"{left:%Y-%m-%d}", time=f"{left:%H:%M}")
    assert Correction.objects.get().deadline == last


def test_a_check_out_before_midnight_is_too_late_for_the_register_on_the_day_of_those_of_the_night(
    employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    spell = missing_since(31, hour=22)
    until = date_format(spell.work_date + timedelta(days=30), "j F Y")
    assert f"In time until {until}. If it was after midnight: until" in employer.text("/presences/missing")
    left = spell.last_in_at + timedelta(minutes=50)
    ask(employer, f"/presences/missing/{spell.last_in}", 422, day=f"{left:%Y-%m-%d}", time=f"{left:%H:%M}")
    assert not Correction.objects.exists()


@pytest.mark.parametrize(("days", "is_open"), [(31, True), (32, False)])
def test_the_page_of_a_check_in_of_the_evening_offers_its_check_out_as_long_as_one_of_the_night_is_in_time(
    days: int, is_open: bool, employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    spell = missing_since(days, hour=22)
    page = employer.text(f"/presences/{spell.last_in}")
    last = date_format(spell.work_date + timedelta(days=31), "j F Y")
    assert (f'href="/presences/missing/{spell.last_in}"' in page) is is_open
    assert (f"For a check-out after midnight: until {last}." in page) is is_open
    assert f'href="/presences/{spell.last_in}/correction"' not in page
    assert "You can ask for a correction until" not in page


def test_the_page_of_a_check_in_of_the_evening_tells_of_both_days_while_both_are_to_come(
    employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    spell = missing_since(30, hour=22)
    page = employer.text(f"/presences/{spell.last_in}")
    until, last = (date_format(spell.work_date + timedelta(days=days), "j F Y") for days in (30, 31))
    told = f"You can ask for a correction until {until}, with evidence. For a check-out after midnight: until {last}."
    assert told in page


@pytest.mark.parametrize(("then", "now", "is_open"), [("CLEANING", "SECURITY", True), ("SECURITY", "CLEANING", False)])
def test_a_missing_check_out_goes_by_the_sector_in_which_its_work_place_was_when_the_work_began(
    then: str, now: str, is_open: bool, employer: Visitor, worker: Visitor, place
):
    """Of 20 days ago: 19 days are for corrections in the one sector, 30 in the other."""
    did(worker, "in")
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector=then)
    spell = missing_since(20)
    WorkPlace.objects.update(sector=now)
    assert figure(employer.text("/presences"), "Missing check-outs still in time") == str(int(is_open))
    path, shown = f"/presences/missing/{spell.last_in}", employer.text("/presences/missing")
    assert (f'href="{path}"' in shown) is is_open
    if not is_open:
        employer.get(path, status=404)
        return
    left = spell.last_in_at + timedelta(hours=8)
    ask(employer, path, day=f"{left:%Y-%m-%d}", time=f"{left:%H:%M}")
    assert Correction.objects.get().deadline == spell.work_date + timedelta(days=30)


@pytest.mark.parametrize("days", [1, 31])
def test_a_line_of_a_missing_check_out_leads_to_its_check_in_and_in_time_to_the_request(
    days: int, employer: Visitor, worker: Visitor, place
):
    did(worker, "in")
    spell = missing_since(days)
    shown = employer.text("/presences/missing")
    assert f'href="/presences/{spell.last_in}"' in shown
    assert (f'href="/presences/missing/{spell.last_in}"' in shown) is (days == 1)
    employer.get(f"/presences/{spell.last_in}")


def missed(came: datetime, *, work_place: str) -> Spell:
    """Return a spell that nobody left, of who came last; the work place is of the sector of which it is now."""
    row = newest()
    row.sector = WorkPlace.objects.filter(number=work_place).values_list("sector", flat=True).first() or ""
    row.remarks = ["MISSING_OUT"]
    row.event_at, row.registration_date = came, brussels_date(came)
    row.number = number_of(row.registration_date, row.number % PER_MONTH + 90 * Presence.objects.count())
    row.work_place = work_place
    row.save(force_insert=True)
    return Spell.objects.create(
        environment="R",
        person_id=row.person_id,
        work_date=brussels_date(came),
        employer=COMPANY,
        work_place=work_place,
        started_at=came,
        last_in_at=came,
        state=SpellState.MISSING_OUT,
        first_in=row.number,
        last_in=row.number,
    )


def asked_out(spell: Spell, at: datetime, **deviation) -> Correction:
    facts = {
        "environment": "R",
        "number": f"C-20261126-{Correction.objects.count():07d}",
        "person_id": spell.person_id,
        "identifier_id": 1,
        "employer": spell.employer,
        "work_place": spell.work_place,
        "event_type": "OUT",
        "registration_date": brussels_date(at),
        "deadline": brussels_date(at) + timedelta(days=30),
        "corrected_at": at,
        "justification": "The phone was empty.",
        "state": "SUBMITTED",
        "channel": "PORTAL",
        "asked_for": spell.employer,
        "asked_by": "person:1",
        "asked_at": at,
        "evidence_due_at": at + timedelta(days=1),
    }
    return Correction.objects.create(**facts | deviation)


def test_the_missing_check_outs_tell_which_of_them_are_asked_for(
    employer: Visitor, worker: Visitor, place, django_assert_max_num_queries
):
    """Of two work places of one day and of a night shift, that one which the request would end."""
    did(worker, "in")
    hour = timedelta(hours=1)
    evening = datetime.combine(newest().registration_date - timedelta(days=2), time(20), tzinfo=UTC)
    morning = missed(evening - 12 * hour, work_place=place.number)
    elsewhere = missed(evening - 7 * hour, work_place="1Y1003TESTC9Z")
    night = missed(evening + 2 * hour, work_place=place.number)
    shown = employer.text("/presences/missing")
    assert shown.count("Ask for the check-out") == 3
    for spell, at in ((elsewhere, evening - hour), (night, evening + 10 * hour), (morning, evening - 2 * hour)):
        asked_out(spell, at)
        with django_assert_max_num_queries(12):
            shown = employer.text("/presences/missing")
        assert f"/missing/{spell.last_in}" not in shown
        assert shown.count("A correction was asked for") == Correction.objects.count()
