"""The corrections that wait for a decision of the counter, and one of them; whoever asked, or is meant, does not decide."""

from collections.abc import Collection
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import OperatorRole, Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.checkins.asking import PresenceAskerKind, PresenceQuestion
from domain.checkins.vocabulary import CorrectionState
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from evidence.clock import SystemClock
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import company_names
from portal.pages.checkins.correction_facts import (
    asked_with_words,
    facts_beside,
    facts_foreseen,
    facts_of_correction,
    facts_without_reason,
    history_of_correction,
    registered_beside,
    words_read,
)
from portal.pages.checkins.decision_forms import ACCEPT, DecisionForm
from portal.pages.checkins.evidence_answers import give_evidence
from portal.pages.checkins.looks import note
from portal.pages.checkins.names import person_names
from portal.pages.checkins.words import CORRECTION_STATES, told_days
from portal.pages.listings import Column, list_rows
from portal.pages.refusals import Denied
from portal.pages.roles import require_role
from portal.pages.routing import page
from portal.pages.sending_once import send_once
from portal.pages.sent_from import sent_from
from portal.pages.stays import login_of, person_of
from registers.checkins.correction_lists import documents_of_each, documents_read, requests_read, waiting_beside
from registers.checkins.deciding import accept, is_about, name_decider, reject, take_up
from registers.checkins.models import Correction, CorrectionEvidence
from registers.checkins.registered_meanwhile import RegisteredMeanwhileError

_WAITING = (CorrectionState.SUBMITTED, CorrectionState.UNDER_REVIEW)
_HANDED_IN = (*_WAITING, CorrectionState.ACCEPTED, CorrectionState.REJECTED)
_COLUMNS = (
    Column("number", gettext_lazy("Number")),
    Column("company", gettext_lazy("Asked for by")),
    Column("asked", gettext_lazy("Asked for"), ("asked_at",)),
    Column("deadline", gettext_lazy("Registration date"), ("registration_date", "asked_at")),
    Column("state", gettext_lazy("State"), ("state", "asked_at")),
)


@page(level=AssuranceLevel.APP_CODE)
@require_safe
def overview(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what waits, the longest first; nobody is named."""
    require_role(stay, *OperatorRole)
    waiting = Correction.objects.filter(environment=Environment.PRODUCTION, state__in=_WAITING)
    listed = list_rows(request, waiting, columns=_COLUMNS, order="asked")
    names = company_names({row.asked_for for row in listed.rows if row.asked_for})  # type: ignore[attr-defined]
    for row in listed.rows:
        row.company = names.get(row.asked_for, row.asked_for)  # type: ignore[attr-defined]
        row.word, row.colour = CORRECTION_STATES[row.state]  # type: ignore[attr-defined]
    days = told_days(Environment.PRODUCTION, on=brussels_date(SystemClock().now()))
    return render(request, "checkins/decisions.html", {"corrections": listed, "days": days})


@page(level=AssuranceLevel.APP_CODE)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show one with its evidence, and take the decision, or tell the one that was taken; the look is on record.

    An official whom it is about reads of it what the worker reads: not the words and documents of his employer.
    """
    require_role(stay, *OperatorRole)
    now, by = SystemClock().now(), decider_of(stay)
    row = _find(number, states=_HANDED_IN)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer = send_once(request, lambda: _decide(number, form, by=by, at=now), then=reverse("decisions"))
        except RegisteredMeanwhileError as there:
            form.tell_conflict(_told_there(there.number))
        except ConfigurationRefusedError:
            form.tell_conflict(_told(row, by=by))
        else:
            messages.success(request, _told_of_decision(row))
            return answer
    with transaction.atomic():
        note(
            stay,
            PresenceAskerKind.OPERATOR,
            PresenceQuestion.CORRECTION,
            [row.person_id],
            at=now,
            about=number,
            reason="decides a correction",
        )
    beside = registered_beside(row)
    places, companies = words_read(row, beside)
    is_own = is_about(row, by)
    is_waiting = row.state in _WAITING
    facts_for = facts_without_reason if is_own else facts_of_correction
    others = requests_read(row.waiting_beside)  # type: ignore[attr-defined]
    foreseen = facts_foreseen(row, beside=others, at=now) if is_waiting else []
    values = {
        "form": form,
        "correction": row,
        "facts": [*facts_for(row, naming=person_names, places=places, companies=companies), *foreseen],
        "beside": facts_beside(beside, places=places),
        "is_own": is_own,
        "evidence": documents_read(row.documents),  # type: ignore[attr-defined]
        "own_stake": _own_stake(row, by=by),
        "is_waiting": is_waiting,
        "history": history_of_correction(row),
        "is_untouched": row.state == CorrectionState.SUBMITTED,
        "state": CORRECTION_STATES[row.state][0],
        "colour": CORRECTION_STATES[row.state][1],
    }
    return render(request, "checkins/decision.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE)
@sent_from("decision", "number")
def look_into(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Note that the request is being looked at, which who asked sees; who may not decide does not look into it."""
    require_role(stay, *OperatorRole)
    now, by = SystemClock().now(), decider_of(stay)
    row = _find(number)
    back = reverse("decision", args=[number])
    if stake := _own_stake(row, by=by):
        raise Denied(stake)

    def effect() -> None:
        if row.state == CorrectionState.SUBMITTED:
            take_up(number, environment=Environment.PRODUCTION, by=by, at=now)

    return send_once(request, effect, then=back)


@page(level=AssuranceLevel.APP_CODE)
@require_safe
def evidence(_request: HttpRequest, stay: Session, number: str, file_id: int) -> HttpResponse:
    """Give a file that proves a correction; it is downloaded, never shown inside a page of ours."""
    require_role(stay, *OperatorRole)
    now, row = SystemClock().now(), _find(number, states=_HANDED_IN)
    if is_about(row, decider_of(stay)):
        raise Denied(_own_stake(row, by=decider_of(stay)))
    file = CorrectionEvidence.objects.filter(pk=file_id, correction=row, stored_at__isnull=False).first()
    if file is None:
        raise Http404
    answer = give_evidence(file)
    append_event("correction:evidence:opened", at=now, actor=decider_of(stay), correction=number, sha256=file.sha256)
    return answer


def decider_of(stay: Session) -> str:
    """Return how the register calls the reader as one who decides."""
    return name_decider(login_of(stay), person_id=person_of(stay))


def _find(number: str, *, states: Collection[CorrectionState] = _WAITING) -> Correction:
    found = asked_with_words().filter(number=number, state__in=states)
    row = found.annotate(waiting_beside=waiting_beside(), documents=documents_of_each()).first()
    if row is None:
        raise Http404
    return row


def _decide(number: str, form: DecisionForm, *, by: str, at: datetime) -> None:
    note_text = form.cleaned_data["note"]
    if form.cleaned_data["decision"] == ACCEPT:
        limits = checkin_counter().limits
        accept(number, environment=Environment.PRODUCTION, by=by, note=note_text, limits=limits, at=at)
    else:
        reject(number, environment=Environment.PRODUCTION, by=by, note=note_text, at=at)


def _told_there(number: int) -> str:
    return _(
        "Registration %(number)s says this already. Reject the request: what is wrong with that registration is corrected by a request of its own."
    ) % {"number": number}


def _told(row: Correction, *, by: str) -> str:
    """Return why it is not decided, in the reader's words where they are ours."""
    return _own_stake(row, by=by) or _("It cannot be decided so: somebody decided meanwhile.")


def _told_of_decision(row: Correction) -> str:
    """Return who learns of it, and where; whether somebody's e-Box is active is not told to who decides."""
    if row.asked_for:
        return _(
            "It is decided. Who asked is written to, and the worker where his e-Box is active; he reads it under Corrections as well."
        )
    return _("It is decided. Who asked reads it under Corrections, and in a letter where his e-Box is active.")


def _own_stake(row: Correction, *, by: str) -> str:
    """Return why it is not this official's to decide, empty where it is."""
    if row.asked_by == by:
        return _("You asked for it yourself: somebody else decides.")
    return _("It is about yourself: somebody else decides.") if is_about(row, by) else ""
