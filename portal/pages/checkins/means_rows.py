"""How records of means are shown in lists: of whom, how, where and on which days, and who recorded or replaced them when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from domain.checkins.day_spans import DaySpan
from domain.checkins.seeing import Sight
from portal.pages.checkins.choices import company_names, place_title
from portal.pages.checkins.company_view import CompanyView
from portal.pages.checkins.names import numbered_by, person_names
from portal.pages.checkins.words import MEANS_KINDS, MEANS_KINDS_TOLD
from registers.checkins.means_records import GivingWay

_PERSON = "person:"


def temporary_workers_in(rows: Iterable[Any]) -> list[int]:
    """Return the persons of whom the records are."""
    return [row.person_id for row in rows if row.person_id]


def show_own(rows: Sequence[Any], view: CompanyView) -> None:
    """Give records of the company's own the words of a list."""
    _show(rows, MEANS_KINDS, _companies(rows), _people(rows, view))
    _name_who_did(rows)


def show_of_others(rows: Sequence[Any], view: CompanyView) -> None:
    """Give what others recorded of the company and of workers whom it lent the words of a list, not who did it there."""
    _show(rows, MEANS_KINDS_TOLD, _companies(rows, known=view.names), _people(rows, view))


def show_to_officials(rows: Sequence[Any]) -> None:
    """Give records of any company the words of a list, with names."""
    people = person_names(temporary_workers_in(rows), employers={})
    _show(rows, MEANS_KINDS_TOLD, _companies(rows), people)
    _name_who_did(rows)


def tell_what_is_left(giving_way: Iterable[GivingWay]) -> None:
    """Say of records that would give way what would be left of them."""
    for one in giving_way:
        row: Any = one.record
        row.word = MEANS_KINDS[row.kind]
        row.told_days = told_days(row.days)
        row.left = ", ".join(map(told_days, one.left))


def told_days(days: DaySpan) -> str:
    """Return days as a page shows them: the first and the last, one where they are the same, or from when on."""
    first = _unbroken(days.first)
    if days.last is None:
        return _("from %(day)s") % {"day": first}
    return first if days.last == days.first else f"{first}\N{NO-BREAK SPACE}\N{EN DASH} {_unbroken(days.last)}"


def _people(rows: Sequence[Any], view: CompanyView) -> Mapping[int, str]:
    """Return how workers are called whose numbers the company gave itself; who sets things up alone reads no name."""
    knows = view.number if view.sees(Sight.OWN_STAFF) else ""
    return numbered_by(knows, temporary_workers_in(rows))


def _unbroken(day: date) -> str:
    return date_format(day, _("j M Y")).replace(" ", "\N{NO-BREAK SPACE}")


def _companies(rows: Sequence[Any], *, known: Mapping[str, str] | None = None) -> Mapping[str, str]:
    numbers = {row.subcontractor for row in rows} | {row.employer for row in rows}
    return company_names(numbers - {""}, known=known or {})


def _show(
    rows: Sequence[Any], words: Mapping[str, Promise], companies: Mapping[str, str], people: Mapping[int, str]
) -> None:
    for row in rows:
        row.company = companies.get(row.employer, row.employer)
        row.whose = people[row.person_id] if row.person_id else companies.get(row.subcontractor, row.subcontractor)
        row.word = words[row.kind]
        row.where = place_title(row.work_place, row.work_place.number) if row.work_place else ""
        row.told_days = told_days(row.days)


def _name_who_did(rows: Sequence[Any]) -> None:
    """Name who recorded and who replaced each, where it was a person."""
    people = {person: row.employer for row in rows for person in _persons((row.recorded_by, row.replaced_by))}
    names = person_names(people, employers=people)
    for row in rows:
        row.recorder = names.get(_person_of(row.recorded_by), "")
        row.replacer = names.get(_person_of(row.replaced_by), "")


def _persons(actors: Collection[str]) -> set[int]:
    return {_person_of(actor) for actor in actors} - {0}


def _person_of(actor: str) -> int:
    """Return the person who is an actor; 0 where nobody is, as of the counter itself."""
    return int(actor.removeprefix(_PERSON)) if actor.startswith(_PERSON) else 0
