"""Whether a user is employed by the company: looked up in a register, or declared by a manager (access and login §2.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias


class EmploymentRegister(Protocol):
    """Knows who works for whom."""

    def is_employed(self, person_id: int, entity_id: int, at: datetime) -> bool:
        """Whether the person works for the entity at `at`; OutageError when that cannot be found out."""
        ...


@dataclass(frozen=True, slots=True)
class DeclaredByManager:
    """Whoever asks declares that the person is employed and active in the quality."""


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The register is asked."""

    register: EmploymentRegister


Employment: TypeAlias = DeclaredByManager | CheckedIn
