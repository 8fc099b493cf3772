"""One request for a correction, for who asked: its facts and what became of it, evidence handed in, and taking it back.

The worker whom it is about reads what is asked and what is decided, without the words and documents of who asked.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL, AssuranceLevel
from domain.checkins.asking import PresenceQuestion
from domain.checkins.seeing import Sight
from domain.checkins.vocabulary import CorrectionState
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.checkins.asking import take_file
from portal.pages.checkins.choices import company_names
from portal.pages.checkins.company_view import CompanyView, require_declaring, require_sight
from portal.pages.checkins.correction_facts import (
    facts_of_correction,
    facts_without_reason,
    history_of_correction,
    sentence_of_correction,
    told_decision,
)
from portal.pages.checkins.correction_forms import EvidenceForm
from portal.pages.checkins.looks import look_at_oneself
from portal.pages.checkins.names import Naming, person_names, staff_names
from portal.pages.checkins.own_presences import corrections_about, corrections_of_oneself
from portal.pages.checkins.words import CORRECTION_STATES
from portal.pages.forms import ConfirmForm
from portal.pages.instants import told_instant
from portal.pages.permissions import person_of
from portal.pages.routing import Context, page
from portal.pages.sending_once import send_once
from registers.checkins.correction_lists import CorrectionPage, correction_of_company, own_corrections
from registers.checkins.deciding import withdraw
from registers.checkins.evidence_of_corrections import is_evidence_overdue, note_evidence, owner_of_request
from registers.checkins.models import Correction
from registers.checkins.page_keys import PageKeyError
from registers.checkins.scanner_outages import waited_for_until

_PAGE_SIZE = 25
_MATTER = "looks at a request for a correction"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, in whose name it is looked at, what the names of his pages begin with, and how he may call whom it is of.

    `company_names` are those that the page has read already, by number.
    """

    row: Correction
    companies: frozenset[str]
    person_id: int
    prefix: str
    naming: Naming
    company_names: Mapping[str, str]

    def path(self, page_name: str) -> str:
        return reverse(f"{self.prefix}{page_name}", args=[self.row.number])

    @property
    def list_path(self) -> str:
        return reverse(f"{self.prefix}corrections")

    @property
    def awaits_evidence(self) -> bool:
        return self.row.state == CorrectionState.DRAFT and not is_evidence_overdue(self.row, at=SystemClock().now())


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_safe
def one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show a request of the company."""
    now = SystemClock().now()
    return _show(request, _of_company(require_sight(stay, Sight.OWN_STAFF, at=now), number, at=now))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Take a document that a request of the company named and that is not there yet."""
    now = SystemClock().now()
    return _hand_in(request, _of_company(require_declaring(stay, at=now), number, at=now))


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Take a request of the company back, after asking."""
    now = SystemClock().now()
    return _take_back(request, _of_company(require_declaring(stay, at=now), number, at=now))


@page(level=CHECKIN_LEVEL)
@require_safe
def own_list(request: HttpRequest, stay: Session) -> HttpResponse:
    """List what was asked for about the person, the newest first; each page goes on where another ended."""
    now, person_id = SystemClock().now(), person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.CORRECTION, at=now):
        found = _read_own(person_id, after=request.GET.get("after", ""))
    names = company_names({row.asked_for for row in found.requests} - {""})
    for row in found.requests:
        row.word, row.colour = CORRECTION_STATES[row.state]  # type: ignore[attr-defined]
        row.told = told_decision(row)  # type: ignore[attr-defined]
        row.asker = names.get(row.asked_for, row.asked_for) or _("yourself")  # type: ignore[attr-defined]
    values = {
        "rows": found.requests,
        "is_first": "after" not in request.GET,
        "following": f"?{urlencode({'after': found.next_key})}" if found.next_key else "",
    }
    return render(request, "checkins/own_corrections.html", values)


@page(level=CHECKIN_LEVEL)
@require_safe
def own_one(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show a self-employed person's own request, or what an employer asked for about the person."""
    asked = _among(corrections_about, stay, number, at=SystemClock().now())
    return _show(request, asked) if asked.row.asked_for == "" else _show_to_worker(request, asked)


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def own_hand_in(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Take a document that a self-employed person's own request named."""
    return _hand_in(request, _of_oneself(stay, number, at=SystemClock().now()))


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def own_take_back(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Take a self-employed person's own request back, after asking."""
    return _take_back(request, _of_oneself(stay, number, at=SystemClock().now()))


def _read_own(person_id: int, *, after: str) -> CorrectionPage:
    """Read the page after a key; the first one for a key that is none."""
    try:
        return own_corrections(person_id, environment=Environment.PRODUCTION, after=after, size=_PAGE_SIZE)
    except PageKeyError:
        return own_corrections(person_id, environment=Environment.PRODUCTION, size=_PAGE_SIZE)


def _of_company(view: CompanyView, number: str, *, at: datetime) -> _Asked:
    """Return a request of the company; Http404 for anybody else's, which looks like none."""
    with transaction.atomic():
        row = correction_of_company(number, company=view.number, environment=Environment.PRODUCTION, at=at)
        if row is None:
            raise Http404
        view.note(PresenceQuestion.CORRECTION, [row.person_id], at=at, about=number, reason=_MATTER)
    return _Asked(row, frozenset({view.number}), person_of(view.stay), "", staff_names, view.names)


def _of_oneself(stay: Session, number: str, *, at: datetime) -> _Asked:
    return _among(corrections_of_oneself, stay, number, at=at)


def _among(rows: Callable[[int], QuerySet[Correction]], stay: Session, number: str, *, at: datetime) -> _Asked:
    """Return a request out of those of the person; Http404 for any other, which looks like none."""
    person_id = person_of(stay)
    with look_at_oneself(stay, PresenceQuestion.CORRECTION, at=at, about=number):
        row = _find(rows(person_id), number)
    return _Asked(row, frozenset(), person_id, "own-", person_names, {})


def _find(rows: QuerySet[Correction], number: str) -> Correction:
    row = rows.filter(number=number).first()
    if row is None:
        raise Http404
    return row


def _show(request: HttpRequest, asked: _Asked) -> HttpResponse:
    row = asked.row
    state, colour = CORRECTION_STATES[row.state]
    is_waiting = CorrectionState(row.state).is_pending
    values = {
        "correction": row,
        "state": state,
        "colour": colour,
        "told": _told(asked),
        "facts": facts_of_correction(row, naming=asked.naming, companies=asked.company_names),
        "evidence": row.evidence.order_by("pk"),
        "steps": history_of_correction(row),
        "back": asked.list_path,
        "hand_in": asked.path("correction-evidence") if asked.awaits_evidence else "",
        "take_back": asked.path("correction-withdraw") if is_waiting else "",
    }
    return render(request, "checkins/correction.html", values)


def _show_to_worker(request: HttpRequest, asked: _Asked) -> HttpResponse:
    row = asked.row
    state, colour = CORRECTION_STATES[row.state]
    values = {
        "correction": row,
        "state": state,
        "colour": colour,
        "facts": facts_without_reason(row, naming=asked.naming),
        "steps": history_of_correction(row),
        "back": asked.list_path,
    }
    return render(request, "checkins/correction.html", values)


def _told(asked: _Asked) -> str:
    """Return what is to be done, by when; empty where nothing is."""
    if asked.row.state != CorrectionState.DRAFT:
        return ""
    if not asked.awaits_evidence:
        return _("The time for the evidence is over: the request lapses.")
    awaited = waited_for_until(asked.row.evidence_due_at, at=SystemClock().now())
    if awaited is None:
        return _(
            "By a fault of ours documents cannot be looked through now: try again later. The request does not lapse meanwhile, nor within a day after they can be."
        )
    until = told_instant(awaited, _("j F Y, H:i"))
    return _("Hand in the evidence until %(instant)s. Without it the request lapses.") % {"instant": until}


def _hand_in(request: HttpRequest, asked: _Asked) -> HttpResponse:
    """Show what is waited for, or keep one of these documents; any other is refused before it is kept."""
    row = asked.row
    if not asked.awaits_evidence:
        raise Http404
    wanted = dict(row.evidence.filter(stored_at__isnull=True).values_list("sha256", "file_name"))
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if _sha256(form.file) not in wanted:
            form.tell_refusal(_("This is another file than the one that was announced."), field="evidence")
        elif (file := take_file(form)) is not None:
            now = SystemClock().now()
            answer = send_once(
                request,
                lambda: note_evidence(
                    file.sha256,
                    owner=owner_of_request(row),
                    environment=Environment.PRODUCTION,
                    media_type=file.kind,
                    size=file.size,
                    at=now,
                    scanned_at=now if file.is_scanned else None,
                ),
                then=asked.path("correction-one"),
            )
            messages.success(request, _said_of(wanted, without=file.sha256))
            return answer
    values = {
        "title": _("Hand in the evidence"),
        "told": [
            sentence_of_correction(row),
            _told(asked),
            _("Announced: %(names)s") % {"names": ", ".join(wanted.values())},
        ],
        "form": form,
        "button": _("Hand it in"),
        "back": asked.path("correction-one"),
        "has_files": True,
    }
    return render(request, "checkins/form_page.html", values, status=form.http_status)


def _sha256(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _said_of(wanted: Iterable[str], *, without: str) -> str:
    if set(wanted) - {without}:
        return _("The file is taken. The request waits for the other documents.")
    return _("The file is taken. The request waits for a decision.")


def _take_back(request: HttpRequest, asked: _Asked) -> HttpResponse:
    row, number = asked.row, asked.row.number
    if not CorrectionState(row.state).is_pending:
        raise Http404
    form, back = ConfirmForm(request.POST or None), asked.path("correction-one")
    if request.method == "POST" and form.is_valid():
        now = SystemClock().now()

        def effect() -> None:
            withdraw(
                number,
                environment=Environment.PRODUCTION,
                companies=asked.companies,
                person_id=asked.person_id,
                at=now,
            )

        try:
            answer = send_once(request, effect, then=back)
        except ConfigurationRefusedError:
            form.tell_conflict(_("It is decided meanwhile: look at it again."))
        else:
            messages.success(request, _("The request is withdrawn. What is registered stays as it is."))
            return answer
    values = {
        "title": _("Withdraw the request"),
        "told": [
            sentence_of_correction(row),
            _("What is registered stays as it is. You can ask again while the time for corrections lasts."),
        ],
        "form": form,
        "button": _("Withdraw it"),
        "cancel_path": back,
        "is_dangerous": True,
    }
    return render(request, "components/confirm_page.html", values, status=form.http_status)
