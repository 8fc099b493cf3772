"""Pages about a day that was registered: who registered it cancels it, a worker reports it to the employer."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.utils.formats import date_format
from django.utils.translation import override

from domain.brussels import brussels_date
from domain.checkins.items import DayPresence, Employer, Worker
from domain.checkins.outcomes import Declarant, Registered
from domain.checkins.vocabulary import CancellationReason, ClockingChannel
from domain.environments import Environment
from evidence.models import AuditEvent
from portal.checkin_counter import checkin_counter
from registers.checkins.models import ErrorReport, Presence, PresenceStep, SectorRule, WorkPlaceParty
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
    a_visitor,
)
from tests.portal.checkins.test_called import tell
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bridge(worker: Visitor) -> None:
    a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")


def a_day(worker: Visitor, *, is_own_company: bool) -> Presence:
    employer = f"{COMPANY}/SELF_EMPLOYED" if is_own_company else COMPANY
    did(worker, "in", minutes_ago=0, place=OTHER_PLACE, employer=employer)
    assert newest().kind == "DAY"
    return newest()


def test_a_self_employed_person_cancels_a_day_of_his_own(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    assert f"/check-in/mine/{number}/cancellation" in worker.text(f"/check-in/mine/{number}")
    answer = worker.send(f"/check-in/mine/{number}/cancellation", reason="PLANNING")
    page = worker.follow(answer)
    assert "The day is cancelled" in page
    assert "Cancelled by yourself. The planning changed" in page
    assert "cancellation" not in page
    assert (newest().status, PresenceStep.objects.get(status="CANCELLED").reason) == ("CANCELLED", "PLANNING")


def test_a_cancelled_day_may_be_registered_anew(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    worker.send(f"/check-in/mine/{number}/cancellation", reason="OTHER")
    told = kept(place=OTHER_PLACE, employer=f"{COMPANY}/SELF_EMPLOYED")
    assert bring(worker, told).status_code == HTTPStatus.OK
    assert Presence.objects.exclude(status="CANCELLED").count() == 1


def test_a_day_that_was_cancelled_before_the_phone_heard_of_it_is_no_receipt_and_is_not_asked_about(
    worker: Visitor, bridge
):
    told = kept(place=OTHER_PLACE, employer=f"{COMPANY}/SELF_EMPLOYED")
    receipt = bring(worker, told).json()["receipt"]
    assert "Cancelled" not in worker.text(receipt)
    worker.send(f"/check-in/mine/{newest().number}/cancellation", reason="OTHER")
    for sent in (told, told | {"place": "", "employer": ""}):
        answer = bring(worker, sent)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "This was registered, and was cancelled since." in answer.json()["message"]
        assert answer.json()["lacks"] == ""
    assert "Cancelled" in worker.text(receipt)
    assert bring(worker, told | {"reference": "cd" * 11}).status_code == HTTPStatus.OK
    assert Presence.objects.exclude(status="CANCELLED").count() == 1


def test_a_day_is_not_cancelled_without_a_reason(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    answer = worker.send(f"/check-in/mine/{number}/cancellation", HTTPStatus.OK)
    assert "Choose a reason." in answer.content.decode()
    assert newest().status == "REGISTERED"


def test_a_form_that_waited_until_it_was_too_late_is_told_so(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    token = token_in(worker.text(f"/check-in/mine/{number}/cancellation"))
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    answer = worker.send(
        f"/check-in/mine/{number}/cancellation", HTTPStatus.UNPROCESSABLE_ENTITY, reason="OTHER", token=token
    )
    assert "It is too late to cancel it." in answer.content.decode()


def test_it_is_offered_as_long_as_the_rule_of_the_sector_says(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    assert "Cancel this day" not in worker.text(f"/check-in/mine/{number}")
    worker.get(f"/check-in/mine/{number}/cancellation", HTTPStatus.NOT_FOUND)


def test_nobody_cancels_anothers_day_nor_an_event(worker: Visitor, bridge):
    number = a_day(worker, is_own_company=True).number
    stranger = a_visitor(OTHER_INSS, name="Maes")
    stranger.get(f"/check-in/mine/{number}/cancellation", HTTPStatus.NOT_FOUND)
    a_place(PLACE)
    assert bring(worker, kept(employer=f"{COMPANY}/SELF_EMPLOYED")).status_code == HTTPStatus.OK
    worker.get(f"/check-in/mine/{newest().number}/cancellation", HTTPStatus.NOT_FOUND)


def test_a_worker_reports_a_day_to_the_employer_and_cancels_nothing(worker: Visitor, employer: Visitor, bridge):
    number = a_day(worker, is_own_company=False).number
    page = worker.text(f"/check-in/mine/{number}")
    assert f"/check-in/mine/{number}/error" in page
    assert "Cancel this day" not in page
    worker.get(f"/check-in/mine/{number}/cancellation", HTTPStatus.NOT_FOUND)
    worker.send(f"/check-in/mine/{number}/error", what="PLACE", message="I was at the station")
    assert ErrorReport.objects.get().registration == number
    assert "I was at the station" in employer.text("/presences/errors")


def a_day_of_staff(*, ahead: int = 0, company: str = COMPANY, employer: str = COMPANY) -> Presence:
    """Let the program of a company have registered a day of a worker of an employer."""
    now = datetime.now(UTC)
    item = DayPresence(
        worker=Worker(inss=INSS),
        employer=Employer(enterprise_number=employer),
        work_place_id=OTHER_PLACE,
        date=brussels_date(now) + timedelta(days=ahead),
    )
    by = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=company)
    (outcome,) = checkin_counter().desk.take([item], by=by, received_at=now, at=now)
    assert isinstance(outcome, Registered)
    return newest()


@pytest.mark.parametrize("reason", list(CancellationReason))
def test_an_employer_cancels_a_day_of_the_own_staff_after_being_asked(
    employer: Visitor, worker: Visitor, bridge, reason
):
    number = a_day_of_staff(ahead=1).number
    tell(worker, "Diaz")
    shown = employer.text(f"/presences/{number}")
    assert f"/presences/{number}/cancellation" in shown
    assert '<h1 class="govuk-heading-l">Present on ' in shown
    asked = employer.text(f"/presences/{number}/cancellation")
    assert newest().status == "REGISTERED"
    assert "Zo Diaz" in asked
    assert "Bridge, Gent" in asked
    page = employer.follow(employer.send(f"/presences/{number}/cancellation", reason=reason))
    assert "The day is cancelled" in page
    assert f"{number}/cancellation" not in page
    step = PresenceStep.objects.get(status="CANCELLED")
    assert (newest().status, step.reason, step.brought_by) == ("CANCELLED", reason, COMPANY)
    told = AuditEvent.objects.get(action="presence:cancelled")
    assert told.actor == f"person:{employer.person_id}"


def test_an_employers_cancellation_has_a_reason(employer: Visitor, worker: Visitor, bridge):
    number = a_day_of_staff().number
    answer = employer.send(f"/presences/{number}/cancellation", HTTPStatus.OK)
    assert "Choose a reason." in answer.content.decode()
    assert newest().status == "REGISTERED"


def test_an_employer_who_is_too_late_reads_so_and_until_when_it_was(employer: Visitor, worker: Visitor, bridge):
    number = a_day_of_staff().number
    token = token_in(employer.text(f"/presences/{number}/cancellation"))
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    page = employer.text(f"/presences/{number}")
    assert "It could be cancelled until " in page
    assert "/cancellation" not in page
    answer = employer.text(f"/presences/{number}/cancellation", HTTPStatus.CONFLICT)
    assert "It is too late to cancel it." in answer
    assert "It could be cancelled until " in answer
    assert "form-token" not in answer
    sent = employer.send(
        f"/presences/{number}/cancellation", HTTPStatus.UNPROCESSABLE_ENTITY, reason="OTHER", token=token
    )
    assert "It is too late to cancel it." in sent.content.decode()
    assert newest().status == "REGISTERED"
    told = AuditEvent.objects.get(action="presence:cancellation-refused")
    facts = {"environment": "R", "company": COMPANY, "registration": number, "codes": ["9"]}
    assert (told.actor, {**told.detail, **facts}) == (f"person:{employer.person_id}", told.detail)


def test_what_is_cancelled_is_not_cancelled_again(employer: Visitor, worker: Visitor, bridge):
    number = a_day_of_staff().number
    employer.send(f"/presences/{number}/cancellation", reason="C32A")
    assert "It is cancelled already." in employer.text(f"/presences/{number}/cancellation", HTTPStatus.CONFLICT)


def test_an_employer_cancels_a_day_that_its_worker_registered(employer: Visitor, worker: Visitor, bridge):
    number = a_day(worker, is_own_company=False).number
    employer.send(f"/presences/{number}/cancellation", reason="OTHER")
    assert newest().status == "CANCELLED"
    assert PresenceStep.objects.get(status="CANCELLED").brought_by == COMPANY


def test_a_worker_reads_until_when_a_day_can_be_cancelled_and_until_when_it_could(worker: Visitor, bridge):
    path = f"/check-in/mine/{a_day(worker, is_own_company=False).number}"
    today = date_format(brussels_date(datetime.now(UTC)), "j F Y")
    assert f"until {today} it can be cancelled" in worker.text(path)
    SectorRule.objects.filter(sector="CONSTRUCTION").update(cancel_days=-2)
    page = worker.text(path)
    assert "It could be cancelled until " in page
    assert f"{path}/error" in page


def test_a_day_of_a_company_that_stands_for_the_employer_no_more_is_the_employers(employer: Visitor, worker: Visitor):
    site = a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    a_party(site, COMPANY, "SUBCONTRACTOR", a_party(site, "0448181966", "CONTRACTOR"))
    number = a_day_of_staff(company="0448181966").number
    WorkPlaceParty.objects.filter(role="SUBCONTRACTOR").delete()
    employer.send(f"/presences/{number}/cancellation", reason="OTHER")
    assert newest().status == "CANCELLED"


def test_a_day_that_a_contractor_registered_is_not_the_employers_to_cancel(employer: Visitor, worker: Visitor):
    site = a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    a_party(site, COMPANY, "SUBCONTRACTOR", a_party(site, "0448181966", "CONTRACTOR"))
    number = a_day_of_staff(company="0448181966").number
    page = employer.text(f"/presences/{number}")
    assert "Only who registered it may cancel it." in page
    assert f"{number}/cancellation" not in page
    answer = employer.text(f"/presences/{number}/cancellation", HTTPStatus.CONFLICT)
    assert "Only who registered it may cancel it." in answer


def test_an_event_of_staff_has_no_page_to_be_cancelled(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    employer.get(f"/presences/{newest().number}/cancellation", HTTPStatus.NOT_FOUND)


def test_a_day_of_another_companys_staff_looks_like_none(employer: Visitor, worker: Visitor, bridge):
    number = a_day_of_staff(company="0448181966", employer="0448181966").number
    employer.get(f"/presences/{number}/cancellation", HTTPStatus.NOT_FOUND)


def test_a_contractor_cancels_what_it_registered_for_a_subcontractor(employer: Visitor, worker: Visitor):
    site = a_place(OTHER_PLACE, sector="CONSTRUCTION", name="Bridge")
    a_party(site, "0448181966", "SUBCONTRACTOR", a_party(site, COMPANY, "CONTRACTOR"))
    number = a_day_of_staff(employer="0448181966").number
    assert f"/presences/{number}/cancellation" in employer.text(f"/presences/{number}")
    employer.send(f"/presences/{number}/cancellation", reason="PLANNING")
    assert newest().status == "CANCELLED"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("nl", "j F Y", "D j b Y"),
        ("fr", "j F Y", "D. j N Y"),
        ("de", "j. F Y", "D, j. N Y"),
        ("en", "j F Y", "D j M Y"),
    ],
)
def test_days_are_written_as_the_language_writes_them(employer, worker, bridge, language, long, short):
    row = a_day_of_staff()
    with override(language):
        whole, listed = (date_format(row.registration_date, told) for told in (long, short))
    assert f"{whole}</h1>" in employer.text(f"/presences/{row.number}?language={language}")
    assert f">{listed}</a>" in employer.text("/presences/search")


def test_who_only_looks_cancels_nothing_and_asks_for_no_correction(looker: Visitor, worker: Visitor, bridge):
    number = a_day_of_staff().number
    assert f"{number}/cancellation" not in looker.text(f"/presences/{number}")
    looker.get(f"/presences/{number}/cancellation", HTTPStatus.FORBIDDEN)
    a_place(PLACE)
    did(worker, "in")
    assert "Something is wrong?" not in looker.text(f"/presences/{newest().number}")
