"""The tables of the check-in register, as Django looks for them."""

from registers.checkins.correction_tables import Correction, CorrectionEvidence, ErrorReport, HandedInEvidence
from registers.checkins.look_tables import PresenceLook
from registers.checkins.presence_tables import (
    BringerReference,
    Position,
    Presence,
    PresenceStep,
    RevalidationRequest,
    SourceMark,
    Spell,
    SpellState,
    ValidityNotice,
)
from registers.checkins.scanner_tables import EvidenceScanner
from registers.checkins.source_tables import ReferenceSource, RegisteredCompany, SourceName
from registers.checkins.validation_tables import UnjudgedPresence
from registers.checkins.work_place_tables import (
    MeansKind,
    MeansRecord,
    PartyRole,
    Registrant,
    SectorRule,
    WorkPlace,
    WorkPlaceParty,
)

__all__ = [
    "BringerReference",
    "Correction",
    "CorrectionEvidence",
    "ErrorReport",
    "EvidenceScanner",
    "HandedInEvidence",
    "MeansKind",
    "MeansRecord",
    "PartyRole",
    "Position",
    "Presence",
    "PresenceLook",
    "PresenceStep",
    "ReferenceSource",
    "RegisteredCompany",
    "Registrant",
    "RevalidationRequest",
    "SectorRule",
    "SourceMark",
    "SourceName",
    "Spell",
    "SpellState",
    "UnjudgedPresence",
    "ValidityNotice",
    "WorkPlace",
    "WorkPlaceParty",
]
