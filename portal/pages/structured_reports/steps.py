"""The steps of a sender's configuration: channels, SSH keys, certificates."""

from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.configuring.openings import close_channel, open_channel
from channels.configuring.senders import follow_equipment
from channels.configuring.ssh_keys import add_ssh_key, openssh_fingerprint, revoke_ssh_key
from channels.models import Sender, SenderCertificate
from domain.assurance import AssuranceLevel
from domain.certificates import CertificateState
from domain.channels import Channel
from domain.refusals import OutageError
from ingest.register_certificate import register_certificate, withdraw_certificate
from ingest.trust_list import TrustList
from portal.pages.overtaken import describe_state, require_as_shown
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.sending_once import send_once
from portal.pages.structured_reports.forms import CertificateForm, ChannelsForm, SshKeyForm
from portal.pages.structured_reports.own_senders import living_keys, lock_own
from portal.pages.structured_reports.taking_steps import Question, ask, gone, own, path_of, take
from portal.pages.structured_reports.words import FAULTS, listed_channels
from signing.registrations import RegistrationFault, RegistrationRefusedError


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def channels(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Choose by which channels the sender delivers."""
    sender, now = own(stay, number)
    open_now = _open_to(sender)
    form = ChannelsForm(request.POST or None, initial={"channels": open_now})
    if request.method == "POST" and form.is_valid():
        wanted = {Channel(name) for name in form.cleaned_data["channels"]}

        def choose(locked: Sender) -> None:
            require_as_shown(request, _shown(_open_to(locked)))
            for channel in sorted(wanted):
                open_channel(locked, channel, actor=actor_of(stay).name, at=now)
            for channel in sorted(set(Channel) - wanted):
                close_channel(locked, channel, actor=actor_of(stay).name, at=now)

        refused = _("An active sender keeps one channel at least.")
        if answer := take(request, stay, sender, choose, form, refused=refused, then="report-sender"):
            messages.success(request, _("The channels are saved."))
            return answer
    values = {"form": form, "sender": sender, "shown": _shown(open_now)}
    return render(request, "structured_reports/channels.html", values, status=form.http_status)


def _open_to(sender: Sender) -> list[str]:
    return sorted(sender.channels.values_list("channel", flat=True))


def _shown(channels: list[str]) -> str:
    return describe_state((channel, "OPEN") for channel in channels)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def ssh_keys(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show the SSH keys of the sender and take another one."""
    sender, now = own(stay, number)
    form = SshKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["key"]
        refused = _("This key is another technical user's. A key opens the door for one alone: make a new one.")

        def add(locked: Sender) -> None:
            add_ssh_key(locked, text, actor=actor_of(stay).name, at=now)

        if answer := take(request, stay, sender, add, form, refused=refused, then="report-ssh-keys"):
            messages.success(request, _("The key opens the door now."))
            return answer
    keys = [(key, openssh_fingerprint(key.fingerprint)) for key in living_keys(sender)]
    return render(
        request,
        "structured_reports/ssh_keys.html",
        {"form": form, "sender": sender, "keys": keys},
        status=form.http_status,
    )


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def revoke_key(request: HttpRequest, stay: Session, number: str, key_id: int) -> HttpResponse:
    """Let a key open the door no more; sessions that it opened end within seconds."""
    sender, now = own(stay, number)
    key = living_keys(sender).filter(pk=key_id).first()
    if key is None:
        gone(request, sender, back="report-ssh-keys")
    question = Question(
        title=_("Revoke this SSH key"),
        told=(openssh_fingerprint(key.fingerprint), _("Connections that the key opened are cut within seconds.")),
        button=_("Revoke"),
        done=_("The key opens the door no more."),
        refused=_("The key is revoked."),
    )

    def revoke(locked: Sender) -> None:
        revoke_ssh_key(locked, key.fingerprint, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, revoke, question, back="report-ssh-keys")


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def certificates(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show the certificates that sign for the sender and take another one."""
    sender, now = own(stay, number)
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        raw = form.read()

        begins = now

        def register(locked: Sender) -> None:
            nonlocal begins
            made = register_certificate(locked, raw, trust=_trust().read(), actor=actor_of(stay).name, at=now)
            begins = made.valid_from
            follow_equipment(locked, actor=actor_of(stay).name, at=now)

        try:
            answer = send_once(request, lambda: register(lock_own(stay, number)), then=path_of("report-sender", sender))
        except RegistrationRefusedError as refused:
            tell = form.tell_conflict if refused.fault is RegistrationFault.ALREADY_USED else form.tell_fault
            tell(str(FAULTS[refused.fault]), field="certificate")
        except OutageError:
            form.tell_outage(_("Whether it is revoked cannot be found out now. That is our trouble: try again later."))
        else:
            messages.success(request, _told_of_certificate(begins, at=now))
            return answer
    rows = SenderCertificate.objects.filter(sender=sender).order_by("state", "-valid_until")
    values = {"form": form, "sender": sender, "certificates": rows, "now": now, "active": CertificateState.ACTIVE}
    values |= _unsigned_ways(sender)
    return render(request, "structured_reports/certificates.html", values, status=form.http_status)


def _unsigned_ways(sender: Sender) -> dict[str, object]:
    """Return over which of its channels signature files are forbidden, and whether they may be left out elsewhere (0080)."""
    waived = dict(sender.channels.values_list("channel", "is_unsigned"))
    bare = waived.keys() & settings.GUICHET.unsigned_channels
    return {
        "is_waived": any(waived[channel] for channel in waived.keys() - bare),
        "bare_channels": listed_channels(bare),
    }


def _told_of_certificate(begins: datetime, *, at: datetime) -> str:
    if begins <= at:
        return _("The certificate signs for the sender now.")
    day = date_format(timezone.localtime(begins), "DATE_FORMAT")
    return _("The certificate signs for the sender from %(day)s.") % {"day": day}


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, stay: Session, number: str, certificate_id: int) -> HttpResponse:
    """Let a certificate sign no more."""
    sender, now = own(stay, number)
    active = SenderCertificate.objects.filter(pk=certificate_id, sender=sender, state=CertificateState.ACTIVE)
    certificate = active.first()
    if certificate is None:
        gone(request, sender, back="report-certificates")
    question = Question(
        title=_("Withdraw this certificate"),
        told=(_("Files that it signs from now on are refused. What was received until now is not touched."),),
        button=_("Withdraw"),
        done=_("The certificate signs no more."),
        refused=_("The certificate is withdrawn."),
    )

    def let_go(_locked: Sender) -> None:
        withdraw_certificate(certificate, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, let_go, question, back="report-certificates")


@cache
def _trust() -> TrustList:
    """Return the trust list of this process."""
    configuration = settings.GUICHET
    max_age = timedelta(hours=configuration.revocation_max_age_hours)
    return TrustList(max_age=max_age, policies=configuration.trust_policies)
