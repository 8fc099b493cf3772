"""The technical user of a sender: changed, or another person in the same account; blocked and unblocked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.configuring.technical_users import block_technical_user, change_contact, unblock_technical_user
from channels.models import Sender
from domain.assurance import AssuranceLevel
from domain.technical_users import ContactChange
from evidence.clock import SystemClock
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.structured_reports.forms import TechnicalUserForm
from portal.pages.structured_reports.taking_steps import Question, ask, own, take


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Change how the contact person is named and reached."""
    sender, now = own(stay, number)
    user = sender.technical_user
    known = {
        "name": user.contact_name,
        "address": user.contact_address,
        "phone": user.contact_phone,
        "language": sender.language,
    }
    form = TechnicalUserForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wanted = ContactChange(said["name"], said["address"], said["phone"], said["language"])

        def save(locked: Sender) -> None:
            change_contact(locked.technical_user, wanted, actor=actor_of(stay).name, at=now)

        refused = _("This cannot be entered so. Look at the name and the addresses again.")
        if answer := take(request, stay, sender, save, form, refused=refused, then="report-sender"):
            messages.success(request, _("The technical user is saved."))
            return answer
    values = {"form": form, "sender": sender}
    return render(request, "structured_reports/contact.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Keep the sender's programs from signing in."""
    sender, _now = own(stay, number)
    question = Question(
        title=_("Block the technical user"),
        told=(
            _("No program of this sender can sign in any more, over any channel."),
            _("Keys, passwords and certificates are kept. You can take the block away at any time."),
        ),
        button=_("Block"),
        done=_("The technical user is blocked."),
        refused=_("The technical user is blocked already."),
    )

    def stop(locked: Sender) -> None:
        block_technical_user(locked, actor=actor_of(stay).name, at=SystemClock().now())

    return ask(request, stay, sender, stop, question, back="report-sender")


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def unblock(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let the sender's programs sign in again."""
    sender, _now = own(stay, number)
    question = Question(
        title=_("Unblock the technical user"),
        told=(_("The programs of this sender can sign in again with the keys that they have."),),
        button=_("Unblock"),
        done=_("The technical user works again."),
        refused=_("The technical user is not blocked."),
    )

    def let(locked: Sender) -> None:
        unblock_technical_user(locked, actor=actor_of(stay).name, at=SystemClock().now())

    return ask(request, stay, sender, let, question, back="report-sender")
