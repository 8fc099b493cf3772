"""The list of mandates, one that is offered, and accepting, refusing or ending one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.services import ServiceGroup
from domain.assurance import MANDATE_LEVEL
from domain.brussels import brussels_date
from domain.quarters import Quarter
from evidence.clock import SystemClock
from portal.pages.listings import Column, Rows, list_rows
from portal.pages.mandates.forms import OfferForm
from portal.pages.mandates.own_mandates import (
    Groups,
    find_company,
    find_own,
    mandates_of,
    party_of,
    require_managing,
    require_reading,
)
from portal.pages.mandates.words import BY_WHOM, GROUPS, RUN_OUT, STATES, TO_COME, quarter_name
from portal.pages.people.moves import Move, ask_and_move
from portal.pages.people.words import REFUSALS
from portal.pages.permissions import actor_of, entity_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import send_once
from registers.access.mandating import close_mandate, propose_mandate, refuse_mandate, validate_mandate
from registers.access.models import Entity, Mandate, MandateParty, MandateState

STEPS: Mapping[str, Move] = MappingProxyType(
    {
        "accept": Move(
            gettext_lazy("Accept this mandate"),
            (gettext_lazy("From its first quarter on, your company may act for the other one in these services."),),
            gettext_lazy("Accept"),
            gettext_lazy("The mandate is accepted."),
        ),
        "refuse": Move(
            gettext_lazy("Refuse this mandate"),
            (gettext_lazy("It never counts. The other company can offer it again."),),
            gettext_lazy("Refuse"),
            gettext_lazy("The mandate is refused."),
            is_dangerous=True,
        ),
        "end": Move(
            gettext_lazy("End this mandate"),
            (
                gettext_lazy("The mandatary can act for the principal in these services no more, from now on."),
                gettext_lazy("Rights that were given by this mandate end with it. It can be offered anew."),
            ),
            gettext_lazy("End"),
            gettext_lazy("The mandate is ended."),
            is_dangerous=True,
        ),
    }
)

_COLUMNS = (
    Column("company", gettext_lazy("Other company")),
    Column("services", gettext_lazy("Services"), ("service_group", "-pk")),
    Column("quarters", gettext_lazy("Quarters"), ("from_quarter", "-pk")),
    Column("state", gettext_lazy("State"), ("rank", "-pk")),
    Column("steps", gettext_lazy("What you can do")),
)


@page(level=MANDATE_LEVEL, context=Context.REQUIRED)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the mandates that the company gave and holds, what waits first."""
    now = SystemClock().now()
    groups = require_reading(stay, at=now)
    listed = list_rows(request, mandates_of(stay), columns=_COLUMNS, order="state", search=_search)
    for row in cast("Sequence[Mandate]", listed.rows):
        row.shown = _Shown(row, party_of(stay, row), groups, now)  # type: ignore[attr-defined]
    values = {"mandates": listed, "can_offer": bool(groups), "by_whom": BY_WHOM}
    return render(request, "mandates/overview.html", values)


@page(level=MANDATE_LEVEL, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, stay: Session) -> HttpResponse:
    """Offer another company to act for this one; it counts once that company has accepted."""
    now = SystemClock().now()
    groups = require_managing(stay, at=now)
    own = entity_of(stay)
    form = OfferForm(request.POST or None, today=Quarter.of(brussels_date(now)), groups=groups)
    if request.method == "POST" and form.is_valid():
        other = find_company(form.cleaned_data["company"], environment=own.environment)
        if other is None or other.pk == own.pk:
            form.tell_fault(
                _("Give the number of another company that has an active account here: it has to accept."),
                field="company",
            )
        else:
            try:
                answer = send_once(request, lambda: _offer(stay, other, form, at=now), then=reverse("mandates"))
            except AccessRefusedError as refused:
                form.tell_conflict(str(_REFUSALS.get(refused.reason, REFUSALS[refused.reason])))
            else:
                messages.success(
                    request, _("The mandate is offered. It counts once the other company has accepted it.")
                )
                return answer
    return render(request, "mandates/offer.html", {"form": form, "entity": own}, status=form.http_status)


_REFUSALS: Mapping[RefusalReason, Promise] = MappingProxyType(
    {
        RefusalReason.HELD_ALREADY: gettext_lazy(
            "There is a mandate for one of these groups between the two companies, or one is offered. End that one first."
        )
    }
)


def _offer(stay: Session, other: Entity, form: OfferForm, *, at: datetime) -> None:
    first, last = form.quarters()
    for group in form.cleaned_data["groups"]:
        propose_mandate(
            entity_of(stay),
            other,
            proposing=MandateParty.PRINCIPAL,
            quality=stay.quality,
            group=ServiceGroup(group),
            from_quarter=first,
            to_quarter=last,
            by=actor_of(stay),
            at=at,
        )


@page(level=MANDATE_LEVEL, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, stay: Session, mandate_id: int, step: str) -> HttpResponse:
    """Accept, refuse or end a mandate, after asking."""
    now = SystemClock().now()
    groups = require_managing(stay, at=now)
    row, here = find_own(stay, mandate_id), reverse("mandates")
    party = party_of(stay, row)
    asked = {"quality": stay.quality, "by": actor_of(stay), "at": now}

    def act() -> Mandate:
        match step:
            case "accept":
                return validate_mandate(mandate_id, **asked)  # type: ignore[arg-type]
            case "refuse":
                return refuse_mandate(mandate_id, **asked)  # type: ignore[arg-type]
            case _:
                return close_mandate(mandate_id, party=party, **asked)  # type: ignore[arg-type]

    shown = _Shown(row, party, groups, now)
    return ask_and_move(
        request,
        STEPS[step],
        act,
        about=f"{shown.other.name}, {shown.services}",
        back=here,
        then=here,
        state=lambda: STATES[find_own(stay, mandate_id).state][0],
        why_not=lambda: shown.why_not(step),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """A mandate as the list shows it to one of its parties, to a reader who agrees to those of some `groups`."""

    row: Mandate
    party: MandateParty
    groups: Groups
    at: datetime

    @property
    def other(self) -> Entity:
        return self.row.mandatary if self.party is MandateParty.PRINCIPAL else self.row.principal

    @property
    def direction(self) -> str:
        """Who acts for whom."""
        if self.party is MandateParty.PRINCIPAL:
            return _("may act for your company")
        return _("your company may act for it")

    @property
    def services(self) -> str:
        return str(GROUPS.get(self.row.service_group, self.row.service_group))

    @property
    def quarters(self) -> str:
        first = quarter_name(self.row.from_quarter)
        if not self.row.to_quarter:
            return _("from %(first)s on") % {"first": first}
        return _("%(first)s to %(last)s") % {"first": capfirst(first), "last": quarter_name(self.row.to_quarter)}

    @property
    def state(self) -> tuple[Promise, str]:
        if self.row.state == MandateState.ACTIVE:
            present = str(Quarter.of(brussels_date(self.at)))
            if present < self.row.from_quarter:
                return TO_COME
            if self.row.to_quarter and self.row.to_quarter < present:
                return RUN_OUT
        return STATES[self.row.state]

    @property
    def steps(self) -> list[tuple[str, Promise]]:
        """What the reader can do with it: who did not propose it accepts or refuses it, either party ends it."""
        offered = ("accept", "refuse") if self._waits_for_reader else ("end",)
        return [(step, STEPS[step].button) for step in offered if self.why_not(step) is None]

    def why_not(self, step: str) -> RefusalReason | None:
        """Return why a step is not asked about; None where the register would take it."""
        if self.row.service_group not in self.groups:
            return RefusalReason.NOT_ENTITLED
        is_there = self.row.valid_until is None and (step == "end" or self._waits_for_reader)
        return None if is_there else RefusalReason.STATE_FORBIDS

    @property
    def _waits_for_reader(self) -> bool:
        return bool(self.row.state == MandateState.PENDING and self.row.proposed_by != self.party)


def _search(rows: Rows, words: str) -> Rows:
    return rows.filter(
        Q(principal__company_number=words)
        | Q(mandatary__company_number=words)
        | Q(principal__name__icontains=words)
        | Q(mandatary__name__icontains=words)
    )
