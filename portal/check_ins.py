"""Let senders' programs use the check-in register; the room between the web service and the registers."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial

from channels.web.presence.check_ins import PURPOSE, EvidenceNotTakenError, SearchNotUsableError, ServiceClosedError
from channels.web.tokens import Caller
from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.corrections import CorrectionSeen, CorrectionsFound, CorrectionsWanted
from domain.checkins.items import Item
from domain.checkins.outcomes import Declarant, Outcome, Registration
from domain.checkins.searches import Found, FoundPage, RegistrationSeen, SearchCriteria
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from ingest.check_in_desk import CheckInDesk
from ingest.evidence_files import EvidenceDesk, EvidenceFault, EvidenceRefusedError
from portal.configuration import Configuration
from portal.evidence_desk import open_evidence_desk
from registers.checkins.correction_reading import find_corrections, read_correction
from registers.checkins.evidence_of_corrections import note_evidence, owner_of
from registers.checkins.intake import take_items
from registers.checkins.page_keys import PageKeyError
from registers.checkins.reading import read_one, seen_in_lists
from registers.checkins.records import read_newest
from registers.checkins.searching import SearchRefusedError, search
from registers.checkins.standing import companies_covered
from registers.persons.aliases import Aliases
from registers.persons.numbers import PersonKeys

_SENTENCES = {
    EvidenceFault.EMPTY: "the file is empty",
    EvidenceFault.TOO_LARGE: "the file is too large",
    EvidenceFault.KIND_NOT_TAKEN: "only PDF, PNG and JPEG are taken",
    EvidenceFault.DAMAGED: "the document is damaged, cut off, or has no page",
    EvidenceFault.LOCKED: "the document is protected by a password",
    EvidenceFault.MORE_BEHIND: "something lies behind the end of the document",
    EvidenceFault.HARMFUL: "the file would harm whoever opens it",
}


class CheckInsOfSenders:
    """Brings what senders' programs send to the desk, and tells them of the staff that they declare for."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._limits = configuration.check_ins.limits

    def take(
        self,
        items: Sequence[Item],
        *,
        caller: Caller,
        environment: Environment,
        channel: ClockingChannel,
        received_at: datetime,
    ) -> Sequence[Outcome]:
        """Return what becomes of each item."""
        by = _declarant(caller, environment, channel=channel)
        return self._desks[environment].take(items, by=by, received_at=received_at, at=received_at)

    def show(
        self,
        registrations: Sequence[Registration],
        *,
        caller: Caller,
        environment: Environment,
        at: datetime,  # noqa: ARG002 - what one has just brought is no look
    ) -> Mapping[int, RegistrationSeen]:
        """Return what was just brought with the numbers of its persons; three queries."""
        records = read_newest({registration.id for registration in registrations}, environment=environment)
        seen = seen_in_lists(records.values(), bringer=str(caller.login.sender), aliases=self._aliases[environment])
        return {one.registration.id: one for one in seen}

    def find(
        self, registration_id: int, *, caller: Caller, environment: Environment, at: datetime
    ) -> RegistrationSeen | None:
        """Return a registration with its history."""
        asker = self._asker(caller, environment, "a registration", at=at)
        return read_one(registration_id, asker=asker, aliases=self._aliases[environment], at=at)

    def search(
        self,
        criteria: SearchCriteria,
        page: FoundPage,
        *,
        caller: Caller,
        environment: Environment,
        at: datetime,
    ) -> Found:
        """Return what the criteria find."""
        asker = self._asker(caller, environment, "registrations", at=at)
        try:
            return search(criteria, page, asker=asker, aliases=self._aliases[environment], at=at)
        except SearchRefusedError as refused:
            raise SearchNotUsableError(str(refused)) from refused

    def find_correction(
        self, number: str, *, caller: Caller, environment: Environment, at: datetime
    ) -> CorrectionSeen | None:
        """Return a request that the sender's company made, or one that mandated it."""
        asker = self._asker(caller, environment, "a request for a correction", at=at)
        return read_correction(number, asker=asker, aliases=self._aliases[environment], at=at)

    def find_corrections(
        self, wanted: CorrectionsWanted, *, caller: Caller, environment: Environment, at: datetime
    ) -> CorrectionsFound:
        """Return a page of the requests that the sender's company made, or those that mandated it."""
        asker = self._asker(caller, environment, "requests for corrections", at=at)
        try:
            return find_corrections(wanted, asker=asker, aliases=self._aliases[environment], at=at)
        except PageKeyError as refused:
            raise SearchNotUsableError(str(refused)) from refused

    def keep_evidence(
        self,
        sha256: str,
        content: bytes,
        *,
        name: str,
        caller: Caller,
        environment: Environment,
        at: datetime,
    ) -> int:
        """Keep a document and complete the requests that name it; the SHA-256 was checked."""
        by = _declarant(caller, environment, channel=ClockingChannel.REST)
        try:
            kept = self._evidence.take(io.BytesIO(content), name=name)
        except EvidenceRefusedError as refused:
            raise EvidenceNotTakenError(_SENTENCES[refused.fault]) from refused
        return len(
            note_evidence(
                sha256,
                owner=owner_of(by),
                environment=environment,
                media_type=kept.kind,
                size=kept.size,
                at=at,
                scanned_at=at if kept.is_scanned else None,
            )
        )

    def _asker(self, caller: Caller, environment: Environment, what: str, *, at: datetime) -> PresenceAsker:
        by = _declarant(caller, environment, channel=ClockingChannel.REST)
        return PresenceAsker(
            PresenceAskerKind.SENDER,
            by.sender,
            f"asked by web service: {what}",
            companies=companies_covered(by, at=at),
            sees_subcontractors=self._configuration.check_ins.subcontractor_staff_visible,
        )

    @cached_property
    def _desks(self) -> Mapping[Environment, CheckInDesk]:
        take = partial(take_items, limits=self._limits, shelf=self._evidence)
        return {
            environment: CheckInDesk(partial(take, aliases=aliases), self._limits.times)
            for environment, aliases in self._aliases.items()
        }

    @cached_property
    def _aliases(self) -> Mapping[Environment, Aliases]:
        """Read when first needed, so that a portal without the keys of the registers still answers everything else."""
        keys = PersonKeys.read(self._configuration.home / "keys" / "persons.json")
        return {environment: Aliases(keys, environment=environment) for environment in Environment}

    @cached_property
    def _evidence(self) -> EvidenceDesk:
        return open_evidence_desk(self._configuration)


def _company_of(caller: Caller, environment: Environment) -> str:
    """Return the company that the sender belongs to; ServiceClosedError where it has no check-ins among its services."""
    if (PURPOSE, environment) not in caller.services:
        raise ServiceClosedError
    return caller.company


def _declarant(caller: Caller, environment: Environment, *, channel: ClockingChannel) -> Declarant:
    company = _company_of(caller, environment)
    return Declarant(environment, channel, sender=str(caller.login.sender), enterprise_number=company)
