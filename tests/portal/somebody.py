"""Somebody with a login, and a stay of hers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from auth.models import Login, LoginState
from auth.proofs import Proof, Source
from auth.sessions import SessionStore
from auth.signing_in import sign_in
from domain.assurance import AssuranceLevel, Means
from registers.persons.models import Person

HERE = Source(address="192.0.2.7", agent="Mozilla/5.0")


def a_stay(
    login: Login,
    *,
    level: AssuranceLevel = AssuranceLevel.EID,
    means: Means = Means.EID,
    remembered: Mapping[str, object] = MappingProxyType({}),
    at: datetime | None = None,
) -> SessionStore:
    """Sign the login in; the id for the cookie is `session_key`, and the browser's session holds what is `remembered`."""
    now = at or datetime.now(UTC)
    store = SessionStore()
    sign_in(store, [Proof(means=means, level=level, login_id=login.pk, at=now)], source=HERE, at=now)
    if remembered:
        store.update(remembered)
        store.save()
    return store


def a_person(user_name: str = "els.peeters") -> tuple[Person, Login]:
    now = datetime.now(UTC)
    person = Person.objects.create(environment="R", created_at=now)
    login = Login.objects.create(user_name=user_name, person=person, state=LoginState.ACTIVE, created_at=now)
    return person, login
