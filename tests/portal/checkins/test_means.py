"""Means of registration on the pages of a company: what is recorded stays, and nothing is replaced unasked."""

import re
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.brussels import brussels_date
from evidence.models import AuditEvent
from registers.checkins.means_records import GivingWay, Means, record_means
from registers.checkins.models import MeansKind, MeansRecord, WorkPlaceParty
from tests.portal.checkins.acting import did
from tests.portal.checkins.conftest import COMPANY, INSS, OTHER_PLACE, PLACE, Visitor, a_party, a_place, as_visitor
from tests.portal.checkins.test_inspection import an_inspector, look, word_of
from tests.portal.conftest import token_in
from tests.portal.people import Manager
from tests.registers.checkins.employing import employ

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0448181966"
OF_SUBCONTRACTOR = "/presences/means/new/subcontractor"
OF_TEMPORARY_WORKER = "/presences/means/new/temporary-worker"


def in_days(days: int) -> str:
    return str(brussels_date(datetime.now(UTC)) + timedelta(days=days))


def said(first: int = -20, **deviation: Any) -> dict[str, Any]:
    told = {"company": OTHER_COMPANY, "kind": "ALTERNATIVE_AGREED", "note": "own app"}
    return {**told, "valid_from": in_days(first), **deviation}


def given(first: int = -20, note: str = "Device 1", **deviation: Any) -> dict[str, Any]:
    return said(first, kind="GIVEN", note=note, **deviation)


def stand() -> list[str]:
    return list(MeansRecord.objects.filter(replaced_at=None).order_by("valid_from").values_list("note", flat=True))


def test_the_means_of_a_subcontractor_are_recorded(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **said())
    record = MeansRecord.objects.get()
    assert (record.employer, record.subcontractor, record.note) == (COMPANY, OTHER_COMPANY, "own app")
    assert "own app" in employer.text("/presences/means")


def test_the_means_of_a_temporary_worker_are_recorded_and_a_number_tells_no_name(employer: Visitor, worker: Visitor):
    employer.send(OF_TEMPORARY_WORKER, number=INSS, kind="USER_FIRM_MEANS", valid_from=in_days(-20))
    assert MeansRecord.objects.get().person_id == worker.person_id
    page = employer.text("/presences/means")
    assert "05.01.15-***.53" in page
    assert "Diaz" not in page


def test_a_user_firm_settles_by_contract_how_a_temporary_worker_registers(employer: Visitor, worker: Visitor):
    told = {"number": INSS, "kind": "CONTRACT_CLAUSE", "note": "article 7: own phone", "valid_from": in_days(-20)}
    employer.send(OF_TEMPORARY_WORKER, **told)
    record = MeansRecord.objects.get()
    assert (record.employer, record.person_id, record.kind) == (COMPANY, worker.person_id, "CONTRACT_CLAUSE")
    assert "as the contract says: article 7: own phone" in employer.text("/presences/means")


@pytest.mark.parametrize(
    ("path", "told", "sentence"),
    [
        (OF_SUBCONTRACTOR, {"note": ""}, "Say what was agreed."),
        (OF_SUBCONTRACTOR, {"company": "1"}, "This is no number of a company"),
        (OF_TEMPORARY_WORKER, {"number": "1", "kind": "USER_FIRM_MEANS"}, "This is no national number"),
        (OF_SUBCONTRACTOR, {"valid_from": "0001-01-01"}, "This is no day."),
        (OF_SUBCONTRACTOR, {"valid_from": "9999-12-31"}, "This is no day."),
        (OF_SUBCONTRACTOR, {"valid_until": in_days(-21)}, "The last day is before the first."),
    ],
)
def test_what_is_told_of_means_is_looked_at(employer: Visitor, path, told, sentence):
    assert sentence in employer.send(path, status=200, **said(**told)).content.decode()
    assert not MeansRecord.objects.exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"place": OTHER_PLACE}, "No work place of your company has this number."),
        ({"company": COMPANY}, "This is your own company."),
        ({"valid_from": in_days(-36525)}, "The first day lies within a year"),
        ({"valid_from": in_days(400)}, "The first day lies within a year"),
    ],
)
def test_what_the_register_does_not_take_is_told_at_its_field(employer: Visitor, told, sentence):
    answer = employer.send(OF_SUBCONTRACTOR, status=HTTPStatus.UNPROCESSABLE_ENTITY, **said(**told))
    assert sentence in answer.content.decode()
    assert not MeansRecord.objects.exists()


def test_a_work_place_in_which_the_company_has_no_part_is_none(employer: Visitor):
    a_place(OTHER_PLACE, name="Secret site", declarant=OTHER_COMPANY)
    answer = employer.send(OF_SUBCONTRACTOR, status=HTTPStatus.UNPROCESSABLE_ENTITY, **said(place=OTHER_PLACE))
    assert "No work place of your company has this number." in answer.content.decode()
    assert "Secret site" not in employer.text(OF_SUBCONTRACTOR)


def test_a_record_of_one_work_place_shows_its_number(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **said(place=PLACE))
    assert PLACE in employer.text("/presences/means").partition("<main")[2]


def test_temporary_workers_of_one_birth_day_are_told_apart(employer: Visitor):
    for number in ("85011512355", "85011512256"):
        employer.send(OF_TEMPORARY_WORKER, number=number, kind="USER_FIRM_MEANS", valid_from=in_days(0))
    page = employer.text("/presences/means")
    assert ("85.01.15-***.55" in page, "85.01.15-***.56" in page) == (True, True)


def test_a_user_firm_reads_the_name_of_whom_it_knows_and_its_access_manager_does_not(
    employer: Visitor, manager: Manager, worker: Visitor, place
):
    did(worker, "in")
    employer.send(OF_TEMPORARY_WORKER, number=INSS, kind="USER_FIRM_MEANS", valid_from=in_days(0))
    assert "Ana Diaz" in employer.text("/presences/means")
    page = as_visitor(manager).text("/presences/means")
    assert ("Diaz" in page, "05.01.15-***.53" in page) == (False, True)


def asked_about(employer: Visitor, **told: Any) -> str:
    return employer.send(OF_SUBCONTRACTOR, status=HTTPStatus.CONFLICT, **told).content.decode()


def agreed_in(page: str) -> str:
    found = re.search(r'name="agreed" value="([^"]*)"', page)
    assert found
    return found[1]


def test_what_would_be_replaced_is_named_before_it_is(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given(-300))
    employer.send(OF_SUBCONTRACTOR, **said(0))
    page = asked_about(employer, **given(-100, note="Device 2"))
    assert "Record it in their place" in page
    main = page.partition("<main")[2]
    assert ("Device 1" in main, "own app" in main, "Nothing of it stays" in main) == (True, True, True)
    assert stand() == ["Device 1", "own app"]
    employer.send(OF_SUBCONTRACTOR, **given(-100, note="Device 2", agreed=agreed_in(page), token=token_in(page)))
    assert stand() == ["Device 1", "Device 2"]
    assert MeansRecord.objects.filter(note="own app", replaced_by=f"person:{employer.person_id}").exists()


def test_what_was_recorded_meanwhile_is_asked_about_anew(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given(-300))
    page = asked_about(employer, **given(-100, note="Device 2"))
    employer.send(OF_SUBCONTRACTOR, **said(0))
    again = asked_about(employer, **given(-100, note="Device 2", agreed=agreed_in(page)))
    assert "own app" in again.partition("<main")[2]
    assert stand() == ["Device 1", "own app"]


def test_another_first_day_than_the_one_agreed_to_is_asked_about_anew(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given(-300))
    page = asked_about(employer, **given(-100, note="Device 2"))
    slip = given(-365, note="Device 2", agreed=agreed_in(page), token=token_in(page))
    again = asked_about(employer, **slip)
    assert "Nothing of it stays" in again.partition("<main")[2]
    assert stand() == ["Device 1"]
    employer.send(OF_SUBCONTRACTOR, **slip | {"agreed": agreed_in(again), "token": token_in(again)})
    assert stand() == ["Device 2"]


def test_what_follows_today_is_recorded_unasked(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given(-300))
    employer.send(OF_SUBCONTRACTOR, **said(0))
    assert stand() == ["Device 1", "own app"]


def test_what_held_in_a_time_that_is_over_leaves_what_holds_now(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given(-300))
    forgotten = said(-200, valid_until=in_days(-100))
    employer.send(OF_SUBCONTRACTOR, **forgotten, agreed=agreed_in(asked_about(employer, **forgotten)))
    assert stand() == ["Device 1", "own app", "Device 1"]


@pytest.mark.parametrize(
    ("begins_in", "sentence", "days"),
    [(0, "It holds until today.", [(0, 0)]), (3, "What was planned is taken back: it never holds.", [])],
)
def test_a_record_of_means_is_ended_and_what_is_only_planned_taken_back(
    employer: Visitor, place, begins_in, sentence, days
):
    employer.send(OF_SUBCONTRACTOR, **given(begins_in))
    page = employer.text("/presences/means")
    assert ("Take it back" in page, "End it today" in page) == (begins_in > 0, begins_in == 0)
    end = f"/presences/means/{MeansRecord.objects.get().pk}/end"
    answer = employer.client.post(end, {"form-token": token_in(page)}, secure=True)
    assert sentence in employer.follow(answer)
    held = MeansRecord.objects.filter(replaced_at=None).values_list("valid_from", "valid_until")
    assert [(str(first), str(last)) for first, last in held] == [(in_days(one), in_days(two)) for one, two in days]


def test_a_record_of_means_that_was_recorded_anew_is_not_said_to_hold_until_today(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given())
    token = token_in(employer.text("/presences/means"))
    record = MeansRecord.objects.get()
    means = Means(MeansKind.GIVEN, record.valid_from, subcontractor=OTHER_COMPANY)
    whole = GivingWay(record, left=())
    record_means(means, employer=COMPANY, actor="person:1", at=datetime.now(UTC), agreed=[whole.agreement])
    end = f"/presences/means/{record.pk}/end"
    shown = employer.follow(employer.client.post(end, {"form-token": token}, secure=True))
    assert "It ended already, or was recorded anew meanwhile." in shown
    assert "It holds until today." not in shown


@pytest.fixture
def below(place) -> WorkPlaceParty:
    """A subcontractor of the company at its work place."""
    return a_party(place, OTHER_COMPANY, "SUBCONTRACTOR", a_party(place, COMPANY, "CONTRACTOR"))


def test_subcontractors_without_means_are_named_until_something_is_recorded(employer: Visitor, below):
    assert "One subcontractor is without means" in employer.text("/presences/means")
    assert "Without means" in employer.text(f"/presences/work-places/{PLACE}")
    page = employer.text("/presences/means/lacking")
    assert f"{OF_SUBCONTRACTOR}?company={OTHER_COMPANY}&amp;place={PLACE}" in page
    employer.send(OF_SUBCONTRACTOR, **said(place=PLACE))
    assert "is without means" not in employer.text("/presences/means")
    assert "Without means" not in employer.text(f"/presences/work-places/{PLACE}")
    assert OTHER_COMPANY not in employer.text("/presences/means/lacking").partition("<main")[2]


def test_what_ended_or_is_of_another_work_place_leaves_a_subcontractor_without_means(employer: Visitor, below):
    a_place(OTHER_PLACE)
    employer.send(OF_SUBCONTRACTOR, **said(-30, valid_until=in_days(-1)))
    employer.send(OF_SUBCONTRACTOR, **said(place=OTHER_PLACE))
    assert "One subcontractor is without means" in employer.text("/presences/means")


def test_the_form_offers_the_subcontractors_and_work_places_of_the_company(employer: Visitor, below):
    page = employer.text(f"{OF_SUBCONTRACTOR}?company={OTHER_COMPANY}&place={PLACE}")
    assert (f'<option value="{OTHER_COMPANY}">' in page, f'<option value="{PLACE}">' in page) == (True, True)
    assert f'value="{OTHER_COMPANY}" class' in page or f'name="company" value="{OTHER_COMPANY}"' in page


@pytest.mark.parametrize(("company", "is_told"), [(OTHER_COMPANY, False), ("0400767772", True)])
def test_it_is_told_of_a_company_that_it_is_no_subcontractor_at_any_work_place(
    employer: Visitor, below, company: str, is_told: bool
):
    shown = employer.follow(employer.send(OF_SUBCONTRACTOR, **said(company=company)))
    assert ("is no subcontractor of yours" in shown) is is_told


def test_what_is_over_is_listed_as_it_was_recorded_with_who_replaced_it(employer: Visitor, place):
    employer.send(OF_SUBCONTRACTOR, **given(-300))
    employer.send(OF_SUBCONTRACTOR, **said(0))
    listed = employer.text("/presences/means/over").partition("<main")[2]
    assert listed.count("Device 1") == 2  # as it was recorded, and what is left of it
    assert (listed.count(">replaced</strong>"), "own app" in listed) == (1, False)


def recorded_by(company: str, **deviation: Any) -> MeansRecord:
    facts: dict[str, Any] = {"kind": MeansKind.GIVEN, "note": "their tablet", "subcontractor": COMPANY}
    facts |= {"valid_from": date.fromisoformat(in_days(-20))}
    return record_means(Means(**facts | deviation), employer=company, actor="person:1", at=datetime.now(UTC))


def test_a_subcontractor_reads_what_others_recorded_of_it(employer: Visitor, place):
    recorded_by(OTHER_COMPANY)
    recorded_by(OTHER_COMPANY, subcontractor="0400767772", note="of somebody else")
    page = employer.text("/presences/means/of-others").partition("<main")[2]
    assert ("their tablet" in page, OTHER_COMPANY in page, "somebody else" in page) == (True, True, False)
    assert "their tablet" not in employer.text("/presences/means")


@pytest.mark.parametrize(
    ("deviation", "is_shown"),
    [
        ({}, True),
        ({"using_employer": "0448.181.966"}, True),
        ({"using_employer": "0400767772"}, False),
        ({"ending_date": date(2026, 1, 31)}, False),
    ],
)
def test_an_agency_reads_what_is_recorded_of_workers_whom_it_lent(
    employer: Visitor, worker: Visitor, deviation, is_shown: bool
):
    employ(worker.person_id, **{"using_employer": OTHER_COMPANY} | deviation)
    clause = {"kind": MeansKind.CONTRACT_CLAUSE, "note": "article 7", "subcontractor": ""}
    recorded_by(OTHER_COMPANY, **clause, person_id=worker.person_id)
    assert ("article 7" in employer.text("/presences/means/of-others")) is is_shown


@pytest.mark.parametrize(
    ("criteria", "is_shown"),
    [
        ({"company": COMPANY}, True),
        ({"company": OTHER_COMPANY}, True),
        ({"place": PLACE}, True),
        ({"company": "0400767772"}, False),
        ({"place": OTHER_PLACE}, False),
    ],
    ids=str,
)
def test_an_inspector_reads_what_was_recorded_of_a_company_or_at_a_work_place(
    employer: Visitor, desk, below, criteria: dict[str, str], is_shown: bool
):
    employer.send(OF_SUBCONTRACTOR, **given(-30))
    employer.send(OF_SUBCONTRACTOR, **said(0))
    inspector = an_inspector()
    address = look(inspector, **criteria)
    assert "/inspection/means?c=" in inspector.text(address)
    page = inspector.text(f"/inspection/means?c={word_of(address)}").partition("<main")[2]
    assert ("own app" in page, "Device 1" in page) == (is_shown, is_shown)
    (event,) = AuditEvent.objects.filter(action="checkin:means:inspected")
    assert event.detail["reason"]


def test_an_inspector_who_asked_for_no_company_and_no_work_place_is_shown_no_means(desk):
    inspector = an_inspector()
    address = look(inspector)
    assert "/inspection/means" not in inspector.text(address)
    inspector.get(f"/inspection/means?c={word_of(address)}", HTTPStatus.NOT_FOUND)


PAGES = ("/presences/means", "/presences/means/over", "/presences/means/lacking", "/presences/means/of-others")


@pytest.mark.parametrize("path", [*PAGES, OF_SUBCONTRACTOR, f"/presences/work-places/{PLACE}"])
def test_each_page_asks_few_questions_however_much_it_lists(employer: Visitor, below, path: str):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            employer.get(path)
        return len([one for one in queries if "SAVEPOINT" not in str(one["sql"])])

    employer.send(OF_SUBCONTRACTOR, **given(-30))
    employer.send(OF_SUBCONTRACTOR, **said(0))
    employer.send(OF_TEMPORARY_WORKER, number=INSS, kind="USER_FIRM_MEANS", valid_from=in_days(0))
    recorded_by(OTHER_COMPANY)
    few = asked()
    for number in ("85011512355", "85011512256"):
        employer.send(OF_TEMPORARY_WORKER, number=number, kind="USER_FIRM_MEANS", valid_from=in_days(0))
    employer.send(OF_SUBCONTRACTOR, **given(-30, company="0400767772"))
    assert asked() <= few <= 12


def test_an_inspector_reads_many_records_by_few_questions(
    employer: Visitor, desk, below, django_assert_max_num_queries
):
    for number in (INSS, "85011512355", "85011512256"):
        employer.send(OF_TEMPORARY_WORKER, number=number, kind="USER_FIRM_MEANS", valid_from=in_days(0))
    employer.send(OF_SUBCONTRACTOR, **given(-30))
    employer.send(OF_SUBCONTRACTOR, **said(0, place=PLACE))
    inspector = an_inspector()
    address = look(inspector, company=COMPANY, place=PLACE)
    with django_assert_max_num_queries(12):
        inspector.get(f"/inspection/means?c={word_of(address)}")
