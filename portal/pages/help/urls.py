"""Addresses of the help pages."""

from django.urls import path

from portal.pages.help import views

urlpatterns = [
    path("help", views.overview, name="help"),
    path("help/offices", views.overview, name="offices"),
    path("help/am-i-registered", views.overview, name="am-i-registered"),
]
