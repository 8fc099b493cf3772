"""The people of the company in the quality that a stay is for; anybody else's look like people there are not."""

from datetime import datetime
from enum import StrEnum

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Length, NullIf, Trim
from django.http import Http404

from auth.models import Session
from domain.access.requests import Action
from domain.access.roles import Role
from domain.access.standings import Standing
from domain.access.states import LIVING_APPOINTMENTS, AccountState, AppointmentState
from portal.pages.listings import Rows
from portal.pages.permissions import require_action
from registers.access.grant_closing import STANDING
from registers.access.models import Appointment, Grant, UserAccount
from registers.access.operators_stops import is_stopped_here
from registers.persons.models import PersonDetails

_DETAILS = PersonDetails.objects.filter(pk=OuterRef("person_id"))
_FAMILY_NAME, _FIRST_NAME = Subquery(_DETAILS.values("family_name")), Subquery(_DETAILS.values("first_name"))
"""Looked up for each row, so that rows are counted without the names of a hundred thousand persons."""

_PROVED = _DETAILS.filter(name_proved_at__isnull=False)
_USERS_FAMILY_NAME = Coalesce(
    Subquery(_PROVED.values("family_name")), NullIf("told_family_name", Value("")), _FAMILY_NAME
)
_USERS_FIRST_NAME = Coalesce(
    Subquery(_PROVED.values("first_name")),
    Case(When(~Q(told_family_name=""), then=F("told_first_name"))),
    _FIRST_NAME,
)
"""A user is called as the company says until he proves his name (decision 0048)."""

_USERS_NAME = Trim(Concat(Coalesce(_USERS_FIRST_NAME, Value("")), Value(" "), Coalesce(_USERS_FAMILY_NAME, Value(""))))

_HELD_ROLES = ArraySubquery(
    Appointment.objects.filter(
        entity_id=OuterRef("entity_id"),
        person_id=OuterRef("person_id"),
        quality__in=["", OuterRef("quality")],
        state=AppointmentState.ACTIVE,
    ).values("role")
)
"""What the person of a row manages, as far as it reaches the quality of the row."""


def called_in_company(*, entity: str = "entity_id") -> Combinable:
    """Return how a company calls the person of a row, empty where no name is known (decision 0048).

    It is the name that he proved, else the company's own words of its user, else what is known of him; `entity` is the
    company's field.
    """
    full = Trim(Concat("first_name", Value(" "), "family_name"))
    told = UserAccount.objects.filter(
        ~Q(told_family_name=""), entity_id=OuterRef(entity), person_id=OuterRef("person_id")
    )
    own_words = told.annotate(full=Trim(Concat("told_first_name", Value(" "), "told_family_name")))
    return Coalesce(
        Subquery(_PROVED.annotate(full=full).values("full")),
        Subquery(own_words.order_by("-pk").values("full")[:1]),
        Subquery(_DETAILS.annotate(full=full).values("full")),
        Value(""),
    )


def require_managing(stay: Session, *, at: datetime) -> Standing:
    """Return what is known of the person, who manages users here; otherwise as `require_action`."""
    return require_action(stay, Action.MANAGE_USERS, at=at)


def users_of(stay: Session) -> QuerySet[UserAccount]:
    """Return the users of the quality, removed ones left out, each with its `name`, empty where none is known.

    Each has the `held_roles` of the person too, by which `offered` tells what the reader may do.
    """
    users = UserAccount.objects.filter(entity_id=stay.entity_id or 0, quality=stay.quality)
    return users.exclude(state=AccountState.REMOVED).annotate(
        name=_USERS_NAME, family_name=_USERS_FAMILY_NAME, first_name=_USERS_FIRST_NAME, held_roles=_HELD_ROLES
    )


def search_users(users: Rows, words: str) -> Rows:
    """Return those of `users_of` of whom each word is part of the name that the company reads, or opens the user name."""
    for word in words.split():
        users = users.filter(
            Q(family_name__icontains=word) | Q(first_name__icontains=word) | Q(user_name__istartswith=word)
        )
    return users


def find_user(stay: Session, account_id: int) -> UserAccount:
    """Return one of them, with whether an operator blocked the person anywhere in the company (`is_stopped`).

    Http404 for anybody else's or a removed one.
    """
    user = users_of(stay).filter(pk=account_id).annotate(is_stopped=is_stopped_here()).first()
    if user is None:
        raise Http404
    return user


def find_known_user(stay: Session, account_id: int) -> UserAccount:
    """Return one of the users that there are or were, a removed one too; Http404 for anybody else's."""
    user = UserAccount.objects.filter(entity_id=stay.entity_id or 0, quality=stay.quality, pk=account_id)
    found = user.annotate(name=_USERS_NAME).first()
    if found is None:
        raise Http404
    return found


def appointments_of(stay: Session, *, at: datetime) -> QuerySet[Appointment]:
    """Return who manages the company or the quality, or is proposed to, the greatest role first, each with its `name`.

    `is_stopped` tells whether an operator blocked the person anywhere in the company.
    """
    reach = Appointment.objects.filter(entity_id=stay.entity_id or 0, quality__in=["", stay.quality])
    return (
        reach.filter(state__in=LIVING_APPOINTMENTS)
        .exclude(state=AppointmentState.PROPOSED, expires_at__lte=at)
        .annotate(name=called_in_company(), is_stopped=is_stopped_here())
        .order_by("quality", Length("role"), "proposed_at", "pk")
    )


def proposals_to(person_id: int, *, at: datetime) -> QuerySet[Appointment]:
    """Return the appointments that wait for the person, in any company, each with `is_stopped` as in `appointments_of`."""
    waiting = Appointment.objects.filter(person_id=person_id, state=AppointmentState.PROPOSED, expires_at__gt=at)
    waiting = waiting.filter(entity__account__state="ACTIVE").annotate(is_stopped=is_stopped_here())
    return waiting.select_related("entity").order_by("proposed_at", "pk")


def invitations_to(person_id: int, *, at: datetime) -> QuerySet[UserAccount]:
    """Return the user accounts that the person is invited to, in any company, each with `is_stopped` as in `appointments_of`."""
    waiting = UserAccount.objects.filter(person_id=person_id, state=AccountState.INVITED, expires_at__gt=at)
    waiting = waiting.filter(entity__account__state="ACTIVE").annotate(is_stopped=is_stopped_here())
    return waiting.select_related("entity").order_by("invited_at", "pk")


def accounts_of(person_id: int) -> QuerySet[UserAccount]:
    """Return the user accounts by which the person works for companies."""
    held = UserAccount.objects.filter(person_id=person_id, state=AccountState.ACTIVE, entity__account__state="ACTIVE")
    return held.select_related("entity").order_by("entity__name", "quality", "pk")


def places_of(person_id: int) -> QuerySet[Appointment]:
    """Return what the person manages in companies, the greatest role first; it `has_other` where somebody else manages too."""
    others = Appointment.objects.filter(
        entity_id=OuterRef("entity_id"),
        quality=OuterRef("quality"),
        role__in=[Role.MANAGER, Role.CO_MANAGER],
        state=AppointmentState.ACTIVE,
    ).exclude(pk=OuterRef("pk"))
    held = Appointment.objects.filter(
        person_id=person_id, state=AppointmentState.ACTIVE, entity__account__state="ACTIVE"
    )
    held = held.select_related("entity").annotate(has_other=Exists(others))
    return held.order_by("entity__name", "quality", Length("role"), "pk")


class Waiting(StrEnum):
    """What a person accepts or declines himself."""

    APPOINTMENT = "APPOINTMENT"
    INVITATION = "INVITATION"


def waiting_for(person_id: int, *, at: datetime) -> frozenset[Waiting]:
    """Return what waits for the person, by one query."""
    proposed = proposals_to(person_id, at=at).order_by().values_list(Value(Waiting.APPOINTMENT.value))
    invited = invitations_to(person_id, at=at).order_by().values_list(Value(Waiting.INVITATION.value))
    return frozenset(Waiting(what) for (what,) in proposed.union(invited))


def rights_of(user: UserAccount, *, at: datetime) -> QuerySet[Grant]:
    """Return the rights that the user holds, is to hold or waits for."""
    standing = user.grants.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at), state__in=STANDING)
    return standing.order_by("service", "valid_from")
