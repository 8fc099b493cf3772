"""What sources outside this counter say about a presence: Limosa, companies, their founders, the national register (§2.4).

Each is fed by an operator's file and gives its remarks once it is open; one that is not open says nothing. When exactly the
authorities give each remark is not published: the docstrings say how we read its text.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

from domain.checkins.codes import Remark
from domain.checkins.items import Worker
from domain.checkins.vocabulary import Capacity
from domain.environments import Environment
from domain.identifiers import is_bis_number
from registers.checkins.judging import ValidationSource
from registers.checkins.models import ReferenceSource, RegisteredCompany, SourceName
from registers.checkins.records import PresenceRecord
from registers.persons.aliases import Aliases
from registers.persons.numbers import PersonKeys
from registers.persons.sourced_numbers import KnownSpell, spells_about, spells_of_identifiers, spells_of_persons

Said = Mapping[int, Collection[Remark]]


class NumbersWhenNeeded:
    """The numbers under which workers were registered; the keys that open them are read when the first one is asked for."""

    def __init__(self, keys: Callable[[], PersonKeys], environment: Environment) -> None:
        self._read_keys = keys
        self._environment = environment

    def read(self, identifier_ids: Collection[int]) -> Mapping[int, Worker]:
        """Return the numbers in those rows; OutageError when the keys are not there."""
        return self._aliases.read(identifier_ids) if identifier_ids else {}

    @cached_property
    def _aliases(self) -> Aliases:
        return Aliases(self._read_keys(), environment=self._environment)


class LimosaDeclarations:
    """The declarations of work in Belgium of those who are employed or settled abroad."""

    answers = frozenset(
        {
            *(Remark.LIMOSA_UNKNOWN, Remark.LIMOSA_NOT_ACTIVE),
            *(Remark.BIS_NOT_IN_LIMOSA, Remark.BIS_NOT_ACTIVE_IN_LIMOSA),
        }
    )

    def __init__(self, numbers: NumbersWhenNeeded, environment: Environment) -> None:
        self._numbers = numbers
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Said:
        """Remark Limosa numbers, and bis numbers of the posted, that are not declared, or not for that day.

        A bis number is looked for where the worker was registered as posted or his employer has a foreign VAT number, and
        with it the other numbers of the person: one may have replaced it. A Limosa number stands for itself.
        """
        asked = [one for one in records if _is_from_abroad(one)]
        if not asked:
            return {}
        spells = spells_of_identifiers(SourceName.LIMOSA, {one.identifier_id for one in asked})
        wrong = [one for one in asked if not _holds(spells.get(one.identifier_id, ()), one)]
        workers = self._numbers.read({one.identifier_id for one in wrong})
        people = _people_known(SourceName.LIMOSA, wrong, environment=self._environment)
        found: dict[int, tuple[Remark, ...]] = {}
        for one in wrong:
            worker = workers[one.identifier_id]
            known = spells.get(one.identifier_id, ()) if worker.limosa_id else people.get(one.person_id, ())
            if not _holds(known, one):
                found[one.number] = tuple(_about_limosa(worker, is_known=bool(known)))
        return {number: remarks for number, remarks in found.items() if remarks}


def _is_from_abroad(record: PresenceRecord) -> bool:
    """Whether there must be a Limosa declaration: a Limosa number alone, a foreign employer, or a worker who is posted."""
    return not record.employer[:1].isdigit() or record.capacity == Capacity.POSTED


def _about_limosa(worker: Worker, *, is_known: bool) -> Iterator[Remark]:
    if worker.limosa_id:
        yield Remark.LIMOSA_NOT_ACTIVE if is_known else Remark.LIMOSA_UNKNOWN
    elif is_bis_number(worker.inss or ""):
        yield Remark.BIS_NOT_ACTIVE_IN_LIMOSA if is_known else Remark.BIS_NOT_IN_LIMOSA


class CompanyRegister:
    """The register of companies (KBO/BCE)."""

    answers = frozenset({Remark.COMPANY_NOT_EXISTING, Remark.EMPLOYER_NOT_ACTIVE})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Said:
        """Remark Belgian company numbers that it does not know, or that were not active that day. One query."""
        asked = [one for one in records if one.employer[:1].isdigit()]
        rows = RegisteredCompany.objects.filter(
            environment=self._environment, number__in={one.employer for one in asked}
        ).values_list("number", "valid_from", "valid_until")
        spells: dict[str, list[KnownSpell]] = {}
        for number, first, last in rows:
            spells.setdefault(number, []).append(KnownSpell(number, first, last))
        return {
            one.number: (Remark.EMPLOYER_NOT_ACTIVE if one.employer in spells else Remark.COMPANY_NOT_EXISTING,)
            for one in asked
            if not _holds(spells.get(one.employer, ()), one)
        }


class CompanyFounders:
    """Who founded, or leads, which company (KBO/BCE): asked about those who were registered as self-employed."""

    answers = frozenset({Remark.NOT_THE_FOUNDER, Remark.EMPLOYER_NOT_FOUNDER, Remark.SELF_EMPLOYED_NOT_FOUNDER})

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Said:
        """Remark the self-employed who are not known as founders of the company that they registered for. Two queries.

        Nobody is known as founder of that company: the employer is none. Otherwise the person is a founder of others alone
        (not of the given company), or of none at all.
        """
        asked = [one for one in records if one.capacity == Capacity.SELF_EMPLOYED and one.employer[:1].isdigit()]
        if not asked:
            return {}
        people = spells_of_persons(SourceName.FOUNDERS, {one.person_id for one in asked}, environment=self._environment)
        companies = spells_about(SourceName.FOUNDERS, {one.employer for one in asked}, environment=self._environment)
        found = {one.number: tuple(_about_founder(one, people, companies)) for one in asked}
        return {number: remarks for number, remarks in found.items() if remarks}


def _about_founder(
    record: PresenceRecord, people: Mapping[int, list[KnownSpell]], companies: Mapping[str, list[KnownSpell]]
) -> Iterator[Remark]:
    own = [spell for spell in people.get(record.person_id, ()) if spell.holds_on(record.asked_day)]
    if any(spell.about == record.employer for spell in own):
        return
    if not _holds(companies.get(record.employer, ()), record):
        yield Remark.EMPLOYER_NOT_FOUNDER
    yield Remark.NOT_THE_FOUNDER if own else Remark.SELF_EMPLOYED_NOT_FOUNDER


class NationalRegister:
    """The national register; bis numbers are not in it, and not asked for."""

    answers = frozenset({Remark.NOT_IN_NATIONAL_REGISTER})

    def __init__(self, numbers: NumbersWhenNeeded, environment: Environment) -> None:
        self._numbers = numbers
        self._environment = environment

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Said:
        """Remark national numbers that it does not know, nor another number of the person, which may have replaced it."""
        known = spells_of_identifiers(SourceName.NATIONAL_REGISTER, {one.identifier_id for one in records})
        strange = [one for one in records if one.identifier_id not in known]
        people = _people_known(SourceName.NATIONAL_REGISTER, strange, environment=self._environment)
        asked = [one for one in strange if one.person_id not in people]
        workers = self._numbers.read({one.identifier_id for one in asked})
        return {
            one.number: (Remark.NOT_IN_NATIONAL_REGISTER,) for one in asked if _is_national(workers[one.identifier_id])
        }


def _is_national(worker: Worker) -> bool:
    return worker.inss is not None and not is_bis_number(worker.inss)


def _people_known(
    source: SourceName, records: Sequence[PresenceRecord], *, environment: Environment
) -> Mapping[int, list[KnownSpell]]:
    """Return what the source knows of the persons by any of their numbers; one query, or none."""
    people = {one.person_id for one in records}
    return spells_of_persons(source, people, environment=environment) if people else {}


def _holds(spells: Collection[KnownSpell], record: PresenceRecord) -> bool:
    return any(spell.holds_on(record.asked_day) for spell in spells)


REMARKS_OF: Mapping[SourceName, frozenset[Remark]] = {
    SourceName.LIMOSA: LimosaDeclarations.answers,
    SourceName.COMPANIES: CompanyRegister.answers,
    SourceName.FOUNDERS: CompanyFounders.answers,
    SourceName.NATIONAL_REGISTER: NationalRegister.answers,
}
"""What each source may say once it is open."""


class OpenSources:
    """The sources outside this counter that an operator feeds, those of them that are open when they are asked."""

    answers = frozenset().union(*REMARKS_OF.values())

    def __init__(self, environment: Environment, *, keys: Callable[[], PersonKeys]) -> None:
        """`keys` are read when a number must be seen."""
        numbers = NumbersWhenNeeded(keys, environment)
        self._environment = environment
        self._fed: Mapping[str, ValidationSource] = {
            SourceName.LIMOSA: LimosaDeclarations(numbers, environment),
            SourceName.COMPANIES: CompanyRegister(environment),
            SourceName.FOUNDERS: CompanyFounders(environment),
            SourceName.NATIONAL_REGISTER: NationalRegister(numbers, environment),
        }

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Said:
        """Return what those remark that are open now; the caller keeps them so (`keep_sources`)."""
        said: dict[int, set[Remark]] = {}
        for name in ReferenceSource.objects.filter(environment=self._environment).values_list("name", flat=True):
            for number, remarks in self._fed[name].remarks_of(records).items():
                said.setdefault(number, set()).update(remarks)
        return said
