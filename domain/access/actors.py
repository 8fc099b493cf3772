"""Who changes the access register, and by what way the change came."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class ActorKind(StrEnum):
    """In whose power a change is asked for."""

    PERSON = "PERSON"
    SENDER = "SENDER"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    OPERATOR = "OPERATOR"
    PLATFORM = "PLATFORM"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: `name` stands in audit events and never names a person, `source` says by what way it came.

    `level` is the assurance level of the stay, 0 where nobody signed in. `entity_id` is the entity that a sender speaks
    for: its own; where it differs from the one that is changed, the sender holds a mandate.
    """

    kind: ActorKind
    name: str
    source: str
    person_id: int | None = None
    level: int = 0
    entity_id: int | None = None

    @classmethod
    def person(cls, person_id: int, *, level: int) -> Self:
        """Return a person who signed in to the portal at that level."""
        return cls(ActorKind.PERSON, f"person:{person_id}", "PORTAL", person_id=person_id, level=level)

    @classmethod
    def sender(cls, number: str, *, entity_id: int, file: str, form: str) -> Self:
        """Return a sender whose file declares; the source is cut to 64 characters."""
        return cls(ActorKind.SENDER, f"sender:{number}", f"BATCH:{file}/{form}"[:64], entity_id=entity_id)

    @classmethod
    def legal_representative(cls) -> Self:
        """Return the legal representative of an entity, for whom an operator acts."""
        return cls(ActorKind.LEGAL_REPRESENTATIVE, "operator", "OPERATOR")

    @classmethod
    def operator(cls) -> Self:
        """Return an operator."""
        return cls(ActorKind.OPERATOR, "operator", "OPERATOR")

    @classmethod
    def platform(cls) -> Self:
        """Return the counter itself, when time runs out."""
        return cls(ActorKind.PLATFORM, "platform", "SYNC")


def person_named(name: str) -> int | None:
    """Return the person whom the name of an actor stands for, None for anybody else."""
    kind, _, number = name.partition(":")
    return int(number) if kind == "person" and number.isdigit() else None
