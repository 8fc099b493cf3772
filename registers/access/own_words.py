"""What a company says of a user whom another one named first: it counts in that company, until the person proves his own. Pure."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """How a company calls a person, and where it says that he is written to; the address is one."""

    family_name: str = field(repr=False)
    first_name: str = field(repr=False)
    email: str = field(repr=False)


NOTHING_TOLD = ToldPerson("", "", "")


class KnownPerson(Protocol):
    """What is known of a person, and what of it he proved."""

    @property
    def family_name(self) -> str: ...  # noqa: D102
    @property
    def first_name(self) -> str: ...  # noqa: D102
    @property
    def email(self) -> str: ...  # noqa: D102
    @property
    def is_name_proved(self) -> bool: ...  # noqa: D102
    @property
    def is_email_verified(self) -> bool: ...  # noqa: D102


def own_words(told: ToldPerson, known: KnownPerson | None) -> ToldPerson:
    """Return what of a company's words is kept: what others said otherwise, as far as the person proved nothing."""
    if known is None:
        return told
    names = (told.family_name, told.first_name)
    if known.is_name_proved or names == (known.family_name, known.first_name):
        names = ("", "")
    is_kept = not known.is_email_verified and told.email.lower() != known.email.lower()
    return ToldPerson(*names, told.email if is_kept else "")
