"""Ask first, then do what is hard to undo: one page for every move in the life of a user, a right or an appointment."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from auth.models import Session
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.configuration_refusals import ConfigurationRefusedError
from domain.refusals import OutageError
from portal.pages.forms import ConfirmForm
from portal.pages.labelled import labelled
from portal.pages.people.words import REFUSALS
from portal.pages.sending_once import send_once
from portal.pages.stays import stay_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """A move: what is asked before, and what is said afterwards."""

    title: Promise
    told: tuple[Promise | str, ...]
    button: Promise
    done: Promise
    is_dangerous: bool = False


def ask_and_move(
    request: HttpRequest,
    move: Move,
    act: Callable[[], object],
    *,
    about: str,
    back: str,
    then: str,
    state: Callable[[], object] = str,
    why_not: Callable[[], RefusalReason | None] = lambda: None,
) -> HttpResponse:
    """Show the question, or act once and lead to `then`; where `why_not` knows a refusal, lead `back` without asking.

    A refusal of the register is told on the page (409) with the `state` that things are in by then, as a trouble of ours
    is (503).
    """
    if request.method == "GET" and (reason := why_not()):
        return lead_back(request, reason, to=back)
    form = ConfirmForm(request.POST or None)
    if request.method == "POST":
        form.is_bound = True
        try:
            answer = send_once(request, act, then=then)
        except AccessRefusedError as refused:
            form.tell_conflict(str(REFUSALS[refused.reason]))
        except ConfigurationRefusedError:
            form.tell_conflict(
                _("This is not possible as things stand now, or something would be left without what it needs.")
            )
        except OutageError:
            log.exception("a step of a manager could not be taken")
            form.tell_outage(_("This cannot be done now. That is our trouble: try again later."))
        else:
            if _has_ended(request):
                return HttpResponseRedirect(reverse("session-ended"), status=HTTPStatus.SEE_OTHER)
            messages.success(request, str(move.done))
            return answer
    values = {
        "form": form,
        "title": labelled(move.title, about) if about else str(move.title),
        "told": move.told,
        "button": move.button,
        "cancel_path": back,
        "is_dangerous": move.is_dangerous,
        "state": str(state()) if form.http_status is HTTPStatus.CONFLICT else "",
    }
    return render(request, "components/confirm_page.html", values, status=form.http_status)


def refusal_of(require: Callable[[], object]) -> RefusalReason | None:
    """Return why `require` refuses; None where it does not."""
    try:
        require()
    except AccessRefusedError as refused:
        return refused.reason
    return None


def lead_back(request: HttpRequest, reason: RefusalReason, *, to: str) -> HttpResponse:
    """Ask nothing that would be refused afterwards: say so on the page that shows what is possible."""
    messages.warning(request, str(REFUSALS[reason]))
    return HttpResponseRedirect(to)


def _has_ended(request: HttpRequest) -> bool:
    """Whether what was done ended the reader's own stay too, which can be told nothing any more."""
    stay = stay_of(request)
    return stay is None or Session.objects.filter(pk=stay.pk, ended_at__isnull=False).exists()
