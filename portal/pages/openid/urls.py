"""Addresses of signing in with itsme and eIDAS; the ways back are registered with the providers."""

from django.urls import path

from portal.pages.openid import views

urlpatterns = [
    path("login/itsme", views.begin, {"provider": "itsme"}, name="sign-in-itsme"),
    path("login/itsme/callback", views.come_back, {"provider": "itsme"}, name="itsme-callback"),
    path("login/eidas", views.begin, {"provider": "eidas"}, name="sign-in-eidas"),
    path("login/eidas/callback", views.come_back, {"provider": "eidas"}, name="eidas-callback"),
    path("login/not-known-yet", views.not_known_yet, name="identity-pending"),
    path("login/being-looked-up", views.being_looked_up, name="identity-told"),
    path(".well-known/openid-keys.json", views.our_keys, name="openid-keys"),
]
