"""The contact persons of channels, as values that rooms share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TechnicalUserFacts:
    """A technical user of a company; `is_of_active_sender` when its sender delivers now."""

    account: str
    state: str
    is_of_active_sender: bool


@dataclass(frozen=True, slots=True)
class ContactPerson:
    """Who is to be a technical user; the language is one of `domain.languages`, an empty telephone number none."""

    family_name: str
    first_name: str
    email: str
    language: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What changes about a technical user; None leaves what is there, an empty telephone number takes it away."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
