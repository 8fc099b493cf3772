"""Appoint access managers and end appointments; accept or decline what one is proposed for oneself."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from auth.session_life import SessionEnder
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.requests import Action
from domain.access.roles import Appointee, Role, may_any_appoint
from domain.access.standings import Standing
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.names import ROLES, quality_name
from portal.pages.people.forms import AppointForm
from portal.pages.people.invitations import called_by_company
from portal.pages.people.joining import join_as_manager
from portal.pages.people.leaving import called_in_company, held_by
from portal.pages.people.managers import managers_of, why_not_taken_up
from portal.pages.people.moves import Move, ask_and_move, refusal_of
from portal.pages.people.offered import is_kept_from
from portal.pages.people.own_people import appointments_of, find_user, invitations_to, proposals_to, require_managing
from portal.pages.people.words import APPOINTMENT_STATES, OVER, REFUSALS
from portal.pages.permissions import actor_of, entity_of, person_of, require_action
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import send_once
from registers.access.appointing import appoint, confirm, decline, propose_replacement
from registers.access.ending import block_appointment, end, unblock_appointment
from registers.access.models import Appointment
from registers.access.resigning import require_not_resigned, resign

MOVES: Mapping[str, Move] = MappingProxyType(
    {
        "end": Move(
            gettext_lazy("End this appointment"),
            (gettext_lazy("The person manages nothing here any more and is signed out at once."),),
            gettext_lazy("End"),
            gettext_lazy("The appointment is ended."),
            is_dangerous=True,
        ),
        "block": Move(
            gettext_lazy("Block this access manager"),
            (
                gettext_lazy("The person can manage nothing and is signed out at once."),
                gettext_lazy("The appointment is kept. You can take the block away at any time."),
            ),
            gettext_lazy("Block"),
            gettext_lazy("The access manager is blocked."),
            is_dangerous=True,
        ),
        "unblock": Move(
            gettext_lazy("Unblock this access manager"),
            (gettext_lazy("The person can manage again as before."),),
            gettext_lazy("Unblock"),
            gettext_lazy("The access manager works again."),
        ),
        "withdraw": Move(
            gettext_lazy("Withdraw this proposal"),
            (gettext_lazy("It never counts. You can propose somebody else at once."),),
            gettext_lazy("Withdraw"),
            gettext_lazy("The proposal is withdrawn."),
        ),
        "confirm": Move(
            gettext_lazy("Confirm this proposal"),
            (gettext_lazy("A file proposes this appointment. Once confirmed, the person can accept it."),),
            gettext_lazy("Confirm"),
            gettext_lazy("The proposal is confirmed."),
        ),
        "refuse": Move(
            gettext_lazy("Refuse this proposal"),
            (gettext_lazy("A file proposes this appointment. Refused, it never counts."),),
            gettext_lazy("Refuse"),
            gettext_lazy("The proposal is refused."),
            is_dangerous=True,
        ),
    }
)

_ACCEPT = Move(
    gettext_lazy("Accept this appointment"),
    (gettext_lazy("From then on you manage access for the company, and answer for whom you let in."),),
    gettext_lazy("Accept"),
    gettext_lazy("You have accepted the appointment. Choose the company to begin."),
)
_DECLINE = Move(
    gettext_lazy("Decline this appointment"),
    (gettext_lazy("The company can propose you again."),),
    gettext_lazy("Decline"),
    gettext_lazy("You have declined the appointment."),
    is_dangerous=True,
)
_RESIGN = Move(
    gettext_lazy("Resign as main access manager"),
    (
        gettext_lazy("A company has a main access manager at any time: you stay until another one accepts."),
        gettext_lazy("You can propose who shall replace you: open a user and choose Appoint."),
        gettext_lazy(
            "Where you propose nobody, the contact centre asks the legal representative of the company to name somebody."
        ),
    ),
    gettext_lazy("Resign"),
    gettext_lazy("You have resigned. You stay main access manager until another one accepts."),
    is_dangerous=True,
)
_TAKE_UP = Move(
    gettext_lazy("Become access manager of this quality"),
    (gettext_lazy("The quality has no access manager. As main access manager you can be it yourself."),),
    gettext_lazy("Become access manager"),
    gettext_lazy("You are access manager of this quality."),
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def appoint_user(request: HttpRequest, stay: Session, account_id: int) -> HttpResponse:
    """Propose a user for a role; it counts once accepted."""
    now = SystemClock().now()
    standing = require_action(stay, Action.APPOINT, at=now)
    user, here = find_user(stay, account_id), reverse("people-user", args=[account_id])
    form = AppointForm(request.POST or None, roles=_roles(standing))
    if request.method == "POST" and form.is_valid():
        role = Role(form.cleaned_data["role"])
        try:
            answer = send_once(request, lambda: _propose(stay, role, user.person_id, at=now), then=reverse("people"))
        except AccessRefusedError as refused:
            form.tell_conflict(str(REFUSALS[refused.reason]))
        else:
            messages.success(request, _("The appointment is proposed. The person has 30 days to accept it here."))
            return answer
    values = {
        "form": form,
        "called": getattr(user, "name", "") or user.user_name,
        "back": here,
        "quality": stay.quality,
    }
    return render(request, "people/appoint.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def take_up(request: HttpRequest, stay: Session) -> HttpResponse:
    """Let the main access manager manage a quality himself that nobody manages."""
    now = SystemClock().now()
    standing = require_action(stay, Action.APPOINT, at=now)
    here = reverse("people")
    return ask_and_move(
        request,
        _TAKE_UP,
        lambda: _propose(stay, Role.MANAGER, person_of(stay), at=now),
        about=capfirst(quality_name(stay.quality)),
        back=here,
        then=here,
        why_not=lambda: why_not_taken_up(managers_of(list(appointments_of(stay, at=now)), standing), standing),
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def resign_own(request: HttpRequest, stay: Session) -> HttpResponse:
    """Let the main access manager resign; he stays until another one accepts."""
    now = SystemClock().now()
    standing = require_action(stay, Action.APPOINT, at=now)
    if Role.CHIEF not in standing.roles:
        raise Http404
    here = reverse("people")
    entity, by = entity_of(stay), actor_of(stay)
    return ask_and_move(
        request,
        _RESIGN,
        lambda: resign(entity.pk, by=by, at=now),
        about=entity.name,
        back=here,
        then=here,
        why_not=lambda: refusal_of(lambda: require_not_resigned(entity.pk)),
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, stay: Session, appointment_id: int, step: str) -> HttpResponse:
    """Take a step in the life of an appointment, after asking."""
    now = SystemClock().now()
    standing = require_managing(stay, at=now)
    managers = managers_of(list(appointments_of(stay, at=now)), standing)
    manager = next((one for one in managers if one.row.pk == appointment_id), None)
    if manager is None:
        raise Http404
    row, by = manager.row, actor_of(stay)
    ends_oneself = step == "end" and row.person_id == standing.person_id
    return ask_and_move(
        request,
        MOVES[step],
        lambda: _act(step, appointment_id, by=by, at=now),
        about=_called(row),
        back=reverse("people"),
        then=reverse("home") if ends_oneself else reverse("people"),
        state=lambda: _state_of(appointment_id),
        why_not=lambda: manager.why_not(step),
    )


def _act(step: str, appointment_id: int, *, by: Actor, at: datetime) -> object:
    match step:
        case "end" | "withdraw":
            return end(appointment_id, by=by, at=at, sessions=SessionEnder(actor=by.name))
        case "block":
            return block_appointment(appointment_id, by=by, at=at, sessions=SessionEnder(actor=by.name))
        case "unblock":
            return unblock_appointment(appointment_id, by=by, at=at)
        case "confirm":
            return confirm(appointment_id, by=by, at=at)
        case "refuse":
            return decline(appointment_id, by=by, at=at)
        case _:
            raise Http404


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def own(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what the person is invited to and proposed for, and what he is, in any company."""
    now = SystemClock().now()
    lines = [(row, called_in_company(row), is_kept_from(row)) for row in proposals_to(person_of(stay), at=now)]
    invited = [(row, called_by_company(row), is_kept_from(row)) for row in invitations_to(person_of(stay), at=now)]
    values = {"lines": lines, "invited": invited, "held": held_by(person_of(stay))}
    return render(request, "people/own_appointments.html", values)


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def accept_own(request: HttpRequest, stay: Session, appointment_id: int) -> HttpResponse:
    """Accept it."""
    return _answer_own(
        request, stay, appointment_id, _ACCEPT, join_as_manager, why_not=_why_not_accepted, then=reverse("context")
    )


@page(level=AssuranceLevel.APP_CODE)
@require_http_methods(["GET", "POST"])
def decline_own(request: HttpRequest, stay: Session, appointment_id: int) -> HttpResponse:
    """Decline it."""
    return _answer_own(
        request, stay, appointment_id, _DECLINE, decline, why_not=_why_not_answered, then=reverse("own-appointments")
    )


def _why_not_answered(person_id: int, appointment_id: int, *, at: datetime) -> RefusalReason | None:
    """Return why what waited for the person is neither accepted nor declined any more."""
    waits = proposals_to(person_id, at=at).filter(pk=appointment_id).exists()
    return None if waits else RefusalReason.STATE_FORBIDS


def _why_not_accepted(person_id: int, appointment_id: int, *, at: datetime) -> RefusalReason | None:
    row = proposals_to(person_id, at=at).filter(pk=appointment_id).first()
    if row is None:
        return RefusalReason.STATE_FORBIDS
    if row.confirmed_at is None:
        return RefusalReason.NOT_CONFIRMED
    return RefusalReason.STOPPED_BY_OPERATOR if is_kept_from(row) else None


def _answer_own(
    request: HttpRequest,
    stay: Session,
    appointment_id: int,
    asked: Move,
    act: Callable[..., object],
    *,
    why_not: Callable[..., RefusalReason | None],
    then: str,
) -> HttpResponse:
    now = SystemClock().now()
    row = Appointment.objects.filter(pk=appointment_id, person_id=person_of(stay)).select_related("entity").first()
    if row is None:
        raise Http404
    return ask_and_move(
        request,
        asked,
        lambda: act(appointment_id, by=actor_of(stay), at=now),
        about=called_in_company(row),
        back=reverse("own-appointments"),
        then=then,
        state=lambda: _state_of(appointment_id),
        why_not=lambda: why_not(person_of(stay), appointment_id, at=now),
    )


def _state_of(appointment_id: int) -> Promise:
    state = Appointment.objects.values_list("state", flat=True).get(pk=appointment_id)
    return APPOINTMENT_STATES.get(state, OVER)[0]


def _propose(stay: Session, role: Role, person_id: int, *, at: datetime) -> Appointment:
    entity_id, by = entity_of(stay).pk, actor_of(stay)
    if role is Role.CHIEF:
        return propose_replacement(entity_id, person_id=person_id, by=by, at=at)
    quality = "" if role.is_of_entity else stay.quality
    limits = settings.GUICHET.access.limits
    return appoint(entity_id, role=role, person_id=person_id, by=by, at=at, quality=quality, limits=limits)


def _roles(standing: Standing) -> list[Role]:
    """Return what the reader may appoint to, the main access manager only as his own successor."""
    roles = [role for role in Role if may_any_appoint(standing.roles, Appointee(role.value))]
    return [*roles, Role.CHIEF] if Role.CHIEF in standing.roles else roles


def _called(row: Appointment) -> str:
    """Return role and name as the list shows them."""
    return ", ".join(filter(None, (str(ROLES[row.role]), getattr(row, "name", ""))))
