"""Let two numbers find one person, when a national number was replaced (student declarations §4.3)."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from domain.environments import Environment
from registers.persons.models import Person, PersonIdentifier
from registers.persons.numbers import PersonDirectory
from registers.persons.told_names import give_told_names


@dataclass(frozen=True, slots=True)
class NumberChange:
    """What a change of number did: `person_id` is whom both numbers find; `absorbed_id` who became that person, if any."""

    person_id: int
    absorbed_id: int | None = None


def make_both_known(old: str, new: str, *, persons: PersonDirectory, at: datetime) -> dict[str, int]:
    """Let a number that is not known find whom the other finds; return the persons of both, none where neither is known.

    Whoever changes a number calls it before he holds anybody or any company: who enters somebody makes his number known
    first and holds the rest afterwards.
    """
    known = persons.find((old, new))
    if len(known) != 1:
        return known
    ((number, person_id),) = known.items()
    # Where somebody makes it known meanwhile, it is another person's.
    with suppress(IntegrityError), transaction.atomic():
        persons.add_number(new if number == old else old, person_id=person_id, at=at)
    return persons.find((old, new))


def change_number(old: str, new: str, *, persons: PersonDirectory, at: datetime) -> NumberChange | None:
    """Let `old` and `new` find one person in the running transaction; None when neither number is known.

    Where both are known, the person of the new number absorbs the other, whose numbers are his from then on. The caller
    keeps filing off meanwhile and moves what others hold of the absorbed person.
    """
    known = make_both_known(old, new, persons=persons, at=at)
    if not known:
        return None
    kept, absorbed = known[new], known[old]
    people = list(Person.objects.select_for_update().filter(pk__in={kept, absorbed}).order_by("pk"))
    if len(people) != len({kept, absorbed}):
        message = "a number finds a person that is not there"
        raise LookupError(message)
    persons.end_number(old, at=at)
    if absorbed == kept:
        return NumberChange(kept)
    PersonIdentifier.objects.filter(person_id=absorbed).update(person_id=kept)
    give_told_names(of=absorbed, to=kept)
    Person.objects.filter(merged_into_id=absorbed).update(merged_into_id=kept)
    Person.objects.filter(pk=absorbed).update(merged_into_id=kept)
    return NumberChange(kept, absorbed)


def list_merged(environment: Environment) -> list[int]:
    """Return the ids of the persons who absorbed others, in order."""
    absorbed = Person.objects.filter(environment=environment, merged_into__isnull=False)
    return sorted(set(absorbed.values_list("merged_into_id", flat=True)))


def absorbed_by(person_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of those who became one of the persons, by his id; one query, none for nobody."""
    absorbed: dict[int, list[int]] = {}
    if person_ids:
        rows = Person.objects.filter(merged_into__in=person_ids).values_list("merged_into_id", "pk")
        for kept, one in rows:
            absorbed.setdefault(kept, []).append(one)
    return absorbed


def current_id(person_id: int) -> int:
    """Return the id of who the person is now: another one's when he was absorbed; LookupError for an unknown id."""
    row = Person.objects.filter(pk=person_id).values_list("merged_into_id").first()
    if row is None:
        message = f"no person has the id {person_id}"
        raise LookupError(message)
    return row[0] or person_id
