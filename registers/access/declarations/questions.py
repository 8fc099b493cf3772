"""One declaration in the world that it meets: what the rules of the register are asked about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from domain.access.actors import Actor
from domain.access_anomalies import AccessAnomaly
from domain.access_declarations import (
    AccessDeclaration,
    Action,
    DeclaredPerson,
    DeclaredRight,
    ManagerSubject,
    UserSubject,
)
from domain.brussels import BRUSSELS
from registers.access.declarations.worlds import Account, World


@dataclass(frozen=True, slots=True)
class Question:
    """A declaration, the person and the account that it names where they are known, and the instant at which it is done.

    It is done in the name of `by`. It `is_own` when it names who signed the file or owns the sender.
    """

    declared: AccessDeclaration
    world: World
    person_id: int | None
    account: Account | None
    at: datetime
    by: Actor
    is_own: bool = False

    @property
    def action(self) -> Action:
        """What is to be done."""
        return self.declared.action

    @property
    def person(self) -> DeclaredPerson | None:
        """The person as declared."""
        subject = self.declared.subject
        return subject.person if isinstance(subject, ManagerSubject | UserSubject) else None

    def starts(self, right: DeclaredRight) -> datetime:
        """Return the instant from which on a declared right is to be held."""
        day = right.start_date or self.declared.effective_date
        return max(start_of(day), self.at)

    def ends(self, right: DeclaredRight) -> datetime | None:
        """Return the instant before which it is to be held, None without end."""
        return None if right.end_date is None else start_of(right.end_date + timedelta(days=1))


Answer: TypeAlias = str | None
"""Why a rule objects, as the end of a sentence; None when it does not."""


@dataclass(frozen=True, slots=True)
class RegisterRule:
    """One rule: its code, the paragraph it comes from, the element that a finding names, and what it asks."""

    code: AccessAnomaly
    source: str
    tag: str
    objection: Callable[[Question], Answer]


def start_of(day: date) -> datetime:
    """Return the first instant (UTC) of a Brussels date."""
    return datetime.combine(day, time(), tzinfo=BRUSSELS).astimezone(UTC)
