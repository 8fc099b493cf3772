"""Addresses under which first keys are set up."""

from django.urls import path

from portal.pages.first_keys import views

urlpatterns = [
    path("first-keys", views.name_and_password, name="first-keys"),
    path("first-keys/app", views.app, name="first-keys-app"),
    path("first-keys/app/confirm", views.app_confirm, name="first-keys-app-confirm"),
    path("first-keys/<name:link>", views.open_link, name="first-keys-open"),
]
