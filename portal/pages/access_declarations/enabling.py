"""Let a sender declare access: one manager asks, a second one confirms; the main access manager alone needs his eID."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from channels.declared.sender_desk import ChannelDesk
from channels.models import Sender, SenderState
from domain.access.actors import Actor
from domain.access.refusals import RefusalReason
from domain.access.services import ServiceCode
from domain.access.states import GrantState
from domain.access_declarations import ACCESS_MESSAGE
from domain.assurance import AssuranceLevel
from evidence.clock import SystemClock
from portal.pages.access_declarations.shown import instant
from portal.pages.actors import called_actors
from portal.pages.parts import SummaryRow
from portal.pages.paths import with_next
from portal.pages.people.moves import Move, ask_and_move, lead_back
from portal.pages.people.own_people import require_managing
from portal.pages.permissions import actor_of, entity_of, person_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.structured_reports.own_senders import find_own
from registers.access.declarations.enabling import ask_to_enable, confirm_enabling, end_enabling, refuse_enabling
from registers.access.models import Grant
from registers.access.sender_services import end_services, is_only_manager, standing_service

STEPS: Mapping[str, Move] = MappingProxyType(
    {
        "ask": Move(
            gettext_lazy("Let this sender declare access"),
            (
                gettext_lazy("Its files can then invite, block and remove users and give them rights, without a page."),
                gettext_lazy("A second access manager confirms it first."),
            ),
            gettext_lazy("Ask for it"),
            gettext_lazy("Asked. Once a second access manager has confirmed it, the sender may declare access."),
        ),
        "confirm": Move(
            gettext_lazy("Confirm that this sender declares access"),
            (gettext_lazy("Its files can then invite, block and remove users and give them rights, without a page."),),
            gettext_lazy("Confirm"),
            gettext_lazy("The sender may declare access now."),
        ),
        "refuse": Move(
            gettext_lazy("Refuse that this sender declares access"),
            (gettext_lazy("It stays as it is. Somebody can ask again."),),
            gettext_lazy("Refuse"),
            gettext_lazy("Refused. The sender declares no access."),
            is_dangerous=True,
        ),
        "end": Move(
            gettext_lazy("Let this sender declare access no more"),
            (
                gettext_lazy(
                    "Files with access declarations are refused from then on. One access manager is enough for that."
                ),
            ),
            gettext_lazy("Take back"),
            gettext_lazy("The sender declares access no more."),
            is_dangerous=True,
        ),
    }
)
_ALONE = Move(
    STEPS["ask"].title,
    (
        STEPS["ask"].told[0],
        gettext_lazy("The company has no second access manager who could confirm it: your eID stands for that."),
    ),
    gettext_lazy("Let it declare access"),
    STEPS["confirm"].done,
)


@dataclass(frozen=True, slots=True)
class Enabling:
    """Where a sender stands: whether it `is_open` for access declarations, and the right that says so or waits."""

    is_open: bool
    right: Grant | None

    @property
    def waits(self) -> bool:
        """Whether a second manager has yet to confirm it."""
        return self.right is not None and self.right.state == GrantState.PROPOSED

    @property
    def state(self) -> tuple[str, str]:
        """The word for it, and the colour of its tag."""
        if self.waits:
            return _("To be confirmed"), "yellow"
        return (_("Active"), "green") if self.is_open else (_("Not asked for"), "grey")

    def why_not(self, step: str, sender: Sender, by: Actor) -> RefusalReason | None:
        """Return why a step is not asked about; None where it is offered to who asks."""
        match step:
            case "ask":
                is_there = not self.is_open and not self.waits and sender.state != SenderState.RETIRED
            case "end":
                is_there = self.is_open or self.waits
            case _:
                if self.waits and self.is_asked_by(by):
                    return RefusalReason.SECOND_MANAGER_NEEDED
                is_there = self.waits
        return None if is_there else RefusalReason.STATE_FORBIDS

    def is_asked_by(self, asker: Actor) -> bool:
        """Whether it is the asker who asked for it."""
        return self.right is not None and self.right.granted_by == asker.name


def enabling_of(sender: Sender, *, at: datetime) -> Enabling:
    """Return where the sender stands; one that is retired delivers nothing. Two queries at most."""
    is_open = sender.state != SenderState.RETIRED and sender.services.filter(purpose=ACCESS_MESSAGE).exists()
    return Enabling(is_open, standing_service(sender.number, ServiceCode.ACCESS, at=at))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show whether the sender may declare access, who asked for it and who confirmed it."""
    now = SystemClock().now()
    require_managing(stay, at=now)
    sender = find_own(stay, number)
    found = enabling_of(sender, at=now)
    (word, colour), by = found.state, actor_of(stay)
    values = {
        "sender": sender,
        "word": word,
        "colour": colour,
        "facts": _facts(found.right, stay),
        "can_ask": found.why_not("ask", sender, by) is None,
        "can_decide": found.why_not("confirm", sender, by) is None,
        "waits_for_another": found.waits and found.is_asked_by(by),
        "can_end": found.why_not("end", sender, by) is None,
    }
    return render(request, "access_declarations/enabling.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, stay: Session, number: str, step: str) -> HttpResponse:
    """Ask, confirm, refuse or take back, after telling what that does; who is alone is led to his eID first."""
    now = SystemClock().now()
    require_managing(stay, at=now)
    sender, by, asked = find_own(stay, number), actor_of(stay), STEPS[step]
    here = reverse("report-access", args=[number])
    if request.method == "GET" and (reason := enabling_of(sender, at=now).why_not(step, sender, by)):
        return lead_back(request, reason, to=here)
    if step == "ask" and is_only_manager(person_of(stay), entity_of(stay).pk, stay.quality):
        if stay.level < AssuranceLevel.EID:
            level = str(int(AssuranceLevel.EID))
            return HttpResponseRedirect(with_next(reverse("step-up"), request.path, level=level))
        asked = _ALONE
    return ask_and_move(
        request,
        asked,
        lambda: _act(step, sender, stay, by=by, at=now),
        about=_("sender %(number)s") % {"number": number},
        back=here,
        then=here,
        state=lambda: enabling_of(sender, at=now).state[0],
    )


def _act(step: str, sender: Sender, stay: Session, *, by: Actor, at: datetime) -> object:
    entity, quality, desk = entity_of(stay), stay.quality, ChannelDesk(end_services)
    right = standing_service(sender.number, ServiceCode.ACCESS, at=at)
    right_id = 0 if right is None else right.pk
    match step:
        case "ask":
            return ask_to_enable(sender.number, entity, quality, by=by, desk=desk, at=at)
        case "confirm":
            return confirm_enabling(right_id, entity, quality, by=by, desk=desk, at=at)
        case "refuse":
            return refuse_enabling(right_id, entity, quality, by=by, at=at)
        case _:
            return end_enabling(sender.number, entity, quality, by=by, desk=desk, at=at)


def _facts(right: Grant | None, stay: Session) -> tuple[SummaryRow, ...]:
    if right is None:
        return ()
    called = called_actors(
        {right.granted_by, right.confirmed_by} - {""}, entity_id=entity_of(stay).pk, reader=person_of(stay)
    )
    asked = (
        SummaryRow(_("Asked for by"), called[right.granted_by]),
        SummaryRow(_("Asked for on"), instant(right.granted_at)),
    )
    if not right.confirmed_by:
        return asked
    return (
        *asked,
        SummaryRow(_("Confirmed by"), called[right.confirmed_by]),
        SummaryRow(_("Confirmed on"), instant(right.valid_from)),
    )
