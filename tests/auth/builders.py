"""Logins, proofs and a clock for tests of signing in, valid unless told otherwise."""

from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from auth.locksmith import Locksmith
from auth.models import Login, LoginState
from auth.proofs import Proof, Source
from domain.assurance import AssuranceLevel, Means

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


def a_proof(
    login: Login, means: Means = Means.EID, level: AssuranceLevel = AssuranceLevel.EID, at: datetime = NOON
) -> Proof:
    return Proof(means=means, level=level, login_id=login.pk, at=at)
