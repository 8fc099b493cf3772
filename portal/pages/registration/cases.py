"""A visit: noted and judged at once, ended by keys that are handed over or by a reason why not."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from auth.models import CaseState, OperatorRole, RegistrationCase, Session
from auth.refusals import KeyRefusedError
from auth.registration import close_without_keys, hand_over_keys
from domain.assurance import AssuranceLevel
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import Sex, is_bis_number, written_insz
from domain.languages import Language
from domain.registration import CaseRefusal, Office, RegistrationPurpose, Visit
from evidence.clock import SystemClock
from ingest.receive_visitors import NoNumber, Visitor, receive_visitor
from ingest.same_person import OtherPersonError
from portal.key_desk import key_desk, source_of_request
from portal.openid import providers
from portal.pages.countries import country_name
from portal.pages.parts import SummaryRow
from portal.pages.refusals import DoneAlready
from portal.pages.registration.forms import CloseForm, HandOverForm, VisitForm
from portal.pages.registration.words import CASE_STATES, DOCUMENTS, OFFICES, PURPOSES, REFUSALS
from portal.pages.roles import require_role
from portal.pages.routing import Freshness, page
from portal.pages.sending_once import make_once, require_token, send_once
from portal.pages.stays import login_of
from registers.persons.details import Details, read_details, set_email
from registers.persons.searching import Namesake, find_namesakes

LINK = "/first-keys/$link"


@page(level=AssuranceLevel.EID)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for what the officer sees, and open a case with it."""
    require_role(stay, OperatorRole.REGISTRAR)
    now = SystemClock().now()
    form = VisitForm(request.POST or None, initial={"office": Office.LOCAL, "language": (get_language() or "en")[:2]})
    if request.method == "POST" and form.is_valid():
        try:
            return make_once(request, lambda: reverse("registration-case", args=[_receive(form, stay, at=now).pk]))
        except OtherPersonError:
            form.add_error(
                "number",
                _("Number, name and date of birth do not belong together. Compare them with the document once more."),
            )
        except ConfigurationRefusedError:
            form.tell_conflict(_("No number can be made so. Look again whether the person has one."))
    values = {"form": form, "namesakes": _namesakes(form), "seeks": _seeks(form)}
    return render(request, "registration/begin.html", values, status=form.http_status)


def _seeks(form: VisitForm) -> bool:
    """Whether a number is to be made, and the person is to be looked for first."""
    return form.is_bound and bool(form.cleaned_data.get("has_no_number")) and "family_name" in form.cleaned_data


def _namesakes(form: VisitForm) -> Sequence[Namesake]:
    if not _seeks(form):
        return ()
    return find_namesakes(
        form.cleaned_data["family_name"],
        birth_date=form.cleaned_data.get("birth_date"),
        persons=providers().persons.directory,
        environment=Environment.PRODUCTION,
    )


def _receive(form: VisitForm, stay: Session, *, at: datetime) -> RegistrationCase:
    seen = form.cleaned_data
    visit = Visit(
        office=Office(seen["office"]),
        purpose=RegistrationPurpose(seen["purpose"]),
        document=form.chosen_document,
        document_country=seen["document_country"],
        document_expires_on=seen["document_expires_on"],
        birth_date=seen["birth_date"],
        has_appointment=seen["has_appointment"],
        is_registered=False,
        has_proof_of_study=seen["has_proof_of_study"],
        has_mail_address=seen["has_mail_address"],
    )
    number = seen["number"] or NoNumber(Sex(seen["sex"]))
    visitor = Visitor(seen["family_name"], seen["first_name"], number, Language(seen["language"]))
    return receive_visitor(
        visitor,
        visit,
        document_number=seen["document_number"],
        officer=stay,
        desk=key_desk(),
        persons=providers().persons.directory,
        at=at,
    )


@page(level=AssuranceLevel.EID)
@require_safe
def one(request: HttpRequest, stay: Session, case_id: int) -> HttpResponse:
    """Show a case: what was seen, what stands against it, and what can be done."""
    require_role(stay, OperatorRole.REGISTRAR)
    return _show(request, _find(case_id))


def _show(request: HttpRequest, case: RegistrationCase, *, form: HandOverForm | None = None) -> HttpResponse:
    details = _named(case)
    initial = {"language": details.language if details is not None else "en"}
    word, colour = CASE_STATES[case.state]
    values = {
        "case": case,
        "word": word,
        "colour": colour,
        "facts": _facts(case, details.name if details is not None else ""),
        "reasons": [REFUSALS[reason] for reason in case.reasons],
        "form": form or (HandOverForm(initial=initial) if case.state == CaseState.OPEN else None),
        "has_cards": key_desk().options.token_cards,
    }
    return render(request, "registration/case.html", values, status=form.http_status if form else None)


@page(level=AssuranceLevel.EID, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, stay: Session, case_id: int) -> HttpResponse:
    """Mail the link, and show the paper with its code and the card, this once."""
    require_role(stay, OperatorRole.REGISTRAR)
    case, here = _find(case_id), reverse("registration-case", args=[case_id])
    if request.method != "POST":
        return HttpResponseRedirect(here)
    form = HandOverForm(request.POST)
    if case.state != CaseState.OPEN or case.person_id is None:
        raise _closed_already(here)
    if not form.is_valid():
        return _show(request, case, form=form)
    require_token(request)
    try:
        now = SystemClock().now()
        with transaction.atomic():
            over = hand_over_keys(
                case_id,
                person_id=case.person_id,
                mail=form.cleaned_data["mail"],
                language=form.chosen_language,
                link_address=f"{settings.GUICHET.web.public_url.rstrip('/')}{LINK}",
                officer=stay,
                source=source_of_request(request),
                desk=key_desk(),
                at=now,
            )
            set_email(case.person_id, form.cleaned_data["mail"], actor=f"login:{login_of(stay)}", at=now)
    except KeyRefusedError:
        if _find(case_id).state != CaseState.OPEN:
            raise _closed_already(here) from None
        form.tell_conflict(_("The login of this person is blocked: keys would open nothing. An operator can tell why."))
        return _show(request, case, form=form)
    details = _named(case)
    values = {
        "case": case,
        "over": over,
        "name": details.name if details is not None else "",
        "bis_number": _bis_number(case.person_id),
        "spoken": str(form.chosen_language),
        "mail": form.cleaned_data["mail"],
    }
    return render(request, "registration/handed_over.html", values)


@page(level=AssuranceLevel.EID)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, stay: Session, case_id: int) -> HttpResponse:
    """Close an open case without keys, for a reason."""
    require_role(stay, OperatorRole.REGISTRAR)
    case, here = _find(case_id), reverse("registration-case", args=[case_id])
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = CaseRefusal[form.cleaned_data["reason"]]
        try:
            return send_once(
                request,
                lambda: close_without_keys(case_id, reason, officer=stay, at=SystemClock().now()),
                then=here,
            )
        except KeyRefusedError:
            raise _closed_already(here) from None
    if case.state != CaseState.OPEN:
        return HttpResponseRedirect(here)
    return render(request, "registration/close.html", {"form": form, "case": case})


def _bis_number(person_id: int) -> str:
    """Return the bis number of who may never have seen it, for the paper; empty for who has a card that tells the number."""
    number = providers().persons.directory.reveal_number(person_id)
    return written_insz(number) if number is not None and is_bis_number(number) else ""


def _closed_already(here: str) -> DoneAlready:
    return DoneAlready(
        here, _("This case is over. What was handed over is not shown again; a new visit is a new case.")
    )


def _find(case_id: int) -> RegistrationCase:
    case = RegistrationCase.objects.filter(pk=case_id).select_related("officer").first()
    if case is None:
        raise Http404
    return case


def _named(case: RegistrationCase) -> Details | None:
    return read_details([case.person_id]).get(case.person_id) if case.person_id is not None else None


def _facts(case: RegistrationCase, name: str) -> list[SummaryRow]:
    """Return what was seen; of the document no number, which is kept sealed."""
    opened = date_format(localtime(case.opened_at), "DATETIME_FORMAT")
    rows = [
        SummaryRow(_("Visitor"), name or _("not registered")),
        SummaryRow(_("Office"), str(OFFICES[case.office])),
        SummaryRow(_("Keys are for"), str(PURPOSES[case.purpose])),
        SummaryRow(_("Document"), f"{DOCUMENTS[case.document_kind]}, {country_name(case.document_country)}"),
        SummaryRow(_("Valid until"), date_format(case.document_expires_on, "DATE_FORMAT")),
        SummaryRow(_("Proof of study"), _("shown") if case.has_proof_of_study else _("not shown")),
        SummaryRow(_("Opened"), opened),
        SummaryRow(_("Officer"), case.officer.user_name or f"#{case.officer_id}"),
    ]
    if case.closed_at is not None:
        rows.append(SummaryRow(_("Closed"), date_format(localtime(case.closed_at), "DATETIME_FORMAT")))
    return rows
