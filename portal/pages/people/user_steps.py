"""What an access manager does to a user: rights, block, removal, another invitation, a new password."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from auth.keys.password_locks import PasswordLocks
from auth.limits import limits
from auth.models import Session
from auth.password_policy import PasswordRefusedError, generate_password
from auth.session_life import SessionEnder
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError
from domain.access.services import Right, ServiceCode
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.overtaken import describe_state, require_as_shown
from portal.pages.people.forms import NONE, NewPasswordForm, RightsForm
from portal.pages.people.inviting import renew
from portal.pages.people.moves import Move, ask_and_move, refusal_of
from portal.pages.people.offered import is_stopped_anywhere, why_not
from portal.pages.people.own_people import find_known_user, find_user, require_managing, rights_of
from portal.pages.people.passwords import give_password, login_to_help, persons_to_help, why_not_helped
from portal.pages.people.words import ACCOUNT_STATES, OVER, REFUSALS, RIGHT_STATES
from portal.pages.permissions import actor_of, entity_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import send_once
from registers.access.attesting import attest_user
from registers.access.authority import lock_active_account
from registers.access.granting import (
    WantedRight,
    confirm_grant,
    grant,
    refuse_grant,
    require_confirmable,
    require_refusable,
    revoke,
)
from registers.access.models import UserAccount
from registers.access.user_accounts import block_user, remove_user, sign_out_user, unblock_user, unlock_user

MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "block": Move(
            gettext_lazy("Block user"),
            (
                gettext_lazy("The user can no longer act for the company and is signed out at once."),
                gettext_lazy("Account and rights are kept. You can take the block away at any time."),
            ),
            gettext_lazy("Block"),
            gettext_lazy("The user is blocked."),
            is_dangerous=True,
        ),
        "unblock": Move(
            gettext_lazy("Unblock user"),
            (gettext_lazy("The user can act for the company again, with the rights as before."),),
            gettext_lazy("Unblock"),
            gettext_lazy("The user works again."),
        ),
        "unlock": Move(
            gettext_lazy("Take the lock away"),
            (gettext_lazy("The password was locked after too many wrong tries. The user can try again at once."),),
            gettext_lazy("Take the lock away"),
            gettext_lazy("The lock is taken away."),
        ),
        "sign-out": Move(
            gettext_lazy("End the sessions"),
            (
                gettext_lazy("The user is signed out at once wherever he acts for the company."),
                gettext_lazy("Account and rights stay: the user can sign in again."),
            ),
            gettext_lazy("End the sessions"),
            gettext_lazy("The sessions of the user are ended."),
        ),
        "attest": Move(
            gettext_lazy("Confirm the access"),
            (gettext_lazy("You confirm that this user still works for the company and needs the access."),),
            gettext_lazy("Confirm"),
            gettext_lazy("The access is confirmed."),
        ),
        "remove": Move(
            gettext_lazy("Remove user"),
            (
                gettext_lazy("All rights of the user end, and the user is signed out at once."),
                gettext_lazy("This cannot be undone; the person can be added anew."),
            ),
            gettext_lazy("Remove"),
            gettext_lazy("The user is removed."),
            is_dangerous=True,
        ),
    }
)

_REMOVE_STOPPED = replace(
    MOVES["remove"],
    told=(
        MOVES["remove"].told[0],
        gettext_lazy(
            "This cannot be undone. The contact centre blocked the person, who can be added anew only once it takes that back."
        ),
    ),
)

_INVITE = Move(
    gettext_lazy("Invite again"),
    (
        gettext_lazy("The invitation holds for 30 days again."),
        gettext_lazy("Who never signed in is sent new codes; the earlier ones are worth nothing from then on."),
    ),
    gettext_lazy("Invite again"),
    gettext_lazy("The user is invited again."),
)
_RIGHT_MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "confirm": Move(
            gettext_lazy("Confirm this right"),
            (gettext_lazy("An access manager gave himself this right. It counts once you, a second one, confirm it."),),
            gettext_lazy("Confirm"),
            gettext_lazy("The right is confirmed."),
        ),
        "refuse": Move(
            gettext_lazy("Refuse this right"),
            (gettext_lazy("An access manager gave himself this right. Refused, it never counts."),),
            gettext_lazy("Refuse"),
            gettext_lazy("The right is refused."),
            is_dangerous=True,
        ),
    }
)
_DECISIONS = MappingProxyType(
    {"confirm": (confirm_grant, require_confirmable), "refuse": (refuse_grant, require_refusable)}
)
"""How a right that waits is decided, and what is asked before the question."""


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, stay: Session, account_id: int, step: str) -> HttpResponse:
    """Take a step in the life of a user, after asking; what would be refused is not asked."""
    now = SystemClock().now()
    standing = require_managing(stay, at=now)
    user, by = find_user(stay, account_id), actor_of(stay)
    here = reverse("people-user", args=[account_id])
    then = reverse("people") if step == "remove" else here
    return ask_and_move(
        request,
        _REMOVE_STOPPED if step == "remove" and is_stopped_anywhere(user) else MOVES[step],
        lambda: _act(step, account_id, by=by, at=now),
        about=_called(user),
        back=here,
        then=then,
        state=lambda: ACCOUNT_STATES[find_known_user(stay, account_id).state][0],
        why_not=lambda: why_not(step, user, standing),
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Invite a user again, after asking; who never signed in is sent new codes."""
    now = SystemClock().now()
    standing = require_managing(stay, at=now)
    user, here = find_user(stay, account_id), reverse("people-user", args=[account_id])
    return ask_and_move(
        request,
        _INVITE,
        lambda: renew(stay, account_id, at=now),
        about=_called(user),
        back=here,
        then=here,
        state=lambda: ACCOUNT_STATES[find_known_user(stay, account_id).state][0],
        why_not=lambda: why_not("invite", user, standing),
    )


def _act(step: str, account_id: int, *, by: Actor, at: datetime) -> object:
    match step:
        case "block":
            return block_user(account_id, by=by, at=at, sessions=SessionEnder(actor=by.name))
        case "remove":
            return remove_user(account_id, by=by, at=at, sessions=SessionEnder(actor=by.name))
        case "unblock":
            return unblock_user(account_id, by=by, at=at)
        case "unlock":
            return unlock_user(account_id, by=by, at=at, locks=PasswordLocks(actor=by.name))
        case "sign-out":
            return sign_out_user(account_id, by=by, at=at, sessions=SessionEnder(actor=by.name))
        case "attest":
            return attest_user(account_id, by=by, at=at)
        case _:
            raise Http404


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def rights(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Give and take rights, service by service; what is left as it was keeps its period."""
    now = SystemClock().now()
    require_managing(stay, at=now)
    user = find_user(stay, account_id)
    held = _held_by(user, at=now)
    form = RightsForm(request.POST or None, quality=stay.quality)
    form.initial = {code: held.get(code, NONE) for code in form.fields}
    here = reverse("people-user", args=[account_id])
    if request.method == "POST" and form.is_valid():
        wanted = {code: right for code, right in form.chosen().items() if (right or NONE) != form.initial[code]}

        def change() -> None:
            lock_active_account(user.entity_id)
            require_as_shown(request, describe_state(_held_by(user, at=now).items()))
            _change(user, wanted, by=actor_of(stay), at=now)

        try:
            answer = send_once(request, change, then=here)
        except AccessRefusedError as refused:
            form.tell_conflict(str(REFUSALS[refused.reason]))
        else:
            messages.success(request, _("The rights are saved."))
            return answer
    values = {"form": form, "user": user, "called": _called(user), "shown": describe_state(held.items())}
    return render(request, "people/rights.html", values, status=form.http_status)


def _held_by(user: UserAccount, *, at: datetime) -> dict[str, str]:
    return {row.service: row.right for row in reversed(rights_of(user, at=at))}


def _change(user: UserAccount, wanted: Mapping[ServiceCode, Right | None], *, by: Actor, at: datetime) -> None:
    for row in rights_of(user, at=at).filter(service__in=list(wanted)):
        revoke(row.pk, by=by, at=at)
    for service, right in wanted.items():
        if right is not None:
            grant(user.pk, WantedRight(service, right), by=by, at=at)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def confirm_right(request: HttpRequest, stay: Session, account_id: int, grant_id: int) -> HttpResponse:
    """Confirm, as the second access manager, what another gave himself."""
    return _decide_right(request, stay, account_id, grant_id, "confirm")


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def refuse_right(request: HttpRequest, stay: Session, account_id: int, grant_id: int) -> HttpResponse:
    """Refuse it."""
    return _decide_right(request, stay, account_id, grant_id, "refuse")


def _decide_right(request: HttpRequest, stay: Session, account_id: int, grant_id: int, step: str) -> HttpResponse:
    now = SystemClock().now()
    require_managing(stay, at=now)
    user, here = find_user(stay, account_id), reverse("people-user", args=[account_id])
    right, by = get_object_or_404(user.grants.select_related("account"), pk=grant_id), actor_of(stay)
    decide, require = _DECISIONS[step]
    return ask_and_move(
        request,
        _RIGHT_MOVES[step],
        lambda: decide(grant_id, by=by, at=now),
        about=_called(user),
        back=here,
        then=here,
        state=lambda: RIGHT_STATES.get(user.grants.get(pk=grant_id).state, OVER)[0],
        why_not=lambda: refusal_of(lambda: require(right, by=by, at=now)),
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Give a new password: one that is proposed here, or one that is typed twice."""
    now = SystemClock().now()
    standing = require_managing(stay, at=now)
    user, here = find_user(stay, account_id), reverse("people-user", args=[account_id])
    login = login_to_help(user)
    forbidden = (user.user_name, entity_of(stay).name)
    form = NewPasswordForm(request.POST or None, forbidden=forbidden)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answer = send_once(
                request,
                lambda: give_password(account_id, said["password"], said["repeated"], by=actor_of(stay), at=now),
                then=here,
            )
        except PasswordRefusedError as refused:
            form.refuse(refused)
        except AccessRefusedError as refused:
            form.tell_conflict(str(REFUSALS[refused.reason]))
        else:
            told = _("The new password is given. Tell it to the user, who has to change it at the next sign-in.")
            messages.success(request, told)
            return answer
    values = {
        "form": form,
        "user": user,
        "called": _called(user),
        "can_be_helped": user.person_id in persons_to_help([user], standing),
        "is_password_allowed": standing.is_password_login_allowed,
        "why_not": REFUSALS[why_not_helped(user, standing)],
        "login_name": login.user_name if login is not None else "",
        "proposed": generate_password(os.urandom),
        "hours": limits().keys.new_password // timedelta(hours=1),
    }
    return render(request, "people/password.html", values, status=form.http_status)


def _called(user: UserAccount) -> str:
    """Return the name of a user, or the user name where none is known."""
    return str(getattr(user, "name", "") or user.user_name)
