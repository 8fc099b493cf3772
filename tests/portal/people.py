"""Somebody who is signed in, and the company she acts for; names have two words at most, so that pages show no more."""

from dataclasses import dataclass
from datetime import UTC, datetime

from auth.models import Login, LoginState, Session
from auth.proofs import Proof, Source
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from domain.assurance import AssuranceLevel, Means
from registers.persons.models import Person

HERE = Source(address="192.0.2.7", agent="Mozilla/5.0")


@dataclass(frozen=True)
class People:
    """A person with her login, and the id of her stay that a cookie holds."""

    person: Person
    login: Login
    cookie: str


def a_stay(
    login: Login, *, level: AssuranceLevel = AssuranceLevel.EID, means: Means = Means.EID, at: datetime | None = None
) -> SessionStore:
    """Sign the login in; the id for the cookie is `session_key`."""
    now = at or datetime.now(UTC)
    store = SessionStore()
    sign_in(store, [Proof(means=means, level=level, login_id=login.pk, at=now)], source=HERE, at=now)
    return store


def a_person(user_name: str = "els.peeters") -> tuple[Person, Login]:
    now = datetime.now(UTC)
    person = Person.objects.create(environment="R", created_at=now)
    login = Login.objects.create(user_name=user_name, person=person, state=LoginState.ACTIVE, created_at=now)
    return person, login


def settle_people() -> People:
    person, login = a_person()
    a_stay(login)
    store = a_stay(login)
    assert Session.objects.filter(login=login, ended_at=None).count() == 2
    return People(person, login, store.session_key)
