"""Accept or decline the invitation of a company to become its user."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.access.refusals import RefusalReason
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.names import quality_name
from portal.pages.people.joining import join_as_user
from portal.pages.people.moves import Move, ask_and_move
from portal.pages.people.offered import is_kept_from
from portal.pages.people.own_people import invitations_to
from portal.pages.people.words import ACCOUNT_STATES
from portal.pages.permissions import actor_of, person_of
from portal.pages.routing import page
from registers.access.models import UserAccount
from registers.access.user_accounts import decline_user

_ACCEPT = Move(
    gettext_lazy("Accept this invitation"),
    (
        gettext_lazy("From then on you do here what the company gives you rights for."),
        gettext_lazy(
            "A company may switch off signing in with a password. Its people then sign in with eID, itsme or a passkey "
            "only, for their own pages too."
        ),
    ),
    gettext_lazy("Accept"),
    gettext_lazy("You have accepted the invitation. Choose the company to begin."),
)
_DECLINE = Move(
    gettext_lazy("Decline this invitation"),
    (gettext_lazy("The company can invite you again."),),
    gettext_lazy("Decline"),
    gettext_lazy("You have declined the invitation."),
    is_dangerous=True,
)


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def accept_own(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Accept it."""
    now, row = SystemClock().now(), _find(stay, account_id)
    return ask_and_move(
        request,
        _ACCEPT,
        lambda: join_as_user(account_id, by=actor_of(stay), at=now),
        about=called_by_company(row),
        back=reverse("own-appointments"),
        then=reverse("context"),
        state=lambda: _state_of(account_id),
        why_not=lambda: _why_not_accepted(person_of(stay), account_id, at=now),
    )


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def decline_own(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Decline it."""
    now, row = SystemClock().now(), _find(stay, account_id)
    here = reverse("own-appointments")
    return ask_and_move(
        request,
        _DECLINE,
        lambda: decline_user(account_id, by=actor_of(stay), at=now),
        about=called_by_company(row),
        back=here,
        then=here,
        state=lambda: _state_of(account_id),
        why_not=lambda: _why_not_declined(person_of(stay), account_id, at=now),
    )


def called_by_company(row: UserAccount) -> str:
    """Return the company and the quality that an invitation is for."""
    return f"{row.entity.name}, {quality_name(row.quality)}"


def _why_not_accepted(person_id: int, account_id: int, *, at: datetime) -> RefusalReason | None:
    row = invitations_to(person_id, at=at).filter(pk=account_id).first()
    if row is None:
        return RefusalReason.STATE_FORBIDS
    return RefusalReason.STOPPED_BY_OPERATOR if is_kept_from(row) else None


def _why_not_declined(person_id: int, account_id: int, *, at: datetime) -> RefusalReason | None:
    waits = invitations_to(person_id, at=at).filter(pk=account_id).exists()
    return None if waits else RefusalReason.STATE_FORBIDS


def _find(stay: Session, account_id: int) -> UserAccount:
    """Return what the person was invited to; Http404 for anybody else's."""
    row = UserAccount.objects.filter(pk=account_id, person_id=person_of(stay)).select_related("entity").first()
    if row is None:
        raise Http404
    return row


def _state_of(account_id: int) -> Promise:
    return ACCOUNT_STATES[UserAccount.objects.values_list("state", flat=True).get(pk=account_id)][0]
