"""The login of a person who turned out to be another one is that one's from then on."""

import pytest

from auth.logins import give_login, login_of_person
from auth.models import Login, LoginState, Session
from evidence.models import AuditEvent
from registers.persons.models import Person
from tests.auth.builders import NOON

pytestmark = pytest.mark.django_db
OLD, NEW = "old", "new"


@pytest.fixture
def people() -> dict[str, int]:
    return {name: Person.objects.create(environment="R", created_at=NOON).pk for name in (OLD, NEW)}


def a_login_of(person_id: int, state: LoginState = LoginState.ACTIVE) -> Login:
    return Login.objects.create(person_id=person_id, state=state, created_at=NOON)


def give(people: dict[str, int]) -> Login | None:
    return give_login(of=people[OLD], to=people[NEW], at=NOON, actor="operator")


def test_the_login_follows_the_person(people: dict[str, int]):
    login = a_login_of(people[OLD])
    given = give(people)

    assert given == login
    assert login_of_person(people[NEW], at=NOON, actor="test") == login
    assert AuditEvent.objects.get(action="account:person-merged").detail["login"] == login.pk


def test_who_has_no_login_gets_none(people: dict[str, int]):
    assert give(people) is None
    assert not Login.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (LoginState.ACTIVE, LoginState.ACTIVE, NEW),
        (LoginState.INVITED, LoginState.ACTIVE, NEW),
        (LoginState.INVITED, LoginState.INVITED, NEW),
        (LoginState.ACTIVE, LoginState.INVITED, OLD),
        (LoginState.BLOCKED, LoginState.INVITED, OLD),
        (LoginState.ACTIVE, LoginState.BLOCKED, NEW),
    ],
)
def test_of_two_logins_the_one_in_use_stays(people: dict[str, int], old: LoginState, new: LoginState, kept: str):
    logins = {OLD: a_login_of(people[OLD], old), NEW: a_login_of(people[NEW], new)}
    before = {OLD: old, NEW: new}[kept]
    assert give(people) == logins[kept]

    assert login_of_person(people[NEW], at=NOON, actor="test") == logins[kept]
    states = dict(Login.objects.values_list("pk", "state"))
    assert states.pop(logins[kept].pk) == before
    assert set(states.values()) == {LoginState.REMOVED}


def test_stays_of_the_login_too_many_end(people: dict[str, int]):
    surplus, _ = a_login_of(people[OLD]), a_login_of(people[NEW])
    stay = {"created_at": NOON, "signed_in_at": NOON, "authenticated_at": NOON, "last_seen_at": NOON}
    Session.objects.create(id_hash=b"x" * 32, login=surplus, level=400, expires_at=NOON.replace(year=2027), **stay)
    give(people)

    assert Session.objects.get().ended_at == NOON
