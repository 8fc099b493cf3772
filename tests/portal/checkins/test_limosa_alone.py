"""Whom a company registered by a Limosa number alone, or for a firm abroad, is of its own staff, also where the check-out is missing."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from correspondence.models import EboxDocument
from domain.brussels import BRUSSELS
from domain.checkins.items import Employer, PresenceEvent, Worker
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import Correction, ErrorReport, Presence, Spell
from tests.portal.checkins.acting import days_acted, newest, searched
from tests.portal.checkins.conftest import COMPANY, INSS, PLACE, Visitor, a_party
from tests.portal.checkins.test_corrections import as_it_was, ask
from tests.portal.people import Manager

pytestmark = pytest.mark.django_db
OTHER, LIMOSA = "0448181966", "24910158641968060"
MOST_QUERIES = 12


@pytest.fixture
def posted(place) -> Presence:
    """A posted worker whom the company's program checked in 17 hours ago, and who never checked out."""
    return came_by_program_of(COMPANY)


def came_by_program_of(company: str, *, inss: str = "", employer: Employer | None = None, hours: int = 17) -> Presence:
    came, now = datetime.now(UTC) - timedelta(hours=hours), datetime.now(UTC)
    event = PresenceEvent(came, EventType.IN, Worker(inss=inss) if inss else Worker(limosa_id=LIMOSA), employer, PLACE)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=company)
    checkin_counter().desk.take([event], by=by, received_at=came, at=came)
    flag_missing_outs(environment=Environment.PRODUCTION, limits=checkin_counter().limits, at=now)
    return newest()


def test_the_missing_check_out_is_listed_and_counted(employer: Visitor, posted: Presence):
    assert f"/presences/missing/{posted.number}" in employer.text("/presences/missing")
    assert "<dt>Missing check-outs still in time</dt><dd>1</dd>" in employer.text("/presences")


def test_its_page_offers_what_can_be_done_and_tells_the_number(employer: Visitor, posted: Presence):
    shown = employer.text(f"/presences/{posted.number}")
    assert f"/presences/{posted.number}/correction" in shown
    assert LIMOSA in shown


def test_the_missing_check_out_is_asked_for_and_closes_the_spell(employer: Visitor, officer: Visitor, posted: Presence):
    ask(employer, f"/presences/missing/{posted.number}", **as_it_was(hours=10))
    number = Correction.objects.get().number
    assert "A correction was asked for" in employer.text("/presences/missing")
    assert number in employer.text("/presences/corrections")
    officer.send(f"/decisions/{number}", decision="ACCEPT")
    assert Spell.objects.get().state == "ENDED"
    assert "Accepted" in employer.text(f"/presences/corrections/{number}")


def test_the_missing_check_out_of_who_came_for_a_firm_abroad_is_listed_and_asked_for(employer: Visitor, place):
    came = came_by_program_of(COMPANY, inss="90231512323", employer=Employer(foreign_vat="PL5260250274"))
    assert f"/presences/missing/{came.number}" in employer.text("/presences/missing")
    ask(employer, f"/presences/missing/{came.number}", **as_it_was(hours=10))
    number = Correction.objects.get().number
    assert number in employer.text("/presences/corrections")
    assert number in employer.text(f"/presences/{came.number}")


FIRM = "PL5260250274"
OF_POSTED = {
    "the Limosa number": ({"limosa": LIMOSA}, [0]),
    "another Limosa number": ({"limosa": "24910158641968061"}, []),
    "the national number": ({"number": "90231512323"}, [1]),
    "two numbers of two workers": ({"limosa": LIMOSA, "number": "90231512323"}, []),
    "the firm abroad": ({"company": FIRM}, [1]),
    "another firm abroad": ({"company": "NL810433941B01"}, []),
}


@pytest.mark.parametrize(("criteria", "found"), OF_POSTED.values(), ids=OF_POSTED)
def test_posted_workers_are_searched_by_limosa_number_and_by_firm(employer: Visitor, posted, criteria, found):
    other = came_by_program_of(COMPANY, inss="90231512323", employer=Employer(foreign_vat=FIRM))
    numbers = [posted.number, other.number]
    shown = searched(employer, **criteria)
    assert [number for number in numbers if f"/presences/{number}" in shown] == [numbers[place] for place in found]
    assert (f">{FIRM}</td>" in shown) == (1 in found)


def test_no_address_holds_a_limosa_number(employer: Visitor, posted: Presence):
    answer = employer.client.post("/presences/search", {**days_acted(), "limosa": LIMOSA}, secure=True)
    assert LIMOSA not in answer["Location"]


def test_a_correction_of_the_check_in_is_asked_for(employer: Visitor, posted: Presence):
    ask(employer, f"/presences/{posted.number}/correction", **as_it_was(hours=18))
    assert Correction.objects.get().target == posted.number


def test_what_a_posted_worker_reports_reaches_the_company_that_brought_him(
    employer: Visitor, worker: Visitor, place, manager: Manager
):
    number = came_by_program_of(COMPANY, inss=INSS, employer=Employer(foreign_vat="PL5260250274")).number
    path = f"/check-in/mine/{number}"
    assert "Nobody of this company" not in worker.text(f"{path}/error")
    told = worker.follow(worker.send(f"{path}/error", what="TIME", message="I left at eight"))
    assert "The company for which you are registered is told that an error waits to be looked at." in told
    assert EboxDocument.objects.filter(kind="CHECK_IN_ERROR", entity_id=manager.entity_id).exists()
    for page in ("/presences/errors", f"/presences/{number}"):
        assert "I left at eight" in employer.text(page)
    answer = {"outcome": "PUT_RIGHT", "sentence": "A correction is asked for"}
    employer.send(f"/presences/errors/{ErrorReport.objects.get().pk}/close", **answer)
    assert "A correction is asked for" in worker.text("/check-in/mine/errors")


@pytest.mark.parametrize("abroad", ["PL5260250274", ""])
def test_what_was_reported_before_the_upgrade_is_found_by_who_is_to_answer(worker: Visitor, place, abroad: str):
    employer = Employer(foreign_vat=abroad) if abroad else Employer(enterprise_number=COMPANY)
    number = came_by_program_of(COMPANY, inss=INSS, employer=employer).number
    worker.send(f"/check-in/mine/{number}/error", what="TIME", message="I left at eight")
    ErrorReport.objects.update(company="")
    with connection.cursor() as cursor:
        cursor.execute(import_module("registers.checkins.migrations.0047_reports_to_who_brought").TOLD)
    assert ErrorReport.objects.get().company == COMPANY


def test_what_is_missing_of_a_posted_worker_is_told_to_the_company_that_brought_him(
    employer: Visitor, worker: Visitor, place
):
    abroad = "PL5260250274"
    came_by_program_of(COMPANY, inss=INSS, employer=Employer(foreign_vat=abroad))
    day = datetime.now(BRUSSELS).date().isoformat()
    missing = {"day": day, "place": PLACE, "company": abroad, "missing": "OUT", "message": "I left at eight"}
    assert "is told that an error waits" in worker.follow(worker.send("/check-in/mine/missing", **missing))
    assert "I left at eight" in employer.text("/presences/errors")
    ErrorReport.objects.update(company="")
    with connection.cursor() as cursor:
        cursor.execute(import_module("registers.checkins.migrations.0047_reports_to_who_brought").TOLD)
    assert ErrorReport.objects.get().company == COMPANY


def test_who_brought_nobody_reads_no_report_of_him(employer: Visitor, worker: Visitor, place):
    a_party(place, OTHER, "CONTRACTOR")
    number = came_by_program_of(OTHER, inss=INSS, employer=Employer(foreign_vat="PL5260250274")).number
    answer = worker.send(f"/check-in/mine/{number}/error", what="TIME", message="I left at eight")
    assert "We could not tell this company" in worker.follow(answer)
    assert "No report waits." in employer.text("/presences/errors")


def test_who_brought_nobody_sees_and_corrects_nothing_of_it(employer: Visitor, place):
    a_party(place, OTHER, "CONTRACTOR")
    number = came_by_program_of(OTHER).number
    assert "No check-out is missing." in employer.text("/presences/missing")
    for path in (f"/presences/{number}", f"/presences/{number}/correction", f"/presences/missing/{number}"):
        employer.get(path, 404)


@pytest.mark.parametrize(
    ("who", "called", "firm"),
    [
        ({}, f"Limosa number {LIMOSA}", "Firm abroad"),
        ({"inss": "90231512323", "employer": Employer(foreign_vat="PL5260250274")}, "90.23.15-***.**", "PL5260250274"),
    ],
)
def test_on_the_list_for_an_evacuation_stands_who_brought_him_and_he_is_counted_there(
    employer: Visitor, place, who: dict[str, object], called: str, firm: str
):
    a_party(place, COMPANY, "CONTRACTOR")
    came_by_program_of(COMPANY, hours=1, **who)
    page = employer.text(f"/presences/work-places/{PLACE}/live")
    assert called in page
    assert f"{firm}, for " in page
    assert "Companies that are not declared here" not in employer.text(f"/presences/work-places/{PLACE}")


PATHS = (
    *("/presences", "/presences/missing", "/presences/{0}", "/presences/{0}/correction", "/presences/missing/{0}"),
    *("/presences/corrections", "/presences/corrections/{1}"),
)


@pytest.mark.parametrize("path", PATHS)
def test_its_pages_ask_twelve_questions_at_most(
    employer: Visitor, posted: Presence, path, django_assert_max_num_queries
):
    ask(employer, f"/presences/missing/{posted.number}", **as_it_was(hours=10))
    number = Correction.objects.get().number
    employer.get("/home")  # what a first page begins with comes once in a stay
    with django_assert_max_num_queries(MOST_QUERIES):
        employer.get(path.format(posted.number, number))
