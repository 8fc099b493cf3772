"""How a sender signs in over FTP: a password that is shown once, and networks from which it comes without TLS."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.configuring.networks import grant_network, require_network, revoke_network
from channels.configuring.passwords import remove_password, set_password
from channels.models import ChannelPassword, Network, Sender
from domain.access.qualities import Quality
from domain.assurance import AssuranceLevel
from domain.channels import Channel
from portal.pages.overtaken import describe_state, require_as_shown
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import make_to_show
from portal.pages.structured_reports.channel_forms import NetworksForm
from portal.pages.structured_reports.own_senders import lock_own
from portal.pages.structured_reports.taking_steps import Question, ask, gone, own, take
from registers.access.models import EntityQuality


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Make a password for the FTP door and show it, this once; any other one opens nothing from then on."""
    sender, now = own(stay, number)
    if request.method == "POST":
        made = make_to_show(
            request,
            lambda: set_password(
                lock_own(stay, number), randomness=secrets.token_bytes, actor=actor_of(stay).name, at=now
            ),
            gone=_("The password was shown already, when this form was first sent. Make another one."),
        )
        return render(request, "structured_reports/ftp_password_made.html", {"sender": sender, "password": made})
    values = {
        "sender": sender,
        "held": ChannelPassword.objects.filter(technical_user_id=sender.technical_user_id).first(),
        "is_open": sender.channels.filter(channel=Channel.FTP).exists(),
    }
    return render(request, "structured_reports/ftp_password.html", values)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def withdraw_password(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Let no password open the FTP door for the sender; no fresh proof is asked of who closes a door."""
    sender, now = own(stay, number)
    if not ChannelPassword.objects.filter(technical_user_id=sender.technical_user_id).exists():
        gone(request, sender, back="report-ftp-password")
    question = Question(
        title=_("Withdraw the FTP password"),
        told=(_("Nobody signs in with it any more. Connections that it opened are cut within seconds."),),
        button=_("Withdraw"),
        done=_("The password opens the door no more."),
        refused=_("The password is withdrawn."),
    )

    def withdraw(locked: Sender) -> None:
        remove_password(locked, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, withdraw, question, back="report-ftp-password")


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def networks(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Choose the closed networks from which a province or a municipality comes without TLS; none is typed."""
    sender, now = own(stay, number)
    names = list(Network.objects.order_by("name").values_list("name", flat=True))
    chosen = _granted_to(sender)
    may_choose = is_local_authority(stay)
    form = NetworksForm(
        request.POST or None,
        names=names,
        may_add=set(names) if may_choose else chosen,
        initial={"networks": sorted(chosen)},
    )
    if request.method == "POST" and form.is_valid():
        wanted = set(form.cleaned_data["networks"])

        def choose(locked: Sender) -> None:
            granted = _granted_to(locked)
            require_as_shown(request, _shown(granted))
            for name in sorted(wanted - granted):
                grant_network(locked, require_network(name), actor=actor_of(stay).name, at=now)
            for name in sorted(granted - wanted):
                revoke_network(locked, require_network(name), actor=actor_of(stay).name, at=now)

        refused = _("This network is not known any more. Choose another one.")
        if answer := take(request, stay, sender, choose, form, refused=refused, then="report-sender"):
            messages.success(request, _("The networks are saved."))
            return answer
    listed = set(Network.objects.filter(ranges__removed_at=None, ranges__isnull=False).values_list("name", flat=True))
    values = {
        "form": form,
        "sender": sender,
        "may_choose": may_choose or bool(chosen),
        "unlisted": sorted(chosen - listed),
        "shown": _shown(chosen),
    }
    return render(request, "structured_reports/networks.html", values, status=form.http_status)


def _granted_to(sender: Sender) -> set[str]:
    return set(sender.networks.values_list("network__name", flat=True))


def _shown(networks: set[str]) -> str:
    return describe_state((name, "GRANTED") for name in networks)


def is_local_authority(stay: Session) -> bool:
    """Whether the company acts as a province or a municipality, for whom the closed networks are (seed 001)."""
    return EntityQuality.objects.filter(
        entity_id=stay.entity_id or 0, quality=Quality.LOCAL_AUTHORITY, valid_until__isnull=True
    ).exists()
