"""Add senders and move them through their life; a number is given once and for ever."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.db.models import Count, Model

from channels.configuring.suspension_tasks import suspension_is_over, tell_suspended
from channels.models import (
    AnswerSubscription,
    Sender,
    SenderState,
    TechnicalUser,
    TechnicalUserState,
)
from channels.notices.subscribing import end_subscription
from channels.sender_life import (
    SenderChange,
    SenderEquipment,
    changed_state,
    require_equipped,
    require_may_resume,
    settled_state,
    stopper_of,
)
from channels.signing_certificates import signs_at
from domain.configuration_refusals import ConfigurationRefusedError
from domain.languages import Language
from domain.sender_numbers import PLATFORM, SenderNumber
from domain.stops import StoppedBy
from evidence.audit import append_event

_NUMBERS_LOCK = 7_301_002
_FIRST_NUMBER = 100_001
_LAST_NUMBER = 999_998
_USER_NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_LONGEST_NAME = 100
_LONGEST_PHONE = 30
_TAKEN = """(
    EXISTS (SELECT 1 FROM channels_sender WHERE number = lpad(n::text, 6, '0'))
    OR EXISTS (SELECT 1 FROM evidence_usedname WHERE owner = lpad(n::text, 6, '0'))
)"""
_FREE_NUMBER = f"""
    WITH RECURSIVE candidate (n) AS (
        (
            SELECT n FROM (SELECT %(first)s AS n UNION ALL SELECT number::int + 1 FROM channels_sender) AS following
            WHERE n >= %(first)s
            AND NOT EXISTS (SELECT 1 FROM channels_sender WHERE number = lpad(n::text, 6, '0'))
            ORDER BY n LIMIT 1
        )
        UNION ALL SELECT n + 1 FROM candidate WHERE n < %(last)s AND {_TAKEN}
    )
    SELECT lpad(n::text, 6, '0') FROM candidate WHERE n <= %(last)s AND NOT {_TAKEN}
"""  # noqa: S608 - our own words
"""From the lowest number that no sender has, step by step past those under which names were used."""


def add_sender(
    entity: Model,
    *,
    contact_name: str,
    contact_address: str,
    language: Language,
    contact_phone: str = "",
    quality: str = "",
    number: str | None = None,
    user_name: str | None = None,
    actor: str,
    at: datetime,
) -> Sender:
    """Add a draft of a sender for the entity, with its technical user, and return it.

    Without a `quality` it belongs to the standard quality of the entity. Without a `number` it gets the lowest that nobody ever had; without a `user_name`, EXP_ and its number.
    """
    number = _free_number() if number is None else _require_free(number)
    user_name = user_name or f"EXP_{number}"
    _require_user_name(user_name)
    require_contact(contact_name, contact_address, contact_phone)
    user = TechnicalUser.objects.create(
        user_name=user_name,
        entity_id=entity.pk,
        quality=quality,
        contact_name=contact_name,
        contact_address=contact_address,
        contact_phone=contact_phone,
    )
    sender = Sender.objects.create(number=number, entity_id=entity.pk, technical_user=user, language=language)
    append_event("sender:added", at=at, actor=actor, sender=number, user=user_name, entity=entity.pk)
    return sender


def require_sender(number: str) -> Sender:
    """Return the sender of that number, locked until the running transaction ends; a retired one is refused."""
    sender = find_sender(number)
    if sender.state == SenderState.RETIRED:
        raise ConfigurationRefusedError(
            f"Sender {number} is retired.", next_step="Its number is never used again: add another sender."
        )
    return sender


def find_sender(number: str) -> Sender:
    """Return the sender of that number, locked until the running transaction ends."""
    locked = Sender.objects.select_for_update(of=("self",)).select_related("technical_user")
    sender = locked.filter(number=number).first()
    if sender is None:
        raise ConfigurationRefusedError(
            f"There is no sender {number!r}.", next_step="A sender number has six digits; list the senders to see them."
        )
    return sender


def change_state(sender: Sender, change: SenderChange, *, actor: str, at: datetime, reason: str = "") -> bool:
    """Move the sender on, and return whether that changed anything; ConfigurationRefusedError when it may not.

    One that is suspended stays so when it is asked for again, but by whoever is the stronger.
    """
    if change is SenderChange.RESUME:
        require_may_resume(sender.suspended_by, actor)
    moved = changed_state(SenderState(sender.state), change, equipment_of(sender, at=at))
    if moved == sender.state and not _is_stopped_harder(sender, change, stopper_of(actor, reason)):
        return False
    _set_state(sender, moved, actor=actor, at=at, reason=reason)
    user = sender.technical_user
    if moved == SenderState.ACTIVE and user.state == TechnicalUserState.DRAFT:
        user.state = TechnicalUserState.ACTIVE
        user.save(update_fields=["state"])
    if moved == SenderState.RETIRED:
        user.state = TechnicalUserState.REMOVED
        user.save(update_fields=["state"])
        for subscription in AnswerSubscription.objects.select_for_update().filter(sender=sender, ended_at=None):
            end_subscription(subscription, actor=actor, at=at, reason="its sender was retired")
    return True


def settle(sender: Sender, *, actor: str, at: datetime) -> None:
    """Let the state follow what was just configured; ConfigurationRefusedError when an active sender would lack it."""
    require_equipped(SenderState(sender.state), equipment_of(sender, at=at))
    follow_equipment(sender, actor=actor, at=at)


def follow_equipment(sender: Sender, *, actor: str, at: datetime) -> None:
    """Make a draft configured once it lacks nothing, and the other way round; a sender that was activated stays as it is."""
    state = SenderState(sender.state)
    settled = settled_state(state, equipment_of(sender, at=at))
    if settled != state:
        _set_state(sender, settled, actor=actor, at=at, reason="")


def equipment_of(sender: Sender, *, at: datetime) -> SenderEquipment:
    """Return what the sender has of what it needs at `at`."""
    counts = Sender.objects.filter(pk=sender.pk).aggregate(
        channels=Count("channels", distinct=True),
        certificates=Count("certificates", distinct=True, filter=signs_at(at, through="certificates__")),
        services=Count("services", distinct=True),
    )
    return SenderEquipment(
        has_technical_user=sender.technical_user.state in {TechnicalUserState.DRAFT, TechnicalUserState.ACTIVE},
        **counts,
    )


def _is_stopped_harder(sender: Sender, change: SenderChange, by: StoppedBy) -> bool:
    is_suspended = change is SenderChange.SUSPEND and sender.state == SenderState.SUSPENDED
    return is_suspended and by.is_stronger_than(StoppedBy(sender.suspended_by))


def _set_state(sender: Sender, state: SenderState, *, actor: str, at: datetime, reason: str) -> None:
    before, sender.state = sender.state, state
    sender.suspended_by = str(stopper_of(actor, reason)) if state == SenderState.SUSPENDED else ""
    sender.save(update_fields=["state", "suspended_by"])
    append_event(
        "sender:state-changed",
        at=at,
        actor=actor,
        sender=sender.number,
        before=str(before),
        after=str(state),
        reason=reason or None,
    )
    if before == SenderState.SUSPENDED:
        suspension_is_over(sender, actor=actor, at=at)
    if state == SenderState.SUSPENDED:
        tell_suspended(sender, actor=actor, reason=reason, at=at)


def _free_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS_LOCK])
        cursor.execute(_FREE_NUMBER, {"first": _FIRST_NUMBER, "last": _LAST_NUMBER})
        found = cursor.fetchone()
    if found is None:
        raise ConfigurationRefusedError(
            "Every sender number is used up.", next_step="Ask for a number below 100001 that was never given."
        )
    return str(found[0])


def _require_free(number: str) -> str:
    try:
        parsed = SenderNumber.parse(number)
    except ValueError as fault:
        raise ConfigurationRefusedError(
            f"Not a sender number: {fault}.", next_step="Leave it out to get a free one."
        ) from fault
    if parsed == PLATFORM:
        raise ConfigurationRefusedError(
            "999999 is the platform's own number.", next_step="Leave it out to get a free one."
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS_LOCK])
    if Sender.objects.filter(number=number).exists():
        raise ConfigurationRefusedError(
            f"Sender number {number} is or was given; a number is never used again.",
            next_step="Leave it out to get a free one.",
        )
    return number


def require_contact(name: str, address: str, phone: str) -> None:
    """Refuse what cannot be the name, the e-mail address or, where there is one, the telephone number of a contact."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise ConfigurationRefusedError(
            "The contact's name is empty, too long or not printable.", next_step="Take 1 to 100 characters."
        )
    try:
        validate_email(address)
    except ValidationError:
        raise ConfigurationRefusedError(
            f"{address!r} is no e-mail address.", next_step="Give the address of the technical contact."
        ) from None
    if len(phone) > _LONGEST_PHONE or not phone.isprintable():
        raise ConfigurationRefusedError(
            "The contact's telephone number is too long or not printable.", next_step="Take at most 30 characters."
        )


def _require_user_name(user_name: str) -> None:
    if not _USER_NAME.match(user_name):
        raise ConfigurationRefusedError(
            f"{user_name!r} is no name for a technical user.",
            next_step="Take 1 to 64 letters, digits, dots, hyphens and underscores.",
        )
    if TechnicalUser.objects.filter(user_name=user_name).exists():
        raise ConfigurationRefusedError(
            f"There is a technical user {user_name} already.", next_step="Give another user name."
        )
