"""The certificates by which a sender signs in over FTP without a password: taken, shown with their end, and revoked."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from auth.models import Session
from channels.configuring.login_certificates import add_login_certificate, end_of, revoke_login_certificate
from channels.models import LoginCertificate, Sender
from domain.assurance import AssuranceLevel
from domain.channels import Channel
from portal.pages.permissions import actor_of
from portal.pages.routing import Context, Freshness, page
from portal.pages.structured_reports.channel_forms import LoginCertificateForm
from portal.pages.structured_reports.taking_steps import Question, ask, gone, own, take


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED, freshness=Freshness.RECENT)
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, stay: Session, number: str) -> HttpResponse:
    """Show the certificates that sign in, and take another one."""
    sender, now = own(stay, number)
    form = LoginCertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        raw = form.read()

        def add(locked: Sender) -> None:
            add_login_certificate(locked, raw, actor=actor_of(stay).name, at=now)

        refused = _("This certificate cannot be taken. Choose another one.")
        if answer := take(
            request, stay, sender, add, form, refused=refused, then="report-ftp-certificates", field="certificate"
        ):
            messages.success(request, _("The certificate opens the FTP door now."))
            return answer
    values = {
        "form": form,
        "sender": sender,
        "certificates": [(row, end_of(row)) for row in living_certificates(sender)],
        "now": now,
        "is_open": sender.channels.filter(channel=Channel.FTP).exists(),
    }
    return render(request, "structured_reports/login_certificates.html", values, status=form.http_status)


@page(level=AssuranceLevel.APP_CODE, context=Context.REQUIRED)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, stay: Session, number: str, certificate_id: int) -> HttpResponse:
    """Let a certificate open the door no more; no fresh proof is asked of who closes a door."""
    sender, now = own(stay, number)
    row = living_certificates(sender).filter(pk=certificate_id).first()
    if row is None:
        gone(request, sender, back="report-ftp-certificates")
    question = Question(
        title=_("Revoke this certificate"),
        told=(row.sha256[:16], _("Connections that the certificate opened are cut within seconds.")),
        button=_("Revoke"),
        done=_("The certificate opens the FTP door no more."),
        refused=_("The certificate is revoked."),
    )

    def close(locked: Sender) -> None:
        revoke_login_certificate(locked, row.sha256, actor=actor_of(stay).name, at=now)

    return ask(request, stay, sender, close, question, back="report-ftp-certificates")


def living_certificates(sender: Sender) -> QuerySet[LoginCertificate]:
    """Return the certificates that are not revoked, expired ones too, the newest first."""
    living = LoginCertificate.objects.filter(technical_user_id=sender.technical_user_id, state="ACTIVE")
    return living.order_by("-added_at", "-pk")
