"""The forms of registration officers."""

from django.conf import settings

from domain.environments import Environment
from domain.identifiers import insz
from domain.languages import Language
from evidence.clock import SystemClock
from registers.persons.details import name_person
from registers.persons.numbers import PersonDirectory, PersonKeys
from tests.portal.browser.pages import Who
from tests.portal.twice.sending import Form, Prepare, Scene, on

NUMBER = insz(40_501_123, born_from_2000=True)
SEEN = {
    "office": "SOCIAL_SECURITY",
    "purpose": "STUDENT",
    "document": "PASSPORT",
    "document_country": "MA",
    "document_number": "AB123456",
    "document_expires_on": "01/01/2040",
    "family_name": "El Fassi",
    "first_name": "Amina",
    "birth_date": "01/05/2004",
    "number": NUMBER,
    "has_mail_address": "on",
    "language": "fr",
}
_NOT_SAID = ("has_appointment", "has_proof_of_study", "has_no_number", "sex", "has_searched")
_DOCUMENT = {name: said for name, said in SEEN.items() if name.startswith("document")}
_IDENTITY = "/registration/identities/100001"


def a_known_person(scene: Scene) -> int:
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    now = SystemClock().now()
    person_id = directory.find_or_create([NUMBER], at=now)[NUMBER]
    name_person(person_id, family_name="Haddad", first_name="Amina", language=Language.FR, actor="test", at=now)
    return person_id


def a_number(scene: Scene) -> Form:
    a_known_person(scene)
    return Form(scene.browser(Who.OFFICER), _IDENTITY, {"number": NUMBER})


def a_candidate(scene: Scene) -> Form:
    return Form(scene.browser(Who.OFFICER), f"{_IDENTITY}/match/{a_known_person(scene)}")


FORMS: dict[str, Prepare] = {
    "registration-begin": on("/registration/cases/new", Who.OFFICER, **SEEN, **dict.fromkeys(_NOT_SAID)),
    "registration-keys": on("/registration/cases/100001", Who.OFFICER, mail="amina@example.org"),
    "registration-close": on("/registration/cases/100001/close", Who.OFFICER),
    "registration-question": on("/registration/questions/100001", Who.OFFICER),
    "registration-identity": a_number,
    "registration-match": a_candidate,
    "registration-number": on(f"{_IDENTITY}/number", Who.OFFICER, birth_date="01/05/2004", **_DOCUMENT),
    "registration-call": on(f"{_IDENTITY}/call", Who.OFFICER, place="https://calls.example.org/other-room"),
    "registration-call-withdraw": on(f"{_IDENTITY}/call/withdraw", Who.OFFICER),
    "registration-ask": on(f"{_IDENTITY}/ask", Who.OFFICER),
    "registration-refuse": on(f"{_IDENTITY}/refuse", Who.OFFICER),
}
