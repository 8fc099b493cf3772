"""Inspectors see presences of all companies, with a reason under which each look is on record; nobody else comes there."""

import re
from datetime import datetime
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from auth.models import OperatorRole
from auth.operators import give_role
from domain.assurance import AssuranceLevel, Means
from domain.brussels import BRUSSELS
from domain.checkins.vocabulary import CaptureMethod, ClockingChannel
from evidence.models import AuditEvent
from portal.pages.checkins.words import CAPTURE_METHODS, CHANNELS
from registers.checkins.models import Correction, CorrectionEvidence, Presence, PresenceLook
from tests.portal.checkins.acting import days_acted, did, did_hours_ago, newest
from tests.portal.checkins.conftest import (
    COMPANY,
    INSS,
    OTHER_INSS,
    OTHER_PLACE,
    PLACE,
    Visitor,
    a_party,
    a_visitor,
    sign_in,
)
from tests.portal.checkins.test_corrections import a_file, ask
from tests.portal.checkins.test_drafts_of_corrections import a_document
from tests.portal.office import settle_officer
from tests.portal.people import a_person

pytestmark = pytest.mark.django_db
OTHER_COMPANY = "0448181966"
WHY = "Visit at the town hall, report 17"


def an_inspector(level: AssuranceLevel = AssuranceLevel.ITSME, role: OperatorRole = OperatorRole.INSPECTOR) -> Visitor:
    _person, login = a_person("in.spector")
    give_role(login, role, at=datetime.now(BRUSSELS), actor="test")
    return sign_in(login, level=level, means=Means.ITSME)


@pytest.fixture
def inspector(desk) -> Visitor:
    return an_inspector()


def look(inspector: Visitor, **deviation: str) -> str:
    """Search, and return the address that what was found is at."""
    asked = {**days_acted(), "reason": WHY} | deviation
    answer = inspector.client.post("/inspection", asked, secure=True)
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    return str(answer["Location"])


def word_of(address: str) -> str:
    return address.partition("?c=")[2]


def looks() -> list[tuple[str, int | None, str]]:
    found = PresenceLook.objects.filter(asker_kind="INSPECTOR").order_by("pk")
    return list(found.values_list("question", "person_id", "reason"))


def test_presences_of_all_companies_are_found_and_each_look_has_its_reason(inspector, worker, place):
    did(worker, "in")
    other = a_visitor(OTHER_INSS, name="Maes")
    did(other, "in", employer=OTHER_COMPANY)
    page = inspector.text(look(inspector))
    assert "Ana Diaz" in page
    assert "Ana Maes" in page
    assert set(looks()) == {("SEARCH", worker.person_id, WHY), ("SEARCH", other.person_id, WHY)}


@pytest.mark.parametrize("criteria", [{"company": COMPANY}, {"number": INSS}, {"place": PLACE}], ids=str)
def test_days_of_one_company_worker_or_place_are_listed_in_the_order_of_their_times(inspector, worker, place, criteria):
    later, earlier = (did_hours_ago(worker, (act, hours)) and newest() for act, hours in (("out", 1), ("in", 2)))
    page = inspector.text(look(inspector, direction="ASCENDING", **criteria))
    assert page.index(f"/inspection/{earlier.number}") < page.index(f"/inspection/{later.number}")
    (sorting,) = re.findall(r'<select name="sort".*?</select>', page, re.DOTALL)
    assert re.findall(r'value="(.+?)" selected', sorting) == ["REGISTRATION DATE"], sorting


CRITERIA = {
    "the company": ({"company": COMPANY}, True),
    "another company": ({"company": OTHER_COMPANY}, False),
    "the worker": ({"number": INSS}, True),
    "another worker": ({"number": OTHER_INSS}, False),
    "the work place": ({"place": PLACE}, True),
    "another work place": ({"place": OTHER_PLACE}, False),
}


@pytest.mark.parametrize(("criteria", "is_found"), CRITERIA.values(), ids=CRITERIA)
def test_the_official_criteria_and_the_company_narrow_the_search(inspector, worker, place, criteria, is_found):
    did(worker, "in")
    assert ("Ana Diaz" in inspector.text(look(inspector, **criteria))) is is_found


WRONG = {
    "no reason": ({"reason": ""}, "Say why you look."),
    "a short reason": ({"reason": "gate"}, "Say why you look in five letters or more."),
    "a number in the reason": ({"reason": f"about {INSS}"}, "Give no national number in the reason."),
    "a wrong company": ({"company": "12"}, "This is no number of a company"),
}


@pytest.mark.parametrize(("deviation", "sentence"), WRONG.values(), ids=WRONG)
def test_without_a_sound_reason_nothing_is_shown(inspector, worker, place, deviation, sentence):
    did(worker, "in")
    asked = {**days_acted(), "reason": WHY} | deviation
    answer = inspector.client.post("/inspection", asked, secure=True)
    assert sentence in answer.content.decode()
    assert "Ana Diaz" not in answer.content.decode() + inspector.text("/inspection")
    assert looks() == []


def test_no_address_holds_a_national_number(inspector, worker, place):
    assert INSS not in look(inspector, number=INSS)


def test_one_registration_shows_whose_it_is_with_all_its_history(inspector, worker, place):
    did(worker, "in")
    number = newest().number
    word = word_of(look(inspector))
    page = inspector.text(f"/inspection/{number}?c={word}")
    for said in ("Ana Diaz", INSS, str(number), PLACE, "Channel"):
        assert said in page
    assert looks()[-1] == ("ONE", worker.person_id, WHY)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("What", "page of the portal", "QR code")), ("nl", ("Wat", "pagina van het portaal", "QR-code"))],
)
def test_how_a_registration_came_is_told_in_words(inspector, worker, place, language, words):
    did(worker, "in")
    path = f"/inspection/{newest().number}?c={word_of(look(inspector))}"
    page = inspector.client.get(path, secure=True, headers={"accept-language": language}).content.decode()
    for said in words:
        assert said in page
    assert "PORTAL" not in page


def test_every_channel_and_every_way_of_capture_has_its_words():
    assert set(CHANNELS) == set(ClockingChannel)
    assert set(CAPTURE_METHODS) == set(CaptureMethod)


@pytest.mark.parametrize("word", ["", "forged"])
@pytest.mark.parametrize("path", ["/inspection/{number}", "/inspection/on-site", "/inspection/evidence/1"])
def test_nothing_is_shown_without_a_reason_that_was_given(inspector, worker, place, word, path):
    did(worker, "in")
    inspector.get(f"{path.format(number=newest().number)}?c={word}", HTTPStatus.NOT_FOUND)
    assert looks() == []


def test_a_correction_is_shown_with_its_evidence_whatever_became_of_it(inspector, employer, worker, place):
    did(worker, "in")
    event = newest()
    document = a_document()
    ask(employer, f"/presences/{event.number}/correction", evidence=a_file(document))
    Correction.objects.update(state="REJECTED", decision="The log is of another day.", decided_at=event.received_at)
    word = word_of(look(inspector))
    page = inspector.text(f"/inspection/{event.number}?c={word}")
    assert "Rejected. The log is of another day." in page
    file = CorrectionEvidence.objects.get()
    answer = inspector.get(f"/inspection/evidence/{file.pk}?c={word}")
    assert answer.content == document
    opened = AuditEvent.objects.get(action="correction:evidence:opened")
    assert (opened.actor, opened.detail["reason"]) == (f"login:{inspector.login.pk}", WHY)


def test_who_is_at_a_work_place_now_is_listed_by_name(inspector, worker, place):
    did(worker, "in")
    address = look(inspector, place=PLACE)
    assert "Who is there now" in inspector.text(address)
    page = inspector.text(f"/inspection/on-site?c={word_of(address)}")
    assert "1 person at Town hall, Gent" in page
    assert "Ana Diaz" in page
    assert looks()[-1] == ("ON_SITE", worker.person_id, WHY)


def test_a_list_that_an_inspector_looks_at_is_kept_on_no_device(inspector, employer, worker, place):
    did(worker, "in")
    a_party(place, COMPANY, "CONTRACTOR")
    keeping = ("live-list.js", "data-live-list", "data-looked-at", "data-worker", "data-offline", "data-is-kept")
    page = inspector.text(f"/inspection/on-site?c={word_of(look(inspector, place=PLACE))}")
    assert "Ana Diaz" in page
    assert "Without a connection this list is gone once the page is loaded again" in page
    assert [words for words in keeping if words in page] == []
    of_company = employer.text(f"/presences/work-places/{PLACE}/live")
    assert [words for words in keeping if words not in of_company] == []


def test_a_list_of_who_is_there_needs_a_work_place(inspector, place):
    inspector.get(f"/inspection/on-site?c={word_of(look(inspector))}", HTTPStatus.NOT_FOUND)


def test_an_inspector_is_no_officer_but_takes_note_of_corrections(inspector):
    inspector.get("/registration", HTTPStatus.FORBIDDEN)
    inspector.get("/registration/identities", HTTPStatus.FORBIDDEN)
    inspector.get("/decisions")


def test_the_menu_leads_an_inspector_to_inspection_alone(desk):
    client = Client(headers={"accept-language": "en"})
    officer = settle_officer(OperatorRole.INSPECTOR, user_name="ivo.inspector")
    client.cookies[settings.SESSION_COOKIE_NAME] = officer.cookie
    home = client.get("/home", secure=True, follow=True).content.decode()
    assert "/inspection" in home
    assert "/registration" not in home


def test_an_officer_or_an_employer_is_no_inspector(desk, employer):
    an_inspector(role=OperatorRole.SUPPORT).get("/inspection", HTTPStatus.FORBIDDEN)
    assert employer.client.get("/inspection", secure=True).status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.FOUND}
    assert Presence.objects.count() == 0


def test_an_inspector_signs_in_with_itsme_or_an_eid(desk):
    weak = an_inspector(AssuranceLevel.APP_CODE)
    assert weak.client.get("/inspection", secure=True).status_code == HTTPStatus.FOUND
