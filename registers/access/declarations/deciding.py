"""Decide about one declaration in the world that it meets; the rules come first, then what it does there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain.access.states import AccountState
from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import (
    AccessDeclaration,
    Action,
    ManagerSubject,
    TechnicalUserSubject,
    UserSubject,
)
from domain.findings import Finding, Location
from domain.stops import StoppedBy, may_block_anew
from registers.access.declarations.contact_rules import kept_elements
from registers.access.declarations.manager_rules import CHANNEL_RULES, MANAGER_RULES, MANAGING_USER_RULES
from registers.access.declarations.people_rules import ENTRY_RULES, PEOPLE_RULES
from registers.access.declarations.questions import Question, RegisterRule
from registers.access.declarations.user_rules import RIGHT_RULES, USER_RULES
from registers.access.declarations.worlds import Account, Contact, HeldRight, RightStep
from registers.access.own_words import NOTHING_TOLD, ToldPerson, own_words
from registers.access.session_ending import StopReason

REGISTER_RULES: tuple[RegisterRule, ...] = (
    *PEOPLE_RULES,
    *CHANNEL_RULES,
    *MANAGER_RULES,
    *USER_RULES,
    *MANAGING_USER_RULES,
    *ENTRY_RULES,
    *RIGHT_RULES,
)
"""Every rule that the register is asked, in order; the first that objects refuses the declaration."""
_WAITING = frozenset({Action.CREATE, Action.UNBLOCK})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the register says of a declaration: findings, and whether somebody has to confirm it."""

    findings: tuple[Finding, ...] = ()
    waits: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether a finding refuses it."""
        return any(finding.is_blocking for finding in self.findings)


def decide(question: Question, *, location: Location | None) -> Ruling:
    """Return the ruling; the world stays as it is."""
    for rule in _rules_for(question.declared):
        sentence = rule.objection(question)
        if sentence is not None:
            return Ruling((object_to(rule.code, sentence, tag=rule.tag, location=location),))
    return Ruling(_warnings(question, location), waits=needs_confirmation(question.declared))


def _warnings(question: Question, location: Location | None) -> tuple[Finding, ...]:
    """Return what of an accepted declaration changes nothing."""
    account = question.account
    if question.action is Action.BLOCK and account is not None and _stays_blocked(account):
        return (object_to(AccessAnomaly.ALREADY_BLOCKED, "it is", tag="Action", location=location),)
    kept = kept_elements(question)
    why = "the person changes it under My digital keys"
    return tuple(object_to(AccessAnomaly.CONTACT_KEPT, why, tag=tag, location=location) for tag in kept[:1])


def needs_confirmation(declared: AccessDeclaration) -> bool:
    """Whether a manager has to confirm it: who manages by file is named, never made (access §8.2)."""
    match declared.subject:
        case ManagerSubject():
            return declared.action in _WAITING
        case TechnicalUserSubject():
            return declared.action is Action.CREATE
        case _:
            return False


def do_to_user(question: Question, *, new_name: Callable[[], str]) -> Account:
    """Do in the world what an accepted declaration asks for a user; return the account concerned."""
    declared, world, at = question.declared, question.world, question.at
    account = question.account if question.account is not None else _invite(question, new_name=new_name)
    match declared.action:
        case Action.CREATE:
            if account.pk is not None:
                account.state = AccountState.INVITED
                world.steps.note(account, "user:invited", by=question.by)
            _meet(question, account)
            _give(question, account)
        case Action.UPDATE:
            _reach(question)
        case Action.BLOCK:
            _block(question, account)
        case Action.UNBLOCK:
            account.state, account.reason, account.blocked_by = AccountState.ACTIVE, "", ""
            world.steps.note(account, "user:unblocked", by=question.by)
        case Action.REMOVE:
            _remove(question, account)
        case Action.GRANT:
            _give(question, account)
        case Action.REVOKE:
            named = {(right.service, right.right) for right in declared.rights}
            _close(question, account, [one for one in account.standing(at) if (one.service, one.right) in named], at)
        case Action.REPLACE:
            _replace(question, account)
    return account


def _rules_for(declared: AccessDeclaration) -> tuple[RegisterRule, ...]:
    if isinstance(declared.subject, UserSubject):
        return (*PEOPLE_RULES, *USER_RULES, *MANAGING_USER_RULES, *ENTRY_RULES, *RIGHT_RULES)
    if isinstance(declared.subject, ManagerSubject):
        return (*PEOPLE_RULES, *MANAGER_RULES, *ENTRY_RULES)
    return (*PEOPLE_RULES, *CHANNEL_RULES)


def _invite(question: Question, *, new_name: Callable[[], str]) -> Account:
    world, person = question.world, question.person_id
    if person is None:
        message = "only a person is invited"
        raise ValueError(message)
    is_checked, word = person in world.employed, world.find_word(person)
    account = Account(
        pk=None,
        person_id=person,
        user_name=new_name(),
        state=AccountState.INVITED,
        valid_from=question.at,
        is_checked=is_checked,
    )
    if word is not None and not is_checked:
        account.declared_by, account.declared_at = word
        world.words[person][world.quality] = word
    world.accounts[person] = account
    world.by_name[account.user_name] = person
    world.steps.invited.append(world.steps.note(account, "user:invited", by=question.by))
    return account


def _meet(question: Question, account: Account) -> None:
    """Note how somebody new is named and reached; what a person proved before is never overwritten here.

    Of whom another company named first, its words are this company's alone (decision 0048).
    """
    user, person = question.declared.subject, question.person_id
    if not isinstance(user, UserSubject) or user.person is None or person is None:
        return
    known = question.world.people.contacts.get(person)
    if person in question.world.elsewhere:
        told = ToldPerson(user.person.family_name, user.person.first_name, user.email or "")
        account.told = own_words(told, known)
        return
    if known is not None and known.email and known.mobile:
        return
    contact = known or Contact(user.person.family_name, language=(user.language or "").lower())
    question.world.people.reach(
        person,
        contact,
        email=None if contact.email else user.email,
        mobile=None if contact.mobile else user.mobile,
        language=contact.language,
        by=question.by,
    )


def _reach(question: Question) -> None:
    user, account = question.declared.subject, question.account
    if not isinstance(user, UserSubject) or account is None:
        return
    if account.person_id in question.world.elsewhere:
        return
    kept = kept_elements(question)
    people = question.world.people
    people.reach(
        account.person_id,
        people.contacts.get(account.person_id) or Contact(""),
        email=None if "EMail" in kept else user.email,
        mobile=None if "Mobile" in kept else user.mobile,
        language=(user.language or "").lower(),
        by=question.by,
    )


def _stays_blocked(account: Account) -> bool:
    """Whether the account is blocked so that a block of the company changes nothing."""
    if account.state is not AccountState.BLOCKED:
        return False
    return not may_block_anew(StoppedBy.COMPANY, blocked_by=account.blocked_by, reason=account.reason)


def _block(question: Question, account: Account) -> None:
    if _stays_blocked(account):
        return
    if account.state is AccountState.ACTIVE:
        question.world.shut_out.add(account.person_id)
    account.state, account.reason = AccountState.BLOCKED, str(question.declared.reason)
    account.blocked_by = str(StoppedBy.COMPANY)
    question.world.steps.note(account, "user:blocked", by=question.by)
    question.world.steps.stopped.append((account.person_id, StopReason.BLOCKED))


def _remove(question: Question, account: Account) -> None:
    world = question.world
    _close(question, account, list(account.standing(question.at)), question.at)
    if account.state is AccountState.ACTIVE:
        world.shut_out.add(account.person_id)
    account.state, account.reason = AccountState.REMOVED, str(question.declared.reason)
    account.told = NOTHING_TOLD
    world.steps.note(account, "user:removed", by=question.by)
    world.steps.stopped.append((account.person_id, StopReason.MANAGER))
    world.gone.append(world.accounts.pop(account.person_id))
    world.removed |= {account.person_id}
    world.words.get(account.person_id, {}).pop(world.quality, None)


def _replace(question: Question, account: Account) -> None:
    """Let the account hold exactly what is listed: what is held for another time than the listed one ends as well."""
    at = question.at
    listed = _listed(question)
    over = [one for one in account.standing(at) if _held_on(one, at) not in listed]
    _close(question, account, over, at)
    _give(question, account)


def _listed(question: Question) -> list[tuple[str, str, datetime, datetime | None]]:
    """Return the declared rights with their periods; those of one right that overlap are one period, as they are held."""
    joined: list[tuple[str, str, datetime, datetime | None]] = []
    for right in sorted(question.declared.rights, key=lambda one: (one.service, one.right, question.starts(one))):
        start, end = question.starts(right), question.ends(right)
        service, named, began, ended = joined[-1] if joined else ("", "", start, start)
        if (service, named) == (right.service, right.right) and (ended is None or start < ended):
            joined.pop()
            start, end = began, _later(ended, end)
        joined.append((right.service, right.right, start, end))
    return joined


def _held_on(held: HeldRight, at: datetime) -> tuple[str, str, datetime, datetime | None]:
    return (held.service, held.right, max(held.valid_from, at), held.valid_until)


def _give(question: Question, account: Account) -> None:
    """Give the declared rights; where the same right is held already, it is held on, and longer if that is declared."""
    for right in question.declared.rights:
        start, end = question.starts(right), question.ends(right)
        same = [
            one
            for one in account.standing(question.at)
            if (one.service, one.right) == (right.service, right.right) and one.overlaps(start, end)
        ]
        if any(_covers(one, start, end) for one in same):
            continue
        for one in same:
            start, end = min(start, max(one.valid_from, question.at)), _later(end, one.valid_until)
        _close(question, account, same, start)
        new = HeldRight(None, right.service, right.right, start, end)
        account.rights.append(new)
        question.world.steps.granted.append(RightStep(account, new, question.by))


def _close(question: Question, account: Account, rights: list[HeldRight], at: datetime) -> None:
    steps = question.world.steps
    for right in rights:
        right.valid_until = max(at, right.valid_from)
        if right.pk is None:
            steps.granted = [step for step in steps.granted if step.right is not right]
            account.rights.remove(right)
        else:
            steps.closed.append(RightStep(account, right, question.by))


def _covers(held: HeldRight, start: datetime, end: datetime | None) -> bool:
    return held.valid_from <= start and (held.valid_until is None or (end is not None and end <= held.valid_until))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)
