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
from registers.persons.aliases import Aliases


@dataclass(frozen=True, slots=True)
class IntakeContext:
    """`received_at` is when the items reached the counter, `at` is now; both aware, in UTC."""

    by: Declarant
    received_at: datetime
    at: datetime
    aliases: Aliases
    limits: CheckInLimits
    rules: SectorRules
    places: Mapping[str, Place]
    shelf: EvidenceShelf

    @property
    def environment(self) -> Environment:
        """The environment of the register."""
        return self.by.environment

    @property
    def bringer(self) -> str:
        """Whose references are told apart: a sender's, a company's or a person's own."""
        return self.by.sender or self.by.enterprise_number or f"person:{self.by.person_id}"


def digest_of(*facts: object) -> bytes:
    """Return the SHA-256 of the facts, by which the same reference with other content is told."""
    return hashlib.sha256(json.dumps([str(fact) for fact in facts]).encode()).digest()
