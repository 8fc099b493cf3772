"""The account of a company as tables: its state, its qualities, and who has what as of an instant; no number of a person."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from commands.company_accounts.stops import called, render_stops
from domain.access.holdings import Holding, HoldingKind
from domain.access.states import EntityAccountState
from domain.brussels import BRUSSELS
from domain.counted_words import counted
from registers.access.histories import as_of
from registers.access.lapsing import days_of_activation_left
from registers.access.models import Appointment, Entity, EntityAccount, EntityQuality
from registers.access.standings import state_at
from registers.persons.details import Details, read_details
from sender.tables import render_table


def render_accounts(accounts: Iterable[EntityAccount], *, at: datetime) -> str:
    """Return a line for each account."""
    rows = [
        (
            account.entity.company_number,
            account.entity.name,
            state_at(account, at=at),
            _activation(account, at=at),
            "allowed" if account.is_password_login_allowed else "off",
        )
        for account in accounts
    ]
    return render_table(("company", "name", "state", "activation", "passwords"), rows)


def render_resigned(chiefs: Collection[Appointment], proposed: Mapping[int, Appointment]) -> str:
    """Return a line for each chief who resigned, with what became of replacing him; `proposed` is by entity."""
    if not chiefs:
        return "no main access manager waits to be replaced\n"
    rows = [
        (
            row.entity.company_number,
            row.entity.name,
            "" if row.resigned_at is None else _instant(row.resigned_at),
            _replacement(proposed.get(row.entity_id)),
        )
        for row in chiefs
    ]
    return render_table(("company", "name", "resigned", "replacement"), rows)


def _replacement(row: Appointment | None) -> str:
    if row is None:
        return "nobody: ask the legal representative, then `guichet account replace-chief`"
    if row.confirmed_at is None:
        return f"appointment {row.pk}, to be confirmed: `guichet account confirm-chief` or `refuse-chief`"
    return f"appointment {row.pk}, to be accepted until {_instant(row.expires_at)}"


def render_account(account: EntityAccount, *, quality: str | None, at: datetime, person_id: int | None = None) -> str:
    """Return the account's line, and for each quality who held what then, since when and by what; or one person alone.

    At the end who is stopped now, and by whom.
    """
    entity = account.entity
    qualities = [quality] if quality is not None else _qualities(entity, at=at)
    told = [render_accounts([account], at=at)]
    for one in qualities:
        holdings = as_of(entity.pk, one, at=at, person_id=person_id)
        names = read_details({holding.person_id for holding in holdings})
        told.append(f"\n{one}, as of {_instant(at)}\n\n{_holdings(holdings, names)}")
    return "".join([*told, render_stops(entity, qualities, person_id=person_id)])


def _holdings(holdings: Collection[Holding], names: dict[int, Details]) -> str:
    rows = [
        (
            holding.what if holding.kind is not HoldingKind.APPOINTMENT or holding.quality else f"{holding.what} (all)",
            called(names.get(holding.person_id), holding.person_id),
            holding.state,
            _instant(holding.since),
            "" if holding.valid_until is None else _instant(holding.valid_until),
            holding.source,
            str(holding.number),
        )
        for holding in holdings
    ]
    return render_table(("what", "who", "state", "since", "until", "by", "number"), rows)


def _activation(account: EntityAccount, *, at: datetime) -> str:
    if account.activated_at is not None:
        return f"on {_instant(account.activated_at)}"
    if state_at(account, at=at) is not EntityAccountState.REGISTERED:
        return "too late"
    return counted(days_of_activation_left(account, at=at), "day left", "days left")


def _qualities(entity: Entity, *, at: datetime) -> list[str]:
    rows = EntityQuality.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), entity=entity, valid_from__lte=at
    )
    return list(rows.order_by("-is_standard", "quality").values_list("quality", flat=True))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(BRUSSELS):%Y-%m-%d %H:%M}"
