"""Who declares by file, and what this register asks of whoever keeps senders, sessions and employments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from domain.access.actors import Actor
from domain.environments import Environment
from domain.technical_users import ContactChange, ContactPerson, TechnicalUserFacts


@dataclass(frozen=True, slots=True)
class DeclaringSide:
    """The sender of a file: its entity, the name of the file, and who is never the subject of it.

    These are the persons who signed the file, or could have signed one without a signature, by their national numbers, and
    who owns the sender, by his mail address.
    """

    sender: str
    company: str
    file_name: str
    own_numbers: frozenset[str] = frozenset()
    own_addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FilingTime:
    """When a file was received and when it is filed (aware), and the Brussels date of the filing."""

    received_at: datetime
    filed_at: datetime
    today: date


class Employments(Protocol):
    """Knows who works for whom."""

    def employed(self, person_ids: Collection[int], *, entity_id: int, on: date) -> set[int]:
        """Return those of the persons who work for the entity on that Brussels date."""
        ...


class Stays(Protocol):
    """Ends signed-in stays."""

    def end_for_person(self, person_id: int, entity_id: int, reason: str, at: datetime) -> None:
        """End every stay of the person in that entity; harmless when there is none."""
        ...


class SenderDesk(Protocol):
    """Changes senders and their technical users, in the running transaction; a company is named by its number."""

    def technical_users(self, company: str, qualities: Collection[str]) -> list[TechnicalUserFacts]:
        """Return the technical users of the company in those qualities that are not removed; empty stands for none said."""
        ...

    def removed_among(self, accounts: Collection[str]) -> set[str]:
        """Return those of the technical users that were removed."""
        ...

    def state_of_sender(self, number: str, company: str, qualities: Collection[str]) -> str | None:
        """Return the state of a sender of the company, None when it has no such sender in those qualities."""
        ...

    def may_deliver(self, number: str, purpose: str, environment: Environment) -> bool:
        """Whether a sender is active and may deliver that message there, now."""
        ...

    def propose(self, entity_id: int, quality: str, contact: ContactPerson, *, actor: str, at: datetime) -> str:
        """Enter a technical user that waits for a confirmation; return the name of the account."""
        ...

    def change(self, account: str, change: ContactChange, *, actor: str, at: datetime) -> None:
        """Change how a technical user is reached, and the language of the answers."""
        ...

    def block(self, account: str, *, actor: str, at: datetime) -> None:
        """Stop a technical user."""
        ...

    def unblock(self, account: str, *, actor: str, at: datetime) -> None:
        """Let a stopped technical user work again."""
        ...

    def remove(self, account: str, *, by: Actor, at: datetime) -> None:
        """Remove a technical user whose sender does not deliver."""
        ...

    def withdraw(self, account: str, *, by: Actor, at: datetime) -> None:
        """Remove a technical user who was proposed and is not wanted; one whose sender was activated stays."""
        ...

    def stop_sender(self, number: str, *, actor: str, at: datetime) -> None:
        """Stop a sender: it signs in and collects, and delivers no more."""
        ...

    def close_service(self, number: str, purpose: str, *, actor: str, at: datetime) -> None:
        """Take a service from a sender in every environment; harmless when it had none.

        Raises ConfigurationRefusedError when the sender works and would be left without any.
        """
        ...

    def open_service(self, number: str, purpose: str, *, actor: str, at: datetime) -> None:
        """Let a sender deliver a message; harmless when it may already.

        Raises ConfigurationRefusedError when the sender is retired.
        """
        ...
