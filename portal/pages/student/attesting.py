"""Attestations: make one and show its access code and its PDF, list what was made, withdraw one.

Code and PDF stand in the answer to the form itself and nowhere else: the page that shows them holds the paper, and sends it
back to have it as a file.
"""

import base64
import binascii
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.languages import Language
from evidence.clock import SystemClock
from portal.pages.files import largest_paper
from portal.pages.forms import ConfirmForm
from portal.pages.permissions import person_of
from portal.pages.refusals import DoneAlready
from portal.pages.routing import page
from portal.pages.sending_once import make_to_show, send_once
from portal.pages.sent_from import sent_from
from portal.pages.student.forms import AttestationForm
from portal.pages.student.own_hours import ENVIRONMENT, attestation_desk, directory, own_asker, own_balance, year_asked
from registers.persons.details import read_details
from registers.student_days.questions.attestation_paper import Holder
from registers.student_days.questions.attestations import (
    IssuedAttestation,
    KnownAttestation,
    is_own_paper,
    issue_attestation,
    list_attestations,
    withdraw_attestation,
)


class _NoNumberError(LookupError):
    """A person without a number, of whom nothing can be attested."""


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def attestation(request: HttpRequest, stay: Session) -> HttpResponse:
    """List the attestations; on the wish, make one and show it this once."""
    now = SystemClock().now()
    form = AttestationForm(request.POST or None, initial={"language": get_language() or Language.EN})
    if request.method == "POST" and form.is_valid():
        language = Language(form.cleaned_data["language"])
        gone = _(
            "The attestation was made when this form was first sent, and stands in your list. Its code is not shown again."
        )
        try:
            issued = make_to_show(request, lambda: _issue(stay, language, at=now), gone=gone)
        except _NoNumberError:
            form.add_error(None, _("An attestation needs a national or bis number, and none of yours is known here."))
        else:
            held = base64.b64encode(issued.pdf).decode("ascii")
            return render(request, "student/issued.html", {"issued": issued, "paper": held})
    values = {
        "form": form,
        "balance": own_balance(stay, year_asked("", at=now), at=now),
        "attestations": [(known, *_state(known, at=now)) for known in _own(stay, at=now)],
    }
    return render(request, "student/attestation.html", values)


@page(level=AssuranceLevel.PASSWORD)
@sent_from("student-attestation")
def paper(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Give as a file the paper that the page of a new attestation holds, as often as its student wants."""
    pdf = _paper_in(request.POST.get("paper", ""))
    if not is_own_paper(pdf, number, person_id=person_of(stay), environment=ENVIRONMENT):
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="attestation-{number}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@page(level=AssuranceLevel.PASSWORD)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let a code answer no more, after asking."""
    now = SystemClock().now()
    back = reverse("student-attestation")
    told = _("The code of attestation %(number)s answers no more.") % {"number": number}
    known = next((one for one in _own(stay, at=now) if one.number == number), None)
    if known is None:
        raise Http404
    if not known.answers(now):
        raise DoneAlready(back, told)
    if request.method == "POST":
        answer = send_once(
            request,
            lambda: withdraw_attestation(
                number, person_id=person_of(stay), environment=ENVIRONMENT, asker=own_asker(stay), at=now
            ),
            then=back,
        )
        messages.success(request, told)
        return answer
    values = {
        "form": ConfirmForm(),
        "title": _("Withdraw the code of attestation %(number)s?") % {"number": number},
        "told": [
            _(
                "Employers who have the code then see nothing any more. You cannot take this back; make a new one instead."
            )
        ],
        "button": _("Withdraw the code"),
        "cancel_path": back,
        "is_dangerous": True,
    }
    return render(request, "components/confirm_page.html", values)


def _own(stay: Session, *, at: datetime) -> tuple[KnownAttestation, ...]:
    return list_attestations(person_of(stay), environment=ENVIRONMENT, asker=own_asker(stay), at=at)


def _issue(stay: Session, language: Language, *, at: datetime) -> IssuedAttestation:
    """Return a new attestation; _NoNumberError for a person without a number."""
    person_id = person_of(stay)
    number = directory().reveal_number(person_id)
    if number is None:
        raise _NoNumberError
    details = read_details([person_id]).get(person_id)
    return issue_attestation(
        person_id,
        Holder(number, "" if details is None else details.name),
        language=language,
        environment=ENVIRONMENT,
        desk=attestation_desk(),
        asker=own_asker(stay),
        at=at,
    )


def _paper_in(text: str) -> bytes:
    """Return the bytes of a paper as a page holds it; none where it is no such text, or larger than any attestation."""
    if len(text) > largest_paper() * 4 // 3 + 4:
        return b""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _state(known: KnownAttestation, *, at: datetime) -> tuple[str, str]:
    """Return the word for where the code stands, and the colour of its tag."""
    if known.withdrawn_at is not None:
        return _("Withdrawn"), "red"
    return (_("Valid"), "green") if known.answers(at) else (_("Ended"), "grey")
