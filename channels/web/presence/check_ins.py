"""What the web service asks of the check-in register, in the name of a sender; the portal composes what answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from domain.checkins.corrections import CorrectionSeen, CorrectionsFound, CorrectionsWanted
from domain.checkins.items import Item
from domain.checkins.outcomes import Outcome, Registration
from domain.checkins.searches import Found, FoundPage, RegistrationSeen, SearchCriteria
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment

if TYPE_CHECKING:
    from channels.web.tokens import Caller

PURPOSE = "CIAO"


class ServiceClosedError(Exception):
    """The sender has no check-ins among its services in this environment."""


class EvidenceNotTakenError(Exception):
    """A file is not taken as evidence; the sentence may be shown to whoever sent it."""


class SearchNotUsableError(Exception):
    """A search has a criterion that cannot be used; the sentence may be shown."""


class Signers(Protocol):
    """Who may sign messages with which certificate."""

    def find_signer(self, certificate: bytes, *, at: datetime) -> "Caller | None":
        """Return for whom the certificate (DER) signs at `at`; None for nobody.

        Raises OutageError when nothing fresh speaks of its revocation.
        """
        ...


class CheckIns(Protocol):
    """The check-in register as a sender's program may use it; every method raises ServiceClosedError.

    An employer without a mandate for the sender looks like one that does not exist, and so does its staff.
    """

    def take(
        self,
        items: Sequence[Item],
        *,
        caller: "Caller",
        environment: Environment,
        channel: ClockingChannel,
        received_at: datetime,
    ) -> Sequence[Outcome]:
        """Return what becomes of each of at most 200 items, in their order; all is one transaction."""
        ...

    def show(
        self,
        registrations: Sequence[Registration],
        *,
        caller: "Caller",
        environment: Environment,
        at: datetime,
    ) -> Mapping[int, RegistrationSeen]:
        """Return what the sender just brought as it may be shown, by id: with the numbers of the persons."""
        ...

    def find(
        self, registration_id: int, *, caller: "Caller", environment: Environment, at: datetime
    ) -> RegistrationSeen | None:
        """Return a registration with its whole history; None for one that the sender may not see. The look is on record."""
        ...

    def search(
        self,
        criteria: SearchCriteria,
        page: FoundPage,
        *,
        caller: "Caller",
        environment: Environment,
        at: datetime,
    ) -> Found:
        """Return what the criteria find among the staff that the sender declares for. The look is on record.

        Raises SearchNotUsableError.
        """
        ...

    def find_correction(
        self, number: str, *, caller: "Caller", environment: Environment, at: datetime
    ) -> CorrectionSeen | None:
        """Return a request that the sender's company made; None for any other. The look is on record."""
        ...

    def find_corrections(
        self, wanted: CorrectionsWanted, *, caller: "Caller", environment: Environment, at: datetime
    ) -> CorrectionsFound:
        """Return those of the requests of the sender's company that are wanted. The look is on record.

        Raises SearchNotUsableError for a key that no page gave.
        """
        ...

    def keep_evidence(
        self,
        sha256: str,
        content: bytes,
        *,
        name: str,
        caller: "Caller",
        environment: Environment,
        at: datetime,
    ) -> int:
        """Keep a file that corrections name, and return how many of the sender's requests it completed.

        Raises EvidenceNotTakenError for a file of another SHA-256 (64 small hexadecimal digits), size or kind.
        """
        ...
