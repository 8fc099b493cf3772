"""Corrections within 30 days, with evidence, decided by somebody else."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from auth.models import OperatorRole
from auth.operators import give_role
from domain.brussels import BRUSSELS, is_shown_twice
from evidence.models import AuditEvent
from registers.checkins.models import Correction, Presence, PresenceLook, PresenceStep, SectorRule, SourceName
from registers.persons.numbers import PersonKeys
from tests.portal.checkins.acting import ago, bring, did, kept, newest
from tests.portal.checkins.conftest import COMPANY, INSS, PLACE, Visitor
from tests.portal.conftest import token_in
from tests.proving_documents import a_pdf
from tests.registers.checkins.employing import employ
from tests.registers.checkins.feeding import feeder

pytestmark = pytest.mark.django_db
PDF = a_pdf()
WHY = "The phone was empty; the badge log is attached."


def a_file(content: bytes = PDF, name: str = "log.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def as_it_was(**by: float) -> dict[str, str]:
    at = (datetime.now(UTC) - timedelta(**by)).astimezone(BRUSSELS)
    which = {"change": "AFTER" if at.fold else "BEFORE"} if is_shown_twice(at) else {}
    return {"day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", "justification": WHY, **which}


def ask(visitor: Visitor, path: str, status: int = 303, **deviation: Any) -> Any:
    return visitor.send(path, status, **{**as_it_was(hours=2), "evidence": a_file(), **deviation})


def test_an_employer_asks_for_a_correction_with_evidence_and_an_officer_accepts(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    correction = Correction.objects.get()
    assert (correction.state, correction.asked_for, correction.target) == ("SUBMITTED", COMPANY, event.number)
    assert "Waits for a decision" in employer.text("/presences/corrections")
    assert correction.number in officer.text("/decisions")
    officer.send(f"/decisions/{correction.number}", decision="ACCEPT")
    versions = Presence.objects.filter(number=event.number).order_by("version")
    assert [row.status for row in versions] == ["SUPERSEDED", "REGISTERED"]
    assert versions[1].event_at < versions[0].event_at
    assert "corrected since" in employer.text(f"/presences/{event.number}")


def test_who_decides_sees_what_is_registered_on_the_days_around_it(employer, officer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    came = newest()
    ask(employer, f"/presences/missing/{came.number}", **as_it_was(hours=10))
    number = Correction.objects.get().number
    shown = officer.text(f"/decisions/{number}").partition("Registered on the days around it")[2]
    assert f"{localtime(came.event_at):%H:%M}" in shown
    assert f"Check-in, {place.name}" in shown
    assert COMPANY in shown.partition("Evidence")[0]
    assert (shown.count(">Decision<"), shown.count(">What do you decide?<")) == (1, 1)
    week = timedelta(days=7)
    Correction.objects.update(registration_date=came.registration_date - week, corrected_at=came.event_at - week)
    assert "Nothing is registered on these days." in officer.text(f"/decisions/{number}")


def test_a_page_keeps_the_history_of_an_event_that_was_moved_to_another_day(employer, officer, event, place):
    PresenceStep.objects.create(
        environment="R",
        number=event.number,
        registration_date=event.registration_date,
        at=event.created_at + timedelta(milliseconds=1),
        status="FAILED",
        remarks=["DIMONA_NOT_OK"],
    )
    ask(employer, f"/presences/{event.number}/correction", **as_it_was(hours=26))
    number = Correction.objects.get().number
    officer.send(f"/decisions/{number}", decision="ACCEPT")
    assert Presence.objects.get(version=2).registration_date < event.registration_date
    shown = employer.text(f"/presences/{event.number}").partition("What happened to it")[2]
    before = date_format(event.registration_date, "j F Y")
    told = [
        f"Check-in, {before}, {localtime(event.event_at):%H:%M}, {place.name}",
        "corrected since",
        "No employment was declared",
        f"Corrected as request {number} asked",
    ]
    found = [shown.find(words) for words in told]
    assert -1 not in found, (told, shown)
    assert found == sorted(found)


def test_the_form_says_whose_registration_is_corrected_and_what_to_give(employer, event):
    page = employer.text(f"/presences/{event.number}/correction")
    assert "Ana Diaz, Check-in, " in page
    assert "Town hall, Gent." in page
    assert "Say what is to be corrected" in page
    assert "Ana Diaz, Check-in, " in employer.text(f"/presences/missing/{event.number}")


def test_a_rejection_has_a_reason_that_the_employer_reads(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    path = f"/decisions/{Correction.objects.get().number}"
    assert "Say why it is rejected." in officer.send(path, status=200, decision="REJECT").content.decode()
    officer.send(path, decision="REJECT", note="The log is of another day.")
    page = employer.text("/presences/corrections")
    assert "Rejected" in page
    assert "The log is of another day." in page


def test_an_officer_who_comes_after_a_colleague_reads_what_was_decided(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    path = f"/decisions/{Correction.objects.get().number}"
    token = token_in(officer.text(path))
    officer.send(path, decision="REJECT", note="The log is of another day.")
    answer = officer.client.post(path, {"form-token": token, "decision": "ACCEPT"}, secure=True)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "somebody decided meanwhile" in answer.content.decode()
    page = officer.text(path)
    assert "Rejected. The log is of another day." in page
    assert "form-token" not in page


def test_the_page_of_an_accepted_request_still_says_what_was_corrected(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    number = Correction.objects.get().number
    registered = f"Check-in, {date_format(localtime(event.event_at), 'j F Y, H:i')}"
    assert registered in employer.text(f"/presences/corrections/{number}")
    officer.send(f"/decisions/{number}", decision="ACCEPT")
    assert registered in employer.text(f"/presences/corrections/{number}")


def test_who_asked_does_not_decide(employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    give_role(employer.login, OperatorRole.SUPPORT, at=datetime.now(BRUSSELS), actor="test")
    path = f"/decisions/{Correction.objects.get().number}"
    page = employer.text(path)
    assert "somebody else decides" in page
    token = token_in(employer.text(f"/presences/{event.number}/correction"))
    employer.client.post(path, {"form-token": token, "decision": "ACCEPT"}, secure=True)
    assert Correction.objects.get().state == "SUBMITTED"


def test_an_officer_says_that_it_is_being_looked_at_and_who_asked_sees_it(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    number = Correction.objects.get().number
    page = officer.text(f"/decisions/{number}")
    path = f"/decisions/{number}/take-up"
    officer.client.post(path, {"form-token": token_in(page)}, secure=True)
    assert Correction.objects.get().state == "UNDER_REVIEW"
    assert "I am looking at it" not in officer.text(f"/decisions/{number}")
    assert "Being looked at" in employer.text(f"/presences/corrections/{number}")
    officer.send(f"/decisions/{number}", decision="ACCEPT")
    assert Correction.objects.get().state == "ACCEPTED"


def test_the_evidence_is_downloaded_by_an_officer_alone(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    correction = Correction.objects.get()
    path = f"/decisions/{correction.number}/evidence/{correction.evidence.get().pk}"
    answer = officer.get(path)
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    employer.get(path, HTTPStatus.FORBIDDEN)


def test_every_look_of_an_officer_is_on_record(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    officer.get(f"/decisions/{Correction.objects.get().number}")
    look = PresenceLook.objects.get(asker_kind="OPERATOR")
    assert (look.person_id, look.asker) == (event.person_id, f"login:{officer.login.pk}")


WRONG = {
    "no file": ({"evidence": ""}, "Choose a file."),
    "an empty file": ({"evidence": a_file(b"")}, "The file is empty."),
    "a program": ({"evidence": a_file(b"MZ\x90 program", "log.pdf")}, "Only PDF, PNG and JPEG files are taken."),
    "no reason": ({"justification": ""}, "Say what happened."),
    "a short reason": ({"justification": "late"}, "10 letters at least"),
    "nothing to correct": ({"day": "", "time": ""}, "Say what is to be corrected"),
    "a day without a time": ({"time": ""}, "Give day and time together."),
    "the first day of the calendar": ({"day": "0001-01-01", "time": "00:00"}, "This is no day."),
    "the last day of the calendar": ({"day": "9999-12-31"}, "This is no day."),
}


@pytest.mark.parametrize(("deviation", "sentence"), WRONG.values(), ids=WRONG)
def test_what_is_missing_is_asked_for_and_nothing_is_noted(employer, event, deviation, sentence):
    status = 422 if "Only PDF" in sentence else 200
    answer = ask(employer, f"/presences/{event.number}/correction", status=status, **deviation)
    assert sentence in answer.content.decode()
    assert not Correction.objects.exists()


def test_until_when_a_correction_is_asked_for_is_a_rule_of_the_sector(employer, worker, event):
    SectorRule.objects.filter(environment="R", sector=event.sector).update(correction_days=2)
    last = date_format(event.registration_date + timedelta(days=2), "j F Y")
    assert last in employer.text(f"/presences/{event.number}")
    assert last in worker.text(f"/check-in/mine/{event.number}")


def test_a_second_request_for_the_same_event_is_refused(employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    again = ask(employer, f"/presences/{event.number}/correction", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "A correction of it waits already." in again.content.decode()
    told = AuditEvent.objects.get(action="correction:refused")
    facts = {"environment": "R", "company": COMPANY, "registration": event.number, "codes": ["P305"]}
    assert (told.actor, {**told.detail, **facts}) == (f"person:{employer.person_id}", told.detail)


def test_what_the_register_does_not_take_is_told_at_its_field(employer, event):
    later = as_it_was(hours=-3)
    answer = ask(employer, f"/presences/{event.number}/correction", status=422, **later)
    assert 'id="id_time-error"' in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_missing_check_out_is_asked_for_with_its_time(employer, officer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    number = newest().number
    ask(employer, f"/presences/missing/{number}", **as_it_was(hours=10))
    correction = Correction.objects.get()
    assert (correction.target, correction.event_type, correction.work_place) == (None, "OUT", PLACE)
    officer.send(f"/decisions/{correction.number}", decision="ACCEPT")
    assert Presence.objects.filter(person_id=worker.person_id, event_type="OUT").count() == 1


def test_an_officer_is_told_which_check_out_came_since_it_was_asked_for(employer, officer, worker, place):
    did(worker, "in", minutes_ago=17 * 60)
    ask(employer, f"/presences/missing/{newest().number}", **as_it_was(hours=10))
    assert bring(worker, kept(act="out", at=ago(hours=9), reference="cd" * 11)).status_code == HTTPStatus.OK
    path = f"/decisions/{Correction.objects.get().number}"
    answer = officer.send(path, HTTPStatus.CONFLICT, decision="ACCEPT")
    assert f"Registration {newest().number} says this already. Reject the request" in answer.content.decode()
    assert Correction.objects.get().state == "SUBMITTED"


def test_a_self_employed_person_asks_for_himself(worker, place, officer):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    number = newest().number
    assert "Ask for a correction" in worker.text(f"/check-in/mine/{number}")
    ask(worker, f"/check-in/mine/{number}/correction")
    correction = Correction.objects.get()
    assert (correction.asked_for, correction.state) == ("", "SUBMITTED")
    officer.send(f"/decisions/{correction.number}", decision="ACCEPT")
    assert Presence.objects.filter(number=number).count() == 2


def test_a_missing_check_in_is_asked_for_after_a_check_out(employer, worker, place):
    did(worker, "out")
    number = newest().number
    assert "Ask for the missing check-in" in employer.text(f"/presences/{number}")
    ask(employer, f"/presences/missing/{number}", **as_it_was(hours=10))
    correction = Correction.objects.get()
    assert (correction.target, correction.event_type, correction.work_place) == (None, "IN", PLACE)


def test_an_event_of_a_day_without_any_is_asked_for_by_the_employer(employer, worker, place):
    new = {"type": "IN", "place": PLACE, "number": INSS}
    ask(employer, "/presences/corrections/new", **new, **as_it_was(days=3))
    correction = Correction.objects.get()
    assert (correction.event_type, correction.work_place, correction.asked_for) == ("IN", PLACE, COMPANY)
    assert correction.person_id == worker.person_id


LACKING = (
    ({"number": "05011512300"}, "This is no national number"),
    ({"type": ""}, "Say what is missing."),
    ({"place": ""}, "Say where it was."),
    ({"time": ""}, "Give the time."),
)


@pytest.mark.parametrize(("deviation", "sentence"), LACKING)
def test_what_an_unknown_event_lacks_is_asked_for(employer, place, deviation, sentence):
    new = {"type": "IN", "place": PLACE, "number": INSS} | as_it_was(days=3)
    answer = ask(employer, "/presences/corrections/new", 200, **new | deviation)
    assert sentence in answer.content.decode()
    assert not Correction.objects.exists()


def test_a_self_employed_person_asks_for_an_event_that_is_missing(worker, place, officer):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    assert "/check-in/corrections/new" in worker.text(f"/check-in/mine/{newest().number}")
    new = {"type": "OUT", "place": PLACE, "company": COMPANY}
    ask(worker, "/check-in/corrections/new", **new, **as_it_was(hours=0))
    correction = Correction.objects.get()
    assert (correction.asked_for, correction.event_type, correction.state) == ("", "OUT", "SUBMITTED")
    officer.send(f"/decisions/{correction.number}", decision="ACCEPT")
    assert Presence.objects.get(event_type="OUT").capacity == "SELF_EMPLOYED"


def test_a_founder_asks_for_an_event_before_he_ever_registered_one(worker, place, tmp_path):
    feeder(PersonKeys.read(settings.KEYS / "persons.json"), tmp_path)(
        SourceName.FOUNDERS, f"{COMPANY},{INSS},2020-01-01,"
    )
    assert "/check-in/corrections/new" in worker.text("/check-in/corrections")
    new = {"type": "IN", "place": PLACE, "company": COMPANY}
    ask(worker, "/check-in/corrections/new", **new, **as_it_was(hours=1))
    assert Correction.objects.get().state == "SUBMITTED"


NEW = {"type": "IN", "place": PLACE, "other_company": "0877.665.502", "self_employed": "on"}
"""What somebody asks for who never registered anything and whom no source knows."""


def test_who_is_known_nowhere_as_self_employed_asks_for_his_first_event(worker, place, officer):
    for page in ("/check-in/mine", "/check-in/corrections"):
        assert "/check-in/corrections/new" in worker.text(page)
    assert "tells that employer" in worker.text("/check-in/corrections/new")
    ask(worker, "/check-in/corrections/new", **NEW, **as_it_was(hours=1))
    correction = Correction.objects.get()
    assert (correction.asked_for, correction.employer, correction.state) == ("", COMPANY, "SUBMITTED")
    shown = "Nothing here says that it is the person&#x27;s own"
    assert shown in officer.text(f"/decisions/{correction.number}")
    officer.send(f"/decisions/{correction.number}", decision="ACCEPT")
    row = newest()
    assert (row.capacity, row.capacity_source, row.employer) == ("SELF_EMPLOYED", "DECLARED", COMPANY)
    assert shown not in officer.text(f"/decisions/{correction.number}")
    assert f"/check-in/mine/{row.number}/correction" in worker.text(f"/check-in/mine/{row.number}")


LACKING = {
    "no company": ({"other_company": ""}, "Give the number of your company."),
    "no number of one": ({"other_company": "0877665503"}, "This is no number of a company"),
    "not said to be his": ({"self_employed": ""}, "If it is not, tell your employer."),
}


@pytest.mark.parametrize(("deviation", "sentence"), LACKING.values(), ids=LACKING)
def test_what_the_first_event_lacks_is_asked_for(worker, place, deviation, sentence):
    answer = ask(worker, "/check-in/corrections/new", status=200, **NEW | deviation, **as_it_was(hours=1))
    assert sentence in answer.content.decode()
    assert not Correction.objects.exists()


def test_who_has_a_company_asks_for_another_one_of_his(worker, place):
    did(worker, "in", employer="0400767772/SELF_EMPLOYED")
    ask(worker, "/check-in/corrections/new", **NEW, company="0400767772", **as_it_was(hours=1))
    assert Correction.objects.get().employer == COMPANY


def test_the_staff_of_a_company_asks_for_nothing_as_if_it_were_its_own(worker, event):
    employ(worker.person_id)
    answer = ask(worker, "/check-in/corrections/new", status=422, **NEW, **as_it_was(hours=1))
    assert "You are known here as staff of this company: tell your employer." in answer.content.decode()
    assert 'id="id_other_company-error"' in answer.content.decode()
    assert not Correction.objects.exists()


def test_an_employee_does_not_ask_for_himself(worker, event):
    worker.get(f"/check-in/mine/{event.number}/correction", HTTPStatus.NOT_FOUND)
    assert "Tell your employer" in worker.text(f"/check-in/mine/{event.number}")


def test_the_page_of_a_request_tells_who_what_and_what_became_of_it(employer, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    number = Correction.objects.get().number
    officer.send(f"/decisions/{number}", decision="REJECT", note="The log is of another day.")
    page = employer.text(f"/presences/corrections/{number}")
    for word in ("Ana Diaz", WHY, "log.pdf", "Rejected. The log is of another day."):
        assert word in page
    looks = PresenceLook.objects.filter(asker_kind="EMPLOYER", question="CORRECTION", about=number)
    assert [look.person_id for look in looks] == [event.person_id]


def test_a_self_employed_person_sees_and_withdraws_an_own_request(worker, place):
    did(worker, "in", employer=f"{COMPANY}/SELF_EMPLOYED")
    ask(worker, f"/check-in/mine/{newest().number}/correction")
    number = Correction.objects.get().number
    assert 'href="/check-in/corrections"' in worker.text("/check-in/mine")
    assert number in worker.text("/check-in/corrections")
    assert "Waits for a decision" in worker.text(f"/check-in/corrections/{number}")
    worker.get(f"/check-in/corrections/{number}/evidence", HTTPStatus.NOT_FOUND)
    assert f"{number}: Check-in, " in worker.text(f"/check-in/corrections/{number}/withdraw")
    assert "Withdrawn" in worker.follow(worker.send(f"/check-in/corrections/{number}/withdraw"))


def test_decisions_are_for_officers_alone(employer, event):
    employer.get("/decisions", HTTPStatus.FORBIDDEN)
    assert Client().get("/decisions", secure=True).status_code == HTTPStatus.FOUND
