"""Addresses of the structured reports."""

from django.urls import path, register_converter

from portal.pages.structured_reports import (
    contacts,
    ebox_copies,
    ftp_logins,
    login_certificates,
    notices,
    services,
    steps,
    views,
    web_programs,
)


class _Number:
    """A sender number."""

    regex = "[0-9]{6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Number, "sender")

urlpatterns = [
    path("reports", views.overview, name="reports"),
    path("reports/new", views.new, name="reports-new"),
    path("reports/new/technical-user", views.new_technical_user, name="reports-new-technical-user"),
    path("reports/<sender:number>", views.one, name="report-sender"),
    path("reports/<sender:number>/contact", contacts.change, name="report-contact"),
    path("reports/<sender:number>/contact/block", contacts.block, name="report-contact-block"),
    path("reports/<sender:number>/contact/unblock", contacts.unblock, name="report-contact-unblock"),
    path("reports/<sender:number>/channels", steps.channels, name="report-channels"),
    path("reports/<sender:number>/ssh-keys", steps.ssh_keys, name="report-ssh-keys"),
    path("reports/<sender:number>/ssh-keys/<int:key_id>/revoke", steps.revoke_key, name="report-ssh-key-revoke"),
    path("reports/<sender:number>/ftp/password", ftp_logins.password, name="report-ftp-password"),
    path(
        "reports/<sender:number>/ftp/password/withdraw",
        ftp_logins.withdraw_password,
        name="report-ftp-password-withdraw",
    ),
    path("reports/<sender:number>/ftp/certificates", login_certificates.overview, name="report-ftp-certificates"),
    path(
        "reports/<sender:number>/ftp/certificates/<int:certificate_id>/revoke",
        login_certificates.revoke,
        name="report-ftp-certificate-revoke",
    ),
    path("reports/<sender:number>/ftp/networks", ftp_logins.networks, name="report-ftp-networks"),
    path("reports/<sender:number>/web", web_programs.overview, name="report-web"),
    path("reports/<sender:number>/web/new", web_programs.new, name="report-web-new"),
    path("reports/<sender:number>/web/<int:program_id>/keys/new", web_programs.add_key, name="report-web-key-new"),
    path(
        "reports/<sender:number>/web/<int:program_id>/keys/<int:key_id>/withdraw",
        web_programs.withdraw_key,
        name="report-web-key-withdraw",
    ),
    path(
        "reports/<sender:number>/web/<int:program_id>/withdraw",
        web_programs.withdraw_program,
        name="report-web-withdraw",
    ),
    path("reports/<sender:number>/notices", notices.overview, name="report-notices"),
    path("reports/<sender:number>/notices/<int:wish_id>/end", notices.end, name="report-notices-end"),
    path("reports/<sender:number>/ebox-copy", ebox_copies.start, name="report-ebox-copy"),
    path("reports/<sender:number>/ebox-copy/stop", ebox_copies.stop, name="report-ebox-copy-stop"),
    path("reports/<sender:number>/certificates", steps.certificates, name="report-certificates"),
    path(
        "reports/<sender:number>/certificates/<int:certificate_id>/withdraw",
        steps.withdraw,
        name="report-certificate-withdraw",
    ),
    path("reports/<sender:number>/services", services.services, name="report-services"),
    path("reports/<sender:number>/activate", views.activate, name="report-activate"),
    path("reports/<sender:number>/suspend", views.suspend, name="report-suspend"),
    path("reports/<sender:number>/resume", views.resume, name="report-resume"),
    path("reports/<sender:number>/retire", views.retire, name="report-retire"),
]
