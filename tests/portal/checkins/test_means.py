"""Means of registration on the pages of a company: what is recorded stays, and nothing is replaced unasked."""

import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest

from domain.brussels import brussels_date
from registers.checkins.means_records import Means, record_means
from registers.checkins.models import MeansKind, MeansRecord
from tests.portal.checkins.conftest import COMPANY, INSS, OTHER_PLACE, Visitor
from tests.portal.conftest import token_in

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
    assert "05.01.15-***.**" in page
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
        ({"place": OTHER_PLACE}, "is known."),
        ({"valid_from": in_days(-36525)}, "The first day lies within a year"),
        ({"valid_from": in_days(400)}, "The first day lies within a year"),
    ],
)
def test_what_the_register_does_not_take_is_told_at_its_field(employer: Visitor, told, sentence):
    answer = employer.send(OF_SUBCONTRACTOR, status=HTTPStatus.UNPROCESSABLE_ENTITY, **said(**told))
    assert sentence in answer.content.decode()
    assert not MeansRecord.objects.exists()


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
    record_means(means, employer=COMPANY, actor="person:1", at=datetime.now(UTC), agreed=[record.pk])
    end = f"/presences/means/{record.pk}/end"
    shown = employer.follow(employer.client.post(end, {"form-token": token}, secure=True))
    assert "It ended already, or was recorded anew meanwhile." in shown
    assert "It holds until today." not in shown
