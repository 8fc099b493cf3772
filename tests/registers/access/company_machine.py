"""A company in which everybody tries everything, except that its legal representative is asleep."""

import itertools
from datetime import datetime

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from auth.confinement import confinement_of
from auth.keys.code_levels import confines, gives_an_app, level_of_password
from auth.models import Session, TemporaryCredentialKind
from auth.proofs import Proof
from domain.access.actors import Actor
from domain.access.qualities import Quality
from domain.access.refusals import AccessRefusedError
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import AppointmentState
from domain.access_declarations import Action
from domain.assurance import AssuranceLevel, Means
from registers.access.appointing import accept, appoint, confirm, decline, propose_replacement
from registers.access.company_rules import belonging_elsewhere
from registers.access.employment import DeclaredByManager
from registers.access.ending import block_appointment, end, unblock_appointment
from registers.access.entity_accounts import (
    activate_account,
    register_account,
    renew_activation,
    resume_account,
    suspend_account,
)
from registers.access.granting import WantedRight, confirm_grant, grant, revoke
from registers.access.models import Appointment, Entity, Grant, StandingChange, UserAccount
from registers.access.qualities import activate_quality, end_quality
from registers.access.user_accounts import activate_user, block_user, invite_user, remove_user, unblock_user
from tests.registers.access.conftest import EMPLOYER, NOON, SECRETARIAT, an_entity, make_company
from tests.registers.access.declaring import Declarer

PEOPLE = 6
NAMES = itertools.count(1)
NUMBERS = itertools.count(4_200_000)
people = st.integers(0, PEOPLE - 1)
levels = st.sampled_from([400, 500, 200])
roles = st.sampled_from(Role)
qualities = st.sampled_from([EMPLOYER, SECRETARIAT])
picks = st.integers(0, 11)
OTHERS = ("operator", "platform", "sender", "stranger")
others = st.sampled_from(OTHERS)
chief = st.just((0, 500))
anybody = st.one_of(chief, st.tuples(people, levels), others)
somebody = st.one_of(chief, st.tuples(people, levels))


class UsedCodes:
    """Whoever asks used the codes up."""

    def were_consumed(self, person_id: int, *, since: datetime) -> bool:  # noqa: ARG002
        return True


def stay_after_codes(company_id: int) -> Session:
    """Return the stay of somebody with a national number, as sure as codes of a chief of that company make it."""
    kind = TemporaryCredentialKind.CHIEF
    password = level_of_password(kind, has_national_number=True)
    level = AssuranceLevel.APP_CODE if gives_an_app(kind, has_national_number=True) else password
    confined_to = company_id if confines(kind, has_national_number=True) else None
    proof = Proof(Means.PASSWORD, level, 1, NOON, confined_to)
    return Session(**confinement_of([proof]).columns(level, entity_id=None))


class CompanyMachine(RuleBasedStateMachine):
    """Person 0 is the chief; he appoints, ends and proposes as he likes, but never with the legal representative."""

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.company = make_company()
        self.declarer = Declarer(self.company.entity, self.company.sessions)
        self.callers: list[Actor] = []
        self.people = [self.company.chief, *(self.declarer.person(number, at=NOON) for number in range(1, PEOPLE))]
        self.attempt(lambda by: activate_quality(self.company.id, SECRETARIAT, by=by, at=NOON), self.person(0, 500))

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def person(self, number: int, level: int) -> Actor:
        return Actor.person(self.people[number], level=level)

    def other(self, kind: str) -> Actor:
        file = {"file": "FI.ACCS.123456.20260701.00001.R.1.1", "form": "1"}
        return {
            "operator": Actor.operator(),
            "platform": Actor.platform(),
            "sender": Actor.sender("123456", entity_id=self.company.id, **file),
            "stranger": Actor.sender("123457", entity_id=self.company.id + 1, **file),
        }[kind]

    def attempt(self, step, by: Actor) -> None:
        try:
            with transaction.atomic():
                step(by)
        except AccessRefusedError:
            return

    def picked(self, model: type, pick: int) -> int:
        rows = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return rows[pick % len(rows)] if rows else 0

    @rule(by=anybody, role=roles, whom=people, quality=qualities)
    def appoints(self, by, role: Role, whom: int, quality: Quality) -> None:
        where = "" if role.is_of_entity else quality
        self.attempt(
            lambda actor: appoint(
                self.company.id, role=role, person_id=self.people[whom], quality=where, by=actor, at=NOON
            ),
            self.actor(by),
        )

    @rule(by=somebody, whom=st.integers(1, PEOPLE - 1))
    def proposes_a_replacement(self, by, whom: int) -> None:
        self.attempt(
            lambda actor: propose_replacement(self.company.id, person_id=self.people[whom], by=actor, at=NOON),
            self.actor(by),
        )

    @rule(step=st.sampled_from([confirm, accept]))
    def everybody_answers(self, step) -> None:
        """Let everybody try to confirm or to accept whatever is proposed."""
        proposed = Appointment.objects.filter(state=AppointmentState.PROPOSED).order_by("pk")
        actors = [*(self.person(number, 500) for number in range(PEOPLE)), *map(self.other, OTHERS)]
        for pick, actor in itertools.product(list(proposed.values_list("pk", flat=True)), actors):
            self.attempt(lambda by, pick=pick: step(pick, by=by, at=NOON), actor)

    @rule(by=anybody, pick=picks, step=st.sampled_from([decline, unblock_appointment]))
    def answers(self, by, pick: int, step) -> None:
        self.attempt(lambda actor: step(self.picked(Appointment, pick), by=actor, at=NOON), self.actor(by))

    @rule(
        by=anybody,
        pick=picks,
        step=st.sampled_from([end, block_appointment]),
    )
    def stops_a_manager(self, by, pick: int, step) -> None:
        self.attempt(
            lambda actor: step(self.picked(Appointment, pick), by=actor, at=NOON, sessions=self.company.sessions),
            self.actor(by),
        )

    @rule(by=anybody, whom=people, quality=qualities)
    def invites(self, by, whom: int, quality: Quality) -> None:
        self.attempt(
            lambda actor: invite_user(
                self.company.id,
                quality,
                person_id=self.people[whom],
                user_name=f"M{next(NAMES)}",
                employment=DeclaredByManager(),
                by=actor,
                at=NOON,
            ),
            self.actor(by),
        )

    @rule(by=somebody, pick=picks, step=st.sampled_from([activate_user, unblock_user]))
    def frees_a_user(self, by, pick: int, step) -> None:
        self.attempt(lambda actor: step(self.picked(UserAccount, pick), by=actor, at=NOON), self.actor(by))

    @rule(by=anybody, pick=picks, step=st.sampled_from([block_user, remove_user]))
    def stops_a_user(self, by, pick: int, step) -> None:
        self.attempt(
            lambda actor: step(self.picked(UserAccount, pick), by=actor, at=NOON, sessions=self.company.sessions),
            self.actor(by),
        )

    @rule(by=anybody, pick=picks, service=st.sampled_from(ServiceCode))
    def grants(self, by, pick: int, service: ServiceCode) -> None:
        wanted = WantedRight(service, Right.CONSULT)
        self.attempt(lambda actor: grant(self.picked(UserAccount, pick), wanted, by=actor, at=NOON), self.actor(by))

    @rule(by=somebody, pick=picks, step=st.sampled_from([confirm_grant, revoke]))
    def answers_a_right(self, by, pick: int, step) -> None:
        self.attempt(lambda actor: step(self.picked(Grant, pick), by=actor, at=NOON), self.actor(by))

    @rule(by=anybody, quality=qualities)
    def turns_a_quality(self, by, quality: Quality) -> None:
        self.attempt(
            lambda actor: end_quality(self.company.id, quality, by=actor, at=NOON, sessions=self.company.sessions),
            self.actor(by),
        )
        self.attempt(lambda actor: activate_quality(self.company.id, quality, by=actor, at=NOON), self.actor(by))

    @rule(by=anybody, whom=people)
    def handles_the_account(self, by, whom: int) -> None:
        entity = Entity.objects.get(pk=self.company.id)
        steps = (
            lambda actor: activate_account(self.company.id, by=actor, at=NOON),
            lambda actor: renew_activation(self.company.id, by=actor, at=NOON, reason="asked"),
            lambda actor: register_account(entity, chief_id=self.people[whom], quality=EMPLOYER, by=actor, at=NOON),
            lambda actor: suspend_account(
                self.company.id, by=actor, at=NOON, reason="asked", sessions=self.company.sessions
            ),
            lambda actor: resume_account(self.company.id, by=actor, at=NOON),
        )
        for step in steps:
            self.attempt(step, self.actor(by))

    @rule(
        whom=people,
        action=st.sampled_from(Action),
        role=st.sampled_from([None, *Role]),
        quality=qualities,
        rights=st.booleans(),
    )
    def declares_by_file(self, whom: int, action: Action, role: Role | None, quality: Quality, rights: bool) -> None:
        self.attempt(
            lambda _by: self.declarer.declare(
                self.people[whom], action=action, role=role, quality=quality, rights=rights, at=NOON
            ),
            Actor.platform(),
        )

    @rule(by=somebody, pick=picks, yes=st.booleans())
    def decides_about_a_declaration(self, by, pick: int, yes: bool) -> None:
        self.attempt(lambda actor: self.declarer.decide(pick, yes=yes, by=actor, at=NOON), self.actor(by))
        self.attempt(lambda _by: self.declarer.settle(at=NOON), Actor.platform())

    @rule(whom=people)
    def a_caller_registers_another_company_with_his_number(self, whom: int) -> None:
        """Let a caller name somebody the chief of a company of his own, and have the codes that are sent where he says."""
        stem, person = next(NUMBERS), self.people[whom]
        another = an_entity(f"{stem:08d}{97 - stem % 97:02d}")
        register_account(another, chief_id=person, quality=EMPLOYER, by=Actor.legal_representative(), at=NOON)
        if not belonging_elsewhere([person], another.pk):
            stay = stay_after_codes(another.pk)
            chief_there = Actor.person(person, level=stay.level_for(another.pk))
            activate_account(another.pk, by=chief_there, at=NOON, codes=UsedCodes())
            self.callers.append(Actor.person(person, level=stay.level_for(self.company.id)))

    @rule()
    def callers_try_what_their_codes_open(self) -> None:
        """Let those who have codes of somebody else accept and confirm whatever there is in the company."""
        before = self.standing()
        for pick, caller in itertools.product([pk for pk, *_rest in before], self.callers):
            for step in (accept, confirm):
                self.attempt(lambda by, step=step, pick=pick: step(pick, by=by, at=NOON), caller)
        assert self.standing() == before

    def standing(self) -> list[tuple[int, str, datetime | None]]:
        """Return where each appointment of the company stands, and when it was confirmed."""
        rows = Appointment.objects.filter(entity_id=self.company.id).order_by("pk")
        return list(rows.values_list("pk", "state", "confirmed_at"))

    def actor(self, by) -> Actor:
        return self.other(by) if isinstance(by, str) else self.person(*by)

    @invariant()
    def nobody_else_is_chief(self) -> None:
        if not hasattr(self, "company"):
            return
        chiefs = Appointment.objects.filter(role=Role.CHIEF, entity_id=self.company.id)
        assert [one.person_id for one in chiefs.filter(state=AppointmentState.ACTIVE)] == [self.company.chief]
        assert not chiefs.filter(state=AppointmentState.PROPOSED, confirmed_at__isnull=False).exists()
        helpers = Appointment.objects.filter(role=Role.CO_CHIEF)
        assert {one.created_by for one in helpers} <= {f"person:{self.company.chief}"}
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    @invariant()
    def no_manager_of_a_file_works_unconfirmed(self) -> None:
        if not hasattr(self, "company"):
            return
        working = Appointment.objects.filter(source__startswith="BATCH", state=AppointmentState.ACTIVE)
        assert not working.exclude(confirmed_by__startswith="person:").exists()

    @invariant()
    def an_operator_alone_takes_back_what_an_operator_blocked(self) -> None:
        if not hasattr(self, "company"):
            return
        is_operators: dict[tuple[int | None, int | None], bool] = {}
        for change in StandingChange.objects.filter(grant=None).order_by("pk"):
            whose = (change.account_id, change.appointment_id)
            if change.state == AppointmentState.ACTIVE:
                assert change.actor == "operator" or not is_operators.get(whose)
            blocks = change.state == AppointmentState.BLOCKED
            is_operators[whose] = blocks and (change.actor == "operator" or is_operators.get(whose, False))
        for model in (Appointment, UserAccount):
            for row in model.objects.filter(state=AppointmentState.BLOCKED):
                whose = (row.pk, None) if model is UserAccount else (None, row.pk)
                assert (row.blocked_by == "OPERATOR") is is_operators[whose]

    @invariant()
    def nobody_confirmed_his_own_right(self) -> None:
        if not hasattr(self, "company"):
            return
        four_eyes = Grant.objects.filter(service=ServiceCode.ACCESS).select_related("account")
        for one in four_eyes.exclude(state__in=["PROPOSED", "REFUSED"]):
            took_part = {one.granted_by, one.confirmed_by} - {"", f"person:{one.account.person_id}"}
            assert took_part or one.valid_until == one.valid_from
