"""What signing in must know of persons and their companies; who composes hands it in, from the registers."""

from datetime import datetime
from typing import Protocol

from domain.languages import Language


class Addressees(Protocol):
    """Persons as they are written to."""

    def mail_address(self, person_id: int) -> str | None:
        """Return the verified address to which notices go, or None."""
        ...

    def language(self, person_id: int) -> Language:
        """Return the language in which the person is written to."""
        ...


class PersonBook(Addressees, Protocol):
    """Persons as the persons register knows them."""

    def address_since(self, person_id: int, since: datetime) -> str | None:
        """Return the mail address of the person, proved or not, that has been the same since then; None where there is none."""
        ...

    def has_national_number(self, person_id: int) -> bool:
        """Whether the person has a national or bis number, so that a first sign-in asks for it."""
        ...

    def is_national_number(self, person_id: int, number: str) -> bool:
        """Whether `number` is the person's, compared in constant time."""
        ...


class CompanyRules(Protocol):
    """What companies decided about the keys of those who work for them."""

    def passwords_allowed(self, person_id: int) -> bool:
        """Whether no company of the person has switched signing in by password off."""
        ...

    def hold_passwords_allowed(self, person_id: int) -> bool:
        """Return the same, which then stays so until the running transaction ends."""
        ...

    def names_of(self, person_id: int) -> tuple[str, ...]:
        """Return the names of the person's companies, which no password may contain."""
        ...

    def alert(self, person_id: int, occasion: str) -> None:
        """Tell the access managers of the person's companies that a first sign-in was locked."""
        ...
