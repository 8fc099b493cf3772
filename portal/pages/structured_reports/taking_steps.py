"""Take a step of a sender's configuration: once, for a sender of one's own, and with a refusal in the reader's words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from auth.models import Session
from channels.models import Sender
from domain.access.requests import Action
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from evidence.clock import SystemClock
from portal.pages.forms import ConfirmForm, CounterForm
from portal.pages.permissions import require_action
from portal.pages.refusals import DoneAlready
from portal.pages.sending_once import send_once
from portal.pages.structured_reports.own_senders import find_own, lock_own
from portal.pages.structured_reports.words import REFUSALS

Step = Callable[[Sender], object]

_CONFLICTS = frozenset(
    {ConfigurationFault.OTHER, ConfigurationFault.KEY_NAME_TAKEN, ConfigurationFault.RECEIVERS_TOO_MANY}
)
"""What stands against a step because of how things are, not because of what was filled in."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something that is hard to undo, and what is said afterwards; `told` are paragraphs."""

    title: str
    told: tuple[str, ...]
    button: str
    done: str
    refused: str
    is_dangerous: bool = True


def own(stay: Session, number: str) -> tuple[Sender, datetime]:
    """Return the sender, of whose company the person may configure senders, and the present instant."""
    now = SystemClock().now()
    require_action(stay, Action.CONFIGURE_SENDERS, at=now)
    return find_own(stay, number), now


def take(
    request: HttpRequest,
    stay: Session,
    sender: Sender,
    step: Step,
    form: CounterForm,
    *,
    refused: str,
    then: str,
    field: str | None = None,
) -> HttpResponse | None:
    """Take the step once and return where it leads; None when it was refused, which the form tells then.

    `refused` is said for a refusal that has no words of its own.
    """
    try:
        return send_once(request, lambda: step(lock_own(stay, sender.number)), then=path_of(then, sender))
    except ConfigurationRefusedError as refusal:
        tell = form.tell_conflict if refusal.fault in _CONFLICTS else form.tell_fault
        tell(str(REFUSALS.get(refusal.fault, refused)), field=field)
        return None


def ask(
    request: HttpRequest, stay: Session, sender: Sender, step: Step, question: Question, *, back: str
) -> HttpResponse:
    """Show the question, or take the step once and lead to the page `back`."""
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and (
        answer := take(request, stay, sender, step, form, refused=question.refused, then=back)
    ):
        messages.success(request, question.done)
        return answer
    values = {
        "form": form,
        "title": question.title,
        "told": question.told,
        "button": question.button,
        "cancel_path": path_of(back, sender),
        "is_dangerous": question.is_dangerous,
    }
    return render(request, "components/confirm_page.html", values, status=form.http_status)


def path_of(name: str, sender: Sender) -> str:
    """Return the address of a page about the sender."""
    return reverse(name, args=[sender.number])


def gone(request: HttpRequest, sender: Sender, *, back: str) -> NoReturn:
    """Refuse what is about something that is not there any more: a form says so; a page looks like one that never was."""
    if request.method == "POST":
        raise DoneAlready(path_of(back, sender), _("What this is about is not there any more."))
    raise Http404
