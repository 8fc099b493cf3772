"""The settings, a further quality, its end, and the switch of signing in with a password."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.keys.life import hold_strongest_key
from auth.models import Session
from auth.session_life import SessionEnder
from channels.configuring.company_senders import living_numbers, retire_senders
from channels.configuring.networks import leave_networks
from domain.access.qualities import SELF_GIVEN, Quality
from domain.access.refusals import AccessRefusedError
from domain.access.requests import Action
from domain.access.roles import Role
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.company.forms import QualityForm
from portal.pages.company.password_holders import announce, find_holders, tell_of, tell_switched_off
from portal.pages.names import quality_name
from portal.pages.parts import Action as Link
from portal.pages.parts import SummaryRow
from portal.pages.people.moves import Move, ask_and_move
from portal.pages.people.words import REFUSALS
from portal.pages.permissions import actor_of, entity_of, require_action
from portal.pages.refusals import DoneAlready
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import send_once
from registers.access.company_rules import members_of
from registers.access.entity_accounts import allow_password_login, forbid_password_login
from registers.access.models import EntityQuality
from registers.access.qualities import activate_quality, end_quality
from registers.access.sender_services import end_services

_END_QUALITY = Move(
    gettext_lazy("End this quality"),
    (
        gettext_lazy(
            "The company acts in it no more. Its access managers, users and rights end, and whoever acts in it is signed out."
        ),
        gettext_lazy("This cannot be undone; the quality can be added anew, without its people."),
    ),
    gettext_lazy("End this quality"),
    gettext_lazy("The quality is ended."),
    is_dangerous=True,
)
_FORBID = Move(
    gettext_lazy("Switch off signing in with a password"),
    (
        gettext_lazy(
            "Nobody of your company can sign in with user name and password any more, with or without a code."
        ),
        gettext_lazy(
            "Who has no eID, itsme or passkey can no longer sign in, for himself neither. Stays that began so end."
        ),
        gettext_lazy("You yourself need a key that works without a password."),
        gettext_lazy(
            "If you lose it, the responsible person of your company asks the contact centre to switch passwords on again."
        ),
    ),
    gettext_lazy("Switch off"),
    gettext_lazy("Signing in with a password is switched off."),
    is_dangerous=True,
)
_ANNOUNCE = Move(
    gettext_lazy("Write first to those who have a password"),
    (gettext_lazy("A mail tells them that passwords are about to end, and to sign in with eID, itsme or a passkey."),),
    gettext_lazy("Write to them"),
    gettext_lazy("They are written to. Give them time before you switch passwords off."),
)
_ALLOW = Move(
    gettext_lazy("Switch on signing in with a password"),
    (gettext_lazy("People of your company can sign in with user name and password again. It is less safe."),),
    gettext_lazy("Switch on"),
    gettext_lazy("Signing in with a password is switched on."),
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show the qualities and the switch."""
    standing = require_action(stay, Action.MANAGE_QUALITIES, at=SystemClock().now())
    held = _qualities(stay)
    rows = [
        SummaryRow(
            capfirst(quality_name(row.quality)),
            _("standard quality") if row.is_standard else row.registration_number or _("no registration number"),
            ()
            if row.is_standard
            else (Link(_("End"), reverse("company-quality-end", args=[row.quality]), about=quality_name(row.quality)),),
        )
        for row in held
    ]
    values = {
        "entity": entity_of(stay),
        "rows": rows,
        "can_add": bool(SELF_GIVEN - {Quality(row.quality) for row in held}),
        "is_password_allowed": standing.is_password_login_allowed,
        "is_chief": Role.CHIEF in standing.roles,
    }
    return render(request, "company/overview.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def add_quality(request: HttpRequest, stay: Session) -> HttpResponse:
    """Add a quality; the main access manager manages it until somebody is appointed."""
    now = SystemClock().now()
    require_action(stay, Action.MANAGE_QUALITIES, at=now)
    held = {Quality(row.quality) for row in _qualities(stay)}
    form = QualityForm(request.POST or None, qualities=[each for each in Quality if each in SELF_GIVEN - held])
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answer = send_once(
                request,
                lambda: activate_quality(
                    entity_of(stay).pk,
                    Quality(said["quality"]),
                    by=actor_of(stay),
                    at=now,
                    registration_number=said["registration_number"],
                ),
                then=reverse("company"),
            )
        except AccessRefusedError as refused:
            form.tell_conflict(str(REFUSALS[refused.reason]))
        else:
            messages.success(request, _("The company acts in this quality now. Choose it at the top of the page."))
            return answer
    return render(request, "company/add_quality.html", {"form": form}, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, stay: Session, quality: str) -> HttpResponse:
    """End a quality, after asking."""
    now = SystemClock().now()
    require_action(stay, Action.MANAGE_QUALITIES, at=now)
    if quality not in {row.quality for row in _qualities(stay)}:
        raise Http404
    entity_id, by = entity_of(stay).pk, actor_of(stay)

    def act() -> None:
        sessions = SessionEnder(actor=by.name)
        end_quality(entity_id, Quality(quality), by=by, at=now, sessions=sessions)
        retire_senders(entity_id, quality=quality, end_services=end_services, by=by, at=now, reason="quality ended")
        if quality == Quality.LOCAL_AUTHORITY:
            leave_networks(entity_id, actor=by.name, at=now)

    here = reverse("company")
    about = capfirst(quality_name(quality))
    asked = replace(_END_QUALITY, told=(*_END_QUALITY.told, *_tell_senders(living_numbers(entity_id, quality=quality))))
    return ask_and_move(request, asked, act, about=about, back=here, then=here)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def forbid(request: HttpRequest, stay: Session) -> HttpResponse:
    """Switch signing in with a password off, after telling what that means."""
    now = SystemClock().now()
    standing = require_action(stay, Action.SWITCH_PASSWORD_LOGIN, at=now)
    entity_id, by, here = entity_of(stay).pk, actor_of(stay), reverse("company")
    done = DoneAlready(here, str(_FORBID.done))
    if not standing.is_password_login_allowed:
        raise done

    def act() -> None:
        if not forbid_password_login(entity_id, by=by, at=now, strongest_key_of=hold_strongest_key):
            raise done
        SessionEnder(actor=by.name).end_password_stays(members_of(entity_id), now)
        tell_switched_off(entity_id, at=now)

    asked = replace(_FORBID, told=(*_FORBID.told, *tell_of(find_holders(entity_id), entity_id=entity_id)))
    return ask_and_move(request, asked, act, about="", back=here, then=here)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def allow(request: HttpRequest, stay: Session) -> HttpResponse:
    """Switch signing in with a password on, after telling what that means."""
    now = SystemClock().now()
    standing = require_action(stay, Action.SWITCH_PASSWORD_LOGIN, at=now)
    entity_id, by, here = entity_of(stay).pk, actor_of(stay), reverse("company")
    done = DoneAlready(here, str(_ALLOW.done))
    if standing.is_password_login_allowed:
        raise done

    def act() -> None:
        if not allow_password_login(entity_id, by=by, at=now):
            raise done

    return ask_and_move(request, _ALLOW, act, about="", back=here, then=here)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def announce_switch(request: HttpRequest, stay: Session) -> HttpResponse:
    """Write to those who have a password, after asking; they are told before it opens nothing any more (§4.3)."""
    now = SystemClock().now()
    standing = require_action(stay, Action.SWITCH_PASSWORD_LOGIN, at=now)
    if not standing.is_password_login_allowed:
        raise Http404
    entity_id, here = entity_of(stay).pk, reverse("company")
    asked = replace(_ANNOUNCE, told=(*_ANNOUNCE.told, *tell_of(find_holders(entity_id), entity_id=entity_id)))
    return ask_and_move(
        request, asked, lambda: announce(entity_id, by=actor_of(stay), at=now), about="", back=here, then=here
    )


def _tell_senders(numbers: list[str]) -> tuple[str, ...]:
    if not numbers:
        return ()
    told = _(
        "These senders end with it: they deliver and collect nothing any more, and their numbers are never used again: "
        "%(numbers)s."
    )
    return (told % {"numbers": ", ".join(numbers)},)


def _qualities(stay: Session) -> list[EntityQuality]:
    rows = EntityQuality.objects.filter(entity_id=entity_of(stay).pk, valid_until__isnull=True)
    return list(rows.order_by("-is_standard", "quality"))
