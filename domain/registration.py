"""What a registration officer accepts before first keys are handed over, and what closes a case without keys. Pure.

Seeds 000 and 003: a national identity card of an EU citizen, or an international passport; above the age of 30 a proof of
study for Student@work; at a local office an appointment and an identity that is registered already.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.countries import EU_COUNTRIES


class Office(StrEnum):
    """Where the person comes."""

    LOCAL = "LOCAL"
    SOCIAL_SECURITY = "SOCIAL_SECURITY"


class DocumentKind(StrEnum):
    """What the person shows."""

    IDENTITY_CARD = "IDENTITY_CARD"
    PASSPORT = "PASSPORT"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    BANK_CARD = "BANK_CARD"
    CREDIT_CARD = "CREDIT_CARD"
    SEASON_TICKET = "SEASON_TICKET"
    OTHER = "OTHER"


class RegistrationPurpose(StrEnum):
    """What the keys are wanted for."""

    STUDENT = "STUDENT"
    OTHER = "OTHER"


class CaseRefusal(StrEnum):
    """Why a case is closed without keys; the value is the sentence for the person."""

    DOCUMENT_NOT_ACCEPTED = "Only a national identity card or an international passport is accepted."
    CARD_NOT_OF_THE_UNION = "A national identity card is accepted from citizens of the European Union only."
    DOCUMENT_EXPIRED = "The document has expired."
    NO_APPOINTMENT = "A local registration office helps by appointment only."
    IDENTITY_NOT_REGISTERED = "The identity is not registered yet; the social-security office registers it."
    NO_PROOF_OF_STUDY = "Above the age of 30, a proof of study is needed."
    NO_MAIL_ADDRESS = "A personal e-mail address is needed."


ACCEPTED_DOCUMENTS = frozenset({DocumentKind.IDENTITY_CARD, DocumentKind.PASSPORT})
_AGE_WITHOUT_PROOF = 30


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """The document that an officer sees; its `number` is kept sealed, and a copy never."""

    kind: DocumentKind
    country: str
    number: str = field(repr=False)
    expires_on: date


@dataclass(frozen=True, slots=True)
class Visit:
    """What the officer sees and is told on that day."""

    office: Office
    purpose: RegistrationPurpose
    document: DocumentKind
    document_country: str
    document_expires_on: date
    birth_date: date
    has_appointment: bool
    is_registered: bool
    has_proof_of_study: bool
    has_mail_address: bool


def judge_document(kind: DocumentKind, *, country: str, expires_on: date, on: date) -> tuple[CaseRefusal, ...]:
    """Return everything that stands against a document, wherever it is shown; nothing when it is accepted."""
    is_card = kind is DocumentKind.IDENTITY_CARD
    against = (
        (CaseRefusal.DOCUMENT_NOT_ACCEPTED, kind not in ACCEPTED_DOCUMENTS),
        (CaseRefusal.CARD_NOT_OF_THE_UNION, is_card and country not in EU_COUNTRIES),
        (CaseRefusal.DOCUMENT_EXPIRED, expires_on < on),
    )
    return tuple(refusal for refusal, is_so in against if is_so)


def judge_visit(visit: Visit, *, on: date) -> tuple[CaseRefusal, ...]:
    """Return everything that stands against handing over keys; nothing when the officer may."""
    is_local = visit.office is Office.LOCAL
    needs_proof = visit.purpose is RegistrationPurpose.STUDENT and age_on(visit.birth_date, on) > _AGE_WITHOUT_PROOF
    against = (
        (CaseRefusal.NO_APPOINTMENT, is_local and not visit.has_appointment),
        (CaseRefusal.IDENTITY_NOT_REGISTERED, is_local and not visit.is_registered),
        (CaseRefusal.NO_PROOF_OF_STUDY, needs_proof and not visit.has_proof_of_study),
        (CaseRefusal.NO_MAIL_ADDRESS, not visit.has_mail_address),
    )
    return (
        *judge_document(visit.document, country=visit.document_country, expires_on=visit.document_expires_on, on=on),
        *(refusal for refusal, is_so in against if is_so),
    )


def age_on(birth_date: date, day: date) -> int:
    """Return the completed years of life; who is born on 29 February completes them on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
