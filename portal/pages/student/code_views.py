"""An employer enters the access code that a student gave, or the file of an attestation: what remains, nothing else.

Each try is on record under the company and its user, and counted; the student sees it among those who looked, and the company
below the form.
"""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.access.requests import Action, TakingOfAction, UseOfService, Wish
from domain.access.services import Right, ServiceCode
from domain.assurance import AssuranceLevel
from domain.student_day_questions import Asker, AskerKind, RemainingAmount, TooManyLookUpsError
from evidence.clock import SystemClock
from portal.pages.permissions import entity_of, require_one_of
from portal.pages.routing import Context, page
from portal.pages.sending_once import require_token
from portal.pages.student.company_looks import list_company_looks, user_asking
from portal.pages.student.forms import CodeForm, PaperForm
from portal.pages.student.own_hours import ENVIRONMENT, attestation_desk
from portal.pages.student.words import GIVEN_BY_THE_STUDENT
from registers.student_days.questions.attestations import recognise_paper
from registers.student_days.questions.look_ups import LookUpLimits, look_up

ASKING: tuple[Wish, ...] = (
    TakingOfAction(Action.MANAGE_USERS),
    UseOfService(ServiceCode.DIMONA, Right.CONSULT),
)
"""Who may ask for a company: its managers, and users with the service of declarations."""


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def look_up_code(request: HttpRequest, stay: Session) -> HttpResponse:
    """Ask for a code and show what remains at this moment; or say which attestation a file is."""
    now = SystemClock().now()
    require_one_of(stay, *ASKING, at=now)
    is_paper = "as_paper" in request.POST
    form = CodeForm(request.POST if request.method == "POST" and not is_paper else None)
    paper = PaperForm(*((request.POST, request.FILES) if is_paper else ()), prefix="paper")
    values: dict[str, object] = {"form": form, "paper": paper}
    status, wait = HTTPStatus.OK, 0
    if request.method == "POST" and (paper.is_valid() if is_paper else form.is_valid()):
        require_token(request)
        asker = Asker(AskerKind.EMPLOYER, entity_of(stay).company_number, GIVEN_BY_THE_STUDENT, user_asking(stay))
        if is_paper:
            known = recognise_paper(paper.cleaned_data["paper"], environment=ENVIRONMENT, asker=asker, at=now)
            has_ended = known is not None and not known.answers(now)
            values |= {"known": known, "has_ended": has_ended, "is_looked_at": True}
        else:
            try:
                values["found"] = _look_up(form, asker, at=now)
            except TooManyLookUpsError as refused:
                form.add_error("code", _too_many(-(-refused.retry_after // 60)))
                status, wait = HTTPStatus.TOO_MANY_REQUESTS, refused.retry_after
    values["looks"] = list_company_looks(request, stay)
    answer = render(request, "student/look_up.html", values, status=status)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _too_many(minutes: int) -> str:
    told = ngettext(
        "Your company tried too many codes. Try again in %(count)s minute.",
        "Your company tried too many codes. Try again in %(count)s minutes.",
        minutes,
    )
    return told % {"count": minutes}


def _look_up(form: CodeForm, asker: Asker, *, at: datetime) -> RemainingAmount | None:
    """Return what the code discloses; a code that opens nothing is an error of the form. TooManyLookUpsError."""
    found = look_up(
        form.cleaned_data["code"],
        environment=ENVIRONMENT,
        key=attestation_desk().key,
        limits=limits_of_look_ups(),
        asker=asker,
        at=at,
    )
    if found is None:
        form.add_error("code", _("This code opens nothing. It is mistyped, withdrawn or no longer valid."))
    return found


def limits_of_look_ups() -> LookUpLimits:
    """Return how many codes a company may try in an hour."""
    return LookUpLimits(tries=settings.GUICHET.look_ups_per_hour, failures=settings.GUICHET.failed_look_ups_per_hour)
