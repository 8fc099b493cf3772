"""Addresses of the mandates."""

from django.urls import path, register_converter

from portal.pages.mandates import views


class _Step:
    """One of the steps that there are; anything else is no address."""

    regex = "|".join(views.STEPS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Step, "mandate-step")

urlpatterns = [
    path("mandates", views.overview, name="mandates"),
    path("mandates/new", views.offer, name="mandate-offer"),
    path("mandates/<int:mandate_id>/<mandate-step:step>", views.move, name="mandate-step"),
]
