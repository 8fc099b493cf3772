"""Every address of the portal; each page group brings its own."""

from django.urls import include, path, register_converter

from portal.health import health_data, health_page
from portal.pages.names_in_addresses import NameInAddress

register_converter(NameInAddress, "name")

urlpatterns = [
    path("", include("portal.pages.start.urls")),
    path("", include("portal.pages.sign_in.urls")),
    path("", include("portal.pages.eid.urls")),
    path("", include("portal.pages.openid.urls")),
    path("", include("portal.pages.own_sessions.urls")),
    path("", include("portal.pages.keys.urls")),
    path("", include("portal.pages.first_keys.urls")),
    path("", include("portal.pages.help.urls")),
    path("", include("portal.pages.people.urls")),
    path("", include("portal.pages.ebox.urls")),
    path("", include("portal.pages.company.urls")),
    path("", include("portal.pages.mandates.urls")),
    path("", include("portal.pages.structured_reports.urls")),
    path("", include("portal.pages.deliveries.urls")),
    path("", include("portal.pages.student.urls")),
    path("", include("portal.pages.access_declarations.urls")),
    path("", include("portal.pages.registration.urls")),
    path("", include("portal.pages.provider.urls")),
    path("", include("portal.pages.own_ebox.urls")),
    path("", include("portal.pages.checkins.urls")),
    path("health", health_page, name="health"),
    path("health.json", health_data, name="health-data"),
]

handler400 = "portal.pages.failures.not_understood"
handler403 = "portal.pages.failures.denied"
handler404 = "portal.pages.failures.not_found"
handler500 = "portal.pages.failures.broken"
