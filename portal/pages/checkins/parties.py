"""The companies at a work place as its page lists them: who declared the works, and each party once, with all its parts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.pages.checkins.choices import company_names
from portal.pages.checkins.words import PARTY_ROLES
from registers.checkins.models import PartyRole, WorkPlace, WorkPlaceParty


@dataclass(frozen=True, slots=True)
class Part:
    """What a company is there, and for whom it works; empty for nobody."""

    role: str
    under: str


@dataclass(frozen=True, slots=True)
class Party:
    """A company at a work place with its parts, and how many of its people are there now."""

    name: str
    number: str
    parts: tuple[Part, ...]
    present: int


@dataclass(frozen=True, slots=True)
class Parties:
    """All of them, who answers for the list of who is there, and what companies that are none of them have there."""

    listed: tuple[Party, ...]
    answers: str
    others: int
    companies_of_others: int


def parties_of(place: WorkPlace, counts: Counter[str], *, on: date) -> Parties:
    """Return who is there on the day, the declarant first, the others in the order in which they came; two queries."""
    rows = list(
        place.parties.filter(valid_from__lte=on).exclude(valid_until__lt=on).select_related("parent").order_by("pk")
    )
    numbers = list(dict.fromkeys([place.declarant, *(row.enterprise for row in rows)]))
    answers = place.responsible or place.declarant
    above = {row.parent.enterprise for row in rows if row.parent is not None}
    names = company_names({*numbers, *above, answers})
    others = {number: count for number, count in counts.items() if number not in numbers and count}
    return Parties(
        listed=tuple(
            Party(names.get(number, number), number, _parts(number, place, rows, names), counts[number])
            for number in numbers
        ),
        answers=names.get(answers, answers),
        others=sum(others.values()),
        companies_of_others=len(others),
    )


def _parts(number: str, place: WorkPlace, rows: Iterable[WorkPlaceParty], names: Mapping[str, str]) -> tuple[Part, ...]:
    """Return its parts, each once: that it declared the works, also where no row says so, before the others."""
    own = [row for row in rows if row.enterprise == number and row.role != PartyRole.DECLARANT]
    above = [row.parent.enterprise if row.parent is not None else "" for row in own]
    found = [Part(str(PARTY_ROLES[PartyRole.DECLARANT]), "")] if number == place.declarant else []
    found += [Part(str(PARTY_ROLES[row.role]), names.get(under, under)) for row, under in zip(own, above, strict=True)]
    return tuple(dict.fromkeys(found))
