"""A registration officer, and what waits in the office."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from auth.locksmith import Locksmith
from auth.models import OFFICERS, Login, OperatorRole, Session
from auth.openid.calls import CallPlace, ProposedCall, note_call
from auth.openid.matching import Reach, ask_to_be_matched
from auth.openid.outcomes import IdentityPending
from auth.operators import give_role
from auth.registration import open_case
from auth.registration_questions import Question, ask_whether_registered
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from domain.registration import DocumentKind, Office, RegistrationPurpose, Visit
from registers.persons.details import name_person
from tests.auth.builders import a_desk
from tests.portal.somebody import a_person, a_stay


@dataclass(frozen=True)
class Officer:
    """A registration officer signed in with eID, and the id of the stay that a cookie holds."""

    login: Login
    stay: Session
    cookie: str


def settle_officer(
    *roles: OperatorRole, user_name: str = "ina.officer", level: AssuranceLevel = AssuranceLevel.EID
) -> Officer:
    """Return an operator of those roles (default: support and registration officer)."""
    _person, login = a_person(user_name)
    for role in roles or OFFICERS:
        give_role(login, role, at=datetime.now(UTC), actor="test")
    store = a_stay(login, level=level)
    assert store.stay is not None
    return Officer(login, store.stay, str(store.session_key))


VISIT = Visit(
    office=Office.SOCIAL_SECURITY,
    purpose=RegistrationPurpose.STUDENT,
    document=DocumentKind.PASSPORT,
    document_country="MA",
    document_expires_on=date(2040, 1, 1),
    birth_date=date(2004, 5, 1),
    has_appointment=False,
    is_registered=True,
    has_proof_of_study=False,
    has_mail_address=True,
)


def settle_office(officer: Officer, locksmith: Locksmith) -> None:
    """Let an open case 100001 and one closed without keys, a question 100001 and an identity 100001 wait for the officer.

    To the latter a video call is proposed.
    """
    now, desk = datetime.now(UTC), replace(a_desk(), locksmith=locksmith)
    for table in ("registrationcase", "registrationquestion", "pendingidentity"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 100000)", [f"access_control_{table}"])
    person, _login = a_person("amina")
    name_person(person.pk, family_name="Haddad", first_name="Amina", language=Language.FR, actor="test", at=now)
    for visit in (VISIT, replace(VISIT, document=DocumentKind.BANK_CARD)):
        open_case(visit, document_number="AB1", person_id=person.pk, officer=officer.stay, desk=desk, at=now)
    asked = Question("Haddad", "Amina", date(2004, 5, 1), "amina@example.org")
    ask_whether_registered(asked, language=Language.FR, desk=desk, at=now)
    pending = IdentityPending(
        means=Means.EIDAS,
        level=AssuranceLevel.APP_CODE,
        at=now,
        subject=("https://eidas.example", "amina"),
        eidas_identifier="ES/BE/12345",
        family_name="Haddad",
        given_names="Amina",
        birth_date=date(2004, 5, 1),
        return_to="",
    )
    reach = Reach("amina@example.org", "+34600123456")
    identity = ask_to_be_matched(pending, reach, language=Language.EN, locksmith=desk.locksmith, at=now)
    morning = (now + timedelta(days=2)).replace(hour=9, minute=30, second=0, microsecond=0)
    call = ProposedCall(morning, CallPlace("https://calls.example.org/room-7"))
    note_call(identity, call, officer=officer.login.pk, locksmith=desk.locksmith, at=now)
