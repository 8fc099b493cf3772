"""Go through the declarations of a file: find whom they name, read the worlds that they meet, and do them there."""

import copy
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from domain.access.actors import Actor
from domain.access.services import ServiceCode
from domain.access.user_names import new_user_name
from domain.access_declarations import (
    AccessDeclaration,
    Action,
    JudgedAccessForm,
    JudgedDeclaration,
    ManagerSubject,
    SenderSubject,
    TechnicalUserSubject,
    UserSubject,
)
from domain.access_states import DeclaredState
from domain.environments import Environment
from registers.access.declarations.contacts import write_contacts
from registers.access.declarations.deciding import decide, do_to_user
from registers.access.declarations.managing import Hands, do_to_others, imagine_others
from registers.access.declarations.questions import Question, start_of
from registers.access.declarations.reading import Named, read_world
from registers.access.declarations.records import Outcome
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.sides import DeclaringSide, FilingTime
from registers.access.declarations.worlds import Account, People, Word, World
from registers.access.declarations.writing import write_steps
from registers.access.models import Entity, EntityState
from registers.access.sender_services import people_who_let, quality_bound_to
from registers.persons.details import reached_at
from registers.persons.models import PersonDetails

Place = tuple[str, str]
"""A company number and a quality."""


@dataclass(slots=True)
class Visit:
    """The worlds that the declarations of a file meet, and the persons that they name, by national number."""

    register: AccessRegister
    environment: Environment
    side: DeclaringSide
    entities: dict[str, Entity]
    people: dict[str, int]
    worlds: dict[Place, World] = field(default_factory=dict)
    imagined: dict[Place, World] = field(default_factory=dict)
    known: People = field(default_factory=People)
    first_names: dict[int, str] = field(default_factory=dict)

    @classmethod
    def begin(
        cls,
        forms: Sequence[JudgedAccessForm],
        side: DeclaringSide,
        *,
        register: AccessRegister,
        environment: Environment,
        at: datetime,
    ) -> Self:
        """Read everything that decides about the forms; the accounts of the entities stay locked."""
        companies = {form.entity.company for form in forms if form.entity is not None} | {side.company}
        living = Entity.objects.filter(
            environment=environment,
            company_number__in=list(companies),
            state=EntityState.ACTIVE,
            valid_until__isnull=True,
        )
        declared = [one.declared for form in forms for one in form.declarations if one.declared and not one.is_blocked]
        visit = cls(
            register=register,
            environment=environment,
            side=side,
            entities={entity.company_number: entity for entity in living.order_by("pk")},
            people=_find_people(declared, register, own=side.own_numbers, at=at),
        )
        words: defaultdict[str, dict[int, dict[str, Word]]] = defaultdict(dict)
        for place, together in _by_place(forms).items():
            is_there = place[0] in visit.entities
            visit.worlds[place] = (
                visit._read(place, together, words=words[place[0]], at=at) if is_there else _nowhere(place, environment)
            )
        return visit

    @property
    def own_entity(self) -> int:
        """The entity of the sender; 0 where it has none here."""
        return self.entities[self.side.company].pk if self.side.company in self.entities else 0

    def entity_of(self, form: JudgedAccessForm) -> int | None:
        """Return the entity for which a form declares, if there is one."""
        entity = None if form.entity is None else self.entities.get(form.entity.company)
        return None if entity is None else entity.pk

    def do(
        self, judged: JudgedDeclaration, form: JudgedAccessForm, *, ticket: str, by: Actor, time: FilingTime
    ) -> Outcome:
        """Decide about one declaration, and do it where it is accepted for today."""
        declared = judged.declared
        if declared is None or judged.is_blocked or form.entity is None:
            return Outcome(judged, ticket, DeclaredState.REFUSED, judged.findings)
        place = (form.entity.company, form.entity.quality)
        if declared.effective_date > time.today:
            return self._schedule(judged, declared, place, ticket=ticket, by=by)
        question = self._ask(declared, self.worlds[place], by=by, at=time.filed_at)
        ruling = decide(question, location=judged.location)
        outcome = Outcome(
            judged, ticket, DeclaredState.REFUSED, (*judged.findings, *ruling.findings), question.person_id
        )
        if not ruling.is_refused:
            outcome.state = DeclaredState.PENDING_CONFIRMATION if ruling.waits else DeclaredState.APPLIED
            self._carry_out(question, outcome, by=by, place=place)
        return outcome

    def write(self, *, at: datetime) -> None:
        """Write what was done in the worlds, each step in the name of the form that asked for it."""
        for world in self.worlds.values():
            write_steps(world, stays=self.register.stays, at=at)
        write_contacts(self.known, self.environment, first_names=self.first_names, at=at)

    def settle(self, outcomes: Iterable[Sequence[Outcome]]) -> None:
        """Give the outcomes the numbers of the accounts that were made meanwhile."""
        by_name = {
            account.user_name: account.pk
            for world in self.worlds.values()
            for account in (*world.accounts.values(), *world.gone)
        }
        for of_form in outcomes:
            for outcome in of_form:
                outcome.account_id = by_name.get(outcome.account_name)

    def _schedule(
        self, judged: JudgedDeclaration, declared: AccessDeclaration, place: Place, *, ticket: str, by: Actor
    ) -> Outcome:
        """Decide as if it were the day, in worlds where the rest of the file is done."""
        if not self.imagined:
            self.imagined = copy.deepcopy(self.worlds)
        question = self._ask(declared, self.imagined[place], by=by, at=start_of(declared.effective_date))
        ruling = decide(question, location=judged.location)
        findings = (*judged.findings, *ruling.findings)
        state = DeclaredState.REFUSED if ruling.is_refused else DeclaredState.SCHEDULED
        if state is DeclaredState.SCHEDULED:
            self._imagine(question, new_name=lambda: f"to come {ticket}")
            self.worlds[place].shut_out |= self.imagined[place].shut_out
        return Outcome(judged, ticket, state, findings, question.person_id)

    def _carry_out(self, question: Question, outcome: Outcome, *, by: Actor, place: Place) -> None:
        if isinstance(question.declared.subject, UserSubject):
            name = new_user_name(self.register.randomness)
            account = do_to_user(question, new_name=lambda: name)
            outcome.account_name, outcome.account_id = account.user_name, account.pk
            outcome.person_id = account.person_id
        else:
            hands = Hands(by, place[0], self.register.desk, self.register.stays, self.register.limits)
            done = do_to_others(question, hands, location=outcome.judged.location)
            outcome.appointment_id, outcome.technical_user = done.appointment_id, done.technical_user
            if done.finding is not None:
                outcome.state, outcome.findings = DeclaredState.REFUSED, (*outcome.findings, done.finding)
                return
        if self.imagined:
            later = self._ask(question.declared, self.imagined[place], by=by, at=question.at)
            if not decide(later, location=None).is_refused:
                self._imagine(later, new_name=lambda: outcome.account_name)

    def _imagine(self, question: Question, *, new_name: Callable[[], str]) -> None:
        if isinstance(question.declared.subject, UserSubject):
            do_to_user(question, new_name=new_name)
        else:
            imagine_others(question)

    def _ask(self, declared: AccessDeclaration, world: World, *, by: Actor, at: datetime) -> Question:
        account: Account | None = None
        person: int | None = None
        subject = declared.subject
        number = _number_of(declared)
        if number is not None:
            person = self.people.get(number)
            if isinstance(subject, UserSubject | ManagerSubject) and subject.person is not None and person is not None:
                self.first_names.setdefault(person, subject.person.first_name)
        elif isinstance(subject, UserSubject):
            person = world.by_name.get(subject.user_name or "")
        if isinstance(subject, UserSubject) and person is not None:
            account = world.accounts.get(person)
        return Question(declared, world, person, account, at, by, is_own=self._is_own(declared))

    def _is_own(self, declared: AccessDeclaration) -> bool:
        """Whether it names who signed the file, or gives somebody the address of who owns the sender."""
        subject = declared.subject
        address = subject.email if isinstance(subject, UserSubject) else None
        return _number_of(declared) in self.side.own_numbers or (address or "").lower() in self.side.own_addresses

    def _own(self) -> frozenset[int]:
        by_number = {self.people[number] for number in self.side.own_numbers if number in self.people}
        by_address = PersonDetails.objects.filter(
            reached_at(self.side.own_addresses), environment=self.environment
        ).values_list("person_id", flat=True)
        return frozenset(by_number.union(by_address))

    def _read(
        self, place: Place, declared: Collection[AccessDeclaration], *, words: dict[int, dict[str, Word]], at: datetime
    ) -> World:
        company, quality = place
        own = company == self.side.company
        numbers = {number for one in declared if (number := _number_of(one)) is not None}
        subjects = [one.subject for one in declared]
        named = Named(
            persons=frozenset(self.people[number] for number in numbers if number in self.people),
            user_names=frozenset(
                one.user_name for one in subjects if isinstance(one, UserSubject) and one.user_name is not None
            ),
            addresses=frozenset(
                address
                for one in subjects
                if isinstance(one, UserSubject)
                for address in (one.email, one.mobile)
                if address
            ),
            senders=frozenset(one.number for one in subjects if isinstance(one, SenderSubject)),
            own=self._own(),
            has_technical_users=any(isinstance(one, TechnicalUserSubject) for one in subjects),
        )
        world = read_world(
            self.entities[company],
            quality,
            named,
            mandatary_id=None if own else self.own_entity,
            employments=self.register.employments,
            desk=self.register.desk,
            people=self.known,
            words=words,
            limits=self.register.limits,
            at=at,
        )
        bound_to = quality_bound_to(self.side.sender, ServiceCode.ACCESS, at=at) if own else None
        world.is_reached = bound_to in {None, quality}
        world.enabling = people_who_let(self.side.sender, ServiceCode.ACCESS, at=at)
        return world


def _nowhere(place: Place, environment: Environment) -> World:
    """Return the world of an entity that is not there: nothing is possible in it."""
    return World(
        entity_id=0,
        environment=str(environment),
        quality=place[1],
        is_active=False,
        groups=None,
        chief=None,
        above=frozenset(),
        own=frozenset(),
        managers=[],
        technical_users=[],
        active_users=0,
    )


def _by_place(forms: Sequence[JudgedAccessForm]) -> dict[Place, list[AccessDeclaration]]:
    together: defaultdict[Place, list[AccessDeclaration]] = defaultdict(list)
    for form in forms:
        if form.entity is not None:
            together[form.entity.company, form.entity.quality] += [
                one.declared for one in form.declarations if one.declared is not None and not one.is_blocked
            ]
    return dict(sorted(together.items()))


def _find_people(
    declared: Sequence[AccessDeclaration], register: AccessRegister, *, own: Collection[str], at: datetime
) -> dict[str, int]:
    """Return the persons named; who is to be entered is made at first sight, any other only looked up."""
    entered = {number for one in declared if one.action is Action.CREATE and (number := _number_of(one)) is not None}
    mentioned = {number for one in declared if (number := _number_of(one)) is not None} | set(own)
    return register.persons.find_or_create(entered, at=at) | register.persons.find(mentioned - entered)


def _number_of(declared: AccessDeclaration) -> str | None:
    subject = declared.subject
    if isinstance(subject, ManagerSubject | UserSubject) and subject.person is not None:
        return subject.person.insz
    return None
