"""Addresses of the help pages."""

from django.urls import path

from portal.pages.help import views

urlpatterns = [
    path("help", views.shown, {"template": "overview"}, name="help"),
    path("help/cards", views.shown, {"template": "cards"}, name="help-cards"),
    path("help/itsme", views.shown, {"template": "itsme"}, name="help-itsme"),
    path("help/password", views.shown, {"template": "password"}, name="help-password"),
    path("help/other-countries", views.other_countries, name="help-other-countries"),
    path("help/offices", views.shown, {"template": "offices"}, name="offices"),
    path("help/am-i-registered", views.am_i_registered, name="am-i-registered"),
    path("help/am-i-registered/sent", views.shown, {"template": "asked"}, name="asked"),
]
