"""What the pages of workers and companies ask of the months of the register: those of the last weeks alone, however many years there are."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest

from domain.brussels import brussels_date
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.own_missing_outs import missing_outs_lately
from portal.pages.checkins.own_presences import find_own
from portal.pages.checkins.shown import versions_of
from registers.checkins.missing_out_windows import read_out_window
from registers.checkins.models import Presence, SectorRule, Spell, WorkPlace
from registers.checkins.sector_rules import read_rules
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import Visitor
from tests.portal.checkins.test_missing_check_outs import missing_since
from tests.portal.checkins.test_own_missing_outs import heeds
from tests.registers.checkins.months_read import parts, parts_read
from tests.registers.checkins.test_indexes_of_questions import plans
from tests.registers.checkins.test_months import GROWING, make_months

pytestmark = pytest.mark.django_db
LATELY, LONGEST_SPELL = timedelta(days=60), timedelta(days=31)


@pytest.fixture(autouse=True)
def months() -> None:
    """The months of a year and more; of those that a test leaves out there are always some."""
    make_months(f"{today() - timedelta(days=400)}", 16)


def today() -> date:
    return brussels_date(datetime.now(UTC))


def test_the_page_where_everybody_checks_in_looks_into_the_months_of_the_last_weeks(worker: Visitor, place):
    did(worker, "in", "out")
    with plans() as found:
        worker.get("/check-in")
    assert parts_read(found) == parts(today() - LATELY, today(), "checkins_presence")


def test_where_a_check_out_is_missing_it_looks_for_the_beginning_of_the_work_in_the_months_about_it(
    worker: Visitor, place
):
    did(worker, "in")
    came = missing_since(1).work_date
    begun = parts(came - LONGEST_SPELL, came, "checkins_presence", "checkins_spell")
    with plans() as found:
        worker.get("/check-in")
    assert parts_read(found) == parts(today() - LATELY, today(), "checkins_presence") | begun


def test_above_ones_registrations_stand_the_missing_check_outs_of_the_months_of_the_last_weeks(worker: Visitor, place):
    did(worker, "in")
    missing_since(1)
    with plans() as found:
        assert missing_outs_lately(worker.person_id, on=today())
    assert parts_read(found) == parts(today() - LATELY, today(), "checkins_presence")


def test_one_registration_is_read_with_its_history_in_its_own_month(worker: Visitor, place):
    did(worker, "in")
    number, day = newest().number, newest().registration_date
    with plans() as found:
        find_own(worker.person_id, number)
        versions_of(number)
    assert parts_read(found) == parts(day, day, "checkins_presence", "checkins_presencestep")


OF_THE_WORKER = ("/check-in", "/check-in/mine/{0}", "/check-in/mine/{0}/error", "/check-in/receipts/{0}")
OF_THE_COMPANY = (
    "/presences",
    "/presences/days",
    "/presences/{0}",
    "/presences/{0}/correction",
    "/presences/missing/{0}",
)


@pytest.mark.parametrize("path", [*OF_THE_WORKER, *OF_THE_COMPANY])
@pytest.mark.parametrize("event", ["IN", "OUT"])
def test_the_pages_about_what_is_missing_look_into_no_month_of_long_ago(
    worker: Visitor, employer: Visitor, place, path: str, event: str
):
    did(worker, "in" if event == "IN" else "out")
    number = missing_since(1).last_in if event == "IN" else newest().number
    visitor = worker if path in OF_THE_WORKER else employer
    with plans() as found:
        visitor.get(path.format(number))
    dated = [
        plan for plan in found if "persons_toldname" not in plan
    ]  # whom a company knows is told by all that is kept
    assert parts_read(dated)
    assert parts_read(dated) <= parts(today() - LATELY - LONGEST_SPELL, today() + LONGEST_SPELL, *GROWING)


def test_the_list_of_missing_check_outs_looks_for_their_beginning_in_their_own_months(
    worker: Visitor, employer: Visitor, place
):
    did(worker, "in")
    day = missing_since(1).work_date
    with plans() as found:
        employer.get("/presences/missing")
    of_sectors = [plan for plan in found if "checkins_presence" in plan and "checkins_spell" not in plan]
    assert parts(day, day, "checkins_presence") in [parts_read([plan]) for plan in of_sectors]
    assert not [plan for plan in found if "checkins_presence_" in plan and "checkins_spell_" in plan]


def test_the_page_of_one_registration_reads_its_spell_only_where_its_check_out_is_missing(worker: Visitor, place):
    did(worker, "in")
    with plans() as found:
        versions_of(newest().number)
    assert not any("checkins_spell" in plan for plan in found)


def test_until_when_a_missing_check_out_is_told_is_read_in_the_months_about_its_check_in(worker: Visitor, place):
    did(worker, "in")
    spell = missing_since(1)
    row, rules = Presence.objects.get(number=spell.last_in), read_rules(Environment.PRODUCTION)
    with plans() as found:
        read_out_window(row, rules=rules, limits=checkin_counter().limits.days)
    begun = row.registration_date - LONGEST_SPELL
    assert parts_read(found) == parts(begun, row.registration_date, "checkins_presence", "checkins_spell")


@pytest.mark.parametrize(("then", "now", "is_open"), [("CLEANING", "SECURITY", True), ("SECURITY", "CLEANING", False)])
def test_work_that_began_days_before_the_last_check_in_goes_by_the_sector_of_its_beginning(
    worker: Visitor, employer: Visitor, place, then: str, now: str, is_open: bool
):
    """The last check-in is of 20 days ago: 19 days are for corrections in the one sector, 30 in the other."""
    did(worker, "in")
    SectorRule.objects.filter(sector="SECURITY").update(correction_days=19, kinds=["EVENT"])
    WorkPlace.objects.update(sector=now)
    last = Presence.objects.get(number=missing_since(20).last_in)
    first = Presence.objects.get(number=last.number)
    first.number, first.sector, first.remarks = last.number + 7, then, []
    first.event_at, first.registration_date = (
        last.event_at - timedelta(days=3),
        last.registration_date - timedelta(days=3),
    )
    first.save(force_insert=True)
    spells = Spell.objects.filter(last_in=last.number)
    spells.update(first_in=first.number, started_at=first.event_at, work_date=first.registration_date)
    for path in ("/check-in", "/check-in/mine"):
        assert bool(heeds(worker.text(path))) is is_open, path
    asking = f'href="/presences/missing/{last.number}"'
    assert (asking in employer.text(f"/presences/{last.number}")) is is_open
    employer.get(f"/presences/missing/{last.number}", status=HTTPStatus.OK if is_open else HTTPStatus.NOT_FOUND)
