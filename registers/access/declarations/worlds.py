"""What is known of one quality of an entity while a file about it is done, one declaration after the other; reads nothing.

A world is changed in memory by each declaration that is accepted, so that the next one sees it; what was changed is
written at once at the end. The lock of the entity's account keeps everybody else from changing it meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.access.actors import Actor
from domain.access.limits import STANDARD_LIMITS
from domain.access.roles import Role
from domain.access.states import AccountState, AppointmentState
from domain.technical_users import TechnicalUserFacts
from registers.access.own_words import NOTHING_TOLD, ToldPerson


@dataclass(slots=True)
class HeldRight:
    """A right of an account from `valid_from` until before `valid_until`; `pk` is None until it is written.

    It `waits` while it is only proposed, for a second manager.
    """

    pk: int | None
    service: str
    right: str
    valid_from: datetime
    valid_until: datetime | None
    waits: bool = False

    def overlaps(self, start: datetime, end: datetime | None) -> bool:
        """Whether it is held at some instant between the two."""
        return (end is None or self.valid_from < end) and (self.valid_until is None or start < self.valid_until)


@dataclass(slots=True)
class Account:
    """A user account; `pk` is None until it is written. `told` is what the company says of whom another one named first."""

    pk: int | None
    person_id: int
    user_name: str
    state: AccountState
    valid_from: datetime
    reason: str = ""
    blocked_by: str = ""
    is_checked: bool = False
    declared_by: str = ""
    declared_at: datetime | None = None
    told: ToldPerson = NOTHING_TOLD
    rights: list[HeldRight] = field(default_factory=list)

    def standing(self, at: datetime) -> Iterator[HeldRight]:
        """Yield the rights that are held now or later."""
        return (right for right in self.rights if right.valid_until is None or right.valid_until > at)


@dataclass(slots=True)
class Manager:
    """An appointment in the quality."""

    pk: int | None
    role: Role
    person_id: int
    state: AppointmentState
    blocked_by: str = ""


@dataclass(slots=True)
class Contact:
    """How a person is named and reached; `proved` names the elements, EMail or Mobile, that he proved to read."""

    family_name: str
    email: str = ""
    mobile: str = ""
    language: str = ""
    proved: frozenset[str] = frozenset()
    is_name_proved: bool = False
    first_name: str = ""

    @property
    def is_email_verified(self) -> bool:
        """Whether the person proved to read at the address."""
        return "EMail" in self.proved


@dataclass(slots=True)
class People:
    """How the persons whom a file names are reached: one for all its worlds, since a person is one in every quality.

    `users_of` counts persons by address and telephone number. `said` names who said anew how a person is called
    (FamilyName) or reached (EMail, Mobile); only whom it names is to be written. `before` keeps how those were reached.
    """

    contacts: dict[int, Contact] = field(default_factory=dict)
    users_of: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    said: dict[int, dict[str, Actor]] = field(default_factory=dict)
    before: dict[int, Contact] = field(default_factory=dict)

    def reach(
        self, person: int, contact: Contact, *, email: str | None, mobile: str | None, language: str, by: Actor
    ) -> None:
        """Let a person be reached so from now on; what is empty stays as it is."""
        said = self.said.setdefault(person, {"FamilyName": by})
        self.before.setdefault(person, replace(contact))
        if email and email != contact.email:
            contact.email, said["EMail"] = email, by
        if mobile and mobile != contact.mobile:
            contact.mobile, said["Mobile"] = mobile, by
        contact.language = language or contact.language
        self.contacts[person] = contact
        for address in (contact.email, contact.mobile):
            if address:
                self.users_of[address.lower()].add(person)


Word = tuple[str, datetime]
"""Who declared that a person works for the company, and when."""


@dataclass(frozen=True, slots=True)
class AccountStep:
    """What one declaration did to an account: the state that it came to and why, which the next one may change again."""

    account: Account
    action: str
    state: AccountState
    reason: str
    by: Actor


@dataclass(frozen=True, slots=True)
class RightStep:
    """What one declaration gave to an account, or took from it."""

    account: Account
    right: HeldRight
    by: Actor


@dataclass(slots=True)
class Steps:
    """What was done and is to be written: accounts and rights by identity, in the order in which they were touched."""

    invited: list[AccountStep] = field(default_factory=list)
    of_accounts: list[AccountStep] = field(default_factory=list)
    granted: list[RightStep] = field(default_factory=list)
    closed: list[RightStep] = field(default_factory=list)
    stopped: list[tuple[int, str]] = field(default_factory=list)

    def note(self, account: Account, action: str, *, by: Actor) -> AccountStep:
        """Note what was done to an account just now, as it stands now."""
        step = AccountStep(account, action, account.state, account.reason, by)
        self.of_accounts.append(step)
        return step


@dataclass(slots=True)
class World:
    """One quality of one entity.

    `groups` are the groups of services for which the declaring side holds the entity's mandate, with its number, None where it is the entity
    itself. `above` are the `chief` and the co-chiefs, `own` the persons who signed the file or own the sender, `enabling` those who let it declare access. `covered` is what its technical users may say of their quality. `words` are
    those of managers that somebody works there, by the person and the quality of the account for which they said so, one for all worlds of the entity. It `is_reached` unless the sender is bound to another quality of its company. `removed` are persons whose account
    was removed, `stopped` those whom an operator blocked in the company, `gone` the accounts that the file removes. `elsewhere` are persons who belong to another company too. `contact_persons` may share an address or a telephone number. The quality may have `co_managers`.
    """

    entity_id: int
    environment: str
    quality: str
    is_active: bool
    groups: Mapping[str, int] | None
    chief: int | None
    above: frozenset[int]
    own: frozenset[int]
    managers: list[Manager]
    technical_users: list[TechnicalUserFacts]
    active_users: int
    people: People = field(default_factory=People)
    words: dict[int, dict[str, Word]] = field(default_factory=dict)
    covered: frozenset[str] = frozenset()
    is_reached: bool = True
    enabling: frozenset[int] = frozenset()
    contact_persons: int = STANDARD_LIMITS.contact_persons
    co_managers: int = STANDARD_LIMITS.co_managers
    accounts: dict[int, Account] = field(default_factory=dict)
    removed: frozenset[int] = frozenset()
    stopped: frozenset[int] = frozenset()
    elsewhere: frozenset[int] = frozenset()
    employed: frozenset[int] = frozenset()
    senders: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, int] = field(default_factory=dict)
    gone: list[Account] = field(default_factory=list)
    shut_out: set[int] = field(default_factory=set)
    steps: Steps = field(default_factory=Steps)

    def find_word(self, person_id: int) -> Word | None:
        """Return by whose word, and since when, a person works there; None where no living account tells so."""
        return next(iter(self.words.get(person_id, {}).values()), None)

    @property
    def held_managers(self) -> list[Manager]:
        """The managers and co-managers who manage now; the block of a user account stops its manager, too."""
        blocked = {account.person_id for account in self.accounts.values() if account.state is AccountState.BLOCKED}
        return [one for one in self.managers if one.state is AppointmentState.ACTIVE and one.person_id not in blocked]

    def find_managers(self, person_id: int, role: Role) -> list[Manager]:
        """Return the living appointments of a person to a role, here at most one."""
        return [one for one in self.managers if (one.person_id, one.role) == (person_id, role)]
