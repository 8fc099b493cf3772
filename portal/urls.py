"""Every address of the portal."""

from django.urls import path

from portal.content_policy import with_content_policy
from portal.health import health_data, health_page

urlpatterns = [
    path("health", with_content_policy(health_page), name="health"),
    path("health.json", with_content_policy(health_data), name="health-data"),
]
