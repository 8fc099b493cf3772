"""How many may hold a role at a time, and what becomes of who held it when another takes it up."""

from datetime import datetime

from django.db.models import QuerySet

from domain.access.actors import Actor
from domain.access.limits import AccountLimits
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.states import HELD_APPOINTMENTS, LIVING_APPOINTMENTS, AppointmentState
from registers.access.changes import note_appointment
from registers.access.ebox_tasks import confirmation_decided, manager_needed_no_more
from registers.access.models import Appointment

REPLACED = "REPLACED"


def require_place(entity_id: int, role: Role, person_id: int, *, quality: str, limits: AccountLimits) -> None:
    """Refuse when the role has no place left, or the person holds it or a greater one of the same reach already."""
    living = _living(entity_id, quality)
    if living.filter(person_id=person_id, role__in=_same_or_greater(role)).exists():
        raise AccessRefusedError(
            RefusalReason.HELD_ALREADY,
            "The person holds or was proposed for this role or a greater one already.",
            next_step="Look at the list of appointments.",
        )
    match role:
        case Role.CHIEF:
            _require_none(living.filter(role=role, state=AppointmentState.PROPOSED), RefusalReason.SECOND_CHIEF)
        case Role.CO_CHIEF:
            _require_fewer(living.filter(role=role), limits.co_chiefs, RefusalReason.TOO_MANY_CO_CHIEFS)
        case Role.MANAGER:
            managers, chief = living.filter(role=role), chief_of(entity_id)
            others = managers if chief is None else managers.exclude(person_id=chief)
            _require_none(others, RefusalReason.SECOND_MANAGER)
        case Role.CO_MANAGER:
            _require_manager(living)
            _require_fewer(living.filter(role=role), limits.co_managers, RefusalReason.TOO_MANY_CO_MANAGERS)


def take_place(row: Appointment, *, by: Actor, at: datetime) -> None:
    """Make the appointment active, in the place of the chief or manager who held it until now.

    The manager of a quality gives way only where the chief himself held it. A new chief takes over what qualities the
    old one managed himself.
    """
    match Role(row.role):
        case Role.CHIEF:
            _replace_chief(row, by=by, at=at)
        case Role.MANAGER:
            _replace_manager(row, by=by, at=at)
        case Role.CO_MANAGER:
            _require_manager(_living(row.entity_id, row.quality))
            _activate(row, at=at)
        case Role.CO_CHIEF:
            _activate(row, at=at)


def give_manager(
    entity_id: int, environment: str, quality: str, *, person_id: int, by: Actor, at: datetime
) -> Appointment:
    """Make the chief the manager of a quality at once, as he is by nature (seed 001); co-managers are orphans no more."""
    row = Appointment.objects.create(
        entity_id=entity_id,
        environment=environment,
        quality=quality,
        role=Role.MANAGER,
        person_id=person_id,
        state=AppointmentState.ACTIVE,
        proposed_at=at,
        expires_at=at,
        confirmed_at=at,
        confirmed_by=by.name,
        valid_from=at,
        created_by=by.name,
        source=by.source,
    )
    _adopt_orphans(row, by=by, at=at)
    note_appointment(row, "appointment:given", by=by, at=at)
    return row


def chief_of(entity_id: int) -> int | None:
    """Return the person who is the chief of the entity, None where it has none yet."""
    chiefs = Appointment.objects.filter(entity_id=entity_id, role=Role.CHIEF, state=AppointmentState.ACTIVE)
    return chiefs.values_list("person_id", flat=True).first()


def held_managers(entity_id: int, quality: str) -> QuerySet[Appointment]:
    """Return the active managers and co-managers of a quality."""
    return Appointment.objects.filter(
        entity_id=entity_id,
        quality=quality,
        role__in=[Role.MANAGER, Role.CO_MANAGER],
        state=AppointmentState.ACTIVE,
    )


def finish(row: Appointment, *, by: Actor, at: datetime, reason: str) -> None:
    """End one appointment, whatever follows from that."""
    waited, was_orphan = row.state == AppointmentState.PROPOSED, row.orphan_since is not None
    row.state, row.valid_until, row.orphan_since = AppointmentState.ENDED, at, None
    row.save(update_fields=["state", "valid_until", "orphan_since"])
    note_appointment(row, "appointment:ended", by=by, at=at, reason=reason)
    if waited:
        confirmation_decided(row, by=by, at=at)
    if was_orphan and not _orphans(row).exists():
        manager_needed_no_more(row, by=by, at=at)


def _replace_chief(row: Appointment, *, by: Actor, at: datetime) -> None:
    old = Appointment.objects.filter(entity_id=row.entity_id, role=Role.CHIEF, state=AppointmentState.ACTIVE).first()
    taken_over = []
    if old is not None:
        finish(old, by=by, at=at, reason=REPLACED)
        own = Appointment.objects.filter(
            entity_id=row.entity_id, role=Role.MANAGER, person_id=old.person_id, state__in=HELD_APPOINTMENTS
        )
        for profile in own:
            finish(profile, by=by, at=at, reason=REPLACED)
            taken_over.append(profile.quality)
    lesser = Appointment.objects.filter(
        entity_id=row.entity_id, role=Role.CO_CHIEF, person_id=row.person_id, state__in=LIVING_APPOINTMENTS
    )
    for helper in lesser:
        finish(helper, by=by, at=at, reason=REPLACED)
    _activate(row, at=at)
    for quality in taken_over:
        give_manager(row.entity_id, row.environment, quality, person_id=row.person_id, by=by, at=at)


def _replace_manager(row: Appointment, *, by: Actor, at: datetime) -> None:
    held = Appointment.objects.filter(
        entity_id=row.entity_id, quality=row.quality, role=Role.MANAGER, state__in=HELD_APPOINTMENTS
    ).first()
    if held is not None and held.person_id != chief_of(row.entity_id):
        raise _refusal(RefusalReason.SECOND_MANAGER)
    if held is not None:
        finish(held, by=by, at=at, reason=REPLACED)
    lesser = Appointment.objects.filter(
        entity_id=row.entity_id,
        quality=row.quality,
        role=Role.CO_MANAGER,
        person_id=row.person_id,
        state__in=LIVING_APPOINTMENTS,
    )
    for helper in lesser:
        finish(helper, by=by, at=at, reason=REPLACED)
    _activate(row, at=at)
    _adopt_orphans(row, by=by, at=at)


def _activate(row: Appointment, *, at: datetime) -> None:
    row.state, row.valid_from = AppointmentState.ACTIVE, at
    row.save(update_fields=["state", "valid_from"])


def _adopt_orphans(manager: Appointment, *, by: Actor, at: datetime) -> None:
    if _orphans(manager).update(orphan_since=None):
        manager_needed_no_more(manager, by=by, at=at)


def _orphans(row: Appointment) -> QuerySet[Appointment]:
    """Return the co-managers of the quality who are without a manager."""
    return Appointment.objects.filter(
        entity_id=row.entity_id, quality=row.quality, role=Role.CO_MANAGER, orphan_since__isnull=False
    )


def _living(entity_id: int, quality: str) -> QuerySet[Appointment]:
    return Appointment.objects.filter(entity_id=entity_id, quality=quality, state__in=LIVING_APPOINTMENTS)


def _same_or_greater(role: Role) -> set[Role]:
    return {role, Role.CHIEF} if role.is_of_entity else {role, Role.MANAGER}


def _require_manager(living: QuerySet[Appointment]) -> None:
    if not living.filter(role=Role.MANAGER, state__in=HELD_APPOINTMENTS).exists():
        raise _refusal(RefusalReason.NO_MANAGER_TO_HELP)


def _require_none(rows: QuerySet[Appointment], reason: RefusalReason) -> None:
    if rows.exists():
        raise _refusal(reason)


def _require_fewer(rows: QuerySet[Appointment], limit: int, reason: RefusalReason) -> None:
    if rows.count() >= limit:
        raise _refusal(reason)


_SENTENCES = {
    RefusalReason.SECOND_CHIEF: (
        "Somebody is proposed as main access manager already.",
        "He accepts or declines it first.",
    ),
    RefusalReason.TOO_MANY_CO_CHIEFS: (
        "The company has as many co-main access managers as it may have.",
        "End the appointment of one first.",
    ),
    RefusalReason.SECOND_MANAGER: (
        "The quality has an access manager, or somebody is proposed as one.",
        "End that appointment first: there is one for each quality.",
    ),
    RefusalReason.NO_MANAGER_TO_HELP: (
        "The quality has no access manager whom a co-manager could help.",
        "Appoint an access manager first.",
    ),
    RefusalReason.TOO_MANY_CO_MANAGERS: (
        "The quality has as many co-access managers as it may have.",
        "End the appointment of one first.",
    ),
}


def _refusal(reason: RefusalReason) -> AccessRefusedError:
    what, next_step = _SENTENCES[reason]
    return AccessRefusedError(reason, what, next_step=next_step)
