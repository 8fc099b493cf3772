"""Keep and read what companies say of users whom others named first (decision 0048)."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import Q

from domain.person_contacts import parse_email
from registers.access.models import UserAccount
from registers.access.own_words import ToldPerson, own_words
from registers.persons.details import Details, read_details


def keep_told(row: UserAccount, told: ToldPerson) -> None:
    """Keep on the user account what the company says otherwise than others did; its address is one."""
    known = read_details([row.person_id]).get(row.person_id)
    words = own_words(replace(told, email=parse_email(told.email)), known)
    row.told_family_name, row.told_first_name, row.told_email = words.family_name, words.first_name, words.email
    row.save(update_fields=["told_family_name", "told_first_name", "told_email"])


def address_of(row: UserAccount, details: Details | None) -> str:
    """Return where the company's letters to its user go."""
    return letters_go_to(row.told_email, details)


def letters_go_to(told_email: str, details: Details | None) -> str:
    """Return the address that a person proved, else the company's own, else any; empty where there is none."""
    if details is not None and details.is_email_verified:
        return details.email
    return told_email or ("" if details is None else details.email)


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
