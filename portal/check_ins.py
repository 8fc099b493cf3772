"""Let senders' programs use the check-in register; the room between the web service and the registers."""
# ruff: noqa: ARG002 - as the web service asks

from collections.abc import Mapping, Sequence
from datetime import datetime

from channels.web.presence.check_ins import ServiceClosedError
from domain.checkins.items import Item
from domain.checkins.outcomes import Outcome, Registration
from domain.checkins.searches import Found, FoundPage, RegistrationSeen, SearchCriteria
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from domain.sender_numbers import SenderNumber


class NoCheckInsYet:
    """Has no sender use check-ins."""

    def take(
        self,
        items: Sequence[Item],
        *,
        sender: SenderNumber,
        environment: Environment,
        channel: ClockingChannel,
        received_at: datetime,
    ) -> Sequence[Outcome]:
        """Refuse."""
        raise ServiceClosedError

    def show(
        self,
        registrations: Sequence[Registration],
        *,
        sender: SenderNumber,
        environment: Environment,
        at: datetime,
    ) -> Mapping[int, RegistrationSeen]:
        """Refuse."""
        raise ServiceClosedError

    def find(
        self, registration_id: int, *, sender: SenderNumber, environment: Environment, at: datetime
    ) -> RegistrationSeen | None:
        """Refuse."""
        raise ServiceClosedError

    def search(
        self,
        criteria: SearchCriteria,
        page: FoundPage,
        *,
        sender: SenderNumber,
        environment: Environment,
        at: datetime,
    ) -> Found:
        """Refuse."""
        raise ServiceClosedError

    def keep_evidence(
        self,
        sha256: str,
        content: bytes,
        *,
        name: str,
        sender: SenderNumber,
        environment: Environment,
        at: datetime,
    ) -> int:
        """Refuse."""
        raise ServiceClosedError
