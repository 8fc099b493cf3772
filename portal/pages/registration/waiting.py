"""Who waits to be matched: where the list is, and what is said when nobody waits there any more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.pages.refusals import DoneAlready


def path_of_waiting() -> str:
    """Return where the list of who waits is."""
    return reverse("registration-identities")


def say_over(request: HttpRequest) -> HttpResponse:
    """Say that nobody waits: to who looks, in the list; to a form, as what it is too late for."""
    over = _("Nobody waits here any more: the person was matched or refused.")
    if request.method == "POST":
        raise DoneAlready(path_of_waiting(), over)
    messages.info(request, over)
    return HttpResponseRedirect(path_of_waiting())
