"""What a worker's page offers at first: the work place of a QR code, where he was lately, and for whom."""

from datetime import UTC, datetime
from http import HTTPStatus

import lxml.html
import pytest

from registers.access.models import Entity
from registers.checkins.models import Presence, WorkPlace
from tests.portal.checkins.acting import ago, bring, did, kept, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_PLACE, PLACE, Visitor, a_party, a_place
from tests.portal.checkins.test_acts import OTHER_COMPANY

pytestmark = pytest.mark.django_db


def test_a_qr_code_names_the_work_place(worker: Visitor, place: WorkPlace):
    path = f"/check-in/at/{PLACE.lower()}"
    assert "Town hall, Gent" in worker.text(path)
    worker.send(path, act="in", place=PLACE, company=COMPANY)
    assert (newest().work_place, newest().capture) == (PLACE, "QR")


def test_a_first_scan_asks_for_whom_where_there_are_several(worker: Visitor, place: WorkPlace):
    contractor = a_party(place, COMPANY, "CONTRACTOR")
    a_party(place, "0400767772", "SUBCONTRACTOR", contractor)
    page = worker.text(f"/check-in/at/{PLACE}")
    assert page.count('name="employer"') == 2
    assert "checked" not in page.partition('name="employer"')[2]
    answer = worker.send(f"/check-in/at/{PLACE}", HTTPStatus.OK, act="in", place=PLACE)
    assert "Say for whom you work here." in answer.content.decode()
    assert not Presence.objects.exists()


def test_a_company_with_two_parts_is_offered_once(worker: Visitor, place: WorkPlace):
    for contractor in (a_party(place, COMPANY, "CONTRACTOR"), a_party(place, "0438195916", "CONTRACTOR")):
        a_party(place, OTHER_COMPANY, "SUBCONTRACTOR", contractor)
    assert worker.text(f"/check-in/at/{PLACE}").count('name="employer"') == 3


def test_who_declared_the_works_is_offered_and_chosen_for_nobody(worker: Visitor, place: WorkPlace):
    page = worker.text(f"/check-in/at/{PLACE}")
    (offered,) = lxml.html.fromstring(page).xpath("//input[@type='radio'][@name='employer']")
    assert (offered.get("value"), offered.get("checked")) == (COMPANY, None)


def test_a_scan_where_one_was_before_knows_for_whom(worker: Visitor, place: WorkPlace):
    a_party(place, COMPANY, "CONTRACTOR")
    a_party(place, "0400767772", "CONTRACTOR")
    did(worker, "in", "out")
    assert (
        f'value="{COMPANY}" '
        in worker.text(f"/check-in/at/{PLACE}").partition('name="employer"')[2].partition("checked")[0]
    )


def test_a_qr_code_of_something_else_is_no_page(worker: Visitor):
    worker.get("/check-in/at/nowhere", HTTPStatus.NOT_FOUND)


def test_places_of_the_last_weeks_are_offered_with_whom_one_worked_for(worker: Visitor, place: WorkPlace):
    did(worker, "in", "out")
    page = worker.text("/check-in")
    assert f'value="{PLACE}"' in page
    assert f'value="{COMPANY}"' in page
    worker.send("/check-in", act="in", place=PLACE, employer=COMPANY)
    assert newest().work_place == PLACE


def test_two_companies_of_one_name_are_told_apart_by_their_numbers(worker: Visitor, place: WorkPlace):
    for company, name in ((COMPANY, "Bakery"), ("0412345614", "bakery"), ("0400767772", "Butcher")):
        Entity.objects.create(environment="R", company_number=company, name=name, valid_from=datetime.now(UTC))
        a_party(place, company, "CONTRACTOR")
    page = worker.text(f"/check-in/at/{PLACE}")
    assert f"Bakery ({COMPANY})" in page
    assert "bakery (0412345614)" in page
    assert "Butcher" in page
    assert "Butcher (" not in page


def test_who_is_self_employed_says_so_where_his_company_is_offered(worker: Visitor, place: WorkPlace):
    """Beside the choice, for what is chosen and what is typed alike: not among what is for other companies."""
    for company in (COMPANY, OTHER_COMPANY):
        a_party(place, company, "CONTRACTOR")
    path = f"/check-in/at/{PLACE}"
    offered, _, elsewhere = worker.text(path).partition("<details")
    assert (offered.count('name="self_employed"'), elsewhere.count('name="self_employed"')) == (1, 0)
    worker.send(path, act="in", place=PLACE, employer=COMPANY, self_employed="on")
    row = newest()
    assert (row.employer, row.capacity) == (COMPANY, "SELF_EMPLOYED")
    worker.send("/check-in", act="out", place=PLACE, employer=f"{COMPANY}/SELF_EMPLOYED")
    assert newest().capacity == "SELF_EMPLOYED"


def test_whoever_worked_for_five_companies_is_offered_the_parties_of_a_new_place_too(worker: Visitor, place: WorkPlace):
    own = ["0400767772", "0412345614", "0438195916", "0448181966", "PL5260250274"]
    a_place(OTHER_PLACE)
    for hours, company in enumerate(own, start=1):
        for act, minutes in (("in", 30), ("out", 0)):
            at, reference = ago(hours=hours, minutes=minutes), f"{hours:02x}{minutes:020x}"
            told = kept(act=act, place=OTHER_PLACE, employer=company, at=at, reference=reference)
            assert bring(worker, told).status_code == HTTPStatus.OK
    a_party(place, "0400767772", "CONTRACTOR")
    a_party(place, "0403170701", "CONTRACTOR")
    offered = lxml.html.fromstring(worker.text(f"/check-in/at/{PLACE}")).xpath("//input[@name='employer']/@value")
    assert sorted(offered) == sorted([*own, COMPANY, "0403170701"])
    worker.send(f"/check-in/at/{PLACE}", act="in", place=PLACE, employer="0403170701")
    assert newest().employer == "0403170701"
