"""Addresses of the start and the overview."""

from django.urls import path

from portal.pages.start import views

urlpatterns = [
    path("", views.start, name="start"),
    path("too-large", views.too_large, name="too-large"),
    path("home", views.home, name="home"),
]
