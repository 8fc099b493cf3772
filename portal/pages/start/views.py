"""The start, which leads on, and the overview of who is signed in."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from auth.models import Session
from domain.assurance import AssuranceLevel
from domain.brussels import brussels_date
from domain.student_day_questions import Balance
from evidence.clock import SystemClock
from portal.pages.files import OF_PAGES, page_with_file
from portal.pages.navigation import sections_for_company, sections_for_oneself
from portal.pages.paths import way_to_step_up
from portal.pages.people.own_people import Waiting, waiting_for
from portal.pages.roles import noted_roles
from portal.pages.routing import page, public_page
from portal.pages.sizes import size_told
from portal.pages.stays import person_of, stay_of
from portal.pages.student.own_hours import ENVIRONMENT, own_balance
from registers.student_days.questions.balances import has_contingent

_PAGE = "page"


@public_page
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the overview, or to signing in."""
    return HttpResponseRedirect(reverse("home" if stay_of(request) is not None else "sign-in"))


@public_page
@require_safe
def too_large(request: HttpRequest) -> HttpResponse:
    """Tell that what was sent is larger than its page takes; nothing of it was read, so the connection ends."""
    path = request.GET.get(_PAGE, "")
    taking = page_with_file(path)
    values = {
        "back": path if taking else "",
        "size": size_told(OF_PAGES[taking]()) if taking else "",
        "is_check": taking == "deliveries-check",
    }
    answer = render(request, "errors/413.html", values, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    answer.headers["Connection"] = "close"
    return answer


@page(level=AssuranceLevel.SELF_REGISTERED)
@require_safe
def home(request: HttpRequest, stay: Session) -> HttpResponse:
    """Show what the signed-in person can do here."""
    values = {
        "for_company": sections_for_company(stay),
        "for_oneself": sections_for_oneself(stay, roles=noted_roles(request, stay)),
        "stay": stay,
        "waiting": _waiting(stay),
        "weakness": _weakness(stay),
        "way_to_companies": way_to_step_up(reverse("home"), level=AssuranceLevel.APP_CODE, is_confined=False),
        "way_to_oneself": way_to_step_up(reverse("home"), level=AssuranceLevel.APP_CODE, is_confined=True),
        "balance": _remaining(stay),
    }
    return render(request, "start/home.html", values)


def _weakness(stay: Session) -> str:
    """Return what the stay is too weak for: anything of the person's own, or the company that it is for."""
    if stay.level < AssuranceLevel.PASSWORD:
        return "anything" if stay.confined_to_id is None else ""
    return "company" if stay.entity_id is not None and stay.level < AssuranceLevel.APP_CODE else ""


def _remaining(stay: Session) -> Balance | None:
    """Return what remains this year for a student who speaks for no company; None for anybody else."""
    is_own = stay.entity_id is None and stay.level_for(None) >= AssuranceLevel.PASSWORD
    person_id = person_of(stay) if is_own else None
    if person_id is None or not has_contingent(person_id, environment=ENVIRONMENT):
        return None
    now = SystemClock().now()
    return own_balance(stay, brussels_date(now).year, at=now)


def _waiting(stay: Session) -> frozenset[Waiting]:
    """Return what waits for the person, who signed in surely enough to accept or decline it."""
    level = stay.level_for(None)
    person_id = person_of(stay) if level >= AssuranceLevel.PASSWORD else None
    waiting = frozenset() if person_id is None else waiting_for(person_id, at=SystemClock().now())
    return waiting if level >= AssuranceLevel.APP_CODE else waiting - {Waiting.APPOINTMENT}
