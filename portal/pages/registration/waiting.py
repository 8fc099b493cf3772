"""Who waits to be matched: where the list is, and what is said when nobody waits there any more, or nothing could be done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from auth.refusals import KeyRefusedError, PasswordsOffError
from domain.configuration_refusals import ConfigurationRefusedError
from ingest.match_identities import NumberlessError, NumberOfAnotherError
from ingest.same_person import OtherPersonError
from portal.pages.forms import CounterForm
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


def tell_why(form: CounterForm, refused: ConfigurationRefusedError) -> None:
    """Say why nothing was done with somebody who waits on; `say_over` tells of who does not."""
    match refused:
        case OtherPersonError():
            form.tell_refusal(
                _("Number, name and date of birth do not belong together. Compare them with the document once more."),
                field="number",
            )
        case NumberOfAnotherError():
            form.tell_conflict(
                _(
                    "This number is registered here as another person's than the one who is signed in and asked. The person "
                    "waits on: make a bis number, and let an operator join the two with “guichet persons change-number”."
                )
            )
        case NumberlessError():
            form.tell_conflict(
                _(
                    "This person has no Belgian number, and would have none afterwards. Whoever can sign in here asks for a "
                    "number while signed in: then it becomes his own."
                )
            )
        case PasswordsOffError():
            form.tell_conflict(
                _(
                    "A company of this person has switched off signing in with a password: the keys that are sent would open "
                    "nothing. The person waits on. An operator can allow passwords in that company."
                )
            )
        case KeyRefusedError():
            form.tell_conflict(
                _(
                    "The document, your role or the login of this person is no longer what it was. The person waits on: "
                    "open this page again."
                )
            )
        case _:
            form.tell_conflict(
                _("This digital key belongs to somebody already. Refuse it, and let the person sign in again.")
            )
