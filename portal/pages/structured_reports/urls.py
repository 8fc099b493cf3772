"""Addresses of the structured reports."""

from django.urls import path, register_converter

from portal.pages.structured_reports import steps, views


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
    path("reports/<sender:number>/channels", steps.channels, name="report-channels"),
    path("reports/<sender:number>/ssh-keys", steps.ssh_keys, name="report-ssh-keys"),
    path("reports/<sender:number>/ssh-keys/<int:key_id>/revoke", steps.revoke_key, name="report-ssh-key-revoke"),
    path("reports/<sender:number>/certificates", steps.certificates, name="report-certificates"),
    path(
        "reports/<sender:number>/certificates/<int:certificate_id>/withdraw",
        steps.withdraw,
        name="report-certificate-withdraw",
    ),
    path("reports/<sender:number>/services", steps.services, name="report-services"),
    path("reports/<sender:number>/activate", views.activate, name="report-activate"),
    path("reports/<sender:number>/suspend", views.suspend, name="report-suspend"),
    path("reports/<sender:number>/resume", views.resume, name="report-resume"),
    path("reports/<sender:number>/retire", views.retire, name="report-retire"),
]
