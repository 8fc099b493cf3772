"""Whom a company registered by a Limosa number alone, or for a firm abroad, is of its own staff, also where the check-out is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.checkins.items import Employer, PresenceEvent, Worker
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import ClockingChannel, EventType
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from registers.checkins.missing_outs import flag_missing_outs
from registers.checkins.models import Correction, Presence, Spell
from tests.portal.checkins.acting import newest
from tests.portal.checkins.conftest import COMPANY, PLACE, Visitor, a_party
from tests.portal.checkins.test_corrections import as_it_was, ask

pytestmark = pytest.mark.django_db
OTHER, LIMOSA = "0448181966", "24910158641968060"
MOST_QUERIES = 12


@pytest.fixture
def posted(place) -> Presence:
    """A posted worker whom the company's program checked in 17 hours ago, and who never checked out."""
    return came_by_program_of(COMPANY)


def came_by_program_of(company: str, *, inss: str = "", employer: Employer | None = None) -> Presence:
    came, now = datetime.now(UTC) - timedelta(hours=17), datetime.now(UTC)
    event = PresenceEvent(came, EventType.IN, Worker(inss=inss) if inss else Worker(limosa_id=LIMOSA), employer, PLACE)
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=company)
    checkin_counter().desk.take([event], by=by, received_at=came, at=came)
    flag_missing_outs(environment=Environment.PRODUCTION, limits=checkin_counter().limits, at=now)
    return newest()


def test_the_missing_check_out_is_listed_and_counted(employer: Visitor, posted: Presence):
    assert f"/presences/missing/{posted.number}" in employer.text("/presences/missing")
    assert "<dt>Missing check-outs</dt><dd>1</dd>" in employer.text("/presences")


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


def test_a_correction_of_the_check_in_is_asked_for(employer: Visitor, posted: Presence):
    ask(employer, f"/presences/{posted.number}/correction", **as_it_was(hours=18))
    assert Correction.objects.get().target == posted.number


def test_who_brought_nobody_sees_and_corrects_nothing_of_it(employer: Visitor, place):
    a_party(place, OTHER, "CONTRACTOR")
    number = came_by_program_of(OTHER).number
    assert "No check-out is missing." in employer.text("/presences/missing")
    for path in (f"/presences/{number}", f"/presences/{number}/correction", f"/presences/missing/{number}"):
        employer.get(path, 404)


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
