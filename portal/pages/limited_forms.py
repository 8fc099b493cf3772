"""Show a form that was sent too often for now once more, with what was typed: its page says how long to wait, or to call."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auth.refusals import TooManyAttemptsError
from portal.pages.forms import CounterForm
from portal.pages.names import hours_name


def show_limited(request: HttpRequest, template: str, form: CounterForm, refused: TooManyAttemptsError) -> HttpResponse:
    """Return the page of the form, which was valid, with the limit told on top."""
    minutes = -(-refused.retry_after // 60)
    wait = ngettext(
        "Too many attempts. Wait %(minutes)d minute, then send it again.",
        "Too many attempts. Wait %(minutes)d minutes, then send it again.",
        minutes,
    ) % {"minutes": minutes}
    call = _("If it cannot wait, call the contact centre: %(phone)s, %(hours)s.") % {
        "phone": settings.GUICHET.contact_phone,
        "hours": hours_name(settings.GUICHET.contact_hours),
    }
    form.tell_limit(f"{wait} {call}")
    answer = render(request, template, {"form": form}, status=form.http_status)
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer
