"""Who had what in a quality of an entity as of an instant, since when and by which declaration (access and login §8.6)."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from domain.access.holdings import Holding, HoldingKind
from domain.access.states import AccountState, AppointmentState, GrantState
from registers.access.models import StandingChange

_NOTHING = frozenset(
    {
        *(AppointmentState.DECLINED, AppointmentState.EXPIRED, AppointmentState.ENDED),
        *(AccountState.REMOVED, GrantState.REFUSED, GrantState.CLOSED),
    }
)
"""States in which nothing is held any more."""


def as_of(entity_id: int, quality: str, *, at: datetime, person_id: int | None = None) -> list[Holding]:
    """Return every appointment that reached the quality, every user account and every right in it at `at`.

    Of one person where `person_id` says so. Appointments first, then accounts, then rights; three queries, however many
    there are.
    """
    whose = {} if person_id is None else {"person_id": person_id}
    return [
        *_appointments(entity_id, quality, whose, at=at),
        *_accounts(entity_id, quality, whose, at=at),
        *_rights(entity_id, quality, whose, at=at),
    ]


def _appointments(entity_id: int, quality: str, whose: Mapping[str, int], *, at: datetime) -> list[Holding]:
    newest = _newest("appointment", at).filter(
        appointment__entity_id=entity_id, appointment__quality__in=["", quality], **_of("appointment", whose)
    )
    return [
        _holding(HoldingKind.APPOINTMENT, one, row.role, person_id=row.person_id, quality=row.quality)
        for one in newest
        if (row := one.appointment) is not None and one.state not in _NOTHING
    ]


def _accounts(entity_id: int, quality: str, whose: Mapping[str, int], *, at: datetime) -> list[Holding]:
    newest = _newest("account", at).filter(
        account__entity_id=entity_id, account__quality=quality, **_of("account", whose)
    )
    return [
        _holding(HoldingKind.ACCOUNT, one, row.user_name, person_id=row.person_id, quality=row.quality)
        for one in newest
        if (row := one.account) is not None and one.state not in _NOTHING
    ]


def _rights(entity_id: int, quality: str, whose: Mapping[str, int], *, at: datetime) -> list[Holding]:
    newest = _newest("grant", at).filter(
        grant__account__entity_id=entity_id, grant__account__quality=quality, **_of("grant__account", whose)
    )
    holdings = []
    for one in newest.select_related("grant__account"):
        row = one.grant
        if row is None or row.account is None or one.state in _NOTHING:
            continue
        if row.valid_from <= at and (row.valid_until is None or at < row.valid_until):
            holdings.append(
                _holding(
                    HoldingKind.RIGHT,
                    one,
                    f"{row.service} {row.right}",
                    person_id=row.account.person_id,
                    quality=quality,
                    valid_until=row.valid_until,
                )
            )
    return holdings


def _of(what: str, whose: Mapping[str, int]) -> dict[str, int]:
    return {f"{what}__{field}": value for field, value in whose.items()}


def _newest(what: str, at: datetime) -> QuerySet[StandingChange]:
    """Return the newest change of each thing until `at`."""
    changes = StandingChange.objects.filter(at__lte=at, **{f"{what}__isnull": False}).select_related(what)
    return changes.order_by(what, "-at", "-id").distinct(what)


def _holding(
    kind: HoldingKind,
    change: StandingChange,
    what: str,
    *,
    person_id: int,
    quality: str,
    valid_until: datetime | None = None,
) -> Holding:
    return Holding(
        kind=kind,
        number=change.appointment_id or change.account_id or change.grant_id or 0,
        what=str(what),
        person_id=person_id,
        quality=quality,
        state=change.state,
        since=change.at,
        actor=change.actor,
        source=change.source,
        valid_until=valid_until,
    )
