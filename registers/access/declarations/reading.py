"""Read the world that the declarations of a file about one quality meet, with the account of its entity locked."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from domain.access.limits import AccountLimits
from domain.access.roles import Role
from domain.access.states import (
    LIVING_APPOINTMENTS,
    AccountState,
    AppointmentState,
    EntityAccountState,
    GrantState,
)
from domain.brussels import brussels_date
from registers.access.authority import mandates_held, qualities_covered
from registers.access.company_rules import belonging_elsewhere
from registers.access.declarations.sides import Employments, SenderDesk
from registers.access.declarations.worlds import Account, Contact, HeldRight, Manager, People, Word, World
from registers.access.models import (
    Appointment,
    Entity,
    EntityAccount,
    EntityQuality,
    Grant,
    UserAccount,
)
from registers.access.operators_stops import stopped_in
from registers.access.own_words import ToldPerson
from registers.persons.details import reached_at
from registers.persons.models import PersonDetails


@dataclass(frozen=True, slots=True)
class Named:
    """Whom and what the declarations of a file about one quality name."""

    persons: frozenset[int]
    user_names: frozenset[str]
    addresses: frozenset[str]
    senders: frozenset[str]
    own: frozenset[int]
    has_technical_users: bool = False


def read_world(
    entity: Entity,
    quality: str,
    named: Named,
    *,
    mandatary_id: int | None,
    employments: Employments,
    desk: SenderDesk,
    people: People,
    words: dict[int, dict[str, Word]],
    limits: AccountLimits,
    at: datetime,
) -> World:
    """Return what is known now; the number of queries does not depend on how much is named.

    `mandatary_id` is the entity that declares by mandate, None where the entity declares itself. `people` and `words` are
    those of the other worlds of the file and of the entity, and are filled here. The account of the entity
    stays locked until the running transaction ends.
    """
    locked = EntityAccount.objects.select_for_update(no_key=True).filter(entity=entity).first()
    covered = qualities_covered(entity.pk, quality)
    managers = list(Appointment.objects.filter(entity=entity, state__in=list(LIVING_APPOINTMENTS)))
    world = World(
        entity_id=entity.pk,
        environment=str(entity.environment),
        quality=quality,
        is_active=locked is not None and locked.state == EntityAccountState.ACTIVE and _acts_in(entity, quality, at=at),
        groups=None if mandatary_id is None else mandates_held(mandatary_id, entity.pk, at=at),
        chief=next((one.person_id for one in managers if one.role == Role.CHIEF and one.state == "ACTIVE"), None),
        above=frozenset(one.person_id for one in managers if Role(one.role).is_of_entity),
        own=named.own,
        managers=[
            Manager(one.pk, Role(one.role), one.person_id, AppointmentState(one.state), one.blocked_by)
            for one in managers
            if one.quality == quality
        ],
        technical_users=desk.technical_users(entity.company_number, covered) if named.has_technical_users else [],
        people=people,
        words=words,
        covered=covered,
        contact_persons=limits.contact_persons,
        co_managers=limits.co_managers,
        active_users=UserAccount.objects.filter(entity=entity, quality=quality, state=AccountState.ACTIVE).count(),
        senders={
            number: state
            for number in named.senders
            if (state := desk.state_of_sender(number, entity.company_number, covered))
        },
    )
    _read_accounts(world, named, at=at)
    _read_people(world, named, employments=employments, at=at)
    return world


def _acts_in(entity: Entity, quality: str, *, at: datetime) -> bool:
    return EntityQuality.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), entity=entity, quality=quality, valid_from__lte=at
    ).exists()


def _read_accounts(world: World, named: Named, *, at: datetime) -> None:
    of_quality = UserAccount.objects.filter(entity_id=world.entity_id, quality=world.quality)
    persons = named.persons.union(one.person_id for one in world.managers)
    rows = list(
        of_quality.filter(Q(person_id__in=list(persons)) | Q(user_name__in=list(named.user_names))).order_by("pk")
    )
    for row in rows:
        if row.state == AccountState.REMOVED:
            world.removed |= {row.person_id}
            world.by_name.setdefault(row.user_name, row.person_id)
            continue
        world.by_name[row.user_name] = row.person_id
        world.accounts[row.person_id] = Account(
            pk=row.pk,
            person_id=row.person_id,
            user_name=row.user_name,
            state=AccountState(row.state),
            valid_from=row.valid_from,
            reason=row.block_reason,
            blocked_by=row.blocked_by,
            told=ToldPerson(row.told_family_name, row.told_first_name, row.told_email),
            declared_by=row.employment_declared_by,
            declared_at=row.employment_declared_at,
        )
    world.stopped = stopped_in(world.entity_id, named.persons)
    by_pk = {account.pk: account for account in world.accounts.values()}
    held = Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        account_id__in=list(by_pk),
        state__in=[GrantState.PROPOSED, GrantState.ACTIVE],
    )
    for grant in held.order_by("pk"):
        by_pk[grant.account_id].rights.append(
            HeldRight(
                grant.pk,
                grant.service,
                grant.right,
                grant.valid_from,
                grant.valid_until,
                waits=grant.state == GrantState.PROPOSED,
            )
        )


def _read_people(world: World, named: Named, *, employments: Employments, at: datetime) -> None:
    persons = named.persons | {account.person_id for account in world.accounts.values()}
    for details in PersonDetails.objects.filter(person_id__in=list(persons)):
        world.people.contacts[details.person_id] = Contact(
            details.family_name,
            details.email,
            details.mobile,
            details.language,
            _proved(details),
            details.name_proved_at is not None,
            details.first_name,
        )
    world.elsewhere = belonging_elsewhere(persons, world.entity_id)
    if named.addresses:
        world.people.users_of |= _users_of(named.addresses, world.environment)
    world.employed = frozenset(
        employments.employed(list(named.persons), entity_id=world.entity_id, on=brussels_date(at))
    )
    with_word = UserAccount.objects.filter(
        entity_id=world.entity_id, person_id__in=list(named.persons), employment_declared_at__isnull=False
    ).exclude(state=AccountState.REMOVED)
    for account in with_word.order_by("pk"):
        if account.employment_declared_at is not None:
            word = (account.employment_declared_by, account.employment_declared_at)
            world.words.setdefault(account.person_id, {})[account.quality] = word


def _proved(details: PersonDetails) -> frozenset[str]:
    proved_at = {"EMail": details.email_verified_at, "Mobile": details.mobile_verified_at}
    return frozenset(element for element, at in proved_at.items() if at is not None)


def _users_of(addresses: Collection[str], environment: str) -> defaultdict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    rows = PersonDetails.objects.filter(reached_at(addresses) | Q(mobile__in=list(addresses)), environment=environment)
    for person, email, mobile in rows.values_list("person_id", "email", "mobile"):
        for address in (email, mobile):
            if address:
                found[address.lower()].add(person)
    return found
