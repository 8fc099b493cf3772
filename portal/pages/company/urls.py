"""Addresses of the company's settings."""

from django.urls import path

from portal.pages.company import views

urlpatterns = [
    path("company", views.overview, name="company"),
    path("company/qualities/new", views.add_quality, name="company-quality-add"),
    path("company/qualities/<name:quality>/end", views.end, name="company-quality-end"),
    path("company/password/off", views.forbid, name="company-password-off"),
    path("company/password/on", views.allow, name="company-password-on"),
    path("company/password/announce", views.announce_switch, name="company-password-announce"),
]
