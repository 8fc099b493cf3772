"""The time of a video call: proposed by an officer to who waits, moved, or withdrawn."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import OFFICERS, MatchState, PendingIdentity, Session
from auth.openid.calls import AHEAD, LASTS, LinkNotFreeError, OfficerNotFreeError, hold_call_time
from auth.openid.matching import WaitingIdentity, read_waiting
from auth.refusals import KeyRefusedError, NobodyWaitsError
from domain.assurance import AssuranceLevel
from domain.languages import Language
from domain.written_dates import render_meeting
from evidence.clock import SystemClock
from ingest.propose_calls import propose_call, withdraw_call
from portal.key_desk import key_desk
from portal.pages.forms import ConfirmForm
from portal.pages.overtaken import require_as_shown
from portal.pages.parts import SummaryRow
from portal.pages.people.moves import Move
from portal.pages.refusals import DoneAlready
from portal.pages.registration.call_forms import CallTimeForm
from portal.pages.registration.waiting import path_of_waiting, say_over
from portal.pages.registration.words import language_name
from portal.pages.roles import require_role
from portal.pages.routing import Freshness, page
from portal.pages.sending_once import send_once
from portal.pages.stays import login_of

_WITHDRAW = Move(
    gettext_lazy("Withdraw the video call"),
    (gettext_lazy("The person is told by e-mail that this call is not held, and waits on."),),
    gettext_lazy("Withdraw the call"),
    gettext_lazy("The call is withdrawn, and the person is told by e-mail."),
    is_dangerous=True,
)


@page(level=AssuranceLevel.APP_CODE, freshness=Freshness.RECENT)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, stay: Session, identity_id: int) -> HttpResponse:
    """Propose when and how the call is held, in place of what was proposed before; the person is written to."""
    require_role(stay, *OFFICERS)
    now, officer, locksmith = SystemClock().now(), login_of(stay), key_desk().locksmith
    try:
        found = read_waiting(identity_id, locksmith=locksmith, actor=f"login:{officer}", at=now)
    except NobodyWaitsError:
        return say_over(request)
    form = CallTimeForm(request.POST or None, initial=_proposed(found), now=now)
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            require_as_shown(request, _state(hold_call_time(identity_id)))
            phone = settings.GUICHET.office.phone
            propose_call(found, form.call, phone=phone, locksmith=locksmith, officer=officer, at=now)

        try:
            answer = send_once(request, act, then=path_of_waiting())
        except OfficerNotFreeError:
            told = _("You hold another video call then: one takes %(minutes)s minutes. Choose another time.")
            form.tell_conflict(told % {"minutes": LASTS // timedelta(minutes=1)}, field="time")
        except LinkNotFreeError:
            told = _("Another video call is held behind this link then. Choose another link or another time.")
            form.tell_conflict(told, field="place")
        except NobodyWaitsError:
            return say_over(request)
        except KeyRefusedError:
            told = _("This time is over, or too far ahead. Choose one of the next %(days)s days.")
            form.tell_refusal(told % {"days": AHEAD.days}, field="day")
        else:
            messages.success(request, _("The call is proposed, and the person is told by e-mail."))
            return answer
    values = {
        "form": form,
        "number": identity_id,
        "spoken": language_name(found.language),
        "spoken_code": str(found.language),
        "is_moved": found.call is not None,
        "facts": facts_of_call(found, at=now),
        "shown": _state(found.call.at if found.call is not None else None),
    }
    return render(request, "registration/propose_call.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, stay: Session, identity_id: int) -> HttpResponse:
    """Withdraw the call that is proposed, after asking; the person is written to, and waits on."""
    require_role(stay, *OFFICERS)
    row = PendingIdentity.objects.filter(pk=identity_id, state=MatchState.WAITING).only("call_at").first()
    if row is None:
        return say_over(request)
    if row.call_at is None:
        return _say_none(request, identity_id)
    if request.method == "POST":

        def act() -> None:
            require_as_shown(request, _state(hold_call_time(identity_id)))
            phone, actor, now = settings.GUICHET.office.phone, f"login:{login_of(stay)}", SystemClock().now()
            withdraw_call(identity_id, phone=phone, locksmith=key_desk().locksmith, actor=actor, at=now)

        try:
            answer = send_once(request, act, then=path_of_waiting())
        except NobodyWaitsError:
            return say_over(request)
        except KeyRefusedError:
            return _say_none(request, identity_id)
        messages.success(request, str(_WITHDRAW.done))
        return answer
    values = {
        "form": ConfirmForm(),
        "title": _WITHDRAW.title,
        "told": (_told(row.call_at), *_WITHDRAW.told),
        "button": _WITHDRAW.button,
        "cancel_path": reverse("registration-identity", args=[identity_id]),
        "is_dangerous": _WITHDRAW.is_dangerous,
        "shown": _state(row.call_at),
    }
    return render(request, "components/confirm_page.html", values)


def facts_of_call(waiting: WaitingIdentity, *, at: datetime) -> list[SummaryRow]:
    """Return when and how a call is proposed, and by whom; nothing where none is."""
    if waiting.call is None:
        return []
    when = _told(waiting.call.at)
    officer = PendingIdentity.objects.values_list("call_officer__user_name", "call_officer").get(pk=waiting.number)
    return [
        SummaryRow(_("Video call"), when if waiting.call.at > at else _("%(when)s: was due") % {"when": when}),
        SummaryRow(_("Link or number"), waiting.call.place.value),
        SummaryRow(_("Proposed by"), officer[0] or f"#{officer[1]}"),
    ]


def _told(at: datetime) -> str:
    return render_meeting(at, Language(get_language() or Language.EN))


def _proposed(waiting: WaitingIdentity) -> dict[str, object]:
    """Return what the form begins with: the call as it is proposed, and otherwise the person's own number."""
    if waiting.call is None:
        return {"place": waiting.reach.phone}
    local = localtime(waiting.call.at)
    return {"day": local.date(), "time": local.time(), "place": waiting.call.place.value}


def _state(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def _say_none(request: HttpRequest, identity_id: int) -> HttpResponse:
    none, here = _("No call is proposed here any more."), reverse("registration-identity", args=[identity_id])
    if request.method == "POST":
        raise DoneAlready(here, none)
    messages.info(request, none)
    return HttpResponseRedirect(here)
