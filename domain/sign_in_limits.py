"""How long signed-in stays and first keys last, and how many attempts there are. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Scope(StrEnum):
    """What attempts are counted for."""

    LOGIN_USER = "login.user"
    LOGIN_SOURCE = "login.source"
    LOGIN_ALL = "login.all"
    KEY_SOURCE = "key.source"
    CODE_USER = "code.user"
    CODE_SOURCE = "code.source"
    MAIL_USER = "mail.user"
    ADDRESS_USER = "address.user"
    PROVIDER_SOURCE = "provider.source"
    CARD_SOURCE = "card.source"
    ENROLMENT_SOURCE = "enrolment.source"
    QUESTION_SOURCE = "question.source"
    CALL_SOURCE = "call.source"
    APPLICATION_SOURCE = "application.source"
    ARRIVAL_SOURCE = "arrival.source"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most so many attempts within a time."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Of stays (access and login §6): the 20 minutes without use are no setting, since they were laid down.

    `warned_after` counts from the last use. `fresh` is how long a proof is good for what is sensitive (§4.4).
    """

    warned_after: timedelta = timedelta(minutes=18)
    longest: timedelta = timedelta(hours=8)
    longest_by_password: timedelta = timedelta(hours=1)
    at_once: int = 5
    fresh: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """Of digital keys (§4.3, §9): the lock of a password after failures in a row, and how long what is begun can be ended.

    `attempt` is a code that was asked for, and a way to itsme or eIDAS; `first_password` what follows a temporary password,
    up to a first app; `first_keys` what follows an opened link; `challenge` what a card signs; `pending` how long somebody
    whom a provider proved, and whom nobody knows yet, may say how he is reached.
    """

    password_failures: int = 5
    password_lock: timedelta = timedelta(minutes=15)
    new_password: timedelta = timedelta(hours=72)
    office_link: timedelta = timedelta(days=14)
    operator_link: timedelta = timedelta(hours=24)
    passkeys: int = 10
    code_tries: int = 5
    card_misses: int = 3
    recovery_codes: int = 10
    attempt: timedelta = timedelta(minutes=10)
    first_password: timedelta = timedelta(minutes=20)
    first_keys: timedelta = timedelta(minutes=30)
    challenge: timedelta = timedelta(minutes=5)
    pending: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """All of them; `attempts` names, by what they are counted for, the rates that differ from the documented ones."""

    sessions: SessionLimits = field(default_factory=SessionLimits)
    keys: KeyLimits = field(default_factory=KeyLimits)
    attempts: Mapping[Scope, tuple[Rate, ...]] = field(default_factory=dict)
