"""The overview of the configuration data, a new sender, and its life: activated, suspended, retired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from channels.configuring.retiring import retire_sender
from channels.configuring.senders import add_sender, change_state, equipment_of
from channels.models import Sender, SenderState, TechnicalUserState
from channels.sender_life import NotEquippedError, SenderChange
from domain.access import requests
from domain.access.actors import Actor
from domain.assurance import AssuranceLevel
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from domain.languages import Language
from domain.stops import StoppedBy
from evidence.clock import SystemClock
from portal.pages.forms import ConfirmForm
from portal.pages.labelled import labelled
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.parts import Action, SummaryRow
from portal.pages.permissions import actor_of, entity_of, require_action
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import make_once, send_once
from portal.pages.structured_reports.forms import TechnicalUserForm
from portal.pages.structured_reports.ftp_logins import is_local_authority
from portal.pages.structured_reports.outfit_tasks import tasks_of
from portal.pages.structured_reports.own_senders import Outfit, find_own, lock_own, outfit_of, overview_of
from portal.pages.structured_reports.taking_steps import path_of
from portal.pages.structured_reports.words import LANGUAGES, NEEDS, REFUSALS, STATES, listed_channels
from registers.access.declarations.pending import find_unconfirmed, require_confirmed
from registers.access.sender_services import end_services

_COLUMNS = (
    Column("number", gettext_lazy("Sender number"), ("number",)),
    Column("user", gettext_lazy("Technical user"), ("technical_user__contact_name",)),
    Column("state", gettext_lazy("State"), ("state",)),
    Column("until", gettext_lazy("Certificate valid until"), ("signs_until",)),
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show the senders of the company: the overview of the configuration data."""
    now = SystemClock().now()
    require_action(stay, requests.Action.CONFIGURE_SENDERS, at=now)
    senders = list_rows(request, overview_of(stay, at=now), columns=_COLUMNS, order="number", search=_search)
    for sender in senders.rows:
        sender.word, sender.colour = STATES[sender.state]  # type: ignore[attr-defined]
    return render(request, "structured_reports/overview.html", {"senders": senders})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def new(request: HttpRequest, stay: Session) -> HttpResponse:
    """Say what configuring takes, before it begins."""
    require_action(stay, requests.Action.CONFIGURE_SENDERS, at=SystemClock().now())
    return render(request, "structured_reports/new.html", {"entity": stay.entity})


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def new_technical_user(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for the technical user; the sender has its number from then on."""
    now = SystemClock().now()
    require_action(stay, requests.Action.CONFIGURE_SENDERS, at=now)
    form = TechnicalUserForm(request.POST or None, initial={"language": (get_language() or "en")[:2]})
    if request.method == "POST" and form.is_valid():
        return make_once(request, lambda: _add(stay, form, at=now))
    return render(request, "structured_reports/technical_user.html", {"form": form})


def _add(stay: Session, form: TechnicalUserForm, *, at: datetime) -> str:
    said = form.cleaned_data
    sender = add_sender(
        entity_of(stay),
        contact_name=said["name"],
        contact_address=said["address"],
        contact_phone=said["phone"],
        language=Language(said["language"]),
        quality=stay.quality,
        actor=actor_of(stay).name,
        at=at,
    )
    return reverse("report-sender", args=[sender.number])


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show what a sender is, what it has, and what it lacks."""
    now = SystemClock().now()
    standing = require_action(stay, requests.Action.CONFIGURE_SENDERS, at=now)
    sender = find_own(stay, number)
    outfit = outfit_of(sender, at=now)
    is_new = sender.state in {SenderState.DRAFT, SenderState.CONFIGURED}
    unconfirmed = find_unconfirmed(sender.technical_user.user_name) if is_new else None
    tasks = tasks_of(sender, outfit, is_local_authority=is_local_authority(stay))
    is_stopped_by_operator = sender.suspended_by == StoppedBy.OPERATOR
    is_held = unconfirmed is not None or is_stopped_by_operator
    may_begin = not is_held and (is_new or sender.state == SenderState.SUSPENDED)
    missing = _missing_steps(sender, at=now) if may_begin else ()
    word, colour = STATES[sender.state]
    values = {
        "sender": sender,
        "is_retired": sender.state == SenderState.RETIRED,
        "word": word,
        "colour": colour,
        "facts": _facts(sender, outfit),
        "is_unsigned": bool(outfit.unsigned_channels),
        "bare_channels": listed_channels(outfit.bare_channels),
        "tasks": tasks,
        "missing": missing,
        "can_activate": is_new and may_begin and not missing,
        "can_resume": not is_new and may_begin and not missing,
        "awaits": "" if unconfirmed is None else REFUSALS[ConfigurationFault.AWAITS_CONFIRMATION],
        "declaration": unconfirmed if standing.roles else None,
        "is_stopped_by_operator": is_stopped_by_operator,
    }
    return render(request, "structured_reports/sender.html", values)


def _missing_steps(sender: Sender, *, at: datetime) -> tuple[Action, ...]:
    """Return what is to be done before the sender can be active, each with its page."""
    lacking = equipment_of(sender, at=at).lacking
    return tuple(Action(str(NEEDS[need][0]), path_of(NEEDS[need][1], sender)) for need in lacking)


def _facts(sender: Sender, outfit: Outfit) -> Iterator[SummaryRow]:
    user = sender.technical_user
    is_blocked = user.state == TechnicalUserState.BLOCKED
    called = _("%(name)s, blocked") % {"name": user.contact_name} if is_blocked else user.contact_name
    yield SummaryRow(_("Technical user"), called, _changes_of(sender, is_blocked=is_blocked))
    yield SummaryRow(_("E-mail address"), user.contact_address)
    if user.contact_phone:
        yield SummaryRow(_("Telephone number"), user.contact_phone)
    yield SummaryRow(_("Language of the answers"), str(LANGUAGES[sender.language]))
    yield SummaryRow(_("User name at the channels"), user.user_name)
    begins = sorted({f"FI.{purpose}.{sender.number}" for purpose, _environment in outfit.services})
    if begins:
        yield SummaryRow(_("File names begin with"), ", ".join(begins))


def _changes_of(sender: Sender, *, is_blocked: bool) -> tuple[Action, ...]:
    if sender.state == SenderState.RETIRED:
        return ()
    about = _("Technical user")
    word, page_of = (_("Unblock"), "report-contact-unblock") if is_blocked else (_("Block"), "report-contact-block")
    return (
        Action(_("Change"), reverse("report-contact", args=[sender.number]), about),
        Action(word, reverse(page_of, args=[sender.number]), about),
    )


@dataclass(frozen=True, slots=True)
class _Move:
    """A move in a sender's life: what is asked before, and what is said afterwards."""

    change: SenderChange
    title: Promise
    told: tuple[Promise, ...]
    button: Promise
    done: Promise
    is_dangerous: bool = False


_ACTIVATE = _Move(
    SenderChange.ACTIVATE,
    gettext_lazy("Activate this sender"),
    (gettext_lazy("From then on it may deliver, and its declarations count."),),
    gettext_lazy("Activate"),
    gettext_lazy("The sender is active."),
)
_SUSPEND = _Move(
    SenderChange.SUSPEND,
    gettext_lazy("Suspend this sender"),
    (
        gettext_lazy("It can no longer deliver; what it delivered until now is still answered."),
        gettext_lazy(
            "Its programs still sign in and collect answers. To shut them out, withdraw its keys and its password."
        ),
        gettext_lazy("You can let it go on at any time."),
    ),
    gettext_lazy("Suspend"),
    gettext_lazy("The sender is suspended."),
    is_dangerous=True,
)
_RESUME = _Move(
    SenderChange.RESUME,
    gettext_lazy("Let this sender go on"),
    (gettext_lazy("From then on it may deliver again."),),
    gettext_lazy("Let it go on"),
    gettext_lazy("The sender is active again."),
)
_RETIRE = _Move(
    SenderChange.RETIRE,
    gettext_lazy("Retire this sender"),
    (
        gettext_lazy("Its number is never used again, and it can never deliver again."),
        gettext_lazy("This cannot be undone."),
    ),
    gettext_lazy("Retire for ever"),
    gettext_lazy("The sender is retired."),
    is_dangerous=True,
)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let a sender that has everything deliver."""
    return _move(request, stay, number, _ACTIVATE)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Keep a sender from delivering for a while."""
    return _move(request, stay, number, _SUSPEND)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let a suspended sender deliver again."""
    return _move(request, stay, number, _RESUME)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """End a sender for ever."""
    return _move(request, stay, number, _RETIRE)


def _move(request: HttpRequest, stay: Session, number: str, move: _Move) -> HttpResponse:
    now = SystemClock().now()
    require_action(stay, requests.Action.CONFIGURE_SENDERS, at=now)
    sender, here = find_own(stay, number), reverse("report-sender", args=[number])
    form, state = ConfirmForm(request.POST or None), ""
    if request.method == "POST":
        form.is_bound = True
        try:
            answer = send_once(
                request,
                lambda: _change(lock_own(stay, number), move.change, by=actor_of(stay), at=now),
                then=here,
            )
        except ConfigurationRefusedError as refusal:
            form.tell_conflict(_words_of(refusal))
            state = str(STATES[find_own(stay, number).state][0])
        else:
            messages.success(request, str(move.done))
            return answer
    values = {
        "form": form,
        "title": labelled(move.title, sender.number),
        "told": move.told,
        "button": move.button,
        "cancel_path": here,
        "is_dangerous": move.is_dangerous,
        "state": state,
    }
    return render(request, "components/confirm_page.html", values, status=form.http_status)


def _words_of(refusal: ConfigurationRefusedError) -> str:
    if isinstance(refusal, NotEquippedError):
        steps = "; ".join(str(NEEDS[need][0]) for need in refusal.lacking)
        return _("Before the sender can be active, do this: %(steps)s.") % {"steps": steps}
    return str(REFUSALS.get(refusal.fault, _("This is not possible in the state the sender is in.")))


def _change(sender: Sender, change: SenderChange, *, by: Actor, at: datetime) -> None:
    if change is SenderChange.RETIRE:
        retire_sender(sender, end_services=end_services, by=by, at=at)
        return
    if change is SenderChange.ACTIVATE:
        require_confirmed(sender.technical_user.user_name)
    change_state(sender, change, actor=by.name, at=at)


def _search(rows: Rows, words: str) -> Rows:
    return (
        rows.filter(number__startswith=words)
        if words.isdigit()
        else rows.filter(technical_user__contact_name__icontains=words)
    )
