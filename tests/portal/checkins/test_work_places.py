"""Work places of a company: a client reads numbers alone, and who answers for one reads names."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import lxml.html
import pytest
from django.utils.formats import date_format

from domain.access.services import Right
from domain.brussels import BRUSSELS, brussels_date
from registers.checkins.models import PresenceLook, SectorRule
from registers.persons.models import PersonDetails
from tests.portal.checkins.acting import bring, did, kept, newest
from tests.portal.checkins.conftest import (
    COMPANY,
    INSS,
    OTHER_INSS,
    OTHER_PLACE,
    PLACE,
    Visitor,
    a_party,
    a_place,
    a_user_of,
    a_visitor,
    as_visitor,
)
from tests.portal.people import Manager, settle_manager

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0448181966"


def a_client_of(place, company: str = OTHER_COMPANY) -> Visitor:
    """Return a user of a client of the works, to whom check-ins were given by name."""
    a_party(place, company, "CLIENT")
    return a_user_of(settle_manager(company=company, user_name="cl.ient"), Right.CONSULT)


def test_a_client_sees_parties_and_numbers_and_no_name(worker: Visitor, place, manager: Manager):
    contractor = a_party(place, COMPANY, "CONTRACTOR")
    a_party(place, "0400767772", "SUBCONTRACTOR", contractor)
    did(worker, "in")
    client = a_client_of(place)
    page = client.text(f"/presences/work-places/{PLACE}")
    assert COMPANY in page
    assert "Diaz" not in page
    assert "<dd>1</dd>" in page
    client.get(f"/presences/work-places/{PLACE}/live", HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("role", ["CLIENT", "CONTRACTOR"])
def test_a_chief_without_the_right_sees_the_parties_and_not_how_many_are_present(
    role: str, worker: Visitor, place, manager: Manager
):
    a_party(place, "0400767772", "CONTRACTOR")
    a_party(place, OTHER_COMPANY, role)
    did(worker, "in")
    did(a_visitor(OTHER_INSS, name="Maes"), "in", employer="PL5260250274")
    chief = as_visitor(settle_manager(company=OTHER_COMPANY, user_name="cl.ient"))
    page = chief.text(f"/presences/work-places/{PLACE}")
    assert "0400767772" in page
    assert "How many are present is seen by users who were given this service by name." in page
    for hidden in ("Present at", "<dd>", 'data-column="Present"', "not declared here"):
        assert hidden not in page
    assert "numbers present" not in chief.text("/presences")


def test_the_chief_of_who_answers_for_the_works_sees_no_number_either(worker: Visitor, place, manager: Manager):
    did(worker, "in")
    assert "Present at" not in as_visitor(manager).text(f"/presences/work-places/{PLACE}")


def lines_of(visitor: Visitor) -> list[list[str]]:
    """Return the cells of the companies on the page of the work place, as they are read."""
    page = lxml.html.fromstring(visitor.text(f"/presences/work-places/{PLACE}"))
    return [[" ".join(cell.itertext()).strip() for cell in row.xpath("td")] for row in page.xpath("//tbody/tr")]


def test_who_declared_the_works_is_a_party_of_them(worker: Visitor, place, manager: Manager):
    contractor = a_party(place, "0400767772", "CONTRACTOR")
    did(worker, "in")
    did(a_visitor(OTHER_INSS, name="Maes"), "in", employer="PL5260250274")
    client = a_client_of(place)
    declarant, other, own, stranger = lines_of(client)
    assert (COMPANY in declarant[0], declarant[1], declarant[3]) == (True, "declaring contractor", "1")
    assert (other[0], other[3]) == (contractor.enterprise, "0")
    assert (own[1], own[3]) == ("client", "0")
    assert (stranger[0], stranger[3]) == ("One company that is not declared here", "1")


def test_without_other_parties_the_declarant_stands_there_and_who_answers_for_the_list(employer: Visitor):
    a_place(responsible=OTHER_COMPANY)
    assert [line[3] for line in lines_of(employer)] == ["0"]
    assert f"{OTHER_COMPANY} answers for the list of who is here." in employer.text(f"/presences/work-places/{PLACE}")


def test_a_company_with_two_parts_is_listed_and_counted_once(worker: Visitor, place, manager: Manager):
    a_party(place, COMPANY, "CONTRACTOR")
    for contractor in (a_party(place, "0400767772", "CONTRACTOR"), a_party(place, "0438195916", "CONTRACTOR")):
        a_party(place, OTHER_COMPANY, "SUBCONTRACTOR", contractor)
    did(worker, "in", employer=OTHER_COMPANY)
    lines = lines_of(a_user_of(manager, Right.CONSULT))
    assert [line[3] for line in lines] == ["0", "0", "0", "1"]
    assert " ".join(lines[0][1].split()) == "declaring contractor contractor"
    assert " ".join(lines[3][2].split()) == "0400767772 0438195916"


@pytest.mark.parametrize("role", ["CLIENT", "CONTRACTOR", "SUBCONTRACTOR"])
def test_who_is_to_become_a_party_reads_where_and_from_when_and_nothing_of_today(worker: Visitor, place, role):
    contractor = a_party(place, "0400767772", "CONTRACTOR")
    did(worker, "in")
    coming = a_party(place, OTHER_COMPANY, role, contractor if role == "SUBCONTRACTOR" else None)
    coming.valid_from = brussels_date(datetime.now(UTC)) + timedelta(days=1)
    coming.save()
    visitor = as_visitor(settle_manager(company=OTHER_COMPANY, user_name="com.ing"))
    assert "Town hall" in visitor.text("/presences/work-places")
    page = visitor.text(f"/presences/work-places/{PLACE}")
    assert "Your company is a party here from" in page
    for hidden in ("0400767772", "Present at", "answers for the list"):
        assert hidden not in page
    visitor.get(f"/presences/work-places/{PLACE}/live", HTTPStatus.NOT_FOUND)


def test_a_work_place_of_others_looks_like_none(worker: Visitor, place):
    stranger = as_visitor(settle_manager(company=OTHER_COMPANY, user_name="st.ranger"))
    for path in ("", "/qr", "/live"):
        stranger.get(f"/presences/work-places/{PLACE}{path}", HTTPStatus.NOT_FOUND)


def test_the_list_for_an_evacuation_names_everybody_and_each_look_is_on_record(employer, worker, place):
    did(worker, "in")
    other = a_visitor(OTHER_INSS, name="Maes")
    did(other, "in", employer=OTHER_COMPANY)
    for _again in range(2):
        page = employer.text(f"/presences/work-places/{PLACE}/live")
        assert "Ana Diaz" in page
        assert "Ana Maes" in page
        assert "2 people" in page
    looks = PresenceLook.objects.filter(question="ON_SITE", about=PLACE)
    assert sorted(looks.values_list("person_id", flat=True)) == sorted([worker.person_id, other.person_id] * 2)


def test_the_list_for_an_evacuation_says_as_of_when_it_is_and_is_looked_at_again(employer: Visitor, worker, place):
    """Also where nobody is there yet; each look at it is one of its own."""
    path = f"/presences/work-places/{PLACE}/live"
    page = lxml.html.fromstring(employer.text(path))
    page.make_links_absolute(f"https://testserver{path}")
    assert page.xpath("//a[normalize-space()='Look again']/@href") == [f"https://testserver{path}"]
    assert f"As of {date_format(datetime.now(BRUSSELS), 'j F Y')}, " in page.text_content()
    did(worker, "in")
    assert "Look again" in employer.text(path)
    assert PresenceLook.objects.filter(question="ON_SITE", about=PLACE).count() == 2


def test_the_list_for_an_evacuation_keeps_whom_another_company_checked_in_elsewhere(employer, worker, place):
    a_place(OTHER_PLACE)
    did(worker, "in", minutes_ago=60)
    bring(worker, kept(employer=OTHER_COMPANY, place=OTHER_PLACE, reference="cd" * 11))
    page = employer.text(f"/presences/work-places/{PLACE}/live")
    assert "1 person" in page
    assert "May have left" in page
    assert "was checked in elsewhere since, or checked out here, for another company" in page
    own = employer.text("/presences")
    assert "<dt>On site now</dt><dd>1</dd>" in own
    assert "May have left" in own


def test_whoever_is_on_a_break_is_on_the_lists_with_that_word_and_counted(employer: Visitor, worker: Visitor, place):
    did(worker, "in", "break")
    page = employer.text(f"/presences/work-places/{PLACE}/live")
    assert "Ana Diaz" in page
    assert "On a break" in page
    assert "1 of them is on a break." in page
    numbers = employer.text(f"/presences/work-places/{PLACE}")
    assert "<dd>1</dd>" in numbers
    assert "<dt>Of these on a break</dt><dd>1</dd>" in numbers
    own = employer.text("/presences")
    assert "Ana Diaz" in own
    assert "On a break" in own


@pytest.mark.parametrize("path", ["/presences", f"/presences/work-places/{PLACE}/live"])
def test_whoever_has_no_name_here_is_told_from_others_by_the_receipt(employer: Visitor, worker: Visitor, place, path):
    did(worker, "in")
    PersonDetails.objects.filter(person_id=worker.person_id).delete()
    assert f"{INSS[-2:]}, receipt {newest().number}" in employer.text(path)


def test_an_evacuation_list_is_for_who_answers_for_the_work_place(employer: Visitor, worker: Visitor):
    a_place(responsible=OTHER_COMPANY)
    employer.get(f"/presences/work-places/{PLACE}/live", HTTPStatus.NOT_FOUND)


def test_the_sheet_for_the_door_leads_to_the_check_in_there(employer: Visitor, place):
    page = employer.text(f"/presences/work-places/{PLACE}/qr")
    assert f"/check-in/at/{PLACE}" in page
    assert "<svg" in page


def steps(page: str) -> list[str]:
    return [each.text_content() for each in lxml.html.fromstring(page).xpath("//ol[@id='how-to-register']/li")]


def test_the_sheet_for_the_door_tells_staff_how_to_register(employer: Visitor, place):
    told = steps(employer.text(f"/presences/work-places/{PLACE}/qr"))
    assert [len(told), *(word in told[1] for word in ("Check in", "Start a break", "End the break", "Check out"))] == [
        *(4, True, True, True, True)
    ]
    assert "“My registrations”" in told[2]
    assert "Tell your employer there within 30 days. Who is self-employed asks us there." in told[3]


def test_the_sheet_says_until_when_errors_are_told_as_the_rule_of_the_sector_does(employer: Visitor, place):
    SectorRule.objects.filter(sector="CLEANING").update(correction_days=14)
    assert "within 14 days" in steps(employer.text(f"/presences/work-places/{PLACE}/qr"))[3]


def test_where_days_are_registered_the_sheet_asks_for_no_check_out(employer: Visitor):
    a_place(OTHER_PLACE, sector="CONSTRUCTION")
    page = employer.text(f"/presences/work-places/{OTHER_PLACE}/qr")
    assert "It counts for the whole day." in steps(page)[1]
    assert "Check out" not in page.partition("<main")[2].partition("</main")[0]


@pytest.mark.parametrize(
    ("language", "step"),
    [
        ("nl", "Tik op “Inchecken” op het ogenblik dat u begint"),
        ("fr", "au moment où vous commencez"),
        ("de", "Tippen Sie auf „Einchecken“ in dem Augenblick"),
    ],
)
def test_the_sheet_is_printed_in_the_languages_of_the_staff(employer: Visitor, place, language: str, step: str):
    page = employer.client.get(f"/presences/work-places/{PLACE}/qr", secure=True, headers={"accept-language": language})
    assert step in steps(page.content.decode())[1]


def test_an_employer_is_told_to_inform_the_staff_and_where_the_sheets_are(employer: Visitor, place):
    page = employer.text("/presences/means")
    assert "You also tell your staff how to register" in page
    assert 'href="/presences/work-places"' in page
    assert f"/presences/work-places/{PLACE}" in employer.text("/presences/work-places")
