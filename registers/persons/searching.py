"""Find persons by name, for an officer who compares; numbers come out masked. Every look is for the caller to record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.environments import Environment
from domain.identifiers import is_insz, mask_insz, may_be_born_on
from domain.person_names import is_other_family
from registers.persons.details import details_in
from registers.persons.models import IdentifierKind, PersonDetails, PersonIdentifier
from registers.persons.numbers import PersonDirectory

_MOST_READ = 200


class BirthDate(StrEnum):
    """Whether a number fits a birth date; unknown where one of them is missing."""

    FITS = "FITS"
    UNKNOWN = "UNKNOWN"
    DIFFERS = "DIFFERS"


@dataclass(frozen=True, slots=True)
class Namesake:
    """A person of that name: the masked number, none where there is none, and what it says of the birth date."""

    person_id: int
    name: str = field(repr=False)
    masked_number: str = field(repr=False)
    birth: BirthDate


def find_namesakes(
    family_name: str,
    *,
    birth_date: date | None,
    persons: PersonDirectory,
    environment: Environment,
    limit: int = 10,
) -> Sequence[Namesake]:
    """Return persons of that family name, written in capitals or not, those first whose number fits the birth date.

    Two queries.
    """
    named = PersonDetails.objects.filter(
        environment=environment, family_name__iexact=family_name.strip(), person__merged_into__isnull=True
    )
    details = {row.person_id: details_in(row) for row in named.order_by("first_name", "pk")[:_MOST_READ]}
    rows = PersonIdentifier.objects.filter(
        person_id__in=list(details), kind=IdentifierKind.INSZ, valid_until__isnull=True
    ).order_by("pk")
    revealed = [(row.person_id, persons.reveal(bytes(row.ciphertext), key_id=row.key_id)) for row in rows]
    numbers = {person_id: number for person_id, number in revealed if is_insz(number)}
    found = [
        Namesake(
            person_id=person_id,
            name=each.name,
            masked_number=mask_insz(numbers[person_id]) if person_id in numbers else "",
            birth=_compare(numbers.get(person_id), birth_date),
        )
        for person_id, each in details.items()
    ]
    return sorted(found, key=lambda one: list(BirthDate).index(one.birth))[:limit]


def _compare(number: str | None, birth_date: date | None) -> BirthDate:
    if number is None or birth_date is None:
        return BirthDate.UNKNOWN
    return BirthDate.FITS if may_be_born_on(number, birth_date) else BirthDate.DIFFERS


def is_named_otherwise(person_id: int, family_name: str) -> bool:
    """Whether the person is known under another family name; not where none is known."""
    known = PersonDetails.objects.filter(person_id=person_id).values_list("family_name", flat=True).first()
    return known is not None and is_other_family(known, family_name)
