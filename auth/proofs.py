"""What a way of signing in comes to: an identity that somebody proved, or a login that he proved to be his."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias, TypedDict

from domain.assurance import AssuranceLevel, Means

Browser: TypeAlias = Callable[[], bytes]
"""Says which browser an attempt comes from, in 32 bytes; asked only once the attempt is let through, for that may leave a row."""


class Circumstances(TypedDict, total=False):
    """What an event tells of where something was done: how surely who did it was proven, from which address, in which stay."""

    level: int
    source: str
    session: int


@dataclass(frozen=True, slots=True)
class ProvenIdentity:
    """An identity proven by eID, itsme or eIDAS, before anybody asked which person of ours it is.

    At most one of `national_number` (11 digits) and `eidas_identifier` (as the node writes it, `XX/BE/...`) is given, and
    neither only where a provider's `subject` is, otherwise ValueError. Nothing of them shows in a log or a traceback.
    """

    means: Means
    level: AssuranceLevel
    at: datetime
    national_number: str | None = field(default=None, repr=False)
    eidas_identifier: str | None = field(default=None, repr=False)
    family_name: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    subject: tuple[str, str] | None = field(default=None, repr=False)
    """Issuer and subject of an OpenID provider: what the key is recognised by, beside the number (§4.3)."""

    def __post_init__(self) -> None:
        known_by = [one for one in (self.national_number, self.eidas_identifier) if one is not None]
        if len(known_by) > 1 or not (known_by or self.subject):
            raise ValueError("an identity has either a national number or an eIDAS identifier, or a provider's subject")

    @property
    def identifier(self) -> str:
        """What finds the person in a register: the number, the eIDAS identifier, or issuer and subject."""
        return self.national_number or self.eidas_identifier or " ".join(self.subject or ())


@dataclass(frozen=True, slots=True)
class Proof:
    """A login was proven by `means` at `at`; `level` is what this proof reaches, with those before it.

    `confined_to` is the company for which alone its key counts (decision 0050).
    """

    means: Means
    level: AssuranceLevel
    login_id: int
    at: datetime
    confined_to: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where an attempt comes from: the client's address, and how its browser names itself."""

    address: str
    agent: str = ""
