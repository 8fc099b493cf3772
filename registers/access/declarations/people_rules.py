"""Rules about whom a declaration is about, whatever it asks for."""

from domain.access.roles import Role
from domain.access_anomalies import AccessAnomaly
from domain.access_declarations import Action, ManagerSubject, UserSubject
from domain.person_names import is_other_family
from domain.stops import StoppedBy
from registers.access.declarations.questions import Answer, Question, RegisterRule
from registers.access.declarations.worlds import Account, Manager

_RIGHTS_ALONE = frozenset({Action.GRANT, Action.REVOKE, Action.REPLACE})
_TAKING = frozenset({Action.BLOCK, Action.REMOVE, Action.REVOKE})


def quality_is_active(question: Question) -> Answer:
    """The quality is one in which the entity acts now and for which the sender was enabled; the entity's account is active."""
    if not question.world.is_active:
        return f"{question.world.quality} is none in which the company acts"
    if not question.world.is_reached:
        return f"those who let the sender declare access do not manage {question.world.quality}"
    return None


def mandate_reaches_it(question: Question) -> Answer:
    """A mandatary declares the rights of users, and nothing else."""
    if question.world.groups is None:
        return None
    of_a_user = isinstance(question.declared.subject, UserSubject)
    return None if of_a_user and question.action in _RIGHTS_ALONE else "a mandate reaches rights of users alone"


def nobody_raises_himself(question: Question) -> Answer:
    """Neither a chief nor a co-chief is the subject of a file, nor who signed it or owns the sender.

    Who asked that the sender declares access, or confirmed it, is given nothing by its files; they may take from him.
    """
    world = question.world
    if question.person_id in world.above:
        return "the person is a main access manager of the company"
    if question.is_own or question.person_id in world.own:
        return "the person signed the file, or owns the sender"
    if question.person_id in world.enabling and question.action not in _TAKING:
        return "the person let the sender declare access"
    return None


def name_is_that_of_the_person(question: Question) -> Answer:
    """The first three letters of the family name are those of the person known by the number.

    A name counts that a card, a provider or an office proved, or that was said in this company: what another one said
    keeps nobody out.
    """
    person, world = question.person_id or 0, question.world
    known = world.people.contacts.get(person)
    if question.person is None or known is None or (person in world.elsewhere and not known.is_name_proved):
        return None
    is_other = is_other_family(known.family_name, question.person.family_name)
    return "another family name is known for this number" if is_other else None


def person_is_linked(question: Question) -> Answer:
    """Who is entered works for the entity, or a manager has declared that he does; such a word ends with its account."""
    world, person = question.world, question.person_id or 0
    if question.action is not Action.CREATE or question.person is None:
        return None
    if person in world.employed or world.find_word(person) is not None:
        return None
    return "no running employment with the company is known, and no manager declared one"


def no_operator_stopped_it(question: Question) -> Answer:
    """What an operator blocked no file takes back, and whom he blocked it enters nowhere anew (§3.3)."""
    world, subject = question.world, question.declared.subject
    if question.action is Action.CREATE and question.person_id in world.stopped:
        return "an operator blocked the person in this company"
    held: list[Account | Manager] = []
    if isinstance(subject, ManagerSubject):
        held.extend(world.find_managers(question.person_id or 0, Role(subject.role)))
    elif question.account is not None:
        held.append(question.account)
    stopped = question.action is Action.UNBLOCK and any(one.blocked_by == StoppedBy.OPERATOR for one in held)
    return "an operator blocked it, and an operator alone takes that back" if stopped else None


def contact_is_not_shared(question: Question) -> Answer:
    """An e-mail address or a telephone number belongs to three persons at most, unless the settings say otherwise."""
    user = question.declared.subject
    if not isinstance(user, UserSubject):
        return None
    for address in (user.email, user.mobile):
        others = question.world.people.users_of[address.lower()] - {question.person_id} if address else set()
        if len(others) >= question.world.contact_persons:
            return f"{question.world.contact_persons} persons have it already"
    return None


PEOPLE_RULES = (
    RegisterRule(AccessAnomaly.QUALITY_NOT_ACTIVE, "access §8.3", "QualityCode", quality_is_active),
    RegisterRule(AccessAnomaly.BEYOND_MANDATE, "access §8.3", "Subject", mandate_reaches_it),
    RegisterRule(AccessAnomaly.SELF_PROMOTION, "access §8.3", "Subject", nobody_raises_himself),
    RegisterRule(AccessAnomaly.NAME_DIFFERS, "access §8.3", "FamilyName", name_is_that_of_the_person),
)
ENTRY_RULES = (
    RegisterRule(AccessAnomaly.STATE_FORBIDS, "access §8.3", "Action", no_operator_stopped_it),
    RegisterRule(AccessAnomaly.NOT_LINKED, "access §8.3", "Person", person_is_linked),
    RegisterRule(AccessAnomaly.CONTACT_SHARED, "access §8.3", "EMail", contact_is_not_shared),
)
