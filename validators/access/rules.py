"""Every rule of an access declaration that needs no register, in the order in which their findings are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from domain.access_anomalies import AccessAnomaly
from domain.access_declarations import (
    AccessDeclaration,
    Action,
    DeclaredPerson,
    DeclaredRight,
    EffectDays,
    ManagerSubject,
    SenderSubject,
    TechnicalUserSubject,
    UserSubject,
)
from domain.identifiers import is_insz

KNOWN_RIGHTS = frozenset({"CONSULT", "DECLARE", "MANAGE"})
_CHIEFS = frozenset({"CHIEF", "CO_CHIEF"})
_ACTIONS = {
    ManagerSubject: frozenset({Action.CREATE, Action.BLOCK, Action.UNBLOCK, Action.REMOVE}),
    UserSubject: frozenset(Action),
    TechnicalUserSubject: frozenset({Action.CREATE, Action.UPDATE, Action.BLOCK, Action.UNBLOCK, Action.REMOVE}),
    SenderSubject: frozenset({Action.BLOCK, Action.REVOKE}),
}
_WITH_RIGHTS = frozenset({Action.GRANT, Action.REVOKE})
_PERHAPS_WITH_RIGHTS = frozenset({Action.CREATE, Action.REPLACE})
_WITH_CONTACT = frozenset({Action.CREATE, Action.UPDATE})


@dataclass(frozen=True, slots=True)
class Objection:
    """What a rule holds against a declaration: the path of the element concerned, below the declaration, and why.

    A step of the path may say which of several elements it means: "Rights[2]".
    """

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, the paragraph it comes from, and what it holds against a declaration received on a Brussels day."""

    code: AccessAnomaly
    source: str
    function: Callable[[AccessDeclaration, EffectDays], Objection | None]


def action_fits_subject(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """An action is one of those that the subject knows."""
    kind = type(declared.subject)
    if declared.action in _ACTIONS[kind]:
        return None
    return Objection("Action", f"{declared.action} is no action for a {_name_of(declared)}")


def rights_fit_action(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """Rights stand where they are given, taken or replaced, and where a user is entered."""
    if declared.action in _WITH_RIGHTS:
        return None if declared.rights else Objection("", f"{declared.action} names no right")
    of_a_user = isinstance(declared.subject, UserSubject) and declared.action in _PERHAPS_WITH_RIGHTS
    if declared.rights and not of_a_user:
        return Objection("Rights", f"{declared.action} of a {_name_of(declared)} has no rights")
    return None


def user_is_named(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """Who is entered as a user is a person; how to reach him stands where he is entered or changed, and only there."""
    user = declared.subject
    if not isinstance(user, UserSubject):
        return None
    has_contact = any((user.email, user.mobile, user.language))
    if declared.action is Action.CREATE and user.person is None:
        return Objection("Subject/User/UserName", "who is entered is named by his person")
    if declared.action is Action.UPDATE and not has_contact:
        return Objection("Subject/User", "nothing is changed")
    if has_contact and declared.action not in _WITH_CONTACT:
        return Objection("Subject/User", f"{declared.action} changes no contact data")
    return None


def new_technical_user_is_named(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """Who is entered as a technical user has two names and no account yet."""
    user = declared.subject
    if not isinstance(user, TechnicalUserSubject) or declared.action is not Action.CREATE:
        return None
    if user.account is not None:
        return Objection("Subject/TechnicalUser/TechnicalUserID", "who is entered has no account yet")
    if not (user.family_name and user.first_name):
        return Objection("Subject/TechnicalUser", "who is entered has both names")
    return None


def known_technical_user_is_named(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """A technical user who is there is named by the account; contact data stand where they are changed."""
    user = declared.subject
    if not isinstance(user, TechnicalUserSubject) or declared.action is Action.CREATE:
        return None
    if user.account is None:
        return Objection("Subject/TechnicalUser", f"{declared.action} names the account by its TechnicalUserID")
    if user.family_name or user.first_name:
        return Objection("Subject/TechnicalUser", "another person is another technical user")
    if any((user.email, user.phone, user.language)) != (declared.action is Action.UPDATE):
        return Objection("Subject/TechnicalUser", "contact data stand in an UPDATE, and in no other action")
    return None


def national_number_is_sound(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """The last two digits of a national number check the others."""
    person = person_of(declared)
    if person is None or is_insz(person.insz):
        return None
    kind = "Manager" if isinstance(declared.subject, ManagerSubject) else "User"
    return Objection(f"Subject/{kind}/Person/INSZ", "the check digits are wrong")


def role_is_given_by_file(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """A chief or co-chief access manager is never named by a file."""
    role = declared.subject.role if isinstance(declared.subject, ManagerSubject) else ""
    return Objection("Subject/Manager/Role", f"{role} is not given by a file") if role in _CHIEFS else None


def rights_are_known(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """A right is one of those there are."""
    for number, right in enumerate(declared.rights, start=1):
        if right.right not in KNOWN_RIGHTS:
            return Objection(f"Rights[{number}]/RightCode", f"no right is called {right.right}")
    return None


def periods_end_after_they_begin(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """A right ends on the day it begins or later."""
    for number, right in enumerate(declared.rights, start=1):
        start = right.start_date or declared.effective_date
        if right.end_date is not None and right.end_date < start:
            return Objection(f"Rights[{number}]/EndDate", f"it would end before {start}, when it begins")
    return None


def rights_do_not_overlap(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """A user has one right for a service, or a part of it, at a time."""
    for (_first, one), (number, other) in combinations(enumerate(declared.rights, start=1), 2):
        same = (one.service, one.sub_division) == (other.service, other.sub_division)
        if same and one.right != other.right and _overlap(one, other, declared.effective_date):
            return Objection(f"Rights[{number}]", f"{one.right} and {other.right} are declared for the same time")
    return None


def contact_is_given(declared: AccessDeclaration, _: EffectDays) -> Objection | None:
    """Who is entered has an e-mail address and a telephone number: what is sent to him goes two ways."""
    subject = declared.subject
    if declared.action is not Action.CREATE:
        return None
    match subject:
        case UserSubject(email=email, mobile=phone):
            path = "Subject/User"
        case TechnicalUserSubject(email=email, phone=phone):
            path = "Subject/TechnicalUser"
        case _:
            return None
    missing = "e-mail address" if not email else "telephone number" if not phone else ""
    return Objection(path, f"there is no {missing}") if missing else None


def date_is_near(declared: AccessDeclaration, days: EffectDays) -> Objection | None:
    """A declaration takes effect on the Brussels day of reception or within 90 days, unless the settings say otherwise."""
    if days.first <= declared.effective_date <= days.last:
        return None
    return Objection("EffectiveDate", f"{declared.effective_date} does not lie from {days.first} to {days.last}")


def person_of(declared: AccessDeclaration) -> DeclaredPerson | None:
    """Return the person that a declaration names, if it does."""
    subject = declared.subject
    return subject.person if isinstance(subject, ManagerSubject | UserSubject) else None


def _overlap(one: DeclaredRight, other: DeclaredRight, default: date) -> bool:
    starts = max(one.start_date or default, other.start_date or default)
    return starts <= min(one.end_date or date.max, other.end_date or date.max)


def _name_of(declared: AccessDeclaration) -> str:
    return _NAMES[type(declared.subject)]


_NAMES = {
    ManagerSubject: "manager",
    UserSubject: "user",
    TechnicalUserSubject: "technical user",
    SenderSubject: "sender",
}
RULES = (
    Rule(AccessAnomaly.CONTENT_UNKNOWN, "access §8.2", action_fits_subject),
    Rule(AccessAnomaly.CONTENT_UNKNOWN, "access §8.2", rights_fit_action),
    Rule(AccessAnomaly.CONTENT_UNKNOWN, "access §8.2", user_is_named),
    Rule(AccessAnomaly.CONTENT_UNKNOWN, "access §8.2", new_technical_user_is_named),
    Rule(AccessAnomaly.CONTENT_UNKNOWN, "access §8.2", known_technical_user_is_named),
    Rule(AccessAnomaly.NATIONAL_NUMBER_CHECK, "access §8.3", national_number_is_sound),
    Rule(AccessAnomaly.CHIEF_BY_FILE, "access §8.3", role_is_given_by_file),
    Rule(AccessAnomaly.RIGHT_UNKNOWN, "access §8.3", rights_are_known),
    Rule(AccessAnomaly.PERIOD_OUTSIDE, "access §8.3", periods_end_after_they_begin),
    Rule(AccessAnomaly.PERIODS_OVERLAP, "access §8.3", rights_do_not_overlap),
    Rule(AccessAnomaly.CONTACT_MISSING, "access §8.3", contact_is_given),
    Rule(AccessAnomaly.DATE_OUTSIDE, "access §8.3", date_is_near),
)
