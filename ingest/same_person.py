"""Compare a number, a family name and a date of birth, as an officer does: whether one person has all three."""

from datetime import date

from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import is_insz, may_be_born_on
from registers.persons.searching import is_named_otherwise


class OtherPersonError(ConfigurationRefusedError):
    """The number belongs to somebody else than who stands before the officer."""


def require_born_on(national_number: str, birth_date: date) -> None:
    """Raise OtherPersonError for a number that is none, or that tells another date of birth."""
    if not is_insz(national_number) or not may_be_born_on(national_number, birth_date):
        raise OtherPersonError(
            "The number and the date of birth do not belong together.", next_step="Compare both with the document."
        )


def require_named(person_id: int, family_name: str) -> None:
    """Raise OtherPersonError for a person who is known here under another family name."""
    if is_named_otherwise(person_id, family_name):
        raise OtherPersonError(
            "This number is somebody's of another name.", next_step="Compare number and name with the document."
        )
