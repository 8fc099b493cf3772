"""Tell an employer that nothing was registered: of a worker who has no registration to report an error in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from domain.assurance import CHECKIN_LEVEL
from domain.environments import Environment
from evidence.clock import SystemClock
from portal.pages.checkins.report_forms import TOO_MANY_REPORTS, MissingReportForm
from portal.pages.checkins.telling import is_reached, tell_of_missing, told_sentence
from portal.pages.permissions import person_of
from portal.pages.routing import page
from portal.pages.sending_once import make_once
from registers.checkins.error_reports import (
    AlreadyToldError,
    MissingRegistration,
    NotYetMissingError,
    TooLateToTellError,
    TooManyReportsError,
    company_to_tell,
)


@page(level=CHECKIN_LEVEL)
@require_http_methods(["GET", "HEAD", "POST"])
def report_missing(request: HttpRequest, stay: Session) -> HttpResponse:
    """Tell a company, which need not be known here, what of a day at a work place was not registered."""
    now, back = SystemClock().now(), reverse("own-checkins")
    form = MissingReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        missing = MissingRegistration(
            person_of(stay),
            form.cleaned_data["company"],
            form.cleaned_data["place"],
            form.cleaned_data["day"],
            form.what,
        )

        def tell() -> str:
            tell_of_missing(missing, form.said, at=now)
            return back

        try:
            answer = make_once(request, tell)
        except NotYetMissingError:
            form.tell_refusal(_("That day is still to come."), field="day")
        except AlreadyToldError:
            form.tell_refusal(
                _(
                    "You told this company of that day and work place already. Once it has closed that report you can tell more."
                )
            )
        except TooManyReportsError:
            form.tell_refusal(str(TOO_MANY_REPORTS))
        except TooLateToTellError as late:
            told = _("It is too late: errors of that day could be told until %(day)s.")
            form.tell_refusal(told % {"day": date_format(late.last, _("j F Y"))}, field="day")
        else:
            if is_reached(company_to_tell(missing, environment=Environment.PRODUCTION)):
                messages.success(request, told_sentence(missing.employer))
            else:
                messages.warning(
                    request, _("We could not tell this company: tell it yourself. What you wrote is kept.")
                )
            return answer
    values = {
        "title": _("Tell your employer what is missing"),
        "told": [
            _(
                "Your employer can ask us for what is missing, with evidence. The letter about it says nothing of you; what you write is read in the portal alone."
            )
        ],
        "form": form,
        "button": _("Tell the employer"),
        "back": back,
    }
    return render(request, "checkins/form_page.html", values, status=form.http_status)
