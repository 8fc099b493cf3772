"""Judge what a form tells of a person: beside the national number, or instead of one (student declarations §2, §3.2).

Only a remark: the number decides. A bis number may hold an unknown or provisional birth date, so it is not compared.
"""

from collections.abc import Iterator
from datetime import date

from domain.findings import Finding
from domain.identifiers import birth_date_of, sex_of
from domain.person_names import KnownName, is_other_name
from domain.student_declarations import DimonaIn, JudgedForm, PersonDetails
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import remark

_UNKNOWN = "00"


def find_mismatches(form: JudgedForm, action: DimonaIn, *, known: KnownName | None, on: date) -> Iterator[Finding]:
    """Yield a remark for each datum that is not that of the number; `on` is the day of reception.

    Names are compared where the register of persons has some: it does of those who have an account.
    """
    if action.person is None or action.insz is None:
        return
    if known is not None:
        if is_other_name(known.family_name, action.person.name or ""):
            yield remark(RegisterAnomaly.NAME_DIFFERS, form, tag="WorkerName")
        if is_other_name(known.first_name, action.person.first_name or ""):
            yield remark(RegisterAnomaly.FIRST_NAME_DIFFERS, form, tag="WorkerFirstName")
    born = birth_date_of(action.insz, on=on)
    if born is None:
        return
    if action.person.birth_date is not None and not _agrees(action.person.birth_date, born):
        yield remark(RegisterAnomaly.BIRTH_DATE_DIFFERS, form, tag="WorkerBirthdate")
    if action.person.sex is not None and action.person.sex != sex_of(action.insz):
        yield remark(RegisterAnomaly.SEX_DIFFERS, form, tag="WorkerSex")


def is_identifiable(person: PersonDetails | None) -> bool:
    """Whether everything is told by which a person without a national number may be found (§1.3)."""
    if person is None:
        return False
    needed = (
        person.name,
        person.first_name,
        person.birth_date,
        person.birth_place,
        person.birth_country,
        person.sex,
        person.street,
        person.zip_code,
        person.city,
        person.country,
        person.nationality,
    )
    return all(needed)


def _agrees(written: str, born: date) -> bool:
    """Whether a birth date as written, in which month and day may be unknown, is that of the number."""
    parts = zip(written.split("-"), born.isoformat().split("-"), strict=False)
    return all(part in {_UNKNOWN, own} for part, own in parts)
