"""What holds for all items that are taken at once: who brings them, when, the limits, and where persons are found."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant
from domain.environments import Environment
from registers.checkins.evidence_of_corrections import EvidenceShelf
from registers.checkins.places import Place
from registers.checkins.sector_rules import SectorRules
from registers.checkins.surroundings import Surroundings
from registers.persons.aliases import Aliases


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """`received_at` is when the items reached the counter, `at` is now; both aware, in UTC."""

    by: Declarant
    received_at: datetime
    at: datetime
    aliases: Aliases
    limits: CheckInLimits
    surroundings: Surroundings
    shelf: EvidenceShelf

    @property
    def environment(self) -> Environment:
        """The environment of the register."""
        return self.by.environment

    @property
    def rules(self) -> SectorRules:
        """The rules of all sectors."""
        return self.surroundings.rules

    @property
    def places(self) -> Mapping[str, Place]:
        """The work places that the items name and that are known."""
        return self.surroundings.places

    @property
    def bringer(self) -> str:
        """Whose references are told apart."""
        return bringer_of(self.by)


def bringer_of(by: Declarant) -> str:
    """Return whose references the declarant's are: a sender's, a company's or a person's own."""
    return by.sender or by.enterprise_number or f"person:{by.person_id}"


def digest_of(*facts: object) -> bytes:
    """Return the SHA-256 of the facts, by which the same reference with other content is told."""
    return hashlib.sha256(json.dumps([str(fact) for fact in facts]).encode()).digest()
