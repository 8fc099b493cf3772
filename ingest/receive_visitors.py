"""Receive somebody at a registration office: find or register the person, then judge the visit.

The room between the register of persons and the officer's cases.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from auth.desk import KeyDesk
from auth.models import RegistrationCase, Session
from auth.registration import open_case
from domain.brussels import brussels_date
from domain.identifiers import Sex
from domain.languages import Language
from domain.registration import Visit, judge_visit
from ingest.same_person import require_born_on, require_named
from registers.persons.bis_numbers import issue_bis_number
from registers.persons.details import prove_name, read_details
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory


@dataclass(frozen=True, slots=True)
class NoNumber:
    """That a visitor has no Belgian number, as the officer found after looking, and the sex that a new one is to tell."""

    sex: Sex


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes, as the document names him; `number` is his national or bis number, `language` that of his letters."""

    family_name: str = field(repr=False)
    first_name: str = field(repr=False)
    number: str | NoNumber = field(repr=False)
    language: Language


def receive_visitor(
    visitor: Visitor,
    visit: Visit,
    *,
    document_number: str,
    officer: Session,
    desk: KeyDesk,
    persons: PersonDirectory,
    at: datetime,
) -> RegistrationCase:
    """Open a case for the visitor; whether he `is_registered` is looked up here, and not taken from `visit`.

    Where nothing stands against keys and the office may register him, he is registered under his number and name; who has
    none is given a bis number first (§3.7), which is made for nobody to whom no keys are handed over. Runs in the caller's
    transaction. OtherPersonError when number, name and birth date do not belong together, ConfigurationRefusedError as
    `issue_bis_number`, KeyRefusedError as `open_case`.
    """
    person_id = _find(visitor, visit, persons=persons)
    seen = replace(visit, is_registered=person_id is not None)
    if not judge_visit(seen, on=brussels_date(at)):
        actor = f"login:{officer.login_id}"
        number = visitor.number
        if isinstance(number, NoNumber):
            number = issue_bis_number(persons, born=visit.birth_date, sex=number.sex, actor=actor, at=at)
        person_id = _registered(visitor, number, actor=actor, persons=persons, at=at)
    return open_case(seen, document_number=document_number, person_id=person_id, officer=officer, desk=desk, at=at)


def _find(visitor: Visitor, visit: Visit, *, persons: PersonDirectory) -> int | None:
    """Return who is known under the visitor's number, and None where nobody is or where he has none."""
    number = visitor.number
    if isinstance(number, NoNumber):
        return None
    require_born_on(number, visit.birth_date)
    found = persons.find([number]).get(number)
    person_id = None if found is None else current_id(found)
    if person_id is not None:
        require_named(person_id, visitor.family_name)
    return person_id


def _registered(visitor: Visitor, number: str, *, actor: str, persons: PersonDirectory, at: datetime) -> int:
    person_id = current_id(persons.find_or_create([number], at=at)[number])
    if not read_details([person_id]):
        prove_name(
            person_id,
            family_name=visitor.family_name,
            first_name=visitor.first_name,
            language=visitor.language,
            actor=actor,
            at=at,
        )
    return person_id
