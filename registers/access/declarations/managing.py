"""Do what accepted declarations ask for managers, technical users and senders, each by the register's own steps."""

from dataclasses import dataclass

from django.db import transaction

from domain.access.actors import Actor
from domain.access.limits import STANDARD_LIMITS, AccountLimits
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.services import ServiceCode
from domain.access.states import LIVING_APPOINTMENTS, AppointmentState
from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import Action, ManagerSubject, SenderSubject, TechnicalUserSubject
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.findings import Finding, Location
from domain.technical_users import ContactChange, ContactPerson
from registers.access.appointing import appoint
from registers.access.declarations.manager_rules import purpose_of
from registers.access.declarations.questions import Question
from registers.access.declarations.sides import SenderDesk, Stays
from registers.access.declarations.worlds import Manager
from registers.access.ending import block_appointment, end
from registers.access.models import Appointment
from registers.access.sender_services import end_service

_CODES = {
    RefusalReason.QUALITY_NOT_ACTIVE: AccessAnomaly.QUALITY_NOT_ACTIVE,
    RefusalReason.ENTITY_NOT_ACTIVE: AccessAnomaly.QUALITY_NOT_ACTIVE,
    RefusalReason.NO_ACCOUNT: AccessAnomaly.QUALITY_NOT_ACTIVE,
    RefusalReason.CHIEF_BY_FILE: AccessAnomaly.CHIEF_BY_FILE,
    RefusalReason.SECOND_MANAGER: AccessAnomaly.SECOND_MANAGER,
    RefusalReason.NO_MANAGER_TO_HELP: AccessAnomaly.NO_MANAGER_TO_ASSIST,
    RefusalReason.LAST_MANAGER: AccessAnomaly.LAST_MANAGER,
    RefusalReason.NOT_ENTITLED: AccessAnomaly.BEYOND_MANDATE,
    RefusalReason.TARGET_OUT_OF_REACH: AccessAnomaly.SELF_PROMOTION,
}
"""What a refusal of the register is called in an answer; any other is a matter of state."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was made or touched: an appointment, or the account of a technical user; or what stood against it after all."""

    appointment_id: int | None = None
    technical_user: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Hands:
    """Whoever does it: in whose name, with which desk for senders, who ends stays, and within which limits."""

    by: Actor
    company: str
    desk: SenderDesk
    stays: Stays
    limits: AccountLimits = STANDARD_LIMITS


def do_to_others(question: Question, hands: Hands, *, location: Location | None) -> Done:
    """Do what the declaration asks for a manager, a technical user or a sender, in the running transaction.

    What is refused in the middle leaves nothing behind.
    """
    try:
        with transaction.atomic():
            return _do(question, hands)
    except AccessRefusedError as refused:
        code = _CODES.get(refused.reason, AccessAnomaly.STATE_FORBIDS)
        return Done(finding=object_to(code, refused.what, location=location))
    except ConfigurationRefusedError as refused:
        return Done(finding=object_to(AccessAnomaly.STATE_FORBIDS, refused.what, location=location))


def _do(question: Question, hands: Hands) -> Done:
    match question.declared.subject:
        case ManagerSubject(role=role):
            return _do_to_manager(question, hands, Role(role))
        case TechnicalUserSubject():
            return Done(technical_user=_do_to_technical_user(question, hands))
        case SenderSubject(number=number):
            _do_to_sender(question, hands, number)
            return Done()
        case _:
            message = "users are done together"
            raise TypeError(message)


def _do_to_manager(question: Question, hands: Hands, role: Role) -> Done:
    world, person, at = question.world, question.person_id or 0, question.at
    if question.action is Action.CREATE:
        row = appoint(
            world.entity_id, role=role, person_id=person, quality=world.quality, by=hands.by, at=at, limits=hands.limits
        )
        world.managers.append(Manager(row.pk, role, person, AppointmentState(row.state)))
        return Done(row.pk)
    held = world.find_managers(person, role)[0]
    if held.pk is None:
        message = "an imagined appointment is changed"
        raise ValueError(message)
    reason = str(question.declared.reason)
    match question.action:
        case Action.BLOCK:
            block_appointment(held.pk, by=hands.by, at=at, sessions=hands.stays, reason=reason)
        case Action.REMOVE:
            end(held.pk, by=hands.by, at=at, sessions=hands.stays, reason=reason)
        case _:
            """Taking a block away waits for whoever may confirm it."""
    _look_again(question)
    return Done(held.pk)


def _look_again(question: Question) -> None:
    """Read the managers of the quality again: one step may have moved another."""
    rows = Appointment.objects.filter(
        entity_id=question.world.entity_id, quality=question.world.quality, state__in=list(LIVING_APPOINTMENTS)
    )
    question.world.managers[:] = [
        Manager(row.pk, Role(row.role), row.person_id, AppointmentState(row.state), row.blocked_by) for row in rows
    ]


def imagine_others(question: Question) -> None:
    """Note in an imagined world what the declaration will do to a manager there; nothing else is imagined."""
    subject, world = question.declared.subject, question.world
    if not isinstance(subject, ManagerSubject):
        return
    role, person = Role(subject.role), question.person_id or 0
    match question.action:
        case Action.CREATE:
            world.managers.append(Manager(None, role, person, AppointmentState.PROPOSED))
        case Action.REMOVE:
            world.managers[:] = [one for one in world.managers if (one.role, one.person_id) != (role, person)]
        case Action.BLOCK:
            for one in world.find_managers(person, role):
                one.state = AppointmentState.BLOCKED
        case _:
            """What waits for a confirmation changes nothing yet."""


def _do_to_technical_user(question: Question, hands: Hands) -> str:
    subject, at, actor = question.declared.subject, question.at, hands.by.name
    if not isinstance(subject, TechnicalUserSubject):
        message = "only technical users are done here"
        raise TypeError(message)
    if question.action is Action.CREATE:
        contact = ContactPerson(
            subject.family_name or "",
            subject.first_name or "",
            subject.email or "",
            (subject.language or "EN").lower(),
            subject.phone or "",
        )
        proposed = hands.desk.propose(question.world.entity_id, question.world.quality, contact, actor=actor, at=at)
        _look_again_at_technical_users(question, hands)
        return proposed
    account = subject.account or ""
    match question.action:
        case Action.UPDATE:
            language = None if subject.language is None else subject.language.lower()
            change = ContactChange(email=subject.email, phone=subject.phone, language=language)
            hands.desk.change(account, change, actor=actor, at=at)
        case Action.BLOCK:
            hands.desk.block(account, actor=actor, at=at)
        case Action.UNBLOCK:
            hands.desk.unblock(account, actor=actor, at=at)
        case _:
            hands.desk.remove(account, by=hands.by, at=at)
    _look_again_at_technical_users(question, hands)
    return account


def _look_again_at_technical_users(question: Question, hands: Hands) -> None:
    world = question.world
    world.technical_users[:] = hands.desk.technical_users(hands.company, world.covered)


def _do_to_sender(question: Question, hands: Hands, number: str) -> None:
    if question.action is Action.BLOCK:
        hands.desk.stop_sender(number, actor=hands.by.name, at=question.at)
        question.world.senders[number] = "SUSPENDED"
        return
    for right in question.declared.rights:
        hands.desk.close_service(number, purpose_of(right.service) or "", actor=hands.by.name, at=question.at)
        if question.world.environment == Environment.PRODUCTION:
            end_service(number, ServiceCode(right.service), by=hands.by, at=question.at)
