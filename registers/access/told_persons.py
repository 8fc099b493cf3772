"""What a company says of a user whom another one named first: it counts in this company, until the person proves his own (decision 0048)."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q

from domain.person_contacts import parse_email
from registers.access.models import UserAccount
from registers.persons.details import Details, read_details


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """How a company calls a person, and where it says that he is written to; the address is one."""

    family_name: str = field(repr=False)
    first_name: str = field(repr=False)
    email: str = field(repr=False)


def keep_told(row: UserAccount, told: ToldPerson) -> None:
    """Keep on the user account what the company says otherwise than others did, as far as the person proved nothing."""
    known = read_details([row.person_id]).get(row.person_id)
    if known is None:
        return
    if not known.is_name_proved and (known.family_name, known.first_name) != (told.family_name, told.first_name):
        row.told_family_name, row.told_first_name = told.family_name, told.first_name
    email = parse_email(told.email)
    if not known.is_email_verified and known.email != email:
        row.told_email = email
    row.save(update_fields=["told_family_name", "told_first_name", "told_email"])


def address_of(row: UserAccount, details: Details | None) -> str:
    """Return where the company's letters to its user go: the address that he proved, else the company's own, else any."""
    if details is not None and details.is_email_verified:
        return details.email
    return row.told_email or ("" if details is None else details.email)


def companies_with_own_words(person_id: int) -> int:
    """Return how many companies call a person in words of their own, whatever his details say; one query."""
    own = UserAccount.objects.filter(~Q(told_family_name=""), person_id=person_id)
    return own.values("entity_id").distinct().count()


def names_in(entity_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """Return how those persons are called in a company; who has no name is left out. Two queries, none for nobody."""
    known = read_details(person_ids)
    names = {person_id: details.name for person_id, details in known.items()}
    told = UserAccount.objects.filter(~Q(told_family_name=""), entity_id=entity_id, person_id__in=list(known))
    for person_id, family_name, first_name in told.values_list("person_id", "told_family_name", "told_first_name"):
        if not known[person_id].is_name_proved:
            names[person_id] = f"{first_name} {family_name}".strip()
    return names
