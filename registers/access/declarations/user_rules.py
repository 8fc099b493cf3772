"""Rules about user accounts and their rights."""

from domain.access.services import Service, find_service
from domain.access.states import AccountState
from domain.access_anomalies import AccessAnomaly
from domain.access_declarations import Action, DeclaredRight, UserSubject
from registers.access.declarations.questions import Answer, Question, RegisterRule

_GIVING = frozenset({Action.CREATE, Action.GRANT, Action.REPLACE})
_ADDING = frozenset({Action.CREATE, Action.GRANT})
"""What gives rights beside those that are held: an account whose invitation ran out keeps its rights."""
_TAKES_PLACE = {
    Action.BLOCK: frozenset({AccountState.ACTIVE, AccountState.BLOCKED}),
    Action.UNBLOCK: frozenset({AccountState.BLOCKED}),
}


def account_is_open(question: Question) -> Answer:
    """The account is not removed; wrong tries lock the password of a person, no account."""
    if not isinstance(question.declared.subject, UserSubject) or question.account is not None:
        return None
    was_removed = question.person_id in question.world.removed and question.action is not Action.CREATE
    return "the account was removed" if was_removed else None


def state_allows_it(question: Question) -> Answer:
    """The action fits the state of the account; who is entered has none, or one whose invitation ran out."""
    account, action = question.account, question.action
    if not isinstance(question.declared.subject, UserSubject):
        return None
    if action is Action.CREATE:
        return None if account is None or account.state is AccountState.EXPIRED else f"the account is {account.state}"
    if account is None:
        return "there is no such account in this quality"
    allowed = _TAKES_PLACE.get(action)
    return None if allowed is None or account.state in allowed else f"the account is {account.state}"


def revoked_rights_are_held(question: Question) -> Answer:
    """What is taken back is held, now or later."""
    if question.action is not Action.REVOKE or question.account is None:
        return None
    held = {(right.service, right.right) for right in question.account.standing(question.at)}
    missing = [one for one in question.declared.rights if (one.service, one.right) not in held]
    return f"{missing[0].right} in {missing[0].service} is not held" if missing else None


def rights_exist(question: Question) -> Answer:
    """Every service is one there is, and knows the right; no service is divided."""
    for right in question.declared.rights:
        service = find_service(right.service)
        if service is None or right.right not in {str(one) for one in service.rights}:
            return f"there is no right {right.right} in a service {right.service}"
        if right.sub_division is not None:
            return f"{right.service} has no part {right.sub_division}"
    return None


def services_are_open(question: Question) -> Answer:
    """Every service whose rights are given is open for the quality."""
    closed = [
        right.service
        for right, service in _given(question)
        if question.world.quality not in {str(quality) for quality in service.qualities}
    ]
    return f"{closed[0]} is not open" if closed else None


def services_are_given_by_file(question: Question) -> Answer:
    """Rights of every such service may be given by a file."""
    reserved = [right.service for right, service in _given(question) if not service.is_granted_by_file]
    return f"rights of {reserved[0]} are given in the portal" if reserved else None


def rights_are_managed(question: Question) -> Answer:
    """A mandatary gives and takes rights in the groups of services that it is mandated for, and no others."""
    groups = question.world.groups
    if groups is None:
        return None
    touched = [*(right.service for right in question.declared.rights), *_closed_by_replacing(question)]
    beyond = [code for code in touched if (service := find_service(code)) is not None and service.group not in groups]
    return f"the mandate does not reach {beyond[0]}" if beyond else None


def periods_are_within(question: Question) -> Answer:
    """A right begins when its declaration takes effect, or later; never before the account, nor when its last day is over.

    It is over where the declaration is done on a later day than it was declared for: filed after midnight, or confirmed.
    """
    for right, _ in _given(question):
        if right.start_date is not None and right.start_date < question.declared.effective_date:
            return f"{right.service} would begin before the declaration takes effect"
        if question.account is not None and question.starts(right) < question.account.valid_from:
            return f"{right.service} would begin before the account"
        end = question.ends(right)
        if end is not None and end <= question.starts(right):
            return f"{right.service} would have ended before it is given"
    return None


def rights_do_not_overlap(question: Question) -> Answer:
    """The user holds no other right for the service in that time, unless all are replaced."""
    account = question.account
    if question.action not in _ADDING or account is None:
        return None
    for right, _ in _given(question):
        start, end = question.starts(right), question.ends(right)
        if any(
            held.service == right.service and held.right != right.right and held.overlaps(start, end)
            for held in account.standing(question.at)
        ):
            return f"another right for {right.service} is held"
    return None


def _closed_by_replacing(question: Question) -> list[str]:
    """Return the services of what is held and would end, since it is not listed."""
    if question.action is not Action.REPLACE or question.account is None:
        return []
    listed = {(right.service, right.right) for right in question.declared.rights}
    return [one.service for one in question.account.standing(question.at) if (one.service, one.right) not in listed]


def _given(question: Question) -> list[tuple[DeclaredRight, Service]]:
    """Return the rights that are given, those of known services."""
    if question.action not in _GIVING:
        return []
    found = [(right, find_service(right.service)) for right in question.declared.rights]
    return [(right, service) for right, service in found if service is not None]


USER_RULES = (
    RegisterRule(AccessAnomaly.ACCOUNT_CLOSED, "access §8.3", "User", account_is_open),
    RegisterRule(AccessAnomaly.STATE_FORBIDS, "access §8.3", "Action", state_allows_it),
)
RIGHT_RULES = (
    RegisterRule(AccessAnomaly.RIGHT_UNKNOWN, "access §8.3", "ServiceCode", rights_exist),
    RegisterRule(AccessAnomaly.SERVICE_NOT_OPEN, "access §8.3", "ServiceCode", services_are_open),
    RegisterRule(AccessAnomaly.NOT_BY_FILE, "access §8.3", "ServiceCode", services_are_given_by_file),
    RegisterRule(AccessAnomaly.RIGHT_TOO_HIGH, "access §8.3", "RightCode", rights_are_managed),
    RegisterRule(AccessAnomaly.PERIOD_OUTSIDE, "access §8.3", "StartDate", periods_are_within),
    RegisterRule(AccessAnomaly.PERIODS_OVERLAP, "access §8.3", "Rights", rights_do_not_overlap),
    RegisterRule(AccessAnomaly.STATE_FORBIDS, "access §8.3", "Rights", revoked_rights_are_held),
)
