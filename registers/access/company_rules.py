"""What companies decided about the keys of those who work for them, as signing in asks it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from correspondence.ebox import Posting, publish
from correspondence.models import EboxKind
from domain.access.roles import Role
from domain.access.states import (
    HELD_APPOINTMENTS,
    LIVING_APPOINTMENTS,
    AccountState,
    AppointmentState,
    EntityAccountState,
)
from domain.brussels import Clock
from domain.environments import Environment
from evidence.audit import append_event
from registers.access.account_letters import AccountLetter, write_to
from registers.access.models import Appointment, Entity, EntityAccount, UserAccount

_DAYS_TO_ACT = timedelta(days=7)
_SWITCHING = frozenset({EntityAccountState.ACTIVE, EntityAccountState.SUSPENDED})
"""The states of an account whose switch counts."""
_TYING = Q(state__in=LIVING_APPOINTMENTS) | Q(role=Role.CHIEF, state=AppointmentState.EXPIRED)
"""The appointments by which a person belongs to a company."""
_HELD = "SELECT state, is_password_login_allowed FROM access_entityaccount WHERE entity_id = ANY(%s) ORDER BY id FOR KEY SHARE"


class CompanyDecisions:
    """Answers for the companies in which a person holds an appointment or a user account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def passwords_allowed(self, person_id: int) -> bool:
        """Whether no company that the person belongs to has switched signing in by password off.

        Who is merely invited or proposed has agreed to nothing: nobody is shut out by what another does to him (decision 0043).
        """
        return not EntityAccount.objects.filter(
            entity_id__in=companies_joined_by(person_id), is_password_login_allowed=False, state__in=_SWITCHING
        ).exists()

    def hold_passwords_allowed(self, person_id: int) -> bool:
        """Return the same, and let none of those companies switch until the running transaction ends.

        The accounts are held in the weakest mode, which the switch alone conflicts with: people of a company sign in beside
        each other, and while a file about them is done.
        """
        joined = sorted(companies_joined_by(person_id))
        if not joined:
            return True
        with connection.cursor() as cursor:
            cursor.execute(_HELD, [joined])
            held = cursor.fetchall()
        return all(is_allowed or state not in _SWITCHING for state, is_allowed in held)

    def names_of(self, person_id: int) -> tuple[str, ...]:
        """Return the names of the person's companies, in their order."""
        names = Entity.objects.filter(pk__in=companies_of(person_id)).order_by("name")
        return tuple(names.values_list("name", flat=True))

    def alert(self, person_id: int, occasion: str) -> None:
        """Put a notice that a first sign-in was locked into the e-Box of each of the person's companies.

        The person and the main access managers are written to, since nobody may be looking into that e-Box (§3.4).
        """
        at: datetime = self._clock.now()
        write_to([person_id], AccountLetter.SIGN_IN_LOCKED, occasion=occasion, at=at)
        for entity in Entity.objects.filter(pk__in=companies_of(person_id)):
            append_event(
                "account:activation:alert", at=at, actor=f"person:{person_id}", entity=entity.pk, occasion=occasion
            )
            publish(
                Posting(
                    kind=EboxKind.ACTIVATION_LOCKED,
                    environment=Environment(entity.environment),
                    entity_id=entity.pk,
                    values={},
                    publisher="access register",
                    occasion=f"{occasion} {entity.pk}",
                    due_at=at + _DAYS_TO_ACT,
                ),
                at=at,
            )
            chiefs = Appointment.objects.filter(entity=entity, role=Role.CHIEF, state=AppointmentState.ACTIVE).exclude(
                person_id=person_id
            )
            write_to(
                chiefs.values_list("person_id", flat=True),
                AccountLetter.COMPANY_TASK,
                occasion=f"{occasion} {entity.pk}",
                at=at,
            )


def companies_joined_by(person_id: int) -> set[int]:
    """Return the entities in which the person accepted something that is not over, blocked or not."""
    appointed = Appointment.objects.filter(person_id=person_id, state__in=HELD_APPOINTMENTS)
    users = UserAccount.objects.filter(person_id=person_id, state__in=[AccountState.ACTIVE, AccountState.BLOCKED])
    return {*appointed.values_list("entity_id", flat=True), *users.values_list("entity_id", flat=True)}


def members_of(entity_id: int) -> list[int]:
    """Return the persons whom the entity's switch of passwords binds: who accepted something there that is not over."""
    appointed = Appointment.objects.filter(entity_id=entity_id, state__in=HELD_APPOINTMENTS)
    users = UserAccount.objects.filter(entity_id=entity_id, state__in=[AccountState.ACTIVE, AccountState.BLOCKED])
    return sorted({*appointed.values_list("person_id", flat=True), *users.values_list("person_id", flat=True)})


def belonging_elsewhere(person_ids: Collection[int], entity_id: int) -> frozenset[int]:
    """Return those of the persons who belong to another company too, or were named to be its chief; two queries.

    A chief whose codes lapsed counts: the contact centre sends him new ones to the addresses that are known.
    """
    appointed = Appointment.objects.filter(_TYING, person_id__in=list(person_ids)).exclude(entity_id=entity_id)
    users = _living_users().filter(person_id__in=list(person_ids)).exclude(entity_id=entity_id)
    return frozenset(appointed.values_list("person_id", flat=True).union(users.values_list("person_id", flat=True)))


def belongs_elsewhere() -> Q:
    """Return the same of the person and the entity of a row, as a part of another query."""
    person, entity = OuterRef("person_id"), OuterRef("entity_id")
    appointed = Appointment.objects.filter(_TYING, person_id=person).exclude(entity_id=entity)
    return Q(Exists(appointed)) | Q(Exists(_living_users().filter(person_id=person).exclude(entity_id=entity)))


def _living_users() -> QuerySet[UserAccount]:
    return UserAccount.objects.exclude(state=AccountState.REMOVED)


def takes_passwords(entity_id: int) -> bool:
    """Whether a company lets its people sign in with a password, so that codes of it open something."""
    return not EntityAccount.objects.filter(entity_id=entity_id, is_password_login_allowed=False).exists()


def companies_of(person_id: int) -> set[int]:
    """Return the entities in which the person holds or is proposed for something."""
    appointed = Appointment.objects.filter(person_id=person_id, state__in=LIVING_APPOINTMENTS)
    users = UserAccount.objects.filter(person_id=person_id).exclude(state=AccountState.REMOVED)
    return {*appointed.values_list("entity_id", flat=True), *users.values_list("entity_id", flat=True)}
