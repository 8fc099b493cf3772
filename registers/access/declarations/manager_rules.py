"""Rules about managers, technical users and senders."""

from domain.access.roles import Role
from domain.access.services import SERVICES
from domain.access.states import HELD_APPOINTMENTS, AccountState, AppointmentState
from domain.access_anomalies import AccessAnomaly
from domain.access_declarations import Action, ManagerSubject, SenderSubject, TechnicalUserSubject, UserSubject
from domain.technical_users import TechnicalUserFacts
from registers.access.declarations.questions import Answer, Question, RegisterRule
from registers.access.declarations.worlds import Manager

_CLOSING = frozenset({Action.BLOCK, Action.REMOVE})
_NEEDED = {
    Action.BLOCK: frozenset({AppointmentState.ACTIVE}),
    Action.UNBLOCK: frozenset({AppointmentState.BLOCKED}),
    Action.REMOVE: frozenset({AppointmentState.PROPOSED, AppointmentState.ACTIVE, AppointmentState.BLOCKED}),
}
_NEEDED_OF_A_TECHNICAL_USER = {
    Action.UPDATE: frozenset({"DRAFT", "ACTIVE", "BLOCKED"}),
    Action.BLOCK: frozenset({"ACTIVE"}),
    Action.UNBLOCK: frozenset({"BLOCKED"}),
    Action.REMOVE: frozenset({"DRAFT", "ACTIVE", "BLOCKED"}),
}


def place_is_free(question: Question) -> Answer:
    """A quality has one access manager; the main access manager alone gives way where he manages it himself."""
    role, world = _role(question), question.world
    if role is not Role.MANAGER or question.action is not Action.CREATE:
        return None
    others = [one for one in world.managers if one.role is Role.MANAGER and one.person_id != world.chief]
    return "one manages it, or is proposed" if others else None


def somebody_is_there_to_assist(question: Question) -> Answer:
    """A co-manager assists an access manager who is there."""
    if _role(question) is not Role.CO_MANAGER or question.action is not Action.CREATE:
        return None
    held = any(one.role is Role.MANAGER and one.state in HELD_APPOINTMENTS for one in question.world.managers)
    return None if held else "the quality has none"


def somebody_still_manages(question: Question) -> Answer:
    """A quality keeps a manager or co-manager who manages now; one who is proposed does not count yet."""
    leaving = [one for one in _leaving(question) if one.state is AppointmentState.ACTIVE]
    staying = [one for one in question.world.held_managers if one not in leaving]
    return "nobody else manages it" if leaving and not staying else None


def appointment_allows_it(question: Question) -> Answer:
    """Who is named holds no such place yet; who is blocked or removed holds it, in a state that knows the action."""
    role = _role(question)
    if role is None:
        return None
    own = question.world.find_managers(question.person_id or 0, role)
    if question.action is not Action.CREATE:
        fits = [one for one in own if one.state in _NEEDED.get(question.action, frozenset())]
        return None if fits else f"the person is {own[0].state if own else 'no such manager'}"
    if [one for one in question.world.managers if one.person_id == question.person_id and _as_great(one.role, role)]:
        return "the person manages the quality already, or is proposed"
    helpers = [one for one in question.world.managers if one.role is Role.CO_MANAGER]
    is_full = role is Role.CO_MANAGER and len(helpers) >= question.world.co_managers
    return f"co-managers there already: {len(helpers)}" if is_full else None


def technical_user_is_the_only_one(question: Question) -> Answer:
    """A quality has one technical user."""
    if not isinstance(question.declared.subject, TechnicalUserSubject) or question.action is not Action.CREATE:
        return None
    return "it has one" if question.world.technical_users else None


def technical_user_allows_it(question: Question) -> Answer:
    """A technical user who is changed is there, in a state that knows the action; that of an active sender is not removed."""
    if not isinstance(question.declared.subject, TechnicalUserSubject) or question.action is Action.CREATE:
        return None
    known = technical_user_of(question)
    if known is None:
        return "the company has no such technical user in this quality"
    if known.state not in _NEEDED_OF_A_TECHNICAL_USER.get(question.action, frozenset()):
        return f"the technical user is {known.state}"
    if question.action is Action.REMOVE and known.is_of_active_sender:
        return "the sender of the technical user is active"
    return None


def sender_allows_it(question: Question) -> Answer:
    """A sender is one of the entity in the quality, and active where it is stopped."""
    subject = question.declared.subject
    if not isinstance(subject, SenderSubject):
        return None
    state = question.world.senders.get(subject.number)
    if state is None:
        return "the company has no such sender in this quality"
    return f"the sender is {state}" if question.action is Action.BLOCK and state != "ACTIVE" else None


def services_of_senders_exist(question: Question) -> Answer:
    """What is taken from a sender is a service that files are sent for."""
    if not isinstance(question.declared.subject, SenderSubject):
        return None
    unknown = [right.service for right in question.declared.rights if purpose_of(right.service) is None]
    return f"no files are sent for a service {unknown[0]}" if unknown else None


def purpose_of(service: str) -> str | None:
    """Return the purpose code of the files of a service, None where it has none."""
    return next((one.purpose for one in SERVICES.values() if one.code == service and one.purpose), None)


def technical_user_of(question: Question) -> TechnicalUserFacts | None:
    """Return the technical user that a declaration names, if the entity has it in the quality."""
    subject = question.declared.subject
    account = subject.account if isinstance(subject, TechnicalUserSubject) else None
    return next((one for one in question.world.technical_users if one.account == account), None)


def _leaving(question: Question) -> list[Manager]:
    """Return by what nobody manages afterwards: the place that is closed, or those of a user who is blocked."""
    world, person, role, account = question.world, question.person_id or 0, _role(question), question.account
    if role is not None:
        return world.find_managers(person, role) if question.action in _CLOSING else []
    is_stopped = question.action is Action.BLOCK and account is not None and account.state is AccountState.ACTIVE
    is_user = isinstance(question.declared.subject, UserSubject)
    return [one for one in world.managers if one.person_id == person] if is_user and is_stopped else []


def _role(question: Question) -> Role | None:
    subject = question.declared.subject
    return Role(subject.role) if isinstance(subject, ManagerSubject) else None


def _as_great(held: Role, role: Role) -> bool:
    return held in {role, Role.MANAGER}


MANAGER_RULES = (
    RegisterRule(AccessAnomaly.SECOND_MANAGER, "access §8.3", "Role", place_is_free),
    RegisterRule(AccessAnomaly.NO_MANAGER_TO_ASSIST, "access §8.3", "Role", somebody_is_there_to_assist),
    RegisterRule(AccessAnomaly.LAST_MANAGER, "access §8.3", "Role", somebody_still_manages),
    RegisterRule(AccessAnomaly.STATE_FORBIDS, "access §8.3", "Role", appointment_allows_it),
)
MANAGING_USER_RULES = (RegisterRule(AccessAnomaly.LAST_MANAGER, "access §8.3", "User", somebody_still_manages),)
CHANNEL_RULES = (
    RegisterRule(AccessAnomaly.SECOND_TECHNICAL_USER, "access §8.3", "TechnicalUser", technical_user_is_the_only_one),
    RegisterRule(AccessAnomaly.STATE_FORBIDS, "access §8.3", "TechnicalUser", technical_user_allows_it),
    RegisterRule(AccessAnomaly.STATE_FORBIDS, "access §8.3", "SenderNumber", sender_allows_it),
    RegisterRule(AccessAnomaly.RIGHT_UNKNOWN, "access §8.3", "ServiceCode", services_of_senders_exist),
)
