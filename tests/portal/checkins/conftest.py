"""A worker with a number and a work place, and somebody who sees the staff of the same company."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from auth.desk import KeyDesk
from auth.models import Login, LoginState, OperatorRole
from auth.operators import give_role
from domain.access.services import Right, ServiceCode
from domain.assurance import AssuranceLevel, Means
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.languages import Language
from portal.checkin_counter import checkin_counter
from registers.access.granting import WantedRight, grant
from registers.access.models import UserAccount
from registers.checkins.models import Presence, WorkPlace, WorkPlaceParty
from registers.persons.details import name_person
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.portal.checkins.acting import COMPANY, PLACE, did, newest
from tests.portal.conftest import token_in
from tests.portal.people import Manager, a_person, a_stay, settle_manager, settle_user
from tests.registers.access.conftest import signed_in

OTHER_PLACE, UNKNOWN_PLACE = "1Y1003TESTC8Z", "1Y1003TESTD9Z"
INSS, OTHER_INSS = "05011512353", "85011512355"


@dataclass
class Visitor:
    """Somebody's browser on the pages."""

    client: Client
    person_id: int
    login: Login

    def get(self, path: str, status: int = 200) -> HttpResponse:
        answer = self.client.get(path, secure=True)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer

    def text(self, path: str, status: int = 200) -> str:
        return self.get(path, status).content.decode()

    def send(self, path: str, status: int = 303, **fields: Any) -> HttpResponse:
        """Send the form of the page, with its token."""
        token = fields.pop("token", None) or token_in(self.text(path))
        answer = self.client.post(path, {"form-token": token, **fields}, secure=True)
        assert answer.status_code == status, answer.content.decode()[:4000]
        return answer

    def follow(self, answer: HttpResponse) -> str:
        return self.text(answer["Location"])


def a_directory() -> PersonDirectory:
    return PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)


def a_visitor(inss: str, *, name: str, level: AssuranceLevel = AssuranceLevel.EMAIL_CODE) -> Visitor:
    now = datetime.now(UTC)
    person_id = a_directory().find_or_create([inss], at=now)[inss]
    name_person(person_id, family_name=name, first_name="Ana", language=Language.NL, actor="test", at=now)
    login = Login.objects.create(
        user_name=f"{name.lower()}.ana", person_id=person_id, state=LoginState.ACTIVE, created_at=now
    )
    return sign_in(login, level=level, means=Means.EMAIL_CODE)


def sign_in(login: Login, *, level: AssuranceLevel, means: Means) -> Visitor:
    store = a_stay(login, level=level, means=means)
    store["arrived"] = True
    store.save()
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key or ""
    return Visitor(client, login.person_id, login)


def as_visitor(manager: Manager) -> Visitor:
    client = Client(headers={"accept-language": "en"})
    client.cookies[settings.SESSION_COOKIE_NAME] = manager.cookie
    return Visitor(client, manager.person_id, manager.login)


def a_place(number: str = PLACE, **deviation: Any) -> WorkPlace:
    facts = {
        "environment": "R",
        "number": number,
        "sector": "CLEANING",
        "name": "Town hall",
        "municipality": "Gent",
        "declarant": COMPANY,
        "valid_from": brussels_date(datetime.now(UTC)) - timedelta(days=60),
        "changed_at": datetime.now(UTC),
    }
    return WorkPlace.objects.create(**facts | deviation)


def a_party(place: WorkPlace, enterprise: str, role: str, parent: WorkPlaceParty | None = None) -> WorkPlaceParty:
    return WorkPlaceParty.objects.create(
        environment="R", work_place=place, enterprise=enterprise, role=role, parent=parent, valid_from=place.valid_from
    )


@pytest.fixture(autouse=True)
def counter(desk: KeyDesk) -> Iterator[None]:
    checkin_counter.cache_clear()
    yield
    checkin_counter.cache_clear()


@pytest.fixture
def worker(desk: KeyDesk) -> Visitor:
    return a_visitor(INSS, name="Diaz")


@pytest.fixture
def place(db: None) -> WorkPlace:
    return a_place()


@pytest.fixture
def manager(desk: KeyDesk) -> Manager:
    """The chief of the company, to whom nobody gave the service."""
    return settle_manager(company=COMPANY)


@pytest.fixture
def employer(manager: Manager) -> Visitor:
    """A user of the company to whom check-ins were given by name."""
    return a_user_of(manager, Right.DECLARE)


@pytest.fixture
def looker(manager: Manager) -> Visitor:
    """A user of the company who may look and do nothing."""
    return a_user_of(manager, Right.CONSULT)


@pytest.fixture
def officer(desk: KeyDesk) -> Visitor:
    """An officer of the counter, who decides on corrections."""
    _person, login = a_person("of.ficer")
    give_role(login, OperatorRole.SUPPORT, at=datetime.now(UTC), actor="test")
    return sign_in(login, level=AssuranceLevel.EID, means=Means.EID)


@pytest.fixture
def event(worker: Visitor, place: WorkPlace) -> Presence:
    """A check-in of the worker a few minutes ago."""
    did(worker, "in")
    return newest()


def a_user_of(manager: Manager, right: Right, *, user_name: str = "bo.user") -> Visitor:
    now = datetime.now(UTC)
    user = settle_user(manager, user_name=user_name)
    account = UserAccount.objects.get(person_id=user.person_id, entity_id=manager.entity_id)
    wanted = WantedRight(ServiceCode.CHECK_INS, right)
    grant(account.pk, wanted, by=signed_in(manager.company.chief), at=now)
    return as_visitor(user)
