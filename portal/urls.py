"""Every address of the portal."""

from django.urls import path
from django.views.generic import RedirectView

from portal.health import health_data, health_page

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="health"), name="start"),
    path("health", health_page, name="health"),
    path("health.json", health_data, name="health-data"),
]
