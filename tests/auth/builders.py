"""Logins, proofs and a clock for tests of signing in, valid unless told otherwise."""

from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from auth.desk import KeyDesk, KeyOptions
from auth.keys.password_locks import locks_to_tell, tell_of_lock
from auth.keys.password_setting import set_password
from auth.keys.rights import SetUpRight
from auth.locksmith import Locksmith
from auth.models import Login, LoginState
from auth.proofs import Proof, Source
from correspondence.models import OutboxMessage
from domain.assurance import AssuranceLevel, Means
from domain.languages import Language
from evidence.models import AuditEvent
from registers.access.models import Entity
from registers.persons.models import Person

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
HERE = Source(address="192.0.2.7", agent="a browser")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
BROWSER = b"b" * 32


class StandingClock:
    """A clock that moves when it is told to."""

    def __init__(self, instant: datetime = NOON) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def pass_by(self, **spell: float) -> datetime:
        self.instant += timedelta(**spell)
        return self.instant


def a_locksmith() -> Locksmith:
    return Locksmith(current="k1", sealing={"k1": b"k" * 32}, pepper=b"p" * 32, passwords=CHEAP, codes=CHEAP)


def a_login(user_name: str = "els", state: LoginState = LoginState.ACTIVE) -> Login:
    return Login.objects.create(user_name=user_name, state=state, created_at=NOON)


def an_entity(number: str = "0403019261") -> Entity:
    return Entity.objects.create(
        environment="R", company_number=number, name="Bakery", valid_from=NOON, created_by="t", source="t"
    )


def a_proof(
    login: Login, means: Means = Means.EID, level: AssuranceLevel = AssuranceLevel.EID, at: datetime = NOON
) -> Proof:
    return Proof(means=means, level=level, login_id=login.pk, at=at)


def tell_every_lock(desk: KeyDesk) -> int:
    """Tell of every lock that waits to be told, and return of how many."""
    return sum(tell_of_lock(password, persons=desk.persons) for password in locks_to_tell())


class PersonsInMemory:
    """A person book that knows what the test says: numbers, addresses, all in English."""

    def __init__(self, numbers: dict[int, str] | None = None, addresses: dict[int, str] | None = None) -> None:
        self.numbers = numbers or {}
        self.addresses = addresses or {}
        self.mailed: dict[int, tuple[str, datetime]] = {}

    def has_national_number(self, person_id: int) -> bool:
        return person_id in self.numbers

    def is_national_number(self, person_id: int, number: str) -> bool:
        return self.numbers[person_id] == number

    def mail_address(self, person_id: int) -> str | None:
        return self.addresses.get(person_id)

    def address_since(self, person_id: int, since: datetime) -> str | None:
        address, changed_at = self.mailed.get(person_id, ("", since))
        return address if address and changed_at <= since else None

    def language(self, person_id: int) -> Language:  # noqa: ARG002 - everybody's
        return Language.EN


class CompaniesInMemory:
    """Companies that allow passwords unless told otherwise, and remember whom they were alerted of."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = names
        self.without_passwords: set[int] = set()
        self.alerts: list[tuple[int, str]] = []

    def passwords_allowed(self, person_id: int) -> bool:
        return person_id not in self.without_passwords

    def hold_passwords_allowed(self, person_id: int) -> bool:
        return self.passwords_allowed(person_id)

    def names_of(self, person_id: int) -> tuple[str, ...]:  # noqa: ARG002 - everybody's
        return self.names

    def alert(self, person_id: int, occasion: str) -> None:
        self.alerts.append((person_id, occasion))


def a_desk(**options: object) -> KeyDesk:
    return KeyDesk(
        locksmith=a_locksmith(),
        persons=PersonsInMemory(),
        companies=CompaniesInMemory(),
        options=KeyOptions(**options),
    )


GOOD = "correct-horse-12"


def a_right(login: Login, level: AssuranceLevel = AssuranceLevel.EID) -> SetUpRight:
    return SetUpRight(login.pk, level, f"login:{login.pk}")


def a_login_with_password(desk: KeyDesk, user_name: str = "els", password: str = GOOD) -> Login:
    login = a_login(user_name)
    set_password(a_right(login), user_name=None, password=password, repeated=password, desk=desk, at=NOON)
    return Login.objects.get(pk=login.pk)


def mailed_code() -> str:
    return OutboxMessage.objects.filter(subject="Your security code").latest("pk").body.split()[4].rstrip(".")


def a_person() -> Person:
    return Person.objects.create(environment="R", created_at=NOON)


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def reasons() -> list[str]:
    failures = AuditEvent.objects.filter(action="account:login:failure").order_by("pk")
    return [detail["reason"] for detail in failures.values_list("detail", flat=True)]
