"""Whoever works on site registers and reads it, in whatever capacity; who is self-employed has an employer's duties, too."""

from datetime import UTC, datetime

import lxml.html
import pytest
from django.conf import settings
from django.test import Client

from auth.session_life import choose_context
from domain.access.services import Right, ServiceCode
from domain.assurance import AssuranceLevel, Means
from registers.access.granting import WantedRight, grant
from registers.checkins.models import MeansRecord, Presence
from registers.persons.numbers import PersonKeys
from tests.portal.checkins.acting import did, newest
from tests.portal.checkins.conftest import COMPANY, OTHER_INSS, PLACE, Visitor, a_party, a_visitor
from tests.portal.people import Manager, a_stay
from tests.registers.access.conftest import signed_in
from tests.registers.checkins.employing import employ
from tests.registers.checkins.feeding import validate

pytestmark = pytest.mark.django_db
SUBCONTRACTOR = "0448181966"
OWN = f"{COMPANY}/SELF_EMPLOYED"
ACTS = ("in", "break", "back", "out")
TOLD = ["Check-in", "Begin of the break", "End of the break", "Check-out"]


def judged() -> None:
    """Let the validation look at what was registered."""
    validate(PersonKeys.read(settings.KEYS / "persons.json"), at=datetime.now(UTC))


def words(page: str, path: str) -> list[str]:
    return [each.text_content().strip() for each in lxml.html.fromstring(page).xpath(path)]


def acts_listed(worker: Visitor) -> list[str]:
    """Return what the worker reads of his own, the oldest first."""
    told = words(worker.text("/check-in/mine"), "//main//tbody/tr/td[2]")
    return [next(word for word in TOLD if each.startswith(word)) for each in reversed(told)]


EMPLOYMENTS = {
    "employee": ({}, "employee (by the declared employment)"),
    "temporary worker": ({"joint_commission": "322"}, "temporary worker (by the declared employment)"),
    "trainee": ({"worker_type": "STG"}, "trainee (by the declared employment)"),
}


@pytest.mark.parametrize(("period", "capacity"), EMPLOYMENTS.values(), ids=EMPLOYMENTS)
def test_whoever_is_employed_registers_begin_rest_and_end_and_reads_them(worker: Visitor, place, period, capacity):
    employ(worker.person_id, **period)
    did(worker, *ACTS)
    judged()

    assert acts_listed(worker) == TOLD
    assert capacity in worker.text(f"/check-in/mine/{newest().number}")


def test_who_is_self_employed_registers_begin_rest_and_end_and_reads_them(worker: Visitor, place):
    did(worker, *ACTS, employer=OWN)

    assert acts_listed(worker) == TOLD
    assert set(Presence.objects.values_list("capacity", flat=True)) == {"SELF_EMPLOYED"}


@pytest.fixture
def own_boss(worker: Visitor, manager: Manager, place) -> Visitor:
    """The worker, who is checked in as self-employed, in the company that is his own."""
    did(worker, "in", employer=OWN)
    now = datetime.now(UTC)
    account = manager.company.user(worker.person_id)
    grant(account.pk, WantedRight(ServiceCode.CHECK_INS, Right.DECLARE), by=signed_in(manager.company.chief), at=now)
    store = a_stay(worker.login, level=AssuranceLevel.EID, means=Means.EID, remembered={"arrived": True})
    choose_context(store, entity_id=manager.entity_id, quality="EMPLOYER", at=now)
    store.save()
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    return Visitor(client, worker.person_id, worker.login)


def present(page: str) -> dict[str, str]:
    """Return how many of each company are at the work place, by its number."""
    rows = lxml.html.fromstring(page).xpath("//main//tbody/tr")
    return {row.xpath("string(td[1])").strip()[-10:]: row.xpath("string(td[4])").strip() for row in rows}


@pytest.mark.parametrize("who", ["employer", "own_boss"])
def test_who_has_subcontractors_sees_that_their_people_are_registered(who: str, request, place):
    a_party(place, SUBCONTRACTOR, "SUBCONTRACTOR", a_party(place, COMPANY, "CONTRACTOR"))
    visitor: Visitor = request.getfixturevalue(who)
    did(a_visitor(OTHER_INSS, name="Maes"), "in", employer=SUBCONTRACTOR)

    assert present(visitor.text(f"/presences/work-places/{PLACE}"))[SUBCONTRACTOR] == "1"


@pytest.mark.parametrize("kind", ["GIVEN", "ALTERNATIVE_AGREED"])
@pytest.mark.parametrize("who", ["employer", "own_boss"])
def test_who_has_subcontractors_gives_them_a_means_or_agrees_another(who: str, kind: str, request, place):
    visitor: Visitor = request.getfixturevalue(who)
    told = {
        "company": SUBCONTRACTOR,
        "kind": kind,
        "note": "tablet at the gate",
        "valid_from": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    visitor.send("/presences/means/new/subcontractor", **told)

    record = MeansRecord.objects.get()
    assert (record.employer, record.subcontractor, record.kind) == (COMPANY, SUBCONTRACTOR, kind)


def test_who_is_self_employed_is_among_those_on_site_in_his_own_company(own_boss: Visitor):
    assert "Ana Diaz" in own_boss.text("/presences")


def test_an_employer_reads_which_registrations_are_not_right_and_why(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    judged()
    page = employer.text(f"/presences/{newest().number}")

    assert "Registered, with remarks" in page
    assert "No employment was declared for this person, employer and day." in page


def test_an_employer_reads_that_a_registration_is_right(employer: Visitor, worker: Visitor, place):
    a_party(place, COMPANY, "CONTRACTOR")
    employ(worker.person_id)
    did(worker, "in")
    judged()

    assert words(employer.text(f"/presences/{newest().number}"), "//main//strong[contains(@class, 'tag')]") == [
        "Checked"
    ]
