"""What a person is in companies, and how he ends it himself: a user his account, an access manager his place."""

from collections.abc import Callable
from types import MappingProxyType

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.models import Session
from auth.session_life import SessionEnder
from domain.access.refusals import RefusalReason
from domain.access.roles import Role
from domain.access.states import AccountState
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.names import ROLES, quality_name
from portal.pages.parts import Action, SummaryRow
from portal.pages.people.invitations import called_by_company
from portal.pages.people.moves import Move, ask_and_move
from portal.pages.people.own_people import accounts_of, places_of
from portal.pages.people.words import ACCOUNT_STATES
from portal.pages.permissions import actor_of, person_of
from portal.pages.routing import Freshness, page
from registers.access.ending import end
from registers.access.models import Appointment, UserAccount
from registers.access.user_accounts import leave

_LEAVE = Move(
    gettext_lazy("End your user account"),
    (
        gettext_lazy("All your rights by this account end, and you are signed out wherever you act for the company."),
        gettext_lazy("You cannot undo this; the company can invite you again. Your digital keys stay."),
    ),
    gettext_lazy("End"),
    gettext_lazy("Your user account is ended."),
    is_dangerous=True,
)
_END = Move(
    gettext_lazy("End your appointment"),
    (
        gettext_lazy("You manage nothing there any more, and are signed out wherever you act for the company."),
        gettext_lazy("You cannot undo this; the company can propose you again."),
    ),
    gettext_lazy("End"),
    gettext_lazy("Your appointment is ended."),
    is_dangerous=True,
)
_STAYS = MappingProxyType(
    {
        RefusalReason.TARGET_OUT_OF_REACH: gettext_lazy(
            "A company has a main access manager at any time: resign under People and rights, and you stay until another one "
            "accepts."
        ),
        RefusalReason.LAST_MANAGER: gettext_lazy(
            "You are the only access manager of this quality: let another one be appointed first."
        ),
    }
)
"""What the person reads of a place that he cannot end."""


def held_by(person_id: int) -> list[SummaryRow]:
    """Return what the person is in companies, with the way to end it or why there is none; two queries."""
    places = [_place(row) for row in places_of(person_id)]
    return [*places, *(_account(row) for row in accounts_of(person_id))]


def called_in_company(row: Appointment) -> str:
    """Return the role, its quality if it has one, and the company."""
    what = str(ROLES[row.role])
    if row.quality:
        what = f"{what} ({quality_name(row.quality)})"
    return f"{what}, {row.entity.name}"


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def end_own(request: HttpRequest, stay: Session, appointment_id: int) -> HttpResponse:
    """End what one manages; the last access manager of a quality and the main one stay."""
    now, by = SystemClock().now(), actor_of(stay)
    row = places_of(person_of(stay)).filter(pk=appointment_id).first()
    if row is None:
        raise Http404
    return _ask(
        request,
        _END,
        lambda: end(appointment_id, by=by, at=now, sessions=SessionEnder(actor=by.name)),
        about=called_in_company(row),
        why_not=_why_stays(row),
    )


@page(level=AssuranceLevel.PASSWORD, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def leave_own(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """End one's own user account."""
    now, by = SystemClock().now(), actor_of(stay)
    row = accounts_of(person_of(stay)).filter(pk=account_id).first()
    if row is None:
        raise Http404
    return _ask(
        request,
        _LEAVE,
        lambda: leave(account_id, by=by, at=now, sessions=SessionEnder(actor=by.name)),
        about=called_by_company(row),
    )


def _ask(
    request: HttpRequest,
    move: Move,
    act: Callable[[], object],
    *,
    about: str,
    why_not: RefusalReason | None = None,
) -> HttpResponse:
    here = reverse("own-appointments")
    return ask_and_move(request, move, act, about=about, back=here, then=here, why_not=lambda: why_not)


def _why_stays(row: Appointment) -> RefusalReason | None:
    """Return why the person of one of `places_of` stays in his place."""
    if row.role == Role.CHIEF:
        return RefusalReason.TARGET_OUT_OF_REACH
    is_only_one = not Role(row.role).is_of_entity and not vars(row)["has_other"]
    return RefusalReason.LAST_MANAGER if is_only_one else None


def _place(row: Appointment) -> SummaryRow:
    called = capfirst(called_in_company(row))
    if (reason := _why_stays(row)) is not None:
        return SummaryRow(called, str(_STAYS[reason]))
    return _endable(called, reverse("own-appointment-end", args=[row.pk]))


def _account(row: UserAccount) -> SummaryRow:
    called = gettext("User of %(called)s") % {"called": called_by_company(row)}
    return _endable(called, reverse("own-account-leave", args=[row.pk]))


def _endable(called: str, path: str) -> SummaryRow:
    return SummaryRow(
        called, str(ACCOUNT_STATES[AccountState.ACTIVE][0]), (Action(gettext("End"), path, about=called),)
    )
