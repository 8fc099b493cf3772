"""Somebody signed in who has no Belgian number is led to ask for one, and it becomes his own: no second person, no second login."""

import json
from datetime import UTC, datetime
from http import HTTPStatus

import pytest

from auth.models import Login, LoginState, OperatorRole, PendingIdentity
from auth.operators import give_role
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.environments import Environment
from domain.identifiers import Sex, bis_number
from domain.languages import Language
from portal.openid import providers
from registers.checkins.models import Presence
from registers.persons.bis_numbers import issue_bis_number
from registers.persons.details import create_person, name_person
from registers.persons.models import Person, PersonIdentifier
from tests.portal.checkins.conftest import COMPANY, PLACE, Visitor, a_party, a_place, sign_in
from tests.portal.people import a_person
from tests.portal.test_matching_after_a_call import SHOWN
from tests.portal.test_video_calls import BORN, SEEN, TOLD, ask, directory

pytestmark = pytest.mark.django_db
NUMBER = bis_number(BORN, Sex.FEMALE, 998)
CHECK_IN = f"/check-in/at/{PLACE}"
ACT = {"act": "in", "place": PLACE, "employer": COMPANY}


@pytest.fixture(autouse=True)
def known_providers(desk):
    providers.cache_clear()
    yield
    providers.cache_clear()


@pytest.fixture
def officer(desk) -> Visitor:
    _person, login = a_person("of.ficer")
    give_role(login, OperatorRole.REGISTRAR, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


@pytest.fixture
def zofia(desk) -> Visitor:
    """Somebody from abroad with a login, as a company's manager, and without a number; signed in by a code by e-mail."""
    a_party(a_place(), COMPANY, "CONTRACTOR")
    now = datetime.now(UTC)
    person_id = create_person(Environment.PRODUCTION, at=now)
    name_person(person_id, family_name="Nowak", first_name="Zofia", language=Language.EN, actor="test", at=now)
    login = Login.objects.create(user_name="zofia.n", person_id=person_id, state=LoginState.ACTIVE, created_at=now)
    return sign_in(login, level=AssuranceLevel.EMAIL_CODE, means=Means.EMAIL_CODE)


def asked_by(visitor: Visitor, **deviation: str) -> str:
    """Ask for a number as the page leads to it, and return where an officer sees the request."""
    answer = visitor.send("/login/video-call", **TOLD | deviation)
    assert answer["Location"] == "/check-in"
    return f"/registration/identities/{PendingIdentity.objects.get().pk}"


def everybody() -> tuple[int, int]:
    return Person.objects.count(), Login.objects.count()


def numbers_of(visitor: Visitor) -> list[str]:
    found = directory().reveal_number(visitor.person_id)
    return [] if found is None else [found]


def test_who_has_no_number_is_led_from_check_in_to_asking_for_one(zofia: Visitor):
    page = zofia.text(CHECK_IN)
    assert "You have no Belgian number yet" in page
    assert 'href="/login/video-call"' in page
    assert 'value="in"' not in page

    form = zofia.text("/login/video-call")
    assert "You are signed in as Zofia Nowak, and have no Belgian number yet." in form
    assert 'value="Nowak"' in form
    assert "You get a user name by e-mail" not in form


def test_an_act_that_a_phone_kept_says_where_to_ask_for_a_number(zofia: Visitor):
    kept = {"act": "in", "place": PLACE, "employer": COMPANY, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    kept |= {"reference": "0123456789abcdef", "method": "APP", "sure": ""}
    answer = zofia.client.post("/check-in/acts", json.dumps(kept), content_type="application/json", secure=True)

    told = "You have no Belgian number yet. Open “Check in” once more: there you ask for one."
    assert (answer.status_code, told in str(answer.json())) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    assert not Presence.objects.exists()


def test_who_asked_reads_so_and_waits_once_however_often_he_asks(zofia: Visitor, officer: Visitor):
    asked_by(zofia)
    here = asked_by(zofia, phone="+48 512 345 679", mail="zofia.new@example.com")

    assert "A registration officer has your request of" in zofia.text(CHECK_IN)
    assert "z***@example.com" in zofia.text(CHECK_IN)
    page = officer.text(here)
    assert "Asked while signed in as" in page
    assert "+48512345679" in page


def test_the_number_that_an_officer_makes_is_the_persons_own_who_checks_in_at_once(zofia: Visitor, officer: Visitor):
    here, before = asked_by(zofia), everybody()
    shown = officer.send(f"{here}/number", status=200, **SEEN).content.decode()

    assert "The person signs in as before" in shown
    assert (everybody(), numbers_of(zofia)) == (before, [NUMBER])
    assert not OutboxMessage.objects.filter(carrier="SMS").exists()
    assert PendingIdentity.objects.get().state == "MATCHED"
    zofia.send(CHECK_IN, **ACT)
    assert Presence.objects.get().person_id == zofia.person_id


def test_a_number_of_nobody_here_that_an_officer_enters_is_the_persons_own(zofia: Visitor, officer: Visitor):
    here, before = asked_by(zofia), everybody()
    officer.send(here, number=bis_number(BORN, Sex.FEMALE, 4), **SHOWN)

    assert (everybody(), numbers_of(zofia)) == (before, [bis_number(BORN, Sex.FEMALE, 4)])


@pytest.mark.parametrize("page", ["by number", "with a candidate"])
def test_nobody_signed_in_becomes_another_person_by_a_number(zofia: Visitor, officer: Visitor, page: str):
    here = asked_by(zofia)
    number = issue_bis_number(directory(), born=BORN, sex=Sex.FEMALE, actor="test", at=datetime.now(UTC))
    other = directory().find([number])[number]
    path, sent = (here, {"number": number}) if page == "by number" else (f"{here}/match/{other}", {})
    answer = officer.send(path, HTTPStatus.CONFLICT, **SHOWN, **sent)

    assert "registered here as another person" in answer.content.decode()
    assert (numbers_of(zofia), PendingIdentity.objects.get().state) == ([], "WAITING")


def test_a_document_of_another_name_gives_the_person_no_number(zofia: Visitor, officer: Visitor):
    here = asked_by(zofia)
    answer = officer.send(f"{here}/number", HTTPStatus.CONFLICT, **SEEN | {"family_name": "Kowalska"})

    assert "another family name than the one under which this person is known here" in answer.content.decode()
    assert (numbers_of(zofia), PersonIdentifier.objects.filter(kind="INSZ").count()) == ([], 0)


def test_who_got_a_number_meanwhile_is_made_no_second_one(zofia: Visitor, officer: Visitor):
    here = asked_by(zofia)
    directory().add_number(bis_number(BORN, Sex.FEMALE, 4), person_id=zofia.person_id, at=datetime.now(UTC))
    answer = officer.send(f"{here}/number", HTTPStatus.CONFLICT, **SEEN)

    assert "Look again whether the person has one." in answer.content.decode()
    assert numbers_of(zofia) == [bis_number(BORN, Sex.FEMALE, 4)]


def test_after_a_call_nobody_is_matched_with_a_person_who_has_no_number_either(zofia: Visitor, officer: Visitor):
    ask()
    here = f"/registration/identities/{PendingIdentity.objects.get().pk}"
    assert "Nothing: there is no number" in officer.text(here)
    answer = officer.send(f"{here}/match/{zofia.person_id}", HTTPStatus.CONFLICT, **SHOWN)

    assert "would have none afterwards" in answer.content.decode()
    assert PendingIdentity.objects.get().state == "WAITING"


def test_who_has_a_number_asks_as_anybody_does(zofia: Visitor):
    directory().add_number(NUMBER, person_id=zofia.person_id, at=datetime.now(UTC))
    answer = zofia.send("/login/video-call", **TOLD)

    assert "You are signed in as" not in zofia.text("/login/video-call")
    assert answer["Location"] != "/check-in"
