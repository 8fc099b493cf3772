"""The list of own keys, and what happens to each: suspended, found again, taken away."""

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.keys import life
from auth.keys.email_codes import mask
from auth.keys.recovery_codes import codes_left
from auth.models import DigitalKey, DigitalKeyState, Session
from auth.refusals import KeyRefusedError
from domain.assurance import ISSUED_ELSEWHERE, AssuranceLevel, Means
from evidence.clock import SystemClock
from portal.key_desk import key_desk
from portal.pages.keys.rights import may_change
from portal.pages.names import KEY_STATES, MEANS
from portal.pages.parts import Task
from portal.pages.paths import next_path
from portal.pages.refusals import DoneAlready
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from portal.pages.stays import is_recovered, login_of, person_of
from registers.persons.details import read_details

_SET_UP: tuple[tuple[Means, str, Promise], ...] = (
    (Means.PASSWORD, "key-password", gettext_lazy("Needed for every code; alone it shows hours and attestation only.")),
    (Means.TOTP, "key-app", gettext_lazy("Google Authenticator, Duo Mobile or another app on your phone.")),
    (Means.PASSKEY, "key-passkey", gettext_lazy("The fingerprint, face or code of your phone or computer.")),
    (Means.TOKEN_CARD, "key-card", gettext_lazy("A card with 24 personal codes that you print.")),
    (Means.EMAIL_CODE, "key-email", gettext_lazy("A code is mailed to you each time.")),
    (Means.RECOVERY_CODE, "key-recovery", gettext_lazy("For the day you lose your phone.")),
)

_ASKED: Mapping[str, tuple[Promise, Promise, Promise]] = MappingProxyType(
    {
        "suspend": (
            gettext_lazy("Suspend this key?"),
            gettext_lazy("It opens nothing until you say that you have found it. Sessions opened with it end."),
            gettext_lazy("Suspend"),
        ),
        "resume": (
            gettext_lazy("Use this key again?"),
            gettext_lazy("It opens your account again as before."),
            gettext_lazy("Use again"),
        ),
        "remove": (
            gettext_lazy("Take this key away?"),
            gettext_lazy("This cannot be undone. Sessions opened with it end; you can set up a new one."),
            gettext_lazy("Take away"),
        ),
    }
)
"""Title, explanation and button of each question."""


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the own keys, and what else can be set up."""
    keys = life.own_keys(login_of(stay))
    held = {key.means for key in keys if key.state == DigitalKeyState.ACTIVE}
    values = {
        "keys": [_Line(key) for key in keys if key.state != DigitalKeyState.PENDING],
        "told_at": _told_at(stay),
        "tasks": [_task(means, page_name, hint, held) for means, page_name, hint in _SET_UP if _is_offered(means)],
        "is_recovered": is_recovered(stay),
    }
    return render(request, "keys/overview.html", values)


@page(level=AssuranceLevel.PASSWORD)
@require_safe
def anew(request: HttpRequest, stay: Session) -> HttpResponse:
    """Say how this person registers a new app, by card or by new codes, and what a recovery code did where one was used."""
    persons, person_id = key_desk().persons, person_of(stay)
    states = {key.means: key.state for key in life.own_keys(login_of(stay)) if key.state != DigitalKeyState.PENDING}
    codes = life.find_active(login_of(stay), Means.RECOVERY_CODE)
    values = {
        "is_recovered": is_recovered(stay),
        "app": states.get(Means.TOTP, ""),
        "left": codes_left(codes) if codes is not None else 0,
        "has_card": person_id is not None and persons.has_national_number(person_id),
        "is_operator": person_id is None,
        "next": next_path(request, otherwise=reverse("home")),
    }
    return render(request, "keys/anew.html", values)


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, stay: Session, key_id: int, action: str) -> HttpResponse:
    """Ask first, then suspend, resume or take away; a key that is over or another's is missing."""
    right = may_change(request, stay)
    if isinstance(right, HttpResponse):
        return right
    key = DigitalKey.objects.filter(pk=key_id, login_id=login_of(stay), ended_at__isnull=True).first()
    if request.method == "GET" and (key is None or (action == "remove" and key.means in ISSUED_ELSEWHERE)):
        raise Http404
    title, told, button = _ASKED[action]
    if request.method == "POST":
        act = {"suspend": life.suspend, "resume": life.resume, "remove": life.revoke}[action]
        try:
            answer = send_once(
                request,
                lambda: act(key_id, right, persons=key_desk().persons, at=SystemClock().now()),
                then=reverse("keys"),
            )
        except KeyRefusedError:
            if key is None:
                raise Http404 from None
            raise DoneAlready(reverse("keys"), _("This is not possible as the key stands now.")) from None
        messages.success(
            request, _("Your keys were changed. We tell you so by e-mail too, where we know your address.")
        )
        return answer
    values = {
        "title": title,
        "told": [f"{MEANS[key.means]} {key.label}".strip() if key is not None else "", told],
        "button": button,
        "cancel_path": reverse("keys"),
        "is_dangerous": action != "resume",
    }
    return render(request, "components/confirm_page.html", values)


def _told_at(stay: Session) -> str | None:
    """Return where letters about keys go, masked: empty where no address was proven, None for who has no name here."""
    person_id = None if stay.login is None else stay.login.person_id
    details = None if person_id is None else read_details([person_id]).get(person_id)
    if details is None:
        return None
    return mask(details.email) if details.is_email_verified else ""


class _Line:
    """A key as the list shows it."""

    def __init__(self, key: DigitalKey) -> None:
        self.key = key
        self.name = MEANS[key.means]
        self.title = self.name if key.means == Means.ITSME else capfirst(str(self.name))
        self.state, self.colour = KEY_STATES[key.state]
        self.left = codes_left(key) if key.means in {Means.TOKEN_CARD, Means.RECOVERY_CODE} else None
        self.can_suspend = key.state == DigitalKeyState.ACTIVE
        self.can_resume = key.state == DigitalKeyState.SUSPENDED
        self.can_remove = key.means not in ISSUED_ELSEWHERE


def _is_offered(means: Means) -> bool:
    return means is not Means.TOKEN_CARD or key_desk().options.token_cards


def _task(means: Means, page_name: str, hint: Promise, held: set[str]) -> Task:
    is_held = means in held
    return Task(
        title=capfirst(str(MEANS[means])),
        status=_("set up") if is_held else _("not set up"),
        path=reverse(page_name),
        hint=str(hint),
        colour="green" if is_held else "",
    )
